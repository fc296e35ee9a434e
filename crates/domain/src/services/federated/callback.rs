//! What comes back from a provider, and what becomes of it: a proof, an offer to link, a link, or a setback that names
//! the page to go on at.

use super::{
    FederatedService, Setback, attempts,
    linking::{Holder, Link, LinkFacts, decide_link},
};
use crate::{
    clock::Timestamp,
    door::Door,
    event::{EventKind, SignInFailure},
    federation::{
        Answer, Attempt, AttemptPurpose, ByIdentity, LinkedIdentity, OfferedIdentity, Provider, ProviderId,
        SeenIdentity, UnaddressedIdentity, UpstreamError, Vouched, VouchedProfile,
    },
    id::{InteractionId, UserId},
    interaction::Interaction,
    login_session::SignedInUser,
    opaque::OpaqueToken,
    person::Email,
    secret::{Digest, Secret},
    services::{
        Act,
        budgets::BudgetError,
        interactions::{InteractionError, InteractionService},
        sign_in::Proven,
    },
    stores::{IdentityAdded, Provisioned, StoreError, Stored},
    user::User,
};
use std::time::Duration;

/// The longest code that is brought to a provider.
const MAX_CODE: usize = 4_096;

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

/// Who was vouched for, by whom, and since when what ends a sign-in ends this one.
pub(super) struct Arrived {
    pub provider: Provider,
    pub profile: VouchedProfile,
    pub address: Address,
    pub seen: SeenIdentity,
    pub authenticated_at: Option<Timestamp>,
    pub begun: Timestamp,
}

/// The address of somebody who was vouched for.
pub(super) enum Address {
    /// The provider says that it is proven.
    Vouched(Email),
    /// It is proven here.
    ProvenHere(Email),
    /// Nobody says that it is proven, if there is one at all.
    Claimed(Option<Email>),
}

impl Address {
    fn of(vouched: &Vouched) -> Self {
        let email = vouched.email.as_ref();
        let parsed = email.and_then(|email| Email::parse(&email.address).ok());
        match parsed {
            Some(address) if email.is_some_and(|email| email.verified) => Self::Vouched(address),
            claimed => Self::Claimed(claimed),
        }
    }

