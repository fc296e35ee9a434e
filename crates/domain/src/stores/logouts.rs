//! Who took part in a session, and how they are told of its end (OpenID Connect Back-Channel Logout 1.0 §2).
//!
//! Only the store knows at the moment of the end who took part, and only services can seal what a job is to do; so
//! the act brings along how jobs are made, and the store makes them in the act's transaction.

use crate::{
    client::ClientId,
    id::{LoginSessionId, UserId},
    job::NewJob,
};
use std::sync::Arc;

/// A client for which something was approved in a session.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Participation {
    /// The session.
    pub session: LoginSessionId,
    /// Whose.
    pub user: UserId,
    /// The client.
    pub client: ClientId,
}

type MakeJob = dyn Fn(Participation) -> NewJob + Send + Sync;

/// Makes the job that tells one client of the end of one session.
#[derive(Clone)]
pub struct LogoutJobs(Arc<MakeJob>);

impl LogoutJobs {
    /// Jobs are made by `make`, which is called within transactions and must be quick.
    pub fn new(make: impl Fn(Participation) -> NewJob + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    /// The job for one client and session.
    pub fn job(&self, ended: Participation) -> NewJob {
        (self.0)(ended)
    }
}

impl std::fmt::Debug for LogoutJobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LogoutJobs")
    }
}
