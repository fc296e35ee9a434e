//! Says below a password field that Caps Lock is on, while somebody types there.

use leptos::prelude::document;
use wasm_bindgen::{JsCast as _, prelude::Closure};
use web_sys::{Element, Event, KeyboardEvent};

/// Watches the keys that are typed into the page's password fields.
pub(super) fn listen() {
    let on_key = Closure::<dyn Fn(Event)>::new(|event: Event| {
        // Autofill has events of keys that are none.
        if let Some(key) = event.dyn_ref::<KeyboardEvent>()
            && let Some(hint) = hint(&event)
        {
            let on = key.get_modifier_state("CapsLock");
            let text = hint.get_attribute("data-caps-lock").filter(|_| on);
            // What stays the same is not read out again.
            if hint.text_content().unwrap_or_default() != text.as_deref().unwrap_or_default() {
                hint.set_text_content(text.as_deref());
            }
        }
    });
    for event in ["keydown", "keyup"] {
        let _ = document().add_event_listener_with_callback(event, on_key.as_ref().unchecked_ref());
    }
    on_key.forget();
}

/// Where it is said of the field that the event is at, if it takes a password.
fn hint(event: &Event) -> Option<Element> {
    let field = event.target()?.dyn_into::<Element>().ok()?.closest(".field");
    field.ok()??.query_selector("[data-caps-lock]").ok()?
}
