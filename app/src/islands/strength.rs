//! Says below a new password how good it is while it is typed. The server judges: its lists are too large to send.
//!
//! It asks when typing pauses. An answer that comes late or not at all changes nothing: the form's own post decides.

use leptos::{
    prelude::{TimeoutHandle, document, set_timeout_with_handle, window},
    task::spawn_local,
};
use std::{cell::RefCell, time::Duration};
use wasm_bindgen::{JsCast as _, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, Event, Headers, HtmlFormElement, HtmlInputElement, RequestInit, Response, UrlSearchParams,
};

/// How long typing pauses before anything is asked.
const PAUSE: Duration = Duration::from_millis(400);
/// The longest password there is.
const LONGEST: usize = 256;
/// What the form tells beside the password.
const OTHERS: [&str; 2] = ["email", "name"];

thread_local! {
    /// What is asked when typing pauses.
    static WAITS: RefCell<Option<TimeoutHandle>> = const { RefCell::new(None) };
}

/// Gives each new password of the page a place for what is said of it, and listens.
pub(super) fn listen() {
    let Ok(inputs) = document().query_selector_all("form[data-strength] input[autocomplete='new-password']")
    else {
        return;
    };
    for input in (0..inputs.length()).filter_map(|at| inputs.item(at)) {
        if let Ok(input) = input.dyn_into::<HtmlInputElement>() {
            let _ = prepare(&input);
        }
    }
}

fn prepare(input: &HtmlInputElement) -> Result<(), JsValue> {
    let Some(field) = input.closest(".field")? else {
        return Ok(());
    };
    let place = document().create_element("span")?;
    place.set_class_name("strength");
    place.set_attribute("aria-live", "polite")?;
    field.append_child(&place)?;
    let typed = input.clone();
    let on_input = Closure::<dyn Fn(Event)>::new(move |_: Event| wait(&typed, &place));
    input.add_event_listener_with_callback("input", on_input.as_ref().unchecked_ref())?;
    // Listeners live as long as the page.
    on_input.forget();
    Ok(())
}

fn wait(input: &HtmlInputElement, place: &Element) {
    let (asked, shown) = (input.clone(), place.clone());
    let pause = set_timeout_with_handle(move || spawn_local(ask(asked, shown)), PAUSE);
    let before = WAITS.replace(pause.ok());
    if let Some(before) = before {
        before.clear();
    }
    if input.value().is_empty() {
        show(place, "", "");
    }
}

async fn ask(input: HtmlInputElement, place: Element) {
    let typed = input.value();
    if typed.is_empty() || typed.encode_utf16().count() > LONGEST {
        return show(&place, "", "");
    }
    let Some(answer) = answer(&input, &typed).await.ok().flatten() else {
        return;
    };
    let word = |name: &str| answer.get(name).and_then(|value| value.as_str());
    if let (Some(level), Some(text)) = (word("level"), word("text"))
        && input.value() == typed
    {
        show(&place, level, text);
    }
}

async fn answer(input: &HtmlInputElement, typed: &str) -> Result<Option<serde_json::Value>, JsValue> {
    let Some(form) = input.form() else {
        return Ok(None);
    };
    let Some(path) = form.get_attribute("data-strength") else {
        return Ok(None);
    };
    let request = RequestInit::new();
    request.set_method("POST");
    let fields = fields(&form, typed)?;
    request.set_body(&fields);
    let headers = Headers::new()?;
    headers.set("Accept", "application/json")?;
    request.set_headers(&headers);
    let response: Response = JsFuture::from(window().fetch_with_str_and_init(&path, &request))
        .await?
        .unchecked_into();
    if !response.ok() {
        return Ok(None);
    }
    let text = JsFuture::from(response.text()?).await?.as_string();
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn fields(form: &HtmlFormElement, typed: &str) -> Result<UrlSearchParams, JsValue> {
    let fields = UrlSearchParams::new()?;
    fields.append("new_password", typed);
    for name in OTHERS {
        let other = form.query_selector(&format!("input[name='{name}']"))?;
        if let Some(other) = other.and_then(|other| other.dyn_into::<HtmlInputElement>().ok()) {
            fields.append(name, &other.value());
        }
    }
    Ok(fields)
}

/// What did not change is not said again.
fn show(place: &Element, level: &str, text: &str) {
    if place.text_content().as_deref() != Some(text) {
        place.set_text_content(Some(text));
    }
    let _ = place.set_attribute("data-level", level);
}
