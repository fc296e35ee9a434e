//! Backing up, restoring and moving a database, as processes.

use crate::{
    operators::{ADA, authorize, by_the_command_line, text},
    support::{
        installation::{Installation, document},
        relying_party::userinfo,
    },
};
use domain::{clock::Timestamp, event::EventKind, realm::RealmName, secret::Digest, stores::Stores as _};
use std::{
    fs,
    io::{BufRead as _, BufReader},
    time::Duration,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_beside_the_server_comes_back_without_its_sessions() {
    let here = Installation::new();
    assert!(here.refused(&["backup", "--to", "b"]).contains("no master key"));
    let server = here.serve();
    here.person(ADA);
    let rp = here.client();
    let mut browser = here.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    let made = here.run(&["backup", "--to", "b"]);
    assert_eq!(made["bytes"], fs::metadata(here.path("b")).unwrap().len());
    let plain = here
        .command(&["backup", "--to", "b", "--force"])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&plain.stdout).contains("is not inside"));
    let key = fs::read(here.path("master.key")).unwrap();
    let inside = fs::read(here.path("b")).unwrap();
    assert!(!inside.windows(key.len()).any(|part| part == key));
    let late = here.client();

    assert!(
        here.refused(&["restore", "--from", "b", "--force"])
            .contains("in use")
    );
    server.stop();
    assert!(here.refused(&["restore", "--from", "b"]).contains("--force"));
    let other = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
    let mut wrong = here.command(&["restore", "--from", "b", "--force"]);
    let wrong = wrong.env("SIGNET_MASTER_KEY", other).output().unwrap();
    assert!(!wrong.status.success());
    let told = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(told.contains("belongs to the master key"), "{told}");

    let restored = here.run(&["restore", "--from", "b", "--force"]);
    assert_eq!(restored["ended"]["sessions"], 1);
    assert_eq!(restored["ended"]["authorizations"], 1);
    let kept = restored["kept"].as_str().unwrap();
    let server = here.serve();
    let refused = rp.refresh(&mut browser, text(&tokens, "refresh_token")).await;
    assert_eq!(refused.json()["error"], "invalid_grant");
    assert_eq!(
        userinfo(&mut browser, text(&tokens, "access_token")).await.status,
        401
    );
    assert_ne!(browser.get("/account").await.status, 200);
    assert_eq!(
        authorize(&mut browser, &late).await,
        400,
        "it came after the backup"
    );
    // Until the end of the second after the restore's, tokens could be of a node that had not heard of it.
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let fresh = rp.tokens(&mut here.browser(), ADA).await;
    assert_eq!(
        userinfo(&mut browser, text(&fresh, "access_token")).await.status,
        200
    );
    assert!(
        by_the_command_line(&here)
            .await
            .contains(&EventKind::DatabaseRestored)
    );
    server.stop();

    fs::copy(kept, here.path("plain")).unwrap();
    let mut wrong = here.command(&["restore", "--from", "plain", "--force"]);
    let wrong = wrong.env("SIGNET_MASTER_KEY", other).output().unwrap();
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("master key does not fit"));
    tokio::time::sleep(Duration::from_secs(1)).await;
    here.run(&["restore", "--from", "b", "--force", "--keep-sessions"]);
    let _server = here.serve();
    assert_eq!(
        rp.refresh(&mut browser, text(&tokens, "refresh_token"))
            .await
            .status,
        200
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_moves_to_postgresql_and_back() {
    let (here, there) = (Installation::new(), Installation::new());
    let ada = here.person(ADA);
    let rp = here.client();
    let postgres = testbed::Postgres::shared();
    let postgres = postgres.url(&postgres.create_database(None).unwrap());
    let (from, back) = (here.database(), there.database());
    let copied = here.run(&["copy", "--from", &from, "--to", &postgres]);
    let rows = |copied: &serde_json::Value, table: &str| {
        let tables = copied["tables"].as_array().unwrap();
        tables.iter().find(|row| row["table"] == table).unwrap()["rows"].clone()
    };
    assert_eq!(rows(&copied, "app_user"), 1);
    assert_eq!(rows(&copied, "client"), 1);
    assert!(
        here.refused(&["copy", "--from", &from, "--to", &postgres])
            .contains("not empty")
    );
    let returned = here.run(&["copy", "--from", &postgres, "--to", &back]);
    assert_eq!(copied["rows"], returned["rows"]);
    fs::copy(here.path("master.key"), there.path("master.key")).unwrap();
    assert_eq!(there.run(&["user", "list"])["items"][0]["id"], ada["id"]);
    let _server = there.serve();
    rp.tokens(&mut there.browser(), ADA).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_was_killed_goes_on() {
    let here = Installation::new();
    here.person(ADA);
    fill(&here, 12_000).await;
    let postgres = testbed::Postgres::shared();
    let postgres = postgres.url(&postgres.create_database(None).unwrap());
    let from = here.database();
    let copy = ["copy", "--from", &from, "--to", &postgres];
    let mut killed = here.command(&copy).spawn().unwrap();
    let told = BufReader::new(killed.stderr.take().unwrap());
    let reached = told
        .lines()
        .map(Result::unwrap)
        .find(|line| line.contains("browser: 10000 rows"));
    assert!(reached.is_some());
    killed.kill().unwrap();
    assert!(!killed.wait().unwrap().success());

    let mut refused = here.command(&["user", "list"]);
    refused.env("SIGNET_DATABASE_URL", &postgres);
    let refused = refused
        .env("SIGNET_MASTER_KEY_FILE", here.path("master.key"))
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("partly finished copy"));
    let rest = here.command(&copy).arg("--json").output().unwrap();
    let told = String::from_utf8_lossy(&rest.stderr).into_owned();
    assert!(
        !told.contains("realm:") && !told.contains("browser: 10000 rows"),
        "{told}"
    );
    let tables = document(rest)["tables"].clone();
    let browsers = tables
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["table"] == "browser");
    assert_eq!(browsers.unwrap()["rows"], 12_000);
}

/// Puts that many rows into one table.
async fn fill(here: &Installation, rows: u32) {
    let stores = storage::open_sql(&here.database()).await.unwrap();
    let root = stores.all_realms().find(&RealmName::Root).await.unwrap().unwrap();
    let browsers = stores.in_realm(root.id).browsers;
    let until = Timestamp::from_seconds(4_000_000_000);
    let saves = (0..rows).map(|number| {
        let browsers = browsers.clone();
        async move {
            browsers
                .save(&Digest::of(number.to_be_bytes()), b"x", until)
                .await
        }
    });
    for saved in futures::future::join_all(saves).await {
        saved.unwrap();
    }
}
