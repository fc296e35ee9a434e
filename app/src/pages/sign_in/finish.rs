//! What every way of signing in ends with: a session, or the step of the second factor.

use crate::{
    context::{RequestContext, SessionChange},
    error::UiError,
    pages::passkey_offer,
    routes::Next,
};
use domain::{
    acr::Acr,
    interaction::{AccountPage, Interaction},
    services::sign_in::{Arrival, Completed, Proven},
};

/// Goes on with a request for which somebody proved who they are, in a browser that can make a passkey or cannot.
pub(crate) async fn finish(
    cx: &RequestContext,
    interaction: Interaction,
    proven: Proven,
    can_passkey: bool,
) -> Result<Next, UiError> {
    let id = interaction.id;
    let done = cx
        .services
        .sign_in
        .complete(&cx.act, arrival(cx, interaction), proven)
        .await;
    match done.map_err(|error| cx.stuck(error))? {
        Completed::SignedIn { session, interaction } => {
            cx.changes.leave(SessionChange::SignedIn(session.id));
            // Whoever is asked for two factors is offered a passkey with that.
            let asked = interaction.requirement.acr == Some(Acr::TwoFactors);
            let offer = (session.user_id, can_passkey && !asked);
            passkey_offer::way_on(cx, interaction.id, offer).await
        }
        // What is stronger is on the first page, whichever the weaker proof was given on.
        Completed::Weaker => Ok(cx.next(format_args!("/login?interaction={id}&change=1&stronger=1"))),
        owed @ Completed::SecondFactor(_) => Ok(completed(cx, owed)),
    }
}

/// The request that waits, or one that leads to the account.
pub(crate) async fn or_account(
    cx: &RequestContext,
    waiting: Option<Interaction>,
) -> Result<Interaction, UiError> {
    if let Some(interaction) = waiting {
        return Ok(interaction);
    }
    cx.services
        .interactions
        .start_for_account(&cx.act, cx.browser, AccountPage::Overview)
        .await
        .map_err(|error| cx.unavailable(&error))
}

/// Where a sign-in arrives.
pub(crate) fn arrival(cx: &RequestContext, interaction: Interaction) -> Arrival<'_> {
    Arrival {
        interaction,
        present: &cx.sessions,
        devices: &cx.devices,
    }
}

/// Where the browser goes next.
pub(crate) fn completed(cx: &RequestContext, completed: Completed) -> Next {
    match completed {
        Completed::SignedIn { session, interaction } => {
            cx.changes.leave(SessionChange::SignedIn(session.id));
            cx.next(format_args!("/resume/{}", interaction.id))
        }
        Completed::SecondFactor(interaction) => {
            cx.next(format_args!("/login/otp?interaction={}", interaction.id))
        }
        Completed::Weaker => cx.next("/login"),
    }
}
