//! Whoever an address belongs to, and to whoever asks: the same bytes, by the same number of hashes. What stores are
//! asked is counted beside the services.

use crate::support::{Answer, Browser, TestIdp, idp::PASSWORD};
use async_trait::async_trait;
use domain::{
    client::Status,
    federation::{SeenIdentity, Upstream, Upstreams},
    id::{LinkedIdentityId, PasskeyId},
    outbound::{HashError, HashFor, PasswordHasher, Verdict},
    passkey::{Aaguid, CredentialId, Passkey},
    person::{NewPassword, PasswordHash, TypedPassword},
    services::users::CreateUser,
    stores::{Alongside, IdentityAdded},
    testing::{FakeUpstream, a_provider, vouched},
    user::Role,
};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

struct Counting {
    hasher: Arc<dyn PasswordHasher>,
    calls: Arc<AtomicU64>,
}

#[async_trait]
impl PasswordHasher for Counting {
    async fn hash(&self, who: &HashFor, password: &NewPassword) -> Result<PasswordHash, HashError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.hasher.hash(who, password).await
    }

    async fn verify(
        &self,
        who: &HashFor,
        password: &TypedPassword,
        hash: Option<&PasswordHash>,
    ) -> Result<Verdict, HashError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.hasher.verify(who, password, hash).await
    }

    async fn rehash(&self, who: &HashFor, password: &TypedPassword) -> Result<PasswordHash, HashError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.hasher.rehash(who, password).await
    }

    fn import(&self, text: &str) -> Option<PasswordHash> {
        self.hasher.import(text)
    }
}

/// Whose an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Nobodys,
    Somebodys,
    SomebodysWithoutPassword,
    SomebodysWithPasskeyOnly,
    SomebodysThroughAProvider,
    Unconfirmed,
    Disabled,
}

const ALL: [Whose; 7] = [
    Whose::Nobodys,
    Whose::Somebodys,
    Whose::SomebodysWithoutPassword,
    Whose::SomebodysWithPasskeyOnly,
    Whose::SomebodysThroughAProvider,
    Whose::Unconfirmed,
    Whose::Disabled,
];

/// One answer as it looks to whoever asked, and the hashes it took.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    act: &'static str,
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    hashes: u64,
}

/// Somebody at an address of their own who asks about one account.
struct Stranger {
    browser: Browser,
    from: String,
    who: String,
    calls: Arc<AtomicU64>,
    seen: Vec<Seen>,
}

impl Stranger {
    async fn get(&mut self, act: &'static str, path: &str) -> Answer {
        let before = self.calls.load(Ordering::SeqCst);
        let answer = self.browser.get(path).await;
        self.note(act, before, &answer);
        answer
    }

    async fn post(&mut self, act: &'static str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let before = self.calls.load(Ordering::SeqCst);
        let headers = [("x-forwarded-for", self.from.as_str())];
        let answer = self.browser.post_with(path, &headers, fields).await;
        self.note(act, before, &answer);
        answer
    }

    /// Posts, and looks where that leads.
    async fn does(&mut self, act: &'static str, path: &str, fields: &[(&str, &str)]) {
        if let Some(to) = self.post(act, path, fields).await.location() {
            self.get(act, &to).await;
        }
    }

