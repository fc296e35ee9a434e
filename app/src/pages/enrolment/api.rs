//! The acts of adding a second factor on the way. Each is the person's whose session the request names, who proved not
//! long ago who they are.

use super::{EnrolmentPage, PasskeyWay};
use crate::{
    context::{RequestContext, SessionChange},
    doors::context,
    error::{UiError, UiErrorKind},
    fields::Fields,
    pages::{
        Page,
        account::security::{authenticator, passkeys},
        sign_in,
    },
    routes::{Next, Shown},
};
use domain::{
    acr::Acr,
    id::InteractionId,
    interaction::Interaction,
    login_session::SignedInUser,
    services::{second_factors::ChangeError, sign_in::Completed},
};
use leptos::prelude::*;

/// The act of taking an authenticator app into use.
const CONFIRM: &str = "authenticator-confirm";

/// The page, or the way on where nothing is to be added.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let interaction = cx.interaction(query.parse("interaction")).await?;
    let id = interaction.id;
    let Some(session) = interaction.session() else {
        return Ok(Shown::SeeOther(cx.path(format_args!("/resume/{id}"))));
    };
    let mut present = cx.sessions.iter().map(|person| person.session().id);
    match present.position(|present| present == session) {
        Some(0) => {}
        // The acts here are those of whoever is active.
        Some(_) => {
            cx.changes.leave(SessionChange::Activate(session));
            return Ok(Shown::SeeOther(here(cx, id, "")));
        }
        None => return Ok(Shown::SeeOther(cx.path(format_args!("/resume/{id}")))),
    }
    let person = cx.person()?;
    let codes = cx.services.second_factors.take_recovery_codes(&cx.act, person);
    let codes = codes.await.map_err(|error| cx.unavailable(&error))?;
    if codes.is_none() && !is_wanted(&interaction, person) {
        return Ok(Shown::SeeOther(cx.path(format_args!("/resume/{id}"))));
    }
    let adding = query.find("add").is_some();
    let page = EnrolmentPage {
        codes,
        ..read(cx, &interaction, adding, None).await?
    };
    Ok(Page::Enrolment(page).into())
}

/// Whether the request asks for more than the person proved.
fn is_wanted(interaction: &Interaction, person: &SignedInUser) -> bool {
    let reached = Acr::of(&person.session().methods);
    interaction.requirement.acr > reached
}

async fn read(
    cx: &RequestContext,
    interaction: &Interaction,
    adding: bool,
    error: Option<UiError>,
) -> Result<EnrolmentPage, UiError> {
    let listed = cx.services.passkeys.list(&cx.act, cx.person()?).await;
    let has = !listed.map_err(|error| cx.unavailable(&error))?.is_empty();
    let here = cx.services.passkeys.relying_party().is_some();
    Ok(EnrolmentPage {
        interaction: interaction.id.to_string(),
        app: cx.app(Some(interaction)).await?,
        insists: interaction.requirement.insists,
        passkey: here.then_some(if has { PasskeyWay::Use } else { PasskeyWay::Make }),
        adding: match adding {
            true => authenticator::proposed(cx).await?,
            false => None,
        },
        codes: None,
        error,
    })
}

/// What the forms post to the page itself: `act` says which.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let interaction = &form.get("interaction");
    match form.find("act") {
        Some("authenticator-add") => add(cx, interaction).await,
        Some(CONFIRM) => confirm(cx, interaction, &form.get("code")).await,
        Some("passkey-add") => {
            add_passkey(cx, interaction, (&form.get("ceremony"), &form.get("answer"))).await
        }
        Some("decline") => decline(cx, interaction).await,
        _ => Err(cx.error(UiErrorKind::NotFound, "error-not-found")),
    }
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    let interaction = theirs(cx, &form.get("interaction")).await.ok()?;
    let adding = form.find("act") == Some(CONFIRM);
    let page = read(cx, &interaction, adding, Some(error.clone())).await;
    Some(Page::Enrolment(page.ok()?))
}

