//! What a page has to say about the last act: an error, or that it was done.

use crate::error::{UiError, UiErrorKind};
use leptos::prelude::*;

/// The error of a form, pointing at its field.
pub(crate) fn error(error: Option<&UiError>) -> Option<AnyView> {
    let error = error?;
    if let UiErrorKind::Busy { retry_after } = error.kind {
        let notice = view! {
            <div class="notice notice--warn" role="alert" id="errors" tabindex="-1" data-wait=retry_after.to_string()>
                <p>{error.text.clone()}</p>
            </div>
        };
        return Some(notice.into_any());
    }
    let text = match &error.field {
        Some(field) => view! { <a href=format!("#{field}")>{error.text.clone()}</a> }.into_any(),
        None => error.text.clone().into_any(),
    };
    Some(frame(text))
}

/// An error whose sentence is markup.
pub(crate) fn frame(sentence: AnyView) -> AnyView {
    view! {
        <div class="notice notice--error" role="alert" id="errors" tabindex="-1">
            <p class="notice__title">{sentence}</p>
        </div>
    }
    .into_any()
}

/// That something was done.
pub(crate) fn done(text: Option<String>) -> Option<AnyView> {
    text.map(|text| view! { <p class="notice notice--ok" role="status">{text}</p> }.into_any())
}
