//! What the page of connected apps looks like. There may be many: what is said of each is worked out once.

use super::{Apps, Connected};
use crate::{
    components::{
        app_tile, breakable,
        day::Moments,
        hidden, notice,
        pager::{self, Pager},
    },
    frame::Frame,
    pages::{account::framed, consent::described_words},
    words::Pattern,
};
use domain::interaction::AccountPage;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The scope without which nobody is signed in (OpenID Connect Core §3.1.2.1).
const OPENID: &str = "openid";
/// The scope by which an app goes on while the person is away (OpenID Connect Core §11).
const OFFLINE: &str = "offline_access";

/// What is said of every app.
struct Said<'a> {
    pager: &'a Pager,
    moments: Moments<'a>,
    scopes: BTreeMap<&'a str, String>,
    page: String,
    act: String,
    away: String,
    open: String,
    open_of: Pattern,
    publisher: (String, String),
    itself: String,
    times: Pattern,
    remove: String,
    remove_of: Pattern,
    narrow: Narrow,
}

/// What is said where an app may be left less.
struct Narrow {
    title: String,
    text: String,
    save: String,
}

impl<'a> Said<'a> {
    fn new(page: &'a Apps, frame: &'a Frame) -> Self {
        let w = &frame.words;
        let mut scopes = BTreeMap::new();
        for scope in page.apps.iter().flat_map(|app| &app.scopes) {
            let words = || described_words(scope, &page.described, w).0;
            scopes.entry(scope.as_str()).or_insert_with(words);
        }
        Self {
            pager: &page.pager,
            moments: Moments::new(w),
            scopes,
            page: frame.path(AccountPage::Apps.path()),
            act: frame.path("/api/account/apps/remove"),
            away: w.get("apps-away"),
            open: w.get("apps-open"),
            open_of: w.pattern("apps-open-of", &["app"]),
            publisher: w.around("apps-publisher", "host", &[]),
            itself: w.get("apps-publisher-itself"),
            times: w.pattern("apps-times", &["granted", "used"]),
            remove: w.get("apps-remove"),
            remove_of: w.pattern("apps-remove-of", &["app"]),
            narrow: Narrow {
                title: w.get("apps-narrow"),
                text: w.get("apps-narrow-text"),
                save: w.get("apps-narrow-save"),
            },
        }
    }

    fn scope(&self, scope: &str) -> String {
        self.scopes.get(scope).cloned().unwrap_or_default()
    }
}

/// The page.
pub(crate) fn view(page: &Apps, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let (keep, signed_in): (Vec<_>, Vec<_>) = page.apps.iter().partition(|app| app.keeps_access);
    let list = if page.apps.is_empty() {
        view! { <p class="empty">{w.get("apps-empty")}</p> }.into_any()
    } else {
        let mut said = Said::new(page, frame);
        let mut listed = |id, (title, text), apps: &[&Connected]| {
            let items: Vec<_> = apps.iter().map(|app| item(app, &mut said, frame)).collect();
            group(id, (w.get(title), w.get(text)), items)
        };
        view! {
            <p class="muted">{w.get("apps-text")}</p>
            {listed("keep", ("apps-keep-title", "apps-keep-text"), &keep)}
            {listed("signed-in", ("apps-sign-in-title", "apps-sign-in-text"), &signed_in)}
            {pager::view(&page.pager, (AccountPage::Apps, String::new()), frame)}
            {(page.pager.total() > 1).then(|| all(frame))}
        }
        .into_any()
    };
    let body = view! { {notice::done(page.done.map(|done| w.get(done)))}{list} };
    framed(AccountPage::Apps, w.get("apps-title"), body.into_any(), frame)
}

fn group(id: &'static str, (title, text): (String, String), items: Vec<AnyView>) -> Option<AnyView> {
    (!items.is_empty()).then(|| {
        view! {
            <section class="card stack" aria-labelledby=id>
                <h2 id=id>{title}</h2>
                <p class="muted">{text}</p>
                <ul>{items}</ul>
            </section>
        }
        .into_any()
    })
}

fn all(frame: &Frame) -> AnyView {
    view! {
        <form class="actions" method="post" action=frame.path(AccountPage::Apps.path())>
            {hidden("act", "remove-all")}
            <button class="button button--danger" type="submit">{frame.words.get("apps-remove-all")}</button>
        </form>
    }
    .into_any()
}

fn item(connected: &Connected, said: &mut Said<'_>, frame: &Frame) -> AnyView {
    let app = &connected.app;
    let away = connected
        .keeps_access
        .then(|| view! { " "<span class="badge">{said.away.clone()}</span> });
    let told = connected.scopes.iter().filter(|scope| *scope != OFFLINE);
    let told: Vec<_> = told
        .map(|scope| view! { <span>{said.scope(scope)}</span> })
        .collect();
    let open = connected.open.clone().map(|href| {
        view! {
            <a class="button" href=href rel="noopener noreferrer nofollow">
                {said.open.clone()}<span class="sr">" "{said.open_of.with(&[&app.name])}</span>
            </a>
        }
    });
    let publisher = match app.unreviewed {
        true => said.itself.clone().into_any(),
        false => {
            let (before, after) = said.publisher.clone();
            view! { {before}{breakable(&app.host)}{after} }.into_any()
        }
    };
    let granted = said.moments.day(connected.granted);
    let used = said.moments.day(connected.used);
    let times = said.times.with(&[&granted, &used]);
    view! {
        <li class="list__item">
            {app_tile(app, frame)}
            <span class="list__text">
                <span class="list__title">{app.name.clone()}{away}</span>
                <span class="muted small">{publisher}</span>
                {told}
                <span class="muted small">{times}</span>
            </span>
            {open}
            <form method="post" action=said.page.clone() data-act=said.act.clone()>
                <input type="hidden" name="client_id" value=connected.client_id.clone()/>
                {said.pager.field()}
                <button class="button button--danger" type="submit">
                    {said.remove.clone()}<span class="sr">" "{said.remove_of.with(&[&app.name])}</span>
                </button>
            </form>
            {narrowing(connected, said)}
        </li>
    }
    .into_any()
}

/// What may be unticked: all but who the person is, without which there is no sign-in.
fn narrowing(connected: &Connected, said: &Said<'_>) -> Option<impl IntoView + use<>> {
    let optional = connected.allowed.iter().filter(|scope| *scope != OPENID);
    let boxes: Vec<_> = optional
        .map(|scope| {
            view! {
                <label class="scopes__item tick">
                    <input class="tick__box" type="checkbox" name="scope" value=scope.clone() checked=true/>
                    <span>{said.scope(scope)}</span>
                </label>
            }
        })
        .collect();
    let (page, narrow) = (said.page.clone(), &said.narrow);
    (!boxes.is_empty()).then(|| {
        view! {
            <details class="more">
                <summary>{narrow.title.clone()}<span class="sr">" "{said.remove_of.with(&[&connected.app.name])}</span></summary>
                <form class="stack" method="post" action=page>
                    <input type="hidden" name="act" value="narrow"/>
                    <input type="hidden" name="client_id" value=connected.client_id.clone()/>
                    {said.pager.field()}
                    <fieldset class="scopes"><legend class="muted small">{narrow.text.clone()}</legend>{boxes}</fieldset>
                    <div class="actions"><button class="button" type="submit">{narrow.save.clone()}</button></div>
                </form>
            </details>
        }
    })
}