/// The request, if it is the active person's.
async fn theirs(cx: &RequestContext, interaction: &str) -> Result<Interaction, UiError> {
    let interaction = cx.interaction(interaction.parse().ok()).await?;
    if interaction.session() == Some(cx.person()?.session().id) {
        Ok(interaction)
    } else {
        Err(cx.error(UiErrorKind::SignedOut, "error-signed-out"))
    }
}

/// Makes a key, which waits for its first code.
pub async fn add(cx: &RequestContext, interaction: &str) -> Result<Next, UiError> {
    let interaction = theirs(cx, interaction).await?;
    let Some(person) = cx.fully_proven().await? else {
        return prove_first(cx, interaction).await;
    };
    let id = interaction.id;
    match cx.services.second_factors.propose(&cx.act, &person).await {
        Ok(()) => Ok(Next {
            to: here(cx, id, "&add=authenticator"),
        }),
        Err(error) => refused(cx, interaction, error).await,
    }
}

/// Takes the key into use; the code that does it makes the session as strong as the request wants.
pub async fn confirm(cx: &RequestContext, interaction: &str, code: &str) -> Result<Next, UiError> {
    let interaction = theirs(cx, interaction).await?;
    let Some(person) = cx.fully_proven().await? else {
        return prove_first(cx, interaction).await;
    };
    let (id, arrival) = (interaction.id, sign_in::arrival(cx, interaction.clone()));
    let enrolled = cx.services.sign_in.enrol(&cx.act, arrival, &person, code).await;
    match enrolled {
        Ok(completed) => {
            if let Completed::SignedIn { session, .. } = completed {
                cx.changes.leave(SessionChange::SignedIn(session.id));
            }
            // The page shows the recovery codes once, and goes on.
            Ok(Next { to: here(cx, id, "") })
        }
        Err(error) => refused(cx, interaction, error).await,
    }
}

/// Takes the passkey that was made; it counts once it was used.
pub async fn add_passkey(
    cx: &RequestContext,
    interaction: &str,
    given: (&str, &str),
) -> Result<Next, UiError> {
    let interaction = theirs(cx, interaction).await?;
    if cx.fully_proven().await?.is_none() {
        return prove_first(cx, interaction).await;
    }
    passkeys::take(cx, given).await?;
    Ok(Next {
        to: here(cx, interaction.id, ""),
    })
}

/// Goes on without a second factor, or back to the app that insists on one.
pub async fn decline(cx: &RequestContext, interaction: &str) -> Result<Next, UiError> {
    let interaction = theirs(cx, interaction).await?;
    let (id, person) = (interaction.id, cx.person()?);
    let interactions = &cx.services.interactions;
    let declined = interactions.decline_enrolment(&cx.act, interaction, person).await;
    declined.map_err(|error| cx.stuck(error))?;
    Ok(cx.next(format_args!("/resume/{id}")))
}

async fn refused(cx: &RequestContext, interaction: Interaction, error: ChangeError) -> Result<Next, UiError> {
    match error {
        // Another tab was faster: where the request stands says what comes next.
        ChangeError::BothFactorsNeeded | ChangeError::Missing => {
            Ok(cx.next(format_args!("/resume/{}", interaction.id)))
        }
        error @ (ChangeError::PasswordTooShort | ChangeError::Code(_) | ChangeError::Store(_)) => {
            Err(authenticator::refused(cx, error))
        }
    }
}

/// The person proves again who they are, which leads back here.
async fn prove_first(cx: &RequestContext, interaction: Interaction) -> Result<Next, UiError> {
    let email = cx.person()?.user().email.as_str().to_owned();
    let interactions = &cx.services.interactions;
    let again = interactions.identify(&cx.act, interaction, email).await;
    let id = again.map_err(|error| cx.stuck(error))?.id;
    Ok(cx.next(format_args!("/login?interaction={id}")))
}

fn here(cx: &RequestContext, interaction: InteractionId, more: &str) -> String {
    cx.path(format_args!("/second-factor?interaction={interaction}{more}"))
}

#[server(endpoint = "second-factor/passkey")]
pub(crate) async fn second_factor_passkey(
    interaction: String,
    ceremony: String,
    answer: String,
) -> Result<Next, UiError> {
    crate::doors::answer(add_passkey(&context()?, &interaction, (&ceremony, &answer)).await)
}
