//! The choice of a language, at the foot of every page: a form of plain buttons, each in its own language.

use crate::{components::hidden, frame::Frame};
use domain::language::Language;
use leptos::prelude::*;

/// The field that names the language.
pub const LANGUAGE: &str = "language";
/// The field that says where to go on.
pub const TO: &str = "to";

/// The menu of `frame`'s page.
pub(crate) fn view(frame: &Frame) -> AnyView {
    let w = &frame.words;
    let spoken = w.language();
    let buttons: Vec<_> = Language::ALL
        .into_iter()
        .map(|language| {
            let current = (language == spoken).then_some("true");
            view! {
                <button class="languages__one" name=LANGUAGE value=language.as_str() lang=language.as_str()
                    aria-current=current type="submit">
                    {language.own_name()}
                </button>
            }
        })
        .collect();
    view! {
        <details class="languages">
            <summary><span class="sr">{w.get("language")}" "</span>{spoken.own_name()}</summary>
            <form class="languages__all" method="post" action=frame.path("/language")>
                {hidden(TO, frame.here.clone())}
                {buttons}
            </form>
        </details>
    }
    .into_any()
}
