//! What is being tested, and words to set it up.

use crate::databases::{Database, Kind};
use domain::{
    access_token::AccessToken,
    acr::Method,
    authorization::{Authorization, Begun, ConsentRule, RefreshToken, RefreshTokenState, Terms},
    change::{Change, Revoked},
    client::Client,
    clock::{Clock as _, Timestamp},
    ephemeral::Ephemeral,
    event::{Actor, Event, EventKind},
    id::{AuthorizationId, EventId, JobId, LoginSessionId, MailedCodeId, RealmId, RefreshTokenId, UserId},
    job::{JobKind, NewJob},
    login_session::{LoginSession, RequestOrigin},
    mail::{MailedCode, MailedCodePurpose},
    outbound::Sealed,
    person::PasswordHash,
    realm::RealmName,
    secret::Digest,
    stores::{
        AllRealms, Alongside, Moment, NewUser, NextPassword, PasswordFacts, RealmStores, Registration, Stores,
    },
    testing::{FixedClock, MemoryEphemeral, MemoryStores, SeededRandom, a_realm, a_user},
    user::User,
};
use std::{sync::Arc, time::Duration};
use storage::Listener;

pub const MINUTE: Duration = Duration::from_secs(60);

/// A password to set where nothing is remembered of earlier ones.
pub fn next(phc: &str) -> NextPassword {
    PasswordHash::new(phc.to_owned()).into()
}

/// A backend with two realms.
pub struct Subject {
    pub stores: Arc<dyn Stores>,
    pub ephemeral: Arc<dyn Ephemeral>,
    pub clock: Arc<FixedClock>,
    pub random: SeededRandom,
    /// Where things happen.
    pub realm: RealmId,
    /// Where nothing may be seen of it.
    pub other: RealmId,
    on_commit: Box<dyn Fn(Listener) + Send + Sync>,
    database: Option<Database>,
}

/// An event and a job that go with an act.
#[derive(Clone)]
pub struct Note {
    pub event: Event,
    pub job: NewJob,
}

impl Note {
    pub fn with(&self) -> Alongside {
        Alongside {
            events: vec![self.event.clone()],
            jobs: vec![self.job.clone()],
            ..Alongside::default()
        }
    }
}

impl Subject {
    pub async fn sqlite() -> Self {
        Self::durable(Kind::Sqlite).await
    }

    pub async fn postgres() -> Self {
        Self::durable(Kind::Postgres).await
    }

    pub async fn durable(kind: Kind) -> Self {
        Self::durable_with(kind, "memory:").await
    }

    /// A SQLite file, and the ephemeral stores at an address.
    pub async fn sqlite_with(ephemeral: &str) -> Self {
        Self::durable_with(Kind::Sqlite, ephemeral).await
    }

    /// A database of the shared PostgreSQL server, and the ephemeral stores at an address.
    pub async fn postgres_with(ephemeral: &str) -> Self {
        Self::durable_with(Kind::Postgres, ephemeral).await
    }

    async fn durable_with(kind: Kind, ephemeral: &str) -> Self {
        let database = Database::migrated(kind).await;
        let stores = storage::open_sql(&database.url).await.unwrap();
        let listening = stores.clone();
        let clock = Arc::new(FixedClock::default());
        let opened = storage::open_ephemeral(ephemeral, &stores, clock.clone()).await;
        let on_commit = Box::new(move |listener| listening.on_commit(listener));
        Self::new(stores, opened.unwrap(), clock, on_commit, Some(database)).await
    }

    pub async fn fakes() -> Self {
        let stores = MemoryStores::default();
        let listening = stores.clone();
        let clock = Arc::new(FixedClock::default());
        let ephemeral = Arc::new(MemoryEphemeral::new(clock.clone()));
        let on_commit = Box::new(move |listener| listening.on_commit(listener));
        Self::new(Arc::new(stores), ephemeral, clock, on_commit, None).await
    }

