//! The acts of signing in.

use super::{Done, Known, PasskeyForm, SignInPage, Step, finish, passkey};
use crate::{
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    pages::{Page, choose_account, federated},
    routes::{Next, Shown},
};
use domain::{
    interaction::{AccountPage, Interaction, InteractionState},
    services::{leaving::restore_path, sign_in::SignInError},
};
use leptos::prelude::*;

const MAX_IDENTIFIER: usize = 254;

/// Who wants to sign in.
pub struct IdentifierForm {
    /// The request that waits.
    pub interaction: String,
    /// What was typed.
    pub identifier: String,
}

/// Who, and the proof.
pub struct PasswordForm {
    /// The request that waits.
    pub interaction: String,
    /// What was typed in the first step.
    pub identifier: String,
    /// The password.
    pub password: String,
}

/// The page, or the way to it.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let done = query.find("done").and_then(Done::parse);
    let Some(id) = query.find("interaction") else {
        return start(cx, AccountPage::Overview, done).await;
    };
    let interaction = cx.interaction(id.parse().ok()).await?;
    let app = cx.app(Some(&interaction)).await?;
    let change = query.find("change").is_some();
    if !change
        && interaction
            .second_factor_owed(cx.services.ports.clock.now())
            .is_some()
    {
        let to = cx.path(format_args!("/login/otp?interaction={}", interaction.id));
        return Ok(Shown::SeeOther(to));
    }
    let awaits = matches!(
        interaction.state,
        InteractionState::AwaitingSignIn { identifier: Some(_) }
    );
    let choose = query.find("choose").is_some() || (interaction.requirement.choose_account && !awaits);
    if choose
        && !change
        && let Some(page) = choose_account::read(cx, &interaction, app.clone()).await?
    {
        return Ok(Page::ChooseAccount(page).into());
    }
    let step = if change {
        Step::Identifier { typed: String::new() }
    } else {
        step(cx, &interaction)
    };
    let offer = federated::offer(cx, &interaction, step.identifier()).await?;
    let page = SignInPage {
        interaction: interaction.id.to_string(),
        app,
        step,
        passkeys: cx.services.passkeys.relying_party().is_some(),
        known: known(cx),
        offer,
        done,
        error: query
            .find("stronger")
            .map(|_| cx.error(UiErrorKind::Rejected, "error-weaker"))
            .or_else(|| federated::setback(cx, query)),
    };
    Ok(Page::SignIn(page).into())
}

/// The sign-in that leads to a page of the account.
pub(crate) async fn start(
    cx: &RequestContext,
    page: AccountPage,
    done: Option<Done>,
) -> Result<Shown, UiError> {
    let started = cx
        .services
        .interactions
        .start_for_account(&cx.act, cx.browser, page)
        .await;
    let id = started.map_err(|error| cx.unavailable(&error))?.id;
    let done = done
        .map(|done| format!("&done={}", done.as_str()))
        .unwrap_or_default();
    Ok(Shown::SeeOther(
        cx.path(format_args!("/login?interaction={id}{done}")),
    ))
}

fn step(cx: &RequestContext, interaction: &Interaction) -> Step {
    if let InteractionState::AwaitingSignIn {
        identifier: Some(identifier),
    } = &interaction.state
    {
        return Step::Password {
            identifier: identifier.clone(),
        };
    }
    let requirement = &interaction.requirement;
    let again = requirement.fresh_sign_in || requirement.max_age.is_some();
    let known = cx
        .sessions
        .first()
        .filter(|_| again)
        .map(|person| person.user().email.as_str().to_owned());
    Step::Identifier {
        typed: requirement.login_hint.clone().or(known).unwrap_or_default(),
    }
}

fn known(cx: &RequestContext) -> Known {
    Known {
        last_method: cx.remembered.last_method,
        accounts: !cx.sessions.is_empty() || !cx.remembered.accounts.is_empty(),
    }
}

