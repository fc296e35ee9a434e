//! What is left of somebody whose account was erased: no value of theirs in any table, and everybody else's.

use super::own_account::{leave, run};
use crate::support::{
    a_client,
    belongings::{CLAIMS, TABLES, TRACES, leave_everywhere},
    security_key::signed,
};
use std::{collections::BTreeSet, time::Duration};

const ADA: &str = "ada.erasable@example.com";
const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test]
async fn after_the_grace_no_personal_field_is_left_in_any_table() {
    let idp = super::start().await;
    let ada = idp.described_person(ADA, CLAIMS).await;
    let bob = idp.person("bob@example.com").await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    rp.refresh_from(&mut browser, &tokens).await;
    let key = leave_everywhere(&idp, &mut browser, &ada).await;
    let picture = browser.get("/account").await.body;
    let picture = picture.split("/pictures/").nth(1).unwrap();
    run(&idp, "batched events").await;
    let rows = idp.rows().await;
    let mut needles = BTreeSet::from([
        ada.id.to_string(),
        ADA.to_owned(),
        picture.split('.').next().unwrap().to_owned(),
    ]);
    needles.extend(TRACES.map(str::to_owned));
    for table in TABLES {
        assert!(
            !rows.rows_of_person(table, ada.id.as_uuid()).await.is_empty(),
            "{table}"
        );
    }
    for table in [
        "authenticator",
        "authorization_root",
        "linked_identity",
        "login_session",
        "passkey",
        "trusted_device",
    ] {
        needles.extend(rows.texts_of_person("id", table, ada.id.as_uuid()).await);
    }
    for needle in &needles {
        assert!(
            !rows.holding(needle).await.is_empty(),
            "{needle} is looked for where it is"
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
    for needle in &needles {
        assert_eq!(rows.holding(needle).await, Vec::<String>::new(), "{needle}");
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
