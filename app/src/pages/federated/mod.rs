//! Signing in through other providers: the way there, what comes back, and the buttons that lead there. They are links,
//! so they work without script.

use super::{proven_address, sign_in::finish, with_interaction};
use crate::{
    components::mark::mark,
    context::{RequestContext, SessionChange},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    routes::Next,
    words::Words,
};
use domain::{
    acr::Method,
    federation::{Mark, Provider},
    id::InteractionId,
    interaction::{AccountPage, Interaction},
    secret::Secret,
    services::{
        federated::{Answered, BeginError, Callback, CallbackError, Setback, Whose},
        leaving::restore_path,
    },
};
use leptos::prelude::*;

/// A provider that people may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// Its name in paths.
    pub id: String,
    /// Its name for people.
    pub label: String,
    /// Its mark.
    pub mark: Mark,
    /// Whether somebody last signed in through it on this browser.
    pub last_used: bool,
}

/// The providers of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// Those there are.
    pub buttons: Vec<Button>,
    /// The one that people with the typed address are sent to, and the domain.
    pub of_domain: Option<(Button, String)>,
    /// What people call the one whose identity waits to be linked.
    pub waits: Option<String>,
    /// What people call the one that they came through and that cannot say that a proof is fresh.
    pub undated: Option<String>,
}

/// The providers of a request, at which `identifier` was typed.
pub(crate) async fn offer(
    cx: &RequestContext,
    interaction: &Interaction,
    identifier: Option<&str>,
) -> Result<Offer, UiError> {
    let federated = &cx.services.federated;
    let providers = federated.offered(&cx.act, interaction).await;
    let providers = providers.map_err(|error| cx.unavailable(&error))?;
    let domain = identifier.and_then(|typed| typed.rsplit_once('@'));
    let of_domain = identifier
        .and_then(|typed| federated.of_domain(&providers, typed))
        .zip(domain)
        .map(|(provider, (_, domain))| (button(cx, provider), domain.to_owned()));
    let waits = interaction.offered.as_ref();
    Ok(Offer {
        buttons: providers.iter().map(|provider| button(cx, provider)).collect(),
        of_domain,
        waits: waits.map(|offered| called(cx, offered.identity.provider.as_str())),
        undated: undated(cx, interaction),
    })
}

/// The provider through which the person came who is to prove again who they are, where it is of no use for that.
fn undated(cx: &RequestContext, interaction: &Interaction) -> Option<String> {
    let person = cx.sessions.first()?;
    let provider = person.session().provider.as_ref()?;
    let of_no_use = interaction.requirement.demands_proof() && !person.is_dated();
    of_no_use.then(|| called(cx, provider.as_str()))
}

pub(crate) fn button(cx: &RequestContext, provider: &Provider) -> Button {
    let remembered = &cx.remembered;
    let through = remembered.last_provider.as_ref() == Some(&provider.id);
    Button {
        id: provider.id.to_string(),
        label: provider.label.clone(),
        mark: provider.mark,
        last_used: through && remembered.last_method.is_some_and(Method::is_federated),
    }
}

/// What people call a provider.
pub(crate) fn called(cx: &RequestContext, id: &str) -> String {
    let found = cx.services.federated.provider(&cx.act, id);
    found.map_or_else(|| cx.words.get("provider-unnamed"), |provider| provider.label)
}

/// Sends the browser to a provider; to a sign-in of its own where it comes without a request.
pub async fn start(cx: &RequestContext, id: &str, query: &Fields) -> Result<Next, UiError> {
    let federated = &cx.services.federated;
    let interaction = match query.find("interaction") {
        Some(interaction) => cx.interaction(interaction.parse().ok()).await?,
        None if federated.provider(&cx.act, id).is_none() => {
            return Err(cx.error(UiErrorKind::NotFound, "error-not-found"));
        }
        None => {
            let interactions = &cx.services.interactions;
            let started = interactions.start_for_account(&cx.act, cx.browser, AccountPage::Overview);
            started.await.map_err(|error| cx.unavailable(&error))?
        }
    };
    match federated.begin(&cx.act, &interaction, id).await {
        Ok(url) => Ok(Next { to: url.into() }),
        Err(BeginError::Setback(why)) => Ok(back(cx, Some(interaction.id), (id, why))),
        Err(error) => Err(begin_error(cx, error, id)),
    }
}

/// What a browser is told that is not sent to a provider.
pub(crate) fn begin_error(cx: &RequestContext, error: BeginError, id: &str) -> UiError {
    match error {
        BeginError::Setback(why) => told(cx, why, id),
        BeginError::TooMany { retry_after } => cx.too_many(retry_after),
        BeginError::Store(error) => cx.unavailable(&error),
    }
}

/// Takes what came back from a provider.
pub async fn callback(cx: &RequestContext, id: &str, query: &Fields) -> Result<Next, UiError> {
    let told = |name| query.find(name).map(ToOwned::to_owned);
    let callback = Callback {
        state: told("state"),
        code: told("code").map(Secret::new),
        error: told("error"),
        issuer: told("iss"),
    };
    let whose = Whose {
        browser: cx.browser,
        sessions: &cx.sessions,
        accounts: &cx.remembered.accounts,
    };
    let answered = cx
        .services
        .federated
        .callback(&cx.act, whose, (id, callback))
        .await;
    go_on(cx, answered.map_err(|error| callback_error(cx, error))?).await
}

