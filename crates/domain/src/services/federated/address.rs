//! The address of somebody whose provider vouched for none: they prove one by a mailed code, in the browser and the request
//! that they arrived at. Then they have what they would have had by a vouched one: an account is made with it, or, where
//! the address has one, the code was the proof of that.
//!
//! Asking costs the same whoever the address belongs to: a job finds out who gets a mail, and says nothing of it here.

use super::{
    Answered, FederatedService, Setback,
    arrived::{Address, Arrived},
    found::Found,
};
use crate::{
    acr::Method,
    door::Door,
    federation::{OfferedIdentity, UnaddressedIdentity},
    id::UserId,
    interaction::Interaction,
    mail::{MailedCode, MailedCodePurpose},
    person::Email,
    services::{
        Act, MailFlow,
        budgets::{AskError, BudgetError},
        sign_in::{Proven, SignIn},
    },
    stores::{Alongside, MailedOutcome, StoreError, Stored},
    work::Shown,
};
use std::time::Duration;

/// Why no code is mailed.
#[derive(Debug, thiserror::Error)]
pub enum AskAddressError {
    /// Nobody waits at the request for an address to be proven.
    #[error("nothing waits for an address")]
    NothingWaits,
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    Invalid,
    /// The request moved on meanwhile.
    #[error("the request moved on")]
    Stuck,
    /// The machine must work first, or the person wait.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an address is not proven.
#[derive(Debug, thiserror::Error)]
pub enum ProveAddressError {
    /// The code is wrong, used, expired, tried too often, or of another browser or purpose.
    #[error("the code does not work")]
    Refused,
    /// Too many attempts.
    #[error("too many attempts")]
    TooMany {
        /// When to try again.
        retry_after: Duration,
    },
    /// The request moved on meanwhile.
    #[error("the request moved on")]
    Stuck,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BudgetError> for ProveAddressError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooMany { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}

impl FederatedService {
    /// Mails a code to the address that somebody says is theirs, or again to the one that they named last. Gives the flow
    /// in which it can be typed.
    pub async fn ask_address(
        &self,
        act: &Act,
        interaction: &Interaction,
        (address, work): (Option<&str>, &Shown),
    ) -> Result<MailFlow, AskAddressError> {
        let waits = interaction.unaddressed.clone();
        let waits = waits.ok_or(AskAddressError::NothingWaits)?;
        let typed = address.map(|address| Email::parse(address).ok());
        let email = typed.unwrap_or_else(|| waits.claimed.clone());
        let email = email.ok_or(AskAddressError::Invalid)?;
        let sign_in = SignIn::new(self.ports.clone());
        let through = waits.identity.provider.clone();
        let flow = sign_in.ask_for_address(act, interaction, (&email, through), work);
        let flow = flow.await?;
        let next = interaction.clone().unaddressed(UnaddressedIdentity {
            claimed: Some(email),
            ..waits
        });
        let interactions = &act.realm.ephemeral.interactions;
        match interactions.replace(interaction, &next).await? {
            true => Ok(flow),
            false => Err(AskAddressError::Stuck),
        }
    }

    /// Judges the code typed on the page of `flow`; what becomes of who waits at the request.
    pub async fn prove_address(
        &self,
        act: &Act,
        interaction: &Interaction,
        (flow, typed): (&MailFlow, &str),
    ) -> Result<Answered, ProveAddressError> {
        let waits = interaction.unaddressed.as_ref();
        let waits = waits.ok_or(ProveAddressError::Refused)?;
        let address = self.ports.address_of(flow).ok_or(ProveAddressError::Refused)?;
        let reserved = self.budgets.reserve_for(act, Door::SignUpCode, &address).await?;
        match self.redeem_code(act, interaction, (flow, typed)).await? {
            Some(code) => {
                self.budgets.give_back(act, reserved).await?;
                self.addressed(act, interaction, (waits, code)).await
            }
            None => {
                self.budgets.keep(act, reserved).await?;
                Err(ProveAddressError::Refused)
            }
        }
    }

    async fn redeem_code(
        &self,
        act: &Act,
        interaction: &Interaction,
        (flow, typed): (&MailFlow, &str),
    ) -> Stored<Option<MailedCode>> {
        let (codes, now) = (&act.realm.stores.mailed_codes, self.ports.clock.now());
        let found = codes.find(flow.id(), now).await?.filter(|found| {
            found.browser == Some(interaction.browser) && found.purpose == MailedCodePurpose::ProveAddress
        });
        // The write is tried even when nothing was found, so that a flow in name only costs the same.
        let id = found.map_or_else(|| self.ports.flow(), |_| flow.id());
        let proof = self.ports.code_proof(id, typed);
        match codes.prove_address(proof, now, Alongside::default()).await? {
            MailedOutcome::Redeemed(code) => Ok(Some(code)),
            MailedOutcome::Refused => Ok(None),
        }
    }

    /// Where the identity leads with a proven address.
    async fn addressed(
        &self,
        act: &Act,
        interaction: &Interaction,
        (waits, code): (&UnaddressedIdentity, MailedCode),
    ) -> Result<Answered, ProveAddressError> {
        let id = waits.identity.provider.clone();
        let back = |why| Answered::Setback(Some(interaction.id), id.clone(), why);
        let offered = self.offered(act, interaction).await?;
        let Some(provider) = offered.into_iter().find(|offered| offered.id == id) else {
            return Ok(back(Setback::Off));
        };
        let arrived = Arrived {
            provider,
            profile: waits.profile.clone(),
            address: Address::ProvenHere(code.email),
            seen: waits.identity.clone(),
            // Whoever typed the code proved who they are now, whatever the provider told.
            authenticated_at: Some(self.ports.clock.now()),
            begun: self.ports.clock.now(),
        };
        match self.find_account(act, &arrived).await? {
            Ok(Found::Proven(proven)) => Ok(Answered::Proven(Box::new(interaction.clone()), proven, id)),
            Ok(Found::ToBeProven(user, email)) => {
                self.proven_by_code(act, interaction, arrived, (user, email))
                    .await
            }
            Ok(Found::Leaving(token)) => Ok(Answered::Leaving(token)),
            Ok(Found::Unaddressed) => Err(ProveAddressError::Refused),
            Err(setback) => Ok(back(setback)),
        }
    }

    /// Whoever reads the mails of an account signs in to it by a mailed code: this one was one.
    async fn proven_by_code(
        &self,
        act: &Act,
        interaction: &Interaction,
        arrived: Arrived,
        (id, email): (UserId, Email),
    ) -> Result<Answered, ProveAddressError> {
        let provider = arrived.provider.id;
        let found = act.realm.stores.users.find(id).await?;
        let user = found.filter(|user| user.email.normalised() == email.normalised());
        let Some(user) = user else {
            return Err(ProveAddressError::Refused);
        };
        let Some(proven) = Proven::new(user.clone(), Method::MailedCode, arrived.begun) else {
            return match self.closed(act, id, Some(user)).await? {
                Ok(Found::Leaving(token)) => Ok(Answered::Leaving(token)),
                Ok(_) => Err(ProveAddressError::Refused),
                Err(setback) => Ok(Answered::Setback(Some(interaction.id), provider, setback)),
            };
        };
        let offer = OfferedIdentity {
            identity: arrived.seen,
            user: id,
        };
        let next = interaction.clone().offering(offer, email.as_str().to_owned());
        let interactions = &act.realm.ephemeral.interactions;
        match interactions.replace(interaction, &next).await? {
            true => Ok(Answered::Proven(Box::new(next), Box::new(proven), provider)),
            false => Err(ProveAddressError::Stuck),
        }
    }
}
