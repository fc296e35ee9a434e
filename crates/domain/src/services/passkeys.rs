//! Passkeys of a person: making, naming and removing them, and offering to make one.
//!
//! Whatever changes what guards an account takes the witness of a recent proof. Signing in with one is
//! [`sign_in`](super::sign_in)'s.

pub(super) mod ceremonies;

use super::{Act, Ports};
use crate::{
    clock::Timestamp,
    event::EventKind,
    id::{CeremonyId, PasskeyId, UserId},
    login_session::{LoginSession, RecentlyProven, SignedInUser},
    outbound::{ForWhom, Made, Refused},
    passkey::{CeremonyPurpose, Passkey, UserHandle},
    person::DisplayName,
    secret::Digest,
    stores::{PasskeyAdded, PasskeyRemoved, StoreError},
};
pub use ceremonies::Asked;
use std::time::Duration;

/// How long a browser may take to make a passkey.
const MAKING: Duration = Duration::from_secs(600);
/// How long nothing is offered after "not now".
const NOT_NOW: Duration = Duration::from_secs(30 * 86_400);

/// Why a person's passkeys stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// The browser's answer is not accepted.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The account has as many as it may have.
    #[error("too many passkeys")]
    TooMany,
    /// Not a name that can be shown.
    #[error("not a name")]
    InvalidName,
    /// The person has no such passkey.
    #[error("no such passkey")]
    Unknown,
    /// There is no other way in.
    #[error("the last way in")]
    LastWayIn,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What somebody who wants no passkey said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declined {
    /// Ask again in a month.
    NotNow,
    /// Do not ask again.
    Never,
}

/// Passkeys.
#[derive(Clone)]
pub struct PasskeyService {
    ports: Ports,
}

