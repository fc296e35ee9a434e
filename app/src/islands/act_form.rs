//! Forms that name a server function in `data-act` are sent to it; its answer is the next page or an error to show.
//!
//! Whatever the answer cannot say (a lost session, a network failure, how long to wait) is left to the form's own post.

use leptos::{
    prelude::{document, window},
    task::spawn_local,
};
use wasm_bindgen::{JsCast as _, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, Event, FormData, HtmlButtonElement, HtmlElement, HtmlFormElement, HtmlInputElement, RequestInit,
    Response, SubmitEvent, UrlSearchParams,
};

/// What the form's own post says better.
pub(super) struct Native;

impl From<JsValue> for Native {
    fn from(_: JsValue) -> Self {
        Self
    }
}

/// Takes over the page's forms.
pub(super) fn listen() {
    let on_submit = Closure::<dyn Fn(Event)>::new(|event: Event| {
        let Ok(event) = event.dyn_into::<SubmitEvent>() else {
            return;
        };
        let form = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some((form, act)) = form.and_then(|form| form.get_attribute("data-act").map(|act| (form, act)))
        else {
            return;
        };
        event.prevent_default();
        if form.get_attribute("aria-busy").is_none() {
            match form.has_attribute("data-passkey") {
                true => spawn_local(super::passkey::submit(form, act, event.submitter())),
                false => spawn_local(submit(form, act, event.submitter())),
            }
        }
    });
    let _ = document().add_event_listener_with_callback("submit", on_submit.as_ref().unchecked_ref());
    on_submit.forget();
}

/// Sends the form to `act` and does what the answer says.
pub(super) async fn submit(form: HtmlFormElement, act: String, button: Option<HtmlElement>) {
    begin(&form, button.as_ref());
    if send(&form, &act, button.as_ref()).await.is_ok() {
        end(&form, button.as_ref());
        return;
    }
    add_submitter(&form, button.as_ref());
    if form.submit().is_err() {
        end(&form, button.as_ref());
    }
}

/// Says that the form is being sent, and forgets what was wrong with it before.
pub(super) fn begin(form: &HtmlFormElement, button: Option<&HtmlElement>) {
    busy(form, button, true);
    forget_errors(form);
}

/// Says that the form is no longer being sent.
pub(super) fn end(form: &HtmlFormElement, button: Option<&HtmlElement>) {
    busy(form, button, false);
}

/// Posts the form's fields to `act`: whether it was done, and the answer.
pub(super) async fn post(
    form: &HtmlFormElement,
    act: &str,
    button: Option<&HtmlElement>,
) -> Result<(bool, serde_json::Value), Native> {
    let data = FormData::new_with_form(form)?;
    if let Some((name, value)) = submitter(button) {
        data.append_with_str(&name, &value)?;
    }
    let body = UrlSearchParams::new_with_str_sequence_sequence(&data)?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(&body);
    let headers = web_sys::Headers::new()?;
    headers.set("Accept", "application/json")?;
    request.set_headers(&headers);
    let response: Response = JsFuture::from(window().fetch_with_str_and_init(act, &request))
        .await?
        .unchecked_into();
    let text = JsFuture::from(response.text()?)
        .await?
        .as_string()
        .ok_or(Native)?;
    let answer = serde_json::from_str(&text).map_err(|_| Native)?;
    Ok((response.ok(), answer))
}

async fn send(form: &HtmlFormElement, act: &str, button: Option<&HtmlElement>) -> Result<(), Native> {
    super::work::prepare(form).await?;
    let (mut done, mut answer) = post(form, act, button).await?;
    if let Some(ticket) = answer.get("work").and_then(|work| work.as_str()) {
        super::work::solve(form, ticket).await?;
        (done, answer) = post(form, act, button).await?;
    }
    if done {
        let to = answer.get("to").and_then(|to| to.as_str()).ok_or(Native)?;
        return Ok(window().location().assign(to)?);
    }
    let word = |name: &str| {
        answer
            .get(name)
            .and_then(|value| value.as_str())
            .filter(|text| !text.is_empty())
    };
    let kind = answer.get("kind").and_then(|kind| {
        kind.as_str()
            .or_else(|| kind.as_object()?.keys().next().map(String::as_str))
    });
    match (kind, word("text")) {
        (Some("invalid_input" | "rejected"), Some(text)) => show(form, text, word("field")),
        _ => Err(Native),
    }
}

