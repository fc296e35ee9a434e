//! What a browser has of its own, and what is worth nothing without it: session fixation, stolen cookies, requests that
//! somebody else began or tries to change.

use crate::support::{
    Answer, AuthenticatorApp, Browser, TestIdp, a_client,
    browser::query_of,
    idp::PASSWORD,
    relying_party::{claims, userinfo},
};
use std::collections::BTreeMap;

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";
const SESSION: &str = "signet-session-4000";
const BROWSER: &str = "signet-browser-4000";

/// Signs in from wherever `start` leads; where that leads.
async fn signs_in(browser: &mut Browser, start: &str, email: &str) -> Answer {
    let start = browser.get(start).await;
    let page = browser.follow(start).await;
    let answer = browser
        .submit(&page, "identifier", &[("identifier", email)])
        .await;
    let page = browser.follow(answer).await;
    browser.submit(&page, "password", &[("password", PASSWORD)]).await
}

async fn signed_in(idp: &TestIdp, email: &str) -> Browser {
    let mut browser = idp.browser();
    let answer = signs_in(&mut browser, "/account", email).await;
    assert_eq!(browser.follow(answer).await.status, 200);
    browser
}

/// A browser with these cookies and no others.
fn with_cookies(idp: &TestIdp, cookies: &BTreeMap<String, String>, names: &[&str]) -> Browser {
    let mut browser = idp.browser();
    let kept = cookies.iter().filter(|(name, _)| names.contains(&name.as_str()));
    browser.cookies = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
    browser
}

/// Whose account a browser shows, if any.
async fn account_of(browser: &mut Browser) -> Option<&'static str> {
    let page = browser.get("/account").await;
    let shown = [ADA, BOB].into_iter().find(|email| page.body.contains(email));
    shown.filter(|_| page.status == 200)
}

fn interaction_of(location: &str) -> String {
    query_of(&format!("http://localhost:4000{location}"))["interaction"].clone()
}

#[tokio::test]
async fn the_session_cookie_is_a_new_one_after_each_proof_and_the_old_one_is_worth_nothing() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    let planted = "AAAAAAAAAAAAAAAAAAAAAA".to_owned();
    browser.cookies.insert(SESSION.to_owned(), planted.clone());
    let mut before = vec![planted];
    signs_in(&mut browser, "/account", ADA).await;
    before.push(browser.cookies[SESSION].clone());
    // Proving it again for a request that wants that.
    let rp = idp.relying_party(a_client().first_party()).await;
    let answer = signs_in(&mut browser, &rp.authorize_url(&[("prompt", "login")]), ADA).await;
    assert_eq!(answer.status, 303);
    before.push(browser.cookies[SESSION].clone());
    // And the second factor, for an app that wants two.
    let app = AuthenticatorApp::add(&idp, &mut browser).await;
    idp.clock.advance(std::time::Duration::from_secs(60));
    let two = rp.authorize_url(&[("prompt", "login")]);
    let step = signs_in(&mut browser, &two, ADA).await;
    let page = browser.follow(step).await;
    let code = app.code(&idp);
    assert_eq!(
        browser.submit(&page, "code", &[("code", &code)]).await.status,
        303
    );
    let after = browser.cookies[SESSION].clone();
    let mut all = before.clone();
    all.push(after);
    all.dedup();
    assert_eq!(all.len(), before.len() + 1, "each proof gives another cookie");
    for old in before {
        let mut thief = idp.browser();
        thief.cookies.insert(SESSION.to_owned(), old);
        assert_eq!(account_of(&mut thief).await, None);
    }
    assert_eq!(account_of(&mut browser).await, Some(ADA));
}