impl PasskeyService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The relying party's id; `None` where there are no passkeys.
    pub fn relying_party(&self) -> Option<&str> {
        self.ports.web_authn.relying_party()
    }

    /// Asks the person's browser to make a passkey.
    pub async fn ask(
        &self,
        act: &Act,
        browser: Digest,
        person: RecentlyProven<'_>,
    ) -> Result<Asked, PasskeyError> {
        let user = person.user();
        let known = act.realm.stores.passkeys.list(user.id).await?;
        let existing = known.into_iter().map(|passkey| passkey.credential_id);
        let begun = self.ports.web_authn.begin_making(&ForWhom {
            handle: UserHandle::of(act.realm.realm.id, user.id),
            name: user.email.as_str(),
            display_name: user
                .name
                .as_ref()
                .map_or(user.email.as_str(), DisplayName::as_str),
            existing: existing.collect(),
        })?;
        let purpose = CeremonyPurpose::Add(user.id, person.session().id);
        let until = self.ports.clock.now() + MAKING;
        Ok(ceremonies::begin(&self.ports, act, (browser, purpose, until), begun).await?)
    }

    /// Takes the passkey that the person's browser made, and tells the person by mail.
    pub async fn add(
        &self,
        act: &Act,
        browser: Digest,
        person: RecentlyProven<'_>,
        (ceremony, answer): (CeremonyId, &str),
    ) -> Result<Passkey, PasskeyError> {
        let purpose = CeremonyPurpose::Add(person.user().id, person.session().id);
        let begun = ceremonies::take(act, ceremony, browser, purpose).await?;
        let begun = begun.ok_or(Refused::NotAccepted)?;
        let made = self
            .ports
            .web_authn
            .finish_making(&begun.state, ceremonies::bounded(answer)?)?;
        let passkey = self.passkey(person.user().id, made);
        let added = EventKind::PasskeyAdded {
            user: passkey.user_id,
            passkey: passkey.id,
        };
        let mut with = self.ports.alongside(act, added);
        let to = super::addressee(act, person.user());
        let mail = self
            .ports
            .mail_writer
            .passkey_added(&to, passkey.aaguid.provider());
        with.jobs.push(self.ports.mail_job(&mail));
        let began = person.session().created_at;
        match act.realm.stores.passkeys.add(&passkey, began, with).await? {
            PasskeyAdded::Added => Ok(passkey),
            PasskeyAdded::Taken => Err(Refused::NotAccepted.into()),
            PasskeyAdded::TooMany => Err(PasskeyError::TooMany),
        }
    }

    fn passkey(&self, user: UserId, made: Made) -> Passkey {
        let now = self.ports.clock.now();
        Passkey {
            id: PasskeyId::generate(now, &*self.ports.random),
            credential_id: made.credential_id,
            user_id: user,
            name: None,
            aaguid: made.aaguid,
            synced: made.synced,
            sign_count: made.sign_count,
            public: made.public,
            created_at: now,
            last_used_at: None,
        }
    }

    /// The person's passkeys, oldest first.
    pub async fn list(&self, act: &Act, person: &SignedInUser) -> Result<Vec<Passkey>, StoreError> {
        act.realm.stores.passkeys.list(person.user().id).await
    }

    /// Names one of the person's passkeys; an empty name leaves it without one.
    pub async fn rename(
        &self,
        act: &Act,
        person: RecentlyProven<'_>,
        passkey: PasskeyId,
        name: &str,
    ) -> Result<(), PasskeyError> {
        let name = match name.trim() {
            "" => None,
            name => Some(DisplayName::parse(name).map_err(|_| PasskeyError::InvalidName)?),
        };
        let user = person.user().id;
        let with = self
            .ports
            .alongside(act, EventKind::PasskeyRenamed { user, passkey });
        match act
            .realm
            .stores
            .passkeys
            .rename(user, passkey, name, with)
            .await?
        {
            true => Ok(()),
            false => Err(PasskeyError::Unknown),
        }
    }

    /// Removes one of the person's passkeys, never the last way in, and tells the person by mail.
    pub async fn remove(
        &self,
        act: &Act,
        person: RecentlyProven<'_>,
        passkey: PasskeyId,
    ) -> Result<(), PasskeyError> {
        let (passkeys, user) = (&act.realm.stores.passkeys, person.user());
        let mut known = passkeys.list(user.id).await?.into_iter();
        let known = known
            .find(|known| known.id == passkey)
            .ok_or(PasskeyError::Unknown)?;
        let removed = EventKind::PasskeyRemoved {
            user: user.id,
            passkey,
        };
        let mut with = self.ports.alongside(act, removed);
        let to = super::addressee(act, user);
        let mail = self
            .ports
            .mail_writer
            .passkey_removed(&to, known.aaguid.provider());
        with.jobs.push(self.ports.mail_job(&mail));
        let open = self.ports.open_providers(&act.realm);
        match passkeys.remove(user.id, passkey, &open, with).await? {
            PasskeyRemoved::Removed => Ok(()),
            PasskeyRemoved::Unknown => Err(PasskeyError::Unknown),
            PasskeyRemoved::LastWayIn => Err(PasskeyError::LastWayIn),
        }
    }

    /// Whether to offer a passkey to whoever signed in another way, and may make one: that takes a fresh proof of all the
    /// factors that the account has.
    pub async fn is_offered(&self, act: &Act, session: &LoginSession) -> Result<bool, StoreError> {
        let (now, stores) = (self.ports.clock.now(), &act.realm.stores);
        let fresh = session.is_recently_proven(now, self.ports.session_rules(&act.realm));
        if self.relying_party().is_none() || !fresh {
            return Ok(false);
        }
        if !stores.passkeys.offer(session.user_id).await?.is_due(now) {
            return Ok(false);
        }
        let factors = stores.second_factors.find(session.user_id).await?;
        Ok(factors.are_proven_with(&session.methods))
    }

    /// The person wants no passkey.
    pub async fn decline(&self, act: &Act, person: &SignedInUser, how: Declined) -> Result<(), StoreError> {
        let until = match how {
            Declined::NotNow => self.ports.clock.now() + NOT_NOW,
            Declined::Never => Timestamp::from_micros(i64::MAX),
        };
        act.realm.stores.passkeys.decline(person.user().id, until).await
    }
}

#[cfg(test)]
pub(in crate::services) mod tests;
