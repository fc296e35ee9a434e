//! Sends a form once the code in it has all of its digits. The same code is sent by itself once only; anything else than
//! so many digits is left to the button.

use leptos::prelude::document;
use std::cell::RefCell;
use wasm_bindgen::{JsCast as _, prelude::Closure};
use web_sys::{Event, HtmlElement, HtmlFormElement, HtmlInputElement};

thread_local! {
    /// The code that was sent last.
    static SENT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Watches what is typed or pasted into the page's codes.
pub(super) fn listen() {
    let on_input = Closure::<dyn Fn(Event)>::new(|event: Event| {
        if let Some(form) = whole(&event) {
            let button = form.query_selector("button[type='submit']").ok().flatten();
            let button = button.and_then(|button| button.dyn_into::<HtmlElement>().ok());
            let _ = form.request_submit_with_submitter(button.as_ref());
        }
    });
    let _ = document().add_event_listener_with_callback("input", on_input.as_ref().unchecked_ref());
    on_input.forget();
}

/// The form of the code that the event is at, if that became whole.
fn whole(event: &Event) -> Option<HtmlFormElement> {
    let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
    let digits: usize = input.get_attribute("data-digits")?.parse().ok()?;
    let typed: String = input
        .value()
        .chars()
        .filter(|sign| !sign.is_whitespace() && *sign != '-')
        .collect();
    let is_code = typed.len() == digits && typed.bytes().all(|sign| sign.is_ascii_digit());
    let form = input.form()?;
    (is_code && SENT.replace(typed.clone()) != typed).then_some(form)
}
