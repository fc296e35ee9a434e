//! What is left of somebody whose account was erased: no value of theirs in any table, and everybody else's.

use super::own_account::{leave, run};
use crate::support::{
    Rows, a_client,
    belongings::{CLAIMS, TRACES, choose_again, leave_everywhere},
    rows::whose::{Cell, found, told},
    security_key::signed,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use uuid::Uuid;

const ADA: &str = "ada.erasable@example.com";
const DAY: Duration = Duration::from_secs(86_400);

/// What a deployment has, whoever has an account.
const CATALOGUE: [&str; 5] = ["api", "client", "logo", "realm", "signing_key"];

/// The tables that are nobody's: one that is neither here nor found to be somebody's was not thought of.
const OF_NOBODY: [&str; 16] = [
    "api",
    // Names people by their cookie's rows and by ids, which are replaced.
    "browser",
    "change_feed",
    "client",
    "client_secret",
    "ephemeral",
    // What happened stays, under a pseudonym.
    "event_log",
    // Sealed, and done.
    "job",
    "lease",
    "logo",
    "realm",
    "registration_token",
    // Names ids, and is deleted.
    "revocation",
    "seaql_migrations",
    "signing_key",
    "sink_cursor",
];

/// Columns that are empty in every row of hers.
const EMPTY: [&str; 0] = [];

/// What of hers is looked for, once all of it was put there: every table and every column of somebody's has something.
async fn planted(rows: &Rows, ada: Uuid, bob: Uuid) -> BTreeMap<Vec<u8>, String> {
    let nobodys: BTreeSet<String> = OF_NOBODY.map(str::to_owned).into();
    assert_eq!(
        rows.of_nobody().await,
        nobodys,
        "a table is nobody's, or somebody's"
    );
    let cells = rows.cells_of(ada).await;
    let bare = cells.iter().filter(|(_, cells)| cells.is_empty());
    let bare: Vec<&String> = bare.map(|(table, _)| table).collect();
    assert!(bare.is_empty(), "nothing of hers is in {bare:?}");
    let cells: Vec<Cell> = cells.into_values().flatten().collect();
    let filled: BTreeSet<String> = cells.iter().map(|(column, _)| column.clone()).collect();
    let columns = rows.columns_of_people().await;
    let empty: BTreeSet<String> = columns.difference(&filled).cloned().collect();
    let expected: BTreeSet<String> = EMPTY.map(str::to_owned).into();
    assert_eq!(empty, expected, "nothing of hers is there");
    // What happened stays, each under the id that it had.
    let of_person = cells.iter().filter(|(column, _)| column != "activity.event_id");
    let mut wanted = told(of_person);
    wanted.remove(Uuid::nil().as_bytes().as_slice());
    wanted.remove(Uuid::nil().to_string().as_bytes());
    // What everybody's rows say, and what apps are called, is not hers.
    let mut common = rows.cells_in(&CATALOGUE).await;
    common.extend(rows.cells_of(bob).await.into_values().flatten());
    let common = told(&common);
    wanted.retain(|value, _| !common.contains_key(value));
    wanted
}

#[tokio::test]
async fn after_the_grace_no_personal_field_is_left_in_any_table() {
    let idp = super::start().await;
    let ada = idp.described_person(ADA, CLAIMS).await;
    choose_again(&idp, &ada).await;
    let bob = idp.person("bob@example.com").await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    rp.refresh_from(&mut browser, &tokens).await;
    let key = leave_everywhere(&idp, &mut browser, &ada).await;
    run(&idp, "batched events").await;
    let rows = idp.rows().await;
    let wanted = planted(&rows, ada.id.as_uuid(), bob.id.as_uuid()).await;
    for trace in TRACES.iter().chain([&ADA]) {
        assert!(
            !rows.holding(trace).await.is_empty(),
            "{trace} is looked for where it is"
        );
    }
    assert_eq!(rows.count("upstream_token").await, 1);
    let interaction = browser.waiting().await;
    let again = key.sign_in(&mut browser, &interaction, &signed()).await;
    assert_eq!(again.status, 303, "{}", again.body);
    leave(&idp, &mut browser).await;
    let events = rows.count("event_log").await;
    idp.clock.advance(14 * DAY);
    run(&idp, "erasures").await;
    let users = &idp.runtime.services.users;
    assert!(users.find(&idp.act().await, ADA).await.unwrap().is_none());
    idp.clock.advance(DAY);
    run(&idp, "erasures").await;
    run(&idp, "sweep").await;
    let everything = rows.cells_in(&[]).await;
    assert_eq!(
        found(&wanted, &everything),
        BTreeSet::new(),
        "of which column, and where it is"
    );
    for trace in TRACES.iter().chain([&ADA]) {
        assert_eq!(rows.holding(trace).await, Vec::<String>::new(), "{trace}");
    }
    assert_eq!(rows.count("upstream_token").await, 0);
    assert!(rows.count("event_log").await > events, "no event is lost");
    assert!(!rows.holding(&bob.id.to_string()).await.is_empty());
    let jobs = rows
        .count("job WHERE kind IN ('erase_account', 'forget_person')")
        .await;
    assert_eq!(jobs, 0);
    rows.close().await;
}
