//! Requests that wait for a person, seen from the browser that started them.

use super::{Act, Ports};
use crate::{
    acr::Acr,
    consent::Validity,
    event::EventKind,
    id::InteractionId,
    interaction::{AccountPage, ConsentRequest, Continuation, Interaction, InteractionState, Requirement},
    login_session::SignedInUser,
    scope::ScopeSet,
    secret::Digest,
    stores::{Alongside, StoreError},
};

/// Why an interaction cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum InteractionError {
    /// Unknown, expired, finished, or another browser's; which, nobody is told.
    #[error("there is no such interaction in this browser")]
    Unknown,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a new interaction is made of.
pub struct NewInteraction {
    /// Digest of the browser's cookie.
    pub browser: Digest,
    /// What the asker needs of the sign-in.
    pub requirement: Requirement,
    /// What is to be allowed.
    pub consent: Option<ConsentRequest>,
    /// What goes on afterwards.
    pub continuation: Continuation,
}

impl NewInteraction {
    fn for_account(browser: Digest, page: AccountPage, requirement: Requirement) -> Self {
        Self {
            browser,
            requirement,
            consent: None,
            continuation: Continuation::Account(page),
        }
    }
}

/// Interactions.
#[derive(Clone)]
pub struct InteractionService {
    ports: Ports,
}

impl InteractionService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Stores a new interaction.
    pub async fn start(&self, act: &Act, new: NewInteraction) -> Result<Interaction, StoreError> {
        let now = self.ports.clock.now();
        let interaction = Interaction {
            id: InteractionId::generate(now, &*self.ports.random),
            browser: new.browser,
            requirement: new.requirement,
            consent: new.consent,
            continuation: new.continuation,
            state: InteractionState::AwaitingSignIn { identifier: None },
            enrolment_declined: None,
            offered: None,
            unaddressed: None,
            created_at: now,
            expires_at: now + act.realm.settings.lifetimes.interaction,
        };
        act.realm.ephemeral.interactions.put(&interaction).await?;
        Ok(interaction)
    }

    /// Starts a sign-in that leads to a page of the account.
    pub async fn start_for_account(
        &self,
        act: &Act,
        browser: Digest,
        page: AccountPage,
    ) -> Result<Interaction, StoreError> {
        let requirement = Requirement::default();
        self.start(act, NewInteraction::for_account(browser, page, requirement))
            .await
    }

    /// Has somebody who is signed in prove again who they are, which leads to a page of the account.
    pub async fn prove_again_for_account(
        &self,
        act: &Act,
        browser: Digest,
        page: AccountPage,
    ) -> Result<Interaction, StoreError> {
        let requirement = Requirement {
            fresh_sign_in: true,
            // Both factors, where there are two: a trusted browser is not enough to change what guards the account.
            acr: Some(Acr::TwoFactors),
            ..Requirement::default()
        };
        self.start(act, NewInteraction::for_account(browser, page, requirement))
            .await
    }

    /// The interaction, if this browser started it.
    pub async fn load(
        &self,
        act: &Act,
        id: InteractionId,
        browser: Digest,
    ) -> Result<Interaction, InteractionError> {
        let found = act.realm.ephemeral.interactions.find(id).await?;
        found
            .filter(|interaction| interaction.browser == browser)
            .ok_or(InteractionError::Unknown)
    }

    /// Somebody typed an identifier.
    pub async fn identify(
        &self,
        act: &Act,
        interaction: Interaction,
        identifier: String,
    ) -> Result<Interaction, InteractionError> {
        let next = interaction.clone().identified(identifier);
        self.replace(act, &interaction, next).await
    }

    /// Somebody wants to type another identifier.
    pub async fn start_over(
        &self,
        act: &Act,
        interaction: Interaction,
    ) -> Result<Interaction, InteractionError> {
        let next = interaction.clone().unidentified();
        self.replace(act, &interaction, next).await
    }

    /// Somebody chose one of the sessions of this browser.
    pub async fn choose(
        &self,
        act: &Act,
        interaction: Interaction,
        chosen: &SignedInUser,
    ) -> Result<Interaction, InteractionError> {
        let next = interaction.clone().signed_in(chosen.session().id, false);
        self.replace(act, &interaction, next).await
    }

    /// The person allowed `scopes` for as long as they said.
    pub async fn allow(
        &self,
        act: &Act,
        interaction: Interaction,
        person: &SignedInUser,
        (scopes, validity): (&ScopeSet, Validity),
    ) -> Result<Interaction, InteractionError> {
        let next = interaction
            .clone()
            .approved(person.session().id, scopes, validity)
            .map_err(|_| InteractionError::Unknown)?;
        self.replace(act, &interaction, next).await
    }

    /// The person wants no second factor for this request; whoever asks decides what follows.
    pub async fn decline_enrolment(
        &self,
        act: &Act,
        interaction: Interaction,
        person: &SignedInUser,
    ) -> Result<Interaction, InteractionError> {
        let next = interaction.clone().without_enrolment(person.session().id);
        self.replace(act, &interaction, next).await
    }

    /// The person declined.
    pub async fn deny(
        &self,
        act: &Act,
        interaction: Interaction,
        person: Option<&SignedInUser>,
    ) -> Result<Interaction, InteractionError> {
        if let (Some(person), Some(request)) = (person, &interaction.consent) {
            let kind = EventKind::ConsentDenied {
                user: person.user().id,
                client: request.client_id.clone(),
            };
            let events = vec![self.ports.event(act, kind)];
            act.realm
                .stores
                .events
                .record(Alongside {
                    events,
                    ..Alongside::default()
                })
                .await?;
        }
        let next = interaction.clone().denied();
        self.replace(act, &interaction, next).await
    }

    async fn replace(
        &self,
        act: &Act,
        old: &Interaction,
        new: Interaction,
    ) -> Result<Interaction, InteractionError> {
        // Losing the race means another tab moved on; the page is then shown afresh from what is stored.
        if act.realm.ephemeral.interactions.replace(old, &new).await? {
            Ok(new)
        } else {
            Err(InteractionError::Unknown)
        }
    }
}
