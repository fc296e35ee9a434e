//! The way to an app that nobody here vouches for, after a request of it that was refused (RFC 9700 §4.11.2).
//!
//! It names the host and nothing the app says of itself, and goes on only when the person does.

use super::form_post::FormPost;
use crate::{components::breakable, frame::Frame};
use leptos::prelude::*;

/// A refused request whose answer waits for a person.
#[derive(Clone)]
pub struct Leaving {
    /// Where the answer leads.
    pub host: String,
    /// How the person goes there.
    pub way: Way,
}

/// How a person goes on.
#[derive(Clone)]
pub enum Way {
    /// By a link.
    Link(String),
    /// By a form.
    Form(FormPost),
}

/// The page.
pub(crate) fn view(page: &Leaving, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let (before, after) = w.around("leaving-text", "host", &[]);
    let go_on = w.get("leaving-go-on");
    let way = match &page.way {
        Way::Link(to) => view! { <a class="button" rel="noreferrer" href=to.clone()>{go_on}</a> }.into_any(),
        Way::Form(form) => by_form(form, go_on),
    };
    view! {
        <div class="card stack">
            <div class="card__head">
                <h1>{w.get("leaving-title")}</h1>
                <p>{before}<strong>{breakable(&page.host)}</strong>{after}</p>
            </div>
            <p class="notice notice--warn small">{w.get("leaving-unchecked")}</p>
            <div class="actions">
                <a class="button button--primary" href=frame.path("/account")>{w.get("leaving-stay")}</a>
                {way}
            </div>
        </div>
    }
    .into_any()
}

fn by_form(form: &FormPost, go_on: String) -> AnyView {
    let fields: Vec<_> = form
        .fields
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone()/> })
        .collect();
    view! {
        <form class="stack" method="post" action=form.action.clone()>
            {fields}
            <button class="button" type="submit">{go_on}</button>
        </form>
    }
    .into_any()
}
