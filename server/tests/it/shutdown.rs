//! How a process ends: what it still takes, what it finishes, and what it leaves.

use crate::support::{
    Browser,
    installation::{Installation, Running},
};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

const ADA: &str = "ada@example.com";
const PATIENCE: Duration = Duration::from_secs(20);
const SOON: Duration = Duration::from_millis(1500);

fn connect(node: &Installation) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", node.port()))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// The whole answer of a connection that the server ends.
fn last_answer(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.to_ascii_lowercase().contains("connection: close"),
        "{answer}"
    );
    answer
}

/// A POST whose body is still to come, as many bytes as given.
fn half_a_request(node: &Installation, body: usize) -> TcpStream {
    let mut stream = connect(node).unwrap();
    let head = format!(
        "POST /token HTTP/1.1\r\nHost: localhost:{}\r\nContent-Length: {body}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n\r\n",
        node.port()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The server asks for the body once the request is in hand.
    let mut told = [0; 25];
    stream.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

fn wait_until(mut done: impl FnMut() -> bool) {
    let since = Instant::now();
    while !done() {
        assert!(since.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn ends_within(running: Running, time: Duration) -> Option<i32> {
    let since = Instant::now();
    let status = running.ended();
    assert!(since.elapsed() < time, "{:?}", since.elapsed());
    status.code()
}

#[test]
fn an_idle_process_ends_at_once_with_all_in_its_file() {
    let node = Installation::new();
    let running = node.serve();
    assert!(node.path("signet.db-wal").exists());
    running.ask_to_stop();
    assert_eq!(ends_within(running, SOON), Some(0));
    assert!(!node.path("signet.db-wal").exists());
}

#[test]
fn a_request_in_hand_is_answered_while_new_connections_are_refused() {
    let node = Installation::new();
    let running = node.serve();
    let mut half = half_a_request(&node, 12);
    running.ask_to_stop();
    wait_until(|| connect(&node).is_err());
    // Longer than connections without a request stay open.
    std::thread::sleep(Duration::from_secs(3));
    half.write_all(b"grant_type=x").unwrap();
    assert!(last_answer(half).starts_with("HTTP/1.1 401"));
    assert_eq!(ends_within(running, SOON), Some(0));
}

#[test]
fn an_open_connection_carries_one_more_request() {
    let node = Installation::new();
    let running = node.serve();
    let mut kept = connect(&node).unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", node.port());
    kept.write_all(request.as_bytes()).unwrap();
    let mut start = [0; 15];
    kept.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 200 OK");
    running.ask_to_stop();
    wait_until(|| connect(&node).is_err());
    kept.write_all(request.as_bytes()).unwrap();
    assert!(last_answer(kept).contains("HTTP/1.1 200 OK"));
    assert_eq!(ends_within(running, SOON), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_balancer_that_asks_has_time_to_hear() {
    let node = Installation::new();
    let running = node.serve();
    let mut browser = node.browser();
    assert_eq!(browser.get("/readyz").await.status, 200);
    assert_eq!(browser.get("/healthz").await.status, 200);
    running.ask_to_stop();
    let told = Instant::now();
    // Connections of their own: those from before would be served anyway.
    let mut answer = node.browser().get("/readyz").await;
    while answer.status == 200 {
        assert!(told.elapsed() < SOON);
        answer = node.browser().get("/readyz").await;
    }
    assert_eq!(answer.status, 503);
    assert_eq!(answer.json()["status"], "draining");
    assert!(answer.header("retry-after").is_some());
    assert_eq!(answer.header("connection"), Some("close"));
    assert_eq!(node.browser().get("/healthz").await.status, 200);
    assert_eq!(ends_within(running, PATIENCE), Some(0));
}

#[test]
fn a_second_signal_ends_the_process_at_once() {
    let node = Installation::new();
    let running = node.serve();
    let _half = half_a_request(&node, 12);
    running.ask_to_stop();
    wait_until(|| connect(&node).is_err());
    running.ask_to_stop();
    assert_eq!(ends_within(running, SOON), Some(1));
}

/// Posts the password on `page` and goes away without waiting for the answer.
fn post_and_leave(node: &Installation, browser: &Browser, page: &crate::support::Answer) {
    let form = page.form("password");
    let mut fields = form.fields.clone();
    fields.retain(|(name, _)| name != "password");
    fields.push(("password".to_owned(), crate::support::idp::PASSWORD.to_owned()));
    let body = serde_urlencoded::to_string(&fields).unwrap();
    let cookies: Vec<String> = browser
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}",
        form.action,
        cookies.join("; "),
        body.len()
    );
    let mut stream = connect(node).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_that_nobody_waits_for_is_done_as_a_whole() {
    let node = Installation::new();
    let running = node.serve();
    node.person(ADA);
    let rp = node.client();
    let mut browser = node.browser();
    let start = browser.get(&rp.authorize_url(&[])).await;
    let page = browser.follow(start).await;
    let answer = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
    let page = browser.follow(answer).await;
    post_and_leave(&node, &browser, &page);
    let sessions = || {
        let listed = node.run(&["session", "list", "--user", ADA]);
        listed["items"].as_array().unwrap().len()
    };
    wait_until(|| sessions() == 1);
    // The cookie never came: the person is asked again, and gets in.
    let tokens = rp.tokens(&mut browser, ADA).await;
    assert!(tokens["refresh_token"].is_string());
    running.stop();
}
