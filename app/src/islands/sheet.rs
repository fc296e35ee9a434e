//! Buttons that copy, print and save what a page shows once; hidden until there is script to work them. What is saved
//! is made in the browser: nothing is asked for again.

use leptos::prelude::{document, window};
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast as _, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Element, Event, HtmlAnchorElement, HtmlElement, Url, js_sys::Array};

/// The name of the file that is saved.
const FILE: &str = "recovery-codes.txt";

/// Shows the page's buttons and makes them work.
pub(super) fn listen() {
    let Ok(buttons) = document().query_selector_all("button[data-sheet]") else {
        return;
    };
    for button in (0..buttons.length()).filter_map(|at| buttons.item(at)) {
        let Ok(button) = button.dyn_into::<HtmlElement>() else {
            continue;
        };
        button.set_hidden(false);
        let on_click = Closure::<dyn Fn(Event)>::new(|event: Event| {
            let button = event
                .current_target()
                .and_then(|target| target.dyn_into::<Element>().ok());
            match button
                .and_then(|button| button.get_attribute("data-sheet"))
                .as_deref()
            {
                Some("copy") => spawn_local(copy()),
                Some("print") => drop(window().print()),
                Some("download") => drop(download()),
                _ => {}
            }
        });
        // Listeners live as long as the page.
        let _ = button.add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref());
        on_click.forget();
    }
}

/// The title and the codes, one a line.
fn lines() -> String {
    let Ok(found) = document().query_selector_all(".sheet__title, .sheet li") else {
        return String::new();
    };
    let lines = (0..found.length()).filter_map(|at| found.item(at)?.text_content());
    lines.map(|line| line + "\n").collect()
}

async fn copy() {
    let copied = JsFuture::from(window().navigator().clipboard().write_text(&lines())).await;
    if copied.is_ok()
        && let Ok(Some(status)) = document().query_selector("[data-sheet-copied]")
    {
        status.set_text_content(status.get_attribute("data-sheet-copied").as_deref());
    }
}

fn download() -> Result<(), JsValue> {
    let blob = Blob::new_with_str_sequence(&Array::of1(&lines().into()))?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(FILE);
    link.click();
    Url::revoke_object_url(&url)
}
