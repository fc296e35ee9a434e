//! The whole product in process, with a clock that tests move.

use super::{Browser, ClientBuilder, Deployment, RelyingParty, Rows};
use axum::Router;
use domain::{
    clock::Timestamp,
    event::Actor,
    federation::Upstreams,
    job::{ClaimedJob, JobKind},
    mail::Mail,
    outbound::{HttpFetch, PasswordHasher},
    realm::{RealmName, RealmSlug},
    services::{Act, Ports, Services, users::CreateUser},
    stores::Stores as _,
    testing::FixedClock,
    user::{Role, User},
};
use server::{
    outbound::{password_hasher::Cost, system::SystemRandomness},
    wiring::{Adapters, Runtime},
};
use std::sync::Arc;

/// 2026-01-01T00:00:00Z.
const NEW_YEAR: i64 = 1_767_225_600;

/// Jobs that decide about mails or send them.
const MAILS: [JobKind; 4] = [
    JobKind::SendMail,
    JobKind::SendResetLink,
    JobKind::SendSignInCode,
    JobKind::SignUp,
];

pub const PASSWORD: &str = "correct horse battery staple";

/// A running provider; its files and its database go when it does.
pub struct TestIdp {
    pub runtime: Arc<Runtime>,
    pub clock: Arc<FixedClock>,
    router: Router,
    realm: RealmName,
    deployment: Arc<Deployment>,
}

impl TestIdp {
    /// Starts a node of a deployment.
    pub async fn node(deployment: &Arc<Deployment>) -> Self {
        tracing_subscriber::fmt()
            .with_env_filter("warn")
            .with_test_writer()
            .try_init()
            .ok();
        let clock = Arc::new(FixedClock::new(Timestamp::from_seconds(NEW_YEAR)));
        Self::on(deployment, clock).await
    }

    async fn on(deployment: &Arc<Deployment>, clock: Arc<FixedClock>) -> Self {
        let adapters = Adapters {
            clock: clock.clone(),
            random: Arc::new(SystemRandomness::default()),
            cost: Cost {
                memory: 64,
                passes: 1,
            },
        };
        let runtime = Runtime::start(&deployment.config(), adapters).await.unwrap();
        let router = server::router(runtime.clone());
        Self {
            runtime,
            clock,
            router,
            realm: RealmName::Root,
            deployment: deployment.clone(),
        }
    }

    /// The same provider, which asks other servers by way of `http`.
    pub fn asking_by(mut self, http: impl FnOnce(Arc<dyn HttpFetch>) -> Arc<dyn HttpFetch>) -> Self {
        self.router = Router::new();
        let runtime = Arc::get_mut(&mut self.runtime).expect("nobody uses it yet");
        let ports = &mut runtime.services.ports;
        ports.http = http(ports.http.clone());
        self.router = server::router(self.runtime.clone());
        self
    }

    /// The same provider, which hashes passwords by way of `hasher`.
    pub fn hashing_by(
        mut self,
        hasher: impl FnOnce(Arc<dyn PasswordHasher>) -> Arc<dyn PasswordHasher>,
    ) -> Self {
        self.router = Router::new();
        let runtime = Arc::get_mut(&mut self.runtime).expect("nobody uses it yet");
        let mut ports = runtime.services.ports.clone();
        ports.hasher = hasher(ports.hasher.clone());
        runtime.services = Services::new(ports);
        self.router = server::router(self.runtime.clone());
        self
    }

    /// The same provider, whose people may come through others.
    pub fn with_upstreams(mut self, upstreams: Upstreams) -> Self {
        self.router = Router::new();
        let runtime = Arc::get_mut(&mut self.runtime).expect("nobody uses it yet");
        runtime.services = Services::new(Ports {
            upstreams,
            ..runtime.services.ports.clone()
        });
        self.router = server::router(self.runtime.clone());
        self
    }

    /// Starts another node of the same deployment, which is told the same time; seen from the same realm.
    pub async fn another_node(&self) -> Self {
        Self {
            realm: self.realm.clone(),
            ..Self::on(&self.deployment, self.clock.clone()).await
        }
    }

