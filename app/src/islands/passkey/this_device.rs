//! Which passkeys this device keeps itself, as far as this browser saw: a note of its own that no server is told.

use super::{call, get};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{HtmlElement, js_sys::Function};

const NOTE: &str = "passkeys of this device";

/// Notes that this device keeps a passkey.
pub(super) fn remember(id: &JsValue) {
    let (Some(id), Ok(storage)) = (id.as_string(), get(&window(), "localStorage")) else {
        return;
    };
    let mut known = noted(&storage);
    if !known.split(' ').any(|other| other == id) {
        known.push(' ');
        known.push_str(&id);
        let set = get(&storage, "setItem").and_then(|set| set.dyn_into::<Function>());
        let _ = set.and_then(|set| set.call2(&storage, &NOTE.into(), &known.into()));
    }
}

/// Shows which of the passkeys on the page this device keeps.
pub(super) fn mark() {
    let (Ok(storage), Ok(badges)) = (
        get(&window(), "localStorage"),
        document().query_selector_all("[data-credential]"),
    ) else {
        return;
    };
    let known = noted(&storage);
    for badge in (0..badges.length()).filter_map(|at| badges.item(at)) {
        let Ok(badge) = badge.dyn_into::<HtmlElement>() else {
            continue;
        };
        let id = badge.get_attribute("data-credential");
        let here = id.is_some_and(|id| known.split(' ').any(|other| other == id));
        badge.set_hidden(!here);
    }
}

fn noted(storage: &JsValue) -> String {
    let noted = call(storage, "getItem", &NOTE.into());
    noted.ok().and_then(|noted| noted.as_string()).unwrap_or_default()
}
