//! What the page of linked identities looks like. The form that links one leads away from here, so the browser sends it
//! itself.

use super::{Done, Item, LinkedPage};
use crate::{
    components::{breakable, day, hidden, mark::mark, notice},
    frame::Frame,
    pages::account::framed,
    words::Words,
};
use domain::interaction::AccountPage;
use leptos::prelude::*;

/// The page.
pub(crate) fn view(page: &LinkedPage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let done = page.done.filter(|_| page.error.is_none()).map(|done| match done {
        Done::Linked => w.get("linked-done"),
        Done::Removed => w.get("linked-removed"),
    });
    let body = view! {
        {notice::error(page.error.as_ref())}
        {notice::done(done)}
        {list(page, frame)}
        {add(page, frame)}
    };
    framed(AccountPage::Linked, w.get("linked-title"), body.into_any(), frame)
}

fn list(page: &LinkedPage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    if page.items.is_empty() {
        let text = match page.providers.is_empty() {
            true => w.get("linked-none"),
            false => w.get("linked-empty"),
        };
        return view! { <p class="empty">{text}</p> }.into_any();
    }
    let items: Vec<_> = page.items.iter().map(|identity| item(identity, frame)).collect();
    view! {
        <p class="muted">{w.get("linked-text")}</p>
        <section class="card" aria-label=w.get("linked-list")><ul>{items}</ul></section>
    }
    .into_any()
}

fn item(identity: &Item, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let linked = day::day(identity.linked, w);
    let times = match identity.used {
        Some(used) => w.with(
            "linked-times",
            &[("linked", linked.into()), ("used", day::day(used, w).into())],
        ),
        None => w.with("linked-since", &[("linked", linked.into())]),
    };
    let provider = identity.provider.as_str();
    let off = (!identity.usable).then(|| {
        let text = w.with("linked-off", &[("provider", provider.into())]);
        view! { <span>{text}</span> }
    });
    let gone = (!identity.usable).then(|| view! { " "<span class="badge">{w.get("linked-gone")}</span> });
    let label = identity
        .label
        .as_deref()
        .map(|label| view! { <span>{breakable(label)}</span> });
    let of = w.with(
        "linked-remove-of",
        &[("provider", identity.provider.as_str().into())],
    );
    view! {
        <li class="list__item">
            {mark(identity.mark, &identity.provider, "tile")}
            <span class="list__text">
                <span class="list__title">{identity.provider.clone()}{gone}</span>
                {label}
                {off}
                {said(identity, w)}
                <span class="muted small">{times}</span>
            </span>
            <form
                method="post"
                action=frame.path(AccountPage::Linked.path())
                data-act=frame.path("/api/account/linked/unlink")
            >
                {hidden("act", "identity-unlink")}
                {hidden("identity", identity.id.clone())}
                <button class="button button--danger" type="submit">
                    {w.get("linked-remove")}<span class="sr">" "{of}</span>
                </button>
            </form>
        </li>
    }
    .into_any()
}

/// What the provider says of the person.
fn said(identity: &Item, w: &Words) -> Vec<AnyView> {
    let about = identity.about.iter();
    let about: Vec<String> = about.map(|(name, value)| format!("{name}: {value}")).collect();
    let sentence = |key: &str, name: &'static str, listed: &[String]| {
        let values = [
            ("provider", identity.provider.as_str().into()),
            (name, w.list(listed).into()),
        ];
        let text = w.with(key, &values);
        (!listed.is_empty()).then(|| view! { <span class="small">{breakable(&text)}</span> }.into_any())
    };
    let groups = sentence("linked-says-groups", "groups", &identity.groups);
    let about = sentence("linked-says-about", "about", &about);
    let administers = identity.administers.then(|| {
        let text = w.with(
            "linked-administers",
            &[("provider", identity.provider.as_str().into())],
        );
        view! { <span class="small">{text}</span> }.into_any()
    });
    groups.into_iter().chain(about).chain(administers).collect()
}

fn add(page: &LinkedPage, frame: &Frame) -> Option<AnyView> {
    let w = &frame.words;
    let forms: Vec<_> = page
        .providers
        .iter()
        .map(|provider| {
            let text = w.with("linked-add", &[("provider", provider.label.as_str().into())]);
            view! {
                <form method="post" action=frame.path(AccountPage::Linked.path())>
                    {hidden("act", "identity-link")}
                    {hidden("provider", provider.id.clone())}
                    <button class="button" type="submit">
                        {mark(provider.mark, &provider.label, "tile tile--mark")}<span>{text}</span>
                    </button>
                </form>
            }
        })
        .collect();
    (!forms.is_empty()).then(|| {
        view! {
            <section class="card stack" aria-labelledby="linked-add">
                <div class="card__head"><h2 id="linked-add">{w.get("linked-add-title")}</h2><p class="muted">{w.get("linked-add-text")}</p></div>
                <div class="actions">{forms}</div>
            </section>
        }
        .into_any()
    })
}
