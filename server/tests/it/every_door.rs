//! Whoever guesses at every door of an account at once, from everywhere and under every name it has, is judged no more
//! often than its one budget allows, on every store that may keep it; the owner gets in meanwhile.

mod ways;

use crate::support::{Answer, AuthenticatorApp, Browser, TestIdp, idp::PASSWORD};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinSet;
use ways::{Way, arrived, forwarded, guess, ways};

const ADA: &str = "ada@example.com";
/// What everybody may try together with one account, and from one address.
const TOGETHER: usize = 30;
const FROM_ADDRESS: usize = 5;
/// Attempts when every account locks hard.
const HARD: usize = 5;
/// Guesses of a siege.
const GUESSES: usize = 10_000;
/// Requests under way at once.
const AT_ONCE: usize = 100;

/// Signs in by password and app, as far as that goes.
async fn signs_in(idp: &TestIdp, browser: Browser, app: Option<&AuthenticatorApp>) -> (Browser, Answer) {
    let (mut browser, id) = arrived(browser).await;
    let fields = [
        ("interaction", id.as_str()),
        ("identifier", ADA),
        ("password", PASSWORD),
    ];
    let answer = browser.post("/login", &fields).await;
    let Some(app) = app.filter(|_| answer.status == 303) else {
        return (browser, answer);
    };
    let code = app.code(idp);
    let fields = [("interaction", id.as_str()), ("code", code.as_str())];
    let answer = browser.post("/login/otp", &fields).await;
    (browser, answer)
}

/// The owner, with an app, signed in at home more than a while ago.
async fn owner(idp: &TestIdp) -> (Browser, AuthenticatorApp) {
    idp.person(ADA).await;
    let (mut home, answer) = signs_in(idp, idp.browser(), None).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let app = AuthenticatorApp::add(idp, &mut home).await;
    idp.clock.advance(Duration::from_secs(900));
    (home, app)
}

/// What was judged: of the account by way and by address, and of the other name.
#[derive(Debug, Default)]
struct Judged {
    by_path: HashMap<&'static str, usize>,
    by_address: HashMap<usize, usize>,
    of_other: usize,
    /// Put off by a busy store, which tells whoever guesses nothing.
    put_off: usize,
}

impl Judged {
    fn of_account(&self) -> usize {
        self.by_address.values().sum()
    }
}

/// Guesses so often at least, in turn of the ways, and until it has been enough.
async fn siege(ways: Vec<Way>, guesses: usize, enough: Arc<AtomicBool>) -> Judged {
    let (mut under_way, mut judged) = (JoinSet::new(), Judged::default());
    let mut next = 0;
    let goes_on = |next| next < guesses || !enough.load(Ordering::Relaxed);
    while goes_on(next) || !under_way.is_empty() {
        while goes_on(next) && under_way.len() < AT_ONCE {
            let (number, way) = (next, ways[next % ways.len()].clone());
            under_way.spawn(async move { (number, guess(way, number).await) });
            next += 1;
        }
        let (number, answer) = under_way.join_next().await.unwrap().unwrap();
        let at = number % ways.len();
        match answer.status.as_u16() {
            403 if ways[at].of_other => judged.of_other += 1,
            403 => {
                *judged.by_path.entry(ways[at].path).or_default() += 1;
                *judged.by_address.entry(forwarded(number).1).or_default() += 1;
            }
            429 => assert!(answer.header("retry-after").is_some()),
            503 => judged.put_off += 1,
            other => panic!("{other} at {}: {}", ways[at].path, answer.body),
        }
    }
    judged
}

async fn recorded(idp: &TestIdp, kind: &str) -> i64 {
    let which = format!("event_log WHERE body LIKE '%\"kind\":\"{kind}\"%'");
    idp.rows().await.count(&which).await
}

