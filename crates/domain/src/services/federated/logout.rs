//! A provider says that somebody signed out there: the sessions that it began end here (OpenID Connect Back-Channel
//! Logout §2.5-2.7). Whether the token is good is the adapter's to say; that it is good once is decided here.

use super::FederatedService;
use crate::{
    event::EventKind,
    federation::{LoggedOut, UpstreamError},
    secret::Digest,
    services::Act,
    stores::{EndSessions, StoreError},
};

/// Why no session was ended.
#[derive(Debug, thiserror::Error)]
pub enum LogoutError {
    /// There is no such provider.
    #[error("no such provider")]
    Unknown,
    /// The token is not one of the provider's, says nobody, or was used before.
    #[error("the logout token is refused")]
    Refused,
    /// The provider's keys cannot be had.
    #[error("the provider does not answer")]
    Unavailable,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FederatedService {
    /// Ends what the logout token of the provider `id` says has ended; how many sessions there were.
    pub async fn logged_out(&self, act: &Act, id: &str, token: &str) -> Result<usize, LogoutError> {
        let found = self.ports.upstreams.find(&act.realm.realm.name, id);
        let upstream = found.ok_or(LogoutError::Unknown)?;
        let said = upstream
            .logged_out(token)
            .await
            .map_err(|error| refused(&error))?;
        if said.subject.is_none() && said.session.is_none() {
            return Err(LogoutError::Refused);
        }
        let mark = Digest::of(format!("logged-out\0{}\0{}", said.issuer, said.token_id));
        let replays = &act.realm.ephemeral.replays;
        if !replays.first_use(&mark, said.expires_at).await? {
            return Err(LogoutError::Refused);
        }
        match self.end(act, &said).await {
            Ok(ended) => Ok(ended),
            Err(error) => {
                // The provider is asked to come again, and must be heard then.
                replays.forget(&mark).await?;
                Err(error.into())
            }
        }
    }

    async fn end(&self, act: &Act, said: &LoggedOut) -> Result<usize, StoreError> {
        let stores = &act.realm.stores;
        let (subject, session) = (said.subject.as_deref(), said.session.as_deref());
        let mut ended = 0;
        // One answer names so many only.
        loop {
            let meant = stores.identities.sessions(&said.issuer, subject, session).await?;
            let before = ended;
            for (user, session) in meant {
                let kind = EventKind::SignedOutByProvider { user, session };
                let moment = act.realm.moment(self.ports.clock.now());
                let (one, with) = (EndSessions::One(session), self.ports.ending(act, kind));
                ended += stores.sessions.end(user, one, moment, with).await?.len();
            }
            if ended == before {
                return Ok(ended);
            }
        }
    }
}

fn refused(error: &UpstreamError) -> LogoutError {
    match error {
        UpstreamError::Unavailable(_) => LogoutError::Unavailable,
        UpstreamError::Refused(_) | UpstreamError::Stale(_) => LogoutError::Refused,
    }
}
