//! Two acts in a row: from wherever somebody may stand who proved nothing of Ada's, after whatever they do there, no act
//! sets a credential of hers or of anybody else's. What is refused leads on to the next; what is done is followed by
//! every act that can set one, in a place of its own.

use super::{ACTS, CREDENTIALS, Door, Flows, after, begin};
use crate::support::{AuthenticatorApp, Browser, Rows, TestIdp, idp::PASSWORD};
use app::routes::acts_of;
use domain::{
    federation::{Upstreams, Vouched, VouchedEmail},
    testing::{FakeUpstream, vouched},
    user::User,
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use uuid::Uuid;

/// Longer than a proof stays recent.
const STALE: Duration = Duration::from_secs(900);
const HERS: &str = "a password of mallory";

/// Where somebody stands before the first act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// Nobody is signed in, nothing is begun.
    Nobody,
    /// Mallory is signed in, with every flow of the own account open, and has its mails.
    OwnFlows,
    /// At Ada's browser, whose proof is no longer recent.
    StaleProof,
    /// With every code mailed to Ada, in another browser than hers.
    CodesOfAnother,
    /// With Ada's password, where her second factor is owed.
    HalfSignedIn,
    /// Signed up with Ada's address and with one of nobody, whose mails are not Mallory's.
    SignedUp,
    /// Had a link mailed to Ada to reset her password.
    ResetAsked,
    /// Came through a provider that calls Ada's address unproven, and had a code mailed there.
    AddressUnproven,
}

const STARTS: [Start; 8] = [
    Start::Nobody,
    Start::OwnFlows,
    Start::StaleProof,
    Start::CodesOfAnother,
    Start::HalfSignedIn,
    Start::SignedUp,
    Start::ResetAsked,
    Start::AddressUnproven,
];

/// A path, and the act of it that a form names.
type Step = (&'static str, &'static str);

fn steps(which: impl Fn(Door) -> bool) -> Vec<Step> {
    let paths = ACTS.iter().filter(|(_, door)| which(*door));
    let steps = paths.flat_map(|(path, _)| acts_of(path).iter().map(move |act| (*path, *act)));
    steps.collect()
}

/// What Mallory has at hand in one place.
struct Place {
    ada: User,
    mallory: User,
    browser: Browser,
    interaction: String,
    /// Names of flows, each with the codes that may be tried in it.
    flows: Vec<(String, Vec<String>)>,
    tokens: Vec<String>,
    password: &'static str,
}

/// The deployment that is walked, and how many places there were.
struct Walk {
    idp: TestIdp,
    acme: Arc<FakeUpstream>,
    rows: Rows,
    places: usize,
    addresses: u32,
}

impl Walk {
    async fn new() -> Self {
        let acme = super::super::federation::acme();
        let idp = super::super::start_with(&[("SIGNET_TRUSTED_PROXIES", "127.0.0.0/8")]).await;
        let idp = idp.with_upstreams(Upstreams::new(vec![acme.clone()]));
        let rows = idp.rows().await;
        Self {
            idp,
            acme,
            rows,
            places: 0,
            addresses: 0,
        }
    }

    /// A network of its own for each request, so that nothing is refused for what was tried before.
    fn elsewhere(&mut self) -> Option<String> {
        self.addresses += 1;
        let (high, low) = (0x2000 + (self.addresses >> 16), self.addresses & 0xffff);
        Some(format!("{high:x}:{low:x}:1::1"))
    }

    fn browser(&mut self) -> Browser {
        let mut browser = self.idp.browser();
        browser.from = self.elsewhere();
        browser
    }

    async fn post(&mut self, browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        browser.from = self.elsewhere();
        let answer = browser.post(path, fields).await;
        (answer.status.as_u16(), answer.location().unwrap_or_default())
    }

    /// Posts a form that leads on; the value that the address it leads to has under `name`.
    async fn goes_on(&mut self, browser: &mut Browser, step: (&str, &[(&str, &str)]), name: &str) -> String {
        let (status, to) = self.post(browser, step.0, step.1).await;
        assert!(to.contains(name), "{} {status} {to}", step.0);
        after(&to, name).to_owned()
    }

