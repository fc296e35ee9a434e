//! Lists of somebody's own that are longer than a page.

use crate::support::{Answer, Browser, TestIdp, a_client, idp::PASSWORD, sessions::begin_elsewhere};
use domain::{consent::Consent, id::UserId, login_session::RequestOrigin, stores::Alongside};
use std::{collections::BTreeSet, time::Duration};

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";

async fn signed_in(idp: &TestIdp, email: &str) -> Browser {
    let mut browser = idp.browser();
    let interaction = browser.waiting().await;
    browser.password(&interaction, email, PASSWORD).await;
    browser
}

/// Lets an app do something.
async fn allow(idp: &TestIdp, user: UserId) -> String {
    let rp = idp.relying_party(a_client()).await;
    let act = idp.act().await;
    let now = idp.runtime.services.ports.clock.now();
    let consent = Consent {
        user_id: user,
        client_id: rp.id.parse().unwrap(),
        scopes: "openid email".parse().unwrap(),
        declined: Default::default(),
        granted_at: now,
        updated_at: now,
        expires_at: None,
    };
    let consents = &act.realm.stores.consents;
    consents.allow(&consent, Alongside::default()).await.unwrap();
    rp.id
}

/// Begins a session somewhere else.
async fn begin(idp: &TestIdp, user: UserId) -> String {
    let session = begin_elsewhere(idp, user, RequestOrigin::default()).await;
    session.id.to_string()
}

