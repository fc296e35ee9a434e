//! What only PostgreSQL has: a server that goes away and comes back, locks of others, and a password.

use crate::{
    databases::{Database, Kind},
    subject::{MINUTE, Subject, at_once, next},
};
use domain::{
    authorization::{RefreshToken, Rotation},
    mail::{MailedCodePurpose, MailedProof},
    realm::RealmName,
    secret::Digest,
    stores::{Alongside, MailedOutcome, StoreError, Stores as _},
    testing::{a_client, a_realm},
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, TransactionTrait as _};
use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use storage::SqlStores;
use testbed::Postgres;

/// What a caller may have to wait for, with room for a busy machine.
const PROMPT: Duration = Duration::from_secs(8);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_goes_away_is_reported_and_found_again() {
    let server = Postgres::start(&[]).unwrap();
    let url = server.url(&server.create_database(None).unwrap());
    storage::migrate(&url).await.unwrap();
    let stores = storage::open_sql(&url).await.unwrap();
    let (all, realm) = (stores.all_realms(), a_realm(RealmName::Root));
    all.create(&realm, Alongside::default()).await.unwrap();
    // Many connections, so that the pool has many to lose.
    ping_at_once(&stores).await;
    // Connections go back to the pool in tasks of their own, which must not come after the restart.
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.stop().unwrap();
    server.resume().unwrap();
    ping_at_once(&stores).await;

    server.stop().unwrap();
    let started = Instant::now();
    let clients = stores.in_realm(realm.id).clients;
    let (client, new) = (a_client().build(), a_realm("other".parse().unwrap()));
    let (found, created) = tokio::join!(clients.find(&client.id), all.create(&new, Alongside::default()));
    assert!(matches!(found, Err(StoreError::Unavailable(_))), "{found:?}");
    assert!(matches!(created, Err(StoreError::Unavailable(_))), "{created:?}");
    assert!(storage::open_sql(&url).await.is_err());
    assert!(started.elapsed() < PROMPT, "{:?}", started.elapsed());

    server.resume().unwrap();
    clients.create(&client, Alongside::default()).await.unwrap();
    assert_eq!(all.find(&realm.name).await.unwrap(), Some(realm));
    ping_at_once(&stores).await;
}

async fn ping_at_once(stores: &SqlStores) {
    let pings = at_once(30, |_| {
        let all = stores.all_realms();
        async move { all.ping().await }
    });
    for ping in pings.await {
        ping.unwrap();
    }
}

#[tokio::test]
async fn a_lock_that_is_not_let_go_is_waited_for_in_vain_but_not_forever() {
    let database = Database::migrated(Kind::Postgres).await;
    let stores = storage::open_sql(&database.url).await.unwrap();
    let other = sea_orm::Database::connect(&database.url).await.unwrap();
    let held = other.begin().await.unwrap();
    held.execute_unprepared("LOCK TABLE realm").await.unwrap();
    let (all, realm, started) = (stores.all_realms(), a_realm(RealmName::Root), Instant::now());
    let created = all.create(&realm, Alongside::default()).await;
    assert!(matches!(created, Err(StoreError::Unavailable(_))), "{created:?}");
    assert!(started.elapsed() < PROMPT, "{:?}", started.elapsed());
    held.rollback().await.unwrap();
    all.create(&realm, Alongside::default()).await.unwrap();
}

#[tokio::test]
async fn a_migration_does_not_stand_in_line_for_a_table_in_use() {
    let database = Database::migrated(Kind::Postgres).await;
    let other = sea_orm::Database::connect(&database.url).await.unwrap();
    let held = other.begin().await.unwrap();
    held.execute_unprepared("LOCK TABLE seaql_migrations")
        .await
        .unwrap();
    let migrated = tokio::time::timeout(PROMPT, storage::migrate(&database.url)).await;
    let failed = migrated.expect("it still waits, and whoever comes after it");
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    held.rollback().await.unwrap();
    storage::migrate(&database.url).await.unwrap();
}

