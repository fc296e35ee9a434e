//! Connecting a device by the code it shows (RFC 8628 §3.3): typing it, checking whose device it is, deciding.
//!
//! Nothing is decided by opening a link, whoever's app it is. The forms are posted without script only.

mod api;

pub(crate) use api::{again, load, post};

use crate::{
    components::{App, Person, day, device, field, field::Field, field::Kind, hidden, notice, submit},
    error::UiError,
    frame::Frame,
    pages::consent,
    words::Words,
};
use domain::{clock::Timestamp, consent::Validity};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Connecting a device.
#[derive(Clone, Debug)]
pub struct DevicePage {
    /// How far the person got.
    pub step: Step,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// How far the person got.
#[derive(Clone, Debug)]
pub enum Step {
    /// Typing the code.
    Code {
        /// What is in the field already.
        typed: String,
    },
    /// Deciding.
    Confirm(Box<Waiting>),
    /// Nothing is left to do.
    Done {
        /// The app, if it is still there.
        app: Option<String>,
        /// Whether it was allowed.
        allowed: bool,
    },
}

/// A device that waits for a decision.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The request that waits.
    pub interaction: String,
    /// The code that the device shows.
    pub code: String,
    /// The app on it.
    pub app: App,
    /// Who is asked.
    pub person: Person,
    /// What it asks for.
    pub scopes: Vec<String>,
    /// What APIs say of their scopes.
    pub described: BTreeMap<String, String>,
    /// The address it asked from.
    pub address: Option<String>,
    /// Whether that is of another network than the person's.
    pub elsewhere: bool,
    /// What it said it is.
    pub user_agent: Option<String>,
    /// When it asked.
    pub at: Timestamp,
}

impl DevicePage {
    /// The status of an answer that shows it.
    pub(crate) fn status(&self) -> u16 {
        self.error.as_ref().map_or(200, |error| error.kind.status())
    }

    pub(crate) fn title(&self, w: &Words) -> String {
        match &self.step {
            Step::Code { .. } => w.get("device-page"),
            Step::Confirm(waiting) => w.with(
                "device-confirm-page",
                &[("app", waiting.app.name.as_str().into())],
            ),
            Step::Done { allowed: true, .. } => w.get("device-allowed-title"),
            Step::Done { allowed: false, .. } => w.get("device-denied-title"),
        }
    }

    pub(crate) fn app(&self) -> Option<&App> {
        match &self.step {
            Step::Confirm(waiting) => Some(&waiting.app),
            Step::Code { .. } | Step::Done { .. } => None,
        }
    }
}

/// The page.
pub(crate) fn view(page: &DevicePage, frame: &Frame) -> AnyView {
    let error = page.error.as_ref();
    match &page.step {
        Step::Code { typed } => code(typed, error, frame),
        Step::Confirm(waiting) => confirm(waiting, error, frame),
        Step::Done { app, allowed } => done(app.as_deref(), *allowed, frame),
    }
}

fn code(typed: &str, error: Option<&UiError>, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let field = Field {
        name: "code",
        kind: Kind::UserCode,
        value: typed,
        error,
    };
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("device-title")}</h1><p class="muted">{w.get("device-text")}</p></div>
            {notice::error(error)}
            <form class="stack" method="post" action=frame.path("/device")>
                {field::view(&field, w)}
                {submit(w.get("device-continue"))}
            </form>
        </div>
    }
    .into_any()
}

fn confirm(waiting: &Waiting, error: Option<&UiError>, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let app = || waiting.app.name.as_str().into();
    let switch = frame.path(&format!("/login?interaction={}&choose=1", waiting.interaction));
    let asked = consent::Asked {
        required: &waiting.scopes,
        ..Default::default()
    };
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.with("device-confirm-title", &[("app", app())])}</h1></div>
            {notice::error(error)}
            <section class="same-code" aria-labelledby="same-code">
                <h2 class="same-code__title" id="same-code">{w.get("device-same-code")}</h2>
                <p class="same-code__code" dir="ltr"><strong>{waiting.code.clone()}</strong></p>
            </section>
            <div class="notice notice--warn small">
                <p><strong>{w.get("device-warning")}</strong></p>
                <p>{w.with("device-warning-more", &[("app", app())])}</p>
            </div>
            {consent::parties(&waiting.person, &waiting.app, frame)}
            <p class="muted small"><a href=switch>{w.get("consent-switch")}</a></p>
            {asked_from(waiting, w)}
            {publisher(&waiting.app, w)}
            <form class="stack" method="post" action=frame.path("/device")>
                {hidden("interaction", waiting.interaction.clone())}
                {consent::scopes(&waiting.app.name, &asked, &waiting.described, w)}
                {consent::validity::choice(Validity::default(), false, w)}
                {consent::own_words(&waiting.app, w)}
                // Deny first, as on the consent page.
                <div class="actions actions--pair actions--guard">
                    <button class="button" type="submit" name="decision" value="deny">{w.get("device-deny")}</button>
                    <button class="button button--primary" type="submit" name="decision" value="allow">{w.get("consent-allow")}</button>
                </div>
            </form>
            <div class="card__foot"><p class="muted small">{w.get("consent-remove")}</p></div>
        </div>
    }
    .into_any()
}

/// Where the device asked from: what somebody who was sent a code could notice.
fn asked_from(waiting: &Waiting, w: &Words) -> AnyView {
    let elsewhere = waiting
        .elsewhere
        .then(|| view! { <br/>{w.get("device-elsewhere")} });
    let kind = device::known(waiting.user_agent.as_deref(), w);
    let kind = kind.unwrap_or_else(|| w.get("device-kind-unknown"));
    let address = waiting.address.clone().map(|address| {
        view! { <dt>{w.get("device-address")}</dt><dd>{address}{elsewhere}</dd> }
    });
    view! {
        <section aria-labelledby="asked-from">
            <h2 class="scopes__title" id="asked-from">{w.get("device-asked-from")}</h2>
            <dl class="facts">
                <dt>{w.get("device-kind")}</dt><dd>{kind}</dd>
                {address}
                <dt>{w.get("device-when")}</dt>
                <dd><time datetime=day::machine(waiting.at)>{day::minute(waiting.at, w)}</time></dd>
            </dl>
        </section>
    }
    .into_any()
}

fn publisher(app: &App, w: &Words) -> AnyView {
    if app.host.is_empty() {
        let key = if app.unreviewed {
            "device-unreviewed"
        } else {
            "device-unchecked"
        };
        let unknown = w.with(key, &[("app", app.name.as_str().into())]);
        return view! { <p class="muted small">{unknown}</p> }.into_any();
    }
    view! { <p class="muted small">{consent::unchecked(app, w)}</p> }.into_any()
}

fn done(app: Option<&str>, allowed: bool, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let app = || app.unwrap_or_default().into();
    let (title, text) = if allowed {
        (
            w.get("device-allowed-title"),
            w.with("device-allowed-text", &[("app", app())]),
        )
    } else {
        (
            w.get("device-denied-title"),
            w.with("device-denied-text", &[("app", app())]),
        )
    };
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{title}</h1><p>{text}</p></div>
            <div class="card__foot">
                <p class="muted small"><a href=frame.path("/account/apps")>{w.get("device-apps")}</a></p>
            </div>
        </div>
    }
    .into_any()
}
