//! The request as it is kept in an interaction while a person is busy.

use super::{
    Pending, Prompt,
    request::{AuthorizationRequest, ReplyTo},
};
use crate::{Protocol, claims_request::AcrRequest};
use domain::{
    id::InteractionId,
    interaction::{ConsentRequest, Continuation, Interaction, InteractionState, Requirement},
    secret::Digest,
    services::Act,
};

/// Everything that is needed to go on.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct Kept {
    pub reply: ReplyTo,
    pub request: AuthorizationRequest,
    /// The pushed request it was.
    pub pushed: Option<Digest>,
}

/// What an interaction keeps, if it keeps a request.
pub(super) fn read(interaction: &Interaction) -> Option<Kept> {
    match &interaction.continuation {
        Continuation::Authorization(text) => serde_json::from_str(text).ok(),
        Continuation::Account(_) | Continuation::Device(_) => None,
    }
}

impl Pending {
    /// A new interaction in which the request waits.
    pub(super) fn interaction(
        &self,
        protocol: &Protocol,
        act: &Act,
        browser: Digest,
        state: InteractionState,
    ) -> Interaction {
        let now = protocol.ports.clock.now();
        let kept = Kept {
            reply: self.address.reply().clone(),
            request: self.request.clone(),
            pushed: self.pushed,
        };
        Interaction {
            id: InteractionId::generate(now, &*protocol.ports.random),
            browser,
            requirement: Requirement {
                max_age: self.request.max_age,
                fresh_sign_in: self.ask().wants_fresh_sign_in(),
                choose_account: self.request.prompt.contains(&Prompt::SelectAccount),
                acr: self.request.acr.as_ref().and_then(AcrRequest::weakest),
                insists: self.ask().insists(),
                login_hint: self.request.login_hint.clone(),
                ui_locales: self.request.ui_locales.clone(),
                provider: self.request.idp_hint.clone(),
            },
            consent: Some(ConsentRequest {
                client_id: self.client.id.clone(),
                scopes: self.request.to_be_allowed(),
                always: self.request.prompt.contains(&Prompt::Consent) || self.asks_every_time(),
                to_loopback: self.address.reply().redirect_uri.is_loopback(),
            }),
            // Strings, numbers and sets of them: writing them as JSON has no way to fail.
            continuation: Continuation::Authorization(serde_json::to_string(&kept).unwrap_or_default()),
            state,
            enrolment_declined: None,
            offered: None,
            unaddressed: None,
            created_at: now,
            expires_at: now + act.realm.settings.lifetimes.interaction,
        }
    }
}
