//! What ends with a link and with a provider, and what providers say of people, on the wire.

use super::federation::{ADA, acme, signed_in, way_back, with_providers};
use crate::support::{
    Browser, TestIdp, a_client,
    browser::{interaction_of, query_of},
    idp::PASSWORD,
    relying_party::{RelyingParty, claims, userinfo_from},
};
use domain::{
    client::Status,
    federation::{Provider, Upstreams, Vouched},
    testing::{FakeUpstream, a_provider, vouched},
};
use reqwest::StatusCode;
use serde_json::Value;
use std::sync::Arc;

fn counted(groups: &[&str]) -> Vouched {
    Vouched {
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        attributes: [("department".to_owned(), "R&D".to_owned())].into(),
        ..vouched("acme", "ada")
    }
}

/// The tokens of an app at which the browser is signed in.
async fn tokens(rp: &RelyingParty, browser: &mut Browser, scope: &str) -> Value {
    let answer = browser.get(&rp.authorize_url(&[("scope", scope)])).await;
    let answer = browser.follow(answer).await;
    let code = answer.redirect_parameters()["code"].clone();
    rp.redeem(browser, &code).await.json()
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/account").await.location().is_none()
}

async fn linked_id(idp: &TestIdp) -> String {
    let act = idp.act().await;
    let ada = idp.runtime.services.users.find(&act, ADA).await.unwrap().unwrap();
    let identities = act.realm.stores.identities.list(ada.id).await.unwrap();
    identities[0].id.to_string()
}

#[tokio::test]
async fn a_link_that_is_removed_signs_out_who_came_by_it_and_nobody_else() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let rp = idp.relying_party(a_client().first_party()).await;
    idp.person(ADA).await;
    let mut hers = idp.browser();
    let request = hers.waiting().await;
    hers.password(&request, ADA, PASSWORD).await;
    let link = [("act", "identity-link"), ("provider", "acme")];
    let sent = hers.post("/account/linked", &link).await.location().unwrap();
    acme.put("code", vouched("acme", "ada"));
    let back = hers.get(&way_back(&sent, "code")).await;
    let page = hers.follow(back).await;
    assert!(page.body.contains("The account is linked."), "{}", page.body);
    let mut elsewhere = signed_in(&idp, &acme, vouched("acme", "ada")).await;
    let tokens = tokens(&rp, &mut elsewhere, "openid").await;
    assert_eq!(
        userinfo_from(&mut elsewhere, &tokens).await.status,
        StatusCode::OK
    );
    let id = linked_id(&idp).await;
    let unlink = [("act", "identity-unlink"), ("identity", id.as_str())];
    let answer = hers.post("/account/linked", &unlink).await;
    let page = hers.follow(answer).await;
    assert!(page.body.contains("The account is removed."), "{}", page.body);
    assert!(!is_signed_in(&mut elsewhere).await);
    assert!(is_signed_in(&mut hers).await);
    let refused = userinfo_from(&mut elsewhere, &tokens).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.body);
}

#[tokio::test]
async fn a_provider_that_is_taken_out_signs_out_who_came_through_it() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = signed_in(&idp, &acme, vouched("acme", "ada")).await;
    let tokens = tokens(&rp, &mut browser, "openid").await;
    // A node of the same deployment that was started without it.
    let without = idp.another_node().await.with_upstreams(Upstreams::default());
    let mut there = without.browser();
    there.cookies = browser.cookies.clone();
    assert!(is_signed_in(&mut browser).await);
    assert!(!is_signed_in(&mut there).await);
    // What lasts longer ends before a process that starts without it answers anybody.
    server::jobs::end_strays(&without.runtime, std::time::Duration::from_secs(10)).await;
    let refused = userinfo_from(&mut there, &tokens).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.body);
}

#[tokio::test]
async fn a_disabled_account_is_signed_in_by_no_provider() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let mut browser = signed_in(&idp, &acme, vouched("acme", "ada")).await;
    let mut on_the_way = idp.browser();
    let sent = on_the_way.get("/login/acme").await.location().unwrap();
    let (users, act) = (&idp.runtime.services.users, idp.act().await);
    let ada = users.find(&act, ADA).await.unwrap().unwrap();
    users.set_status(&act, ada.id, Status::Disabled).await.unwrap();
    assert!(!is_signed_in(&mut browser).await);
    acme.put("code", vouched("acme", "ada"));
    let to = on_the_way.get(&way_back(&sent, "code")).await.location().unwrap();
    assert!(to.ends_with("&upstream=disabled&provider=acme"), "{to}");
    assert!(!is_signed_in(&mut on_the_way).await);
}