    fn note(&mut self, act: &'static str, before: u64, answer: &Answer) {
        let headers = answer.headers.iter();
        let headers = headers.map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), self.neutral(&value))
        });
        self.seen.push(Seen {
            act,
            status: answer.status.as_u16(),
            headers: headers.collect(),
            body: self.neutral(&answer.body),
            hashes: self.calls.load(Ordering::SeqCst) - before,
        });
    }

    /// Without the address that was typed, and without ids and tickets, which are different every time.
    fn neutral(&self, text: &str) -> String {
        let (local, _) = self.who.split_once('@').unwrap();
        let text = without_tickets(&text.replace(local, "*"));
        let mut neutral = String::new();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        for word in text.split_inclusive(|c| !is_part(c)) {
            let (part, rest) = match word.char_indices().last() {
                Some((at, last)) if !is_part(last) => word.split_at(at),
                Some(_) | None => (word, ""),
            };
            neutral.push_str(if part.len() < 20 { part } else { "#" });
            neutral.push_str(rest);
        }
        neutral
    }

    async fn begin(&mut self) -> String {
        let to = self.get("begin", "/login").await.location().unwrap();
        to.split("interaction=").nth(1).unwrap().to_owned()
    }

    /// Everything that can be asked about an account without a proof.
    async fn asks(&mut self) {
        let who = self.who.clone();
        let id = self.begin().await;
        let identifier = [("interaction", id.as_str()), ("identifier", who.as_str())];
        self.does("identifier", "/login", &identifier).await;
        for (act, password) in [("no password", ""), ("wrong", "a wrong password")] {
            let fields = [identifier[0], identifier[1], ("password", password)];
            self.does(act, "/login", &fields).await;
        }
        let long = "x".repeat(300);
        let fields = [identifier[0], identifier[1], ("password", long.as_str())];
        self.does("too long", "/login", &fields).await;
        let fields = [("interaction", id.as_str()), ("act", "send")];
        self.does("mail code", "/login/code", &fields).await;
        let fields = [("identifier", who.as_str())];
        self.does("forgot", "/forgot-password", &fields).await;
        for (act, password) in [
            ("sign up", "an entirely new password"),
            ("sign up short", "short"),
            ("sign up empty", ""),
        ] {
            let fields = [("email", who.as_str()), ("name", "A"), ("new_password", password)];
            self.does(act, "/sign-up", &fields).await;
        }
    }
}

async fn make(idp: &TestIdp, whose: Whose, email: &str) {
    let act = idp.act().await;
    let users = &idp.runtime.services.users;
    let without_password = async || {
        let new = CreateUser {
            email: email.to_owned(),
            name: "Ada Lovelace".to_owned(),
            password: None,
            verified: true,
            role: Role::Member,
            claims: Default::default(),
        };
        users.create(&act, new).await.unwrap()
    };
    match whose {
        Whose::Nobodys => {}
        Whose::Somebodys => drop(idp.person(email).await),
        Whose::SomebodysWithoutPassword => drop(without_password().await),
        Whose::SomebodysWithPasskeyOnly => {
            let ports = &idp.runtime.services.ports;
            let (user, now) = (without_password().await.id, ports.clock.now());
            let passkey = Passkey {
                id: PasskeyId::generate(now, &*ports.random),
                credential_id: CredentialId::new(b"credential".to_vec()).unwrap(),
                user_id: user,
                name: None,
                aaguid: Aaguid([0; 16]),
                synced: false,
                sign_count: 0,
                public: "{}".to_owned(),
                created_at: now,
                last_used_at: None,
            };
            let passkeys = &act.realm.stores.passkeys;
            passkeys
                .add(&passkey, passkey.created_at, Alongside::default())
                .await
                .unwrap();
        }
        Whose::SomebodysThroughAProvider => {
            let ports = &idp.runtime.services.ports;
            let (user, now) = (without_password().await.id, ports.clock.now());
            let seen = SeenIdentity::of(&vouched("acme", email)).unwrap();
            let identity = seen.linked(LinkedIdentityId::generate(now, &*ports.random), user, now);
            let linked = act
                .realm
                .stores
                .identities
                .link(&identity, now, Alongside::default());
            assert_eq!(linked.await.unwrap(), IdentityAdded::Linked);
        }
        Whose::Unconfirmed => {
            let fields = [("email", email), ("new_password", PASSWORD)];
            let answer = idp.browser().post("/sign-up", &fields).await;
            assert_eq!(answer.status, 303, "{}", answer.body);
            idp.mails().await;
        }
        Whose::Disabled => {
            let user = idp.person(email).await.id;
            assert!(users.set_status(&act, user, Status::Disabled).await.unwrap());
        }
    }
}

