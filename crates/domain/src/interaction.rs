//! A request that waits for a person: what it needs, how far the person got, and what goes on afterwards.
//!
//! This module does not know which protocol asks. The asker leaves a [`Continuation`] and reads the
//! [`InteractionState`] when the person comes back to `/resume/{id}`.

use crate::{
    acr::{Acr, Method},
    client::ClientId,
    clock::Timestamp,
    consent::Validity,
    federation::{ByIdentity, OfferedIdentity, ProviderId, SeenIdentity, UnaddressedIdentity},
    id::{InteractionId, LoginSessionId, UserId},
    login_session::SignedInUser,
    outbound::Sealed,
    scope::ScopeSet,
    secret::Digest,
};
use std::time::Duration;

/// What the asker needs of the sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Requirement {
    /// Oldest acceptable sign-in.
    pub max_age: Option<Duration>,
    /// The person must prove who they are again, whatever sessions there are.
    pub fresh_sign_in: bool,
    /// The person must choose an account, even when only one is signed in.
    pub choose_account: bool,
    /// The class the sign-in should reach, if the person can.
    #[serde(default)]
    pub acr: Option<Acr>,
    /// Whether nothing weaker than that will do.
    #[serde(default)]
    pub insists: bool,
    /// What to put into the identifier field.
    pub login_hint: Option<String>,
    /// The languages the person prefers, as the asker knows them: BCP 47 tags separated by spaces.
    #[serde(default)]
    pub ui_locales: Option<String>,
    /// The provider that the person is to be sent to.
    #[serde(default)]
    pub provider: Option<ProviderId>,
}

impl Requirement {
    /// Whether a proof of long ago will not do.
    pub fn demands_proof(&self) -> bool {
        self.fresh_sign_in || self.max_age.is_some()
    }
}

/// What a person is asked to allow.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ConsentRequest {
    /// Who asks.
    pub client_id: ClientId,
    /// For what.
    pub scopes: ScopeSet,
    /// Ask even when it was allowed before.
    pub always: bool,
    /// Whether the answer goes to whatever program listens on the person's own device.
    #[serde(default)]
    pub to_loopback: bool,
}

/// What goes on once the person is done.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Continuation {
    /// A page of the account, by its path below `/account`.
    Account(AccountPage),
    /// An authorization request, as its protocol wrote it down.
    Authorization(String),
    /// The user code somebody typed for their device (RFC 8628 §3.3), sealed.
    Device(Sealed),
}

/// A page that needs a signed-in person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum AccountPage {
    /// The overview.
    Overview,
    /// What guards the account.
    Security,
    /// Sessions.
    Sessions,
    /// Connected apps.
    Apps,
    /// Identities at other providers.
    Linked,
    /// What happened to the account.
    Activity,
    /// Taking everything along, and leaving.
    Privacy,
}

impl AccountPage {
    /// The page's path within the realm.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "/account",
            Self::Security => "/account/security",
            Self::Sessions => "/account/sessions",
            Self::Apps => "/account/apps",
            Self::Linked => "/account/linked",
            Self::Activity => "/account/activity",
            Self::Privacy => "/account/privacy",
        }
    }
}

/// Somebody who proved one factor and owes the second: nobody is signed in by it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SecondFactorOwed {
    /// Who.
    pub user: UserId,
    /// What they proved so far.
    pub methods: Vec<Method>,
    /// When the first credential was read.
    pub begun: Timestamp,
    /// The session that is to be made stronger; none where one is to begin.
    pub session: Option<LoginSessionId>,
    /// The identity that began it, if one did.
    #[serde(default)]
    pub by: Option<ByIdentity>,
    /// When the first factor must be proven again.
    pub until: Timestamp,
}

impl SecondFactorOwed {
    /// How long the second factor may take: as long as anybody needs (WCAG 2.2 §2.2.1).
    pub const LIFE: Duration = Duration::from_secs(1_200);

    /// Of somebody whose session is to be made stronger.
    pub fn by_session(person: &SignedInUser, now: Timestamp) -> Self {
        let session = person.session();
        Self {
            user: person.user().id,
            methods: session.methods.clone(),
            // The proof at a provider may be older than the session, and than the account.
            begun: session.authenticated_at.max(session.created_at),
            session: Some(session.id),
            by: None,
            until: now + Self::LIFE,
        }
    }
}

/// How far the person got.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum InteractionState {
    /// Nobody signed in yet for this request.
    AwaitingSignIn {
        /// What was typed into the identifier field.
        identifier: Option<String>,
    },
    /// Somebody proved one factor, and the account has a second.
    AwaitingSecondFactor(SecondFactorOwed),
    /// Somebody signed in or chose a session for this request.
    SignedIn {
        /// Theirs.
        session: LoginSessionId,
        /// Whether the person proved who they are within this interaction.
        fresh: bool,
    },
    /// The person allowed.
    Approved {
        /// Theirs.
        session: LoginSessionId,
        /// Whether the person proved who they are within this interaction.
        fresh: bool,
        /// What they allowed.
        scopes: ScopeSet,
        /// For how long.
        #[serde(default)]
        validity: Validity,
    },
    /// The person declined.
    Denied,
}

