//! Identities at other providers that sign the person in: what there are, linking one more, and removing one.

mod view;

pub(crate) use view::view;

use super::{prove_again, sign_in_first};
use crate::{
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    pages::{Page, federated},
    routes::{Next, Shown},
};
use domain::{
    clock::Timestamp,
    federation::Mark,
    interaction::AccountPage,
    services::federated::{LinkError, OwnIdentity},
};
use leptos::prelude::*;

/// Identities at other providers.
#[derive(Clone, Debug)]
pub struct LinkedPage {
    /// Oldest first.
    pub items: Vec<Item>,
    /// The providers there are.
    pub providers: Vec<federated::Button>,
    /// What was done before.
    pub done: Option<Done>,
    /// Why the last act did not succeed.
    pub error: Option<UiError>,
}

/// One identity.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// What people call its provider.
    pub provider: String,
    /// Its mark.
    pub mark: Mark,
    /// Whether the provider is still there.
    pub usable: bool,
    /// How its owner recognises it.
    pub label: Option<String>,
    /// The groups that its provider counts its owner to.
    pub groups: Vec<String>,
    /// What else its provider says, by names of the operator's.
    pub about: Vec<(String, String)>,
    /// Whether it makes its owner an administrator here.
    pub administers: bool,
    /// Since when.
    pub linked: Timestamp,
    /// When it last signed somebody in.
    pub used: Option<Timestamp>,
}

/// What was done with an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Done {
    Linked,
    Removed,
}

impl Done {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "linked" => Some(Self::Linked),
            "removed" => Some(Self::Removed),
            _ => None,
        }
    }
}

impl From<OwnIdentity> for Item {
    fn from(own: OwnIdentity) -> Self {
        Self {
            id: own.id.to_string(),
            provider: own.provider,
            mark: own.mark,
            usable: own.usable,
            label: own.label,
            groups: own.said.groups.into_iter().collect(),
            administers: own.administers,
            about: own.said.attributes.into_iter().collect(),
            linked: own.linked_at,
            used: own.last_used_at,
        }
    }
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    if cx.sessions.is_empty() {
        return sign_in_first(cx, AccountPage::Linked).await;
    }
    let page = LinkedPage {
        done: query.find("done").and_then(Done::parse),
        ..read(cx, federated::setback(cx, query)).await?
    };
    Ok(Page::Linked(page).into())
}

async fn read(cx: &RequestContext, error: Option<UiError>) -> Result<LinkedPage, UiError> {
    let federated = &cx.services.federated;
    let own = federated.own(&cx.act, cx.person()?).await;
    let own = own.map_err(|error| cx.unavailable(&error))?;
    let providers = federated.providers(&cx.act).into_iter();
    Ok(LinkedPage {
        items: own.into_iter().map(Item::from).collect(),
        providers: providers
            .map(|provider| federated::button(cx, &provider))
            .collect(),
        done: None,
        error,
    })
}

/// What the forms post to the page itself: `act` says which.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    cx.person()?;
    match form.find("act") {
        Some("identity-link") => link(cx, &form.get("provider")).await,
        Some("identity-unlink") => unlink(cx, &form.get("identity")).await,
        _ => Err(cx.error(UiErrorKind::NotFound, "error-not-found")),
    }
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, error: &UiError) -> Option<Page> {
    let at_a_form = error.kind == UiErrorKind::Rejected;
    let page = read(cx, Some(error.clone())).await.ok();
    page.filter(|_| at_a_form).map(Page::Linked)
}

/// Sends the person to a provider, or has them prove first who they are.
pub async fn link(cx: &RequestContext, provider: &str) -> Result<Next, UiError> {
    let Some(person) = cx.fully_proven().await? else {
        return prove_again(cx, AccountPage::Linked).await;
    };
    let begun = cx
        .services
        .federated
        .begin_link(&cx.act, cx.browser, person, provider)
        .await;
    match begun {
        Ok(url) => Ok(Next { to: url.into() }),
        Err(error) => Err(federated::begin_error(cx, error, provider)),
    }
}

/// Removes an identity.
pub async fn unlink(cx: &RequestContext, identity: &str) -> Result<Next, UiError> {
    let Some(person) = cx.fully_proven().await? else {
        return prove_again(cx, AccountPage::Linked).await;
    };
    let id = identity.parse().map_err(|_| told(cx, LinkError::Unknown))?;
    let unlinked = cx.services.federated.unlink(&cx.act, person, id).await;
    unlinked.map_err(|error| told(cx, error))?;
    Ok(cx.next(format_args!("{}?done=removed", AccountPage::Linked.path())))
}

fn told(cx: &RequestContext, error: LinkError) -> UiError {
    match error {
        LinkError::Unknown => cx.error(UiErrorKind::NotFound, "error-not-found"),
        LinkError::LastWayIn => cx.error(UiErrorKind::Rejected, "error-linked-last"),
        LinkError::Store(error) => cx.unavailable(&error),
    }
}

#[server(endpoint = "account/linked/unlink")]
pub(crate) async fn account_linked_unlink(identity: String) -> Result<Next, UiError> {
    answer(unlink(&context()?, &identity).await)
}
