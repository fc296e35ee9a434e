//! Clients at work on a server process: they sign up, refresh and let clients in until they are stopped.

use super::{
    Answer, Browser, Ledger, RelyingParty, a_client, idp::PASSWORD, installation::Installation,
    ledger::Totals, relying_party::CALLBACK,
};
use domain::{event::Actor, realm::RealmName, services::users::CreateUser, user::Role};
use server::wiring::Runtime;
use std::{
    net::Ipv4Addr,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinSet;

const ADA: &str = "ada@example.com";
/// How addresses of people who sign up begin.
pub const NEWCOMER: &str = "newcomer-";
/// Nobody listens there: mails wait, so that they can be counted.
pub const NO_MAIL: (&str, &str) = ("SIGNET_SMTP_URL", "smtp://127.0.0.1:9");
/// Only bounds hanging.
const PATIENCE: Duration = Duration::from_secs(60);
/// Only bounds hanging, of a whole test.
const LONG_PATIENCE: Duration = Duration::from_secs(300);
/// Between two acts that leave rows to be looked at.
const PAUSE: Duration = Duration::from_millis(20);
/// Between two tries of what was put off.
const RETRY: Duration = Duration::from_millis(25);

/// A server and those who work with it.
#[derive(Clone)]
pub struct Site {
    origin: String,
    /// The browser of somebody signed in.
    pub person: Browser,
    /// What can be let in; the first is, and refreshes.
    pub clients: Vec<RelyingParty>,
}

impl Site {
    /// Makes an account and clients before the server starts.
    pub async fn prepare(here: &Installation, clients: usize) -> Self {
        let runtime = here.runtime().await;
        let realm = runtime.realm(&RealmName::Root).await.unwrap();
        let act = Runtime::act(realm, Actor::CommandLine);
        let ada = CreateUser {
            email: ADA.to_owned(),
            name: "Ada Lovelace".to_owned(),
            password: Some(PASSWORD.to_owned()),
            verified: true,
            role: Role::Member,
            claims: Default::default(),
        };
        runtime.services.users.create(&act, ada).await.unwrap();
        let mut made = Vec::new();
        for _ in 0..clients {
            made.push(a_client().register_by(&runtime, &act).await);
        }
        Self {
            origin: here.origin(),
            person: here.browser(),
            clients: made,
        }
    }

    /// Signs in, lets the first client in and gives it as many families of tokens.
    pub async fn begin(&mut self, families: usize) -> Ledger {
        let mut tokens = Vec::new();
        for _ in 0..families {
            let answer = self.clients[0].tokens(&mut self.person, ADA).await;
            tokens.push(vec![answer["refresh_token"].as_str().unwrap().to_owned()]);
        }
        self.person = self.browser_of(self.person.clone());
        Ledger {
            signed_up: Vec::new(),
            families: tokens,
            allowed: vec![0],
            strangers: (1..self.clients.len()).collect(),
            put_off: 0,
            flows_may_be_lost: false,
        }
    }

    /// The client that refreshes.
    pub fn app(&self) -> &RelyingParty {
        &self.clients[0]
    }

    /// A browser at an address that nobody else has, so that no limit for an address is met.
    pub fn browser(&self) -> Browser {
        static NEXT: AtomicU32 = AtomicU32::new(2);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let address = Ipv4Addr::from_bits(Ipv4Addr::LOCALHOST.to_bits() + number);
        Browser::of_a_mortal(self.origin.clone(), address)
    }

    fn browser_of(&self, other: Browser) -> Browser {
        let mut browser = self.browser();
        browser.cookies = other.cookies;
        browser
    }
}

/// Clients at work.
pub struct Load {
    ledger: Arc<Mutex<Ledger>>,
    tasks: JoinSet<()>,
}

impl Load {
    /// Somebody who signs up, somebody who lets clients in, and one who refreshes a family.
    pub fn start(site: &Site, ledger: Ledger) -> Self {
        let families = ledger.families.len();
        let shared = Arc::new(Mutex::new(ledger));
        let mut tasks = JoinSet::new();
        tasks.spawn(signing_up(site.clone(), shared.clone()));
        tasks.spawn(letting_in(site.clone(), shared.clone()));
        for family in 0..families {
            tasks.spawn(refreshing(site.clone(), shared.clone(), family));
        }
        Self {
            ledger: shared,
            tasks,
        }
    }

    pub fn totals(&self) -> Totals {
        self.ledger().totals()
    }

    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap()
    }

    /// Waits until what was acknowledged is enough.
    pub async fn until(&mut self, enough: impl Fn(Totals) -> bool) {
        let waiting = async {
            while !enough(self.ledger.lock().unwrap().totals()) {
                if let Some(ended) = self.tasks.try_join_next() {
                    panic!("somebody stopped working: {ended:?}");
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
            panic!("no more comes than {:?}", self.totals());
        }
    }

    /// Ends the work; what is still asked is not acknowledged.
    pub async fn stop(mut self) -> Ledger {
        self.tasks.abort_all();
        while let Some(ended) = self.tasks.join_next().await {
            assert!(ended.is_err_and(|ended| ended.is_cancelled()));
        }
        let Ok(ledger) = Arc::try_unwrap(self.ledger) else {
            panic!("somebody still writes");
        };
        ledger.into_inner().unwrap()
    }
}

/// Ends a test that hangs.
pub async fn bounded(test: impl Future<Output = ()>) {
    let ended = tokio::time::timeout(LONG_PATIENCE, test).await;
    ended.expect("somebody waits for ever");
}

/// Whether the answer says that a store is away: 503 with a time to come back, or the protocol's word for it.
pub fn is_unavailable(answer: &Answer) -> bool {
    let redirected = answer
        .location()
        .is_some_and(|to| to.starts_with(CALLBACK) && to.contains("error=temporarily_unavailable"));
    redirected || (answer.status == 503 && answer.header("retry-after").is_some())
}

async fn signing_up(site: Site, ledger: Arc<Mutex<Ledger>>) {
    loop {
        let email = next_address();
        match sign_up(&mut site.browser(), &email).await {
            Ok(()) => ledger.lock().unwrap().signed_up.push(email),
            Err(answer) => ledger.lock().unwrap().note_put_off(&answer),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// An address that nobody has.
pub fn next_address() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{NEWCOMER}{}@example.com", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Signs up by the page; the answer if that did not succeed.
pub async fn sign_up(browser: &mut Browser, email: &str) -> Result<(), Answer> {
    let page = browser.get("/sign-up").await;
    if page.status != 200 {
        return Err(page);
    }
    let typed = [("email", email), ("name", "Grace"), ("new_password", PASSWORD)];
    let answer = browser.submit(&page, "new_password", &typed).await;
    if answer.status == 303 { Ok(()) } else { Err(answer) }
}

async fn refreshing(site: Site, ledger: Arc<Mutex<Ledger>>, family: usize) {
    let mut browser = site.browser();
    loop {
        let token = ledger.lock().unwrap().families[family].last().unwrap().clone();
        let answer = site.app().refresh(&mut browser, &token).await;
        if answer.status == 200 {
            let next = answer.json()["refresh_token"].as_str().unwrap().to_owned();
            ledger.lock().unwrap().families[family].push(next);
        } else {
            ledger.lock().unwrap().note_put_off(&answer);
            tokio::time::sleep(RETRY).await;
        }
    }
}

async fn letting_in(site: Site, ledger: Arc<Mutex<Ledger>>) {
    let mut browser = site.person.clone();
    loop {
        let Some(stranger) = ledger.lock().unwrap().strangers.front().copied() else {
            return std::future::pending().await;
        };
        let let_in = let_in(&mut browser, &site.clients[stranger]).await;
        {
            let mut ledger = ledger.lock().unwrap();
            match let_in {
                Ok(()) => {
                    ledger.strangers.pop_front();
                    ledger.allowed.push(stranger);
                }
                Err(answer) => ledger.note_put_off(&answer),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Lets a client in as somebody signed in, until it has a code; the answer if that did not succeed.
pub async fn let_in(browser: &mut Browser, client: &RelyingParty) -> Result<(), Answer> {
    let mut answer = browser.get(&client.authorize_url(&[])).await;
    for _ in 0..6 {
        answer = match answer.location() {
            Some(to) if to.starts_with(CALLBACK) => {
                let code = answer.redirect_parameters().contains_key("code");
                return if code { Ok(()) } else { Err(answer) };
            }
            Some(to) => browser.get(&to).await,
            None if answer.status == 200 => {
                browser
                    .submit(&answer, "decision", &[("decision", "allow")])
                    .await
            }
            None => return Err(answer),
        };
    }
    panic!("the flow does not end: {} {}", answer.status, answer.body);
}
