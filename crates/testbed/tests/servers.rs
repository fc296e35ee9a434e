//! The servers answer, forget what they should, and leave nothing behind.

#![allow(clippy::unwrap_used, reason = "a test that meets an error has failed")]

use std::{
    net::TcpStream,
    process::{Command, Stdio},
};

use testbed::{Postgres, Redis};

fn answers(url: &str, query: &str) -> Option<String> {
    let output = Command::new("psql")
        .args(["--tuples-only", "--no-align", url, "-c", query])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    output.status.success().then(|| text.trim().to_owned())
}

#[test]
fn databases_are_copied_and_survive_a_stop() {
    let postgres = Postgres::start(&[]).unwrap();
    let first = postgres.create_database(None).unwrap();
    answers(&postgres.url(&first), "create table kept as select 7 as figure").unwrap();
    let copy = postgres.create_database(Some(&first)).unwrap();
    assert_ne!(first, copy);

    postgres.stop().unwrap();
    assert_eq!(answers(&postgres.url(&copy), "select 1"), None);
    postgres.resume().unwrap();
    assert_eq!(
        answers(&postgres.url(&copy), "select figure from kept").as_deref(),
        Some("7")
    );

    postgres.drop_database(&copy).unwrap();
    assert_eq!(answers(&postgres.url(&copy), "select 1"), None);
    let port = postgres.port();
    drop(postgres);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn a_database_in_use_is_copied_once_its_users_are_sent_away() {
    let postgres = Postgres::start(&[]).unwrap();
    let used = postgres.create_database(None).unwrap();
    let mut user = Command::new("psql")
        .args([&postgres.url(&used), "-c", "select pg_sleep(60)"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let connected = format!("select count(*) from pg_stat_activity where datname = '{used}'");
    while answers(&postgres.url("postgres"), &connected).as_deref() != Some("1") {}
    postgres.disconnect(&used).unwrap();
    postgres.create_database(Some(&used)).unwrap();
    assert!(!user.wait().unwrap().success());
}

#[test]
fn every_redis_url_is_another_database_of_one_server() {
    let redis = Redis::start().unwrap();
    assert_ne!(redis.url(), redis.url());
    redis.stop().unwrap();
    redis.resume().unwrap();
    assert!(redis.stop().is_ok());
    assert!(redis.stop().is_err());
}
