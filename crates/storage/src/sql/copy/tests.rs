//! Copies between real servers, with rows made up for whatever tables the schema has.

use super::{
    super::catalogue::{self, Kind, Table},
    CopiedTable, CopyError, CopyProgress, CopyRequest, copy, digest, own,
    progress::{self, Place, Progress},
    rows::{self, Cell, Row},
};
use crate::sql::connect::connect_once;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};
use std::{
    collections::BTreeSet,
    ops::ControlFlow,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use testbed::Postgres;
use uuid::Uuid;

/// More than two batches.
const ROWS: usize = 1_203;

fn file(folder: &tempfile::TempDir, name: &str) -> String {
    format!("sqlite://{}", folder.path().join(name).display())
}

/// A PostgreSQL database whose alphabet is not the order of bytes.
async fn postgres() -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let name = format!("copy_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let server = sea_orm::Database::connect(Postgres::shared().url("postgres"))
        .await
        .unwrap();
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'");
    server.execute_unprepared(&create).await.unwrap();
    server.close().await.unwrap();
    Postgres::shared().url(&name)
}

/// A migrated database with rows in every table.
async fn filled(url: &str) -> Vec<Table> {
    crate::migrate(url).await.unwrap();
    let connection = connect_once(url).await.unwrap();
    let tables = own(catalogue::tables(&connection).await.unwrap());
    let optional = optional(&connection).await;
    for table in &tables {
        let made: Vec<Row> = (1..=ROWS)
            .map(|number| made_up(table, number, &optional))
            .collect();
        for batch in made.chunks(usize::try_from(rows::batch_size(table)).unwrap()) {
            rows::insert(&connection, table, batch.to_vec()).await.unwrap();
        }
    }
    connection.close().await.unwrap();
    tables
}

/// The columns that may be empty.
async fn optional(connection: &DatabaseConnection) -> BTreeSet<(String, String)> {
    let sql = "SELECT m.name AS t, p.name AS c FROM sqlite_schema m JOIN pragma_table_info(m.name) p \
        WHERE m.type = 'table' AND p.\"notnull\" = 0 AND p.pk = 0";
    let asked = Statement::from_string(DbBackend::Sqlite, sql);
    let found = connection.query_all_raw(asked).await.unwrap();
    let pair = |row: &sea_orm::QueryResult| (row.try_get_by("t").unwrap(), row.try_get_by("c").unwrap());
    found.iter().map(pair).collect()
}

/// Row `number` holds its number in every column, so rows of the same number belong together.
fn made_up(table: &Table, number: usize, optional: &BTreeSet<(String, String)>) -> Row {
    let value = |column: &catalogue::Column| {
        if number.is_multiple_of(3) && optional.contains(&(table.name.clone(), column.name.clone())) {
            return Cell::Null;
        }
        match column.kind {
            Kind::Text if number.is_multiple_of(2) => Cell::Text(format!("Ä{number}")),
            Kind::Text => Cell::Text(format!("b{number}")),
            Kind::Bytes => Cell::Bytes(number.to_be_bytes().to_vec()),
            Kind::Int => Cell::Int(i64::try_from(number).unwrap()),
            Kind::Bool => Cell::Bool(number.is_multiple_of(2)),
            Kind::Uuid => Cell::Uuid(Uuid::from_u128(number as u128)),
        }
    };
    table.columns.iter().map(value).collect()
}

fn on_and_on(_: &CopyProgress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

async fn carried(from: &str, to: &str, restart: bool) -> Result<Vec<CopiedTable>, CopyError> {
    let request = CopyRequest { from, to, restart };
    Ok(copy(request, &on_and_on).await?.tables)
}

/// Carries until `table` has that many rows.
async fn carried_until(from: &str, to: &str, table: &str, rows: u64) {
    let watch = |progress: &CopyProgress| {
        if progress.table == table && progress.rows >= rows {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    };
    let request = CopyRequest {
        from,
        to,
        restart: false,
    };
    assert!(matches!(copy(request, &watch).await, Err(CopyError::Stopped)));
}

async fn run(url: &str, sql: &str) {
    let connection = connect_once(url).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_goes_there_and_back_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (source, postgres, back) = (file(&folder, "a.db"), postgres().await, file(&folder, "b.db"));
    let tables = filled(&source).await;
    let there = carried(&source, &postgres, false).await.unwrap();
    let names = |tables: &[CopiedTable]| tables.iter().map(|table| table.table.clone()).collect::<Vec<_>>();
    let schema: Vec<String> = tables.iter().map(|table| table.name.clone()).collect();
    assert_eq!(names(&there), schema);
    assert!(there.iter().all(|table| table.rows == ROWS as u64));
    let and_back = carried(&postgres, &back, false).await.unwrap();
    let digests = |mut tables: Vec<CopiedTable>| {
        tables.sort_by(|one, other| one.table.cmp(&other.table));
        tables
    };
    assert_eq!(digests(there), digests(and_back));
    // What counts up goes on after the highest number, in both.
    for url in [&postgres, &back] {
        run(
            url,
            "INSERT INTO change_feed (realm_id, body) SELECT id, 'x' FROM realm WHERE name = 'b1'",
        )
        .await;
        let connection = connect_once(url).await.unwrap();
        assert!(!catalogue::has_table(&connection, progress::TABLE).await.unwrap());
        let last = "SELECT CAST(MAX(sequence) AS bigint) AS last FROM change_feed";
        let last = Statement::from_string(connection.get_database_backend(), last);
        let last = connection.query_one_raw(last).await.unwrap().unwrap();
        assert_eq!(last.try_get_by::<i64, _>("last").unwrap(), ROWS as i64 + 1);
        connection.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_was_interrupted_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (file(&folder, "a.db"), postgres().await);
    filled(&source).await;
    carried_until(&source, &target, "app_user", 500).await;
    assert!(crate::migrate(&target).await.is_err(), "a part is not served");
    // Once more, ended without being asked: the future goes in the middle of a batch.
    let seen = AtomicUsize::new(0);
    let watch = |_: &CopyProgress| {
        seen.fetch_add(1, Ordering::SeqCst);
        ControlFlow::Continue(())
    };
    let request = CopyRequest {
        from: &source,
        to: &target,
        restart: false,
    };
    let mut running = Box::pin(copy(request, &watch));
    while seen.load(Ordering::SeqCst) < 4 {
        let step = std::time::Duration::from_millis(1);
        let _ = tokio::time::timeout(step, &mut running).await;
    }
    drop(running);
    let told: Mutex<Vec<CopyProgress>> = Mutex::default();
    let watch = |progress: &CopyProgress| {
        told.lock().unwrap().push(progress.clone());
        ControlFlow::Continue(())
    };
    let copied = copy(request, &watch).await.unwrap();
    assert!(copied.tables.iter().all(|table| table.rows == ROWS as u64));
    let told = told.into_inner().unwrap();
    assert!(!told.iter().any(|progress| progress.table == "realm"), "{told:?}");
    let again: BTreeSet<_> = told.iter().map(|told| (&told.table, told.rows)).collect();
    assert_eq!(again.len(), told.len(), "nothing is carried twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_meanwhile_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (file(&folder, "a.db"), postgres().await);
    filled(&source).await;
    carried_until(&source, &target, "realm", ROWS as u64).await;
    run(
        &source,
        "UPDATE realm SET created_at = created_at + 1 WHERE name = 'b7'",
    )
    .await;
    for _ in 0..2 {
        let differs = carried(&source, &target, false).await;
        assert!(matches!(differs, Err(CopyError::Differs(table)) if table == "realm"));
    }
    carried(&source, &target, true).await.unwrap();
    // A row below one that was not there when its table was carried.
    let again = file(&folder, "c.db");
    carried_until(&source, &again, "realm", ROWS as u64).await;
    run(
        &source,
        "INSERT INTO realm (id, name, created_at) VALUES (x'ff000000000000000000000000000000', 'late', 1)",
    )
    .await;
    run(
        &source,
        "INSERT INTO browser (realm_id, cookie, payload, expires_at) VALUES (x'ff000000000000000000000000000000', x'01', x'', 1)",
    )
    .await;
    let disturbed = carried(&source, &again, false).await;
    assert!(matches!(disturbed, Err(CopyError::Disturbed(table, _)) if table == "browser"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_is_not_its_own_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (file(&folder, "a.db"), file(&folder, "b.db"));
    filled(&source).await;
    let same = carried(&source, &format!("{source}?mode=rw"), false).await;
    assert!(matches!(same, Err(CopyError::SameDatabase)));
    let absent = carried(&file(&folder, "none.db"), &target, false).await;
    assert!(matches!(absent, Err(CopyError::NoSource)));
    assert!(!folder.path().join("none.db").exists());

    crate::migrate(&target).await.unwrap();
    run(
        &target,
        "INSERT INTO realm (id, name, created_at) VALUES (x'00000000000000000000000000000001', 'x', 1)",
    )
    .await;
    let full = carried(&source, &target, true).await;
    assert!(matches!(full, Err(CopyError::NotEmpty(table)) if table == "realm"));

    let partial = file(&folder, "c.db");
    carried_until(&source, &partial, "realm", 1).await;
    run(&source, "DELETE FROM realm WHERE created_at = 1").await;
    let other = carried(&source, &partial, false).await;
    assert!(matches!(other, Err(CopyError::OtherSource)));
    carried(&source, &partial, true).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schemas_must_be_this_builds() {
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (file(&folder, "a.db"), file(&folder, "b.db"));
    crate::migrate(&source).await.unwrap();
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99999999_000001_x', 1)";
    crate::migrate(&target).await.unwrap();
    run(&target, newer).await;
    let answer = carried(&source, &target, false).await;
    assert!(matches!(answer, Err(CopyError::Newer("target"))));
    let answer = carried(&target, &source, false).await;
    assert!(matches!(answer, Err(CopyError::Newer("source"))));
    run(
        &source,
        "DELETE FROM seaql_migrations WHERE version LIKE '%000006%'",
    )
    .await;
    let answer = carried(&source, &file(&folder, "c.db"), false).await;
    assert!(matches!(answer, Err(CopyError::SourceBehind)));
    assert!(!folder.path().join("c.db").exists() || !has_realm(&file(&folder, "c.db")).await);
}

async fn has_realm(url: &str) -> bool {
    let connection = connect_once(url).await.unwrap();
    catalogue::has_table(&connection, "realm").await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_tells_any_two_tables_apart() {
    let folder = tempfile::tempdir().unwrap();
    let url = file(&folder, "a.db");
    let tables = filled(&url).await;
    let connection = connect_once(&url).await.unwrap();
    let digests = async || digest::of_tables(&connection, &tables).await.unwrap();
    let before = digests().await;
    for change in [
        "UPDATE app_user SET locale = '' WHERE locale IS NULL",
        "UPDATE authorization_root SET offline = NOT offline WHERE id = x'00000000000000000000000000000004'",
        "UPDATE browser SET payload = x'' WHERE expires_at = 5",
        "DELETE FROM sink_cursor WHERE place = 9",
    ] {
        connection.execute_unprepared(change).await.unwrap();
    }
    let changed: BTreeSet<String> = before
        .iter()
        .zip(digests().await)
        .filter(|(before, after)| before.digest != after.digest)
        .map(|(before, _)| before.table.clone())
        .collect();
    let expected = ["app_user", "authorization_root", "browser", "sink_cursor"];
    assert_eq!(changed, expected.map(str::to_owned).into());
}

#[tokio::test]
async fn of_two_copies_into_one_target_one_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let url = file(&folder, "a.db");
    crate::migrate(&url).await.unwrap();
    let target = connect_once(&url).await.unwrap();
    let progress = Progress::begin(&target, "x".to_owned()).await.unwrap();
    let tables = own(catalogue::tables(&target).await.unwrap());
    let (table, other) = (&tables[0], &tables[1]);
    let place = |rows, finished| Place {
        key: None,
        rows,
        finished,
    };
    let (start, middle, end) = (place(0, false), place(5, false), place(7, true));
    let advance = |table, before, after| progress.advance(&target, table, (before, after));
    advance(table, &start, &middle).await.unwrap();
    assert!(advance(table, &start, &middle).await.is_err());
    advance(other, &start, &end).await.unwrap();
    advance(table, &middle, &end).await.unwrap();
    assert!(advance(table, &end, &end).await.is_err(), "it is finished");
    let reached = progress.place(&target, table).await.unwrap();
    assert!(reached.finished && reached.rows == 7);
}
