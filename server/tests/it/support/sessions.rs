//! Sessions that were begun in browsers which no test drives.

use super::TestIdp;
use domain::{
    acr::Method,
    id::{LoginSessionId, UserId},
    login_session::{LoginSession, RequestOrigin},
    stores::Alongside,
};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

/// A session that begins now, from `origin`, by the password; it is stored nowhere.
pub fn a_session(idp: &TestIdp, user: UserId, origin: RequestOrigin) -> LoginSession {
    let ports = &idp.runtime.services.ports;
    let now = ports.clock.now();
    LoginSession {
        id: LoginSessionId::generate(now, &*ports.random),
        user_id: user,
        created_at: now,
        authenticated_at: now,
        methods: vec![Method::Password],
        provider: None,
        last_seen_at: now,
        expires_at: now + DAY,
        ended_at: None,
        origin,
    }
}

/// Begins such a session.
pub async fn begin_elsewhere(idp: &TestIdp, user: UserId, origin: RequestOrigin) -> LoginSession {
    let session = a_session(idp, user, origin);
    let sessions = idp.act().await.realm.stores.sessions.clone();
    sessions.begin(&session, Alongside::default()).await.unwrap();
    session
}
