//! Adding a second factor because an app asks for one and the account has none, or using the passkey that it has
//! (RFC 9470 §5). Whoever wants neither goes on without, or back to the app that insists.

mod api;

pub use api::{add, add_passkey, confirm, decline};
pub(crate) use api::{again, load, post};

use crate::{
    components::{App, hidden, notice},
    error::UiError,
    frame::Frame,
    pages::{
        account::security::{
            authenticator::{self, Adding},
            passkeys, recovery_codes,
        },
        sign_in, with_interaction,
    },
};
use leptos::prelude::*;

const PAGE: &str = "/second-factor";

/// Adding a second factor on the way.
#[derive(Clone, Debug)]
pub struct EnrolmentPage {
    /// The request that waits.
    pub interaction: String,
    /// The app that waits.
    pub app: Option<App>,
    /// Whether it takes nothing less.
    pub insists: bool,
    /// What can be done with passkeys, where there are any at this address.
    pub passkey: Option<PasskeyWay>,
    /// An authenticator app that is being added.
    pub adding: Option<Adding>,
    /// New recovery codes, which are never shown again.
    pub codes: Option<Vec<String>>,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// What can be done with passkeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyWay {
    /// The account has one.
    Use,
    /// One can be made.
    Make,
}

/// The page.
pub(crate) fn view(page: &EnrolmentPage, frame: &Frame) -> AnyView {
    match (&page.codes, &page.adding) {
        (Some(codes), _) => codes_view(page, codes, frame),
        (None, Some(adding)) => adding_view(page, adding, frame),
        (None, None) => ways_view(page, frame),
    }
}

fn here(page: &EnrolmentPage, frame: &Frame) -> String {
    frame.path(&with_interaction(PAGE, Some(&page.interaction)))
}

fn ways_view(page: &EnrolmentPage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let app = page.app.as_ref().map(|app| app.name.clone());
    let app = app.unwrap_or_else(|| w.get("enrolment-app"));
    let named = |key| w.with(key, &[("app", app.as_str().into())]);
    let text = match page.passkey {
        Some(PasskeyWay::Use) => named("enrolment-text-passkey"),
        Some(PasskeyWay::Make) => named("enrolment-text"),
        None => named("enrolment-text-authenticator"),
    };
    let (decline, without) = match page.insists {
        true => (named("enrolment-cancel"), named("enrolment-insists")),
        false => (w.get("enrolment-without"), w.get("enrolment-later")),
    };
    let act = |act| {
        view! {
            {hidden("interaction", page.interaction.clone())}
            {hidden("act", act)}
        }
    };
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("enrolment-title")}</h1><p>{text}</p></div>
            {notice::error(page.error.as_ref())}
            {page.passkey.map(|way| passkey_view(page, way, frame))}
            <form method="post" action=frame.path(PAGE)>
                {act("authenticator-add")}
                <button class="button button--wide" type="submit">{w.get("authenticator-add")}</button>
            </form>
            <form class="card__foot stack" method="post" action=frame.path(PAGE)>
                {act("decline")}
                <p class="muted">{without}</p>
                <button class="button button--plain" type="submit">{decline}</button>
            </form>
        </div>
    }
    .into_any()
}

fn passkey_view(page: &EnrolmentPage, way: PasskeyWay, frame: &Frame) -> AnyView {
    let w = &frame.words;
    match way {
        PasskeyWay::Use => view! {
            {sign_in::passkey_form(&page.interaction, w.get("enrolment-passkey-use").into_any(), frame)}
            <noscript><p class="muted">{w.get("enrolment-passkey-script")}</p></noscript>
        }
        .into_any(),
        PasskeyWay::Make => {
            let fields = view! {
                {hidden("interaction", page.interaction.clone())}
                {hidden("act", "passkey-add")}
            };
            let to = (PAGE, "/api/second-factor/passkey");
            let button = ("button button--primary button--wide", w.get("passkey-create"));
            view! {
                {passkeys::form(to, fields.into_any(), button, frame)}
                <noscript><p class="muted">{w.get("enrolment-passkey-script")}</p></noscript>
            }
            .into_any()
        }
    }
}

fn adding_view(page: &EnrolmentPage, adding: &Adding, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let form = authenticator::Form {
        action: frame.path(PAGE),
        fields: hidden("interaction", page.interaction.clone()),
        back: (here(page, frame), w.get("enrolment-back")),
        error: page.error.as_ref(),
    };
    view! {
        <div class="card stack">
            <div class="card__head">
                <h1>{w.get("authenticator-scan-title")}</h1>
                <p>{w.get("authenticator-scan")}</p>
            </div>
            {notice::error(page.error.as_ref())}
            {authenticator::enrol(adding, form, w)}
        </div>
    }
    .into_any()
}

fn codes_view(page: &EnrolmentPage, codes: &[String], frame: &Frame) -> AnyView {
    let w = &frame.words;
    let on = frame.path(&format!("/resume/{}", page.interaction));
    view! {
        <div class="card stack">
            <div class="card__head">
                <h1>{w.get("enrolment-codes-title")}</h1>
                <p>{w.get("recovery-codes-text")}</p>
            </div>
            {recovery_codes::sheet(codes, frame)}
            <a class="button button--primary button--wide" href=on>{w.get("enrolment-go-on")}</a>
        </div>
    }
    .into_any()
}
