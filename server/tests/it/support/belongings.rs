//! What somebody leaves in every table that may hold it, each by a value that is found nowhere else.

use super::{AuthenticatorApp, Browser, SecurityKey, TestIdp, idp::PASSWORD};
use domain::{
    acr::Method,
    event::{Actor, Event, EventKind},
    federation::{KeptTokens, LinkedIdentity, Said},
    id::{EventId, LinkedIdentityId, LoginSessionId},
    login_session::{LoginSession, RequestOrigin},
    outbound::Sealed,
    stores::Alongside,
    terms_of_use::AcceptedTerms,
    user::User,
};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);
const AGENT: &str = "Remarkable/1.0 (Windows)";

/// Claims of somebody with a postal address.
pub const CLAIMS: &str = r#"{"nickname":"Erasable Nick","phone_number":"+441632960999",
    "address":{"street_address":"7 Erasable Street","postal_code":"ER45 4BL"}}"#;

/// What can be looked for.
pub const TRACES: [&str; 14] = [
    AGENT,
    "Trusted-Erasable/2.0 (Windows)",
    "new.erasable@example.com",
    "Erasable Nick",
    "+441632960999",
    "7 Erasable Street",
    "ER45 4BL",
    "Ada Erasable",
    "erasable key",
    "erasable-subject",
    "erasable-label",
    "erasable-group",
    "erasable-token",
    "203.0.113.77",
];

/// The tables that hold something of such a person, by whose `user_id`.
pub const TABLES: [&str; 12] = [
    "accepted_terms",
    "activity",
    "authenticator",
    "authorization_root",
    "consent",
    "linked_identity",
    "login_session",
    "mailed_code",
    "passkey",
    "picture",
    "recovery_code",
    "trusted_device",
];

/// Signs in with the password, from a browser that is remarkable.
pub async fn sign_in(browser: &mut Browser, email: &str) {
    let interaction = browser.waiting().await;
    let fields = [
        ("interaction", interaction.as_str()),
        ("identifier", email),
        ("password", PASSWORD),
    ];
    let answer = browser
        .post_with("/login", &[("user-agent", AGENT)], &fields)
        .await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

/// Leaves something everywhere; the security key that was added. The account was made with [`CLAIMS`].
pub async fn leave_everywhere(idp: &TestIdp, browser: &mut Browser, user: &User) -> SecurityKey {
    let email = user.email.as_str();
    sign_in(browser, email).await;
    let page = browser.get("/account").await;
    let named = browser.submit(&page, "name", &[("name", "Ada Erasable")]).await;
    assert_eq!(named.status, 303, "{}", named.body);
    let key = SecurityKey::add(browser).await;
    let rows = idp.rows().await;
    let id = rows.texts_of_person("id", "passkey", user.id.as_uuid()).await;
    rows.close().await;
    let fields = [
        ("act", "passkey-rename"),
        ("passkey", id[0].as_str()),
        ("passkey_name", "erasable key"),
    ];
    let renamed = browser.post("/account/security", &fields).await;
    assert_eq!(renamed.status, 303, "{}", renamed.body);
    browser.post("/forgot-password", &[("identifier", email)]).await;
    let fields = [("act", "address"), ("email", "new.erasable@example.com")];
    browser.post("/account/security", &fields).await;
    let saved = browser
        .upload("/account/picture", &[], ("picture", &super::png(9)))
        .await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let app = AuthenticatorApp::add(idp, browser).await;
    trust(idp, &app, email).await;
    link(idp, user).await;
    begin_elsewhere(idp, user).await;
    key
}

/// Has another browser trusted.
async fn trust(idp: &TestIdp, app: &AuthenticatorApp, email: &str) {
    idp.clock.advance(Duration::from_secs(60));
    let mut browser = idp.browser();
    let request = browser.waiting().await;
    browser.password(&request, email, PASSWORD).await;
    let code = app.code(idp);
    let fields = [
        ("interaction", request.as_str()),
        ("code", &code),
        ("remember", "on"),
    ];
    let agent = [("user-agent", "Trusted-Erasable/2.0 (Windows)")];
    let answer = browser.post_with("/login/otp", &agent, &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

/// Links an account elsewhere whose tokens are kept, and agrees to terms.
async fn link(idp: &TestIdp, user: &User) {
    let act = idp.act().await;
    let (stores, ports) = (&act.realm.stores, &idp.runtime.services.ports);
    let now = ports.clock.now();
    let identity = LinkedIdentity {
        id: LinkedIdentityId::generate(now, &*ports.random),
        user_id: user.id,
        provider: "acme".parse().unwrap(),
        issuer: "https://acme.example".to_owned(),
        subject: "erasable-subject".to_owned(),
        label: Some("erasable-label".to_owned()),
        said: Said {
            groups: ["erasable-group".to_owned()].into(),
            attributes: [("desk".to_owned(), "4".to_owned())].into(),
        },
        linked_at: now,
        last_used_at: Some(now),
    };
    let linked = stores.identities.link(&identity, now, Alongside::default()).await;
    assert_eq!(linked.unwrap(), domain::stores::IdentityAdded::Linked);
    let kept = KeptTokens {
        provider: "acme".parse().unwrap(),
        sealed: Sealed {
            key_id: "a key".to_owned(),
            bytes: b"erasable-token".to_vec(),
        },
        kept_at: now,
        due_at: now + 1_000 * DAY,
    };
    assert!(
        stores
            .upstream_tokens
            .keep(identity.id, &kept, None)
            .await
            .unwrap()
    );
    let agreed = AcceptedTerms {
        version: "7".parse().unwrap(),
        at: now,
    };
    let accepted = stores.terms.accept(user.id, &agreed, Alongside::default()).await;
    assert!(accepted.unwrap());
}

/// Begins a session from an address that is told in a row and in an event.
async fn begin_elsewhere(idp: &TestIdp, user: &User) {
    let act = idp.act().await;
    let ports = &idp.runtime.services.ports;
    let now = ports.clock.now();
    let origin = RequestOrigin {
        address: "203.0.113.77".parse().ok(),
        ..RequestOrigin::default()
    };
    let session = LoginSession {
        id: LoginSessionId::generate(now, &*ports.random),
        user_id: user.id,
        created_at: now,
        authenticated_at: now,
        methods: vec![Method::Password],
        provider: None,
        last_seen_at: now,
        expires_at: now + DAY,
        ended_at: None,
        origin: origin.clone(),
    };
    let event = Event {
        id: EventId::generate(now, &*ports.random),
        version: Event::VERSION,
        at: now,
        realm: act.realm.realm.id,
        actor: Actor::Person(user.id),
        origin,
        kind: EventKind::UserSignedIn {
            user: user.id,
            session: session.id,
        },
    };
    let with = Alongside {
        events: vec![event],
        ..Alongside::default()
    };
    act.realm.stores.sessions.begin(&session, with).await.unwrap();
}