    fn proven(&self) -> Option<&Email> {
        match self {
            Self::Vouched(email) | Self::ProvenHere(email) => Some(email),
            Self::Claimed(_) => None,
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
        let reserved = self.budgets.arrive(act, Door::Provider, None).await?;
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

    /// Whom the provider vouches for, if it may be used and nothing went wrong there.
    async fn redeem(
        &self,
        act: &Act,
        attempt: &Attempt,
        callback: Callback,
    ) -> Stored<Result<Arrived, Setback>> {
        let id = attempt.provider.as_str();
        let Some(upstream) = self.ports.upstreams.find(&act.realm.realm.name, id) else {
            return Ok(Err(Setback::Off));
        };
        match callback.error.as_deref() {
            None => {}
            Some("server_error" | "temporarily_unavailable") => return Ok(Err(Setback::Unavailable)),
            Some(_) => return Ok(Err(Setback::Denied)),
        }
        let begun = self.ports.clock.now();
        let code = callback
            .code
            .filter(|code| (1..=MAX_CODE).contains(&code.expose().len()));
        let Some(code) = code else {
            return self.refuse(act).await.map(Err);
        };
        let answer = Answer {
            code,
            issuer: callback.issuer,
        };
        let vouched = match upstream.redeem(attempt, answer).await {
            Ok(vouched) => vouched,
            Err(UpstreamError::Unavailable(_)) => return Ok(Err(Setback::Unavailable)),
            Err(UpstreamError::Stale(_)) => {
                self.refuse(act).await?;
                return Ok(Err(Setback::Stale));
            }
            Err(UpstreamError::Refused(_)) => return self.refuse(act).await.map(Err),
        };
        match SeenIdentity::of(&vouched) {
            Ok(seen) if vouched.provider == attempt.provider => Ok(Ok(Arrived {
                provider: upstream.provider().clone(),
                seen: self.with_tokens(act, upstream.provider(), (seen, vouched.tokens.as_ref())),
                profile: VouchedProfile::of(&vouched),
                address: Address::of(&vouched),
                authenticated_at: vouched.authenticated_at,
                begun,
            })),
            Ok(_) | Err(_) => self.refuse(act).await.map(Err),
        }
    }

    async fn refuse(&self, act: &Act) -> Stored<Setback> {
        self.record(act, None, SignInFailure::WrongAnswer).await?;
        Ok(Setback::Refused)
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

    /// Notes the use. The write decides: an identity that was unlinked meanwhile signs nobody in.
    async fn used(
        &self,
        act: &Act,
        arrived: &Arrived,
        identity: LinkedIdentity,
        user: User,
    ) -> Stored<Result<Found, Setback>> {
        let kind = EventKind::IdentityUsed {
            user: user.id,
            identity: identity.id,
        };
        let (now, mut with) = (self.ports.clock.now(), self.ports.alongside(act, kind));
        let (identities, seen) = (&act.realm.stores.identities, &arrived.seen);
        if identity.said != seen.said {
            let (user, identity) = (user.id, identity.id);
            let mapped = EventKind::IdentityMapped { user, identity };
            with.events.push(self.ports.event(act, mapped));
        }
        if !identities.used(identity.id, seen, now, with).await? {
            self.record(act, Some(user.id), SignInFailure::Unlinked).await?;
            return Ok(Err(Setback::Unlinked));
        }
        self.keep(act, identity.id, seen).await?;
        Ok(arrived.proves(user, &identity))
    }

    async fn link_at_once(
        &self,
        act: &Act,
        arrived: &Arrived,
        user: User,
    ) -> Stored<Option<Result<Found, Setback>>> {
        let (identity, with) = self.link_of(act, &user, &arrived.seen);
        let identities = &act.realm.stores.identities;
        match identities.link(&identity, arrived.begun, with).await? {
            IdentityAdded::Linked => {
                self.keep(act, identity.id, &arrived.seen).await?;
                Ok(Some(arrived.proves(user, &identity)))
            }
            IdentityAdded::Taken | IdentityAdded::Over => Ok(None),
            IdentityAdded::TooMany => Ok(Some(Err(Setback::TooMany))),
        }
    }

    async fn provision(
        &self,
        act: &Act,
        arrived: &Arrived,
        email: Email,
    ) -> Stored<Option<Result<Found, Setback>>> {
        let user = super::provision::user(&self.ports, act, (&arrived.profile, arrived.begun), email);
        let (identity, mut with) = self.link_of(act, &user, &arrived.seen);
        // Whoever has the new account knows how it came about.
        with.jobs.clear();
        let registered = EventKind::UserRegistered { user: user.id };
        with.events.insert(0, self.ports.event(act, registered));
        let identities = &act.realm.stores.identities;
        match identities.provision(&user, &identity, with).await? {
            Provisioned::Provisioned => {
                self.keep(act, identity.id, &arrived.seen).await?;
                Ok(Some(arrived.proves(user, &identity)))
            }
            Provisioned::IdentityTaken | Provisioned::AddressTaken => Ok(None),
        }
    }

    async fn record(&self, act: &Act, user: Option<UserId>, reason: SignInFailure) -> Stored<()> {
        self.ports.refusals.refused(Door::Provider, reason.refusal());
        let with = self
            .ports
            .alongside(act, EventKind::SignInFailed { user, reason });
        act.realm.stores.events.record(with).await
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

impl Arrived {
    fn proves(&self, user: User, identity: &LinkedIdentity) -> Result<Found, Setback> {
        let by = ByIdentity {
            identity: identity.id,
            provider: self.seen.provider.clone(),
            session: self.seen.session.clone(),
        };
        let proven = Proven::by_identity(user, by, (self.begun, self.authenticated_at));
        proven
            .map(|proven| Found::Proven(Box::new(proven)))
            .ok_or(Setback::Disabled)
    }
}