/// What the form posts to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let (interaction, identifier) = (form.get("interaction"), form.get("identifier"));
    if form.find("ceremony").is_some() {
        return passkey::sign_in(cx, PasskeyForm::of(form)).await;
    }
    match form.find("password") {
        Some(secret) => {
            password(
                cx,
                PasswordForm {
                    interaction,
                    identifier,
                    password: secret.to_owned(),
                },
            )
            .await
        }
        None => {
            identify(
                cx,
                IdentifierForm {
                    interaction,
                    identifier,
                },
            )
            .await
        }
    }
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    let interaction = cx.interaction(form.parse("interaction")).await.ok()?;
    let app = cx.app(Some(&interaction)).await.ok()?;
    let typed: String = form.get("identifier").chars().take(MAX_IDENTIFIER).collect();
    let step = match (form.find("password"), step(cx, &interaction)) {
        (Some(_), Step::Password { identifier }) if typed.is_empty() => Step::Password { identifier },
        (Some(_), _) if !typed.is_empty() => Step::Password { identifier: typed },
        _ => Step::Identifier { typed },
    };
    let offer = federated::offer(cx, &interaction, step.identifier()).await.ok()?;
    let page = SignInPage {
        interaction: interaction.id.to_string(),
        app,
        step,
        passkeys: cx.services.passkeys.relying_party().is_some(),
        known: known(cx),
        offer,
        done: None,
        error: Some(error.clone()),
    };
    Some(Page::SignIn(page))
}

/// Remembers who wants to sign in; says nothing about whether there is such an account.
pub async fn identify(cx: &RequestContext, form: IdentifierForm) -> Result<Next, UiError> {
    let interaction = cx.interaction(form.interaction.parse().ok()).await?;
    let identifier = checked(cx, &form.identifier)?;
    let interactions = &cx.services.interactions;
    let interaction = interactions
        .identify(&cx.act, interaction, identifier)
        .await
        .map_err(|error| cx.stuck(error))?;
    Ok(cx.next(format_args!("/login?interaction={}", interaction.id)))
}

/// Signs a person in by password.
pub async fn password(cx: &RequestContext, form: PasswordForm) -> Result<Next, UiError> {
    let interaction = cx.interaction(form.interaction.parse().ok()).await?;
    let identifier = match (form.identifier.trim(), &interaction.state) {
        (
            "",
            InteractionState::AwaitingSignIn {
                identifier: Some(known),
            },
        ) => known.clone(),
        (typed, _) => checked(cx, typed)?,
    };
    if form.password.is_empty() {
        return Err(cx.invalid("password", "error-password-empty"));
    }
    let judged = cx
        .services
        .sign_in
        .password(&cx.act, &identifier, form.password)
        .await;
    if let Err(SignInError::Leaving(token)) = &judged {
        return Ok(cx.next(restore_path(token)));
    }
    let proven = judged.map_err(|error| match error {
        SignInError::WrongCredentials | SignInError::Leaving(_) => cx
            .error(UiErrorKind::Rejected, "error-credentials")
            .at("password"),
        SignInError::TooManyAttempts { retry_after } => cx.too_many_passwords(retry_after),
        SignInError::PasswordExpired => cx.invalid("password", "error-password-expired"),
        SignInError::Busy => cx.busy(),
        SignInError::Store(error) => cx.unavailable(&error),
    })?;
    finish(cx, interaction, proven).await
}

fn checked(cx: &RequestContext, typed: &str) -> Result<String, UiError> {
    let typed = typed.trim();
    if typed.is_empty() || typed.len() > MAX_IDENTIFIER {
        return Err(cx.invalid("identifier", "error-identifier-empty"));
    }
    Ok(typed.to_owned())
}

#[server(endpoint = "sign-in/identifier")]
pub(crate) async fn sign_in_identifier(interaction: String, identifier: String) -> Result<Next, UiError> {
    answer(
        identify(
            &context()?,
            IdentifierForm {
                interaction,
                identifier,
            },
        )
        .await,
    )
}

#[server(endpoint = "sign-in/password")]
pub(crate) async fn sign_in_password(
    interaction: String,
    identifier: String,
    password: String,
) -> Result<Next, UiError> {
    answer(
        self::password(
            &context()?,
            PasswordForm {
                interaction,
                identifier,
                password,
            },
        )
        .await,
    )
}