/// Waits until somebody waits for a lock of the database.
async fn until_somebody_waits(connection: &DatabaseConnection) {
    let waiting =
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let statement = || sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, waiting);
    while connection.query_one_raw(statement()).await.unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_act_that_gave_way_in_a_deadlock_is_carried_out_after_all() {
    let s = Subject::durable(Kind::Postgres).await;
    let ada = s.ada().await;
    let code = s.mailed(&ada, MailedCodePurpose::ResetPassword, "123456");
    let here = s.here();
    here.mailed_codes.send(&code, Alongside::default()).await.unwrap();
    let other = sea_orm::Database::connect(s.url()).await.unwrap();
    let held = other.begin().await.unwrap();
    for sql in [
        // The act is to be the one that gives way.
        "SET LOCAL deadlock_timeout = '1min'",
        "UPDATE user_password SET phc = phc",
    ] {
        held.execute_unprepared(sql).await.unwrap();
    }
    let (proof, moment) = (MailedProof::Link { link: code.link }, s.moment());
    let (codes, new) = (here.mailed_codes.clone(), next("$new"));
    let resetting = tokio::spawn(async move {
        codes
            .reset_password(proof, &new, moment, Alongside::default())
            .await
    });
    let waiting = tokio::time::timeout(PROMPT, until_somebody_waits(&other));
    waiting.await.expect("nobody waits");
    held.execute_unprepared("UPDATE mailed_code SET purpose = purpose")
        .await
        .unwrap();
    held.commit().await.unwrap();
    let reset = resetting.await.unwrap().unwrap();
    assert!(matches!(reset, MailedOutcome::Redeemed(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_that_must_wait_holds_up_no_other() {
    let s = Subject::durable(Kind::Postgres).await;
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let here = s.here().authorizations;
    let mut families = Vec::new();
    // More than there are statements under way at the same time.
    for number in 0..8 {
        let authorization = s.authorization(&client, &session, "openid offline_access").await;
        let token = s.token(&authorization, &format!("old {number}"));
        here.record(&token, Alongside::default()).await.unwrap();
        families.push((token.digest, s.token(&authorization, &format!("new {number}"))));
    }
    let (_, free) = families.last().unwrap();
    let sql = format!(
        "UPDATE authorization_root SET nonce = nonce WHERE id <> '{}'",
        free.authorization_id
    );
    let other = sea_orm::Database::connect(s.url()).await.unwrap();
    let held = other.begin().await.unwrap();
    held.execute_unprepared(&sql).await.unwrap();
    let now = s.now();
    let rotate = |(old, new): (Digest, RefreshToken)| {
        let here = here.clone();
        tokio::spawn(async move { here.rotate(&old, &new, now, Alongside::default()).await })
    };
    let free = families.pop().unwrap();
    let waiting: Vec<_> = families.into_iter().map(&rotate).collect();
    until_somebody_waits(&other).await;
    let rotated = tokio::time::timeout(Duration::from_secs(2), rotate(free)).await;
    assert_eq!(rotated.expect("it waits").unwrap().unwrap(), Rotation::Rotated);
    held.commit().await.unwrap();
    for rotating in waiting {
        assert_eq!(rotating.await.unwrap().unwrap(), Rotation::Rotated);
    }
}

#[tokio::test]
async fn what_is_in_use_is_left_to_the_next_sweep() {
    let s = Subject::durable(Kind::Postgres).await;
    for cookie in ["one", "two", "three"] {
        let browsers = s.here().browsers;
        browsers.save(&Digest::of(cookie), b"x", s.now()).await.unwrap();
    }
    s.clock.advance(MINUTE);
    let other = sea_orm::Database::connect(s.url()).await.unwrap();
    let held = other.begin().await.unwrap();
    let sql = "UPDATE browser SET payload = payload WHERE cookie = (SELECT cookie FROM browser LIMIT 1)";
    held.execute_unprepared(sql).await.unwrap();
    assert_eq!(s.all().sweep(s.now(), 10).await.unwrap(), 2);
    held.rollback().await.unwrap();
    assert_eq!(s.all().sweep(s.now(), 10).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_bounded() {
    let database = Database::migrated(Kind::Postgres).await;
    let stores = storage::open_sql(&database.url).await.unwrap();
    let other = sea_orm::Database::connect(&database.url).await.unwrap();
    let realms = at_once(200, |number| {
        let all = stores.all_realms();
        let realm = a_realm(format!("r{number}").parse().unwrap());
        async move { all.create(&realm, Alongside::default()).await }
    });
    for created in realms.await {
        created.unwrap();
    }
    let counting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'signet' AND datname = current_database()";
    let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, counting);
    let row = other.query_one_raw(statement).await.unwrap().unwrap();
    let count: i64 = row.try_get_by_index(0).unwrap();
    assert!(
        (1..=i64::from(storage::POSTGRES_CONNECTIONS)).contains(&count),
        "{count}"
    );
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Everything this thread logs from now on.
    fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
            .with_writer(move || writer.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn has(&self, text: &str) -> bool {
        String::from_utf8_lossy(&self.0.lock().unwrap()).contains(text)
    }
}

/// Everything an error says of itself and its causes.
fn told(error: &StoreError) -> String {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.map(|cause| format!("{cause} {cause:?}\n")).collect()
}

#[tokio::test]
async fn a_password_is_neither_logged_nor_part_of_an_error() {
    const PASSWORD: &str = "hunter2hunter2";
    let database = Database::migrated(Kind::Postgres).await;
    let url = database.url.replace("signet@", &format!("signet:{PASSWORD}@"));
    let (careless, guard) = Log::start();
    sea_orm::Database::connect(&url).await.unwrap();
    assert!(careless.has(PASSWORD), "the library logs it where it is let");
    drop(guard);

    let (log, _guard) = Log::start();
    storage::migrate(&url).await.unwrap();
    let stores = storage::open_sql(&url).await.unwrap();
    stores.all_realms().ping().await.unwrap();
    let port = format!(":{}/", Postgres::shared().port());
    for url in [
        url.replace("/signet_", "/nowhere_"),
        url.replace("signet:", "nobody:"),
        url.replace(&port, ":x/"),
        url.replace(&port, ":1/"),
        format!("postgres://signet:{PASSWORD}/[::"),
        format!("mysql://signet:{PASSWORD}@localhost/x"),
    ] {
        let error = storage::open_sql(&url).await.map(drop).unwrap_err();
        assert!(!told(&error).contains(PASSWORD), "{error:?}");
    }
    assert!(!log.has(PASSWORD));
}
