//! Every way to guess: each page, server function and endpoint behind which a credential is judged, door by door.

use super::super::{client_secret_budget::SECRETS, federation::way_back};
use super::{ADA, signs_in};
use crate::support::{
    Answer, AuthenticatorApp, Browser, SecurityKey, TestIdp, a_client, browser::interaction_of,
    idp::PASSWORD, security_key::signed,
};
use axum::{body::Body, http::Method};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    door::Door,
    federation::{Vouched, VouchedEmail},
    testing::{FakeUpstream, vouched},
};
use std::time::Duration;

/// Somebody else, without a second factor.
const BOB: &str = "bob@example.com";

/// Another address, whose mails may go to the same mailbox.
const PLUS: &str = "ada+garden@example.com";
/// The names of the account, as somebody may write them.
const NAMES: [&str; 4] = [
    ADA,
    "ADA@EXAMPLE.COM",
    " Ada@Example.com ",
    "\u{a0}aDA@example.COM\t",
];
/// Addresses that the guesses come from.
const ADDRESSES: usize = 200;

/// The address that all guesses come from where it is the address that is counted.
const ONE_ADDRESS: &str = "203.0.113.77";

/// Whose budget the guesses at a door use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Lane {
    /// That of the account under attack.
    Account,
    /// That of another account, or of a name that nobody has.
    Other(&'static str),
    /// That of somebody who is signed in, who types what may be another's.
    Typist,
    /// That of the address they come from: what is asked for is too long to be guessed.
    Origin,
    /// That of a client, or of tokens that belong to none, at one address.
    Client(&'static str),
}

impl Lane {
    /// How many guesses are judged together, and how many of those from one address.
    pub(super) fn most(self) -> (usize, usize) {
        match self {
            Self::Account | Self::Other(_) => (30, 5),
            Self::Typist | Self::Client(_) => (5, 5),
            Self::Origin => (300, 300),
        }
    }

    /// Whether all come from one address.
    fn has_one_address(self) -> bool {
        match self {
            Self::Account | Self::Other(_) | Self::Typist => false,
            Self::Origin | Self::Client(_) => true,
        }
    }
}

/// One way to guess, by a browser that has come as far as the door.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) door: Door,
    pub(super) path: String,
    pub(super) lane: Lane,
    /// The status of a guess that was judged.
    pub(super) judged: u16,
    /// Whether a guess that was judged is recorded as a sign-in that failed.
    pub(super) is_sign_in: bool,
    sent: Sent,
    browser: Browser,
    /// Whether the identifier is sent too, and may be written as anybody likes.
    named: bool,
}