#[tokio::test]
async fn the_name_of_a_request_is_of_no_use_in_another_browser() {
    let idp = super::start().await;
    idp.person(ADA).await;
    idp.person(BOB).await;
    let rp = idp.relying_party(a_client()).await;
    let mut hers = idp.browser();
    let asked = hers.get(&rp.authorize_url(&[])).await.location().unwrap();
    let waiting = interaction_of(&asked);
    let mut decided = idp.browser();
    let answer = signs_in(&mut decided, &rp.authorize_url(&[]), ADA).await;
    let consent = decided.follow(answer).await;
    let fields = consent.form("decision").fields;
    let signed_in_one = fields
        .iter()
        .find(|(name, _)| name == "interaction")
        .unwrap()
        .1
        .clone();
    // Somebody without an account here, and somebody with one.
    for mut attacker in [idp.browser(), signed_in(&idp, BOB).await] {
        for id in [waiting.as_str(), signed_in_one.as_str()] {
            let fields = [
                ("interaction", id),
                ("identifier", BOB),
                ("password", PASSWORD),
                ("code", "000000"),
                ("flow", id),
                ("scope", "openid"),
                ("version", "1"),
                ("decision", "allow"),
            ];
            for path in [
                "/login",
                "/login/code",
                "/login/otp",
                "/login/passkey",
                "/consent",
                "/device",
                "/sign-up/address",
                "/terms",
            ] {
                let read = attacker.get(&format!("{path}?interaction={id}&flow={id}")).await;
                assert_ne!(read.status, 200, "{path}");
                assert!(!read.body.contains(ADA) && !read.body.contains(&rp.redirect_uri));
                let answer = attacker.post(path, &fields).await;
                assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
            }
            for act in [
                "/api/sign-in/password",
                "/api/sign-in/identifier",
                "/api/sign-in/mail",
                "/api/sign-up/address",
                "/api/sign-up/address-code",
            ] {
                assert!(
                    attacker.post(act, &fields).await.status.is_client_error(),
                    "{act}"
                );
            }
            let resumed = attacker.get(&format!("/resume/{id}")).await;
            assert_eq!(resumed.location(), None, "{}", resumed.status);
        }
    }
    // Both go on where they began.
    let answer = signs_in(&mut hers, &asked, ADA).await;
    assert!(hers.follow(answer).await.body.contains("name=\"decision\""));
    let allowed = decided
        .submit(&consent, "decision", &[("decision", "allow")])
        .await;
    assert!(
        decided
            .follow(allowed)
            .await
            .redirect_parameters()
            .contains_key("code")
    );
}

#[tokio::test]
async fn the_cookie_of_a_request_without_the_session_gets_nothing() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut hers = idp.browser();
    let answer = signs_in(&mut hers, &rp.authorize_url(&[]), ADA).await;
    let consent = hers.follow(answer).await;
    let fields = consent.form("decision").fields;
    let sent: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let id = sent.iter().find(|(name, _)| *name == "interaction").unwrap().1;
    for path in ["/consent", "/resume"] {
        let mut thief = with_cookies(&idp, &hers.cookies, &[BROWSER]);
        assert_eq!(thief.cookies.len(), 1);
        let answer = match path {
            "/consent" => {
                thief
                    .post(path, &[sent.as_slice(), &[("decision", "allow")]].concat())
                    .await
            }
            _ => thief.get(&format!("/resume/{id}")).await,
        };
        let page = thief.follow(answer).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("name=\"identifier\""), "{path}: {}", page.body);
        assert!(!page.body.contains(ADA) && !page.body.contains("name=\"decision\""));
        assert_eq!(account_of(&mut thief).await, None);
    }
    let allowed = hers.submit(&consent, "decision", &[("decision", "allow")]).await;
    assert!(
        hers.follow(allowed)
            .await
            .redirect_parameters()
            .contains_key("code")
    );
}

#[tokio::test]
async fn the_next_person_at_a_browser_gets_nothing_of_the_one_before() {
    let idp = super::start().await;
    idp.person(ADA).await;
    idp.person(BOB).await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    let sid = claims(tokens["id_token"].as_str().unwrap())["sid"].clone();
    let hint = tokens["id_token"].as_str().unwrap();
    let kept = browser.cookies.clone();
    // She signs out where the cookie is not: another site's form leaves it at home.
    let mut without = idp.browser();
    let asked = without.get(&format!("/logout?id_token_hint={hint}")).await;
    without.follow(asked).await;
    let out = browser.get(&format!("/logout?id_token_hint={hint}")).await;
    assert!(browser.follow(out).await.status.is_success());
    assert_eq!(account_of(&mut browser).await, None);
    // He signs in with whatever cookies are left, and with those that she had.
    for cookies in [browser.cookies.clone(), kept.clone()] {
        let mut his = idp.browser();
        his.cookies = cookies;
        assert_eq!(account_of(&mut his).await, None);
        let tokens = rp.tokens(&mut his, BOB).await;
        let id = claims(tokens["id_token"].as_str().unwrap());
        assert_ne!(id["sid"], sid);
        assert_eq!(id["email"], BOB);
        let told = userinfo(&mut his, tokens["access_token"].as_str().unwrap())
            .await
            .json();
        assert_eq!(told["email"], BOB);
        assert_eq!(account_of(&mut his).await, Some(BOB));
        let sessions = his.get("/account/sessions").await.body;
        assert!(!sessions.contains(ADA));
    }
    let mut hers = idp.browser();
    hers.cookies = kept;
    assert_eq!(account_of(&mut hers).await, None, "nor does she get his");
}

