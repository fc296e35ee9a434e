//! What somebody leaves in every table that may hold it, each by a value that is found nowhere else.

use super::{
    AuthenticatorApp, Browser, SecurityKey, TestIdp, a_client,
    idp::PASSWORD,
    sessions::{a_session, begin_elsewhere},
};
use domain::{
    access_token::AccessToken,
    client::GrantType,
    event::{Actor, Event, EventKind},
    federation::{ByIdentity, KeptTokens, LinkedIdentity, Said},
    id::{EventId, LinkedIdentityId, MailedCodeId},
    login_session::{LoginSession, RequestOrigin},
    mail::{Chosen, MailedCode, MailedCodePurpose, WaitingSignUp},
    outbound::Sealed,
    person::{DisplayName, PasswordHash},
    second_factor::RecoverySheet,
    secret::Digest,
    stores::{Alongside, ChosenPassword, EarlierPasswords, NextPassword, PageRequest, PasswordSet, Recorded},
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
pub const TRACES: [&str; 16] = [
    AGENT,
    "Trusted-Erasable/2.0 (Windows)",
    "Elsewhere-Erasable/3.0",
    "Television-Erasable/4.0",
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
    let page = browser.get("/account").await;
    let chosen = [("locale", "en"), ("zoneinfo", "Pacific/Chatham")];
    let chosen = browser.submit(&page, "zoneinfo", &chosen).await;
    assert_eq!(chosen.status, 303, "{}", chosen.body);
    allow_device(idp, browser).await;
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
    let session = begin_at(idp, user).await;
    leave_unseen(idp, user, &session).await;
    key
}

/// Has a password of before remembered: it is the one that stays. Whatever was begun before ends.
pub async fn choose_again(idp: &TestIdp, user: &User) {
    let session = begin_elsewhere(idp, user.id, RequestOrigin::default()).await;
    let act = idp.act().await;
    let past = act.realm.stores.users.past_passwords(user.id).await.unwrap();
    let hash = past.present.clone().unwrap();
    let earlier = Some(EarlierPasswords {
        present: past.present,
        keep: 3,
    });
    let chosen = ChosenPassword {
        next: NextPassword { hash, earlier },
        needs_second_factor: false,
    };
    let moment = act.realm.moment(idp.runtime.services.ports.clock.now());
    let passwords = &act.realm.stores.passwords;
    let set = passwords.set(user.id, &chosen, session.id, moment, Alongside::default());
    assert_eq!(set.await.unwrap(), PasswordSet::Set);
    idp.clock.advance(Duration::from_secs(1));
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
async fn begin_at(idp: &TestIdp, user: &User) -> LoginSession {
    let act = idp.act().await;
    let ports = &idp.runtime.services.ports;
    let now = ports.clock.now();
    let origin = RequestOrigin {
        address: "203.0.113.77".parse().ok(),
        user_agent: Some("Elsewhere-Erasable/3.0".to_owned()),
        request_id: Some("erasable-request".to_owned()),
        ..RequestOrigin::default()
    };
    let session = LoginSession {
        provider: Some("erasable-provider".parse().unwrap()),
        ..a_session(idp, user.id, origin.clone())
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
    session
}

/// Lets a device do something that asked from a place of its own.
async fn allow_device(idp: &TestIdp, browser: &mut Browser) {
    let app = a_client().public().grants(&[GrantType::DeviceCode]);
    let app = idp.relying_party(app).await;
    let agent = [("user-agent", "Television-Erasable/4.0")];
    let fields = [("scope", "openid email")];
    let asked = app
        .post_with(&mut idp.browser(), "/device/code", &agent, &fields)
        .await
        .json();
    let page = browser.get("/device").await;
    let code = [("code", asked["user_code"].as_str().unwrap())];
    let start = browser.submit(&page, "code", &code).await;
    let page = browser.follow(start).await;
    let done = browser.submit(&page, "decision", &[("decision", "allow")]).await;
    assert_eq!(done.status, 303, "{}", done.body);
}

/// Leaves what no page of this browser leaves: a token that is no JWT, the provider's name of a session, a sign-up that
/// waits for its mail, a password of before, codes that wait to be shown, and that no passkey is wanted.
async fn leave_unseen(idp: &TestIdp, user: &User, session: &LoginSession) {
    let act = idp.act().await;
    let (stores, ports) = (&act.realm.stores, &idp.runtime.services.ports);
    let now = ports.clock.now();
    stores.passkeys.decline(user.id, now + DAY).await.unwrap();
    let sheet = RecoverySheet {
        session: session.id,
        codes: Sealed {
            key_id: "a key".to_owned(),
            bytes: b"erasable sheet".to_vec(),
        },
        expires_at: now + DAY,
    };
    let codes = [Digest::of("erasable recovery code")];
    let made = stores
        .second_factors
        .replace_recovery_codes(user.id, &codes, &sheet, Alongside::default());
    made.await.unwrap();
    let identities = stores.identities.list(user.id).await.unwrap();
    let by = ByIdentity {
        identity: identities[0].id,
        provider: identities[0].provider.clone(),
        session: Some("erasable-sid".to_owned()),
    };
    assert!(stores.identities.remember(session.id, &by).await.unwrap());
    let held = stores
        .own
        .authorizations(user.id, &PageRequest::new(None, 1))
        .await;
    let held = &held.unwrap().items[0];
    let token = AccessToken {
        digest: Digest::of("erasable access token"),
        authorization_id: Some(held.id),
        client_id: held.client_id.clone(),
        subject: user.id.to_string(),
        scopes: held.scopes.clone(),
        audience: vec!["https://erasable.example".to_owned()],
        issued_at: now,
        expires_at: now + DAY,
        jkt: Some("erasable-thumbprint".to_owned()),
    };
    let recorded = stores.access_tokens.record(&token, Alongside::default()).await;
    assert_eq!(recorded.unwrap(), Recorded::Saved);
    let code = MailedCode {
        id: MailedCodeId::generate(now, &*ports.random),
        user_id: user.id,
        purpose: MailedCodePurpose::ConfirmEmail,
        email: user.email.clone(),
        code: Digest::of("erasable code"),
        link: Digest::of("erasable link"),
        browser: Some(Digest::of("erasable browser")),
        sign_up: Some(Box::new(WaitingSignUp {
            browser: Digest::of("erasable browser"),
            chosen: Chosen {
                password: PasswordHash::new("erasable hash".to_owned()),
                name: DisplayName::parse("Erasable Newcomer").ok(),
                terms: Some(AcceptedTerms {
                    version: "erasable-terms".parse().unwrap(),
                    at: now,
                }),
            },
        })),
        created_at: now,
        expires_at: now + 1_000 * DAY,
    };
    stores
        .mailed_codes
        .send(&code, Alongside::default())
        .await
        .unwrap();
}
