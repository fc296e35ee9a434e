//! What people and operators do. Every act takes an [`Act`]: in which realm, by whom, from where.

pub mod account;
pub mod addresses;
pub mod apis;
pub mod budgets;
pub mod clients;
pub mod consents;
pub mod devices;
pub mod federated;
pub mod interactions;
pub mod keys;
pub mod leaving;
pub mod logouts;
mod mailed;
pub mod own_data;
pub mod passkeys;
pub mod passwords;
pub mod realms;
pub mod recovery;
pub mod registration;
pub mod registration_tokens;
pub mod second_factors;
pub mod sessions;
pub mod sign_in;
pub mod terms;
pub mod users;

pub use mailed::MailFlow;

#[cfg(test)]
mod equal_work;
#[cfg(test)]
mod scene;

use crate::{
    clock::{Clock, Timestamp},
    event::{Actor, Event, EventKind},
    federation::Upstreams,
    id::{EventId, JobId},
    job::{ClaimedJob, JobKind, NewJob},
    language::Language,
    login_session::RequestOrigin,
    mail::Mail,
    outbound::{
        Addressee, EventQueue, HttpFetch, MailWriter, PasswordHasher, PasswordJudge, Refusals, Sealer,
        WebAuthn,
    },
    random::Random,
    realm_context::RealmContext,
    stores::Alongside,
    user::User,
};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

/// What services need of the outside, filled once when the process starts.
#[derive(Clone)]
#[allow(missing_docs, reason = "the port's documentation says it")]
pub struct Ports {
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub hasher: Arc<dyn PasswordHasher>,
    pub password_judge: Arc<dyn PasswordJudge>,
    pub sealer: Arc<dyn Sealer>,
    pub mail_writer: Arc<dyn MailWriter>,
    pub event_queue: Arc<dyn EventQueue>,
    pub http: Arc<dyn HttpFetch>,
    pub web_authn: Arc<dyn WebAuthn>,
    pub refusals: Arc<dyn Refusals>,
    pub upstreams: Upstreams,
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
        Alongside {
            events: vec![self.event(act, kind)],
            ..Alongside::default()
        }
    }

    /// The job that sends `mail`.
    pub fn mail_job(&self, mail: &Mail) -> NewJob {
        self.job(JobKind::SendMail, mail)
    }

    /// The mail that a claimed job is to send.
    pub fn open_mail(&self, job: &ClaimedJob) -> Option<Mail> {
        self.open_job(JobKind::SendMail, job)
    }

    /// The job that does what `payload`, a struct of strings, says.
    fn job(&self, kind: JobKind, payload: &impl serde::Serialize) -> NewJob {
        let now = self.clock.now();
        let id = JobId::generate(now, &*self.random);
        // Writing strings as JSON has no way to fail.
        let plain = serde_json::to_vec(payload).unwrap_or_default();
        NewJob {
            id,
            kind,
            payload: self.sealer.seal(&job_context(id), &plain),
            run_at: now,
        }
    }

    /// The same, not before `run_at`.
    fn job_at(&self, kind: JobKind, payload: &impl serde::Serialize, run_at: Timestamp) -> NewJob {
        NewJob {
            run_at,
            ..self.job(kind, payload)
        }
    }

    /// What a claimed job of this kind is to do.
    fn open_job<T: serde::de::DeserializeOwned>(&self, kind: JobKind, job: &ClaimedJob) -> Option<T> {
        if job.kind != kind {
            return None;
        }
        let plain = self.sealer.open(&job_context(job.id), &job.payload).ok()?;
        serde_json::from_slice(plain.expose()).ok()
    }
}

fn job_context(id: JobId) -> String {
    format!("job:{id}")
}

/// What limits count an address by: itself, or for IPv6 its /64, which one subscriber holds.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
    }
}

/// The block that one network often holds: an IPv4 /24 or an IPv6 /48.
pub fn address_block(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() >> 8 << 8)),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 80 << 80)),
    }
}

/// To whom a mail about `user` goes.
fn addressee<'a>(act: &'a Act, user: &'a User) -> Addressee<'a> {
    Addressee {
        email: &user.email,
        name: user.name.as_ref(),
        locale: written(user.locale.as_deref(), act.locale.as_deref()),
        issuer_host: act.realm.origin.authority(),
        minutes: act.realm.settings.lifetimes.mailed_code.as_secs() / 60,
    }
}

/// The language of a mail: the account's, unless there are no words in it, else that of the request.
fn written<'a>(account: Option<&'a str>, request: Option<&'a str>) -> Option<&'a str> {
    account.filter(|tag| Language::of_tag(tag).is_some()).or(request)
}

/// Every service, on one set of ports.
#[derive(Clone)]
#[allow(missing_docs, reason = "the service's documentation says it")]
pub struct Services {
    pub ports: Ports,
    pub account: account::AccountService,
    pub addresses: addresses::AddressService,
    pub apis: apis::ApiService,
    pub budgets: budgets::Budgets,
    pub clients: clients::ClientService,
    pub consents: consents::ConsentService,
    pub devices: devices::DeviceService,
    pub federated: federated::FederatedService,
    pub interactions: interactions::InteractionService,
    pub leaving: leaving::LeavingService,
    pub own_data: own_data::OwnDataService,
    pub passkeys: passkeys::PasskeyService,
    pub passwords: passwords::PasswordService,
    pub recovery: recovery::RecoveryService,
    pub registration: registration::RegistrationService,
    pub registration_tokens: registration_tokens::RegistrationTokenService,
    pub second_factors: second_factors::SecondFactorService,
    pub sessions: sessions::SessionService,
    pub sign_in: sign_in::SignIn,
    pub terms: terms::TermsService,
    pub users: users::UserService,
}

impl Services {
    /// Every service, on `ports`.
    pub fn new(ports: Ports) -> Self {
        Self {
            account: account::AccountService::new(ports.clone()),
            addresses: addresses::AddressService::new(ports.clone()),
            apis: apis::ApiService::new(ports.clone()),
            budgets: budgets::Budgets::new(ports.clone()),
            clients: clients::ClientService::new(ports.clone()),
            consents: consents::ConsentService::new(ports.clone()),
            devices: devices::DeviceService::new(ports.clone()),
            federated: federated::FederatedService::new(ports.clone()),
            interactions: interactions::InteractionService::new(ports.clone()),
            leaving: leaving::LeavingService::new(ports.clone()),
            own_data: own_data::OwnDataService::new(ports.clone()),
            passkeys: passkeys::PasskeyService::new(ports.clone()),
            passwords: passwords::PasswordService::new(ports.clone()),
            recovery: recovery::RecoveryService::new(ports.clone()),
            registration: registration::RegistrationService::new(ports.clone()),
            registration_tokens: registration_tokens::RegistrationTokenService::new(ports.clone()),
            second_factors: second_factors::SecondFactorService::new(ports.clone()),
            sessions: sessions::SessionService::new(ports.clone()),
            sign_in: sign_in::SignIn::new(ports.clone()),
            terms: terms::TermsService::new(ports.clone()),
            users: users::UserService::new(ports.clone()),
            ports,
        }
    }
}
