//! The identities of a person's own account: what there are, linking one more, and unlinking. What changes what signs
//! the person in takes the witness of a recent proof.

use super::{BeginError, FederatedService, Setback, callback::Answered, roles};
use crate::{
    clock::Timestamp,
    event::EventKind,
    federation::{AttemptPurpose, Hints, Mark, Said, SeenIdentity},
    id::LinkedIdentityId,
    login_session::{RecentlyProven, SignedInUser},
    secret::Digest,
    services::{Act, addressee},
    stores::{IdentityAdded, StoreError, Stored, Unlinked},
};
use url::Url;

/// An identity as its owner sees it.
#[derive(Clone, Debug)]
pub struct OwnIdentity {
    /// Its id.
    pub id: LinkedIdentityId,
    /// What people call its provider.
    pub provider: String,
    /// The provider's mark; that of no one where it is gone.
    pub mark: Mark,
    /// Whether the provider is still there.
    pub usable: bool,
    /// How its owner recognises it.
    pub label: Option<String>,
    /// What else its provider said when it was last used.
    pub said: Said,
    /// Whether whoever signs in by it runs the realm, by a rule of the operator's.
    pub administers: bool,
    /// Since when.
    pub linked_at: Timestamp,
    /// When it last signed somebody in.
    pub last_used_at: Option<Timestamp>,
}

/// Why an identity stays.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The person has no such identity.
    #[error("no such identity")]
    Unknown,
    /// There is no other way in.
    #[error("the last way in")]
    LastWayIn,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FederatedService {
    /// The person's identities, oldest first.
    pub async fn own(&self, act: &Act, person: &SignedInUser) -> Stored<Vec<OwnIdentity>> {
        let identities = act.realm.stores.identities.list(person.user().id).await?;
        let own = identities.into_iter().map(|identity| {
            let known = self.provider(act, identity.provider.as_str());
            OwnIdentity {
                id: identity.id,
                provider: self.label(act, &identity.provider),
                mark: known.as_ref().map_or(Mark::Plain, |provider| provider.mark),
                usable: known.is_some(),
                administers: known.is_some_and(|provider| roles::gives(&provider, &identity)),
                label: identity.label,
                said: identity.said,
                linked_at: identity.linked_at,
                last_used_at: identity.last_used_at,
            }
        });
        Ok(own.collect())
    }

    /// Sends the person's browser to a provider, to link an identity there.
    pub async fn begin_link(
        &self,
        act: &Act,
        browser: Digest,
        person: RecentlyProven<'_>,
        id: &str,
    ) -> Result<Url, BeginError> {
        let found = self.ports.upstreams.find(&act.realm.realm.name, id);
        let upstream = found.ok_or(BeginError::Setback(Setback::Off))?;
        let purpose = AttemptPurpose::Link(person.user().id, person.session().id);
        self.send(act, upstream, (browser, purpose), &Hints::default())
            .await
    }

    /// Links an identity to the account of the person who began it and is still signed in.
    pub(super) async fn link_own(
        &self,
        act: &Act,
        person: Option<&SignedInUser>,
        seen: SeenIdentity,
    ) -> Stored<Result<Answered, Setback>> {
        let Some(person) = person else {
            return Ok(Err(Setback::SignedOut));
        };
        let user = person.user();
        let (identity, with) = self.link_of(act, user, &seen);
        let identities = &act.realm.stores.identities;
        match identities
            .link(&identity, person.session().created_at, with)
            .await?
        {
            IdentityAdded::Linked => {
                self.keep(act, identity.id, &seen).await?;
                Ok(Ok(Answered::Linked(seen.provider)))
            }
            IdentityAdded::TooMany => Ok(Err(Setback::TooMany)),
            IdentityAdded::Over => Ok(Err(Setback::SignedOut)),
            IdentityAdded::Taken => {
                let found = identities.find(&seen.issuer, &seen.subject).await?;
                let Some(own) = found.filter(|found| found.user.id == user.id) else {
                    return Ok(Err(Setback::Taken));
                };
                self.keep(act, own.identity.id, &seen).await?;
                Ok(Err(Setback::Already))
            }
        }
    }

    /// Removes one of the person's identities, never the last way in, and tells the person by mail. What was signed in
    /// by it and by nothing else since is signed out, here as elsewhere.
    pub async fn unlink(
        &self,
        act: &Act,
        person: RecentlyProven<'_>,
        id: LinkedIdentityId,
    ) -> Result<(), LinkError> {
        let (identities, user) = (&act.realm.stores.identities, person.user());
        let known = identities.list(user.id).await?;
        let known = known.iter().find(|known| known.id == id);
        let known = known.ok_or(LinkError::Unknown)?;
        let kind = EventKind::IdentityUnlinked {
            user: user.id,
            identity: id,
        };
        let mut with = self.ports.ending(act, kind);
        let label = self.label(act, &known.provider);
        let mail = self
            .ports
            .mail_writer
            .identity_unlinked(&addressee(act, user), &label);
        with.jobs.push(self.ports.mail_job(&mail));
        let (open, moment) = (
            self.ports.open_providers(&act.realm),
            act.realm.moment(self.ports.clock.now()),
        );
        match identities.unlink(user.id, id, &open, moment, with).await? {
            Unlinked::Unlinked => Ok(()),
            Unlinked::Unknown => Err(LinkError::Unknown),
            Unlinked::LastWayIn => Err(LinkError::LastWayIn),
        }
    }
}
