//! The one way from a proven credential to a session. Whoever has a second factor proves it first; until then the
//! request waits, bound to its browser, and nobody is signed in.

use super::{FactorContext, Proven, SecondStep, SignIn, decide_second_step};
use crate::{
    clock::Timestamp,
    event::{Actor, EventKind},
    federation::ProviderId,
    id::LoginSessionId,
    interaction::{Interaction, SecondFactorOwed},
    login_session::{LoginSession, SignedInUser},
    second_factor::SecondFactors,
    secret::Digest,
    services::{Act, federated::FederatedService, interactions::InteractionError},
    stores::{EndSessions, Stored},
};

/// Where a sign-in arrives: at which request, in which browser. The caller made sure that this browser started the
/// request.
#[derive(Clone, Debug)]
pub struct Arrival<'a> {
    /// The request that waits.
    pub interaction: Interaction,
    /// Who is signed in on the browser already.
    pub present: &'a [SignedInUser],
    /// Digests of the tokens by which the browser may be trusted.
    pub devices: &'a [Digest],
}

/// What became of a sign-in.
#[derive(Clone, Debug)]
pub enum Completed {
    /// Somebody is signed in.
    SignedIn {
        /// Their session.
        session: Box<LoginSession>,
        /// The request, which may go on.
        interaction: Box<Interaction>,
    },
    /// The second factor is owed; nobody is signed in.
    SecondFactor(Box<Interaction>),
    /// The session on this browser was begun by two factors, and is not renewed by one; the account has no
    /// authenticator whose code could be asked for.
    Weaker,
}

/// Somebody who proved all that is asked of them. Made in this file and by the second step only.
pub(super) struct Settled(Proven);

impl Settled {
    /// Whoever proved two factors.
    pub(super) fn by_two_factors(proven: Proven) -> Option<Self> {
        (proven.acr() == Some(crate::acr::Acr::TwoFactors)).then_some(Self(proven))
    }
}

impl SignIn {
    /// Begins the session of somebody who proved enough, or has the request wait for the second factor.
    pub async fn complete(
        &self,
        act: &Act,
        arrival: Arrival<'_>,
        proven: Proven,
    ) -> Result<Completed, InteractionError> {
        let (user, now) = (proven.user().id, self.ports.clock.now());
        let factors = act.realm.stores.second_factors.find(user).await?;
        let weaker = renews_a_stronger(&arrival, &proven);
        let context = FactorContext {
            reached: proven.acr(),
            has_second_factor: factors.authenticator.is_some(),
            wanted: arrival.interaction.requirement.acr,
            trusted_device: self
                .comes_from_trusted_device(act, &factors, &proven, arrival.devices)
                .await?,
            renews_a_stronger: weaker,
        };
        match decide_second_step(context) {
            SecondStep::NotNeeded if weaker => Ok(Completed::Weaker),
            SecondStep::NotNeeded => self.settle(act, arrival, Settled(proven)).await,
            SecondStep::Needed => {
                let owed = SecondFactorOwed {
                    user,
                    methods: proven.methods().to_vec(),
                    begun: proven.begun(),
                    session: None,
                    by: proven.by().cloned(),
                    until: now + SecondFactorOwed::LIFE,
                };
                let next = arrival.interaction.clone().awaiting_second_factor(owed);
                let next = replace(act, &arrival.interaction, next).await?;
                Ok(Completed::SecondFactor(Box::new(next)))
            }
        }
    }

