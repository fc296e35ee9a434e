//! Offering to make a passkey to somebody who just signed in another way, where the device can make one. Whoever does
//! not want it goes on at once.

use crate::{
    components::{App, hidden},
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::{Page, account::security::passkeys},
    routes::{Next, Shown},
};
use domain::{
    acr::{Acr, Method},
    interaction::Interaction,
    login_session::LoginSession,
    services::passkeys::Declined,
};
use leptos::prelude::*;

/// The offer.
#[derive(Clone, Debug)]
pub struct PasskeyOffer {
    /// The request that waits.
    pub interaction: String,
    /// The app that waits.
    pub app: Option<App>,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// Where somebody goes on whose sign-in began `session` or renewed it: to the offer, if it is due.
pub(crate) async fn way_on(
    cx: &RequestContext,
    interaction: &Interaction,
    session: &LoginSession,
) -> Result<Next, UiError> {
    let due = is_welcome(cx, interaction, session) && is_offered(cx, session).await?;
    let id = interaction.id;
    Ok(match due {
        true => cx.next(format_args!("/login/passkey?interaction={id}")),
        false => cx.next(format_args!("/resume/{id}")),
    })
}

/// Whether this is the time and the place for it.
fn is_welcome(cx: &RequestContext, interaction: &Interaction, session: &LoginSession) -> bool {
    // Whoever proves it once more wants to get on with what they were doing.
    let again = cx
        .sessions
        .iter()
        .any(|present| present.user().id == session.user_id);
    // Whoever still has to prove a second factor is offered a passkey with that.
    let wanted = interaction.requirement.acr;
    let owed = wanted.is_some_and(|wanted| Acr::of(&session.methods) < Some(wanted));
    cx.makes_passkeys && !again && !owed && !session.methods.contains(&Method::Passkey)
}

async fn is_offered(cx: &RequestContext, session: &LoginSession) -> Result<bool, UiError> {
    let offered = cx.services.passkeys.is_offered(&cx.act, session).await;
    offered.map_err(|error| cx.unavailable(&error))
}

/// The page, or the way on where there is nothing to offer.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let interaction = cx.interaction(query.parse("interaction")).await?;
    let person = cx.person()?;
    if !is_offered(cx, person.session()).await? {
        return Ok(Shown::SeeOther(
            cx.path(format_args!("/resume/{}", interaction.id)),
        ));
    }
    let page = PasskeyOffer {
        interaction: interaction.id.to_string(),
        app: cx.app(Some(&interaction)).await?,
        error: None,
    };
    Ok(Page::PasskeyOffer(page).into())
}

/// What the forms post to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let interaction = form.get("interaction");
    match form.find("decision") {
        Some(decision) => decline(cx, &interaction, decision).await,
        None => add(cx, &interaction, (&form.get("ceremony"), &form.get("answer"))).await,
    }
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    let interaction = cx.interaction(form.parse("interaction")).await.ok()?;
    let page = PasskeyOffer {
        interaction: interaction.id.to_string(),
        app: cx.app(Some(&interaction)).await.ok()?,
        error: Some(error.clone()),
    };
    Some(Page::PasskeyOffer(page))
}

/// Takes the passkey that was made and goes on.
pub async fn add(cx: &RequestContext, interaction: &str, given: (&str, &str)) -> Result<Next, UiError> {
    let interaction = cx.interaction(interaction.parse().ok()).await?;
    passkeys::take(cx, given).await?;
    Ok(cx.next(format_args!("/resume/{}", interaction.id)))
}

/// Goes on without; `decision` says for how long.
pub async fn decline(cx: &RequestContext, interaction: &str, decision: &str) -> Result<Next, UiError> {
    let interaction = cx.interaction(interaction.parse().ok()).await?;
    let how = match decision {
        "later" => Declined::NotNow,
        "never" => Declined::Never,
        _ => return Err(cx.error(UiErrorKind::NotFound, "error-not-found")),
    };
    let declined = cx.services.passkeys.decline(&cx.act, cx.person()?, how).await;
    declined.map_err(|error| cx.unavailable(&error))?;
    Ok(cx.next(format_args!("/resume/{}", interaction.id)))
}

#[server(endpoint = "passkey-offer/add")]
pub(crate) async fn passkey_offer_add(
    interaction: String,
    ceremony: String,
    answer: String,
) -> Result<Next, UiError> {
    crate::doors::answer(add(&context()?, &interaction, (&ceremony, &answer)).await)
}

#[server(endpoint = "passkey-offer/decline")]
pub(crate) async fn passkey_offer_decline(interaction: String, decision: String) -> Result<Next, UiError> {
    answer(decline(&context()?, &interaction, &decision).await)
}

/// The page.
pub(crate) fn view(page: &PasskeyOffer, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let resume = frame.path(&format!("/resume/{}", page.interaction));
    let decline = |decision: &'static str, text: String| {
        view! {
            <form method="post" action=frame.path("/login/passkey") data-act=frame.path("/api/passkey-offer/decline")>
                {hidden("interaction", page.interaction.clone())}
                {hidden("decision", decision)}
                <button class="button" type="submit">{text}</button>
            </form>
        }
    };
    let fields = hidden("interaction", page.interaction.clone());
    let form = passkeys::form(
        ("/login/passkey", "/api/passkey-offer/add"),
        fields,
        ("button button--primary button--wide", w.get("passkey-create")),
        frame,
    );
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("passkey-offer-title")}</h1></div>
            {crate::components::notice::error(page.error.as_ref())}
            <p>{w.get("passkey-offer-text")}</p>
            {form}
            <noscript>
                <p>
                    {w.get("passkey-offer-script")}" "
                    <a class="link" href=resume>{w.get("passkey-offer-go-on")}</a>
                </p>
            </noscript>
            <div class="actions">
                {decline("later", w.get("passkey-offer-later"))}
                {decline("never", w.get("passkey-offer-never"))}
            </div>
        </div>
    }
    .into_any()
}
