//! What people do with their own account. Every act takes the witness of who is signed in.

mod details;

pub use details::{Detail, InvalidDetail};

use super::{Act, Ports};
use crate::{
    client::{Client, ClientId},
    consent::Consent,
    event::EventKind,
    id::LoginSessionId,
    login_session::{LoginSession, SignedInUser},
    person::DisplayName,
    stores::{EndSessions, StoreError},
    user::Profile,
};

/// Why a profile was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Not a name that can be shown.
    #[error("not a name")]
    InvalidName,
    /// Something else that was said cannot be taken.
    #[error(transparent)]
    InvalidDetail(#[from] InvalidDetail),
    /// The account changed since the page was shown.
    #[error("changed meanwhile")]
    ChangedMeanwhile,
    /// The store could not answer.
    #[error(transparent)]
    Store(StoreError),
}

/// An app that was allowed something.
#[derive(Clone, Debug)]
pub struct ConnectedApp {
    /// What was allowed, and when.
    pub consent: Consent,
    /// The app.
    pub client: Client,
}

/// People's own accounts.
#[derive(Clone)]
pub struct AccountService {
    ports: Ports,
}

impl AccountService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Changes the name; `version` is the one the page was made from.
    pub async fn update_name(
        &self,
        act: &Act,
        person: &SignedInUser,
        name: &str,
        version: i64,
    ) -> Result<(), ProfileError> {
        let name = match name.trim() {
            "" => None,
            name => Some(DisplayName::parse(name).map_err(|_| ProfileError::InvalidName)?),
        };
        let user = person.user();
        let profile = Profile {
            name,
            locale: user.locale.clone(),
            zoneinfo: user.zoneinfo.clone(),
            described: user.described.clone(),
        };
        self.update(act, person, &profile, version).await
    }

    /// Changes what else is said; whatever is not among `said` stays.
    pub async fn update_details(
        &self,
        act: &Act,
        person: &SignedInUser,
        said: &[(Detail, String)],
        version: i64,
    ) -> Result<(), ProfileError> {
        let user = person.user();
        let mut described = user.described.clone();
        for (detail, typed) in said {
            detail.write(typed, &mut described)?;
        }
        let profile = Profile {
            name: user.name.clone(),
            locale: user.locale.clone(),
            zoneinfo: user.zoneinfo.clone(),
            described,
        };
        self.update(act, person, &profile, version).await
    }

    async fn update(
        &self,
        act: &Act,
        person: &SignedInUser,
        profile: &Profile,
        version: i64,
    ) -> Result<(), ProfileError> {
        let user = person.user();
        let with = self
            .ports
            .alongside(act, EventKind::UserUpdated { user: user.id });
        let users = &act.realm.stores.users;
        users
            .update_profile(user.id, version, profile, self.ports.clock.now(), with)
            .await
            .map_err(|error| match error {
                StoreError::Conflict => ProfileError::ChangedMeanwhile,
                StoreError::Unavailable(_) => ProfileError::Store(error),
            })
    }

    /// The person's sessions that are alive, newest use first.
    pub async fn sessions(&self, act: &Act, person: &SignedInUser) -> Result<Vec<LoginSession>, StoreError> {
        let now = self.ports.clock.now();
        let idle = act.realm.settings.lifetimes.session_idle;
        let mut sessions = act.realm.stores.sessions.list(person.user().id).await?;
        sessions.retain(|session| {
            session
                .clone()
                .signed_in(person.user().clone(), now, idle)
                .is_some()
        });
        Ok(sessions)
    }

    /// Ends one of the person's own sessions; somebody else's is not found.
    pub async fn end_session(
        &self,
        act: &Act,
        person: &SignedInUser,
        id: LoginSessionId,
    ) -> Result<bool, StoreError> {
        Ok(!self.end(act, person, EndSessions::One(id)).await?.is_empty())
    }

    /// Ends the person's other sessions; how many there were.
    pub async fn end_other_sessions(&self, act: &Act, person: &SignedInUser) -> Result<usize, StoreError> {
        Ok(self
            .end(act, person, EndSessions::AllBut(person.session().id))
            .await?
            .len())
    }

    /// The apps that were allowed something.
    pub async fn apps(&self, act: &Act, person: &SignedInUser) -> Result<Vec<ConnectedApp>, StoreError> {
        let (mut apps, now) = (Vec::new(), self.ports.clock.now());
        let mut consents = act.realm.stores.consents.list(person.user().id).await?;
        consents.retain(|consent| consent.stands(now));
        for consent in consents {
            if let Some(client) = act.realm.stores.clients.find(&consent.client_id).await? {
                apps.push(ConnectedApp { consent, client });
            }
        }
        Ok(apps)
    }

    /// Takes back what an app was allowed; its tokens stop working. False if there was nothing.
    pub async fn remove_app(
        &self,
        act: &Act,
        person: &SignedInUser,
        client: &ClientId,
    ) -> Result<bool, StoreError> {
        let user = person.user().id;
        let with = self.ports.alongside(
            act,
            EventKind::ConsentRevoked {
                user,
                client: client.clone(),
            },
        );
        let moment = act.realm.moment(self.ports.clock.now());
        act.realm.stores.consents.revoke(user, client, moment, with).await
    }

    async fn end(
        &self,
        act: &Act,
        person: &SignedInUser,
        which: EndSessions,
    ) -> Result<Vec<LoginSessionId>, StoreError> {
        let user = person.user().id;
        let named = match which {
            EndSessions::One(id) => id,
            EndSessions::AllBut(_) | EndSessions::All => person.session().id,
        };
        let with = self
            .ports
            .ending(act, EventKind::SessionEnded { user, session: named });
        let moment = act.realm.moment(self.ports.clock.now());
        act.realm.stores.sessions.end(user, which, moment, with).await
    }
}

#[cfg(test)]
mod tests;
