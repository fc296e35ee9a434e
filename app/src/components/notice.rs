//! What a page has to say about the last act: an error, or that it was done. Whoever acted is led to it, with script or
//! without: a page that begins anew would lose their place, and a reader would not hear what became of the act.

use crate::error::{UiError, UiErrorKind};
use leptos::prelude::*;

/// The error of a form, pointing at its field, which leads the person there by itself.
pub(crate) fn error(error: Option<&UiError>) -> Option<AnyView> {
    let error = error?;
    let leads = error.field.is_none();
    if let UiErrorKind::Busy { retry_after } = error.kind {
        let notice = view! {
            <div class="notice notice--warn" role="alert" id="errors" tabindex="-1" autofocus=leads data-wait=retry_after.to_string()>
                <p>{error.text.clone()}</p>
            </div>
        };
        return Some(notice.into_any());
    }
    let text = match &error.field {
        Some(field) => view! { <a href=format!("#{field}")>{error.text.clone()}</a> }.into_any(),
        None => error.text.clone().into_any(),
    };
    Some(framed(text, leads))
}

/// An error at a field whose sentence is markup.
pub(crate) fn frame(sentence: AnyView) -> AnyView {
    framed(sentence, false)
}

fn framed(sentence: AnyView, leads: bool) -> AnyView {
    view! {
        <div class="notice notice--error" role="alert" id="errors" tabindex="-1" autofocus=leads>
            <p class="notice__title">{sentence}</p>
        </div>
    }
    .into_any()
}

/// That something was done.
pub(crate) fn done(text: Option<String>) -> Option<AnyView> {
    text.map(|text| said(text.into_any()))
}

/// That something was done, and what is to be done at `id` on the same page.
pub(crate) fn done_and(text: String, id: &str) -> AnyView {
    said(view! { <a href=format!("#{id}")>{text}</a> }.into_any())
}

fn said(sentence: AnyView) -> AnyView {
    view! { <p class="notice notice--ok" role="status" tabindex="-1" autofocus=true>{sentence}</p> }
        .into_any()
}
