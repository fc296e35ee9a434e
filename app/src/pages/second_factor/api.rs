//! The act of the second step.

use super::{SecondFactorPage, With};
use crate::{
    context::{RequestContext, SessionChange},
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    pages::{Page, sign_in},
    routes::{Next, Shown},
};
use domain::{interaction::Interaction, services::sign_in::SecondFactorError};
use leptos::prelude::*;

/// A code somebody typed.
pub struct CodeForm {
    /// The request that waits.
    pub interaction: String,
    /// What was typed.
    pub code: String,
    /// Whether it was said to be a recovery code, for the words of the answer.
    pub with: String,
    /// Whether the browser is to be trusted.
    pub remember: bool,
}

/// The page, or the way back to the first step where no code is owed.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let interaction = cx.interaction_if_any(query.parse("interaction")).await?;
    let Some(interaction) = interaction else {
        return Ok(Shown::SeeOther(cx.path("/login")));
    };
    if interaction
        .second_factor_owed(cx.services.ports.clock.now())
        .is_none()
    {
        let to = cx.path(format_args!("/login?interaction={}", interaction.id));
        return Ok(Shown::SeeOther(to));
    }
    let with = With::parse(query.find("with").unwrap_or_default());
    Ok(shown(cx, &interaction, (with, false), None).await?.into())
}

/// What the form posts to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let form = CodeForm {
        interaction: form.get("interaction"),
        code: form.get("code"),
        with: form.get("with"),
        remember: form.find("remember").is_some(),
    };
    enter(cx, form).await
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    let interaction = cx.interaction(form.parse("interaction")).await.ok()?;
    let with = With::parse(form.find("with").unwrap_or_default());
    let remember = form.find("remember").is_some();
    shown(cx, &interaction, (with, remember), Some(error.clone()))
        .await
        .ok()
}

async fn shown(
    cx: &RequestContext,
    interaction: &Interaction,
    (with, remember): (With, bool),
    error: Option<UiError>,
) -> Result<Page, UiError> {
    Ok(Page::SecondFactor(SecondFactorPage {
        interaction: interaction.id.to_string(),
        app: cx.app(Some(interaction)).await?,
        with,
        remember,
        error,
    }))
}

/// Takes the code that the request waits for.
pub async fn enter(cx: &RequestContext, form: CodeForm) -> Result<Next, UiError> {
    let interaction = cx.interaction(form.interaction.parse().ok()).await?;
    let id = interaction.id;
    let arrival = sign_in::arrival(cx, interaction);
    let passed = cx
        .services
        .sign_in
        .second_factor(&cx.act, arrival, &form.code, form.remember)
        .await;
    let passed = match passed {
        Ok(passed) => passed,
        // Another tab was faster, or it took too long: where the request stands says what comes next.
        Err(SecondFactorError::Over) => return Ok(cx.next(format_args!("/resume/{id}"))),
        Err(error) => return Err(refused(cx, error, With::parse(&form.with))),
    };
    if let Some(token) = passed.trusted {
        cx.changes.leave(SessionChange::Trust(token));
    }
    sign_in::completed(cx, id, passed.completed).await
}

fn refused(cx: &RequestContext, error: SecondFactorError, with: With) -> UiError {
    let key = match with {
        With::App => "error-second-factor",
        With::RecoveryCode => "error-recovery-code",
    };
    match error {
        SecondFactorError::WrongCode => cx.error(UiErrorKind::Rejected, key).at("code"),
        SecondFactorError::TooManyAttempts { retry_after } => cx.too_many(retry_after),
        SecondFactorError::Over => cx.error(UiErrorKind::Expired, "error-expired"),
        SecondFactorError::Store(error) => cx.unavailable(&error),
    }
}

#[server(endpoint = "sign-in/second-factor")]
pub(crate) async fn sign_in_second_factor(
    interaction: String,
    code: String,
    #[server(default)] with: String,
    #[server(default)] remember: Option<String>,
) -> Result<Next, UiError> {
    let form = CodeForm {
        interaction,
        code,
        with,
        remember: remember.is_some(),
    };
    answer(enter(&context()?, form).await)
}
