//! What people do with their own account. Every act takes the witness of who is signed in.

mod credentials;
mod details;
mod lists;
mod pictures;
mod preferences;

pub use credentials::OwnCredentials;
pub use details::{Detail, InvalidDetail};
pub use pictures::path_of_picture;
pub use preferences::Preferences;

use super::{Act, Ports, addressee};
use crate::{
    client::ClientId,
    event::EventKind,
    id::LoginSessionId,
    login_session::SignedInUser,
    outbound::AccountNotice,
    person::DisplayName,
    scope::ScopeSet,
    stores::{EndSessions, Guards, StoreError},
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
        let profile = Profile {
            name,
            ..Profile::of(person.user())
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
            described,
            ..Profile::of(user)
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
            .map_err(changed_meanwhile)
    }

    /// What guards the account.
    pub async fn guards(&self, act: &Act, person: &SignedInUser) -> Result<Guards, StoreError> {
        act.realm.stores.own.guards(person.user().id).await
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

    /// Ends one of the person's own sessions as somebody else's: that is recorded, and mailed with the way to a new
    /// password. Somebody else's session is not found.
    pub async fn report_session(
        &self,
        act: &Act,
        person: &SignedInUser,
        id: LoginSessionId,
    ) -> Result<bool, StoreError> {
        let user = person.user();
        let reset_link = act.realm.issuer.url("/forgot-password");
        let notice = AccountNotice::Reported {
            reset_link: &reset_link,
        };
        let mail = self.ports.mail_writer.account(&addressee(act, user), notice);
        let (user, session) = (user.id, id);
        let mut with = self.ports.ending(act, EventKind::SessionEnded { user, session });
        with.events.push(
            self.ports
                .event(act, EventKind::SessionReported { user, session }),
        );
        with.jobs.push(self.ports.mail_job(&mail));
        let moment = act.realm.moment(self.ports.clock.now());
        let which = EndSessions::One(id);
        let ended = act.realm.stores.sessions.end(user, which, moment, with).await?;
        Ok(!ended.is_empty())
    }

    /// Leaves an app only those of its scopes that are among `scopes`, and `openid`, without which nobody is signed in.
    /// Whatever goes beyond stops working. False if nothing was allowed.
    pub async fn narrow_app(
        &self,
        act: &Act,
        person: &SignedInUser,
        client: &ClientId,
        scopes: &ScopeSet,
    ) -> Result<bool, StoreError> {
        let user = person.user().id;
        let kind = EventKind::ConsentNarrowed {
            user,
            client: client.clone(),
        };
        let always: ScopeSet = "openid".parse().unwrap_or_default();
        let (scopes, with) = (scopes.union(&always), self.ports.alongside(act, kind));
        let moment = act.realm.moment(self.ports.clock.now());
        let consents = &act.realm.stores.consents;
        consents.narrow(user, client, &scopes, moment, with).await
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

/// Why a write that names a version did not take place.
fn changed_meanwhile(error: StoreError) -> ProfileError {
    match error {
        StoreError::Conflict => ProfileError::ChangedMeanwhile,
        StoreError::Unavailable(_) => ProfileError::Store(error),
    }
}

#[cfg(test)]
mod tests;