/// Besieges an account on every node; the owner gets in at home meanwhile and afterwards.
async fn besiege(idp: &TestIdp, other: Option<&TestIdp>, guesses: usize) {
    let (home, app) = owner(idp).await;
    let mut all = ways(idp, &home, &app).await;
    if let Some(other) = other {
        let there: Vec<Way> = all.iter().map(|way| way.at(other)).collect();
        all.extend(there);
    }
    let known = |browser: &Browser| {
        let mut browser = browser.clone();
        browser.cookies.retain(|name, _| name.contains("device"));
        browser
    };
    let enough = Arc::new(AtomicBool::new(false));
    let under_way = tokio::spawn(siege(all, guesses, enough.clone()));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (home, meanwhile) = signs_in(idp, known(&home), Some(&app)).await;
    assert_eq!(meanwhile.status, 303, "{}", meanwhile.body);
    enough.store(true, Ordering::Relaxed);
    let judged = under_way.await.unwrap();
    assert!(judged.of_account() <= TOGETHER, "{judged:?}");
    assert!(
        judged.by_address.values().all(|many| *many <= FROM_ADDRESS),
        "{judged:?}"
    );
    assert!(judged.of_other <= TOGETHER, "{judged:?}");
    // Many tried, so what is allowed was used, and what is recorded is what was answered.
    assert!(judged.of_account() + judged.put_off >= TOGETHER, "{judged:?}");
    // A store that answers hardly anybody would prove nothing.
    assert!(judged.put_off <= guesses / 100, "{judged:?}");
    assert!(judged.by_path.len() >= 3, "{judged:?}");
    let failed = usize::try_from(recorded(idp, "sign_in_failed").await).unwrap();
    // Nobody tried to sign in at these.
    let elsewhere = ["/verify-email", "/api/verify-email/code", "/account/security"];
    let elsewhere = elsewhere.map(|path| judged.by_path.get(path));
    let elsewhere: usize = elsewhere.into_iter().flatten().sum();
    let told = judged.of_account() + judged.of_other - elsewhere;
    assert!(
        (told..=told + judged.put_off).contains(&failed),
        "{failed} {judged:?}"
    );
    assert!(failed <= 2 * TOGETHER, "{failed} {judged:?}");
    let (_, stranger) = signs_in(idp, idp.browser(), None).await;
    assert_eq!(stranger.status, 429, "{}", stranger.body);
    idp.clock.advance(Duration::from_secs(29));
    let (_, stranger) = signs_in(idp, idp.browser(), None).await;
    assert_eq!(stranger.status, 429, "the waits are as long as they are told");
    idp.clock.advance(Duration::from_secs(60));
    let (_, afterwards) = signs_in(idp, known(&home), Some(&app)).await;
    assert_eq!(afterwards.status, 303, "{}", afterwards.body);
}

async fn started(ephemeral: &str) -> TestIdp {
    let settings = [
        ("SIGNET_TRUSTED_PROXIES", "127.0.0.0/8"),
        ("SIGNET_EPHEMERAL_URL", ephemeral),
    ];
    super::start_with(&settings).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_guesses_at_every_door_at_once_stay_within_the_budget() {
    besiege(&started("memory:").await, None, GUESSES).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_at_every_door_of_two_nodes_share_the_budget_in_the_database() {
    let one = started("sql:").await;
    let two = one.another_node().await;
    besiege(&one, Some(&two), GUESSES).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_at_every_door_of_two_nodes_share_the_budget_in_redis() {
    let one = started(&testbed::Redis::shared().url()).await;
    let two = one.another_node().await;
    besiege(&one, Some(&two), GUESSES).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_locks_hard_is_judged_five_times_at_all_doors_together() {
    let settings = [
        ("SIGNET_TRUSTED_PROXIES", "127.0.0.0/8"),
        ("SIGNET_HARD_LOCKOUT", "true"),
    ];
    let idp = super::start_with(&settings).await;
    let (home, app) = owner(&idp).await;
    let all = ways(&idp, &home, &app).await;
    let judged = siege(all, 1_000, Arc::new(true.into())).await;
    assert_eq!(judged.of_account(), HARD, "{judged:?}");
    assert_eq!(judged.of_other, HARD);
    let (home, locked) = signs_in(&idp, home, Some(&app)).await;
    assert_eq!(
        (locked.status.as_u16(), locked.header("retry-after")),
        (429, Some("1800"))
    );
    idp.clock.advance(Duration::from_secs(1_800));
    let (_, answer) = signs_in(&idp, home, Some(&app)).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

#[tokio::test]
async fn one_address_is_judged_five_times_whatever_it_says_of_where_it_is() {
    // No proxy is trusted, so nothing that is said counts.
    let idp = super::start().await;
    let (home, app) = owner(&idp).await;
    let judged = siege(ways(&idp, &home, &app).await, 300, Arc::new(true.into())).await;
    assert_eq!(judged.of_account(), FROM_ADDRESS, "{judged:?}");
}