    async fn place(&mut self, start: Start) -> Place {
        self.places += 1;
        let number = self.places;
        let ada = self.idp.person(&format!("ada{number}@example.com")).await;
        let mallory = self.idp.person(&format!("mallory{number}@example.com")).await;
        let mut hers = self.browser();
        let flows = begin(&self.idp, &mut hers, ada.email.as_str()).await;
        assert_eq!((flows.flows.len(), flows.codes.len()), (3, 3));
        if start == Start::HalfSignedIn {
            AuthenticatorApp::add(&self.idp, &mut hers).await;
        }
        let mut browser = self.browser();
        let to = browser.get("/login").await.location().unwrap();
        let mut place = Place {
            ada,
            mallory,
            browser,
            interaction: after(&to, "interaction").to_owned(),
            flows: Vec::new(),
            tokens: vec!["sgn_ml_x".to_owned()],
            password: HERS,
        };
        let mut codes: Vec<Vec<String>> = vec![vec!["000000".to_owned()]; 3];
        match start {
            Start::Nobody => {}
            Start::OwnFlows => {
                let own = self.own_flows(&mut place).await;
                codes = own.codes.into_iter().map(|code| vec![code]).collect();
                place.tokens = own.tokens;
            }
            Start::StaleProof => {
                place.browser = hers;
                place.interaction.clone_from(&flows.interaction);
                self.idp.clock.advance(STALE);
            }
            Start::CodesOfAnother => codes = vec![flows.codes.clone(); 3],
            Start::HalfSignedIn => self.half_signs_in(&mut place).await,
            Start::SignedUp => self.signs_up(&mut place).await,
            Start::ResetAsked => {
                let fields = [("identifier", place.ada.email.as_str())];
                self.post(&mut place.browser, "/forgot-password", &fields).await;
            }
            Start::AddressUnproven => self.arrives_unproven(&mut place).await,
        }
        self.idp.mails().await;
        place.flows.extend(flows.flows.into_iter().zip(codes));
        place
    }

    async fn own_flows(&mut self, place: &mut Place) -> Flows {
        let mut browser = self.browser();
        let mut own = begin(&self.idp, &mut browser, place.mallory.email.as_str()).await;
        // What was mailed to the address that signs up proves that one, which is nobody's here.
        own.codes[1] = "000000".to_owned();
        own.tokens.remove(0);
        place.browser = browser;
        place.interaction.clone_from(&own.interaction);
        own
    }

    async fn half_signs_in(&mut self, place: &mut Place) {
        let (id, email) = (place.interaction.clone(), place.ada.email.as_str().to_owned());
        let fields = [
            ("interaction", id.as_str()),
            ("identifier", &email),
            ("password", PASSWORD),
        ];
        let (_, to) = self.post(&mut place.browser, "/login", &fields).await;
        assert!(to.contains("/login/otp"), "{to}");
        place.password = PASSWORD;
    }

    async fn signs_up(&mut self, place: &mut Place) {
        let nobody = format!("nobody{}@example.com", self.places);
        for email in [place.ada.email.as_str(), nobody.as_str()] {
            let fields = [("email", email), ("name", "Mallory"), ("new_password", HERS)];
            let step = ("/sign-up", fields.as_slice());
            let flow = self.goes_on(&mut place.browser, step, "flow").await;
            place.flows.push((flow, vec!["000000".to_owned()]));
        }
    }

