//! Telling clients that a session they took part in has ended (OpenID Connect Back-Channel Logout 1.0).
//!
//! The jobs are written here; how a client is told is the protocol's to say.

use super::{Act, Ports};
use crate::{
    client::ClientId,
    event::EventKind,
    id::{LoginSessionId, UserId},
    job::{ClaimedJob, JobKind},
    realm::RealmName,
    stores::{Alongside, LogoutJobs, Participation},
};

/// Whom to tell that which session has ended.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Logout {
    realm: String,
    /// The session.
    pub session: LoginSessionId,
    /// Who was signed in.
    pub user: UserId,
    /// Who is to be told.
    pub client: ClientId,
}

impl Logout {
    /// In which realm.
    pub fn realm(&self) -> Option<RealmName> {
        self.realm.parse().ok()
    }
}

impl Ports {
    /// One event to be stored with an act that ends sessions, and how clients are told of it.
    pub fn ending(&self, act: &Act, kind: EventKind) -> Alongside {
        let (ports, realm) = (self.clone(), act.realm.realm.name.clone());
        let logouts = LogoutJobs::new(move |ended: Participation| {
            let logout = Logout {
                realm: realm.as_str().to_owned(),
                session: ended.session,
                user: ended.user,
                client: ended.client,
            };
            ports.job(JobKind::BackchannelLogout, &logout)
        });
        Alongside {
            logouts: Some(logouts),
            ..self.alongside(act, kind)
        }
    }

    /// What a claimed job of kind [`JobKind::BackchannelLogout`] is to tell whom.
    pub fn open_logout(&self, job: &ClaimedJob) -> Option<Logout> {
        self.open_job(JobKind::BackchannelLogout, job)
    }
}

#[cfg(test)]
mod tests;
