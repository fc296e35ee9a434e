//! A process that is killed in the middle of its work: what it acknowledged is there when it starts again, once
//! and whole.

use crate::support::{
    Load, Rows, Site,
    installation::Installation,
    ledger::mailed_links,
    load::{NO_MAIL, bounded},
};
use std::time::Duration;
use testbed::Postgres;

const KILLS: usize = 20;
const FAMILIES: usize = 4;
/// More than are let in before the last kill.
const CLIENTS: usize = 240;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_lose_and_double_nothing_on_sqlite() {
    bounded(twenty_kills(Installation::new())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_lose_and_double_nothing_on_postgres() {
    let postgres = Postgres::shared();
    let url = postgres.url(&postgres.create_database(None).unwrap());
    let here = Installation::at(&url).with(&[("SIGNET_EPHEMERAL_URL", "sql:")]);
    bounded(twenty_kills(here)).await;
}

async fn twenty_kills(here: Installation) {
    // An answer that was lost is asked for again only after the next start.
    let here = here.with(&[NO_MAIL, ("SIGNET_REFRESH_GRACE", "300"), ("SIGNET_LOG", "error")]);
    let mut site = Site::prepare(&here, CLIENTS).await;
    let mut server = here.serve();
    let mut ledger = site.begin(FAMILIES).await;
    for kill in 0..KILLS {
        let before = ledger.totals();
        let mut load = Load::start(&site, ledger);
        let refreshes = 4 + 3 * (kill % 5);
        load.until(|now| now.has_grown(before, 1, refreshes, 1)).await;
        // What was just acknowledged is over; at another moment each time something else is under way.
        let moment = u64::try_from(kill * 67 % 150).unwrap();
        tokio::time::sleep(Duration::from_millis(moment)).await;
        server.kill();
        ledger = load.stop().await;
        assert_eq!(ledger.put_off, 0, "every store is there");
        server = here.serve();
        let rows = Rows::of(&here.database()).await;
        ledger.assert_stored(&rows).await;
        rows.close().await;
        ledger.assert_refreshing(&site).await;
        ledger.assert_let_in(&site, before.consents).await;
    }
    server.kill();
    let mailed = mailed_links(&*here.runtime().await).await;
    let _server = here.serve();
    ledger.assert_confirmed_by(&mailed, &mut site.browser()).await;
    ledger.assert_let_in(&site, 0).await;
    ledger.assert_reuse_found(&site).await;
}
