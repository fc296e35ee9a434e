//! The acts of proving an address.

use super::{By, Choice, VerifyEmail};
use crate::{
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    pages::{
        Page, encoded, masked,
        sign_in::{finish, or_account},
        sign_up::refused_password,
    },
    routes::{Next, Shown},
};
use domain::{
    interaction::Interaction,
    services::{
        MailFlow,
        registration::{ConfirmError, Confirmable, Typed},
        sign_in::Proven,
    },
};
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

/// The link a person followed, and what they type where it was opened in another browser than the sign-up.
pub struct LinkForm {
    /// The link's token.
    pub token: String,
    /// Their name.
    pub name: Option<String>,
    /// The password they want; left out where none is asked for.
    pub new_password: Option<String>,
    /// The request that waits, if any.
    pub interaction: Option<String>,
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let by = by(cx, query).await?;
    let by = by.ok_or_else(|| cx.error(UiErrorKind::Rejected, "error-link"))?;
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

/// What the fields ask for; nothing if they name neither a flow nor a link that works.
async fn by(cx: &RequestContext, fields: &Fields) -> Result<Option<By>, UiError> {
    match fields.find("token") {
        Some(token) => by_link(cx, token, fields).await,
        None => Ok(by_code(fields)),
    }
}

async fn by_link(cx: &RequestContext, token: &str, fields: &Fields) -> Result<Option<By>, UiError> {
    let registration = &cx.services.registration;
    let asked = registration.confirmable(&cx.act, token, cx.browser).await;
    let asked = asked.map_err(|error| cx.unavailable(&error))?;
    Ok(asked.map(|asked| By::Link {
        token: token.to_owned(),
        choice: match asked {
            Confirmable::AsChosen => None,
            Confirmable::ChosenElsewhere | Confirmable::WithChoice => Some(Choice {
                needed: asked == Confirmable::WithChoice,
                name: fields.get("name"),
                policy: cx.act.realm.settings.password,
            }),
        },
    }))
}

fn by_code(fields: &Fields) -> Option<By> {
    let flow: MailFlow = fields.parse("flow")?;
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
        let form = LinkForm {
            token: token.to_owned(),
            name: form.find("name").map(str::to_owned),
            new_password: form.find("new_password").map(str::to_owned),
            interaction,
        };
        return link(cx, form).await;
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
    // A link that was refused does not work at a second try and is not found here.
    let by = by(cx, form).await.ok()??;
    page(cx, form, by, Some(error.clone())).await.ok()
}

/// Confirms an address by the typed code.
pub async fn code(cx: &RequestContext, form: CodeForm) -> Result<Next, UiError> {
    let refused = || cx.error(UiErrorKind::Rejected, "error-code").at("code");
    let flow: MailFlow = form.flow.parse().map_err(|_| refused())?;
    let waiting = waiting(cx, form.interaction.as_deref()).await?;
    let confirmed = cx
        .services
        .registration
        .confirm_with_code(&cx.act, (&flow, cx.browser), &form.code)
        .await;
    let proven = confirmed.map_err(|error| unconfirmed(cx, error, refused))?;
    confirmed_next(cx, waiting, proven).await
}

/// Confirms an address by the mailed link.
pub async fn link(cx: &RequestContext, form: LinkForm) -> Result<Next, UiError> {
    let typed = form.new_password.map(|password| Typed {
        name: form.name.unwrap_or_default(),
        password,
    });
    let waiting = waiting(cx, form.interaction.as_deref()).await?;
    let confirmed = cx
        .services
        .registration
        .confirm_with_link(&cx.act, (&form.token, cx.browser), typed)
        .await;
    match confirmed {
        Ok(proven) => confirmed_next(cx, waiting, proven).await,
        // The mail was sent again from another browser since the page was shown, so the page now asks for more.
        Err(ConfirmError::ChoiceMissing) => {
            let interaction = form
                .interaction
                .map(|id| format!("&interaction={}", encoded(&id)));
            let (token, interaction) = (encoded(&form.token), interaction.unwrap_or_default());
            Ok(cx.next(format_args!("/verify-email?token={token}{interaction}")))
        }
        Err(error) => {
            let refused = || cx.error(UiErrorKind::Rejected, "error-link");
            Err(unconfirmed(cx, error, refused))
        }
    }
}

fn unconfirmed(cx: &RequestContext, error: ConfirmError, refused: impl FnOnce() -> UiError) -> UiError {
    match error {
        ConfirmError::Refused | ConfirmError::ChoiceMissing => refused(),
        ConfirmError::InvalidName => cx.invalid("name", "error-name"),
        ConfirmError::Password(error) => refused_password(cx, error),
        ConfirmError::TooManyAttempts { retry_after } => cx.too_many(retry_after),
        ConfirmError::Busy => cx.busy(),
        ConfirmError::Store(error) => cx.unavailable(&error),
    }
}

/// Mails a new code and link.
pub async fn resend(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let flow: MailFlow = form
        .parse("flow")
        .ok_or_else(|| cx.error(UiErrorKind::Rejected, "error-link"))?;
    let interaction = cx
        .interaction_if_any(form.parse("interaction"))
        .await?
        .map(|interaction| interaction.id);
    let registration = &cx.services.registration;
    let sent = registration.resend(&cx.act, &flow, cx.browser, interaction).await;
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

/// The request that waits in this browser; a link may have been opened in one where none does.
async fn waiting(cx: &RequestContext, id: Option<&str>) -> Result<Option<Interaction>, UiError> {
    cx.interaction_if_any(id.and_then(|id| id.parse().ok())).await
}

/// Signs in who was proven; everybody else is asked to.
async fn confirmed_next(
    cx: &RequestContext,
    waiting: Option<Interaction>,
    proven: Option<Proven>,
) -> Result<Next, UiError> {
    let Some(proven) = proven else {
        return Ok(match waiting {
            None => cx.next("/login?done=verified"),
            Some(interaction) => cx.next(format_args!("/resume/{}", interaction.id)),
        });
    };
    let interaction = or_account(cx, waiting).await?;
    finish(cx, interaction, proven).await
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
pub(crate) async fn verify_email_link(
    token: String,
    name: Option<String>,
    new_password: Option<String>,
    interaction: Option<String>,
) -> Result<Next, UiError> {
    answer(
        link(
            &context()?,
            LinkForm {
                token,
                name,
                new_password,
                interaction,
            },
        )
        .await,
    )
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
