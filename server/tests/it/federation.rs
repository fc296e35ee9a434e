//! Signing in through other providers, on the wire: OpenID Connect Core §3.1.2, RFC 6749 §4.1 and §10.12, Back-Channel
//! Logout §2. The providers vouch for whom a test says.

use crate::support::{
    Answer, Browser, TestIdp, a_client,
    browser::{interaction_of, query_of},
    idp::PASSWORD,
    relying_party::claims,
};
use domain::{
    clock::Timestamp,
    federation::{LoggedOut, Upstream, Upstreams, Vouched},
    realm::RealmName,
    testing::{FakeUpstream, a_provider, vouched},
};
use reqwest::{Method, StatusCode};
use std::sync::Arc;

pub const ADA: &str = "ada@example.com";

/// A deployment whose people may come through these providers.
pub async fn with_providers(providers: &[&Arc<FakeUpstream>]) -> TestIdp {
    let all = providers.iter().map(|one| Arc::clone(one) as Arc<dyn Upstream>);
    super::start().await.with_upstreams(Upstreams::new(all.collect()))
}

pub fn acme() -> Arc<FakeUpstream> {
    Arc::new(FakeUpstream::new(a_provider("acme")))
}

/// The address at the callback that the provider sends the browser back to, from where it was sent to.
pub fn way_back(sent_to: &str, code: &str) -> String {
    let asked = query_of(sent_to);
    let callback = asked["redirect_uri"]
        .strip_prefix("http://localhost:4000")
        .unwrap()
        .to_owned();
    format!("{callback}?state={}&code={code}", asked["state"])
}

/// The browser goes to the provider from a page that has its button, and comes back as `who`.
async fn through(browser: &mut Browser, page: &Answer, acme: &FakeUpstream, who: Vouched) -> Answer {
    let button = page
        .link("/login/acme")
        .unwrap_or_else(|| panic!("no button: {}", page.body));
    let sent = browser.get(&button.replace("&amp;", "&")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    acme.put("code", who);
    browser.get(&way_back(&sent.location().unwrap(), "code")).await
}

/// Somebody signed in through the provider, at their account.
pub async fn signed_in(idp: &TestIdp, acme: &FakeUpstream, who: Vouched) -> Browser {
    let mut browser = idp.browser();
    let sent = browser.get("/login/acme").await.location().unwrap();
    acme.put("code", who);
    let back = browser.get(&way_back(&sent, "code")).await;
    let page = browser.follow(back).await;
    assert!(page.body.contains(ADA), "{}", page.body);
    browser
}

#[tokio::test]
async fn somebody_new_returns_to_the_app_that_sent_them_with_its_own_state() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = idp.browser();
    let start = browser.get(&rp.authorize_url(&[])).await;
    let page = browser.follow(start).await;
    let back = through(&mut browser, &page, &acme, vouched("acme", "ada")).await;
    let answer = browser.follow(back).await;
    let told = answer.redirect_parameters();
    assert_eq!(told["state"], "xyz");
    let tokens = rp.redeem(&mut browser, &told["code"]).await.json();
    let claims = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(
        (claims["acr"].as_str(), claims.get("amr")),
        (Some("urn:signet:acr:1"), None)
    );
    let found = idp
        .runtime
        .services
        .users
        .find(&idp.act().await, ADA)
        .await
        .unwrap();
    assert!(found.unwrap().email_verified());
}

#[tokio::test]
async fn rfc6749_s10_12_state_of_another_browser_signs_nobody_in() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let (mut hers, mut anothers) = (idp.browser(), idp.browser());
    let sent = hers.get("/login/acme").await.location().unwrap();
    acme.put("code", vouched("acme", "ada"));
    let answer = anothers.get(&way_back(&sent, "code")).await;
    assert_eq!(answer.status, StatusCode::GONE, "{}", answer.body);
    assert!(anothers.get("/account").await.location().is_some());
    let answer = hers.get(&way_back(&sent, "code")).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "nothing was used up: {}",
        answer.body
    );
}