    /// Follows what other processes changed, as the background loop does.
    pub async fn follow(&self) {
        let all = self.runtime.stores.all_realms();
        let mut seen = self.runtime.change_cursor.lock().await;
        let changes = all.changes_after(*seen, 1_000).await.unwrap();
        self.runtime.realms.apply(&changes);
        *seen = changes.last().map_or(*seen, |last| last.sequence);
    }

    /// What its database holds.
    pub async fn rows(&self) -> Rows {
        Rows::of(self.deployment.config().database_url.expose()).await
    }

    /// The same deployment, seen from a realm made now.
    pub async fn realm(&self, slug: &str) -> Self {
        let name = RealmName::Named(slug.parse::<RealmSlug>().unwrap());
        self.runtime
            .realm_service
            .create(name.clone(), Actor::CommandLine)
            .await
            .unwrap();
        Self {
            runtime: self.runtime.clone(),
            clock: self.clock.clone(),
            router: self.router.clone(),
            realm: name,
            deployment: self.deployment.clone(),
        }
    }

    pub async fn act(&self) -> Act {
        Runtime::act(self.runtime.realm(&self.realm).await.unwrap(), Actor::CommandLine)
    }

    pub fn issuer(&self) -> String {
        format!("http://localhost:4000{}", self.realm.path_prefix())
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone(), self.realm.path_prefix())
    }

    pub async fn relying_party(&self, client: ClientBuilder) -> RelyingParty {
        client.register(self).await
    }

    /// An account with [`PASSWORD`] and a confirmed address.
    pub async fn person(&self, email: &str) -> User {
        self.account(email, true, "{}").await
    }

    /// Somebody of whom apps may be told these standard claims, written as JSON.
    pub async fn described_person(&self, email: &str, claims: &str) -> User {
        self.account(email, true, claims).await
    }

    pub async fn unconfirmed_person(&self, email: &str) -> User {
        self.account(email, false, "{}").await
    }

    async fn account(&self, email: &str, verified: bool, claims: &str) -> User {
        let new = CreateUser {
            email: email.to_owned(),
            name: "Ada Lovelace".to_owned(),
            password: Some(PASSWORD.to_owned()),
            verified,
            role: Role::Member,
            claims: serde_json::from_str(claims).unwrap(),
        };
        self.runtime
            .services
            .users
            .create(&self.act().await, new)
            .await
            .unwrap()
    }

    /// The mails waiting to be sent, opened as the job that sends them would. Jobs that decide about mails are done.
    pub async fn mails(&self) -> Vec<Mail> {
        let all = self.runtime.stores.all_realms();
        let now = self.runtime.services.ports.clock.now();
        let mut mails = Vec::new();
        loop {
            let jobs = all.claim_jobs(&MAILS, now, now, 200).await.unwrap();
            if jobs.is_empty() {
                return mails;
            }
            for job in &jobs {
                mails.extend(self.run(job).await);
                all.complete_job(job, Vec::new()).await.unwrap();
            }
        }
    }

    async fn run(&self, job: &ClaimedJob) -> Option<Mail> {
        let services = &self.runtime.services;
        match job.kind {
            JobKind::SendMail => Some(services.ports.open_mail(job).unwrap()),
            JobKind::SendResetLink => {
                let wanted = services.recovery.open(job).unwrap();
                let realm = self.runtime.realm(&wanted.realm().unwrap()).await.unwrap();
                services.recovery.send_link(realm, wanted).await.unwrap();
                None
            }
            JobKind::SendSignInCode => {
                let wanted = services.sign_in.open(job).unwrap();
                let realm = self.runtime.realm(&wanted.realm().unwrap()).await.unwrap();
                services.sign_in.send_code(realm, wanted).await.unwrap();
                None
            }
            JobKind::SignUp => {
                let wanted = services.registration.open(job).unwrap();
                let realm = self.runtime.realm(&wanted.realm().unwrap()).await.unwrap();
                services.registration.take_up(realm, wanted).await.unwrap();
                None
            }
            JobKind::BackchannelLogout | JobKind::EraseAccount | JobKind::ForgetPerson => None,
        }
    }
}