#[tokio::test]
async fn the_cookie_of_an_ended_session_is_refused_on_every_page_and_by_every_act() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = signed_in(&idp, ADA).await;
    let stolen = browser.cookies.clone();
    let asked = browser.post("/logout", &[]).await;
    let asked = browser.follow(asked).await;
    browser.submit(&asked, "decision", &[("decision", "allow")]).await;
    let mut thief = idp.browser();
    thief.cookies = stolen;
    for path in app::routes::PAGES
        .into_iter()
        .filter(|path| path.starts_with("/account"))
    {
        let read = thief.get(path).await;
        assert!(
            read.location().unwrap().starts_with("/login?interaction="),
            "{path}"
        );
        // A page that takes no form has nothing to refuse.
        let refused = if path == "/account/activity" { 404 } else { 401 };
        for act in app::routes::acts_of(path) {
            let fields = [("act", *act), ("name", "Mallory"), ("session", "others")];
            assert_eq!(thief.post(path, &fields).await.status, refused, "{path} {act}");
        }
    }
    let acts = server_fn::axum::server_fn_paths().map(|(path, _)| path);
    for act in acts.filter(|act| act.starts_with("/api/account")) {
        let all = [
            ("email", "m@example.com"),
            ("flow", "x"),
            ("code", "1"),
            ("client_id", "x"),
            ("session", "others"),
            ("identity", "x"),
            ("passkey", "x"),
            ("name", "Mallory"),
            ("passkey_name", "Mallory"),
            ("ceremony", "x"),
            ("answer", "x"),
            ("version", "1"),
            ("new_password", "another long passphrase"),
        ];
        let answer = thief.post(act, &all).await;
        assert_eq!(answer.status, 401, "{act}: {}", answer.body);
        assert!(!answer.body.contains(ADA), "{act}");
    }
    let silent = thief.get(&rp.authorize_url(&[("prompt", "none")])).await;
    assert_eq!(silent.redirect_parameters()["error"], "login_required");
}

#[tokio::test]
async fn cookies_are_for_this_host_and_hidden_from_scripts() {
    let settings = [
        ("SIGNET_ISSUER", "https://id.example.com"),
        ("SIGNET_SMTP_URL", "smtp://127.0.0.1:1"),
    ];
    for (settings, prefix) in [(&settings[..], "__Host-signet-"), (&[], "signet-")] {
        let idp = super::start_with(settings).await;
        idp.person(ADA).await;
        let mut browser = idp.browser();
        let mut set = Vec::new();
        let start = browser.get("/login").await;
        set.push(start.clone());
        let page = browser.get(start.location().unwrap().as_str()).await;
        let answer = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
        let page = browser.get(answer.location().unwrap().as_str()).await;
        set.push(browser.submit(&page, "password", &[("password", PASSWORD)]).await);
        let cookies: Vec<&str> = set
            .iter()
            .flat_map(|answer| answer.headers.get_all("set-cookie"))
            .map(|value| value.to_str().unwrap())
            .collect();
        for kind in ["session", "browser", "device"] {
            let name = format!("{prefix}{kind}");
            assert!(
                cookies.iter().any(|cookie| cookie.starts_with(&name)),
                "{name}: {cookies:?}"
            );
        }
        for cookie in cookies {
            assert!(cookie.starts_with(prefix), "{cookie}");
            for said in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(cookie.contains(said), "{cookie}");
            }
            assert!(!cookie.to_ascii_lowercase().contains("domain"), "{cookie}");
            assert_eq!(
                cookie.contains("Secure"),
                prefix.starts_with("__Host-"),
                "{cookie}"
            );
        }
    }
}