async fn counted() -> (TestIdp, Arc<AtomicU64>) {
    let calls = Arc::new(AtomicU64::new(0));
    let counter = calls.clone();
    let settings = [("SIGNET_TRUSTED_PROXIES", "127.0.0.0/8")];
    let acme = Arc::new(FakeUpstream::new(a_provider("acme"))) as Arc<dyn Upstream>;
    let idp = super::start_with(&settings).await;
    let idp = idp.with_upstreams(Upstreams::new(vec![acme]));
    let idp = idp.hashing_by(|hasher| {
        Arc::new(Counting {
            hasher,
            calls: counter,
        })
    });
    (idp, calls)
}

fn without_tickets(text: &str) -> String {
    const BEFORE: &str = "name=\"work\" value=\"";
    let mut parts = text.split(BEFORE);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (ticket, rest) = part.split_once('"').unwrap();
        plain.push_str(&format!("{BEFORE}{}\"{rest}", ticket.len()));
    }
    plain
}

/// What strangers see who ask about each kind of account, after so many wrong passwords.
async fn table(wrong_before: usize) -> Vec<(Whose, Vec<Seen>)> {
    let (idp, calls) = counted().await;
    let mut table = Vec::new();
    for (number, whose) in ALL.into_iter().enumerate() {
        let mut stranger = Stranger {
            browser: idp.browser(),
            from: format!("192.0.2.{number}"),
            who: format!("person{number}@example.com"),
            calls: calls.clone(),
            seen: Vec::new(),
        };
        make(&idp, whose, &stranger.who.clone()).await;
        let (id, who) = (stranger.begin().await, stranger.who.clone());
        for _ in 0..wrong_before {
            let fields = [
                ("interaction", id.as_str()),
                ("identifier", who.as_str()),
                ("password", "a wrong password"),
            ];
            stranger.post("before", "/login", &fields).await;
        }
        stranger.asks().await;
        table.push((whose, stranger.seen));
    }
    table
}

fn equal(table: &[(Whose, Vec<Seen>)]) {
    let (_, first) = &table[0];
    for (whose, seen) in table {
        assert_eq!(seen.len(), first.len(), "{whose:?}");
        for (seen, first) in seen.iter().zip(first) {
            assert_eq!(seen, first, "{whose:?}");
        }
    }
}

fn of<'a>(seen: &'a [Seen], act: &str) -> &'a Seen {
    seen.iter().find(|seen| seen.act == act).unwrap()
}

#[tokio::test]
async fn nobody_is_told_by_bytes_or_hashes_whose_an_address_is() {
    let table = table(0).await;
    equal(&table);
    let (_, seen) = &table[0];
    let button = seen.iter().any(|seen| seen.body.contains("/login/acme"));
    assert!(button, "the provider is offered to everybody");
    assert_eq!((of(seen, "wrong").status, of(seen, "wrong").hashes), (403, 1));
    assert_eq!(
        (of(seen, "no password").status, of(seen, "no password").hashes),
        (422, 0)
    );
    assert_eq!((of(seen, "sign up").status, of(seen, "sign up").hashes), (303, 1));
    assert_eq!(of(seen, "sign up short").status, 422);
    assert_eq!(
        (of(seen, "forgot").status, of(seen, "mail code").status),
        (303, 303)
    );
}

#[tokio::test]
async fn nobody_is_told_by_the_rows_that_a_sign_up_writes_whose_an_address_is() {
    let (idp, _) = counted().await;
    let rows = idp.rows().await;
    for (number, whose) in ALL.into_iter().enumerate() {
        let email = format!("person{number}@example.com");
        make(&idp, whose, &email).await;
        let fields = [
            ("email", email.as_str()),
            ("new_password", "an entirely new password"),
        ];
        let mut browser = idp.browser();
        let before = rows.by_table().await;
        assert_eq!(browser.post("/sign-up", &fields).await.status, 303);
        let mut after = rows.by_table().await;
        *after.get_mut("job").unwrap() -= 1;
        assert_eq!(before, after, "{whose:?}: one job and nothing else");
    }
}

#[tokio::test]
async fn neither_when_too_many_passwords_were_tried() {
    let table = table(5).await;
    equal(&table);
    let (_, seen) = &table[0];
    assert_eq!((of(seen, "wrong").status, of(seen, "wrong").hashes), (429, 0));
}
