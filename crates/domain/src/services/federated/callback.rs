//! What comes back from a provider, and what becomes of it: a proof, an offer to link, a link, or a setback that names
//! the page to go on at.

use super::{
    FederatedService, Setback,
    arrived::{Address, Arrived},
    attempts,
    found::Found,
};
use crate::{
    door::Door,
    federation::{AttemptPurpose, OfferedIdentity, ProviderId, UnaddressedIdentity},
    id::{InteractionId, UserId},
    interaction::Interaction,
    login_session::SignedInUser,
    opaque::OpaqueToken,
    secret::{Digest, Secret},
    services::{
        Act,
        budgets::BudgetError,
        interactions::{InteractionError, InteractionService},
        sign_in::Proven,
    },
    stores::StoreError,
};
use std::time::Duration;

/// The parameters of a callback (RFC 6749 §4.1.2, RFC 9207).
#[derive(Debug, Default)]
pub struct Callback {
    /// `state`.
    pub state: Option<String>,
    /// `code`.
    pub code: Option<Secret<String>>,
    /// `error`.
    pub error: Option<String>,
    /// `iss`.
    pub issuer: Option<String>,
}

/// The browser that a callback came to.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// Digest of its cookie.
    pub browser: Digest,
    /// Who is signed in on it.
    pub sessions: &'a [SignedInUser],
    /// Who was signed in on it before, as it remembers.
    pub accounts: &'a [UserId],
}

/// What became of a callback.
#[derive(Clone, Debug)]
pub enum Answered {
    /// Somebody proved at a request who they are.
    Proven(Box<Interaction>, Box<Proven>, ProviderId),
    /// The request waits for the proof of the account that the identity is to be linked to.
    Offered(Box<Interaction>, ProviderId),
    /// The request waits for an address that the person proves: the provider vouched for none.
    Unaddressed(Box<Interaction>, ProviderId),
    /// The identity is linked to the account of the person who is signed in.
    Linked(ProviderId),
    /// The account is to be erased: the token restores it until then, and nobody is signed in.
    Leaving(OpaqueToken),
    /// Nothing: the person goes on at the request, or at their account where there is none.
    Setback(Option<InteractionId>, ProviderId, Setback),
}

/// Why a callback is not looked at.
#[derive(Debug, thiserror::Error)]
pub enum CallbackError {
    /// The browser began no such attempt at this provider, or it is used up or over.
    #[error("this browser began no such attempt")]
    Unknown,
    /// Too many came from there.
    #[error("too many attempts")]
    TooMany {
        /// When to try again.
        retry_after: Duration,
    },
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BudgetError> for CallbackError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooMany { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}

impl FederatedService {
    /// Takes what came to the callback of the provider `id` in this browser.
    pub async fn callback(
        &self,
        act: &Act,
        whose: Whose<'_>,
        (id, callback): (&str, Callback),
    ) -> Result<Answered, CallbackError> {
        let reserved = self
            .budgets
            .arrive_among(act, Door::Provider, whose.accounts)
            .await?;
        let state = callback.state.as_deref().unwrap_or_default();
        let found = attempts::take(&self.ports, act, (id, whose.browser), state).await?;
        let Some((attempt, purpose)) = found else {
            self.budgets.judged(act, reserved, Some(false)).await?;
            return Err(CallbackError::Unknown);
        };
        let provider = attempt.provider.clone();
        let redeemed = self.redeem(act, &attempt, callback).await?;
        let was_right = redeemed.is_ok().then_some(true);
        self.budgets.judged(act, reserved, was_right).await?;
        let answered = match redeemed {
            Ok(arrived) => match purpose {
                AttemptPurpose::SignIn(interaction) => {
                    self.sign_in(act, (interaction, whose.browser), arrived).await?
                }
                AttemptPurpose::Link(user, session) => {
                    let mut sessions = whose.sessions.iter();
                    let person = sessions.find(|held| held.session().id == session && held.user().id == user);
                    self.link_own(act, person, arrived.seen).await?
                }
            },
            Err(setback) => Err(setback),
        };
        let interaction = match purpose {
            AttemptPurpose::SignIn(interaction) => Some(interaction),
            AttemptPurpose::Link(..) => None,
        };
        Ok(answered.unwrap_or_else(|setback| Answered::Setback(interaction, provider, setback)))
    }

    async fn sign_in(
        &self,
        act: &Act,
        (interaction, browser): (InteractionId, Digest),
        arrived: Arrived,
    ) -> Result<Result<Answered, Setback>, CallbackError> {
        let interactions = InteractionService::new(self.ports.clone());
        let interaction = match interactions.load(act, interaction, browser).await {
            Ok(interaction) => interaction,
            Err(InteractionError::Unknown) => return Err(CallbackError::Unknown),
            Err(InteractionError::Store(error)) => return Err(error.into()),
        };
        let offered = self.offered(act, &interaction).await?;
        if !offered.iter().any(|provider| provider.id == arrived.provider.id) {
            return Ok(Err(Setback::Off));
        }
        match self.find_account(act, &arrived).await? {
            Ok(Found::Proven(proven)) => {
                let provider = arrived.provider.id;
                Ok(Ok(Answered::Proven(Box::new(interaction), proven, provider)))
            }
            Ok(Found::Leaving(token)) => Ok(Ok(Answered::Leaving(token))),
            Ok(Found::ToBeProven(user, email)) => {
                let (provider, seen) = (arrived.provider.id, arrived.seen);
                let offer = OfferedIdentity { identity: seen, user };
                let next = interaction.clone().offering(offer, email.as_str().to_owned());
                let next = moves_on(act, &interaction, next).await?;
                Ok(Ok(Answered::Offered(next, provider)))
            }
            Ok(Found::Unaddressed) => {
                let provider = arrived.provider.id;
                let waits = UnaddressedIdentity {
                    identity: arrived.seen,
                    profile: arrived.profile,
                    claimed: match arrived.address {
                        Address::Claimed(claimed) => claimed,
                        Address::Vouched(_) | Address::ProvenHere(_) => None,
                    },
                };
                let next = moves_on(act, &interaction, interaction.clone().unaddressed(waits)).await?;
                Ok(Ok(Answered::Unaddressed(next, provider)))
            }
            Err(setback) => Ok(Err(setback)),
        }
    }
}

/// The request, moved on.
async fn moves_on(
    act: &Act,
    old: &Interaction,
    next: Interaction,
) -> Result<Box<Interaction>, CallbackError> {
    match act.realm.ephemeral.interactions.replace(old, &next).await? {
        true => Ok(Box::new(next)),
        false => Err(CallbackError::Unknown),
    }
}