#[tokio::test]
async fn whoever_floods_an_address_keeps_a_browser_out_that_was_signed_in_there_at_no_callback() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let mut home = signed_in(&idp, &acme, vouched("acme", "ada")).await;
    let page = home.get("/logout").await;
    home.submit(&page, "decision", &[("decision", "allow")]).await;
    let mut stranger = idp.browser();
    let sent = stranger.get("/login/acme").await.location().unwrap();
    let begun = home.get("/login/acme").await.location().unwrap();
    for _ in 0..domain::services::budgets::FROM_ADDRESS {
        let answer = stranger.get("/login/acme/callback?state=none&code=x").await;
        assert_eq!(answer.status, StatusCode::GONE, "{}", answer.body);
    }
    acme.put("code", vouched("acme", "ada"));
    let answer = stranger.get(&way_back(&sent, "code")).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{}", answer.body);
    let answer = home.get(&way_back(&begun, "code")).await;
    let page = home.follow(answer).await;
    assert!(page.body.contains(ADA), "{}", page.body);
}

#[tokio::test]
async fn a_form_from_the_provider_is_asked_to_come_back_with_its_cookies() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let mut browser = idp.browser();
    let sent = browser.get("/login/acme").await.location().unwrap();
    let back = way_back(&sent, "code");
    let (path, query) = back.split_once('?').unwrap();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", "https://acme.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    let mut bare = idp.browser();
    let answer = bare
        .send(Method::POST, path, &headers, query.to_owned().into())
        .await;
    assert_eq!(
        answer.location().as_deref(),
        Some(back.as_str()),
        "{}",
        answer.body
    );
    acme.put("code", vouched("acme", "ada"));
    let answer = browser.get(&back).await;
    let page = browser.follow(answer).await;
    assert!(page.body.contains(ADA), "{}", page.body);
}

