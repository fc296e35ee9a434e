//! The ways between the pages of a list, and which of its items a page shows: links, so that they need no script.

use super::hidden_if;
use crate::{context::RequestContext, fields::Fields, frame::Frame, pages::encoded, routes::Next};
use domain::{interaction::AccountPage, stores::Part};
use leptos::prelude::*;

/// The longest place in a list that an address may say: the longest id, and what stands before it.
const LONGEST: usize = 200;

/// Which page of a list is shown.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// Where it begins, unless it is the first.
    pub after: Option<String>,
    /// Where the next begins, if there is one.
    pub next: Option<String>,
    /// Which items it shows, where they were counted.
    pub shown: Option<Shown>,
}

/// Which items of how many.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown {
    /// How many come before.
    pub skipped: u64,
    /// How many are shown.
    pub count: u64,
    /// How many there are.
    pub total: u64,
}

impl Pager {
    /// Of the part of a list that begins at `after`, if that led anywhere.
    pub(crate) fn of<T>(after: Option<&str>, part: &Part<T, String>) -> Self {
        Self {
            after: after.filter(|_| part.skipped > 0).map(str::to_owned),
            next: part.next.clone(),
            shown: Some(Shown {
                skipped: part.skipped,
                count: u64::try_from(part.items.len()).unwrap_or_default(),
                total: part.total,
            }),
        }
    }

    /// How many items there are on all pages.
    pub(crate) fn total(&self) -> u64 {
        self.shown.map_or(0, |shown| shown.total)
    }

    /// By which a form says which page it stands on.
    pub(crate) fn field(&self) -> Option<AnyView> {
        hidden_if("after", self.after.as_ref())
    }
}

/// Which page an address or a form names; whether there is such a page is for whoever reads the list.
pub(crate) fn after(fields: &Fields) -> Option<&str> {
    fields.find("after").filter(|after| is_place(after))
}

fn is_place(after: &str) -> bool {
    !after.is_empty() && after.len() <= LONGEST
}

/// Back to the page that an act was done on, which says what was done.
pub(crate) fn back(cx: &RequestContext, page: AccountPage, after: Option<&str>, done: &str) -> Next {
    let path = page.path();
    match after.filter(|after| is_place(after)) {
        Some(after) => cx.next(format_args!("{path}?after={}&done={done}", encoded(after))),
        None => cx.next(format_args!("{path}?done={done}")),
    }
}

/// The links of a page; `query` is what else says which items are listed.
pub(crate) fn view(pager: &Pager, (page, query): (AccountPage, String), frame: &Frame) -> Option<AnyView> {
    if pager.after.is_none() && pager.next.is_none() {
        return None;
    }
    let w = &frame.words;
    let to = |after: Option<&String>| {
        let after = after.map(|after| format!("after={}", encoded(after)));
        let query = Some(&query).filter(|query| !query.is_empty()).cloned();
        let query: Vec<String> = query.into_iter().chain(after).collect();
        let path = frame.path(page.path());
        match query.is_empty() {
            true => path,
            false => format!("{path}?{}", query.join("&")),
        }
    };
    let shown = pager.shown.map(|shown| {
        let (first, last) = (shown.skipped + 1, shown.skipped + shown.count);
        let values = [
            ("first", first.to_string().into()),
            ("last", last.to_string().into()),
            ("total", shown.total.to_string().into()),
        ];
        view! { <p class="muted">{w.with("pager-shown", &values)}</p> }
    });
    let first = pager.after.as_ref().map(|_| {
        view! { <a class="button" href=to(None) rel="first">{w.get("pager-first")}</a> }
    });
    let next = pager.next.as_ref().map(|next| {
        view! { <a class="button" href=to(Some(next)) rel="next">{w.get("pager-next")}</a> }
    });
    Some(
        view! {
            <nav class="stack" aria-label=w.get("pager-label")>
                {shown}
                <div class="actions">{first}{next}</div>
            </nav>
        }
        .into_any(),
    )
}
