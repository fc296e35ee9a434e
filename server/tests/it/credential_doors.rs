//! Every act as an edge of one graph: whatever somebody does who knows all names of a person's flows, and has mails of
//! their own, leads to no credential of that person. A new act or table must be put into the lists below.

mod two_acts;

use crate::support::{AuthenticatorApp, Browser, TestIdp, idp::PASSWORD};
use app::routes::acts_of;
use domain::{id::UserId, login_session::LoginSession, mail::Mail, second_factor::SecondFactors, user::User};
use std::collections::BTreeSet;

const ADA: &str = "ada@example.com";
const MALLORY: &str = "mallory@example.com";

/// What an act can set, and by which proof of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// No credential.
    None,
    /// A password, by the token mailed for it.
    ByMailedLink,
    /// What a sign-up chose, by the code or link mailed for it.
    BySignUpMail,
    /// A new address, by the code mailed to it, in a session that proved itself not long ago.
    ByCodeInSession,
    /// A passkey, by an answer to what that session was asked.
    ByCeremonyInSession,
    /// Whatever guards the account, in a session that proved itself not long ago, each by its own proof.
    InSession,
    /// The first administrator, by the link printed at the start.
    BySetUpLink,
}

/// Every page that takes forms and every server function.
const ACTS: [(&str, Door); 58] = [
    ("/account", Door::None),
    ("/account/activity", Door::None),
    ("/account/apps", Door::None),
    ("/account/privacy", Door::None),
    ("/account/linked", Door::InSession),
    ("/account/security", Door::InSession),
    ("/account/sessions", Door::None),
    ("/api/account/address", Door::None),
    ("/api/account/address-code", Door::ByCodeInSession),
    ("/api/account/apps/remove", Door::None),
    ("/api/account/linked/unlink", Door::InSession),
    ("/api/account/passkeys/add", Door::ByCeremonyInSession),
    ("/api/account/passkeys/ask", Door::None),
    ("/api/account/passkeys/remove", Door::InSession),
    ("/api/account/passkeys/rename", Door::None),
    ("/api/account/password", Door::InSession),
    ("/api/account/password-strength", Door::None),
    ("/api/account/profile", Door::None),
    ("/api/account/sessions/end", Door::None),
    ("/api/account/sessions/report", Door::None),
    ("/api/forgot-password", Door::None),
    ("/api/passkey-offer/add", Door::ByCeremonyInSession),
    ("/api/passkey-offer/decline", Door::None),
    ("/api/password-strength", Door::None),
    ("/api/reset-password", Door::ByMailedLink),
    ("/api/restore-email", Door::ByMailedLink),
    ("/api/second-factor/passkey", Door::ByCeremonyInSession),
    ("/api/setup", Door::BySetUpLink),
    ("/api/sign-in/code", Door::None),
    ("/api/sign-in/identifier", Door::None),
    ("/api/sign-in/link", Door::None),
    ("/api/sign-in/mail", Door::None),
    ("/api/sign-in/passkey", Door::None),
    ("/api/sign-in/passkey/ask", Door::None),
    ("/api/sign-in/password", Door::None),
    ("/api/sign-in/second-factor", Door::None),
    ("/api/sign-up", Door::BySignUpMail),
    ("/api/sign-up/address", Door::None),
    ("/api/sign-up/address-code", Door::BySignUpMail),
    ("/api/verify-email/code", Door::BySignUpMail),
    ("/api/verify-email/link", Door::BySignUpMail),
    ("/api/verify-email/resend", Door::None),
    ("/consent", Door::None),
    ("/device", Door::None),
    ("/forgot-password", Door::None),
    ("/login", Door::None),
    ("/login/code", Door::None),
    ("/login/otp", Door::None),
    ("/login/passkey", Door::ByCeremonyInSession),
    ("/reset-password", Door::ByMailedLink),
    ("/restore-account", Door::None),
    ("/restore-email", Door::ByMailedLink),
    ("/second-factor", Door::InSession),
    ("/setup", Door::BySetUpLink),
    ("/sign-up", Door::BySignUpMail),
    ("/sign-up/address", Door::BySignUpMail),
    ("/terms", Door::None),
    ("/verify-email", Door::BySignUpMail),
];

/// Tables of rows that let somebody in.
const CREDENTIALS: [&str; 8] = [
    "authenticator",
    "linked_identity",
    "login_session",
    "passkey",
    "recovery_code",
    "trusted_device",
    "user_identifier",
    "user_password",
];
/// Tables of what is somebody's and lets nobody in by itself.
const OTHERS: [&str; 10] = [
    "accepted_terms",
    "activity",
    "authorization_root",
    "consent",
    "device_authorization",
    "mailed_code",
    "passkey_declined",
    "past_password",
    "picture",
    "recovery_sheet",
];

