//! An authorization response that travels as a form (OAuth 2.0 Form Post Response Mode 1.0).

use crate::frame::Frame;
use leptos::prelude::*;

const SUBMIT: &str = "document.forms[0].submit()";

/// A response on its way to the app.
#[derive(Clone)]
pub struct FormPost {
    /// The redirect URI.
    pub action: String,
    /// The response's parameters.
    pub fields: Vec<(String, String)>,
}

/// The page; it goes on by itself, or by its button without script.
pub(crate) fn view(page: &FormPost, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let fields: Vec<_> = page
        .fields
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone()/> })
        .collect();
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("form-post-title")}</h1><p class="muted">{w.get("form-post-text")}</p></div>
            <form method="post" action=page.action.clone()>
                {fields}
                <button class="button button--primary button--wide" type="submit">{w.get("form-post-submit")}</button>
            </form>
        </div>
        <script nonce=frame.nonce.clone()>{SUBMIT}</script>
    }
    .into_any()
}
