//! What an app asks for, and the person's decision.
//!
//! The form is posted without script only: its answer leads out of the product, and scopes are a repeated field.

mod api;
pub(crate) mod validity;

pub(crate) use api::{again, described, in_order, load, post};

use crate::{
    components::{App, Person, app_tile, breakable, hidden, notice, tile},
    error::UiError,
    frame::Frame,
    words::Words,
};
use domain::{consent::Validity, federation::ProviderId};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// What an app asks for.
#[derive(Clone, Debug)]
pub struct ConsentPage {
    /// The request that waits.
    pub interaction: String,
    /// The app that asks.
    pub app: App,
    /// Who is asked.
    pub person: Person,
    /// What it needs whatever the person chooses.
    pub required: Vec<String>,
    /// What the person allowed before, which it keeps.
    pub before: Vec<String>,
    /// What the person may leave out.
    pub optional: Vec<String>,
    /// What of that the person left out before.
    pub declined: Vec<String>,
    /// What APIs say of their scopes, and what people call providers whose tokens are asked for.
    pub described: BTreeMap<String, String>,
    /// For how long it is allowed unless the person says otherwise.
    pub validity: Validity,
    /// Whether the answer goes to whatever program listens on the person's own device.
    pub to_loopback: bool,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// A scope in words, and what it means more exactly.
fn scope_words(scope: &str, w: &Words) -> (String, Option<String>) {
    match scope {
        "openid" => (w.get("scope-openid"), Some(w.get("scope-openid-hint"))),
        "profile" => (w.get("scope-profile"), None),
        "email" => (w.get("scope-email"), None),
        "phone" => (w.get("scope-phone"), None),
        "address" => (w.get("scope-address"), None),
        "groups" => (w.get("scope-groups"), None),
        "attributes" => (w.get("scope-attributes"), None),
        "offline_access" => (w.get("scope-offline"), Some(w.get("scope-offline-hint"))),
        other => match ProviderId::of_tokens(other) {
            Some(id) => provider_words(id.as_str(), w),
            None => (w.with("scope-other", &[("scope", other.into())]), None),
        },
    }
}

/// A scope in the words of its API or with what people call its provider, where those are known.
pub(crate) fn described_words(
    scope: &str,
    described: &BTreeMap<String, String>,
    w: &Words,
) -> (String, Option<String>) {
    match described.get(scope) {
        Some(label) if ProviderId::of_tokens(scope).is_some() => provider_words(label, w),
        Some(words) => (words.clone(), Some(scope.to_owned())),
        None => scope_words(scope, w),
    }
}

/// The scope of a provider's tokens in words.
fn provider_words(label: &str, w: &Words) -> (String, Option<String>) {
    let words = w.with("scope-provider", &[("provider", label.into())]);
    (words, Some(w.get("scope-provider-hint")))
}

/// The page.
pub(crate) fn view(page: &ConsentPage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let name = page.app.name.as_str();
    let switch = frame.path(&format!("/login?interaction={}&choose=1", page.interaction));
    let kept: Vec<_> = page
        .required
        .iter()
        .chain(&page.before)
        .map(|scope| hidden("scope", scope.clone()))
        .collect();
    let asked = Asked {
        required: &page.required,
        before: &page.before,
        optional: &page.optional,
        declined: &page.declined,
    };
    let loopback = page.to_loopback.then(|| {
        let warning = w.with("consent-loopback", &[("app", name.into())]);
        view! { <p class="notice notice--warn small">{warning}</p> }
    });
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.with("consent-title", &[("app", name.into())])}</h1></div>
            {notice::error(page.error.as_ref())}
            {parties(&page.person, &page.app, frame)}
            <p class="muted small"><a href=switch>{w.get("consent-switch")}</a></p>
            <p class="notice notice--warn small">{unchecked(&page.app, w)}</p>
            {loopback}
            <form class="stack" method="post" action=frame.path("/consent")>
                {hidden("interaction", page.interaction.clone())}
                {kept}
                {scopes(name, &asked, &page.described, w)}
                {validity::choice(page.validity, !page.before.is_empty(), w)}
                {limits(w)}
                {own_words(&page.app, w)}
                // Cancel first: Enter in a checkbox must not allow.
                <div class="actions actions--pair actions--guard">
                    <button class="button" type="submit" name="decision" value="deny">{w.get("consent-cancel")}</button>
                    <button class="button button--primary" type="submit" name="decision" value="allow">{w.get("consent-allow")}</button>
                </div>
            </form>
            <div class="card__foot"><p class="muted small">{w.get("consent-remove")}</p></div>
        </div>
    }
    .into_any()
}

