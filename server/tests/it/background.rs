//! Background loops: each does its work when asked once, and what one node at a time does is done by one.

use crate::support::{TestIdp, a_client, idp::PASSWORD};
use domain::{
    client::{GrantType, Status},
    event::EventKind,
    stores::Stores as _,
};
use server::jobs::{LOOPS, Loop, Loops};
use std::time::Duration;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};

const ADA: &str = "ada@example.com";
const GRACE: &str = "grace@example.com";
/// Longer than anybody's turn.
const TURN: Duration = Duration::from_secs(120);
/// Longer than anything lives.
const YEARS: Duration = Duration::from_secs(3 * 366 * 86_400);

/// How often the log has, with its place or without, events of this kind.
async fn logged(idp: &TestIdp, kind: &str) -> i64 {
    let which = format!("event_log WHERE body LIKE '%\"kind\":\"{kind}\"%'");
    idp.rows().await.count(&which).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_loop_does_its_work_when_asked_once() {
    let one = super::start().await;
    let two = one.another_node().await;
    one.person(ADA).await;
    for background in &LOOPS {
        match background.name {
            "batched events" => events_are_stored(background, &one).await,
            "changes" => changes_are_followed(background, &one, &two).await,
            "erasures" => accounts_are_erased(background, &one).await,
            "jobs" => mails_are_sent(background, &one).await,
            // Shown in `oidc_backchannel_logout`.
            "logouts" => assert!(background.run_once(&one.runtime).await.unwrap()),
            "relay" => events_get_their_order(background, &one).await,
            "sweep" => what_expired_is_deleted(background, &one).await,
            // Shown in `upstream_tokens`.
            "upstream tokens" => assert!(background.run_once(&one.runtime).await.unwrap()),
            other => panic!("nothing shows the work of {other}"),
        }
    }
}

async fn accounts_are_erased(background: &Loop, idp: &TestIdp) {
    let bob = idp.person("bob@example.com").await;
    let act = idp.act().await;
    assert!(idp.runtime.services.users.delete(&act, bob.id).await.unwrap());
    let named = format!("event_log WHERE body LIKE '%{}%'", bob.id);
    assert!(idp.rows().await.count(&named).await > 0);
    assert!(background.run_once(&idp.runtime).await.unwrap());
    assert!(
        idp.rows().await.count(&named).await > 0,
        "tokens of theirs may be about"
    );
    idp.clock.advance(Duration::from_secs(86_400));
    assert!(background.run_once(&idp.runtime).await.unwrap());
    assert_eq!(idp.rows().await.count(&named).await, 0);
}

async fn events_are_stored(background: &Loop, idp: &TestIdp) {
    let code_alone = a_client().grants(&[GrantType::AuthorizationCode]);
    let rp = idp.relying_party(code_alone).await;
    let tokens = rp.tokens(&mut idp.browser(), ADA).await;
    assert!(tokens.get("refresh_token").is_none(), "no row is written");
    assert_eq!(logged(idp, "token_issued").await, 0);
    assert!(background.run_once(&idp.runtime).await.unwrap());
    assert_eq!(logged(idp, "token_issued").await, 1);
    assert!(background.run_once(&idp.runtime).await.unwrap());
    assert_eq!(logged(idp, "token_issued").await, 1);
}

async fn changes_are_followed(background: &Loop, one: &TestIdp, two: &TestIdp) {
    let rp = one.relying_party(a_client()).await;
    let url = rp.authorize_url(&[]);
    background.run_once(&two.runtime).await.unwrap();
    assert_eq!(two.browser().get(&url).await.status, 303);
    let clients = &one.runtime.services.clients;
    let id = rp.id.parse().unwrap();
    assert!(
        clients
            .set_status(&one.act().await, &id, Status::Disabled)
            .await
            .unwrap()
    );
    assert_eq!(
        two.browser().get(&url).await.status,
        303,
        "it has not heard of it"
    );
    assert!(background.run_once(&two.runtime).await.unwrap());
    assert_eq!(two.browser().get(&url).await.status, 400);
}

async fn mails_are_sent(background: &Loop, idp: &TestIdp) {
    let typed = [("email", GRACE), ("name", "Grace"), ("new_password", PASSWORD)];
    assert_eq!(idp.browser().post("/sign-up", &typed).await.status, 303);
    let mailbox = idp.runtime.mailbox.as_ref().unwrap();
    // Whose the address is is found out first.
    assert!(background.run_once(&idp.runtime).await.unwrap());
    assert!(mailbox.list().await.unwrap().is_empty());
    for _ in 0..2 {
        assert!(background.run_once(&idp.runtime).await.unwrap());
        let mails = mailbox.list().await.unwrap();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].to, GRACE);
        assert_eq!(logged(idp, "mail_sent").await, 1);
        assert_eq!(idp.rows().await.count("job").await, 0);
    }
}

async fn events_get_their_order(background: &Loop, idp: &TestIdp) {
    let rows = idp.rows().await;
    let waiting = rows.count("event_log WHERE place IS NULL").await;
    assert!(waiting > 0);
    assert!(background.run_once(&idp.runtime).await.unwrap());
    assert_eq!(rows.count("event_log WHERE place IS NULL").await, 0);
    let all = idp.runtime.stores.all_realms();
    let events = all.events_for("somebody new", 1_000).await.unwrap();
    assert!(events.len() as i64 >= waiting);
    assert!(events.is_sorted_by(|(one, _), (next, _)| one < next));
    let made =
        |(_, event): &(i64, domain::event::Event)| matches!(event.kind, EventKind::ClientCreated { .. });
    assert!(events.iter().any(made));
    assert!(
        all.events_for("log", 1).await.unwrap().is_empty(),
        "the log has read all"
    );
    let read = format!(
        "sink_cursor WHERE sink = 'log' AND place = {}",
        events.last().unwrap().0
    );
    assert_eq!(rows.count(&read).await, 1);
}