/// How a guess is sent.
#[derive(Clone)]
enum Sent {
    Form(Vec<(&'static str, String)>),
    FormOf(String),
    Address,
    AddressOf(String),
    JsonOf(String),
}

impl Way {
    /// The same at another node.
    pub(super) fn at(&self, other: &TestIdp) -> Self {
        let mut browser = other.browser();
        browser.cookies = self.browser.cookies.clone();
        Self {
            browser,
            ..self.clone()
        }
    }

    /// A way by something else than a form of the browser.
    fn by(door: Door, browser: &Browser, (path, sent): (&str, Sent), (lane, judged): (Lane, u16)) -> Self {
        Self {
            door,
            path: path.to_owned(),
            lane,
            judged,
            is_sign_in: false,
            sent,
            browser: browser.clone(),
            named: false,
        }
    }
}

fn value(answer: &Answer, name: &str) -> String {
    let to = answer.location().unwrap_or_else(|| panic!("{}", answer.body));
    let value = to.split(&format!("{name}=")).nth(1).unwrap();
    value.split('&').next().unwrap().to_owned()
}

/// A browser at a new request for signing in; it has no cookie that the account knows.
pub(super) async fn arrived(mut browser: Browser) -> (Browser, String) {
    let interaction = value(&browser.get("/login").await, "interaction");
    (browser, interaction)
}

/// Forms at these paths, judged as 403 where nothing else is said.
fn forms(
    door: Door,
    browser: &Browser,
    paths: &[&str],
    (lane, fields): (Lane, &[(&'static str, &str)]),
) -> Vec<Way> {
    let named = fields.iter().any(|(name, _)| *name == "identifier");
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    let way = |path: &&str| Way {
        named,
        ..Way::by(door, browser, (path, Sent::Form(fields.clone())), (lane, 403))
    };
    paths.iter().map(way).collect()
}

fn sign_ins(ways: Vec<Way>) -> impl Iterator<Item = Way> {
    ways.into_iter().map(|way| Way {
        is_sign_in: true,
        ..way
    })
}

const PASSWORDS: [&str; 2] = ["/login", "/api/sign-in/password"];

/// What is attacked: an owner with an app, somebody else without one who is signed in, and a client.
pub(super) struct Target<'a> {
    pub(super) idp: &'a TestIdp,
    pub(super) acme: &'a FakeUpstream,
    pub(super) home: &'a Browser,
    pub(super) app: &'a AuthenticatorApp,
}

impl Target<'_> {
    /// Every way there is, door by door.
    pub(super) async fn ways(&self) -> Vec<Way> {
        self.idp.person(BOB).await;
        let mut ways = Vec::new();
        for door in Door::ALL {
            ways.extend(self.ways_at(door).await);
        }
        ways
    }

    /// How a door is besieged. One that is added must say it here.
    async fn ways_at(&self, door: Door) -> Vec<Way> {
        match door {
            Door::Password => self.passwords(door).await,
            Door::SecondFactor => self.second_factors(door).await,
            Door::SignInCode => self.sign_in_codes(door).await,
            Door::SignUpCode => self.sign_up_codes(door).await,
            Door::AddressCode => self.address_codes(door).await,
            Door::MailedLink => self.mailed_links(door).await,
            Door::SetUpLink => self.set_up_links(door),
            Door::Passkey => self.passkeys(door).await,
            Door::Provider => self.callbacks(door),
            Door::UserCode => self.user_codes(door).await,
            Door::Client => self.client_secrets(door).await,
            Door::RegistrationToken => self.registration_tokens(door).await,
        }
    }

    async fn passwords(&self, door: Door) -> Vec<Way> {
        let (browser, id) = arrived(self.idp.browser()).await;
        let guess = |name| {
            [
                ("interaction", id.as_str()),
                ("identifier", name),
                ("password", "a guess"),
            ]
        };
        let mut ways = forms(door, &browser, &PASSWORDS, (Lane::Account, &guess(ADA)));
        ways.extend(self.proving_again(door).await);
        let other = forms(door, &browser, &PASSWORDS, (Lane::Other(PLUS), &guess(PLUS)));
        ways.extend(other.into_iter().map(|way| Way { named: false, ..way }));
        sign_ins(ways).collect()
    }

    /// In a session that somebody took from the owner's browser, and that must prove itself again.
    async fn proving_again(&self, door: Door) -> Vec<Way> {
        let mut browser = self.home.clone();
        browser.cookies.retain(|name, _| !name.contains("device"));
        let answer = browser
            .post("/account/security", &[("act", "recovery-codes")])
            .await;
        let id = value(&answer, "interaction");
        let fields = [
            ("interaction", id.as_str()),
            ("identifier", ADA),
            ("password", "a guess"),
        ];
        forms(door, &browser, &PASSWORDS, (Lane::Account, &fields))
    }

    async fn second_factors(&self, door: Door) -> Vec<Way> {
        let (mut browser, id) = arrived(self.idp.browser()).await;
        let answer = browser.password(&id, ADA, PASSWORD).await;
        assert!(
            answer.location().unwrap().contains("/login/otp"),
            "{}",
            answer.body
        );
        let fields = [("interaction", id.as_str()), ("code", "000000")];
        let paths = ["/login/otp", "/api/sign-in/second-factor"];
        let asked = forms(door, &browser, &paths, (Lane::Account, &fields));
        let mut ways: Vec<Way> = sign_ins(asked).collect();
        ways.extend(self.first_codes(door).await);
        ways.extend(self.first_codes_on_the_way(door).await);
        ways
    }

    /// In a session that somebody took when its owner had just proven who they are, for a key that waits for its first
    /// code.
    async fn first_codes(&self, door: Door) -> Vec<Way> {
        let (mut browser, answer) = signs_in(self.idp, self.idp.browser(), Some(self.app)).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser.cookies.retain(|name, _| !name.contains("device"));
        let page = "/account/security";
        let answer = browser.post(page, &[("act", "authenticator-add")]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        // The owner's next code is one that was not used.
        self.idp.clock.advance(Duration::from_secs(60));
        let fields = [("act", "authenticator-confirm"), ("code", "000000")];
        forms(door, &browser, &[page], (Lane::Account, &fields))
    }

    /// The same where an app asks for two factors, of somebody who has one.
    async fn first_codes_on_the_way(&self, door: Door) -> Vec<Way> {
        let rp = self.idp.relying_party(a_client().first_party()).await;
        let mut browser = self.idp.browser();
        let start = rp.authorize_url(&[("acr_values", "urn:signet:acr:2")]);
        let id = interaction_of(&browser.get(&start).await.location().unwrap());
        let answer = browser.password(&id, BOB, PASSWORD).await;
        browser.follow(answer).await;
        browser.cookies.retain(|name, _| !name.contains("device"));
        let page = "/second-factor";
        let fields = [("interaction", id.as_str()), ("act", "authenticator-add")];
        let answer = browser.post(page, &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let fields = [
            ("interaction", id.as_str()),
            ("act", "authenticator-confirm"),
            ("code", "000000"),
        ];
        forms(door, &browser, &[page], (Lane::Other(BOB), &fields))
    }

    async fn sign_in_codes(&self, door: Door) -> Vec<Way> {
        let (mut browser, id) = arrived(self.idp.browser()).await;
        browser
            .post("/login", &[("interaction", &id), ("identifier", ADA)])
            .await;
        let answer = browser
            .post("/login/code", &[("interaction", &id), ("act", "send")])
            .await;
        let flow = value(&answer, "flow");
        let fields = [("interaction", id.as_str()), ("flow", &flow), ("code", "x")];
        let paths = ["/login/code", "/api/sign-in/code"];
        sign_ins(forms(door, &browser, &paths, (Lane::Account, &fields))).collect()
    }

    async fn sign_up_codes(&self, door: Door) -> Vec<Way> {
        let mut browser = self.idp.browser();
        let fields = [
            ("email", ADA),
            ("name", ""),
            ("new_password", "another long passphrase"),
        ];
        let flow = value(&browser.post("/sign-up", &fields).await, "flow");
        let fields = [("flow", flow.as_str()), ("code", "x")];
        let paths = ["/verify-email", "/api/verify-email/code"];
        let mut ways = forms(door, &browser, &paths, (Lane::Account, &fields));
        ways.extend(self.addresses_of_a_provider(door).await);
        ways
    }

    /// By somebody whose provider calls the address unproven.
    async fn addresses_of_a_provider(&self, door: Door) -> Vec<Way> {
        let mut browser = self.idp.browser();
        let sent = browser.get("/login/acme").await.location().unwrap();
        let claimed = VouchedEmail {
            address: ADA.to_owned(),
            verified: false,
        };
        let mallory = Vouched {
            email: Some(claimed),
            ..vouched("acme", "mallory")
        };
        self.acme.put("code", mallory);
        let answer = browser.get(&way_back(&sent, "code")).await;
        let (page, id) = ("/sign-up/address", value(&answer, "interaction"));
        let fields = [("interaction", id.as_str()), ("act", "send"), ("email", ADA)];
        let flow = value(&browser.post(page, &fields).await, "flow");
        let fields = [("interaction", id.as_str()), ("flow", &flow), ("code", "x")];
        let paths = [page, "/api/sign-up/address-code"];
        forms(door, &browser, &paths, (Lane::Account, &fields))
    }

    /// Somebody else who is signed in.
    async fn bob(&self) -> Browser {
        let (mut browser, id) = arrived(self.idp.browser()).await;
        let answer = browser.password(&id, BOB, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    async fn address_codes(&self, door: Door) -> Vec<Way> {
        let (mut browser, page) = (self.bob().await, "/account/security");
        let fields = [("act", "address"), ("email", "taken@example.com")];
        let flow = value(&browser.post(page, &fields).await, "flow");
        let fields = [("act", "address-code"), ("flow", flow.as_str()), ("code", "x")];
        let paths = [page, "/api/account/address-code"];
        forms(door, &browser, &paths, (Lane::Typist, &fields))
    }

    async fn user_codes(&self, door: Door) -> Vec<Way> {
        let fields = [("code", "BBBB-BBBB")];
        let ways = forms(door, &self.bob().await, &["/device"], (Lane::Typist, &fields));
        ways.into_iter().map(|way| Way { judged: 422, ..way }).collect()
    }

    async fn mailed_links(&self, door: Door) -> Vec<Way> {
        let (browser, id) = arrived(self.idp.browser()).await;
        let fields = [
            ("interaction", id.as_str()),
            ("token", "sgn_ml_x"),
            ("told", "1"),
            ("new_password", "another long passphrase"),
        ];
        let paths = [
            "/reset-password",
            "/api/reset-password",
            "/restore-email",
            "/api/restore-email",
            "/restore-account",
            "/verify-email",
            "/api/verify-email/link",
            "/login/code",
            "/api/sign-in/link",
        ];
        forms(door, &browser, &paths, (Lane::Origin, &fields))
    }

    fn set_up_links(&self, door: Door) -> Vec<Way> {
        let fields = [
            ("token", "x"),
            ("email", "root@example.com"),
            ("new_password", "another long passphrase"),
        ];
        let paths = ["/setup", "/api/setup"];
        forms(door, &self.idp.browser(), &paths, (Lane::Origin, &fields))
    }

    async fn passkeys(&self, door: Door) -> Vec<Way> {
        let (mut browser, id) = arrived(self.idp.browser()).await;
        let asked = SecurityKey::ask_who(&mut browser, &id).await;
        let guess = SecurityKey::new()
            .calling_it(b"somebody")
            .answer(&asked, &signed());
        let fields = [
            ("interaction", id.as_str()),
            ("ceremony", asked.ceremony.as_str()),
            ("answer", guess.as_str()),
        ];
        let paths = ["/login", "/api/sign-in/passkey"];
        sign_ins(forms(door, &browser, &paths, (Lane::Origin, &fields))).collect()
    }

    fn callbacks(&self, door: Door) -> Vec<Way> {
        let path = "/login/acme/callback?state=a-guess&code=x";
        let way = Way::by(
            door,
            &self.idp.browser(),
            (path, Sent::Address),
            (Lane::Origin, 410),
        );
        vec![way]
    }

    async fn client_secrets(&self, door: Door) -> Vec<Way> {
        let rp = self.idp.relying_party(a_client()).await;
        let guess = STANDARD.encode(format!("{}:a guess", rp.id));
        let browser = self.idp.browser();
        let way = |path: &&str| {
            let sent = Sent::FormOf(format!("Basic {guess}"));
            Way::by(door, &browser, (path, sent), (Lane::Client("secret"), 401))
        };
        SECRETS.iter().map(way).collect()
    }

    async fn registration_tokens(&self, door: Door) -> Vec<Way> {
        let (rp, browser) = (self.idp.relying_party(a_client()).await, self.idp.browser());
        let bearer = || "Bearer a-guess".to_owned();
        let own = format!("/register/{}", rp.id);
        let own = (own.as_str(), Sent::AddressOf(bearer()));
        let new = ("/register", Sent::JsonOf(bearer()));
        vec![
            Way::by(door, &browser, own, (Lane::Client("own token"), 401)),
            Way::by(door, &browser, new, (Lane::Client("first token"), 401)),
        ]
    }
}

/// The address a guess comes from; whatever it says before that, its proxy says where it is.
pub(super) fn forwarded(lane: Lane, number: usize) -> (String, usize) {
    if lane.has_one_address() {
        return (format!("198.51.100.{}, {ONE_ADDRESS}", number % 250), ADDRESSES);
    }
    let address = number / 7 % ADDRESSES;
    (
        format!("198.51.100.{}, 2001:db8:{address:x}::1", number % 250),
        address,
    )
}

pub(super) async fn guess(way: Way, number: usize) -> Answer {
    let (from, _) = forwarded(way.lane, number);
    let mut headers = vec![("x-forwarded-for", from.as_str()), ("accept", "application/json")];
    let mut browser = way.browser;
    match way.sent {
        Sent::Form(mut fields) => {
            if way.named {
                for (_, value) in fields.iter_mut().filter(|(name, _)| *name == "identifier") {
                    NAMES[number / 3 % NAMES.len()].clone_into(value);
                }
            }
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            browser.post_with(&way.path, &headers, &fields).await
        }
        Sent::FormOf(who) => {
            headers.push(("authorization", &who));
            browser.post_with(&way.path, &headers, &[("token", "x")]).await
        }
        Sent::Address => {
            browser
                .send(Method::GET, &way.path, &headers, Body::empty())
                .await
        }
        Sent::AddressOf(who) => {
            headers.push(("authorization", &who));
            browser
                .send(Method::GET, &way.path, &headers, Body::empty())
                .await
        }
        Sent::JsonOf(who) => {
            headers.extend([
                ("authorization", who.as_str()),
                ("content-type", "application/json"),
            ]);
            browser
                .send(Method::POST, &way.path, &headers, Body::from("{}"))
                .await
        }
    }
}
