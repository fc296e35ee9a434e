//! OpenID Connect Core 1.0: requests, ID tokens, userinfo.

use crate::support::{
    Browser, RelyingParty, TestIdp, a_client,
    relying_party::{claims, header, userinfo, userinfo_from},
};
use std::time::Duration;

const ADA: &str = "ada@example.com";

async fn start() -> (TestIdp, RelyingParty, Browser) {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.browser();
    (idp, rp, browser)
}

#[tokio::test]
async fn s2_the_id_token_says_who_when_and_for_whom() {
    let (idp, rp, mut browser) = start().await;
    let tokens = rp.tokens(&mut browser, ADA).await;
    let id_token = tokens["id_token"].as_str().unwrap();
    assert_eq!(header(id_token)["alg"], "RS256");
    let id = claims(id_token);
    assert_eq!(id["iss"], idp.issuer());
    assert_eq!(id["aud"], rp.id);
    assert_eq!(id["nonce"], "n-0S6_WzA2Mj");
    assert_eq!(id["email"], ADA);
    assert_eq!(id["email_verified"], true);
    assert_eq!(id["name"], "Ada Lovelace");
    assert_eq!(id["exp"].as_i64().unwrap() - id["iat"].as_i64().unwrap(), 600);
    for present in ["auth_time", "acr", "amr", "sid", "at_hash"] {
        assert!(id.get(present).is_some(), "{present}");
    }
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(
        (header(access)["typ"].as_str(), header(access)["alg"].as_str()),
        (Some("at+jwt"), Some("ES256"))
    );
}

#[tokio::test]
async fn s5_3_userinfo_says_what_the_id_token_says() {
    let (_idp, rp, mut browser) = start().await;
    let tokens = rp.tokens(&mut browser, ADA).await;
    let id = claims(tokens["id_token"].as_str().unwrap());
    let info = userinfo_from(&mut browser, &tokens).await.json();
    for (claim, value) in info.as_object().unwrap() {
        assert_eq!(&id[claim], value, "{claim}");
    }
    assert_eq!(info["sub"], id["sub"]);
}