async fn what_expired_is_deleted(background: &Loop, idp: &TestIdp) {
    let rows = idp.rows().await;
    assert!(background.run_once(&idp.runtime).await.unwrap());
    for table in ["browser", "login_session", "mailed_code"] {
        assert!(rows.count(table).await > 0, "{table} has nothing");
    }
    idp.clock.advance(YEARS);
    assert!(background.run_once(&idp.runtime).await.unwrap());
    for table in ["browser", "login_session", "mailed_code"] {
        assert_eq!(rows.count(table).await, 0, "{table}");
    }
    assert_eq!(rows.count("app_user").await, 2);
}

/// Whether each of two nodes does the loop's work now.
async fn who_works(background: &Loop, one: &TestIdp, two: &TestIdp) -> (bool, bool) {
    (
        background.run_once(&one.runtime).await.unwrap(),
        background.run_once(&two.runtime).await.unwrap(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_one_relays_and_sweeps_until_its_turn_is_over() {
    let one = super::start().await;
    let two = one.another_node().await;
    for background in &LOOPS {
        match background.name {
            "relay" | "sweep" | "upstream tokens" => {}
            "batched events" | "changes" | "erasures" | "jobs" | "logouts" => {
                assert_eq!(who_works(background, &one, &two).await, (true, true));
                continue;
            }
            other => panic!("is {other} for one node or for all?"),
        }
        for _ in 0..2 {
            assert_eq!(who_works(background, &one, &two).await, (true, false));
        }
        one.runtime
            .stores
            .leases()
            .release(one.runtime.node)
            .await
            .unwrap();
        assert_eq!(who_works(background, &two, &one).await, (true, false));
        one.clock.advance(TURN);
        assert_eq!(
            who_works(background, &one, &two).await,
            (true, false),
            "its time was over"
        );
        two.clock.advance(TURN);
        Loops::start(&one.runtime).stop().await;
        assert_eq!(
            who_works(background, &two, &one).await,
            (true, false),
            "handed on"
        );
        two.runtime
            .stores
            .leases()
            .release(two.runtime.node)
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_on_turn_leaves_the_work() {
    let one = super::start().await;
    let two = one.another_node().await;
    let relay = LOOPS
        .iter()
        .find(|background| background.name == "relay")
        .unwrap();
    assert!(relay.run_once(&one.runtime).await.unwrap());
    two.person(ADA).await;
    assert!(!relay.run_once(&two.runtime).await.unwrap());
    let rows = two.rows().await;
    assert_eq!(rows.count("event_log WHERE place IS NULL").await, 1);
    assert!(relay.run_once(&one.runtime).await.unwrap());
    assert_eq!(rows.count("event_log WHERE place IS NULL").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_in_the_hands_of_a_node_that_died_is_sent_by_another_after_its_lease() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", server.local_addr().unwrap());
    let one = super::start_with(&[("SIGNET_SMTP_URL", &url)]).await;
    let two = one.another_node().await;
    let jobs = LOOPS.iter().find(|background| background.name == "jobs").unwrap();
    let typed = [("email", GRACE), ("name", "Grace"), ("new_password", PASSWORD)];
    assert_eq!(one.browser().post("/sign-up", &typed).await.status, 303);
    assert!(jobs.run_once(&one.runtime).await.unwrap());
    tokio::select! {
        sent = jobs.run_once(&one.runtime) => panic!("nobody took it: {sent:?}"),
        // It dies while it waits for the greeting.
        connected = server.accept() => drop(connected),
    }
    let rows = one.rows().await;
    jobs.run_once(&two.runtime).await.unwrap();
    assert_eq!(rows.count("job WHERE attempt = 1").await, 1);
    two.clock.advance(TURN);
    let (done, mail) = tokio::join!(jobs.run_once(&two.runtime), take_one_mail(&server));
    assert!(done.unwrap());
    assert!(mail.contains(GRACE), "{mail}");
    assert_eq!(rows.count("job").await, 0);
    assert_eq!(logged(&two, "mail_sent").await, 1);
}

/// The first mail that somebody hands in (RFC 5321).
async fn take_one_mail(server: &TcpListener) -> String {
    let (mut connection, _) = server.accept().await.unwrap();
    let (read, mut write) = connection.split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 ready\r\n").await.unwrap();
    let mut mail: Option<String> = None;
    while let Some(line) = lines.next_line().await.unwrap() {
        let answer = match (&mut mail, line.as_str()) {
            (Some(mail), ".") => {
                write.write_all(b"250 taken\r\n").await.unwrap();
                return mail.clone();
            }
            (Some(mail), line) => {
                mail.push_str(line);
                continue;
            }
            (None, "DATA") => {
                mail = Some(String::new());
                "354 go on\r\n"
            }
            (None, _) => "250 yes\r\n",
        };
        write.write_all(answer.as_bytes()).await.unwrap();
    }
    panic!("no mail came");
}