    async fn arrives_unproven(&mut self, place: &mut Place) {
        let email = place.ada.email.as_str();
        let who = Vouched {
            email: Some(VouchedEmail {
                address: email.to_owned(),
                verified: false,
            }),
            ..vouched("acme", &format!("mallory{}", self.places))
        };
        let sent = place.browser.get("/login/acme").await.location().unwrap();
        self.acme.put("code", who);
        let back = super::super::federation::way_back(&sent, "code");
        let to = place.browser.get(&back).await.location().unwrap();
        assert!(to.contains("/sign-up/address"), "{to}");
        let id = after(&to, "interaction").to_owned();
        let fields = [("interaction", id.as_str()), ("act", "send"), ("email", email)];
        let step = ("/sign-up/address", fields.as_slice());
        let flow = self.goes_on(&mut place.browser, step, "flow").await;
        place.flows.push((flow, vec!["000000".to_owned()]));
        place.interaction = id;
    }

    /// Does one step with everything at hand that it could take. Whether it did something, and where it led.
    async fn takes(&mut self, place: &mut Place, (path, act): Step) -> (bool, Vec<String>) {
        let (mut done, mut led) = (false, Vec::new());
        for (flow, code, token) in at_hand(place, (path, act)) {
            let (ada, other) = (place.ada.id.to_string(), place.mallory.id.to_string());
            let (interaction, email) = (place.interaction.clone(), place.ada.email.as_str().to_owned());
            let fields = [
                ("act", act),
                ("interaction", interaction.as_str()),
                ("flow", flow.as_str()),
                ("code", code.as_str()),
                ("token", token.as_str()),
                ("email", email.as_str()),
                ("identifier", email.as_str()),
                ("name", "Mallory"),
                ("password", place.password),
                ("new_password", HERS),
                ("told", "1"),
                ("decision", "allow"),
                ("account", ada.as_str()),
                ("session", other.as_str()),
                ("passkey", ada.as_str()),
                ("identity", ada.as_str()),
                ("device", ada.as_str()),
                ("provider", "acme"),
                ("ceremony", ada.as_str()),
                ("answer", "{}"),
            ];
            let (status, to) = self.post(&mut place.browser, path, &fields).await;
            let judged = status != 429 || !(types_code((path, act)) || opens_link((path, act)));
            assert!(judged, "{path} {act}: nothing was looked at");
            done |= status < 400;
            led.push(to);
        }
        (done, led)
    }

    /// What follows from what was done: names of flows that it began, and mails to Mallory.
    async fn learns(&mut self, place: &mut Place, led: &[String]) {
        let mut read = Flows::default();
        let own = place.mallory.email.as_str();
        let mut mails = self.idp.mails().await;
        mails.retain(|mail| mail.to.as_str() == own);
        read.read(&mails);
        place.tokens.extend(read.tokens);
        let codes = || read.codes.iter().cloned().chain(["000000".to_owned()]).collect();
        for to in led {
            if to.contains("interaction=") {
                place.interaction = after(to, "interaction").to_owned();
            }
            if to.contains("flow=") {
                place.flows.insert(0, (after(to, "flow").to_owned(), codes()));
            }
        }
        place.flows.truncate(4);
    }

    /// What lets anybody in but Mallory: Ada's rows, and how many rows all others have. What a session is changes
    /// with every request, so of those the number counts.
    async fn held(&self, place: &Place) -> Vec<(BTreeSet<String>, i64)> {
        let (mut held, ada, mallory) = (Vec::new(), place.ada.id.as_uuid(), place.mallory.id.as_uuid());
        for table in CREDENTIALS {
            let own = self.rows.rows_of_person(table, mallory).await.len();
            let all = self.rows.count(table).await - i64::try_from(own).unwrap();
            let hers = match table {
                "login_session" => BTreeSet::new(),
                _ => self.rows.rows_of_person(table, ada).await,
            };
            held.push((hers, all));
        }
        let act = self.idp.act().await;
        let ada = act.realm.stores.users.find(place.ada.id).await.unwrap().unwrap();
        let is = format!(
            "{} {:?} {:?} {:?}",
            ada.email.as_str(),
            ada.email_verified_at,
            ada.status,
            ada.role
        );
        held.push((BTreeSet::from([is]), 0));
        held
    }

