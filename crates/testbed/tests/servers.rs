//! The servers answer, forget what they should, and leave nothing behind.

#![allow(clippy::unwrap_used, reason = "a test that meets an error has failed")]

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use testbed::{Nginx, Postgres, Redis, free_port};

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

#[test]
fn a_proxy_goes_on_to_the_next_server_when_one_is_away() {
    let server = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let (away, here) = (free_port().unwrap(), server.local_addr().unwrap().port());
    let nginx = Nginx::start(&[away, here]).unwrap();
    thread::spawn(move || {
        for connection in server.incoming() {
            let mut connection = connection.unwrap();
            assert!(connection.read(&mut [0; 4096]).unwrap() > 0);
            let answer = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
            connection.write_all(answer).unwrap();
        }
    });
    let authority = nginx.origin().strip_prefix("http://").unwrap().to_owned();
    for path in ["/one", "/two"] {
        let mut client = TcpStream::connect(&authority).unwrap();
        let request = format!("POST {path} HTTP/1.0\r\nContent-Length: 1\r\n\r\nx");
        client.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    }
    let both = format!("204 127.0.0.1:{away}, 127.0.0.1:{here} POST /");
    // The log may come a moment after the answer.
    let given_up = Instant::now() + Duration::from_secs(10);
    while !nginx.requests().unwrap().contains(&both) {
        assert!(Instant::now() < given_up, "{}", nginx.requests().unwrap());
        thread::sleep(Duration::from_millis(20));
    }
    assert!(nginx.complaints().unwrap().contains("Connection refused"));
}