/// Who is asked, and by whom.
pub(crate) fn parties(person: &Person, app: &App, frame: &Frame) -> AnyView {
    view! {
        <div class="parties">
            <div class="parties__side">
                {tile(&person.name, "tile tile--person")}
                <strong>{person.name.clone()}</strong>
                <span class="muted small">{breakable(&person.email)}</span>
            </div>
            <span class="parties__link" aria-hidden="true">
                <svg width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"
                    stroke-linecap="round" stroke-linejoin="round"><path d="M4 12h16M14 6l6 6-6 6"/></svg>
            </span>
            <div class="parties__side">
                {app_tile(app, frame)}
                <strong>{app.name.clone()}</strong>
                <span class="muted small">{breakable(&app.host)}</span>
            </div>
        </div>
    }
    .into_any()
}

/// What nobody checked about an app that has a host.
pub(crate) fn unchecked(app: &App, w: &Words) -> AnyView {
    let key = if app.unreviewed {
        "consent-unreviewed"
    } else {
        "consent-unchecked"
    };
    let (before, after) = w.around(key, "host", &[]);
    view! { {before}<strong>{app.host.clone()}</strong>{after} }.into_any()
}

/// What an app asks for.
#[derive(Default)]
pub(crate) struct Asked<'a> {
    /// What it needs whatever the person chooses.
    pub required: &'a [String],
    /// What the person allowed before.
    pub before: &'a [String],
    /// What the person may leave out.
    pub optional: &'a [String],
    /// What of that the person left out before.
    pub declined: &'a [String],
}

/// What the app named `app` needs, has, and may be refused, in the words of the APIs where they have some.
pub(crate) fn scopes(
    app: &str,
    asked: &Asked<'_>,
    described: &BTreeMap<String, String>,
    w: &Words,
) -> AnyView {
    let words = |scope: &String| {
        let (text, hint) = described_words(scope, described, w);
        let hint = hint.map(|hint| view! { <span class="tick__hint">{hint}</span> });
        view! { <span>{text}</span>{hint} }
    };
    let marked = |id: &'static str, title: &str, scopes: &[String]| {
        let title = w.with(title, &[("app", app.into())]);
        let items: Vec<_> = scopes
            .iter()
            .map(|scope| view! { <li class="scopes__item tick mark">{words(scope)}</li> })
            .collect();
        (!items.is_empty()).then(|| {
            view! { <section aria-labelledby=id><h2 class="scopes__title" id=id>{title}</h2><ul>{items}</ul></section> }
        })
    };
    let needs = marked("needs", "consent-needs", asked.required);
    let before = marked("before", "consent-before", asked.before);
    let new = |scope: &String| !asked.declined.contains(scope);
    let optional: Vec<_> = asked
        .optional
        .iter()
        .map(|scope| {
            view! {
                <label class="scopes__item tick">
                    <input class="tick__box" type="checkbox" name="scope" value=scope.clone() checked=new(scope)/>
                    {words(scope)}
                </label>
            }
        })
        .collect();
    let choose = match !asked.before.is_empty() && asked.optional.iter().all(new) {
        true => "consent-choose-more",
        false => "consent-choose",
    };
    let may = (!optional.is_empty()).then(|| {
        view! { <fieldset><legend class="scopes__title">{w.get(choose)}</legend>{optional}</fieldset> }
    });
    view! { <div class="scopes">{needs}{before}{may}</div> }.into_any()
}

/// What the app says of itself, elsewhere; its picture is not loaded from there.
pub(crate) fn own_words(app: &App, w: &Words) -> Option<AnyView> {
    let links: Vec<_> = [
        (&app.home, "app-home"),
        (&app.policy, "app-policy"),
        (&app.terms, "app-terms"),
    ]
    .into_iter()
    .filter_map(|(uri, words)| {
        let (uri, text) = (uri.clone()?, w.get(words));
        Some(view! { <li><a href=uri rel="noopener noreferrer nofollow" target="_blank">{text}</a></li> })
    })
    .collect();
    (!links.is_empty()).then(|| {
        view! { <ul class="app-links small" aria-label=w.with("app-links", &[("app", app.name.as_str().into())])>{links}</ul> }
            .into_any()
    })
}

fn limits(w: &Words) -> AnyView {
    view! {
        <section class="limits" aria-labelledby="limits">
            <h2 class="scopes__title" id="limits">{w.get("consent-never")}</h2>
            <ul>
                <li>{w.get("consent-never-password")}</li>
                <li>{w.get("consent-never-account")}</li>
                <li>{w.get("consent-never-other")}</li>
            </ul>
        </section>
    }
    .into_any()
}
