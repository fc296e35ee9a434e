//! What guards the account: one section for each way to sign in, a file each.
//!
//! Every act here takes the witness that the person proved not long ago who they are, and asks for it otherwise.

pub mod address;
pub mod authenticator;
pub mod passkeys;
pub mod password;
pub mod recovery_codes;
pub mod trusted_devices;

use super::{framed, sign_in_first};
use crate::{
    components::{hidden, notice},
    context::RequestContext,
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::Page,
    routes::{Next, Shown},
    words::Words,
};
use domain::interaction::AccountPage;
use leptos::prelude::*;

/// The act of confirming an authenticator app.
const CONFIRM: &str = "authenticator-confirm";

/// The words for a session that was not the person's.
const REPORTED: &str = "sessions-reported";

/// What guards the account.
#[derive(Clone, Debug)]
pub struct SecurityPage {
    /// The passkeys.
    pub passkeys: passkeys::Section,
    /// The password.
    pub password: password::Section,
    /// The authenticator app.
    pub authenticator: authenticator::Section,
    /// Recovery codes, where there is an authenticator app.
    pub recovery_codes: Option<recovery_codes::Section>,
    /// Browsers that are trusted.
    pub trusted_devices: Vec<trusted_devices::Trusted>,
    /// The address.
    pub address: address::Section,
    /// What was done before, by the key of its words.
    pub done: Option<&'static str>,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    if cx.sessions.is_empty() {
        return sign_in_first(cx, AccountPage::Security).await;
    }
    Ok(Page::Security(read(cx, query, None).await?).into())
}

fn done(word: &str) -> Option<&'static str> {
    match word {
        "address" => Some("address-done"),
        "authenticator" => Some("authenticator-done-confirmed"),
        "no-authenticator" => Some("authenticator-done-removed"),
        "no-password" => Some("password-done-removed"),
        "password" => Some("password-done-set"),
        "reported" => Some(REPORTED),
        "trusted" => Some("trusted-done"),
        _ => None,
    }
}

/// The page as `fields`, its query or a posted form, ask for it.
async fn read(cx: &RequestContext, fields: &Fields, error: Option<UiError>) -> Result<SecurityPage, UiError> {
    let person = cx.person()?;
    let own = cx.services.account.credentials(&cx.act, person).await;
    let own = own.map_err(|error| cx.unavailable(&error))?;
    let adding = fields.find("add") == Some("authenticator") || fields.find("act") == Some(CONFIRM);
    Ok(SecurityPage {
        password: password::section(person, &own),
        authenticator: authenticator::section(cx, &own.factors, adding)?,
        recovery_codes: recovery_codes::read(cx, &own, error.is_none()).await?,
        trusted_devices: trusted_devices::section(own.trusted_devices),
        passkeys: passkeys::section(cx, (own.passkeys, own.fully_proven), fields.find("done"))?,
        address: address::read(person, fields),
        done: fields.find("done").and_then(done),
        error,
    })
}

/// What the forms post to the page itself: `act` says which.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    cx.person()?;
    if let Some(done) = passkeys::post(cx, form).await {
        return done;
    }
    match form.find("act") {
        Some("authenticator-add") => authenticator::add(cx).await,
        Some(CONFIRM) => authenticator::confirm(cx, &form.get("code")).await,
        Some("authenticator-remove") => authenticator::remove(cx).await,
        Some("password-set") => password::set(cx, form.get("new_password")).await,
        Some("password-remove") => password::remove(cx).await,
        Some("recovery-codes") => recovery_codes::make(cx).await,
        Some("trusted-forget") => trusted_devices::forget(cx, &form.get("device")).await,
        Some("address") => address::ask(cx, &form.get("email")).await,
        Some("address-code") => address::change(cx, &form.get("flow"), &form.get("code")).await,
        _ => Err(cx.error(UiErrorKind::NotFound, "error-not-found")),
    }
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    let at_a_form = error.field.is_some() || error.kind == UiErrorKind::Rejected;
    let page = read(cx, form, Some(error.clone()))
        .await
        .ok()
        .filter(|_| at_a_form)?;
    Some(Page::Security(page))
}

/// The page.
pub(crate) fn view(page: &SecurityPage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let body = view! {
        {notice::error(page.error.as_ref())}
        {page.done.map(|done| said(done, w))}
        {passkeys::view(&page.passkeys, frame)}
        {address::view(&page.address, page.error.as_ref(), frame)}
        {password::view(&page.password, page.error.as_ref(), frame)}
        {authenticator::view(&page.authenticator, page.error.as_ref(), frame)}
        {page.recovery_codes.as_ref().map(|section| recovery_codes::view(section, frame))}
        {trusted_devices::view(&page.trusted_devices, frame)}
    };
    framed(
        AccountPage::Security,
        w.get("security-title"),
        body.into_any(),
        frame,
    )
}

/// That something was done. Whoever told of a session that was not theirs goes on to the password.
fn said(done: &'static str, w: &Words) -> Option<AnyView> {
    let text = w.get(done);
    match done {
        REPORTED => Some(notice::done_and(text, password::HERE)),
        _ => notice::done(Some(text)),
    }
}

/// A form with one button, for the act named.
fn act_form(act: &'static str, button: AnyView, frame: &Frame) -> AnyView {
    view! {
        <form method="post" action=frame.path(AccountPage::Security.path())>{hidden("act", act)}{button}</form>
    }
    .into_any()
}
