//! What the pages of the account cost.

use crate::support::{TestIdp, a_client, idp::PASSWORD};
use domain::{
    acr::Method,
    consent::Consent,
    id::{LoginSessionId, UserId},
    login_session::{LoginSession, RequestOrigin},
    stores::Alongside,
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

async fn seed(idp: &TestIdp, user: UserId) {
    let act = idp.act().await;
    let (stores, ports) = (&act.realm.stores, &idp.runtime.services.ports);
    let now = ports.clock.now();
    for number in 0..100 {
        let session = LoginSession {
            id: LoginSessionId::generate(now, &*ports.random),
            user_id: user,
            created_at: now,
            authenticated_at: now,
            methods: vec![Method::Password],
            provider: None,
            last_seen_at: now,
            expires_at: now + DAY,
            ended_at: None,
            origin: RequestOrigin::default(),
        };
        stores
            .sessions
            .begin(&session, Alongside::default())
            .await
            .unwrap();
        let rp = idp.relying_party(a_client()).await;
        let consent = Consent {
            user_id: user,
            client_id: rp.id.parse().unwrap(),
            scopes: "openid email".parse().unwrap(),
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
    }
}

#[tokio::test]
async fn every_page_of_the_account_takes_three_statements_at_a_hundred_sessions_and_apps() {
    let idp = super::start().await;
    let ada = idp.person(ADA).await;
    let mut browser = idp.browser();
    let interaction = browser.waiting().await;
    browser.password(&interaction, ADA, PASSWORD).await;
    seed(&idp, ada.id).await;
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    let _listening = tracing::subscriber::set_default(subscriber);
    for path in [
        "/account",
        "/account/activity",
        "/account/apps",
        "/account/linked",
        "/account/privacy",
        "/account/sessions",
    ] {
        statements.0.store(0, Ordering::Relaxed);
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        let taken = statements.0.load(Ordering::Relaxed);
        assert!((1..=3).contains(&taken), "{path}: {taken}");
    }
    let apps = browser.get("/account/apps").await.body;
    assert_eq!(apps.matches("value=\"narrow\"").count(), 100);
    let sessions = browser.get("/account/sessions").await.body;
    assert_eq!(sessions.matches("value=\"report\"").count(), 100);
}