#[tokio::test]
async fn every_act_and_every_table_is_classified() {
    let functions = server_fn::axum::server_fn_paths().map(|(path, _)| path);
    let found: BTreeSet<&str> = functions.chain(app::routes::PAGES).collect();
    let listed: BTreeSet<&str> = ACTS.iter().map(|(path, _)| *path).collect();
    assert_eq!(found, listed);
    let idp = super::start().await;
    let tables: BTreeSet<String> = idp.rows().await.tables_of_people().await.into_iter().collect();
    let listed = CREDENTIALS.iter().chain(&OTHERS).map(|name| (*name).to_owned());
    assert!(
        tables.is_subset(&listed.collect()),
        "a table of people is not classified: {tables:?}"
    );
}

/// What lets Ada in.
#[derive(Clone, Debug, PartialEq)]
struct Held {
    user: User,
    password: Option<String>,
    second_factors: SecondFactors,
    rows: Vec<usize>,
}

async fn held(idp: &TestIdp, ada: UserId) -> Held {
    let (act, rows) = (idp.act().await, idp.rows().await);
    let user = act.realm.stores.users.find(ada).await.unwrap().unwrap();
    let found = act
        .realm
        .stores
        .users
        .find_by_email(&user.email.normalised())
        .await;
    let password = found.unwrap().unwrap().password;
    let services = &idp.runtime.services;
    let second_factors = services.second_factors.of(&act, ada).await.unwrap();
    let mut counted = Vec::new();
    for table in rows.tables_of_people().await {
        if CREDENTIALS.contains(&table.as_str()) {
            counted.push(rows.rows_of_person(&table, ada.as_uuid()).await.len());
        }
    }
    rows.close().await;
    Held {
        user,
        password: password.map(|password| password.expose().to_owned()),
        second_factors,
        rows: counted,
    }
}

/// The names and proofs of one person's flows.
#[derive(Default)]
struct Flows {
    interaction: String,
    flows: Vec<String>,
    codes: Vec<String>,
    tokens: Vec<String>,
}

impl Flows {
    fn read(&mut self, mails: &[Mail]) {
        for word in mails.iter().flat_map(|mail| mail.text.split_whitespace()) {
            if let Some((_, token)) = word.split_once("token=") {
                self.tokens.push(token.split('&').next().unwrap().to_owned());
            } else if word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()) {
                self.codes.push(word.to_owned());
            }
        }
    }
}

fn after<'a>(text: &'a str, name: &str) -> &'a str {
    let value = text.split(&format!("{name}=")).nth(1).unwrap();
    value.split('&').next().unwrap()
}

/// A person signs in and begins every flow that there is: a code to sign in, a new address, a reset, a sign-up.
async fn begin(idp: &TestIdp, browser: &mut Browser, email: &str) -> Flows {
    let to = browser.get("/login").await.location().unwrap();
    let interaction = after(&to, "interaction").to_owned();
    let id = interaction.as_str();
    let fields = [("interaction", id), ("identifier", email), ("password", PASSWORD)];
    browser.post("/login", &fields).await;
    let mut flows = Flows::default();
    let new = format!("new-{email}");
    let fields = [("act", "address"), ("email", new.as_str())];
    let to = browser.post("/account/security", &fields).await.location();
    flows.flows.push(after(&to.unwrap(), "flow").to_owned());
    let fields = [("identifier", email)];
    browser.post("/forgot-password", &fields).await;
    let fields = [
        ("email", format!("up-{email}")),
        ("new_password", PASSWORD.into()),
    ];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let to = browser.post("/sign-up", &fields).await.location();
    flows.flows.push(after(&to.unwrap(), "flow").to_owned());
    let to = browser.get("/login?done=setup").await.location().unwrap();
    let id = after(&to, "interaction").to_owned();
    let fields = [("interaction", id.as_str()), ("identifier", email)];
    browser.post("/login", &fields).await;
    let fields = [("interaction", id.as_str()), ("act", "send")];
    let to = browser.post("/login/code", &fields).await.location();
    flows.flows.push(after(&to.unwrap(), "flow").to_owned());
    flows.interaction = id;
    // In the order of the flows, whichever was written first.
    let mut mails = idp.mails().await;
    let place = |mail: &Mail| {
        ["new-", "up-"]
            .iter()
            .position(|at| mail.to.as_str().starts_with(at))
    };
    mails.sort_by_key(|mail| place(mail).unwrap_or(2));
    flows.read(&mails);
    flows
}

