//! The address: a code mailed to the new one proves it before it counts.

use super::super::prove_again;
use crate::{
    components::{field, field::Field, field::Kind, hidden},
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::{encoded, masked},
    routes::Next,
};
use domain::{
    interaction::AccountPage,
    login_session::SignedInUser,
    services::{MailFlow, addresses::AddressError},
};
use leptos::prelude::*;

/// The address.
#[derive(Clone, Debug)]
pub struct Section {
    /// The one the account has.
    pub email: String,
    /// How far the change is.
    pub step: Step,
}

/// How far a change is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Which one?
    Ask {
        /// What was typed.
        typed: String,
    },
    /// Prove it.
    Code {
        /// The flow the code belongs to.
        flow: String,
        /// The new address, masked.
        to: Option<String>,
    },
}

pub(super) fn read(person: &SignedInUser, fields: &Fields) -> Section {
    let flow: Option<MailFlow> = fields.parse("flow");
    let step = match flow {
        Some(flow) => Step::Code {
            flow: flow.to_string(),
            to: fields
                .find("to")
                .filter(|to| masked(to).as_deref() == Some(*to))
                .map(str::to_owned),
        },
        None => Step::Ask {
            typed: fields.get("email").chars().take(254).collect(),
        },
    };
    Section {
        email: person.user().email.as_str().to_owned(),
        step,
    }
}

/// Mails a code to the address that the person wants.
pub async fn ask(cx: &RequestContext, email: &str) -> Result<Next, UiError> {
    let Some(person) = cx.fully_proven().await? else {
        return prove_again(cx, AccountPage::Security).await;
    };
    let asked = cx
        .services
        .addresses
        .ask(&cx.act, person, (email, cx.browser))
        .await;
    let flow = asked.map_err(|error| refused(cx, error))?;
    let to = encoded(&masked(email).unwrap_or_default());
    Ok(cx.next(format_args!("/account/security?flow={flow}&to={to}")))
}

/// Changes the address by the mailed code.
pub async fn change(cx: &RequestContext, flow: &str, code: &str) -> Result<Next, UiError> {
    let person = cx.person()?;
    let flow: MailFlow = flow.parse().map_err(|_| refused(cx, AddressError::Refused))?;
    let addresses = &cx.services.addresses;
    let changed = addresses.change(&cx.act, person, (&flow, cx.browser), code).await;
    changed.map_err(|error| refused(cx, error))?;
    Ok(cx.next("/account/security?done=address"))
}

fn refused(cx: &RequestContext, error: AddressError) -> UiError {
    match error {
        AddressError::Invalid => cx.invalid("email", "error-email"),
        AddressError::Same => cx.invalid("email", "error-address-same"),
        AddressError::TooMany { retry_after } => cx.too_many(retry_after),
        AddressError::Refused => cx.error(UiErrorKind::Rejected, "error-address-code").at("code"),
        AddressError::Store(error) => cx.unavailable(&error),
    }
}

#[server(endpoint = "account/address")]
pub(crate) async fn account_address(email: String) -> Result<Next, UiError> {
    answer(ask(&context()?, &email).await)
}

#[server(endpoint = "account/address-code")]
pub(crate) async fn account_address_code(flow: String, code: String) -> Result<Next, UiError> {
    answer(change(&context()?, &flow, &code).await)
}

pub(super) fn view(section: &Section, error: Option<&UiError>, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let form = match &section.step {
        Step::Ask { typed } => ask_form(typed, error, frame),
        Step::Code { flow, to } => code_form(flow, to.as_deref(), error, frame),
    };
    let (before, after) = w.around("address-text", "email", &[]);
    view! {
        <section class="card stack" aria-labelledby="address-title">
            <h2 id="address-title">{w.get("address-title")}</h2>
            <p>{before}<strong>{section.email.clone()}</strong>{after}</p>
            {form}
        </section>
    }
    .into_any()
}

fn ask_form(typed: &str, error: Option<&UiError>, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let field = Field {
        name: "email",
        kind: Kind::NewAddress,
        value: typed,
        error,
    };
    let path = frame.path(AccountPage::Security.path());
    view! {
        <form class="stack" method="post" action=path data-act=frame.path("/api/account/address")>
            {hidden("act", "address")}
            {field::view(&field, w)}
            <div class="actions"><button class="button" type="submit">{w.get("address-ask")}</button></div>
        </form>
    }
    .into_any()
}

fn code_form(flow: &str, to: Option<&str>, error: Option<&UiError>, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let field = Field {
        name: "code",
        kind: Kind::Code,
        value: "",
        error,
    };
    let sent = match to {
        Some(to) => {
            let (before, after) = w.around("address-sent", "email", &[]);
            view! { {before}<strong>{to.to_owned()}</strong>{after} }.into_any()
        }
        None => w.get("address-sent-unnamed").into_any(),
    };
    let leads = error.is_none();
    let path = frame.path(AccountPage::Security.path());
    let cancel = path.clone();
    view! {
        <p role="status" tabindex="-1" autofocus=leads>{sent}</p>
        <form class="stack" method="post" action=path data-act=frame.path("/api/account/address-code")>
            {hidden("act", "address-code")}
            {hidden("flow", flow)}
            {to.map(|to| hidden("to", to))}
            {field::view(&field, w)}
            <div class="actions">
                <button class="button button--primary" type="submit">{w.get("address-submit")}</button>
                <a class="button button--plain" href=cancel>{w.get("address-cancel")}</a>
            </div>
        </form>
    }
    .into_any()
}
