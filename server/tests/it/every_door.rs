//! Whoever guesses at every door at once, from everywhere and under every name an account has, is judged no more often
//! than the budgets allow, on every store that may keep them; the owner gets in meanwhile.

mod ways;

use super::federation::acme;
use crate::support::{Answer, AuthenticatorApp, Browser, TestIdp, idp::PASSWORD};
use domain::{
    door::Door,
    federation::{Upstream, Upstreams},
    testing::FakeUpstream,
};
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinSet;
use ways::{Lane, Target, Way, arrived, forwarded, guess};

const ADA: &str = "ada@example.com";
/// What is judged of the guesses at an account from one address.
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

/// What was judged, by budget and address, and what was not.
#[derive(Debug, Default)]
struct Judged {
    by_lane: HashMap<Lane, HashMap<usize, usize>>,
    by_door: HashMap<Door, usize>,
    /// Recorded as sign-ins that failed.
    sign_ins: usize,
    /// Doors at which a guess was refused unseen.
    closed: HashSet<Door>,
    /// Put off by a busy store, which tells whoever guesses nothing.
    put_off: usize,
}

impl Judged {
    fn of(&self, lane: Lane) -> usize {
        self.by_lane.get(&lane).map_or(0, |judged| judged.values().sum())
    }

    fn note(&mut self, way: &Way, number: usize) {
        let (_, address) = forwarded(way.lane, number);
        let of_lane = self.by_lane.entry(way.lane).or_default();
        *of_lane.entry(address).or_default() += 1;
        *self.by_door.entry(way.door).or_default() += 1;
        self.sign_ins += usize::from(way.is_sign_in);
    }

    /// That each budget was used up, as far as the store answered, and no more; that every door was tried so often that it
    /// closed.
    fn is_within_every_budget(&self) {
        for (lane, by_address) in &self.by_lane {
            let (together, from_address) = lane.most();
            assert!(self.of(*lane) <= together, "{lane:?} {self:?}");
            assert!(self.of(*lane) + self.put_off >= together, "{lane:?} {self:?}");
            let most = by_address.values().max();
            assert!(most.is_none_or(|most| *most <= from_address), "{lane:?} {self:?}");
        }
        for door in Door::ALL {
            assert!(self.closed.contains(&door), "{door:?} {self:?}");
        }
        assert!(self.by_lane.len() >= 8, "{self:?}");
        assert!(self.by_door.len() >= Door::ALL.len() - 2, "{self:?}");
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
        let way = &ways[number % ways.len()];
        match answer.status.as_u16() {
            status if status == way.judged => judged.note(way, number),
            429 => {
                assert!(answer.header("retry-after").is_some());
                judged.closed.insert(way.door);
            }
            503 => judged.put_off += 1,
            other => panic!("{other} at {}: {}", way.path, answer.body),
        }
    }
    judged
}

async fn recorded(idp: &TestIdp, kind: &str) -> i64 {
    let which = format!("event_log WHERE body LIKE '%\"kind\":\"{kind}\"%'");
    idp.rows().await.count(&which).await
}

/// Besieges every door on every node; the owner gets in at home meanwhile and afterwards.
async fn besiege(Deployed { idp, acme }: &Deployed, other: Option<&TestIdp>, guesses: usize) {
    let (home, app) = owner(idp).await;
    let (home, app) = (&home, &app);
    let mut all = Target { idp, acme, home, app }.ways().await;
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
    let (home, meanwhile) = signs_in(idp, known(home), Some(app)).await;
    assert_eq!(meanwhile.status, 303, "{}", meanwhile.body);
    enough.store(true, Ordering::Relaxed);
    let judged = under_way.await.unwrap();
    judged.is_within_every_budget();
    // A store that answers hardly anybody would prove nothing.
    assert!(judged.put_off <= guesses / 100, "{judged:?}");
    // What is recorded is what was answered.
    let failed = usize::try_from(recorded(idp, "sign_in_failed").await).unwrap();
    let told = judged.sign_ins;
    assert!(
        (told..=told + judged.put_off).contains(&failed),
        "{failed} {judged:?}"
    );
    let (_, stranger) = signs_in(idp, idp.browser(), None).await;
    assert_eq!(stranger.status, 429, "{}", stranger.body);
    idp.clock.advance(Duration::from_secs(29));
    let (_, stranger) = signs_in(idp, idp.browser(), None).await;
    assert_eq!(stranger.status, 429, "the waits are as long as they are told");
    idp.clock.advance(Duration::from_secs(60));
    let (_, afterwards) = signs_in(idp, known(&home), Some(app)).await;
    assert_eq!(afterwards.status, 303, "{}", afterwards.body);
}

