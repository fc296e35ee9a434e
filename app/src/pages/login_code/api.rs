//! The acts of signing in by mail.

use super::{By, LoginCode};
use crate::{
    components::work,
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    pages::{
        Page, encoded, masked,
        sign_in::{finish, or_account},
    },
    routes::{Next, Shown},
};
use domain::{
    interaction::{Interaction, InteractionState},
    services::{
        MailFlow,
        sign_in::{LinkOffer, SignInError},
    },
    work::Shown as ShownWork,
};
use leptos::prelude::*;

/// The code a person brings back from the mail.
pub struct CodeForm {
    /// The request that waits.
    pub interaction: String,
    /// The flow it belongs to.
    pub flow: String,
    /// What was typed.
    pub code: String,
}

/// The link a person followed.
pub struct LinkForm {
    /// The link's token.
    pub token: String,
    /// The request that waits, if any.
    pub interaction: Option<String>,
    /// Whether the page said that it was asked for in another browser.
    pub told: bool,
}

/// The page, or the way to it.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    if let Some(token) = query.find("token") {
        return load_link(cx, query, token).await;
    }
    let Some(id) = query.find("interaction") else {
        return Ok(Shown::SeeOther(cx.path("/login")));
    };
    let interaction = cx.interaction(id.parse().ok()).await?;
    match query.find("flow") {
        Some(_) => page(cx, query, &interaction, None).await.map(Shown::from),
        None => Ok(Shown::SeeOther(
            cx.path(format_args!("/login?interaction={}", interaction.id)),
        )),
    }
}

async fn load_link(cx: &RequestContext, query: &Fields, token: &str) -> Result<Shown, UiError> {
    let offer = offer(cx, token).await?;
    let interaction = cx.interaction_if_any(query.parse("interaction")).await?;
    let app = cx.app(interaction.as_ref()).await?;
    let page = LoginCode {
        interaction: interaction.map(|interaction| interaction.id.to_string()),
        app,
        by: By::Link {
            token: token.to_owned(),
            email: offer.email.as_str().to_owned(),
            elsewhere: offer.elsewhere,
        },
        error: None,
    };
    Ok(Page::LoginCode(page).into())
}

async fn page(
    cx: &RequestContext,
    fields: &Fields,
    interaction: &Interaction,
    error: Option<UiError>,
) -> Result<Page, UiError> {
    let app = cx.app(Some(interaction)).await?;
    let flow: Option<MailFlow> = fields.parse("flow");
    let by = match fields.find("flow") {
        Some(_) => By::Code {
            flow: flow.map(|flow| flow.to_string()).unwrap_or_default(),
            to: identifier(interaction).and_then(masked),
            resent: fields.find("resent").is_some(),
        },
        None => By::Asking,
    };
    let interaction = Some(interaction.id.to_string());
    Ok(Page::LoginCode(LoginCode {
        interaction,
        app,
        by,
        error,
    }))
}

/// What the forms post to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let interaction = form.get("interaction");
    if let Some(token) = form.find("token") {
        let form = LinkForm {
            token: token.to_owned(),
            interaction: Some(interaction),
            told: form.find("told").is_some(),
        };
        return link(cx, form).await;
    }
    if form.find("act") == Some("send") {
        let again = form.find("flow").is_some();
        return send(cx, &interaction, again, &work::shown(form)).await;
    }
    let form = CodeForm {
        interaction,
        flow: form.get("flow"),
        code: form.get("code"),
    };
    code(cx, form).await
}

/// The page again, with its error; a link that was refused does not work at a second try.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    form.find("flow").or(error.work.as_deref())?;
    let interaction = cx.interaction(form.parse("interaction")).await.ok()?;
    page(cx, form, &interaction, Some(error.clone())).await.ok()
}

/// Mails a code to whoever the identifier belongs to.
pub async fn send(
    cx: &RequestContext,
    interaction: &str,
    again: bool,
    work: &ShownWork,
) -> Result<Next, UiError> {
    let interaction = cx.interaction(interaction.parse().ok()).await?;
    let Some(identifier) = identifier(&interaction) else {
        return Ok(cx.next(format_args!("/login?interaction={}", interaction.id)));
    };
    let asked = cx
        .services
        .sign_in
        .ask_for_code(&cx.act, identifier, (cx.browser, interaction.id), work)
        .await;
    let flow = asked.map_err(|error| cx.asked_too_often(error))?;
    let (id, resent) = (interaction.id, if again { "&resent=1" } else { "" });
    Ok(cx.next(format_args!("/login/code?interaction={id}&flow={flow}{resent}")))
}