fn submitter(button: Option<&HtmlElement>) -> Option<(String, String)> {
    let button = button?.dyn_ref::<HtmlButtonElement>()?;
    (!button.name().is_empty()).then(|| (button.name(), button.value()))
}

fn add_submitter(form: &HtmlFormElement, button: Option<&HtmlElement>) {
    let Some((name, value)) = submitter(button) else {
        return;
    };
    if let Ok(input) = document().create_element("input") {
        let set = |name: &str, value: &str| drop(input.set_attribute(name, value));
        set("type", "hidden");
        set("name", &name);
        set("value", &value);
        let _ = form.append_child(&input);
    }
}

fn busy(form: &HtmlFormElement, button: Option<&HtmlElement>, on: bool) {
    for element in [Some(form.as_ref()), button.map(AsRef::<Element>::as_ref)]
        .into_iter()
        .flatten()
    {
        let element: &Element = element;
        if on {
            let _ = element.set_attribute("aria-busy", "true");
        } else {
            let _ = element.remove_attribute("aria-busy");
        }
    }
}

fn forget_errors(form: &HtmlFormElement) {
    if let Some(notice) = document().get_element_by_id("errors") {
        notice.remove();
    }
    while let Ok(Some(error)) = form.query_selector(".field__error") {
        error.remove();
    }
    while let Ok(Some(field)) = form.query_selector("[aria-invalid]") {
        let _ = field.remove_attribute("aria-invalid");
    }
}

/// Shows what was wrong, at its field if it has one.
pub(super) fn show(form: &HtmlFormElement, text: &str, field: Option<&str>) -> Result<(), Native> {
    let notice = document().create_element("div")?;
    notice.set_class_name("notice notice--error");
    notice.set_id("errors");
    notice.set_attribute("role", "alert")?;
    notice.set_attribute("tabindex", "-1")?;
    let title = document().create_element("p")?;
    title.set_class_name("notice__title");
    title.set_text_content(Some(text));
    notice.append_child(&title)?;
    form.before_with_node_1(&notice)?;
    forget_secrets(form);
    let at_field = field.and_then(|field| mark(form, field, text));
    let focus = match at_field {
        Some(input) => input,
        None => notice.unchecked_into(),
    };
    // Where the focus is already, nothing would be brought into view again, and the notice may have moved it away.
    focus.blur()?;
    Ok(focus.focus()?)
}

/// Empties what must not stay on a screen: passwords and codes that were refused.
fn forget_secrets(form: &HtmlFormElement) {
    let secrets = "input[autocomplete$='password'],input[name='code']";
    if let Ok(inputs) = form.query_selector_all(secrets) {
        for input in (0..inputs.length()).filter_map(|at| inputs.item(at)) {
            if let Ok(input) = input.dyn_into::<HtmlInputElement>() {
                input.set_value("");
            }
        }
    }
}

fn mark(form: &HtmlFormElement, field: &str, text: &str) -> Option<HtmlElement> {
    let input = document()
        .get_element_by_id(field)
        .filter(|input| form.contains(Some(input)))?;
    let id = format!("{field}-error");
    let error = document().create_element("span").ok()?;
    error.set_class_name("field__error");
    error.set_id(&id);
    error.set_text_content(Some(text));
    let before = input
        .closest(".field__box")
        .ok()
        .flatten()
        .unwrap_or_else(|| input.clone());
    before.before_with_node_1(&error).ok()?;
    let hint = input.get_attribute("aria-describedby").unwrap_or_default();
    let hint = hint.split(' ').filter(|part| !part.is_empty() && *part != id);
    let described: Vec<_> = hint.chain([id.as_str()]).collect();
    input
        .set_attribute("aria-describedby", &described.join(" "))
        .ok()?;
    input.set_attribute("aria-invalid", "true").ok()?;
    input.dyn_into().ok()
}
