//! Proving an address by a mailed code, for somebody whom a provider vouched for without one. The page is the same whoever
//! the address belongs to.

mod api;

pub use api::{AskForm, CodeForm, code, send};
pub(crate) use api::{again, load, post};

use crate::{
    components::{
        App, field,
        field::{Field, Kind},
        hidden, notice, submit, work,
    },
    error::UiError,
    frame::Frame,
    pages::with_interaction,
    words::Words,
};
use leptos::prelude::*;

/// The page's path within the realm.
pub(crate) const PATH: &str = "/sign-up/address";

/// Proving an address.
#[derive(Clone, Debug)]
pub struct ProvenAddress {
    /// The request that waits.
    pub interaction: String,
    /// The app that waits.
    pub app: Option<App>,
    /// What people call the provider.
    pub provider: String,
    /// How far the person got.
    pub step: Step,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// How far the person got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Which address?
    Address {
        /// What to put into the field: the address as the provider knows it, or what was typed.
        typed: String,
    },
    /// The code that was mailed there.
    Code {
        /// The flow the code belongs to.
        flow: String,
        /// The address, masked.
        to: String,
        /// Whether a new code was just sent.
        resent: bool,
    },
}

impl ProvenAddress {
    pub(crate) fn title(&self, w: &Words) -> String {
        match self.step {
            Step::Address { .. } => w.get("provider-address-page"),
            Step::Code { .. } => w.get("code-page"),
        }
    }
}

/// The page.
pub(crate) fn view(page: &ProvenAddress, frame: &Frame) -> AnyView {
    match &page.step {
        Step::Address { typed } => address_view(page, frame, typed),
        Step::Code { flow, to, resent } => code_view(page, frame, (flow, to), *resent),
    }
}

fn address_view(page: &ProvenAddress, frame: &Frame, typed: &str) -> AnyView {
    let w = &frame.words;
    let field = Field {
        name: "email",
        kind: Kind::Email,
        value: typed,
        error: page.error.as_ref(),
    };
    let values = [("provider", page.provider.as_str().into())];
    let other = frame.path(&with_interaction("/login", Some(&page.interaction)));
    view! {
        <div class="card stack">
            <div class="card__head">
                <h1>{w.get("provider-address-title")}</h1>
                <p>{w.with("provider-address-text", &values)}</p>
            </div>
            {notice::error(page.error.as_ref())}
            <form class="stack" method="post" action=frame.path(PATH) data-act=frame.path("/api/sign-up/address")>
                {hidden("interaction", page.interaction.clone())}
                {hidden("act", "send")}
                {field::view(&field, w)}
                {work::asked_for(page.error.as_ref())}
                {submit(w.get("code-offer"))}
            </form>
            <div class="card__foot"><p><a class="link" href=other>{w.get("code-password")}</a></p></div>
        </div>
    }
    .into_any()
}

fn code_view(page: &ProvenAddress, frame: &Frame, (flow, to): (&str, &str), resent: bool) -> AnyView {
    let w = &frame.words;
    let field = Field {
        name: "code",
        kind: Kind::Code,
        value: "",
        error: page.error.as_ref(),
    };
    let (before, after) = w.around("provider-address-sent", "email", &[]);
    let status = match resent {
        true => w.get("code-resent"),
        false => w.get("code-nothing"),
    };
    let carried = || {
        view! {
            {hidden("interaction", page.interaction.clone())}
            {hidden("flow", flow)}
        }
    };
    let other = frame.path(&with_interaction(PATH, Some(&page.interaction)));
    view! {
        <div class="card stack">
            <div class="card__head">
                <h1>{w.get("code-title")}</h1>
                <p>{before}<strong>{to.to_owned()}</strong>{after}</p>
            </div>
            {notice::error(page.error.as_ref())}
            <form class="stack" method="post" action=frame.path(PATH) data-act=frame.path("/api/sign-up/address-code")>
                {carried()}
                {field::view(&field, w)}
                {submit(w.get("code-submit"))}
            </form>
            <div class="card__foot stack">
                <form class="actions" method="post" action=frame.path(PATH) data-act=frame.path("/api/sign-up/address")>
                    {carried()}
                    {hidden("act", "send")}
                    {work::asked_for(page.error.as_ref())}
                    <span class="muted" role="status">{status}</span>" "
                    <button class="button button--plain" type="submit">{w.get("code-resend")}</button>
                </form>
                <p><a class="link" href=other>{w.get("provider-address-other")}</a></p>
            </div>
        </div>
    }
    .into_any()
}
