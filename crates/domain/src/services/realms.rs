//! Making, opening and deleting realms.

use super::{
    Ports,
    keys::{KeyError, KeyService},
};
use crate::{
    ephemeral::Ephemeral,
    event::{Actor, Event, EventKind},
    id::{EventId, RealmId},
    issuer::{Issuer, Origin},
    login_session::RequestOrigin,
    realm::{Realm, RealmName},
    realm_context::{RealmContext, RealmSettings, RevocationList},
    stores::{Alongside, Page, PageRequest, StoreError, Stores},
    theme::{LowContrast, Theme, ThemeChange},
};
use std::sync::Arc;

/// What realms are made of and opened with.
#[derive(Clone)]
#[allow(missing_docs, reason = "the types say it")]
pub struct RealmParts {
    pub stores: Arc<dyn Stores>,
    pub ephemeral: Arc<dyn Ephemeral>,
    pub keys: KeyService,
    pub origin: Origin,
    pub settings: RealmSettings,
}

/// What is to be decided otherwise for a realm; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RealmChange {
    /// Whether clients must push their authorization requests (RFC 9126 §5).
    pub require_pushed_authorization_requests: Option<bool>,
    /// How its pages look.
    pub theme: ThemeChange,
}

/// Why a realm was not changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateRealmError {
    /// Words could not be read.
    #[error(transparent)]
    Contrast(#[from] LowContrast),
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a realm was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateRealmError {
    /// The name is taken.
    #[error("a realm of this name exists")]
    Taken,
    /// Its keys could not be made.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The store could not answer.
    #[error(transparent)]
    Store(StoreError),
}

/// Realms.
#[derive(Clone)]
pub struct RealmService {
    ports: Ports,
    parts: RealmParts,
}

impl RealmService {
    /// With these ports and parts.
    pub fn new(ports: Ports, parts: RealmParts) -> Self {
        Self { ports, parts }
    }

    /// Makes a realm with its keys, and nothing else in it.
    pub async fn create(&self, name: RealmName, actor: Actor) -> Result<Realm, CreateRealmError> {
        let now = self.ports.clock.now();
        let realm = Realm {
            id: RealmId::generate(now, &*self.ports.random),
            name,
            created_at: now,
            require_pushed_authorization_requests: false,
            theme: Theme::default(),
        };
        let with = self.happened(&realm, actor, EventKind::RealmCreated);
        self.parts
            .stores
            .all_realms()
            .create(&realm, with)
            .await
            .map_err(|error| match error {
                StoreError::Conflict => CreateRealmError::Taken,
                StoreError::Unavailable(_) => CreateRealmError::Store(error),
            })?;
        let stores = self.parts.stores.in_realm(realm.id);
        self.parts.keys.open(realm.id, &*stores.keys).await?;
        Ok(realm)
    }

    /// Changes what was decided for the realm of this name, and gives it as it is now; `None` if there is none. Every
    /// node goes by it within a second.
    pub async fn update(
        &self,
        name: &RealmName,
        change: RealmChange,
        actor: Actor,
    ) -> Result<Option<Realm>, UpdateRealmError> {
        let all = self.parts.stores.all_realms();
        let Some(mut realm) = all.find(name).await? else {
            return Ok(None);
        };
        let pushed = &mut realm.require_pushed_authorization_requests;
        *pushed = change.require_pushed_authorization_requests.unwrap_or(*pushed);
        realm.theme = change.theme.apply(&realm.theme)?;
        let with = self.happened(&realm, actor, EventKind::RealmUpdated);
        Ok(all.update(&realm, with).await?.then_some(realm))
    }

    fn happened(&self, realm: &Realm, actor: Actor, kind: EventKind) -> Alongside {
        let now = self.ports.clock.now();
        let event = Event {
            id: EventId::generate(now, &*self.ports.random),
            version: Event::VERSION,
            at: now,
            realm: realm.id,
            actor,
            origin: RequestOrigin::default(),
            kind,
        };
        Alongside {
            events: vec![event],
            ..Alongside::default()
        }
    }

    /// Makes the root realm if it is not there.
    pub async fn ensure_root(&self) -> Result<(), CreateRealmError> {
        let found = self
            .parts
            .stores
            .all_realms()
            .find(&RealmName::Root)
            .await
            .map_err(CreateRealmError::Store)?;
        if found.is_none() {
            match self.create(RealmName::Root, Actor::System).await {
                // Another process was quicker.
                Ok(_) | Err(CreateRealmError::Taken) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The realm of this name, ready for requests.
    pub async fn open(&self, name: &RealmName) -> Result<Option<RealmContext>, KeyError> {
        let all = self.parts.stores.all_realms();
        let Some(realm) = all.find(name).await? else {
            return Ok(None);
        };
        let stores = self.parts.stores.in_realm(realm.id);
        let keys = self.parts.keys.open(realm.id, &*stores.keys).await?;
        let revocations = all.revocations(realm.id, self.ports.clock.now()).await?;
        Ok(Some(RealmContext {
            issuer: Issuer::new(&self.parts.origin, &realm.name),
            origin: self.parts.origin.clone(),
            settings: self.settings(&realm),
            ephemeral: self.parts.ephemeral.in_realm(realm.id),
            stores,
            keys,
            revocations: RevocationList::new(revocations),
            realm,
        }))
    }

    /// What holds in a realm: what was decided for all of them, and what it asks beyond that.
    fn settings(&self, realm: &Realm) -> RealmSettings {
        let mut settings = self.parts.settings.clone();
        settings.require_pushed_authorization_requests |= realm.require_pushed_authorization_requests;
        settings.theme = realm.theme.over(&settings.theme);
        settings
    }

    /// Realms in order of name.
    pub async fn list(&self, page: &PageRequest) -> Result<Page<Realm>, StoreError> {
        self.parts.stores.all_realms().list(page).await
    }

    /// Deletes a realm and everything in it. False if there is none; the root realm stays.
    pub async fn delete(&self, name: &RealmName) -> Result<bool, StoreError> {
        let all = self.parts.stores.all_realms();
        match all.find(name).await? {
            Some(realm) if realm.name != RealmName::Root => {
                all.delete(realm.id, self.ports.clock.now()).await
            }
            Some(_) | None => Ok(false),
        }
    }
}