#[tokio::test]
async fn groups_are_told_to_apps_that_may_know_them_and_shown_to_their_owner() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let client = a_client().first_party().scopes("openid groups");
    let rp = idp.relying_party(client).await;
    let mut browser = signed_in(&idp, &acme, counted(&["staff", "signet-admin"])).await;
    let page = browser.get("/account/linked").await;
    assert!(page.body.contains("signet-admin, staff"), "{}", page.body);
    assert!(page.body.contains("department: R&amp;D"), "{}", page.body);
    let told = tokens(&rp, &mut browser, "openid groups").await;
    let told = claims(told["id_token"].as_str().unwrap());
    assert_eq!(told["groups"], serde_json::json!(["signet-admin", "staff"]));
    let mut again = signed_in(&idp, &acme, counted(&["staff"])).await;
    let told = tokens(&rp, &mut again, "openid groups").await;
    let userinfo = userinfo_from(&mut again, &told).await.json();
    assert_eq!(userinfo["groups"], serde_json::json!(["staff"]));
    let told = tokens(&rp, &mut again, "openid").await;
    assert!(claims(told["id_token"].as_str().unwrap()).get("groups").is_none());
}

#[tokio::test]
async fn attributes_are_told_to_apps_whose_people_allowed_it() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let rp = idp.relying_party(a_client().scopes("openid attributes")).await;
    let mut browser = signed_in(&idp, &acme, counted(&["staff"])).await;
    let asked = rp.authorize_url(&[("scope", "openid attributes")]);
    let mut told = Vec::new();
    for allowed in ["openid", "attributes"] {
        let asked = browser.get(&format!("{asked}&prompt=consent")).await;
        let consent = browser.follow(asked).await;
        let words = "See what else your other sign-in providers say about you, such as your department";
        assert!(consent.body.contains(words), "{}", consent.body);
        let decision = [("decision", "allow"), ("scope", "openid"), ("scope", allowed)];
        let answer = browser.submit(&consent, "decision", &decision).await;
        let code = browser.follow(answer).await.redirect_parameters()["code"].clone();
        let tokens = rp.redeem(&mut browser, &code).await.json();
        let id_token = claims(tokens["id_token"].as_str().unwrap());
        let userinfo = userinfo_from(&mut browser, &tokens).await.json();
        assert_eq!(id_token.get("attributes"), userinfo.get("attributes"));
        assert_eq!(id_token.get("groups"), None, "that is another scope");
        told.push(id_token.get("attributes").cloned());
    }
    assert_eq!(told, [None, Some(serde_json::json!({"department": "R&D"}))]);
}

#[tokio::test]
async fn an_app_that_wants_a_fresh_sign_in_has_the_provider_told() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = signed_in(&idp, &acme, vouched("acme", "ada")).await;
    let asked = rp.authorize_url(&[("prompt", "login"), ("max_age", "60"), ("idp_hint", "acme")]);
    let answer = browser.get(&asked).await;
    let sent = browser.follow(answer).await.location().unwrap();
    assert_eq!(query_of(&sent)["prompt"], "login");
    acme.put("code", vouched("acme", "ada"));
    browser.get(&way_back(&sent, "code")).await;
    let now = idp.runtime.services.ports.clock.now();
    assert_eq!(acme.held_against().unwrap().since, now);
}

#[tokio::test]
async fn who_came_through_a_provider_that_dates_nothing_proves_it_again_by_a_mailed_code() {
    let acme = Arc::new(FakeUpstream::new(Provider {
        dates_sign_ins: false,
        ..a_provider("acme")
    }));
    let idp = with_providers(&[&acme]).await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = signed_in(&idp, &acme, vouched("acme", "ada")).await;
    let link = [("act", "identity-link"), ("provider", "acme")];
    let asked = [
        browser.post("/account/linked", &link).await,
        browser.get(&rp.authorize_url(&[("max_age", "3600")])).await,
        browser.get(&rp.authorize_url(&[("prompt", "login")])).await,
    ];
    let mut requests = Vec::new();
    for answer in asked {
        let to = answer.location().unwrap();
        assert!(to.starts_with("/login?interaction="), "{to}");
        let page = browser.get(&to).await;
        let told = "Acme does not say that you have just signed in there";
        assert!(page.body.contains(told), "{}", page.body);
        assert_eq!(page.link("/login/acme"), None);
        let request = interaction_of(&to).to_owned();
        let sent = browser.get(&format!("/login/acme?interaction={request}")).await;
        assert!(sent.location().unwrap().contains("upstream=stale"));
        requests.push(request);
    }
    let id = requests[0].as_str();
    let named = [("interaction", id), ("identifier", ADA)];
    browser.post("/login", &named).await;
    let asked = [("interaction", id), ("act", "send")];
    let to = browser.post("/login/code", &asked).await.location().unwrap();
    let page = browser.get(&to).await;
    let mails = idp.mails().await;
    let mut words = mails.iter().flat_map(|mail| mail.text.split_whitespace());
    let code = words.find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()));
    let answer = browser.submit(&page, "code", &[("code", code.unwrap())]).await;
    browser.follow(answer).await;
    let sent = browser.post("/account/linked", &link).await;
    assert!(
        sent.location().unwrap().starts_with("https://acme.example/"),
        "{}",
        sent.body
    );
}
