//! A realm on fakes with every service, and what its tests look at.

use super::{
    Act, Ports, Services,
    sign_in::{Arrival, Completed, Proven},
};
use crate::{
    event::Actor,
    federation::Upstreams,
    id::RealmId,
    interaction::AccountPage,
    job::{ClaimedJob, JobKind},
    login_session::{LoginSession, RequestOrigin},
    mail::Mail,
    person::PasswordHash,
    realm_context::RealmSettings,
    secret::Digest,
    signing_key::KeyRing,
    stores::{Alongside, NewUser, Stores as _},
    testing::{
        CollectedEvents, CollectedRefusals, FakeHasher, FakeHttp, FakeJudge, FakeSealer, FakeWebAuthn,
        FixedClock, MemoryStores, PlainMailWriter, SeededRandom, realm_context,
    },
    user::User,
};
use std::{sync::Arc, time::Duration};

pub const PASSWORD: &str = "correct horse battery";

pub struct Scene {
    pub clock: Arc<FixedClock>,
    pub memory: MemoryStores,
    pub hasher: Arc<FakeHasher>,
    pub http: Arc<FakeHttp>,
    pub refusals: Arc<CollectedRefusals>,
    pub services: Services,
    pub act: Act,
    _everything_told: EverythingTold,
}

/// Sees at the end of every test to it that people were mailed whatever they must be.
struct EverythingTold(MemoryStores, RealmId);

impl Drop for EverythingTold {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.0.untold(self.1), Vec::new(), "changed without a mail");
        }
    }
}

impl Scene {
    pub fn new() -> Self {
        let (clock, memory) = (Arc::new(FixedClock::default()), MemoryStores::default());
        let realm = realm_context(&memory, clock.clone(), KeyRing::new(Vec::new(), Vec::new()));
        let (hasher, http) = (Arc::new(FakeHasher::default()), Arc::new(FakeHttp::default()));
        let refusals = Arc::new(CollectedRefusals::default());
        let ports = Ports {
            clock: clock.clone(),
            random: Arc::new(SeededRandom::new(99)),
            hasher: hasher.clone(),
            password_judge: Arc::new(FakeJudge),
            sealer: Arc::new(FakeSealer),
            mail_writer: Arc::new(PlainMailWriter),
            event_queue: Arc::new(CollectedEvents::default()),
            http: http.clone(),
            web_authn: Arc::new(FakeWebAuthn::default()),
            refusals: refusals.clone(),
            upstreams: Upstreams::default(),
        };
        let act = Act {
            realm: Arc::new(realm),
            actor: Actor::Anonymous,
            origin: RequestOrigin::default(),
            locale: None,
        };
        Self {
            _everything_told: EverythingTold(memory.clone(), act.realm.realm.id),
            clock,
            memory,
            hasher,
            http,
            refusals,
            services: Services::new(ports),
            act,
        }
    }

    /// The act as it comes from `address`.
    pub fn from(&self, address: &str) -> Act {
        let origin = RequestOrigin {
            address: Some(address.parse().unwrap()),
            ..RequestOrigin::default()
        };
        Act {
            origin,
            ..self.act.clone()
        }
    }

    /// An account with [`PASSWORD`].
    pub async fn registered(&self, user: User) -> User {
        self.store(user, Some(FakeHasher::hash_of(PASSWORD))).await
    }

    /// An account without a password.
    pub async fn without_password(&self, user: User) -> User {
        self.store(user, None).await
    }

    /// Lets the realm's operator decide otherwise.
    pub fn change_settings(&mut self, change: impl FnOnce(&mut RealmSettings)) {
        let realm = Arc::get_mut(&mut self.act.realm).expect("no act is under way");
        change(&mut realm.settings);
    }

    /// Lets people sign in through these providers.
    pub fn use_upstreams(&mut self, upstreams: Upstreams) {
        self.services = Services::new(Ports {
            upstreams,
            ..self.services.ports.clone()
        });
    }

    async fn store(&self, user: User, password: Option<PasswordHash>) -> User {
        let new = NewUser {
            user: user.clone(),
            password,
            mailed_code: None,
        };
        let users = &self.act.realm.stores.users;
        users.register(new, Alongside::default()).await.unwrap();
        user
    }

    /// How many store calls and jobs `act` makes.
    pub async fn cost<T>(&self, act: impl Future<Output = T>) -> (usize, usize) {
        let realm = self.act.realm.realm.id;
        let count = || (self.memory.calls(realm), self.memory.jobs(realm).len());
        let before = count();
        act.await;
        let after = count();
        (after.0 - before.0, after.1 - before.1)
    }

    /// Takes the jobs that wait.
    pub async fn jobs(&self) -> Vec<ClaimedJob> {
        let (all, now) = (self.memory.all_realms(), self.services.ports.clock.now());
        let jobs = all
            .claim_jobs(&JobKind::ALL, now, now + Duration::from_secs(60), 200)
            .await
            .unwrap();
        for job in &jobs {
            assert!(all.complete_job(job, Vec::new()).await.unwrap());
        }
        jobs
    }

    /// Does the jobs that wait; the mails they send.
    pub async fn mails(&self) -> Vec<Mail> {
        let mut mails = Vec::new();
        loop {
            let jobs = self.jobs().await;
            if jobs.is_empty() {
                return mails;
            }
            for job in jobs {
                match job.kind {
                    JobKind::SendMail => mails.push(self.services.ports.open_mail(&job).unwrap()),
                    JobKind::SendResetLink => {
                        let wanted = self.services.recovery.open(&job).unwrap();
                        let realm = self.act.realm.clone();
                        self.services.recovery.send_link(realm, wanted).await.unwrap();
                    }
                    JobKind::SendSignInCode => {
                        let wanted = self.services.sign_in.open(&job).unwrap();
                        let realm = self.act.realm.clone();
                        self.services.sign_in.send_code(realm, wanted).await.unwrap();
                    }
                    JobKind::SignUp => {
                        let wanted = self.services.registration.open(&job).unwrap();
                        let realm = self.act.realm.clone();
                        self.services.registration.take_up(realm, wanted).await.unwrap();
                    }
                    JobKind::EraseAccount => {
                        let wanted = self.services.leaving.open_erasure(&job).unwrap();
                        let realm = self.act.realm.clone();
                        self.services.leaving.erase(realm, &wanted).await.unwrap();
                    }
                    JobKind::ForgetPerson => {
                        let wanted = self.services.leaving.open_forgetting(&job).unwrap();
                        self.services
                            .leaving
                            .forget(&self.act.realm, &wanted)
                            .await
                            .unwrap();
                    }
                    JobKind::BackchannelLogout => {}
                }
            }
        }
    }

    /// The session of somebody who proved enough, at a request of the browser `browser`.
    pub async fn session(&self, act: &Act, browser: Digest, proven: Proven) -> LoginSession {
        let interactions = &self.services.interactions;
        let interaction = interactions
            .start_for_account(act, browser, AccountPage::Overview)
            .await;
        let arrival = Arrival {
            interaction: interaction.unwrap(),
            present: &[],
            devices: &[],
        };
        match self
            .services
            .sign_in
            .complete(act, arrival, proven)
            .await
            .unwrap()
        {
            Completed::SignedIn { session, .. } => *session,
            Completed::SecondFactor(_) | Completed::Weaker => panic!("more is owed"),
        }
    }

    /// Whether somebody gets in.
    pub async fn signs_in(&self, email: &str, password: &str) -> bool {
        let sign_in = &self.services.sign_in;
        let tried = sign_in.password(&self.act, email, password.to_owned()).await;
        tried.is_ok()
    }
}
