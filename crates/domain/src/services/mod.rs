//! What people and operators do. Every act takes an [`Act`]: in which realm, by whom, from where.

pub mod account;
pub mod clients;
pub mod interactions;
pub mod keys;
pub mod realms;
pub mod recovery;
pub mod registration;
pub mod sign_in;
pub mod users;

use crate::{
    clock::Clock,
    event::{Actor, Event, EventKind},
    id::{EventId, JobId},
    job::{JobKind, NewJob},
    login_session::RequestOrigin,
    mail::Mail,
    outbound::{MailWriter, PasswordHasher, Sealer},
    random::Random,
    realm_context::RealmContext,
    stores::Alongside,
};
use std::sync::Arc;

/// What services need of the outside, filled once when the process starts.
#[derive(Clone)]
#[allow(missing_docs, reason = "the port's documentation says it")]
pub struct Ports {
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub hasher: Arc<dyn PasswordHasher>,
    pub sealer: Arc<dyn Sealer>,
    pub mail_writer: Arc<dyn MailWriter>,
}

/// Something being done: in which realm, by whom, from where.
#[derive(Clone)]
pub struct Act {
    /// In which realm.
    pub realm: Arc<RealmContext>,
    /// By whom.
    pub actor: Actor,
    /// From where.
    pub origin: RequestOrigin,
    /// The language of the request, a BCP 47 tag.
    pub locale: Option<String>,
}

impl Ports {
    /// The event that `kind` happened now in `act`.
    pub fn event(&self, act: &Act, kind: EventKind) -> Event {
        let now = self.clock.now();
        Event {
            id: EventId::generate(now, &*self.random),
            version: Event::VERSION,
            at: now,
            realm: act.realm.realm.id,
            actor: act.actor.clone(),
            origin: act.origin.clone(),
            kind,
        }
    }

    /// One event to be stored with its act.
    pub fn alongside(&self, act: &Act, kind: EventKind) -> Alongside {
        Alongside { events: vec![self.event(act, kind)], jobs: Vec::new() }
    }

    /// The job that sends `mail`.
    pub fn mail_job(&self, mail: &Mail) -> NewJob {
        let now = self.clock.now();
        let id = JobId::generate(now, &*self.random);
        // A mail is a struct of strings: writing it as JSON has no way to fail.
        let plain = serde_json::to_vec(mail).unwrap_or_default();
        NewJob { id, kind: JobKind::SendMail, payload: self.sealer.seal(&mail_context(id), &plain), run_at: now }
    }

    /// The mail that a claimed job is to send.
    pub fn open_mail(&self, job: &crate::job::ClaimedJob) -> Option<Mail> {
        let plain = self.sealer.open(&mail_context(job.id), &job.payload).ok()?;
        serde_json::from_slice(plain.expose()).ok()
    }
}

fn mail_context(id: JobId) -> String {
    format!("job:{id}")
}