#[tokio::test]
async fn a_provider_that_is_out_or_declines_is_a_sentence_and_another_way_in() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    let request = browser.waiting().await;
    let sent = browser
        .get(&format!("/login/acme?interaction={request}"))
        .await
        .location()
        .unwrap();
    let denied = way_back(&sent, "").replace("&code=", "&error=access_denied");
    let answer = browser.get(&denied).await;
    let page = browser.follow(answer).await;
    assert!(page.body.contains("Acme did not sign you in."), "{}", page.body);
    acme.set_down(true);
    let answer = browser.get(&format!("/login/acme?interaction={request}")).await;
    assert_eq!(interaction_of(&answer.location().unwrap()), request);
    let page = browser.follow(answer).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("Acme does not answer right now."),
        "{}",
        page.body
    );
    page.form("identifier");
    let answer = browser.password(&request, ADA, PASSWORD).await;
    assert_eq!(
        answer.location(),
        Some(format!("/resume/{request}")),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn an_account_that_has_the_address_is_proven_first_and_linked_then() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let ada = idp.person(ADA).await;
    let mut browser = idp.browser();
    let request = browser.waiting().await;
    let page = browser.get(&format!("/login?interaction={request}")).await;
    let back = through(&mut browser, &page, &acme, vouched("acme", "ada")).await;
    let page = browser.follow(back).await;
    assert!(
        page.body.contains("You have an account with this email already."),
        "{}",
        page.body
    );
    assert!(
        browser.get("/account").await.location().is_some(),
        "nobody is signed in"
    );
    let answer = browser.submit(&page, "password", &[("password", PASSWORD)]).await;
    browser.follow(answer).await;
    let act = idp.act().await;
    let linked = act.realm.stores.identities.list(ada.id).await.unwrap();
    assert_eq!(linked.len(), 1);
    let mail = idp.mails().await.pop().unwrap();
    assert!(
        mail.subject.starts_with("An account elsewhere was linked"),
        "{}",
        mail.subject
    );
    let mut another = signed_in(&idp, &acme, vouched("acme", "ada")).await;
    let page = another.get("/account/linked").await;
    assert!(
        page.body.contains("Acme") && page.body.contains("last used"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn what_was_offered_to_an_account_is_linked_by_its_proof_in_that_request_alone() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let (ada, eve) = (idp.person(ADA).await, idp.person("eve@example.com").await);
    let linked = async || {
        let identities = idp.act().await.realm.stores.identities.clone();
        let theirs = [identities.list(ada.id).await, identities.list(eve.id).await];
        theirs.map(|listed| listed.unwrap().len())
    };
    for (prover, at_the_request) in [(ADA, false), ("eve@example.com", true)] {
        let mut browser = idp.browser();
        let (request, another) = (browser.waiting().await, browser.waiting().await);
        let page = browser.get(&format!("/login?interaction={request}")).await;
        let back = through(&mut browser, &page, &acme, vouched("acme", "ada")).await;
        let page = browser.follow(back).await;
        assert!(
            page.body.contains("You have an account with this email already."),
            "{}",
            page.body
        );
        let at = if at_the_request { &request } else { &another };
        let answer = browser.password(at, prover, PASSWORD).await;
        browser.follow(answer).await;
        assert_eq!(linked().await, [0, 0], "{prover}");
    }
}

#[tokio::test]
async fn people_link_and_unlink_without_script_after_they_proved_who_they_are() {
    let (acme, other) = (acme(), Arc::new(FakeUpstream::new(a_provider("other"))));
    let idp = with_providers(&[&acme, &other]).await;
    let mut browser = signed_in(&idp, &acme, vouched("acme", "ada")).await;
    let link = [("act", "identity-link"), ("provider", "other")];
    idp.clock.advance(std::time::Duration::from_secs(601));
    let answer = browser.post("/account/linked", &link).await;
    let page = browser.follow(answer).await;
    let back = through(&mut browser, &page, &acme, vouched("acme", "ada")).await;
    browser.follow(back).await;
    let sent = browser.post("/account/linked", &link).await.location().unwrap();
    assert!(sent.starts_with("https://other.example/"), "{sent}");
    other.put("code", vouched("other", "somebody"));
    let back = browser.get(&way_back(&sent, "code")).await;
    let page = browser.follow(back).await;
    assert!(page.body.contains("The account is linked."), "{}", page.body);
    let ada = idp.runtime.services.users.find(&idp.act().await, ADA).await;
    let identities = idp.act().await.realm.stores.identities.clone();
    let identities = identities.list(ada.unwrap().unwrap().id).await.unwrap();
    let second = identities.iter().find(|one| one.provider.as_str() == "other");
    let id = second.unwrap().id.to_string();
    let answer = browser
        .post(
            "/account/linked",
            &[("act", "identity-unlink"), ("identity", &id)],
        )
        .await;
    let page = browser.follow(answer).await;
    assert!(page.body.contains("The account is removed."), "{}", page.body);
    let unknown = browser
        .post(
            "/account/linked",
            &[("act", "identity-link"), ("provider", "nobody")],
        )
        .await;
    assert_eq!(unknown.status, StatusCode::FORBIDDEN, "{}", unknown.body);
}

#[tokio::test]
async fn an_app_sends_people_straight_to_a_provider_and_chooses_which() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let straight = browser.get(&rp.authorize_url(&[("idp_hint", "acme")])).await;
    let sent = browser.follow(straight).await;
    assert!(
        sent.location().unwrap().starts_with("https://acme.example/"),
        "{:?}",
        sent.location()
    );
    let unknown = browser.get(&rp.authorize_url(&[("idp_hint", "nobody")])).await;
    let page = browser.follow(unknown).await;
    page.form("identifier");
    assert!(page.link("/login/acme").is_some());
    let picky = a_client().metadata(|metadata| metadata.providers = Some([].into()));
    let picky = idp.relying_party(picky).await;
    let answer = browser.get(&picky.authorize_url(&[("idp_hint", "acme")])).await;
    let page = browser.follow(answer).await;
    assert!(
        page.body.contains("can&#x27;t be used here") || page.body.contains("can't be used here"),
        "{}",
        page.body
    );
    assert_eq!(page.link("/login/acme"), None, "{}", page.body);
}

#[tokio::test]
async fn addresses_of_a_domain_are_sent_to_its_provider() {
    let provider = domain::federation::Provider {
        domains: vec!["example.com".into()],
        ..a_provider("acme")
    };
    let idp = with_providers(&[&Arc::new(FakeUpstream::new(provider))]).await;
    let mut browser = idp.browser();
    let request = browser.waiting().await;
    let fields = [("interaction", request.as_str()), ("identifier", ADA)];
    let answer = browser.post("/login", &fields).await;
    let page = browser.follow(answer).await;
    assert!(
        page.body.contains("Addresses at example.com sign in with Acme."),
        "{}",
        page.body
    );
    let button = page.link("/login/acme").unwrap();
    let sent = browser.get(&button).await.location().unwrap();
    assert_eq!(query_of(&sent)["login_hint"], ADA);
}

#[tokio::test]
async fn providers_belong_to_realms() {
    let provider = domain::federation::Provider {
        realms: vec![RealmName::Named("acme".parse().unwrap())],
        ..a_provider("acme")
    };
    let acme = Arc::new(FakeUpstream::new(provider));
    let idp = with_providers(&[&acme]).await;
    let realm = idp.realm("acme").await;
    let mut root = idp.browser();
    assert_eq!(root.get("/login/acme").await.status, StatusCode::NOT_FOUND);
    assert_eq!(root.get("/login/password").await.status, StatusCode::NOT_FOUND);
    let mut browser = realm.browser();
    let sent = browser.get("/login/acme").await.location().unwrap();
    let callback = query_of(&sent)["redirect_uri"].clone();
    assert_eq!(callback, "http://localhost:4000/realms/acme/login/acme/callback");
}

#[tokio::test]
async fn back_channel_logout_ends_what_the_provider_began() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let mut browser = signed_in(&idp, &acme, vouched("acme", "ada")).await;
    acme.put_logout(
        "token",
        LoggedOut {
            issuer: "https://acme.example".into(),
            subject: Some("ada".into()),
            session: None,
            token_id: "1".into(),
            expires_at: Timestamp::from_seconds(4_000_000_000),
        },
    );
    let path = "/login/acme/backchannel-logout";
    let wrong = browser.post(path, &[("logout_token", "another")]).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert_eq!(wrong.json()["error"], "invalid_request");
    assert!(browser.get("/account").await.body.contains(ADA));
    let mut provider = idp.browser();
    let told = provider.post(path, &[("logout_token", "token")]).await;
    assert_eq!(
        (told.status, told.header("cache-control")),
        (StatusCode::OK, Some("no-store"))
    );
    assert!(browser.get("/account").await.location().is_some(), "signed out");
    let again = provider.post(path, &[("logout_token", "token")]).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    let unknown = [("logout_token", "token")];
    let unknown = provider.post("/login/nobody/backchannel-logout", &unknown).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn back_channel_logout_s2_5_and_s2_8_a_form_with_one_token_and_nothing_else_ends_sessions() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let mut browser = signed_in(&idp, &acme, vouched("acme", "ada")).await;
    let said = LoggedOut {
        issuer: "https://acme.example".into(),
        subject: Some("ada".into()),
        session: None,
        token_id: "1".into(),
        expires_at: Timestamp::from_seconds(4_000_000_000),
    };
    acme.put_logout("token", said);
    let path = "/login/acme/backchannel-logout";
    let (form, plain) = ("application/x-www-form-urlencoded", "text/plain");
    let mut provider = idp.browser();
    for (tried, content_type, body) in [
        ("no type", None, "logout_token=token"),
        ("text", Some(plain), "logout_token=token"),
        ("JSON", Some("application/json"), "{\"logout_token\":\"token\"}"),
        (
            "a type that begins alike",
            Some("application/x-www-form-urlencoded-too"),
            "logout_token=token",
        ),
        (
            "the token twice",
            Some(form),
            "logout_token=token&logout_token=token",
        ),
        (
            "another beside it",
            Some(form),
            "logout_token=token&logout_token=another",
        ),
        ("no token", Some(form), "token=token"),
        ("an empty one", Some(form), "logout_token="),
        ("no form", Some(form), "logout_token=%zz"),
        ("nothing", None, ""),
    ] {
        let headers: Vec<_> = content_type
            .map(|value| ("content-type", value))
            .into_iter()
            .collect();
        let told = provider.send(Method::POST, path, &headers, body.into()).await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{tried}: {}", told.body);
        assert_eq!(told.json()["error"], "invalid_request", "{tried}");
        assert_eq!(told.header("cache-control"), Some("no-store"), "{tried}");
    }
    let in_the_query = format!("{path}?logout_token=token");
    let told = provider.post(&in_the_query, &[]).await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST, "{}", told.body);
    assert!(
        browser.get("/account").await.body.contains(ADA),
        "nobody was signed out"
    );
    let headers = [("content-type", "Application/x-www-form-urlencoded; charset=UTF-8")];
    let body = "logout_token=token&further=parameter";
    let told = provider.send(Method::POST, path, &headers, body.into()).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.body);
    assert!(browser.get("/account").await.location().is_some(), "signed out");
}