    async fn new(
        stores: Arc<dyn Stores>,
        ephemeral: Arc<dyn Ephemeral>,
        clock: Arc<FixedClock>,
        on_commit: Box<dyn Fn(Listener) + Send + Sync>,
        database: Option<Database>,
    ) -> Self {
        let realm = a_realm(RealmName::Root);
        let other = a_realm("other".parse().unwrap());
        for made in [&realm, &other] {
            let all = stores.all_realms();
            all.create(made, Alongside::default()).await.unwrap();
        }
        Self {
            stores,
            ephemeral,
            clock,
            random: SeededRandom::new(42),
            realm: realm.id,
            other: other.id,
            on_commit,
            database,
        }
    }

    /// The address of the database.
    pub fn url(&self) -> &str {
        &self.database.as_ref().unwrap().url
    }

    pub fn here(&self) -> RealmStores {
        self.stores.in_realm(self.realm)
    }

    pub fn elsewhere(&self) -> RealmStores {
        self.stores.in_realm(self.other)
    }

    pub fn all(&self) -> Arc<dyn AllRealms> {
        self.stores.all_realms()
    }

    pub fn on_commit(&self, listener: Listener) {
        (self.on_commit)(listener);
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn moment(&self) -> Moment {
        Moment {
            at: self.now(),
            tokens_until: self.now() + 10 * MINUTE,
        }
    }

    pub fn note(&self) -> Note {
        self.note_in(self.realm)
    }

    pub fn note_in(&self, realm: RealmId) -> Note {
        let event = Event {
            id: EventId::generate(self.now(), &self.random),
            version: Event::VERSION,
            at: self.now(),
            realm,
            actor: Actor::System,
            origin: RequestOrigin::default(),
            kind: EventKind::MailSent,
        };
        let job = NewJob {
            id: JobId::generate(self.now(), &self.random),
            kind: JobKind::SendMail,
            payload: Sealed {
                key_id: "k1".to_owned(),
                bytes: vec![1, 2, 3],
            },
            run_at: self.now(),
        };
        Note { event, job }
    }

    /// Whether what goes with an act was stored: the event and the job, or neither.
    pub async fn took_place(&self, note: &Note) -> bool {
        let all = self.all();
        while all.sequence_events(100).await.unwrap() > 0 {}
        let events = all.events_for("took place", 1000).await.unwrap();
        let event = events.iter().any(|(_, event)| *event == note.event);
        let job = all.has_job(note.job.id).await.unwrap();
        assert_eq!(event, job, "an event and a job of one act are stored together");
        event
    }

    /// What was announced since the beginning.
    pub async fn changes(&self) -> Vec<Change> {
        self.all().changes_after(0, 1000).await.unwrap()
    }

    /// Whether a revocation is remembered here.
    pub async fn is_revoked(&self, what: Revoked) -> bool {
        let all = self.all().revocations(self.realm, self.now()).await.unwrap();
        all.iter().any(|revocation| revocation.what == what)
    }

    pub async fn register(&self, user: User) -> User {
        self.register_in(&self.here(), user).await
    }

    pub async fn register_in(&self, stores: &RealmStores, user: User) -> User {
        let new = NewUser {
            user: user.clone(),
            password: Some(PasswordHash::new("$hash".to_owned())),
            mailed_code: None,
        };
        let registered = stores.users.register(new, Alongside::default()).await.unwrap();
        assert_eq!(registered, Registration::Registered);
        user
    }

    pub async fn ada(&self) -> User {
        let described = r#"{"nickname":"Ada","phone_number":"+441632960961"}"#;
        self.register(a_user().described(described).build()).await
    }

    /// What is known of an account's password.
    pub async fn password(&self, user: UserId) -> Option<PasswordFacts> {
        let seen = self.here().own.credentials(user, self.now()).await;
        seen.unwrap().password
    }

    pub async fn client(&self, client: Client) -> Client {
        let here = self.here();
        here.clients.create(&client, Alongside::default()).await.unwrap();
        client
    }

    pub async fn session(&self, user: &User) -> LoginSession {
        let session = LoginSession {
            id: LoginSessionId::generate(self.now(), &self.random),
            user_id: user.id,
            created_at: self.now(),
            authenticated_at: self.now(),
            methods: vec![Method::Password],
            provider: None,
            last_seen_at: self.now(),
            expires_at: self.now() + 60 * MINUTE,
            ended_at: None,
            origin: RequestOrigin {
                address: Some("2001:db8::1".parse().unwrap()),
                user_agent: Some("Browser/1".to_owned()),
                request_id: None,
                device: None,
            },
        };
        let here = self.here();
        here.sessions.begin(&session, Alongside::default()).await.unwrap();
        session
    }

    pub async fn authorization(
        &self,
        client: &Client,
        session: &LoginSession,
        scopes: &str,
    ) -> Authorization {
        let authorization = self.approval(client, session, scopes);
        let here = self.here();
        let begun = here
            .authorizations
            .begin(&authorization, ConsentRule::NotNeeded, Alongside::default())
            .await
            .unwrap();
        assert_eq!(begun, Begun::Stored);
        authorization
    }

    /// An authorization that is not stored yet.
    pub fn approval(&self, client: &Client, session: &LoginSession, scopes: &str) -> Authorization {
        Authorization {
            id: AuthorizationId::generate(self.now(), &self.random),
            user_id: session.user_id,
            client_id: client.id.clone(),
            login_session_id: session.id,
            scopes: scopes.parse().unwrap(),
            authenticated_at: session.authenticated_at,
            methods: session.methods.clone(),
            nonce: Some("n-1".to_owned()),
            terms: Terms {
                resources: ["https://api.example.com/".to_owned()].into(),
                claims: Some(serde_json::json!({"id_token": {"acr": null}})),
                refresh_jkt: Some(Digest::of("key").into()),
            },
            created_at: self.now(),
            revoked_at: None,
            expires_at: None,
        }
    }

    pub fn token(&self, authorization: &Authorization, text: &str) -> RefreshToken {
        RefreshToken {
            id: RefreshTokenId::generate(self.now(), &self.random),
            digest: Digest::of(text),
            authorization_id: authorization.id,
            created_at: self.now(),
            expires_at: self.now() + 60 * MINUTE,
            state: RefreshTokenState::Active,
        }
    }

    /// An opaque access token that `client` got, below an authorization or for itself.
    pub fn access_token(
        &self,
        client: &Client,
        authorization: Option<&Authorization>,
        text: &str,
    ) -> AccessToken {
        AccessToken {
            digest: Digest::of(text),
            authorization_id: authorization.map(|authorization| authorization.id),
            client_id: client.id.clone(),
            subject: "somebody".to_owned(),
            scopes: "openid orders:read".parse().unwrap(),
            audience: vec!["https://api.example.com/?a='b'".to_owned(), "orders".to_owned()],
            issued_at: self.now(),
            expires_at: self.now() + 10 * MINUTE,
            jkt: authorization.map(|_| "thumbprint".to_owned()),
        }
    }

    pub fn mailed(&self, user: &User, purpose: MailedCodePurpose, code: &str) -> MailedCode {
        MailedCode {
            id: MailedCodeId::generate(self.now(), &self.random),
            user_id: user.id,
            purpose,
            email: user.email.clone(),
            code: Digest::of(code),
            link: Digest::of(format!("link to {code}")),
            browser: None,
            sign_up: None,
            created_at: self.now(),
            expires_at: self.now() + 15 * MINUTE,
        }
    }

    /// Whether the authorization is still good.
    pub async fn lives(&self, authorization: &Authorization) -> bool {
        let found = self.here().authorizations.find(authorization.id).await.unwrap();
        found.is_some_and(|found| found.revoked_at.is_none())
    }
}

/// Runs `act` so many times at once.
pub async fn at_once<T: Send + 'static, F>(times: usize, act: impl Fn(usize) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..times).map(|number| tokio::spawn(act(number))).collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}
