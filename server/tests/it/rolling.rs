//! Two nodes behind a proxy, stopped and started in turn under a stream of sign-ins: nobody notices.

use crate::support::{
    Browser, RelyingParty,
    installation::{Installation, Running},
    relying_party::userinfo,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use testbed::{Nginx, Postgres, Redis, free_port};
use tokio::{task::block_in_place, time::sleep};

const BROWSERS: usize = 4;
/// Sign-ins with a password that one account may have in a quarter of an hour, some left over.
const PASSWORDS: usize = 25;
/// Flows on the session of one sign-in.
const FLOWS: usize = 2;
/// Between two flows of one browser.
const PAUSE: Duration = Duration::from_millis(40);
/// How long a few flows may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between a node that is ready again and the end of the next.
const SETTLE: Duration = Duration::from_millis(300);
/// 32 bytes in base64.
const MASTER_KEY: &str = "c29tZSByYW5kb20gYnl0ZXMgZm9yIHRlc3RzIG9ubHk=";

/// A proxy, its nodes and an app.
struct Site {
    nginx: Nginx,
    nodes: [Installation; 2],
}

impl Site {
    fn new(ephemeral: &str) -> Self {
        let ports = [free_port().unwrap(), free_port().unwrap()];
        let nginx = Nginx::start(&ports).unwrap();
        let postgres = Postgres::shared();
        let database = postgres.url(&postgres.create_database(None).unwrap());
        let settings = [
            ("SIGNET_ISSUER", nginx.origin()),
            ("SIGNET_TRUSTED_PROXIES", "127.0.0.0/8".to_owned()),
            ("SIGNET_DATABASE_URL", database),
            ("SIGNET_EPHEMERAL_URL", ephemeral.to_owned()),
            ("SIGNET_MASTER_KEY", MASTER_KEY.to_owned()),
        ];
        let settings = settings.each_ref().map(|(key, value)| (*key, value.as_str()));
        let nodes = ports.map(|port| Installation::node(port, &settings));
        Self { nginx, nodes }
    }

    /// Browsers at work, each a person of its own.
    fn visitors(&self, progress: &Arc<Progress>) -> tokio::task::JoinSet<usize> {
        let rp = Arc::new(self.nodes[0].client());
        let mut visitors = tokio::task::JoinSet::new();
        for number in 1..=BROWSERS {
            let email = format!("person-{number}@example.com");
            self.nodes[0].person(&email);
            let browser = Browser::from_address(self.nginx.origin(), &format!("203.0.{number}.7"));
            visitors.spawn(visit(browser, email, rp.clone(), progress.clone()));
        }
        visitors
    }
}

/// What the visitors have done, and whether they may go home.
#[derive(Default)]
struct Progress {
    flows: AtomicUsize,
    over: AtomicBool,
}

impl Progress {
    /// Waits for so many further flows.
    async fn goes_on(&self, flows: usize) {
        let enough = self.flows.load(Ordering::Relaxed) + flows;
        let since = Instant::now();
        while self.flows.load(Ordering::Relaxed) < enough {
            assert!(since.elapsed() < PATIENCE, "sign-ins have come to a halt");
            sleep(PAUSE).await;
        }
    }
}

/// Signs in over and over, each time as a new browser and then a few times on its session. Gives the sign-ins.
async fn visit(browser: Browser, email: String, rp: Arc<RelyingParty>, progress: Arc<Progress>) -> usize {
    let mut sign_ins = 0;
    let mut current = browser.clone();
    for flow in 0.. {
        if progress.over.load(Ordering::Relaxed) {
            break;
        }
        if flow % FLOWS == 0 && sign_ins < PASSWORDS {
            current = browser.clone();
            sign_ins += 1;
        }
        let tokens = rp.tokens(&mut current, &email).await;
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(userinfo(&mut current, access).await.status, 200);
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let refreshed = rp.refresh(&mut current, refresh).await;
        assert_eq!(refreshed.status, 200, "{}", refreshed.body);
        progress.flows.fetch_add(1, Ordering::Relaxed);
        sleep(PAUSE).await;
    }
    sign_ins
}

/// Stops a node, and starts it again when flows have gone on without it.
async fn restart(node: &Installation, running: Running, progress: &Progress) -> Running {
    block_in_place(|| running.stop());
    progress.goes_on(BROWSERS).await;
    let running = block_in_place(|| node.serve());
    sleep(SETTLE).await;
    running
}

async fn nobody_notices_a_rolling_restart(ephemeral: &str, rounds: usize) {
    let site = Site::new(ephemeral);
    let [first, second] = &site.nodes;
    let (mut one, mut two) = (first.serve(), second.serve());
    let progress = Arc::new(Progress::default());
    let visitors = site.visitors(&progress);
    progress.goes_on(BROWSERS).await;
    for _ in 0..rounds {
        one = restart(first, one, &progress).await;
        two = restart(second, two, &progress).await;
    }
    progress.over.store(true, Ordering::Relaxed);
    let sign_ins: usize = visitors.join_all().await.iter().sum();
    assert!(sign_ins > BROWSERS, "{sign_ins} sign-ins are no stream of them");
    let requests = site.nginx.requests().unwrap();
    let failed: Vec<&str> = requests
        .lines()
        .filter(|line| !line.starts_with(['2', '3']))
        .collect();
    assert!(
        failed.is_empty(),
        "{failed:?}\n{}",
        site.nginx.complaints().unwrap()
    );
    let tried = |node: &Installation| format!(" 127.0.0.1:{}, ", node.port());
    let passed_over = |node| {
        requests
            .lines()
            .filter(|line| line.contains(&tried(node)))
            .count()
    };
    assert!(passed_over(first) > 0 && passed_over(second) > 0);
    drop((one, two));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_notices_a_rolling_restart_on_postgres_alone() {
    nobody_notices_a_rolling_restart("sql:", 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_notices_a_rolling_restart_with_redis() {
    let url = Redis::shared().url();
    nobody_notices_a_rolling_restart(&url, 1).await;
}