/// A provider behind a proxy, with another one that people may come through.
struct Deployed {
    idp: TestIdp,
    acme: Arc<FakeUpstream>,
}

async fn started(settings: &[(&str, &str)]) -> Deployed {
    let tokens = [("SIGNET_REGISTRATION", "token")];
    let idp = super::start_with(&[settings, &tokens].concat()).await;
    let acme = acme();
    let upstreams: Vec<Arc<dyn Upstream>> = vec![acme.clone()];
    Deployed {
        idp: idp.with_upstreams(Upstreams::new(upstreams)),
        acme,
    }
}

const BEHIND_A_PROXY: (&str, &str) = ("SIGNET_TRUSTED_PROXIES", "127.0.0.0/8");

async fn keeping(ephemeral: &str) -> Deployed {
    started(&[BEHIND_A_PROXY, ("SIGNET_EPHEMERAL_URL", ephemeral)]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_guesses_at_every_door_at_once_stay_within_the_budgets() {
    besiege(&keeping("memory:").await, None, GUESSES).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_at_every_door_of_two_nodes_share_the_budgets_in_the_database() {
    let one = keeping("sql:").await;
    let two = one.idp.another_node().await;
    besiege(&one, Some(&two), GUESSES).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_at_every_door_of_two_nodes_share_the_budgets_in_redis() {
    let one = keeping(&testbed::Redis::shared().url()).await;
    let two = one.idp.another_node().await;
    besiege(&one, Some(&two), GUESSES).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_locks_hard_is_judged_five_times_at_all_doors_together() {
    let hard = [BEHIND_A_PROXY, ("SIGNET_HARD_LOCKOUT", "true")];
    let Deployed { idp, acme } = &started(&hard).await;
    let (home, app) = owner(idp).await;
    let app = &app;
    let target = Target {
        idp,
        acme,
        home: &home,
        app,
    };
    let judged = siege(target.ways().await, 1_000, Arc::new(true.into())).await;
    for lane in judged.by_lane.keys() {
        match lane {
            Lane::Account | Lane::Other(_) | Lane::Typist | Lane::Client(_) => {
                assert_eq!(judged.of(*lane), HARD, "{lane:?} {judged:?}");
            }
            Lane::Origin => {}
        }
    }
    let (home, locked) = signs_in(idp, home, Some(app)).await;
    assert_eq!(
        (locked.status.as_u16(), locked.header("retry-after")),
        (429, Some("1800"))
    );
    idp.clock.advance(Duration::from_secs(1_800));
    let (_, answer) = signs_in(idp, home, Some(app)).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

#[tokio::test]
async fn one_address_is_judged_five_times_whatever_it_says_of_where_it_is() {
    // No proxy is trusted, so nothing that is said counts.
    let Deployed { idp, acme } = &started(&[]).await;
    let (home, app) = &owner(idp).await;
    let all = Target { idp, acme, home, app }.ways().await;
    let judged = siege(all, 300, Arc::new(true.into())).await;
    assert_eq!(judged.of(Lane::Account), FROM_ADDRESS, "{judged:?}");
}