/// Signs a person in by the typed code.
pub async fn code(cx: &RequestContext, form: CodeForm) -> Result<Next, UiError> {
    let interaction = cx.interaction(form.interaction.parse().ok()).await?;
    let refused = || cx.error(UiErrorKind::Rejected, "error-code").at("code");
    let flow: MailFlow = form.flow.parse().map_err(|_| refused())?;
    let judged = cx
        .services
        .sign_in
        .code(&cx.act, (&flow, cx.browser), &form.code)
        .await;
    let proven = judged.map_err(|error| unproven(cx, error, refused))?;
    finish(cx, interaction, proven).await
}

/// Signs a person in by the mailed link, in the browser it was opened in.
pub async fn link(cx: &RequestContext, form: LinkForm) -> Result<Next, UiError> {
    let offered = cx
        .services
        .sign_in
        .link_offer(&cx.act, &form.token, cx.browser)
        .await;
    let offered = offered.map_err(|error| cx.unavailable(&error))?;
    // One that does not work goes on to where it is counted before it is refused.
    if offered.is_some_and(|offer| offer.elsewhere) && !form.told {
        let token = encoded(&form.token);
        return Ok(cx.next(format_args!("/login/code?token={token}")));
    }
    let waiting = form.interaction.and_then(|id| id.parse().ok());
    let interaction = or_account(cx, cx.interaction_if_any(waiting).await?).await?;
    let judged = cx.services.sign_in.link(&cx.act, &form.token).await;
    let refused = || cx.error(UiErrorKind::Rejected, "error-link");
    let proven = judged.map_err(|error| unproven(cx, error, refused))?;
    finish(cx, interaction, proven).await
}

async fn offer(cx: &RequestContext, token: &str) -> Result<LinkOffer, UiError> {
    let offer = cx.services.sign_in.link_offer(&cx.act, token, cx.browser).await;
    offer
        .map_err(|error| cx.unavailable(&error))?
        .ok_or_else(|| cx.error(UiErrorKind::Rejected, "error-link"))
}

fn unproven(cx: &RequestContext, error: SignInError, refused: impl FnOnce() -> UiError) -> UiError {
    match error {
        SignInError::WrongCredentials | SignInError::PasswordExpired | SignInError::Leaving(_) => refused(),
        SignInError::TooManyAttempts { retry_after } => cx.too_many(retry_after),
        SignInError::Busy => cx.busy(),
        SignInError::Store(error) => cx.unavailable(&error),
    }
}

fn identifier(interaction: &Interaction) -> Option<&str> {
    match &interaction.state {
        InteractionState::AwaitingSignIn { identifier } => identifier.as_deref(),
        InteractionState::AwaitingSecondFactor(_)
        | InteractionState::SignedIn { .. }
        | InteractionState::Approved { .. }
        | InteractionState::Denied => None,
    }
}

#[server(endpoint = "sign-in/mail")]
pub(crate) async fn sign_in_mail(
    interaction: String,
    flow: Option<String>,
    work: Option<String>,
    work_answer: Option<String>,
) -> Result<Next, UiError> {
    let work = work::given(work, work_answer);
    answer(send(&context()?, &interaction, flow.is_some(), &work).await)
}

#[server(endpoint = "sign-in/code")]
pub(crate) async fn sign_in_code(interaction: String, flow: String, code: String) -> Result<Next, UiError> {
    let form = CodeForm {
        interaction,
        flow,
        code,
    };
    answer(self::code(&context()?, form).await)
}

#[server(endpoint = "sign-in/link")]
pub(crate) async fn sign_in_link(
    token: String,
    interaction: Option<String>,
    told: Option<String>,
) -> Result<Next, UiError> {
    let form = LinkForm {
        token,
        interaction,
        told: told.is_some(),
    };
    answer(link(&context()?, form).await)
}
