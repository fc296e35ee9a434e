//! Whose account an identity is found to be, and what is noted where nobody may sign in to it.

use super::{
    FederatedService, Setback,
    arrived::{Address, Arrived},
    linking::{Holder, Link, LinkFacts, decide_link},
};
use crate::{
    door::Door,
    event::{EventKind, SignInFailure},
    id::UserId,
    opaque::OpaqueToken,
    person::Email,
    services::{Act, sign_in::Proven},
    stores::Stored,
    user::User,
};

/// The account that an identity leads to.
pub(super) enum Found {
    Proven(Box<Proven>),
    /// It is to be proven, by somebody whom the provider knows by this address.
    ToBeProven(UserId, Email),
    /// It is to be erased, and this restores it.
    Leaving(OpaqueToken),
    /// Somebody new is to prove an address first.
    Unaddressed,
}

impl FederatedService {
    /// The account that the identity leads to. What was decided upon may change before it is written; then it is decided
    /// anew, once.
    pub(super) async fn find_account(&self, act: &Act, arrived: &Arrived) -> Stored<Result<Found, Setback>> {
        for _ in 0..2 {
            if let Some(found) = self.try_account(act, arrived).await? {
                return Ok(found);
            }
        }
        Ok(Err(Setback::Unavailable))
    }

    async fn try_account(&self, act: &Act, arrived: &Arrived) -> Stored<Option<Result<Found, Setback>>> {
        let (stores, seen) = (&act.realm.stores, &arrived.seen);
        let linked = stores.identities.find(&seen.issuer, &seen.subject).await?;
        let vouched = arrived.address.proven();
        let holder = match (&linked, vouched) {
            (None, Some(email)) => self.holder(act, email, &seen.issuer).await?,
            (Some(_), _) | (None, None) => None,
        };
        let decided = decide_link(&LinkFacts {
            linked: linked.as_ref().map(|linked| &linked.user),
            vouched,
            holder: holder.as_ref().map(|(user, known_there)| Holder {
                user,
                known_there: *known_there,
            }),
            trust_email: arrived.provider.trust_email && matches!(arrived.address, Address::Vouched(_)),
        });
        match (decided, linked, holder, vouched.cloned()) {
            (Link::SignIn, Some(linked), _, _) => self
                .used(act, arrived, linked.identity, linked.user)
                .await
                .map(Some),
            (Link::AtOnce(_), _, Some((user, _)), _) => self.link_at_once(act, arrived, user).await,
            (Link::AfterProof(user), _, _, Some(email)) => Ok(Some(Ok(Found::ToBeProven(user, email)))),
            (Link::Provision, _, _, Some(email)) => self.provision(act, arrived, email).await,
            (Link::AfterAddress, ..) => Ok(Some(Ok(Found::Unaddressed))),
            (Link::Disabled(id), linked, holder, _) => {
                let user = linked.map(|linked| linked.user).or(holder.map(|(user, _)| user));
                self.closed(act, id, user).await.map(Some)
            }
            (Link::SignIn | Link::AtOnce(_) | Link::AfterProof(_) | Link::Provision, ..) => Ok(None),
        }
    }

    /// Nobody signs in to the account. Whoever was vouched for may have one back that is to be erased.
    pub(super) async fn closed(
        &self,
        act: &Act,
        id: UserId,
        user: Option<User>,
    ) -> Stored<Result<Found, Setback>> {
        if let Some(user) = user.filter(User::is_leaving)
            && let Some(token) = self.ports.offer_to_restore(act, &user).await?
        {
            self.record(act, Some(id), SignInFailure::Leaving).await?;
            return Ok(Ok(Found::Leaving(token)));
        }
        self.record(act, Some(id), SignInFailure::Disabled).await?;
        Ok(Err(Setback::Disabled))
    }

    /// The account that the address identifies, and whether it has another identity of the issuer.
    async fn holder(&self, act: &Act, email: &Email, issuer: &str) -> Stored<Option<(User, bool)>> {
        let stores = &act.realm.stores;
        let Some(found) = stores.users.find_by_email(&email.normalised()).await? else {
            return Ok(None);
        };
        let identities = stores.identities.list(found.user.id).await?;
        let known_there = identities.iter().any(|identity| identity.issuer == issuer);
        Ok(Some((found.user, known_there)))
    }

    pub(super) async fn record(&self, act: &Act, user: Option<UserId>, reason: SignInFailure) -> Stored<()> {
        self.ports.refusals.refused(Door::Provider, reason.refusal());
        let with = self
            .ports
            .alongside(act, EventKind::SignInFailed { user, reason });
        act.realm.stores.events.record(with).await
    }
}
