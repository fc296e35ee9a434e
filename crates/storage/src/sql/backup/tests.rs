//! Backups of a database under load, and everything a restore refuses.

use super::{
    Backup, BackupError, BackupRequest, Stamp, back_up,
    restore::{self, Draft, RestoreError},
    share,
};
use crate::{InUse, SqlStores, open_sql};
use domain::{
    change::Revoked,
    clock::Timestamp,
    event::{Actor, Event, EventKind},
    id::EventId,
    login_session::RequestOrigin,
    realm::RealmName,
    secret::Digest,
    stores::{Alongside, PageRequest, Stores as _},
    testing::{SeededRandom, a_client, a_realm},
};
use sea_orm::{ConnectionTrait as _, Statement};
use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.path("signet.db").display())
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// A database with a realm, and what keeps it open.
    async fn database(&self) -> Arc<SqlStores> {
        crate::migrate(&self.url()).await.unwrap();
        let stores = open_sql(&self.url()).await.unwrap();
        let realm = a_realm(RealmName::Root);
        stores
            .all_realms()
            .create(&realm, Alongside::default())
            .await
            .unwrap();
        stores
    }

    async fn back_up(&self, to: &str, overwrite: bool) -> Result<Backup, BackupError> {
        let request = BackupRequest {
            url: &self.url(),
            to: &self.path(to),
            overwrite,
            stamp: stamp(),
        };
        back_up(request).await
    }

    /// A draft once nobody works with the database: its last connection ends a moment after its owner.
    async fn draft_when_free(&self, from: &str) -> Draft {
        for _ in 0..500 {
            match self.draft(from, true).await {
                Err(RestoreError::InUse(_)) => tokio::time::sleep(Duration::from_millis(10)).await,
                other => return other.unwrap(),
            }
        }
        panic!("it is still in use");
    }

    async fn draft(&self, from: &str, overwrite: bool) -> Result<Draft, RestoreError> {
        Draft::open(&self.url(), &self.path(from), overwrite).await
    }
}

fn stamp() -> Stamp {
    Stamp {
        made_at: NOW,
        key_id: "k1".to_owned(),
        key_check: Digest::of("check"),
    }
}

async fn client(stores: &SqlStores, id: &str) {
    let realm = a_realm(RealmName::Root).id;
    let event = Event {
        id: EventId::generate(
            NOW,
            &SeededRandom::new(id.bytes().map(u64::from).fold(7, |a, b| a * 31 + b)),
        ),
        version: Event::VERSION,
        at: NOW,
        realm,
        actor: Actor::System,
        origin: RequestOrigin::default(),
        kind: EventKind::MailSent,
    };
    let with = Alongside {
        events: vec![event],
        ..Alongside::default()
    };
    let clients = stores.in_realm(realm).clients;
    clients.create(&a_client().id(id).build(), with).await.unwrap();
}

async fn clients(stores: &SqlStores) -> Vec<String> {
    let clients = stores.in_realm(a_realm(RealmName::Root).id).clients;
    let page = clients.list(&PageRequest::new(None, 200)).await.unwrap();
    page.items.iter().map(|client| client.id.to_string()).collect()
}

async fn one(path: &Path, sql: &str) -> i64 {
    let connection = super::open_alone(path).await.unwrap();
    let asked = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(asked).await.unwrap().unwrap();
    connection.close().await.unwrap();
    row.try_get_by_index(0).unwrap()
}

