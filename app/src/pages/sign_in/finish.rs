//! What every way of signing in ends with: a session, or the step of the second factor.

use crate::{
    context::{RequestContext, SessionChange},
    error::UiError,
    pages::passkey_offer,
    routes::Next,
};
use domain::{
    id::InteractionId,
    interaction::{AccountPage, Interaction},
    services::sign_in::{Arrival, Completed, Proven},
};

/// Goes on with a request for which somebody proved who they are.
pub(crate) async fn finish(
    cx: &RequestContext,
    interaction: Interaction,
    proven: Proven,
) -> Result<Next, UiError> {
    let id = interaction.id;
    let arrival = arrival(cx, interaction);
    let done = cx.services.sign_in.complete(&cx.act, arrival, proven).await;
    completed(cx, id, done.map_err(|error| cx.stuck(error))?).await
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

/// Where the browser goes next with the request of this id.
pub(crate) async fn completed(
    cx: &RequestContext,
    id: InteractionId,
    completed: Completed,
) -> Result<Next, UiError> {
    match completed {
        Completed::SignedIn { session, interaction } => {
            cx.changes.leave(SessionChange::SignedIn(session.id));
            passkey_offer::way_on(cx, &interaction, &session).await
        }
        Completed::SecondFactor(_) => Ok(cx.next(format_args!("/login/otp?interaction={id}"))),
        // What is stronger is on the first page, whichever the weaker proof was given on.
        Completed::Weaker => Ok(cx.next(format_args!("/login?interaction={id}&change=1&stronger=1"))),
    }
}
