//! What the pages of the account cost.

use super::federation::{acme, with_providers};
use crate::support::{
    AuthenticatorApp, Browser, SecurityKey, TestIdp, a_client, idp::PASSWORD, sessions::begin_elsewhere,
};
use domain::{
    api::TokenFormat,
    consent::Consent,
    event::{Actor, Event, EventKind},
    federation::SeenIdentity,
    id::{EventId, LinkedIdentityId, TrustedDeviceId, UserId},
    login_session::RequestOrigin,
    second_factor::TrustedDevice,
    secret::Digest,
    services::apis::NewApi,
    stores::Alongside,
    testing::vouched,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tracing::span;
use tracing_subscriber::{Layer, layer::Context, layer::SubscriberExt as _};

const ADA: &str = "ada@example.com";
const DAY: Duration = Duration::from_secs(86_400);

/// Counts the statements that reach a database on this thread.
#[derive(Clone, Default)]
struct Statements(Arc<AtomicUsize>);

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, _: &span::Id, _: Context<'_, S>) {
        let metadata = attributes.metadata();
        let named = ["execute", "query_one", "query_all", "stream"].contains(&metadata.name());
        if named && metadata.target().starts_with("sea_orm::") {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// How many statements a page takes, and what it says.
async fn taken(statements: &Statements, browser: &mut Browser, path: &str) -> (usize, String) {
    statements.0.store(0, Ordering::Relaxed);
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{path}");
    (statements.0.load(Ordering::Relaxed), page.body)
}

/// Browsers that are trusted, and identities at a provider.
async fn seed_credentials(idp: &TestIdp, user: UserId) {
    let act = idp.act().await;
    let (stores, ports) = (&act.realm.stores, &idp.runtime.services.ports);
    for number in 0..5 {
        let now = ports.clock.now();
        let device = TrustedDevice {
            id: TrustedDeviceId::generate(now, &*ports.random),
            user_id: user,
            digest: Digest::of(format!("trusted {number}")),
            user_agent: None,
            created_at: now,
            last_used_at: now,
            expires_at: now + DAY,
        };
        let trusted = stores.second_factors.trust(&device, Alongside::default());
        trusted.await.unwrap();
        let seen = SeenIdentity::of(&vouched("acme", &number.to_string())).unwrap();
        let identity = seen.linked(LinkedIdentityId::generate(now, &*ports.random), user, now);
        let linked = stores.identities.link(&identity, now, Alongside::default());
        linked.await.unwrap();
    }
}

/// An API whose scope apps are allowed.
async fn orders(idp: &TestIdp) {
    let new = NewApi {
        audience: "https://orders.example.com/v1".to_owned(),
        name: "Orders".to_owned(),
        scopes: vec![("orders:read".to_owned(), "See your orders".to_owned())],
        access_token_lifetime: None,
        alg: None,
        format: TokenFormat::Jwt,
        introspection_clients: Vec::new(),
    };
    let act = idp.act().await;
    idp.runtime.services.apis.create(&act, new).await.unwrap();
}

/// What happened with an app, and at a device.
async fn record(idp: &TestIdp, user: UserId, client: &str) {
    let act = idp.act().await;
    let ports = &idp.runtime.services.ports;
    let now = ports.clock.now();
    let granted = EventKind::ConsentGranted {
        user,
        client: client.parse().unwrap(),
    };
    let trusted = EventKind::DeviceTrusted {
        user,
        device: TrustedDeviceId::generate(now, &*ports.random),
    };
    let events = [granted, trusted].map(|kind| Event {
        id: EventId::generate(now, &*ports.random),
        version: Event::VERSION,
        at: now,
        realm: act.realm.realm.id,
        actor: Actor::Person(user),
        origin: browsing(),
        kind,
    });
    let with = Alongside {
        events: events.into(),
        ..Alongside::default()
    };
    act.realm.stores.events.record(with).await.unwrap();
}

fn browsing() -> RequestOrigin {
    RequestOrigin {
        address: "203.0.113.77".parse().ok(),
        user_agent: Some("Firefox/1.0 (Windows)".to_owned()),
        ..RequestOrigin::default()
    }
}

async fn seed(idp: &TestIdp, user: UserId) {
    orders(idp).await;
    let act = idp.act().await;
    let (stores, ports) = (&act.realm.stores, &idp.runtime.services.ports);
    let now = ports.clock.now();
    for number in 0..100 {
        begin_elsewhere(idp, user, browsing()).await;
        let rp = idp.relying_party(a_client()).await;
        let consent = Consent {
            user_id: user,
            client_id: rp.id.parse().unwrap(),
            scopes: "openid email orders:read".parse().unwrap(),
            declined: Default::default(),
            granted_at: now,
            updated_at: now + Duration::from_secs(number),
            expires_at: None,
        };
        stores
            .consents
            .allow(&consent, Alongside::default())
            .await
            .unwrap();
        record(idp, user, &rp.id).await;
    }
}

#[tokio::test]
async fn every_page_of_the_account_takes_three_statements_at_a_hundred_sessions_and_apps() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let ada = idp.person(ADA).await;
    let mut browser = idp.browser();
    let interaction = browser.waiting().await;
    browser.password(&interaction, ADA, PASSWORD).await;
    for _ in 0..3 {
        SecurityKey::add(&mut browser).await;
    }
    AuthenticatorApp::add(&idp, &mut browser).await;
    seed(&idp, ada.id).await;
    seed_credentials(&idp, ada.id).await;
    // What APIs say is read once for all who look, and kept until it changes.
    let mut further = Vec::new();
    for list in ["/account/apps", "/account/sessions", "/account/activity"] {
        let first = browser.get(list).await;
        let next = first.link(&format!("{list}?after="));
        further.push(next.unwrap_or_else(|| panic!("{list} has one page: {}", first.body)));
    }
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    let _listening = tracing::subscriber::set_default(subscriber);
    let pages = app::routes::PAGES
        .into_iter()
        .chain(further.iter().map(String::as_str));
    for path in pages.filter(|path| path.starts_with("/account")) {
        let (taken, page) = taken(&statements, &mut browser, path).await;
        assert!((1..=3).contains(&taken), "{path}: {taken}");
        // The session in use is among the first, and is not reported.
        let all = match path {
            "/account/sessions" => vec![("report", 24)],
            path if path.starts_with("/account/sessions?") => vec![("report", 25)],
            path if path.starts_with("/account/apps") => vec![("narrow", 25)],
            "/account/linked" => vec![("identity-unlink", 5)],
            // One button is for all browsers.
            "/account/security" => vec![
                ("passkey-remove", 3),
                ("trusted-forget", 6),
                ("authenticator-remove", 1),
            ],
            _ => Vec::new(),
        };
        for (act, times) in all {
            let found = page.matches(&format!("value=\"{act}\"")).count();
            assert_eq!(found, times, "{path}: {act}");
        }
        let said: &[&str] = match path {
            "/account/activity" => &["Test App", "Firefox on Windows"],
            path if path.starts_with("/account/apps") => &["See your orders"],
            _ => &[],
        };
        for words in said {
            assert!(page.contains(words), "{path}: {words}: {page}");
        }
    }
}

#[tokio::test]
async fn a_key_that_waits_for_its_first_code_takes_no_statement_more() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    let interaction = browser.waiting().await;
    browser.password(&interaction, ADA, PASSWORD).await;
    let add = [("act", "authenticator-add")];
    let to = browser.post("/account/security", &add).await.location().unwrap();
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    let _listening = tracing::subscriber::set_default(subscriber);
    let (without, page) = taken(&statements, &mut browser, "/account/security").await;
    assert!(
        (1..=3).contains(&without) && !page.contains("enrol__key"),
        "{without}"
    );
    let (with, page) = taken(&statements, &mut browser, &to).await;
    assert!(page.contains("enrol__key"), "{page}");
    assert_eq!(with, without);
}
