//! What operators do with people's sign-in sessions.

use super::{Act, Ports};
use crate::{
    event::EventKind,
    id::LoginSessionId,
    login_session::LoginSession,
    stores::{Concerning, EndSessions, Page, PageRequest, StoreError},
};

/// Sessions in hand at once.
const BATCH: u16 = 200;

/// Sign-in sessions.
#[derive(Clone)]
pub struct SessionService {
    ports: Ports,
}

impl SessionService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sessions that are alive, in order of creation.
    pub async fn list(
        &self,
        act: &Act,
        which: &Concerning,
        page: &PageRequest,
    ) -> Result<Page<LoginSession>, StoreError> {
        let now = self.ports.clock.now();
        let used_since = now - act.realm.settings.lifetimes.session_idle;
        let sessions = &act.realm.stores.sessions;
        sessions.page(which, now, used_since, page).await
    }

    /// Ends one session. False if there is none that is alive.
    pub async fn end(&self, act: &Act, id: LoginSessionId) -> Result<bool, StoreError> {
        match act.realm.stores.sessions.find_many(&[id]).await?.pop() {
            Some((session, _)) => self.end_one(act, &session).await,
            None => Ok(false),
        }
    }

    /// Ends every session that is alive; how many there were.
    pub async fn end_all(&self, act: &Act, which: &Concerning) -> Result<u64, StoreError> {
        let (mut after, mut ended) = (None, 0);
        loop {
            let page = self.list(act, which, &PageRequest::new(after, BATCH)).await?;
            for session in &page.items {
                ended += u64::from(self.end_one(act, session).await?);
            }
            after = page.next;
            if after.is_none() {
                return Ok(ended);
            }
        }
    }

    async fn end_one(&self, act: &Act, session: &LoginSession) -> Result<bool, StoreError> {
        let (user, one) = (session.user_id, EndSessions::One(session.id));
        let kind = EventKind::SessionEnded {
            user,
            session: session.id,
        };
        let moment = act.realm.moment(self.ports.clock.now());
        let with = self.ports.ending(act, kind);
        let ended = act.realm.stores.sessions.end(user, one, moment, with).await?;
        Ok(!ended.is_empty())
    }
}