    /// Every step that can set a credential; the first after which one is set, if each is looked at.
    async fn sets(&mut self, place: &mut Place, before: &Held, each: bool) -> Option<Step> {
        for step in steps(|door| door != Door::None) {
            self.takes(place, step).await;
            if each && self.held(place).await != *before {
                return Some(step);
            }
        }
        None
    }

    /// The pair of acts that set a credential from here, told by taking the same way again and looking at each step.
    async fn pair(&mut self, start: Start, first: Step) -> String {
        let mut place = self.place(start).await;
        let before = self.held(&place).await;
        let (_, led) = self.takes(&mut place, first).await;
        if self.held(&place).await != before {
            return format!("{start:?}: {first:?} alone");
        }
        self.learns(&mut place, &led).await;
        match self.sets(&mut place, &before, true).await {
            Some(second) => format!("{start:?}: {first:?}, then {second:?}"),
            None => format!("{start:?}: {first:?}, after others that were refused"),
        }
    }

    /// From one start: what is refused goes on to the next; what is done is followed by all that sets a credential.
    async fn from(&mut self, start: Start) -> usize {
        let (mut place, mut followed) = (self.place(start).await, 0);
        let mut before = self.held(&place).await;
        for first in steps(|_| true) {
            let (done, led) = self.takes(&mut place, first).await;
            if !done {
                continue;
            }
            self.learns(&mut place, &led).await;
            self.sets(&mut place, &before, false).await;
            self.idp.mails().await;
            if self.held(&place).await != before {
                let pair = self.pair(start, first).await;
                panic!("a credential was set from {pair}");
            }
            followed += 1;
            place = self.place(start).await;
            before = self.held(&place).await;
        }
        self.sets(&mut place, &before, false).await;
        assert_eq!(
            self.held(&place).await,
            before,
            "{start:?}: after all that was refused"
        );
        followed
    }
}

type Held = Vec<(BTreeSet<String>, i64)>;

fn types_code((path, act): Step) -> bool {
    act == "address-code"
        || act.is_empty() && matches!(path, "/verify-email" | "/sign-up/address" | "/login/code")
        || path.ends_with("/address-code")
        || path.ends_with("/verify-email/code")
        || path.ends_with("/sign-in/code")
}

fn opens_link((path, act): Step) -> bool {
    path.contains("reset-password")
        || path.contains("restore")
        || path.contains("verify-email") && act.is_empty()
}

/// The flows, codes and tokens that a step could take: a few where it takes any, one of each where it takes none.
fn at_hand(place: &Place, (path, act): Step) -> Vec<(String, String, String)> {
    let (first, codes) = place.flows[0].clone();
    let mut all = vec![(first, codes[0].clone(), place.tokens[0].clone())];
    if opens_link((path, act)) {
        let more = place.tokens.iter().skip(1).take(3);
        all.extend(more.map(|token| (String::new(), String::new(), token.clone())));
    }
    // What one person types has a few tries, whatever it is about.
    if types_code((path, act)) && !path.contains("account") {
        let flows = place.flows.iter();
        let pairs = flows.flat_map(|(flow, codes)| codes.iter().map(move |code| (flow, code)));
        let pairs = pairs.skip(1);
        all.extend(pairs.map(|(flow, code)| (flow.clone(), code.clone(), String::new())));
    }
    all
}

#[tokio::test]
async fn no_two_acts_in_a_row_lead_to_a_credential_without_its_own_proof() {
    let mut walk = Walk::new().await;
    let bob = walk.idp.person("bob@example.com").await.id.as_uuid();
    let before = rows_of(&walk.rows, bob).await;
    for start in STARTS {
        let followed = walk.from(start).await;
        assert!(followed >= 3, "{start:?}: {followed} acts did something");
    }
    assert_eq!(
        rows_of(&walk.rows, bob).await,
        before,
        "somebody who was never named"
    );
}

async fn rows_of(rows: &Rows, user: Uuid) -> Vec<BTreeSet<String>> {
    let mut all = Vec::new();
    for table in CREDENTIALS {
        all.push(rows.rows_of_person(table, user).await);
    }
    all
}
