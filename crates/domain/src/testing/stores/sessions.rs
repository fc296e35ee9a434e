//! Sign-in sessions and browsers.

use super::{InRealm, state};
use crate::{
    acr::Method,
    change::Revoked,
    client::ClientId,
    clock::Timestamp,
    federation::ProviderId,
    id::{LoginSessionId, UserId},
    login_session::LoginSession,
    secret::Digest,
    stores::{
        Alongside, BrowserStore, Concerning, EndSessions, LoginSessionStore, Moment, Page, PageRequest,
        Participation, SessionAndUser, StoreError, Stored,
    },
};
use async_trait::async_trait;

#[async_trait]
impl LoginSessionStore for InRealm {
    async fn begin(&self, session: &LoginSession, with: Alongside) -> Stored<()> {
        self.act(|room, _| {
            if room.sessions.contains_key(&session.id) || !room.users.contains_key(&session.user_id) {
                return Err(StoreError::Conflict);
            }
            room.sessions.insert(session.id, session.clone());
            room.store(with);
            Ok(())
        })
    }

    async fn find_many(&self, ids: &[LoginSessionId]) -> Stored<Vec<SessionAndUser>> {
        Ok(self.act(|room, _| {
            let found = ids.iter().filter_map(|id| room.sessions.get(id));
            found
                .filter_map(|session| Some((session.clone(), room.users.get(&session.user_id)?.clone())))
                .collect()
        }))
    }

    async fn reauthenticate(
        &self,
        id: LoginSessionId,
        at: Timestamp,
        (methods, provider): (&[Method], Option<&ProviderId>),
        with: Alongside,
    ) -> Stored<()> {
        self.act(|room, _| {
            let live = |session: &&mut LoginSession| session.ended_at.is_none();
            let session = room.sessions.get_mut(&id).filter(live);
            let session = session.ok_or(StoreError::Conflict)?;
            session.authenticated_at = at;
            session.last_seen_at = at;
            session.methods = methods.to_vec();
            session.provider = provider.cloned();
            room.store(with);
            Ok(())
        })
    }

    async fn touch(&self, id: LoginSessionId, at: Timestamp) -> Stored<()> {
        self.act(|room, _| {
            let live = |session: &&mut LoginSession| session.ended_at.is_none();
            if let Some(session) = room.sessions.get_mut(&id).filter(live) {
                session.last_seen_at = session.last_seen_at.max(at);
            }
            Ok(())
        })
    }

    async fn end(
        &self,
        user: UserId,
        which: EndSessions,
        moment: Moment,
        mut with: Alongside,
    ) -> Stored<Vec<LoginSessionId>> {
        let chosen = |id: LoginSessionId| match which {
            EndSessions::One(one) => id == one,
            EndSessions::AllBut(one) => id != one,
            EndSessions::All => true,
        };
        self.act(|room, feed| {
            let mut ended = Vec::new();
            for session in room.sessions.values_mut() {
                if session.user_id == user && session.ended_at.is_none() && chosen(session.id) {
                    session.ended_at = Some(moment.at);
                    ended.push(session.id);
                }
            }
            room.revoke_authorizations(moment.at, |authorization| {
                ended.contains(&authorization.login_session_id) && !authorization.is_offline()
            });
            room.tell_clients(&ended, &mut with);
            for id in &ended {
                room.revoke(feed, self.realm, Revoked::LoginSession(*id), moment);
            }
            if !ended.is_empty() {
                room.store(with);
            }
            Ok(ended)
        })
    }

    async fn participations(&self, ids: &[LoginSessionId]) -> Stored<Vec<Participation>> {
        Ok(self.act(|room, _| room.participations(ids).into_iter().take(200).collect()))
    }

    async fn list(&self, user: UserId) -> Stored<Vec<LoginSession>> {
        Ok(self.act(|room, _| {
            let live = |session: &&LoginSession| session.user_id == user && session.ended_at.is_none();
            let mut live: Vec<LoginSession> = room.sessions.values().filter(live).cloned().collect();
            live.sort_by_key(|session| std::cmp::Reverse(session.last_seen_at));
            live.truncate(200);
            live
        }))
    }

    async fn page(
        &self,
        which: &Concerning,
        now: Timestamp,
        used_since: Timestamp,
        page: &PageRequest,
    ) -> Stored<Page<LoginSession>> {
        let after = page.after.as_ref().map(|id| id.parse::<LoginSessionId>());
        let Ok(after) = after.transpose() else {
            return Ok(Page {
                items: Vec::new(),
                next: None,
            });
        };
        Ok(self.act(|room, _| {
            let used_by = |session: &LoginSession, client: &ClientId| {
                room.authorizations.values().any(|authorization| {
                    authorization.login_session_id == session.id && authorization.client_id == *client
                })
            };
            let chosen = |session: &&LoginSession| {
                session.ended_at.is_none()
                    && session.expires_at > now
                    && session.last_seen_at > used_since
                    && after.is_none_or(|after| session.id > after)
                    && which.user.is_none_or(|user| session.user_id == user)
                    && which
                        .client
                        .as_ref()
                        .is_none_or(|client| used_by(session, client))
            };
            let sessions = room.sessions.values().filter(chosen).cloned();
            state::page(sessions, page, |session| session.id.to_string())
        }))
    }
}

#[async_trait]
impl BrowserStore for InRealm {
    async fn save(&self, cookie: &Digest, data: &[u8], expires_at: Timestamp) -> Stored<()> {
        self.act(|room, _| {
            room.browsers
                .insert(*cookie.as_bytes(), (data.to_vec(), expires_at))
        });
        Ok(())
    }

    async fn load(&self, cookie: &Digest, now: Timestamp) -> Stored<Option<(Vec<u8>, Timestamp)>> {
        Ok(self.act(|room, _| {
            room.browsers
                .get(cookie.as_bytes())
                .filter(|(_, end)| *end > now)
                .cloned()
        }))
    }

    async fn delete(&self, cookie: &Digest) -> Stored<()> {
        self.act(|room, _| room.browsers.remove(cookie.as_bytes()));
        Ok(())
    }
}
