//! The acts of proving an address.

use super::{PATH, ProvenAddress, Step};
use crate::{
    components::work,
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    pages::{Page, federated, masked},
    routes::{Next, Shown},
};
use domain::{
    federation::UnaddressedIdentity,
    interaction::Interaction,
    services::{
        MailFlow,
        federated::{AskAddressError, ProveAddressError},
    },
    work::Shown as ShownWork,
};
use leptos::prelude::*;

const MAX_ADDRESS: usize = 254;

/// The address that a person says is theirs.
pub struct AskForm {
    /// The request that waits.
    pub interaction: String,
    /// What was typed; nothing where a code is mailed again.
    pub email: Option<String>,
}

/// The code that a person brings back from the mail.
pub struct CodeForm {
    /// The request that waits.
    pub interaction: String,
    /// The flow it belongs to.
    pub flow: String,
    /// What was typed.
    pub code: String,
}

/// The page, or the way on where nothing waits for an address.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let interaction = cx.interaction(query.parse("interaction")).await?;
    match &interaction.unaddressed {
        Some(waits) => Ok(Page::ProvenAddress(page(cx, query, (&interaction, waits), None).await?).into()),
        None => Ok(Shown::SeeOther(
            cx.path(format_args!("/login?interaction={}", interaction.id)),
        )),
    }
}

async fn page(
    cx: &RequestContext,
    fields: &Fields,
    (interaction, waits): (&Interaction, &UnaddressedIdentity),
    error: Option<UiError>,
) -> Result<ProvenAddress, UiError> {
    let typed: Option<String> = fields
        .find("email")
        .map(|typed| typed.chars().take(MAX_ADDRESS).collect());
    let flow: Option<MailFlow> = fields.parse("flow");
    let claimed = waits.claimed.clone().map(String::from);
    let step = match flow.zip(claimed.as_deref().and_then(masked)) {
        Some((flow, to)) => Step::Code {
            flow: flow.to_string(),
            to,
            resent: fields.find("resent").is_some(),
        },
        None => Step::Address {
            typed: typed.or(claimed).unwrap_or_default(),
        },
    };
    Ok(ProvenAddress {
        interaction: interaction.id.to_string(),
        app: cx.app(Some(interaction)).await?,
        provider: federated::called(cx, waits.identity.provider.as_str()),
        step,
        error,
    })
}

/// What the forms post to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let interaction = form.get("interaction");
    if form.find("act") == Some("send") {
        let asked = AskForm {
            interaction,
            email: named(form.find("flow"), form.get("email")),
        };
        return send(cx, asked, &work::shown(form)).await;
    }
    let form = CodeForm {
        interaction,
        flow: form.get("flow"),
        code: form.get("code"),
    };
    code(cx, form).await
}

/// The address that somebody named, unless they ask for a code again.
fn named(flow: Option<&str>, email: String) -> Option<String> {
    flow.is_none().then_some(email)
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    let interaction = cx.interaction(form.parse("interaction")).await.ok()?;
    let waits = interaction.unaddressed.as_ref()?;
    let page = page(cx, form, (&interaction, waits), Some(error.clone())).await;
    Some(Page::ProvenAddress(page.ok()?))
}

/// Mails a code to the address.
pub async fn send(cx: &RequestContext, form: AskForm, work: &ShownWork) -> Result<Next, UiError> {
    let interaction = cx.interaction(form.interaction.parse().ok()).await?;
    let id = interaction.id;
    let email = form.email.as_deref().map(str::trim);
    let federated = &cx.services.federated;
    let flow = match federated.ask_address(&cx.act, &interaction, (email, work)).await {
        Ok(flow) => flow,
        Err(AskAddressError::NothingWaits) => {
            return Ok(cx.next(format_args!("/login?interaction={id}")));
        }
        Err(AskAddressError::Invalid) => return Err(cx.invalid("email", "error-email")),
        Err(AskAddressError::Stuck) => return Err(cx.error(UiErrorKind::Expired, "error-expired")),
        Err(AskAddressError::Ask(error)) => return Err(cx.asked_too_often(error)),
        Err(AskAddressError::Store(error)) => return Err(cx.unavailable(&error)),
    };
    let resent = if email.is_none() { "&resent=1" } else { "" };
    Ok(cx.next(format_args!("{PATH}?interaction={id}&flow={flow}{resent}")))
}

/// Goes on with the address that the typed code proves.
pub async fn code(cx: &RequestContext, form: CodeForm) -> Result<Next, UiError> {
    let interaction = cx.interaction(form.interaction.parse().ok()).await?;
    let refused = || cx.error(UiErrorKind::Rejected, "error-address-code").at("code");
    let flow: MailFlow = form.flow.parse().map_err(|_| refused())?;
    let federated = &cx.services.federated;
    let proven = federated
        .prove_address(&cx.act, &interaction, (&flow, &form.code))
        .await;
    let answered = proven.map_err(|error| match error {
        ProveAddressError::Refused => refused(),
        ProveAddressError::TooMany { retry_after } => cx.too_many(retry_after),
        ProveAddressError::Stuck => cx.error(UiErrorKind::Expired, "error-expired"),
        ProveAddressError::Store(error) => cx.unavailable(&error),
    })?;
    federated::go_on(cx, answered).await
}

#[server(endpoint = "sign-up/address")]
pub(crate) async fn sign_up_address(
    interaction: String,
    email: Option<String>,
    flow: Option<String>,
    work: Option<String>,
    work_answer: Option<String>,
) -> Result<Next, UiError> {
    let email = named(flow.as_deref(), email.unwrap_or_default());
    let form = AskForm { interaction, email };
    let work = work::given(work, work_answer);
    answer(send(&context()?, form, &work).await)
}

#[server(endpoint = "sign-up/address-code")]
pub(crate) async fn sign_up_address_code(
    interaction: String,
    flow: String,
    code: String,
) -> Result<Next, UiError> {
    let form = CodeForm {
        interaction,
        flow,
        code,
    };
    answer(self::code(&context()?, form).await)
}
