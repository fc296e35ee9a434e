//! How the passkeys of an account look.

use super::{Done, Item, Section};
use crate::{
    components::{day, hidden, mark::keeper, notice},
    frame::Frame,
    words::Words,
};
use leptos::prelude::*;

const PAGE: &str = "/account/security";

/// The form by which script makes a passkey; hidden until there is script.
pub(crate) fn form(
    (action, act): (&str, &str),
    fields: AnyView,
    (class, text): (&'static str, String),
    frame: &Frame,
) -> AnyView {
    view! {
        <form
            method="post"
            action=frame.path(action)
            data-act=frame.path(act)
            data-ask=frame.path("/api/account/passkeys/ask")
            data-passkey="create"
            data-failed=frame.words.get("passkey-none-made")
            hidden=true
        >
            {fields}
            {hidden("ceremony", "")}
            {hidden("answer", "")}
            <button class=class type="submit">{text}</button>
        </form>
    }
    .into_any()
}

/// The section.
pub(in super::super) fn view(section: &Section, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let done = section.done.map(|done| match done {
        Done::Added => w.get("passkey-added"),
        Done::Renamed => w.get("passkey-renamed"),
        Done::Removed => w.get("passkey-removed"),
    });
    let items: Vec<_> = section
        .items
        .iter()
        .enumerate()
        .map(|at| item(at, frame))
        .collect();
    let list = (!items.is_empty()).then(|| view! { <ul>{items}</ul> });
    view! {
        <section class="card stack" aria-labelledby="passkeys-title">
            <h2 id="passkeys-title">{w.get("passkeys-title")}</h2>
            {notice::done(done)}
            <p>{w.get("passkeys-text")}</p>
            {list}
            {add(section, frame)}
            {accepted(section)}
        </section>
    }
    .into_any()
}

fn add(section: &Section, frame: &Frame) -> AnyView {
    let w = &frame.words;
    if section.relying_party.is_none() {
        return view! { <p class="muted">{w.get("passkeys-not-here")}</p> }.into_any();
    }
    if !section.recent {
        return view! {
            <form method="post" action=frame.path(PAGE) data-act=frame.path("/api/account/passkeys/add")>
                {hidden("act", "passkey-add")}
                {hidden("ceremony", "")}
                {hidden("answer", "")}
                <button class="button" type="submit">{w.get("passkey-prove-first")}</button>
            </form>
        }
        .into_any();
    }
    let fields = hidden("act", "passkey-add");
    let form = form(
        (PAGE, "/api/account/passkeys/add"),
        fields,
        ("button button--primary", w.get("passkey-create")),
        frame,
    );
    view! {
        <div class="actions">{form}</div>
        <noscript><p class="muted">{w.get("passkey-make-needs-script")}</p></noscript>
    }
    .into_any()
}

/// Tells password managers which passkeys of this account, in this realm, are still good.
fn accepted(section: &Section) -> Option<AnyView> {
    let relying_party = section.relying_party.clone()?;
    let ids: Vec<_> = section
        .items
        .iter()
        .map(|item| item.credential.as_str())
        .collect();
    Some(
        view! {
            <span
                hidden=true
                data-passkeys-of=section.handle.clone()
                data-relying-party=relying_party
                data-accepted=ids.join(" ")
            ></span>
        }
        .into_any(),
    )
}

fn called(passkey: &Item, w: &Words) -> String {
    let name = passkey.name.clone().or_else(|| passkey.provider.clone());
    name.unwrap_or_else(|| w.get("passkey-unnamed"))
}

fn item((at, passkey): (usize, &Item), frame: &Frame) -> AnyView {
    let w = &frame.words;
    let name = called(passkey, w);
    let synced = passkey
        .synced
        .then(|| view! { " "<span class="badge">{w.get("passkey-synced")}</span> });
    let here = view! {
        <span class="badge badge--ok" data-credential=passkey.credential.clone() hidden=true>{w.get("passkey-here")}</span>
    };
    let provider = passkey.provider.clone().filter(|provider| *provider != name);
    let provider = provider.map(|provider| view! { <span class="muted small">{provider}</span> });
    let created = day::day(passkey.created, w);
    let times = match passkey.used {
        Some(used) => w.with(
            "passkey-times",
            &[("created", created.into()), ("used", day::day(used, w).into())],
        ),
        None => w.with("passkey-created", &[("created", created.into())]),
    };
    let of = w.with("passkey-of", &[("name", name.as_str().into())]);
    view! {
        <li class="list__item passkey">
            {keeper(passkey.keeper)}
            <span class="list__text">
                <span class="list__title">{name}{synced}" "{here}</span>
                {provider}
                <span class="muted small">{times}</span>
                {rename((at, passkey), &of, frame)}
            </span>
            <form method="post" action=frame.path(PAGE) data-act=frame.path("/api/account/passkeys/remove")>
                {hidden("act", "passkey-remove")}
                {hidden("passkey", passkey.id.clone())}
                <button class="button button--danger" type="submit">
                    {w.get("passkey-remove")}<span class="sr">" "{of}</span>
                </button>
            </form>
        </li>
    }
    .into_any()
}

fn rename((at, passkey): (usize, &Item), of: &str, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let id = format!("passkey-name-{at}");
    view! {
        <details>
            <summary>{w.get("passkey-rename")}<span class="sr">" "{of.to_owned()}</span></summary>
            <form
                class="stack"
                method="post"
                action=frame.path(PAGE)
                data-act=frame.path("/api/account/passkeys/rename")
            >
                {hidden("act", "passkey-rename")}
                {hidden("passkey", passkey.id.clone())}
                <label class="field__label" for=id.clone()>{w.get("passkey-name")}</label>
                <input
                    class="field__input"
                    type="text"
                    id=id
                    name="passkey_name"
                    maxlength="100"
                    autocomplete="off"
                    value=passkey.name.clone()
                />
                <button class="button" type="submit">{w.get("passkey-save")}</button>
            </form>
        </details>
    }
    .into_any()
}
