//! The acts of proving an address.

use super::{By, VerifyEmail};
use crate::{
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    pages::{Page, encoded, masked},
    routes::{Next, Shown},
};
use domain::{id::MailedCodeId, mail::MailedCodePurpose, services::registration::ConfirmError};
use leptos::prelude::*;

/// The code a person brings back from the mail.
pub struct CodeForm {
    /// The flow it belongs to.
    pub flow: String,
    /// What was typed.
    pub code: String,
    /// The request that waits, if any.
    pub interaction: Option<String>,
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let by = by(query).ok_or_else(|| cx.error(UiErrorKind::Rejected, "error-link"))?;
    if let By::Link { token } = &by {
        let works = cx
            .services
            .registration
            .link_works(&cx.act, token, MailedCodePurpose::ConfirmEmail)
            .await;
        if !works.map_err(|error| cx.unavailable(&error))? {
            return Err(cx.error(UiErrorKind::Rejected, "error-link"));
        }
    }
    page(cx, query, by, None).await.map(Shown::from)
}

async fn page(cx: &RequestContext, fields: &Fields, by: By, error: Option<UiError>) -> Result<Page, UiError> {
    let interaction = cx.interaction_if_any(fields.parse("interaction")).await?;
    let app = cx.app(interaction.as_ref()).await?;
    let interaction = interaction.map(|interaction| interaction.id.to_string());
    Ok(Page::VerifyEmail(VerifyEmail {
        interaction,
        app,
        by,
        error,
    }))
}

fn by(fields: &Fields) -> Option<By> {
    if let Some(token) = fields.find("token") {
        return Some(By::Link {
            token: token.to_owned(),
        });
    }
    let flow: MailedCodeId = fields.parse("flow")?;
    // Only what has the shape of a masked address is shown again.
    let to = fields
        .find("to")
        .filter(|to| masked(to).as_deref() == Some(*to))
        .map(str::to_owned);
    Some(By::Code {
        flow: flow.to_string(),
        to,
        resent: fields.find("resent").is_some(),
    })
}

/// What the forms post to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let interaction = form.find("interaction").map(str::to_owned);
    if let Some(token) = form.find("token") {
        return link(cx, token, interaction).await;
    }
    if form.find("act") == Some("resend") {
        return resend(cx, form).await;
    }
    code(
        cx,
        CodeForm {
            flow: form.get("flow"),
            code: form.get("code"),
            interaction,
        },
    )
    .await
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    match by(form)? {
        // A link that was refused will not work at a second try.
        By::Link { .. } if error.kind == UiErrorKind::Rejected => None,
        by => page(cx, form, by, Some(error.clone())).await.ok(),
    }
}

/// Confirms an address by the typed code.
pub async fn code(cx: &RequestContext, form: CodeForm) -> Result<Next, UiError> {
    let refused = || cx.error(UiErrorKind::Rejected, "error-code").at("code");
    let flow = form.flow.parse().map_err(|_| refused())?;
    let confirmed = cx
        .services
        .registration
        .confirm_with_code(&cx.act, flow, &form.code)
        .await;
    confirmed.map_err(|error| match error {
        ConfirmError::Refused => refused(),
        ConfirmError::Store(error) => cx.unavailable(&error),
    })?;
    confirmed_next(cx, form.interaction).await
}

/// Confirms an address by the mailed link.
pub async fn link(cx: &RequestContext, token: &str, interaction: Option<String>) -> Result<Next, UiError> {
    let confirmed = cx.services.registration.confirm_with_link(&cx.act, token).await;
    confirmed.map_err(|error| match error {
        ConfirmError::Refused => cx.error(UiErrorKind::Rejected, "error-link"),
        ConfirmError::Store(error) => cx.unavailable(&error),
    })?;
    confirmed_next(cx, interaction).await
}

/// Mails a new code and link.
pub async fn resend(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let flow = form
        .parse("flow")
        .ok_or_else(|| cx.error(UiErrorKind::Rejected, "error-link"))?;
    let interaction = cx
        .interaction_if_any(form.parse("interaction"))
        .await?
        .map(|interaction| interaction.id);
    let sent = cx.services.registration.resend(&cx.act, flow, interaction).await;
    let flow = sent.map_err(|error| cx.unavailable(&error))?;
    let interaction = interaction
        .map(|id| format!("&interaction={id}"))
        .unwrap_or_default();
    let to = form
        .find("to")
        .map(|to| format!("&to={}", encoded(to)))
        .unwrap_or_default();
    Ok(cx.next(format_args!(
        "/verify-email?flow={flow}{interaction}{to}&resent=1"
    )))
}

async fn confirmed_next(cx: &RequestContext, interaction: Option<String>) -> Result<Next, UiError> {
    let id = interaction.and_then(|id| id.parse().ok());
    Ok(match cx.interaction_if_any(id).await? {
        // The link may have been opened in a browser that no request waits in.
        None => cx.next("/login?done=verified"),
        Some(interaction) => cx.next(format_args!("/resume/{}", interaction.id)),
    })
}

#[server(endpoint = "verify-email/code")]
pub(crate) async fn verify_email_code(
    flow: String,
    code: String,
    interaction: Option<String>,
) -> Result<Next, UiError> {
    answer(
        self::code(
            &context()?,
            CodeForm {
                flow,
                code,
                interaction,
            },
        )
        .await,
    )
}

#[server(endpoint = "verify-email/link")]
pub(crate) async fn verify_email_link(token: String, interaction: Option<String>) -> Result<Next, UiError> {
    answer(link(&context()?, &token, interaction).await)
}

#[server(endpoint = "verify-email/resend")]
pub(crate) async fn verify_email_resend(
    flow: String,
    interaction: Option<String>,
    to: Option<String>,
) -> Result<Next, UiError> {
    let named = [("flow", Some(flow)), ("interaction", interaction), ("to", to)];
    let fields = named
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect();
    answer(resend(&context()?, &Fields::new(fields)).await)
}
