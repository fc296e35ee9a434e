//! Stores that go away under load: until they are back whoever needs them is put off, and nothing else; then work
//! goes on, and what was acknowledged stands.

use crate::support::{
    Load, Rows, Site,
    installation::Installation,
    ledger::mailed_links,
    load::{NO_MAIL, bounded, is_unavailable, let_in, next_address, sign_up},
};
use domain::opaque::{OpaqueKind, OpaqueToken};
use testbed::{Postgres, Redis};
use tokio::task::block_in_place;

const TIMES: usize = 2;
const CLIENTS: usize = 300;

/// Everything that needs the store is put off while it is away.
async fn assert_put_off(site: &Site, load: &Load) {
    let client = &site.clients[load.ledger().strangers.back().copied().unwrap()];
    let code = OpaqueToken::from_entropy(OpaqueKind::AuthorizationCode, [7; 32]);
    let (mut person, address) = (site.person.clone(), next_address());
    let [mut newcomer, mut stranger, mut app, mut probe] = [(); 4].map(|()| site.browser());
    let url = site.app().authorize_url(&[]);
    // At once, because each is put off only after some patience.
    let (allowed, signed_up, asked, redeemed, ready) = tokio::join!(
        let_in(&mut person, client),
        sign_up(&mut newcomer, &address),
        stranger.get(&url),
        site.app().redeem(&mut app, code.expose()),
        probe.get("/readyz"),
    );
    assert_eq!(redeemed.json()["error"], "temporarily_unavailable");
    for answer in [
        allowed.unwrap_err(),
        signed_up.unwrap_err(),
        asked,
        redeemed,
        ready,
    ] {
        let to = answer.location();
        assert!(is_unavailable(&answer), "{} {to:?}", answer.status);
    }
    assert_eq!(probe.get("/healthz").await.status, 200);
}

async fn outages(here: Installation, stop: impl Fn(), resume: impl Fn(), redis: bool) {
    let here = here.with(&[NO_MAIL, ("SIGNET_REFRESH_GRACE", "300"), ("SIGNET_LOG", "off")]);
    let mut site = Site::prepare(&here, CLIENTS).await;
    let server = here.serve();
    let mut ledger = site.begin(2).await;
    ledger.flows_may_be_lost = redis;
    let mut load = Load::start(&site, ledger);
    for _ in 0..TIMES {
        let before = load.totals();
        load.until(|now| now.has_grown(before, 1, 4, 2)).await;
        block_in_place(&stop);
        assert_put_off(&site, &load).await;
        let down = load.totals();
        load.until(|now| now.put_off >= down.put_off + 3).await;
        block_in_place(&resume);
    }
    let back = load.totals();
    load.until(|now| now.has_grown(back, 2, 8, 3)).await;
    let mut ledger = load.stop().await;
    server.stop();

    let mailed = mailed_links(&*here.runtime().await).await;
    let server = here.serve();
    let rows = Rows::of(&here.database()).await;
    ledger.assert_stored(&rows).await;
    rows.close().await;
    ledger.assert_refreshing(&site).await;
    ledger.assert_let_in(&site, 0).await;
    ledger.assert_confirmed_by(&mailed, &mut site.browser()).await;
    ledger.assert_reuse_found(&site).await;
    server.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_stops_under_load_is_waited_for() {
    let postgres = Postgres::start(&[]).unwrap();
    let url = postgres.url(&postgres.create_database(None).unwrap());
    let here = Installation::at(&url).with(&[("SIGNET_EPHEMERAL_URL", "sql:")]);
    bounded(outages(
        here,
        || postgres.stop().unwrap(),
        || postgres.resume().unwrap(),
        false,
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_stops_under_load_is_waited_for() {
    let redis = Redis::start().unwrap();
    let here = Installation::new().with(&[("SIGNET_EPHEMERAL_URL", &redis.url())]);
    bounded(outages(
        here,
        || redis.stop().unwrap(),
        || redis.resume().unwrap(),
        true,
    ))
    .await;
}