/// Everything that can be tried at one path with what Mallory knows.
fn tries<'a>(hers: &'a Flows, own: &'a Flows, names: &'a [String; 2]) -> Vec<Vec<(&'a str, &'a str)>> {
    let fixed = |email: &'a str, interaction: &'a str| {
        vec![
            ("email", email),
            ("identifier", email),
            ("name", "Mallory"),
            ("password", "a password of mallory"),
            ("new_password", "a password of mallory"),
            ("told", "1"),
            ("decision", "allow"),
            ("interaction", interaction),
            ("passkey", names[0].as_str()),
            ("identity", names[0].as_str()),
            ("provider", "acme"),
            ("device", names[0].as_str()),
            ("ceremony", names[1].as_str()),
            ("answer", "{}"),
        ]
    };
    let named: BTreeSet<&str> = app::routes::PAGES
        .into_iter()
        .flat_map(acts_of)
        .copied()
        .collect();
    let mut tries = Vec::new();
    for interaction in [&hers.interaction, &own.interaction] {
        for act in named.clone() {
            let mut fields = fixed(ADA, interaction);
            fields.extend([("act", act), ("flow", hers.flows[0].as_str())]);
            tries.push(fields);
        }
        for flow in &hers.flows {
            for code in own.codes.iter().map(String::as_str).chain(["000000"]) {
                for act in ["", "address-code"] {
                    let mut fields = fixed(ADA, interaction);
                    fields.extend([("flow", flow.as_str()), ("code", code), ("act", act)]);
                    tries.push(fields);
                }
            }
        }
        for name in names {
            for field in ["account", "session"] {
                let mut fields = fixed(ADA, interaction);
                fields.push((field, name));
                tries.push(fields);
            }
        }
        for token in &own.tokens {
            let mut fields = fixed(ADA, interaction);
            fields.extend([("token", token.as_str()), ("flow", hers.flows[0].as_str())]);
            tries.push(fields);
        }
    }
    tries
}

#[tokio::test]
async fn no_path_leads_to_a_credential_without_its_own_proof() {
    for (path, _) in ACTS {
        let idp = super::start().await;
        let (ada, _) = (idp.person(ADA).await, idp.person(MALLORY).await);
        let (mut hers, mut mallorys) = (idp.browser(), idp.browser());
        let flows = begin(&idp, &mut hers, ADA).await;
        let mut own = begin(&idp, &mut mallorys, MALLORY).await;
        assert_eq!((own.flows.len(), own.codes.len(), own.tokens.len()), (3, 3, 3));
        AuthenticatorApp::add(&idp, &mut hers).await;
        let app = AuthenticatorApp::add(&idp, &mut mallorys).await;
        own.codes.extend([app.code(&idp), app.recovery_codes[0].clone()]);
        let before = held(&idp, ada.id).await;
        let session = session_of(&idp, ada.id).await;
        let names = [ada.id.to_string(), session.id.to_string()];
        for mut browser in [idp.browser(), mallorys] {
            for fields in tries(&flows, &own, &names) {
                browser.post(path, &fields).await;
            }
            let page = browser.get("/account").await;
            assert!(!page.body.contains(ADA), "{path}");
        }
        assert_eq!(held(&idp, ada.id).await, before, "{path}");
    }
}

async fn session_of(idp: &TestIdp, user: UserId) -> LoginSession {
    let act = idp.act().await;
    let mut sessions = act.realm.stores.sessions.list(user).await.unwrap();
    sessions.pop().unwrap()
}

/// The same acts with the proof of their own flow do set it: what the walk above looks at is what they change.
#[tokio::test]
async fn with_its_own_proof_each_flow_sets_its_credential() {
    let idp = super::start().await;
    let ada = idp.person(ADA).await;
    let mut hers = idp.browser();
    let flows = begin(&idp, &mut hers, ADA).await;
    let before = held(&idp, ada.id).await;
    let mut set = Vec::new();
    for code in &flows.codes {
        let fields = [
            ("act", "address-code"),
            ("flow", flows.flows[0].as_str()),
            ("code", code.as_str()),
        ];
        hers.post("/account/security", &fields).await;
    }
    let moved = held(&idp, ada.id).await;
    set.push(moved.user.email != before.user.email && moved.password == before.password);
    let mut undo = Flows::default();
    undo.read(&idp.mails().await);
    let chosen = "a password nobody else knows";
    let fields = [("token", undo.tokens[0].as_str()), ("new_password", chosen)];
    idp.browser().post("/restore-email", &fields).await;
    let restored = held(&idp, ada.id).await;
    set.push(restored.user.email == before.user.email && restored.password != before.password);
    let again = begin_reset(&idp, &mut hers).await;
    let fields = [("token", again.as_str()), ("new_password", PASSWORD)];
    hers.post("/reset-password", &fields).await;
    set.push(held(&idp, ada.id).await.password != restored.password);
    let mut again = idp.browser();
    begin_session(&mut again).await;
    let fields = [("act", "password-set"), ("new_password", chosen)];
    let before = held(&idp, ada.id).await;
    again.post("/account/security", &fields).await;
    set.push(held(&idp, ada.id).await.password != before.password);
    assert_eq!(set, [true; 4]);
}

async fn begin_session(browser: &mut Browser) {
    let to = browser.get("/login").await.location().unwrap();
    let id = after(&to, "interaction");
    let fields = [("interaction", id), ("identifier", ADA), ("password", PASSWORD)];
    browser.post("/login", &fields).await;
}

async fn begin_reset(idp: &TestIdp, browser: &mut Browser) -> String {
    let fields = [("identifier", ADA)];
    browser.post("/forgot-password", &fields).await;
    let mut flows = Flows::default();
    flows.read(&idp.mails().await);
    flows.tokens.pop().unwrap()
}
