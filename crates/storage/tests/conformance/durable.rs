//! What only databases have: restarts, a schema that comes and goes, acts whose callers go away.

use crate::{
    databases::{Database, Kind},
    subject::{Subject, at_once},
};
use domain::{
    realm::RealmName,
    stores::{Alongside, StoreError, Stores as _},
    testing::{a_client, a_realm},
};
use std::{sync::Arc, time::Duration};

pub async fn data_outlives_a_restart(kind: Kind) {
    let database = Database::empty(kind);
    let url = &database.url;
    let realm = a_realm(RealmName::Root);
    assert!(storage::pending_migrations(url).await.unwrap() > 0);
    storage::migrate(url).await.unwrap();
    assert_eq!(storage::pending_migrations(url).await.unwrap(), 0);
    {
        let stores = storage::open_sql(url).await.unwrap();
        stores
            .all_realms()
            .create(&realm, Alongside::default())
            .await
            .unwrap();
        let clients = stores.in_realm(realm.id).clients;
        clients
            .create(&a_client().build(), Alongside::default())
            .await
            .unwrap();
    }
    storage::migrate(url).await.unwrap();
    let stores = storage::open_sql(url).await.unwrap();
    assert_eq!(
        stores.all_realms().find(&realm.name).await.unwrap(),
        Some(realm.clone())
    );
    let client = a_client().build();
    assert_eq!(
        stores.in_realm(realm.id).clients.find(&client.id).await.unwrap(),
        Some(client)
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_of_sqlite_is_private() {
    let database = Database::migrated(Kind::Sqlite).await;
    let _stores = storage::open_sql(&database.url).await.unwrap();
    for entry in std::fs::read_dir(database.folder().unwrap()).unwrap() {
        let mode = std::os::unix::fs::PermissionsExt::mode(&entry.unwrap().metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
}

pub async fn the_schema_comes_down_as_it_went_up(kind: Kind) {
    use sea_orm_migration::MigratorTrait as _;
    let database = Database::migrated(kind).await;
    let connection = sea_orm::Database::connect(&database.url).await.unwrap();
    migrations::Migrator::down(&connection, None).await.unwrap();
    migrations::Migrator::up(&connection, None).await.unwrap();
}

pub async fn a_failing_act_does_not_disturb_its_neighbours(kind: Kind) {
    let s = Subject::durable(kind).await;
    let clients = s.here().clients;
    let notes: Vec<_> = (0..60).map(|_| s.note()).collect();
    // Every third takes the same id; whichever comes first keeps it.
    let done = at_once(60, |number| {
        let id = if number % 3 == 0 {
            "same".to_owned()
        } else {
            format!("own-{number}")
        };
        let (clients, note) = (clients.clone(), notes[number].clone());
        async move { clients.create(&a_client().id(&id).build(), note.with()).await }
    })
    .await;
    let mut taken = 0;
    for (number, (done, note)) in done.iter().zip(&notes).enumerate() {
        assert_eq!(s.took_place(note).await, done.is_ok());
        match done {
            Ok(()) => taken += usize::from(number % 3 == 0),
            Err(error) => {
                assert!(
                    number % 3 == 0 && matches!(error, StoreError::Conflict),
                    "{number}: {error:?}"
                );
            }
        }
    }
    assert_eq!(taken, 1);
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 41);
}

pub async fn an_act_that_fails_at_its_end_leaves_nothing_of_it(kind: Kind) {
    let s = Subject::durable(kind).await;
    let (clients, stored) = (s.here().clients, s.note());
    s.here().events.record(stored.with()).await.unwrap();
    let notes: Vec<_> = (0..30).map(|_| s.note()).collect();
    // Every third brings a job that is there already, which is found out when its client has been written.
    let done = at_once(30, |number| {
        let mut note = notes[number].clone();
        if number % 3 == 0 {
            note.job = stored.job.clone();
        }
        let (clients, client) = (clients.clone(), a_client().id(&format!("c{number}")).build());
        async move {
            let done = clients.create(&client, note.with()).await;
            (done, clients.find(&client.id).await.unwrap())
        }
    })
    .await;
    for (number, (done, found)) in done.into_iter().enumerate() {
        let takes_place = number % 3 != 0;
        assert_eq!(done.is_ok(), takes_place, "{number}: {done:?}");
        assert_eq!(found.is_some(), takes_place, "{number}");
    }
}

pub async fn an_act_whose_caller_went_away_is_whole_or_not_there(kind: Kind) {
    let s = Subject::durable(kind).await;
    let clients = s.here().clients;
    let notes: Vec<_> = (0..40).map(|_| s.note()).collect();
    let tasks: Vec<_> = notes
        .iter()
        .cloned()
        .enumerate()
        .map(|(number, note)| {
            let clients = clients.clone();
            tokio::spawn(async move {
                clients
                    .create(&a_client().id(&format!("c{number}")).build(), note.with())
                    .await
            })
        })
        .collect();
    for (number, task) in tasks.iter().enumerate() {
        if number % 2 == 0 {
            task.abort();
        }
        tokio::task::yield_now().await;
    }
    // SQLite's writer answers in order, and no act takes longer than the pause on PostgreSQL.
    s.client(a_client().id("last").build()).await;
    if kind == Kind::Postgres {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    for (number, (task, note)) in tasks.into_iter().zip(&notes).enumerate() {
        let answered = task.await;
        let stored = clients
            .find(&format!("c{number}").parse().unwrap())
            .await
            .unwrap()
            .is_some();
        assert_eq!(stored, s.took_place(note).await);
        if let Ok(answer) = answered {
            answer.unwrap();
            assert!(stored);
        }
    }
}

pub async fn new_work_is_signalled_and_a_failing_listener_harms_nobody(kind: Kind) {
    let database = Database::migrated(kind).await;
    let stores = storage::open_sql(&database.url).await.unwrap();
    stores.on_commit(Arc::new(|_| panic!("a listener's fault")));
    let realm = a_realm(RealmName::Root);
    let signal = stores.job_signal();
    stores
        .all_realms()
        .create(&realm, Alongside::default())
        .await
        .unwrap();
    let heard = |wait| tokio::time::timeout(Duration::from_millis(wait), signal.notified());
    assert!(heard(50).await.is_err(), "nothing to do yet");
    let s = Subject::fakes().await;
    let mut with = s.note_in(realm.id).with();
    with.events.clear();
    stores.in_realm(realm.id).events.record(with).await.unwrap();
    assert!(heard(5_000).await.is_ok());
}

#[tokio::test]
async fn addresses_that_cannot_be_opened_are_refused() {
    for url in [
        "mysql://localhost/x",
        "sqlite::memory:",
        "sqlite://",
        "postgres://",
        "postgres://host:port/signet",
        "signet.db",
        "",
    ] {
        assert!(storage::open_sql(url).await.is_err(), "{url}");
        assert!(storage::migrate(url).await.is_err(), "{url}");
    }
}