    /// Begins the session, or renews the person's on this browser. The request moves on first, so that one proof never
    /// begins two sessions.
    pub(super) async fn settle(
        &self,
        act: &Act,
        arrival: Arrival<'_>,
        Settled(proven): Settled,
    ) -> Result<Completed, InteractionError> {
        let now = self.ports.clock.now();
        let user = proven.user().id;
        let same = arrival.present.iter().find(|present| present.user().id == user);
        let session = match same {
            Some(same) => LoginSession {
                authenticated_at: proven.authenticated_at(now),
                last_seen_at: now,
                methods: proven.methods().to_vec(),
                provider: provider_of(&proven).or_else(|| kept_provider(same, &proven)),
                ..same.session().clone()
            },
            None => self.new_session(act, &proven, now),
        };
        let next = arrival.interaction.clone().signed_in(session.id, true);
        let interaction = replace(act, &arrival.interaction, next).await?;
        let act = Act {
            actor: Actor::Person(user),
            ..act.clone()
        };
        self.budgets.signed_in(&act, user).await?;
        let kind = EventKind::UserSignedIn {
            user,
            session: session.id,
        };
        let (sessions, with) = (&act.realm.stores.sessions, self.ports.alongside(&act, kind));
        match same {
            Some(_) => {
                let proof = (session.methods.as_slice(), session.provider.as_ref());
                sessions.reauthenticate(session.id, now, proof, with).await?;
            }
            None => sessions.begin(&session, with).await?,
        }
        if let Some(by) = proven.by()
            && !act.realm.stores.identities.remember(session.id, by).await?
        {
            self.end_again(&act, &session, now).await?;
            return Err(InteractionError::Unknown);
        }
        if let Some(offered) = arrival.interaction.offered_to(user) {
            FederatedService::new(self.ports.clone())
                .link_offered(&act, &proven, offered)
                .await?;
        }
        Ok(Completed::SignedIn {
            session: Box::new(session),
            interaction: Box::new(interaction),
        })
    }

    /// Ends a session whose identity was unlinked while it began.
    async fn end_again(&self, act: &Act, session: &LoginSession, now: Timestamp) -> Stored<()> {
        let (user, one) = (session.user_id, EndSessions::One(session.id));
        let kind = EventKind::SessionEnded {
            user,
            session: session.id,
        };
        let (moment, with) = (act.realm.moment(now), self.ports.ending(act, kind));
        act.realm.stores.sessions.end(user, one, moment, with).await?;
        Ok(())
    }

    fn new_session(&self, act: &Act, proven: &Proven, now: Timestamp) -> LoginSession {
        LoginSession {
            id: LoginSessionId::generate(now, &*self.ports.random),
            user_id: proven.user().id,
            created_at: proven.begun(),
            authenticated_at: proven.authenticated_at(now),
            methods: proven.methods().to_vec(),
            provider: provider_of(proven),
            last_seen_at: now,
            expires_at: now + act.realm.settings.lifetimes.session_absolute,
            ended_at: None,
            origin: act.origin.clone(),
        }
    }

    /// Whether the browser is trusted with this account; that it was is noted.
    async fn comes_from_trusted_device(
        &self,
        act: &Act,
        factors: &SecondFactors,
        proven: &Proven,
        tokens: &[Digest],
    ) -> Stored<bool> {
        if factors.authenticator.is_none() || tokens.is_empty() {
            return Ok(false);
        }
        let (now, user) = (self.ports.clock.now(), proven.user());
        let store = &act.realm.stores.second_factors;
        let devices = store.trusted(user.id, now).await?;
        let mut devices = devices.into_iter().filter(|device| device.is_trusted(user, now));
        match devices.find(|device| tokens.contains(&device.digest)) {
            Some(device) => {
                store.touch_trusted(user.id, device.id, now).await?;
                Ok(true)
            }
            None => Ok(false),
        }
    }
}

/// The provider that vouched for somebody.
fn provider_of(proven: &Proven) -> Option<ProviderId> {
    proven.by().map(|by| by.provider.clone())
}

/// The provider that a session goes on resting on while it is made stronger.
fn kept_provider(same: &SignedInUser, proven: &Proven) -> Option<ProviderId> {
    let rests = proven.methods().iter().any(|method| method.is_federated());
    same.session().provider.clone().filter(|_| rests)
}

/// Whether it would renew a session on this browser that more was proven for.
fn renews_a_stronger(arrival: &Arrival<'_>, proven: &Proven) -> bool {
    let mut present = arrival.present.iter();
    let same = present.find(|present| present.user().id == proven.user().id);
    same.is_some_and(|same| same.session().is_stronger_than(proven.methods()))
}

async fn replace(act: &Act, old: &Interaction, new: Interaction) -> Result<Interaction, InteractionError> {
    if act.realm.ephemeral.interactions.replace(old, &new).await? {
        Ok(new)
    } else {
        Err(InteractionError::Unknown)
    }
}