/// Goes on with what became of somebody whom a provider vouched for.
pub(crate) async fn go_on(cx: &RequestContext, answered: Answered) -> Result<Next, UiError> {
    match answered {
        Answered::Proven(interaction, proven, provider) => {
            cx.changes.leave(SessionChange::Through(provider));
            finish(cx, *interaction, *proven).await
        }
        Answered::Offered(interaction, _) => {
            Ok(cx.next(format_args!("/login?interaction={}", interaction.id)))
        }
        Answered::Unaddressed(interaction, _) => {
            let path = proven_address::PATH;
            Ok(cx.next(format_args!("{path}?interaction={}", interaction.id)))
        }
        Answered::Linked(_) => Ok(cx.next(format_args!("{}?done=linked", AccountPage::Linked.path()))),
        Answered::Leaving(token) => Ok(cx.next(restore_path(&token))),
        Answered::Setback(interaction, provider, why) => Ok(back(cx, interaction, (provider.as_str(), why))),
    }
}

fn callback_error(cx: &RequestContext, error: CallbackError) -> UiError {
    match error {
        CallbackError::Unknown => cx.error(UiErrorKind::Expired, "error-expired"),
        CallbackError::TooMany { retry_after } => cx.too_many(retry_after),
        CallbackError::Store(error) => cx.unavailable(&error),
    }
}

/// Where the person goes on, who is told there what happened.
fn back(cx: &RequestContext, interaction: Option<InteractionId>, (id, why): (&str, Setback)) -> Next {
    let page = match interaction {
        Some(interaction) => format!("/login?interaction={interaction}&"),
        None => format!("{}?", AccountPage::Linked.path()),
    };
    let known = cx.services.federated.provider(&cx.act, id);
    let named = known.map(|provider| format!("&provider={}", provider.id));
    let named = named.unwrap_or_default();
    cx.next(format_args!("{page}upstream={}{named}", why.as_str()))
}

/// What happened at a provider, as the query of a page says.
pub(crate) fn setback(cx: &RequestContext, query: &Fields) -> Option<UiError> {
    let why = query.find("upstream").and_then(Setback::parse)?;
    Some(told(cx, why, query.find("provider").unwrap_or_default()))
}

fn told(cx: &RequestContext, why: Setback, id: &str) -> UiError {
    let text = cx.words.with(key(why), &[("provider", called(cx, id).into())]);
    UiError::new(UiErrorKind::Rejected, text)
}

const fn key(why: Setback) -> &'static str {
    match why {
        Setback::Denied => "upstream-denied",
        Setback::Unavailable => "upstream-unavailable",
        Setback::Refused => "upstream-refused",
        Setback::Stale => "upstream-stale",
        Setback::Off => "upstream-off",
        Setback::Disabled => "upstream-disabled",
        Setback::Unlinked => "upstream-unlinked",
        Setback::Taken => "upstream-taken",
        Setback::Already => "upstream-already",
        Setback::TooMany => "upstream-too-many",
        Setback::SignedOut => "upstream-signed-out",
    }
}

/// The providers below a form, but the one that stands above it.
pub(crate) fn buttons(offer: &Offer, interaction: &str, frame: &Frame) -> Option<AnyView> {
    let above = offer.of_domain.as_ref().map(|(button, _)| &button.id);
    let below = offer.buttons.iter().filter(|button| above != Some(&button.id));
    let items: Vec<_> = below
        .map(|button| view! { <li>{link(button, interaction, "button button--wide", frame)}</li> })
        .collect();
    (!items.is_empty()).then(|| view! { <ul class="stack providers">{items}</ul> }.into_any())
}

/// The provider that people with the typed address are sent to.
pub(crate) fn of_domain(offer: &Offer, interaction: &str, frame: &Frame) -> Option<AnyView> {
    let (button, domain) = offer.of_domain.as_ref()?;
    let values = [
        ("domain", domain.as_str().into()),
        ("provider", button.label.as_str().into()),
    ];
    let text = frame.words.with("provider-yours", &values);
    Some(
        view! {
            <div class="stack">
                <p>{text}</p>
                {link(button, interaction, "button button--primary button--wide", frame)}
            </div>
        }
        .into_any(),
    )
}

/// What is said while an identity waits to be linked, or where the provider that somebody came through is of no use.
pub(crate) fn waiting(offer: &Offer, w: &Words) -> Option<AnyView> {
    let (provider, key) = match (&offer.waits, &offer.undated) {
        (Some(provider), _) => (provider, "provider-offered"),
        (None, Some(provider)) => (provider, "upstream-stale"),
        (None, None) => return None,
    };
    let text = w.with(key, &[("provider", provider.as_str().into())]);
    Some(view! { <p class="notice" role="status">{text}</p> }.into_any())
}

fn link(button: &Button, interaction: &str, class: &'static str, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let interaction = interaction.to_owned();
    let path = with_interaction(
        &format!("/login/{}", super::encoded(&button.id)),
        Some(&interaction),
    );
    let text = w.with("provider-continue", &[("provider", button.label.as_str().into())]);
    let badge = button
        .last_used
        .then(|| view! { " "<span class="badge">{w.get("last-used")}</span> });
    view! { <a class=class href=frame.path(&path)>{mark(button.mark, &button.label, "tile tile--mark")}<span>{text}{badge}</span></a> }
        .into_any()
}
