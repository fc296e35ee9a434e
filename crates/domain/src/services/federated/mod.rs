//! Signing in through other providers: sending a browser there ([`begin`](FederatedService::begin)), taking what comes
//! back ([`callback`](FederatedService::callback)), and the identities that an account has.
//!
//! What a provider vouches for becomes a [`Proven`](super::sign_in::Proven) like any other proof, so the second factor of
//! the local account is asked for all the same. What is on the wire is the adapters' affair.

mod address;
mod arrived;
mod attempts;
mod callback;
mod found;
mod linked;
mod linking;
mod logout;
mod open;
mod own;
mod provision;
mod roles;
mod tokens;

pub use address::{AskAddressError, ProveAddressError};
pub use callback::{Answered, Callback, CallbackError, Whose};
pub use linking::{Holder, Link, LinkFacts, decide_link};
pub use logout::LogoutError;
pub use own::{LinkError, OwnIdentity};
pub use tokens::{ForWhom, ReleaseError, Released};

use super::{Act, Ports, addressee, budgets::Budgets};
use crate::{
    client::Client,
    event::EventKind,
    federation::{
        AttemptPurpose, Hints, LinkedIdentity, Provider, ProviderId, SeenIdentity, Upstream, UpstreamError,
    },
    id::LinkedIdentityId,
    interaction::{Interaction, InteractionState},
    secret::Digest,
    stores::{Alongside, IdentityAdded, StoreError, Stored},
    user::User,
};
use std::{sync::Arc, time::Duration};
use url::Url;

/// Why nothing came of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setback {
    /// The person, or the provider, declined.
    Denied,
    /// The provider cannot be reached.
    Unavailable,
    /// The provider's answer breaks a rule.
    Refused,
    /// The provider does not say that the person has just proven who they are, which is asked for.
    Stale,
    /// The provider may not be used here, or no longer.
    Off,
    /// The account may not be used.
    Disabled,
    /// The identity was unlinked meanwhile.
    Unlinked,
    /// The identity is linked to another account.
    Taken,
    /// The identity is linked to the account already.
    Already,
    /// The account has as many identities as it may have.
    TooMany,
    /// Whoever began to link it is no longer signed in.
    SignedOut,
}

impl Setback {
    /// Every setback.
    pub const ALL: [Self; 11] = [
        Self::Denied,
        Self::Unavailable,
        Self::Refused,
        Self::Stale,
        Self::Off,
        Self::Disabled,
        Self::Unlinked,
        Self::Taken,
        Self::Already,
        Self::TooMany,
        Self::SignedOut,
    ];

    /// Its name in addresses of pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Unavailable => "unavailable",
            Self::Refused => "refused",
            Self::Stale => "stale",
            Self::Off => "off",
            Self::Disabled => "disabled",
            Self::Unlinked => "unlinked",
            Self::Taken => "taken",
            Self::Already => "already",
            Self::TooMany => "too-many",
            Self::SignedOut => "signed-out",
        }
    }

    /// The setback named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setback| setback.as_str() == text)
    }

    fn of(error: &UpstreamError) -> Self {
        match error {
            UpstreamError::Unavailable(_) => Self::Unavailable,
            UpstreamError::Stale(_) => Self::Stale,
            UpstreamError::Refused(_) => Self::Refused,
        }
    }
}

/// Why a browser is not sent to a provider.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The provider may not be used, or does not answer.
    #[error("the provider cannot be used: {0:?}")]
    Setback(Setback),
    /// The browser began too many attempts.
    #[error("too many attempts")]
    TooMany {
        /// When to try again.
        retry_after: Duration,
    },
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Signing in through other providers.
#[derive(Clone)]
pub struct FederatedService {
    ports: Ports,
    budgets: Budgets,
}