#[tokio::test]
async fn s5_3_3_userinfo_takes_access_tokens_only_and_in_no_query() {
    let (idp, rp, mut browser) = start().await;
    let tokens = rp.tokens(&mut browser, ADA).await;
    let access = tokens["access_token"].as_str().unwrap().to_owned();
    let bare = browser.get("/userinfo").await;
    assert_eq!(bare.status, 401);
    assert_eq!(
        bare.header("www-authenticate"),
        Some("Bearer realm=\"signet\""),
        "no error when nothing was sent"
    );
    assert_eq!(
        browser
            .get(&format!("/userinfo?access_token={access}"))
            .await
            .status,
        401
    );
    let (body, signature) = access.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    let changed = format!("{body}.{flipped}{}", &signature[1..]);
    for bad in [
        tokens["id_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
        &changed,
        body,
        "x",
    ] {
        let answer = userinfo(&mut browser, bad).await;
        assert_eq!(answer.status, 401);
        assert!(
            answer
                .header("www-authenticate")
                .unwrap()
                .contains("invalid_token")
        );
    }
    let posted = browser.post("/userinfo", &[("access_token", &access)]).await;
    assert_eq!(posted.status, 200);
    idp.clock.advance(Duration::from_secs(601));
    assert_eq!(userinfo(&mut browser, &access).await.status, 401);
}

#[tokio::test]
async fn s3_1_2_1_prompt_none_answers_the_app_and_shows_nothing() {
    let (_idp, rp, mut browser) = start().await;
    let answer = browser.get(&rp.authorize_url(&[("prompt", "none")])).await;
    assert_eq!(answer.redirect_parameters()["error"], "login_required");
    rp.tokens(&mut browser, ADA).await;
    let answer = browser.get(&rp.authorize_url(&[("prompt", "none")])).await;
    let answer = browser.follow(answer).await;
    assert!(
        answer.redirect_parameters().contains_key("code"),
        "{:?}",
        answer.location()
    );
    let answer = browser
        .get(&rp.authorize_url(&[("prompt", "none"), ("scope", "openid")]))
        .await;
    assert!(answer.redirect_parameters().contains_key("code"));
}

#[tokio::test]
async fn s3_1_2_4_prompt_none_without_consent_is_consent_required() {
    let (idp, rp, mut browser) = start().await;
    rp.tokens(&mut browser, ADA).await;
    let other = idp.relying_party(a_client()).await;
    let answer = browser.get(&other.authorize_url(&[("prompt", "none")])).await;
    assert_eq!(answer.redirect_parameters()["error"], "consent_required");
}

#[tokio::test]
async fn s3_1_2_1_prompt_login_and_max_age_ask_again_and_renew_auth_time() {
    let (idp, rp, mut browser) = start().await;
    let first = claims(rp.tokens(&mut browser, ADA).await["id_token"].as_str().unwrap());
    for changes in [[("prompt", "login")], [("max_age", "0")], [("max_age", "60")]] {
        idp.clock.advance(Duration::from_secs(120));
        let start = browser.get(&rp.authorize_url(&changes)).await;
        let page = browser.follow(start).await;
        assert!(page.location().is_none(), "{changes:?} was not asked");
        let answer = rp.authorize(&mut browser, ADA, &changes).await;
        let code = answer.redirect_parameters()["code"].clone();
        let again = claims(
            rp.redeem(&mut browser, &code).await.json()["id_token"]
                .as_str()
                .unwrap(),
        );
        assert!(again["auth_time"].as_i64() > first["auth_time"].as_i64());
        assert_eq!(again["sid"], first["sid"], "the session stays the same");
    }
    let start = browser.get(&rp.authorize_url(&[("max_age", "10000")])).await;
    let answer = browser.follow(start).await;
    assert!(answer.redirect_parameters().contains_key("code"));
}

#[tokio::test]
async fn s3_1_2_1_prompt_consent_asks_again_and_login_hint_fills_the_field() {
    let (idp, rp, mut browser) = start().await;
    let start = browser
        .get(&rp.authorize_url(&[("login_hint", "grace@example.com")]))
        .await;
    let page = browser.follow(start).await;
    assert!(page.body.contains("grace@example.com"));
    rp.tokens(&mut browser, ADA).await;
    let start = browser.get(&rp.authorize_url(&[])).await;
    assert!(
        browser
            .follow(start)
            .await
            .redirect_parameters()
            .contains_key("code"),
        "asked although allowed"
    );
    let start = browser.get(&rp.authorize_url(&[("prompt", "consent")])).await;
    assert!(browser.follow(start).await.body.contains("name=\"decision\""));
    let first_party = idp.relying_party(a_client().first_party()).await;
    let start = browser.get(&first_party.authorize_url(&[])).await;
    assert!(
        browser
            .follow(start)
            .await
            .redirect_parameters()
            .contains_key("code")
    );
}

#[tokio::test]
async fn s3_1_2_1_select_account_lets_the_person_choose() {
    let (idp, rp, mut browser) = start().await;
    idp.person("grace@example.com").await;
    rp.tokens(&mut browser, ADA).await;
    let start = browser
        .get(&rp.authorize_url(&[("prompt", "select_account")]))
        .await;
    let page = browser.follow(start).await;
    assert!(page.location().is_none());
    assert!(page.body.contains("name=\"session\""), "{}", page.body);
}

#[tokio::test]
async fn s11_offline_access_needs_the_refresh_grant_and_requests_without_openid_get_no_id_token() {
    let (_idp, rp, mut browser) = start().await;
    let answer = rp.authorize(&mut browser, ADA, &[("scope", "email")]).await;
    let code = answer.redirect_parameters()["code"].clone();
    let tokens = rp.redeem(&mut browser, &code).await.json();
    assert!(tokens.get("id_token").is_none());
    let answer = userinfo_from(&mut browser, &tokens).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn s5_3_2_a_signed_answer_is_application_jwt_for_this_client() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let signed = a_client().metadata(|metadata| {
        metadata.userinfo_signed_response_alg = Some(domain::signing_key::SigningAlgorithm::Rs256);
    });
    let rp = idp.relying_party(signed).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    let answer = userinfo_from(&mut browser, &tokens).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/jwt"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(header(&answer.body)["alg"], "RS256");
    let told = claims(&answer.body);
    assert_eq!(
        (&told["iss"], &told["aud"]),
        (&idp.issuer().into(), &rp.id.clone().into())
    );
    assert_eq!(told["email"], ADA);
}

#[tokio::test]
async fn prompt_create_opens_the_sign_up_of_the_request_that_waits() {
    let (_idp, rp, mut browser) = start().await;
    let start = browser.get(&rp.authorize_url(&[("prompt", "create")])).await;
    let to = start.location().unwrap();
    let (page, interaction) = to.split_once("?interaction=").unwrap();
    assert_eq!(page, "/sign-up");
    let page = browser.follow(start).await;
    let fields = page.form("new_password").fields;
    assert!(
        fields.contains(&("interaction".to_owned(), interaction.to_owned())),
        "{fields:?}"
    );
    assert!(page.body.contains("Test App"), "for which app");
    // Who has an account after all signs in, and the request goes on.
    let page = browser.get(&format!("/login?interaction={interaction}")).await;
    assert!(page.body.contains("name=\"identifier\""));
}