/// A request that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Interaction {
    /// Its id; appears in paths and proves nothing.
    pub id: InteractionId,
    /// Digest of the cookie of the browser that started it.
    pub browser: Digest,
    /// What the asker needs.
    pub requirement: Requirement,
    /// What is to be allowed, if anything.
    pub consent: Option<ConsentRequest>,
    /// What goes on afterwards.
    pub continuation: Continuation,
    /// How far the person got.
    pub state: InteractionState,
    /// The session whose person wants no second factor for this request.
    #[serde(default)]
    pub enrolment_declined: Option<LoginSessionId>,
    /// The identity that waits for the person to prove the account it is to be linked to.
    #[serde(default)]
    pub offered: Option<OfferedIdentity>,
    /// The identity that waits for the person to prove an address.
    #[serde(default)]
    pub unaddressed: Option<UnaddressedIdentity>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

/// The move is not one the present state has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the interaction is not in a state that allows this")]
pub struct WrongState;

impl Interaction {
    /// Until when it waits for the person; `None` once they decided.
    pub fn waits_until(&self) -> Option<Timestamp> {
        match &self.state {
            InteractionState::AwaitingSecondFactor(owed) => Some(self.expires_at.min(owed.until)),
            InteractionState::AwaitingSignIn { .. } | InteractionState::SignedIn { .. } => {
                Some(self.expires_at)
            }
            InteractionState::Approved { .. } | InteractionState::Denied => None,
        }
    }

    /// Somebody typed an identifier; starts the sign-in over.
    pub fn identified(mut self, identifier: String) -> Self {
        self.state = InteractionState::AwaitingSignIn {
            identifier: Some(identifier),
        };
        self
    }

    /// Somebody wants to sign in with another identifier.
    pub fn unidentified(mut self) -> Self {
        self.state = InteractionState::AwaitingSignIn { identifier: None };
        self
    }

    /// Somebody proved one factor and owes the second.
    pub fn awaiting_second_factor(mut self, owed: SecondFactorOwed) -> Self {
        self.state = InteractionState::AwaitingSecondFactor(owed);
        self
    }

    /// Somebody signed in (`fresh`) or chose a session they already had.
    pub fn signed_in(mut self, session: LoginSessionId, fresh: bool) -> Self {
        self.offered = None;
        self.unaddressed = None;
        self.state = InteractionState::SignedIn { session, fresh };
        self
    }

    /// The person of `session` allowed `scopes`, which must be among those asked for, for as long as they said.
    pub fn approved(
        mut self,
        session: LoginSessionId,
        scopes: &ScopeSet,
        validity: Validity,
    ) -> Result<Self, WrongState> {
        let asked = &self.consent.as_ref().ok_or(WrongState)?.scopes;
        let fresh = self.freshness_of(session);
        self.state = InteractionState::Approved {
            session,
            fresh,
            scopes: scopes.intersection(asked),
            validity,
        };
        Ok(self)
    }

    /// The person of `session` wants no second factor for this request.
    pub fn without_enrolment(mut self, session: LoginSessionId) -> Self {
        self.enrolment_declined = Some(session);
        self
    }

    /// A provider vouched for somebody whose account here is to be proven first.
    pub fn offering(mut self, offered: OfferedIdentity, identifier: String) -> Self {
        self.offered = Some(offered);
        self.unaddressed = None;
        self.identified(identifier)
    }

    /// A provider vouched for somebody new who is to prove an address first.
    pub fn unaddressed(mut self, identity: UnaddressedIdentity) -> Self {
        self.offered = None;
        self.unaddressed = Some(identity);
        self.unidentified()
    }

    /// The identity that waits to be linked to the account of `user`.
    pub fn offered_to(&self, user: UserId) -> Option<&SeenIdentity> {
        let offered = self.offered.as_ref()?;
        (offered.user == user).then_some(&offered.identity)
    }

    /// The person declined.
    pub fn denied(mut self) -> Self {
        self.state = InteractionState::Denied;
        self
    }

    /// The session chosen for this request, if any.
    pub fn session(&self) -> Option<LoginSessionId> {
        match &self.state {
            InteractionState::SignedIn { session, .. } | InteractionState::Approved { session, .. } => {
                Some(*session)
            }
            InteractionState::AwaitingSignIn { .. }
            | InteractionState::AwaitingSecondFactor(_)
            | InteractionState::Denied => None,
        }
    }

    /// Who owes a second factor at `now`.
    pub fn second_factor_owed(&self, now: Timestamp) -> Option<&SecondFactorOwed> {
        match &self.state {
            InteractionState::AwaitingSecondFactor(owed) if now < owed.until => Some(owed),
            InteractionState::AwaitingSecondFactor(_)
            | InteractionState::AwaitingSignIn { .. }
            | InteractionState::SignedIn { .. }
            | InteractionState::Approved { .. }
            | InteractionState::Denied => None,
        }
    }

    fn freshness_of(&self, of: LoginSessionId) -> bool {
        match &self.state {
            InteractionState::SignedIn { session, fresh }
            | InteractionState::Approved { session, fresh, .. } => *session == of && *fresh,
            InteractionState::AwaitingSignIn { .. }
            | InteractionState::AwaitingSecondFactor(_)
            | InteractionState::Denied => false,
        }
    }
}

#[cfg(test)]
mod tests;
