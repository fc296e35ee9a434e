//! Buttons that show a typed password; hidden until there is script to work them.

use leptos::prelude::document;
use wasm_bindgen::{JsCast as _, prelude::Closure};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

/// Shows the page's reveal buttons and makes them work.
pub(super) fn listen() {
    let Ok(buttons) = document().query_selector_all(".field__reveal") else {
        return;
    };
    for index in 0..buttons.length() {
        let Some(button) = buttons
            .item(index)
            .and_then(|node| node.dyn_into::<HtmlElement>().ok())
        else {
            continue;
        };
        button.set_hidden(false);
        let on_click = Closure::<dyn Fn(Event)>::new(|event: Event| {
            if let Some(button) = event
                .current_target()
                .and_then(|target| target.dyn_into::<Element>().ok())
            {
                toggle(&button);
            }
        });
        // Listeners live as long as the page.
        let _ = button.add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref());
        on_click.forget();
    }
}

fn toggle(button: &Element) {
    let input = button
        .get_attribute("aria-controls")
        .and_then(|id| document().get_element_by_id(&id));
    let Some(input) = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) else {
        return;
    };
    let show = input.type_() == "password";
    input.set_type(if show { "text" } else { "password" });
    let _ = button.set_attribute("aria-pressed", if show { "true" } else { "false" });
}