#[tokio::test]
async fn a_browser_is_trusted_and_known_by_cookies_of_their_own() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut browser = signed_in(&idp, ADA).await;
    let app = AuthenticatorApp::add(&idp, &mut browser).await;
    idp.clock.advance(std::time::Duration::from_secs(60));
    let mut phone = idp.browser();
    let answer = signs_in(&mut phone, "/account", ADA).await;
    let page = phone.follow(answer).await;
    let fields = [("code", app.code(&idp)), ("remember", "on".to_owned())];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(phone.submit(&page, "code", &fields).await.status, 303);
    for kind in ["device", "trust"] {
        assert!(
            phone.cookies.contains_key(&format!("signet-{kind}-4000")),
            "{:?}",
            phone.cookies.keys()
        );
    }
    phone.cookies.remove(SESSION);
    let answer = signs_in(&mut phone, "/account", ADA).await;
    let page = phone.follow(answer).await;
    assert_eq!(account_of(&mut phone).await, Some(ADA), "{}", page.body);
}

#[tokio::test]
async fn nothing_of_a_request_changes_on_the_way_back() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let other = idp
        .relying_party(a_client().redirect_uri("https://other.example/cb"))
        .await;
    let changes = [
        ("client_id", other.id.as_str()),
        ("redirect_uri", "https://other.example/cb"),
        ("response_type", "token"),
        ("response_mode", "fragment"),
        ("scope", "openid offline_access email profile"),
        ("state", "changed"),
        ("nonce", "changed"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("prompt", "none"),
        ("acr_values", "none"),
    ];
    let query = serde_urlencoded::to_string(changes).unwrap();
    let mut browser = idp.browser();
    let asked = rp.authorize_url(&[("scope", "openid email")]);
    let start = browser.get(&asked).await.location().unwrap();
    let id = interaction_of(&start);
    let page = browser.get(&format!("{start}&{query}")).await;
    // Going on, back, reloading and starting over, each with other parameters.
    let typed = [&changes[..], &[("identifier", ADA)]].concat();
    let step = browser
        .submit(&page, "identifier", &typed)
        .await
        .location()
        .unwrap();
    browser.get(&format!("{step}&{query}")).await;
    browser
        .get(&format!("/login?interaction={id}&change=1&{query}"))
        .await;
    let page = browser.get(&step).await;
    let page = match page.body.contains("name=\"password\"") {
        true => page,
        false => {
            let answer = browser.submit(&page, "identifier", &typed).await;
            browser.follow(answer).await
        }
    };
    let typed = [&changes[..], &[("password", PASSWORD)]].concat();
    let answer = browser.submit(&page, "password", &typed).await;
    assert_eq!(answer.status, 303);
    let resumed = browser
        .get(&format!("/resume/{id}?{query}"))
        .await
        .location()
        .unwrap();
    assert_eq!(resumed, format!("/consent?interaction={id}"));
    let page = browser.get(&format!("{resumed}&{query}")).await;
    assert!(!page.body.contains("other.example"), "{}", page.body);
    let typed = [
        &changes[..4],
        &changes[5..],
        &[
            ("scope", "openid"),
            ("scope", "email"),
            ("scope", "profile"),
            ("scope", "offline_access"),
            ("decision", "allow"),
            ("interaction", id.as_str()),
        ],
    ]
    .concat();
    let answer = browser.post(&format!("/consent?{query}"), &typed).await;
    let to = answer.location().unwrap();
    let back = browser.get(&format!("{to}?{query}")).await;
    let location = back.location().unwrap();
    assert!(location.starts_with(&rp.redirect_uri), "{location}");
    let given = query_of(&location);
    assert_eq!(given["state"], "xyz");
    assert!(!given.contains_key("access_token"));
    let stolen = other.redeem(&mut browser, &given["code"]).await;
    assert_eq!(stolen.json()["error"], "invalid_grant");
    let tokens = rp.redeem(&mut browser, &given["code"]).await.json();
    assert_eq!(tokens["scope"], "email openid");
    assert_eq!(
        claims(tokens["id_token"].as_str().unwrap())["nonce"],
        "n-0S6_WzA2Mj"
    );
    // It is over: nothing of it is taken up again.
    assert_eq!(
        browser.get(&format!("/resume/{id}?{query}")).await.location(),
        None
    );
}