impl FederatedService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        let budgets = Budgets::new(ports.clone());
        Self { ports, budgets }
    }

    /// The providers of the realm, in the operator's order.
    pub fn providers(&self, act: &Act) -> Vec<Provider> {
        let upstreams = self.ports.upstreams.in_realm(&act.realm.realm.name);
        upstreams.map(|upstream| upstream.provider().clone()).collect()
    }

    /// The provider of this name in the realm.
    pub fn provider(&self, act: &Act, id: &str) -> Option<Provider> {
        let found = self.ports.upstreams.find(&act.realm.realm.name, id)?;
        Some(found.provider().clone())
    }

    /// The providers that people may use for a request: those of the realm, if its app does not choose among them, and if a
    /// fresh proof is asked for, those that can say that it is one.
    pub async fn offered(&self, act: &Act, interaction: &Interaction) -> Stored<Vec<Provider>> {
        let mut providers = self.providers(act);
        if !providers.is_empty()
            && let Some(client) = client_of(act, interaction).await?
        {
            providers.retain(|provider| chooses(&client, &provider.id));
        }
        if interaction.requirement.demands_proof() {
            providers.retain(|provider| provider.dates_sign_ins);
        }
        Ok(providers)
    }

    /// The provider to which people with such an address are sent, among those that are `offered`.
    pub fn of_domain<'a>(&self, offered: &'a [Provider], identifier: &str) -> Option<&'a Provider> {
        let (_, domain) = identifier.rsplit_once('@')?;
        let domain = domain.to_ascii_lowercase();
        offered.iter().find(|provider| provider.domains.contains(&domain))
    }

    /// Sends the browser of a request to a provider.
    pub async fn begin(&self, act: &Act, interaction: &Interaction, id: &str) -> Result<Url, BeginError> {
        let off = BeginError::Setback(Setback::Off);
        let known = self.provider(act, id);
        if known.is_some_and(|provider| !provider.dates_sign_ins) && interaction.requirement.demands_proof() {
            return Err(BeginError::Setback(Setback::Stale));
        }
        let offered = self.offered(act, interaction).await?;
        if !offered.iter().any(|provider| provider.id.as_str() == id) {
            return Err(off);
        }
        let upstream = self.ports.upstreams.find(&act.realm.realm.name, id).ok_or(off)?;
        let requirement = &interaction.requirement;
        let typed = match &interaction.state {
            InteractionState::AwaitingSignIn { identifier } => identifier.clone(),
            InteractionState::AwaitingSecondFactor(_)
            | InteractionState::SignedIn { .. }
            | InteractionState::Approved { .. }
            | InteractionState::Denied => None,
        };
        let hints = Hints {
            login_hint: typed.or_else(|| requirement.login_hint.clone()),
            ui_locales: requirement.ui_locales.clone(),
            fresh: requirement.fresh_sign_in,
            max_age: requirement.max_age,
        };
        let purpose = AttemptPurpose::SignIn(interaction.id);
        self.send(act, upstream, (interaction.browser, purpose), &hints)
            .await
    }

    async fn send(
        &self,
        act: &Act,
        upstream: &Arc<dyn Upstream>,
        of: (Digest, AttemptPurpose),
        hints: &Hints,
    ) -> Result<Url, BeginError> {
        attempts::count(act, of.0).await?;
        let fresh = hints.freshness(self.ports.clock.now());
        let at = (&upstream.provider().id, fresh);
        let attempt = attempts::open(&self.ports, act, at, of).await?;
        let url = upstream.authorization_url(&attempt, hints).await;
        url.map_err(|error| BeginError::Setback(Setback::of(&error)))
    }

    /// A new link, with what is recorded of it: an event, and a mail to whoever has the account.
    fn link_of(&self, act: &Act, user: &User, seen: &SeenIdentity) -> (LinkedIdentity, Alongside) {
        let now = self.ports.clock.now();
        let id = LinkedIdentityId::generate(now, &*self.ports.random);
        let identity = seen.clone().linked(id, user.id, now);
        let kind = EventKind::IdentityLinked {
            user: user.id,
            identity: id,
        };
        let mut with = self.ports.alongside(act, kind);
        let label = self.label(act, &seen.provider);
        let mail = self
            .ports
            .mail_writer
            .identity_linked(&addressee(act, user), &label);
        with.jobs.push(self.ports.mail_job(&mail));
        (identity, with)
    }

    /// What people call a provider; its name in paths where it is gone.
    fn label(&self, act: &Act, id: &ProviderId) -> String {
        let found = self.provider(act, id.as_str());
        found.map_or_else(|| id.to_string(), |provider| provider.label)
    }

    /// Links what waited for the proof that somebody just gave. Whoever was quicker keeps it: the sign-in goes on.
    pub(super) async fn link_offered(
        &self,
        act: &Act,
        proven: &super::sign_in::Proven,
        seen: &SeenIdentity,
    ) -> Stored<()> {
        if self.provider(act, seen.provider.as_str()).is_none() {
            return Ok(());
        }
        let (identity, with) = self.link_of(act, proven.user(), seen);
        let identities = &act.realm.stores.identities;
        match identities.link(&identity, proven.begun(), with).await? {
            IdentityAdded::Linked => self.keep(act, identity.id, seen).await,
            IdentityAdded::Taken | IdentityAdded::TooMany | IdentityAdded::Over => Ok(()),
        }
    }
}

/// The app that a request is for.
async fn client_of(act: &Act, interaction: &Interaction) -> Stored<Option<Client>> {
    match &interaction.consent {
        Some(request) => act.realm.stores.clients.find(&request.client_id).await,
        None => Ok(None),
    }
}

/// Whether the app's people may use the provider.
fn chooses(client: &Client, id: &ProviderId) -> bool {
    let chosen = &client.oidc().metadata.providers;
    chosen.as_ref().is_none_or(|chosen| chosen.contains(id))
}

#[cfg(test)]
mod tests;
