//! Passkeys: what there are, making one, naming and removing them.

mod view;

pub(crate) use view::form;
pub(super) use view::view;

use super::super::prove_again;
use crate::{
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    pages::sign_in::Asked,
    routes::Next,
};
use domain::{
    clock::Timestamp,
    interaction::AccountPage,
    login_session::RecentlyProven,
    outbound::Refused,
    passkey::{Keeper, Passkey, UserHandle},
    services::passkeys::PasskeyError,
};
use leptos::prelude::*;

/// The passkeys.
#[derive(Clone, Debug)]
pub struct Section {
    /// The relying party's id; `None` where there are no passkeys.
    pub relying_party: Option<String>,
    /// What authenticators call the account.
    pub handle: String,
    /// Whether the person proved not long ago who they are.
    pub recent: bool,
    /// Oldest first.
    pub items: Vec<Item>,
    /// What was done before.
    pub done: Option<Done>,
}

/// One passkey.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its id with us.
    pub id: String,
    /// Its id with the authenticator.
    pub credential: String,
    /// What the person calls it.
    pub name: Option<String>,
    /// What keeps it.
    pub provider: Option<String>,
    /// The maker of that, if there is a mark of theirs.
    pub keeper: Option<Keeper>,
    /// Whether it is kept on more than one device.
    pub synced: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last used.
    pub used: Option<Timestamp>,
}

/// What was done with a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Done {
    Added,
    Renamed,
    Removed,
}

impl Done {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "passkey-added" => Some(Self::Added),
            "passkey-renamed" => Some(Self::Renamed),
            "passkey-removed" => Some(Self::Removed),
            _ => None,
        }
    }
}

impl From<Passkey> for Item {
    fn from(passkey: Passkey) -> Self {
        Self {
            id: passkey.id.to_string(),
            credential: passkey.credential_id.to_base64url(),
            name: passkey.name.map(String::from),
            provider: passkey.aaguid.provider().map(ToOwned::to_owned),
            keeper: passkey.aaguid.keeper(),
            synced: passkey.synced,
            created: passkey.created_at,
            used: passkey.last_used_at,
        }
    }
}

/// What the section shows of these passkeys to somebody who proved not long ago who they are, or not (`recent`).
pub(super) fn section(
    cx: &RequestContext,
    (passkeys, recent): (Vec<Passkey>, bool),
    done: Option<&str>,
) -> Result<Section, UiError> {
    let relying_party = cx.services.passkeys.relying_party();
    Ok(Section {
        relying_party: relying_party.map(ToOwned::to_owned),
        handle: UserHandle::of(cx.act.realm.realm.id, cx.person()?.user().id).to_base64url(),
        recent,
        items: passkeys.into_iter().map(Item::from).collect(),
        done: done.and_then(Done::parse),
    })
}

/// What the section's forms post to the page itself; `None` for the acts of others.
pub(super) async fn post(cx: &RequestContext, form: &Fields) -> Option<Result<Next, UiError>> {
    let id = form.get("passkey");
    match form.find("act")? {
        "passkey-add" => Some(add(cx, (&form.get("ceremony"), &form.get("answer"))).await),
        "passkey-rename" => Some(rename(cx, &id, &form.get("passkey_name")).await),
        "passkey-remove" => Some(remove(cx, &id).await),
        _ => None,
    }
}

async fn proven(cx: &RequestContext) -> Result<RecentlyProven<'_>, UiError> {
    // Script leaves this to the form's own post, which leads to the proof.
    cx.fully_proven()
        .await?
        .ok_or_else(|| cx.error(UiErrorKind::SignedOut, "error-signed-out"))
}

/// Asks the person's browser to make a passkey.
pub async fn ask(cx: &RequestContext) -> Result<Asked, UiError> {
    let asked = cx
        .services
        .passkeys
        .ask(&cx.act, cx.browser, proven(cx).await?)
        .await;
    asked.map(Asked::from).map_err(|error| told(cx, error))
}

/// Takes the passkey that was made, or has the person prove first who they are.
pub async fn add(cx: &RequestContext, given: (&str, &str)) -> Result<Next, UiError> {
    if cx.fully_proven().await?.is_none() {
        return prove_again(cx, AccountPage::Security).await;
    }
    take(cx, given).await?;
    Ok(cx.next("/account/security?done=passkey-added"))
}

/// Takes the passkey that was made.
pub(crate) async fn take(cx: &RequestContext, (ceremony, answer): (&str, &str)) -> Result<(), UiError> {
    let refused = |_| told(cx, PasskeyError::Refused(Refused::NotAccepted));
    let given = (ceremony.parse().map_err(refused)?, answer);
    let passkeys = &cx.services.passkeys;
    let added = passkeys.add(&cx.act, cx.browser, proven(cx).await?, given).await;
    added.map(drop).map_err(|error| told(cx, error))
}

/// Names a passkey.
pub async fn rename(cx: &RequestContext, id: &str, name: &str) -> Result<Next, UiError> {
    let Some(person) = cx.fully_proven().await? else {
        return prove_again(cx, AccountPage::Security).await;
    };
    let id = id.parse().map_err(|_| told(cx, PasskeyError::Unknown))?;
    let renamed = cx.services.passkeys.rename(&cx.act, person, id, name).await;
    renamed.map_err(|error| told(cx, error))?;
    Ok(cx.next("/account/security?done=passkey-renamed"))
}

/// Removes a passkey.
pub async fn remove(cx: &RequestContext, id: &str) -> Result<Next, UiError> {
    let Some(person) = cx.fully_proven().await? else {
        return prove_again(cx, AccountPage::Security).await;
    };
    let id = id.parse().map_err(|_| told(cx, PasskeyError::Unknown))?;
    let removed = cx.services.passkeys.remove(&cx.act, person, id).await;
    removed.map_err(|error| told(cx, error))?;
    Ok(cx.next("/account/security?done=passkey-removed"))
}

fn told(cx: &RequestContext, error: PasskeyError) -> UiError {
    let rejected = |key| cx.error(UiErrorKind::Rejected, key);
    match error {
        PasskeyError::Refused(_) => rejected("error-passkey-made"),
        PasskeyError::TooMany => rejected("error-passkey-too-many"),
        PasskeyError::InvalidName => rejected("error-passkey-name"),
        PasskeyError::Unknown => cx.error(UiErrorKind::NotFound, "error-not-found"),
        PasskeyError::LastWayIn => rejected("error-passkey-last"),
        PasskeyError::Store(error) => cx.unavailable(&error),
    }
}

#[server(endpoint = "account/passkeys/ask")]
pub(crate) async fn account_passkeys_ask() -> Result<Asked, UiError> {
    answer(ask(&context()?).await)
}

#[server(endpoint = "account/passkeys/add")]
pub(crate) async fn account_passkeys_add(ceremony: String, answer: String) -> Result<Next, UiError> {
    crate::doors::answer(add(&context()?, (&ceremony, &answer)).await)
}

#[server(endpoint = "account/passkeys/rename")]
pub(crate) async fn account_passkeys_rename(passkey: String, passkey_name: String) -> Result<Next, UiError> {
    answer(rename(&context()?, &passkey, &passkey_name).await)
}

#[server(endpoint = "account/passkeys/remove")]
pub(crate) async fn account_passkeys_remove(passkey: String) -> Result<Next, UiError> {
    answer(remove(&context()?, &passkey).await)
}