async fn run(path: &Path, sql: &str) {
    let connection = super::open_alone(path).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_under_writes_holds_whole_acts() {
    let place = Place::new();
    let stores = place.database().await;
    for number in 0..20 {
        client(&stores, &format!("before{number}")).await;
    }
    let writing = tokio::spawn({
        let stores = stores.clone();
        async move {
            for number in 0..150 {
                client(&stores, &format!("while{number}")).await;
            }
        }
    });
    for number in 0..3 {
        let name = format!("backup{number}");
        let made = place.back_up(&name, false).await.unwrap();
        let file = place.path(&name);
        assert_eq!(fs::metadata(&file).unwrap().len(), made.bytes);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let (clients, events) = (
            one(&file, "SELECT COUNT(*) FROM client").await,
            one(&file, "SELECT COUNT(*) FROM event_log").await,
        );
        assert!(clients >= 20);
        assert_eq!(clients, events);
        assert_eq!(
            made.tables + 1,
            one(
                &file,
                "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
            .await as u64
        );
    }
    writing.await.unwrap();
    let of_backups = place
        .names()
        .into_iter()
        .filter(|name| name.starts_with("backup"));
    assert_eq!(of_backups.collect::<Vec<_>>(), ["backup0", "backup1", "backup2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_replaces_a_file_only_when_told_to() {
    let place = Place::new();
    assert!(matches!(
        place.back_up("b", false).await,
        Err(BackupError::NoDatabase)
    ));
    assert!(place.names().is_empty());
    let _stores = place.database().await;
    fs::write(place.path("b"), "dear").unwrap();
    assert!(matches!(
        place.back_up("b", false).await,
        Err(BackupError::TargetExists)
    ));
    assert_eq!(fs::read(place.path("b")).unwrap(), b"dear");
    place.back_up("b", true).await.unwrap();
    assert!(fs::read(place.path("b")).unwrap().starts_with(b"SQLite format 3"));
    assert_eq!(
        fs::metadata(place.path("b")).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let itself = place.back_up("signet.db", true).await;
    assert!(matches!(itself, Err(BackupError::TargetExists)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_database_is_the_one_backed_up_and_the_other_is_kept() {
    let place = Place::new();
    let stores = place.database().await;
    client(&stores, "early").await;
    place.back_up("b", false).await.unwrap();
    client(&stores, "late").await;
    let used = place.draft("b", true).await;
    assert!(matches!(used, Err(RestoreError::InUse(InUse::Used))));
    drop(stores);
    let draft = place.draft_when_free("b").await;
    assert_eq!(draft.stamp(), Some(&stamp()));
    assert!(
        open_sql(&place.url()).await.is_err(),
        "nobody may open it meanwhile"
    );
    let restored = draft.put_in_place(NOW).await.unwrap();
    let kept = restored.kept.unwrap();
    assert_eq!(
        place.names(),
        ["b", "signet.db", "signet.db-lock", "signet.db.before-1000000"]
    );
    assert_eq!(
        fs::metadata(place.path("signet.db"))
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o600
    );
    let stores = open_sql(&place.url()).await.unwrap();
    assert_eq!(clients(&stores).await, ["early"]);
    assert_eq!(one(&kept, "SELECT COUNT(*) FROM client").await, 2);
    let stamps = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'signet_backup'";
    assert_eq!(one(&place.path("signet.db"), stamps).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_of_a_server_that_crashed_does_not_reach_the_restored_database() {
    let (place, crashed) = (Place::new(), Place::new());
    let stores = place.database().await;
    place.back_up("b", false).await.unwrap();
    client(&stores, "late").await;
    for suffix in ["", "-wal", "-shm"] {
        let name = format!("signet.db{suffix}");
        fs::copy(place.path(&name), crashed.path(&name)).unwrap();
    }
    assert!(fs::metadata(crashed.path("signet.db-wal")).unwrap().len() > 0);
    fs::copy(place.path("b"), crashed.path("b")).unwrap();
    let from_log = crashed.path("signet.db");
    let draft = crashed.draft("b", true).await.unwrap();
    let kept = draft.put_in_place(NOW).await.unwrap().kept.unwrap();
    assert_eq!(one(&from_log, "SELECT COUNT(*) FROM client").await, 0);
    assert_eq!(
        one(&kept, "SELECT COUNT(*) FROM client").await,
        1,
        "the log was not lost"
    );

    // A database that cannot be read at all is kept too.
    let ruined = [7; 20_000];
    fs::write(&from_log, ruined).unwrap();
    let draft = crashed.draft("b", true).await.unwrap();
    let later = Timestamp::from_seconds(2_000_000);
    let kept = draft.put_in_place(later).await.unwrap().kept.unwrap();
    assert_eq!(fs::read(&kept).unwrap(), ruined);
    assert_eq!(one(&from_log, "SELECT COUNT(*) FROM client").await, 0);
}

#[test]
fn what_belonged_to_the_old_database_goes_with_it() {
    let place = Place::new();
    for suffix in ["", "-wal", "-shm", "-journal"] {
        fs::write(place.path(&format!("db{suffix}")), suffix).unwrap();
    }
    let kept = restore::keep(&place.path("db"), NOW).unwrap();
    assert_eq!(kept, place.path("db.before-1000000"));
    let names = [
        "db",
        "db.before-1000000",
        "db.before-1000000-journal",
        "db.before-1000000-wal",
    ];
    assert_eq!(place.names(), names);
    assert_eq!(fs::read(place.path("db.before-1000000-wal")).unwrap(), b"-wal");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_knows_nothing_of_the_lock_file_is_noticed() {
    let place = Place::new();
    drop(place.database().await);
    place.back_up("b", false).await.unwrap();
    drop(place.draft_when_free("b").await);
    run(&place.path("signet.db"), "PRAGMA journal_mode = WAL").await;
    let other = sea_orm::Database::connect(place.url()).await.unwrap();
    other
        .execute_unprepared("SELECT COUNT(*) FROM realm")
        .await
        .unwrap();
    let used = place.draft("b", true).await;
    assert!(matches!(used, Err(RestoreError::InUse(InUse::Used))));
    other.close().await.unwrap();
    place.draft_when_free("b").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_there_is_no_database_yet_the_lock_file_alone_keeps_others_away() {
    let (place, fresh) = (Place::new(), Place::new());
    let _stores = place.database().await;
    place.back_up("b", false).await.unwrap();
    fs::copy(place.path("b"), fresh.path("b")).unwrap();
    let hold = share(&fresh.url()).unwrap();
    let used = fresh.draft("b", false).await;
    assert!(matches!(used, Err(RestoreError::InUse(InUse::Used))));
    drop(hold);
    let draft = fresh.draft("b", false).await.unwrap();
    assert!(open_sql(&fresh.url()).await.is_err());
    assert!(crate::migrate(&fresh.url()).await.is_err());
    assert!(
        fresh.draft("b", false).await.is_err(),
        "of two restores one goes on"
    );
    assert!(!fresh.path("signet.db").exists());
    draft.put_in_place(NOW).await.unwrap();
    open_sql(&fresh.url()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_a_backup_of_ours_is_refused() {
    let place = Place::new();
    let stores = place.database().await;
    place.back_up("b", false).await.unwrap();
    drop(stores);
    let fresh = Place::new();
    let b = fs::read(place.path("b")).unwrap();
    let refused = async |name: &str| {
        let refused = fresh.draft(name, false).await.err().unwrap();
        assert!(!fresh.path("signet.db").exists() && !fresh.path("signet.db-restore").exists());
        refused
    };
    assert!(matches!(refused("none").await, RestoreError::NoBackup));
    fs::write(fresh.path("text"), "not a database, whatever its length may be").unwrap();
    assert!(matches!(refused("text").await, RestoreError::Damaged));
    let mut torn = b.clone();
    let middle = torn.iter_mut().skip(b.len() / 2).take(5_000);
    middle.for_each(|byte| *byte ^= 0x55);
    fs::write(fresh.path("torn"), &torn).unwrap();
    assert!(matches!(refused("torn").await, RestoreError::Damaged));
    fs::write(fresh.path("half"), &b[..b.len() / 2]).unwrap();
    assert!(matches!(refused("half").await, RestoreError::Damaged));
    fs::write(fresh.path("other"), "").unwrap();
    run(&fresh.path("other"), "CREATE TABLE realm (id)").await;
    assert!(matches!(refused("other").await, RestoreError::NotSignet));
    fs::write(fresh.path("orphan"), &b).unwrap();
    let orphan = "PRAGMA foreign_keys = OFF; INSERT INTO browser VALUES (x'01', x'01', x'', 1)";
    run(&fresh.path("orphan"), orphan).await;
    assert!(matches!(refused("orphan").await, RestoreError::Damaged));
    fs::write(fresh.path("newer"), &b).unwrap();
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99999999_000001_x', 1)";
    run(&fresh.path("newer"), newer).await;
    assert!(matches!(refused("newer").await, RestoreError::Newer));
    fs::write(fresh.path("live"), &b).unwrap();
    fs::write(fresh.path("live-wal"), "log").unwrap();
    assert!(matches!(refused("live").await, RestoreError::HasLog));
    fs::write(fresh.path("b"), &b).unwrap();
    fresh
        .draft("b", false)
        .await
        .unwrap()
        .put_in_place(NOW)
        .await
        .unwrap();
    let again = fresh.draft("b", false).await;
    assert!(matches!(again, Err(RestoreError::DatabaseExists)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_issued_before_ends_with_the_restore() {
    let place = Place::new();
    let stores = place.database().await;
    client(&stores, "app").await;
    place.back_up("b", false).await.unwrap();
    drop(stores);
    let realm = a_realm(RealmName::Root).id;
    let rows = format!(
        "INSERT INTO app_user (realm_id, id, email, status, account_role, account_source, not_before, \
         row_version, created_at, updated_at) VALUES ({0}, x'01', 'a', 'active', 'member', 'operator', 1, 1, 1, 1);
         INSERT INTO login_session (realm_id, id, user_id, created_at, authenticated_at, methods, last_seen_at, \
         expires_at) VALUES ({0}, x'02', x'01', 1, 1, '[]', 1, 9);
         INSERT INTO authorization_root (realm_id, id, user_id, client_id, login_session_id, scopes, offline, \
         authenticated_at, methods, created_at, last_issued_at) \
         VALUES ({0}, x'03', x'01', 'app', x'02', '', 1, 1, '[]', 1, 1);
         INSERT INTO mailed_code (realm_id, id, user_id, purpose, email, code, link, attempts_left, \
         created_at, expires_at) VALUES ({0}, x'04', x'01', 'confirm', 'a', x'05', x'06', 5, 1, 9);
         INSERT INTO job (realm_id, id, kind, sealed_by, sealed, run_at, attempt) \
         VALUES ({0}, x'07', 'send_mail', 'k1', x'', 1, 0), ({0}, x'08', 'send_reset_link', 'k1', x'', 1, 0);
         INSERT INTO lease (name, holder, lease_until) VALUES ('relay', x'09', 9);
         INSERT INTO device_authorization (realm_id, device_code, user_code, client_id, scopes, terms, origin, \
         created_at, expires_at, state, poll_interval, next_poll_at, authorization_id) \
         VALUES ({0}, x'0b', x'0c', 'app', '', '{{}}', '{{}}', 1, 9, 'approved', 5, 1, x'03');
         INSERT INTO ephemeral VALUES ('code', x'0a', 9);",
        format!("x'{}'", realm.as_uuid().simple())
    );
    run(&place.path("b"), &rows).await;
    let fresh = Place::new();
    fs::copy(place.path("b"), fresh.path("b")).unwrap();
    let draft = fresh.draft("b", false).await.unwrap();
    let until = Timestamp::from_seconds(1_000_600);
    let ended = draft.end_what_was_issued(NOW, until).await.unwrap();
    assert_eq!(
        (
            ended.sessions,
            ended.authorizations,
            ended.mailed_codes,
            ended.mails
        ),
        (1, 1, 1, 2)
    );
    draft.put_in_place(NOW).await.unwrap();
    let file = fresh.path("signet.db");
    for live in [
        "SELECT COUNT(*) FROM login_session WHERE ended_at IS NULL",
        "SELECT COUNT(*) FROM authorization_root WHERE revoked_at IS NULL",
        "SELECT COUNT(*) FROM mailed_code WHERE used_at IS NULL",
        "SELECT COUNT(*) FROM job",
        "SELECT COUNT(*) FROM device_authorization",
        "SELECT COUNT(*) FROM ephemeral",
        "SELECT COUNT(*) FROM lease",
    ] {
        assert_eq!(one(&file, live).await, 0, "{live}");
    }
    let stores = open_sql(&fresh.url()).await.unwrap();
    let revoked = stores.all_realms().revocations(realm, NOW).await.unwrap();
    assert_eq!(revoked.len(), 1);
    assert_eq!(revoked[0].what, Revoked::Client("app".parse().unwrap()));
    assert_eq!((revoked[0].at, revoked[0].until), (NOW, until));
}
