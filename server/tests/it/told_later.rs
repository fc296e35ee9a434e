//! A session ended by a process that is gone before anybody could be told: the next server tells.

use crate::support::{
    a_client,
    installation::Installation,
    receiver::{Manner, Receiver},
    relying_party::{CALLBACK, claims},
};
use axum::http::StatusCode;

const ADA: &str = "ada@example.com";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ended_at_the_command_line_while_no_server_runs_is_told_once_one_does() {
    let here = Installation::new();
    let mut receiver = Receiver::start(Manner::With(StatusCode::OK)).await;
    let uri = receiver.uri();
    let made = here.run(&[
        "client",
        "create",
        "--name",
        "App",
        "--type",
        "public",
        "--redirect-uri",
        CALLBACK,
        "--backchannel-logout-uri",
        &uri,
        "--frontchannel-logout-uri",
        "https://app.example.com/front",
    ]);
    let rp = a_client().public().known_as(made["client_id"].as_str().unwrap());
    here.person(ADA);
    let server = here.serve();
    let tokens = rp.tokens(&mut here.browser(), ADA).await;
    server.kill();
    assert_eq!(here.run(&["session", "end", "--user", ADA])["ended"], 1);
    assert_eq!(receiver.more(), 0);
    let _server = here.serve();
    let told = claims(&receiver.token().await);
    assert_eq!(told["sid"], claims(tokens["id_token"].as_str().unwrap())["sid"]);
}

#[test]
fn a_logout_address_that_cannot_be_registered_is_refused() {
    let here = Installation::new();
    let create = |option: &str, uri: &str| {
        let client = ["client", "create", "--name", "App", "--type", "public"];
        let to = ["--redirect-uri", CALLBACK, option, uri];
        here.refused(&[&client[..], &to[..]].concat())
    };
    let foreign = create("--frontchannel-logout-uri", "https://evil.example/");
    assert!(foreign.contains("those of a redirect URI"), "{foreign}");
    let fragment = create("--backchannel-logout-uri", "https://app.example.com/#x");
    assert!(fragment.contains("fragment"), "{fragment}");
}