/// What the fields of the page's forms named `name` hold, each once.
fn listed(page: &Answer, name: &str) -> BTreeSet<String> {
    assert_eq!(page.status, 200, "{}", page.body);
    let field = format!("name=\"{name}\" value=\"");
    let values = page.body.split(&field).skip(1);
    values
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn apps_are_listed_a_page_at_a_time_and_an_act_comes_back_to_its_page() {
    let idp = super::start().await;
    let (ada, mut all) = (idp.person(ADA).await, BTreeSet::new());
    for _ in 0..30 {
        all.insert(allow(&idp, ada.id).await);
    }
    let mut browser = signed_in(&idp, ADA).await;
    let first = browser.get("/account/apps").await;
    let to = first.link("/account/apps?after=").unwrap();
    let second = browser.get(&to).await;
    let (on_first, on_second) = (listed(&first, "client_id"), listed(&second, "client_id"));
    assert_eq!((on_first.len(), on_second.len()), (25, 5));
    assert_eq!(&on_first | &on_second, all, "each on one page");
    assert!(first.body.contains("1–25 of 30") && second.body.contains("26–30 of 30"));
    assert!(second.link("/account/apps?after=").is_none(), "it is the last");
    assert!(
        second.body.contains("href=\"/account/apps\" rel=\"first\""),
        "{}",
        second.body
    );

    let narrowed = browser.submit(&second, "scope", &[("scope", "email")]).await;
    assert_eq!(narrowed.location(), Some(format!("{to}&done=narrowed")));
    let removed = browser.submit(&second, "client_id", &[]).await;
    let back = removed.location().unwrap();
    assert_eq!(back, format!("{to}&done=removed"));
    let page = browser.get(&back).await;
    assert!(page.body.contains("26–29 of 29"), "{}", page.body);
    assert_eq!(page.body.matches("notice--ok").count(), 1, "{}", page.body);
    assert_eq!(&listed(&page, "client_id") | &on_first, &all - &gone(&second));
    let mut left = listed(&page, "client_id").into_iter();
    // The door for scripts leads back as well.
    let (id, after) = (left.next().unwrap(), to.split_once('=').unwrap().1);
    let fields = [("client_id", id.as_str()), ("after", after)];
    let done = browser.post("/api/account/apps/remove", &fields).await;
    assert!(done.body.contains(&format!("{to}&done=removed")), "{}", done.body);
    for id in left {
        let fields = [("client_id", id.as_str()), ("after", after)];
        assert_eq!(browser.post("/account/apps", &fields).await.status, 303);
    }
    let page = browser.get(&to).await;
    assert_eq!(
        listed(&page, "client_id"),
        on_first,
        "there is no second page any more"
    );
    assert!(!page.body.contains("rel=\"first\""), "{}", page.body);

    allow(&idp, ada.id).await;
    let page = browser.get(&to).await;
    let emptied = browser.submit(&page, "client_id", &[("act", "remove-all")]).await;
    assert_eq!(emptied.location().as_deref(), Some("/account/apps?done=all"));
    assert!(listed(&browser.get("/account/apps").await, "client_id").is_empty());
}

/// What is removed by the first form of a page.
fn gone(page: &Answer) -> BTreeSet<String> {
    let fields = page.form("client_id").fields.into_iter();
    let ids = fields.filter(|(name, _)| name == "client_id");
    ids.map(|(_, id)| id).collect()
}

#[tokio::test]
async fn sessions_are_listed_a_page_at_a_time_the_one_in_use_first() {
    let idp = super::start().await;
    let (ada, mut all) = (idp.person(ADA).await, BTreeSet::new());
    let mut browser = signed_in(&idp, ADA).await;
    idp.clock.advance(Duration::from_secs(60));
    for _ in 0..30 {
        all.insert(begin(&idp, ada.id).await);
    }
    all.insert("others".to_owned());
    let first = browser.get("/account/sessions").await;
    let to = first.link("/account/sessions?after=").unwrap();
    let second = browser.get(&to).await;
    let (on_first, on_second) = (listed(&first, "session"), listed(&second, "session"));
    assert_eq!(&on_first | &on_second, all);
    assert_eq!(
        (on_first.len(), on_second.len()),
        (25, 7),
        "and the button for all others"
    );
    let item = "<li class=\"list__item\">";
    let here = first.body.split(item).nth(1).unwrap();
    assert!(here.contains("This browser"), "{}", first.body);
    assert!(!second.body.contains("This browser"), "{}", second.body);
    assert!(second.body.contains("26–31 of 31"), "{}", second.body);

    let ended = browser.submit(&second, "session", &[]).await;
    let back = ended.location().unwrap();
    assert_eq!(back, format!("{to}&done=ended"));
    assert!(browser.get(&back).await.body.contains("26–30 of 30"));
    for door in ["/account/sessions", "/api/account/sessions/end"] {
        let fields = [("session", "others"), ("after", "somewhere")];
        browser.post(door, &fields).await;
        let page = browser.get(&to).await;
        assert_eq!(
            page.body.matches(item).count(),
            1,
            "all are ended, on whatever page"
        );
        assert!(page.body.contains("This browser"), "{}", page.body);
    }
}

#[tokio::test]
async fn a_place_that_says_nothing_or_is_somebody_elses_is_the_first_page() {
    let idp = super::start().await;
    let (ada, bob) = (idp.person(ADA).await, idp.person(BOB).await);
    for person in [&ada, &bob] {
        for _ in 0..26 {
            allow(&idp, person.id).await;
            begin(&idp, person.id).await;
        }
    }
    let (mut hers, mut his) = (signed_in(&idp, ADA).await, signed_in(&idp, BOB).await);
    for (path, field) in [("/account/apps", "client_id"), ("/account/sessions", "session")] {
        let first = his.get(path).await;
        let to = hers.get(path).await.link(&format!("{path}?after=")).unwrap();
        let long = format!("{path}?after={}", "7".repeat(5_000));
        let others = [
            "?after=",
            "?after=7",
            "?after=7.x.id",
            "?after=%00",
            "?after=..",
            "?before=1",
        ];
        let others = others.map(|query| format!("{path}{query}"));
        for address in others.iter().chain([&to, &long]) {
            let page = his.get(address).await;
            assert_eq!(listed(&page, field), listed(&first, field), "{address}");
            assert!(!page.body.contains("name=\"after\""), "it is not carried on");
        }
    }
    let garbage = "/account/activity?after=00000000-0000-0000-0000-00000000000g";
    let events = "<time datetime=";
    let page = his.get(garbage).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(events), "{}", page.body);
}
