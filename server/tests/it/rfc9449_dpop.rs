//! RFC 9449: DPoP, as headers and statuses show it.

use crate::support::{Answer, Browser, Prover, TestIdp, a_client};
use axum::{body::Body, http::Method};
use domain::clock::Clock as _;

const ADA: &str = "ada@example.com";

/// The access token of a public client whose redemption carried this proof.
async fn redeem(idp: &TestIdp, browser: &mut Browser, proofs: &[String]) -> Answer {
    let rp = idp.relying_party(a_client().public()).await;
    let code = rp.code(browser, ADA).await;
    let headers: Vec<(&str, &str)> = proofs.iter().map(|proof| ("DPoP", proof.as_str())).collect();
    let fields = [
        ("client_id", rp.id.as_str()),
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ];
    browser.post_with("/token", &headers, &fields).await
}

#[tokio::test]
async fn s5_s7_a_bound_token_opens_userinfo_with_a_proof_only() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let (mut browser, holder) = (idp.browser(), Prover::new().await);
    let (token_uri, uri) = (
        format!("{}/token", idp.issuer()),
        format!("{}/userinfo", idp.issuer()),
    );
    let proof = holder.proof("POST", &token_uri, idp.clock.now()).await;
    let answer = redeem(&idp, &mut browser, &[proof]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.header("dpop-nonce").is_some());
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "DPoP");
    let token = tokens["access_token"].as_str().unwrap();
    let proof = holder.proof_with_token("GET", &uri, idp.clock.now(), token).await;
    for (scheme, proof, status, error) in [
        ("dpop", Some(&proof), 200, ""),
        (
            "DPoP",
            Some(&proof),
            401,
            "DPoP error=\"invalid_dpop_proof\", algs=",
        ),
        ("DPoP", None, 401, "DPoP error=\"invalid_dpop_proof\", algs="),
        ("Bearer", Some(&proof), 401, "Bearer error=\"invalid_token\""),
    ] {
        let authorization = format!("{scheme} {token}");
        let mut headers = vec![("authorization", authorization.as_str())];
        headers.extend(proof.map(|proof| ("dpop", proof.as_str())));
        let answer = browser
            .send(Method::GET, "/userinfo", &headers, Body::empty())
            .await;
        assert_eq!(answer.status, status, "{scheme}: {}", answer.body);
        assert_eq!(answer.header("dpop-nonce").is_some(), proof.is_some());
        let challenges = answer.headers.get_all("www-authenticate").iter();
        let challenges: Vec<&str> = challenges.map(|value| value.to_str().unwrap()).collect();
        assert_eq!(challenges.len(), if status == 200 { 0 } else { 2 });
        if status == 401 {
            assert!(challenges.iter().any(|challenge| challenge.starts_with(error)));
            assert!(challenges.iter().any(|challenge| challenge.contains("ES256")));
        }
    }
}

#[tokio::test]
async fn s4_3_and_s5_two_headers_and_proofs_that_fail_are_400() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let (mut browser, holder) = (idp.browser(), Prover::new().await);
    let uri = format!("{}/token", idp.issuer());
    let one = holder.proof("POST", &uri, idp.clock.now()).await;
    let two = holder.proof("POST", &uri, idp.clock.now()).await;
    let wrong = holder.proof("GET", &uri, idp.clock.now()).await;
    for proofs in [vec![one, two], vec![wrong], vec!["x".to_owned()]] {
        let answer = redeem(&idp, &mut browser, &proofs).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["error"], "invalid_dpop_proof");
    }
}

#[tokio::test]
async fn s4_3_a_proof_may_name_the_endpoint_by_an_older_name_once_and_no_other_endpoint() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let (mut browser, holder) = (idp.browser(), Prover::new().await);
    let rp = idp.relying_party(a_client().public()).await;
    let older = format!("{}/oauth2/token", idp.issuer());
    let proof = holder.proof("POST", &older, idp.clock.now()).await;
    let other = format!("{}/oauth2/userinfo", idp.issuer());
    let other = holder.proof("POST", &other, idp.clock.now()).await;
    for (path, proof, status) in [
        ("/oauth2/token", &proof, 200),
        ("/token", &proof, 400),
        ("/oauth2/token", &other, 400),
    ] {
        let code = rp.code(&mut browser, ADA).await;
        let fields = [
            ("client_id", rp.id.as_str()),
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        ];
        let answer = browser.post_with(path, &[("DPoP", proof)], &fields).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn s8_the_nonce_of_the_answer_is_good_for_the_next_request() {
    let idp = super::start_with(&[("SIGNET_REQUIRE_DPOP_NONCE", "true")]).await;
    idp.person(ADA).await;
    let (mut browser, holder) = (idp.browser(), Prover::new().await);
    let (token_uri, uri) = (
        format!("{}/token", idp.issuer()),
        format!("{}/userinfo", idp.issuer()),
    );
    let proof = holder.proof("POST", &token_uri, idp.clock.now()).await;
    let refused = redeem(&idp, &mut browser, &[proof]).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["error"], "use_dpop_nonce");
    let nonce = refused.header("dpop-nonce").unwrap().to_owned();
    let proof = holder
        .proof_with_nonce("POST", &token_uri, idp.clock.now(), &nonce)
        .await;
    let answer = redeem(&idp, &mut browser, &[proof]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let tokens = answer.json();
    let token = tokens["access_token"].as_str().unwrap();
    let proof = holder.proof_with_token("GET", &uri, idp.clock.now(), token).await;
    let authorization = format!("DPoP {token}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("dpop", proof.as_str()),
    ];
    let refused = browser
        .send(Method::GET, "/userinfo", &headers, Body::empty())
        .await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.json()["error"], "use_dpop_nonce");
    let nonce = refused.header("dpop-nonce").unwrap();
    let proof = holder
        .proof_with_nonce_and_token(("GET", &uri), idp.clock.now(), (nonce, token))
        .await;
    let headers = [headers[0], ("dpop", proof.as_str())];
    let answer = browser
        .send(Method::GET, "/userinfo", &headers, Body::empty())
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn s8_and_s10_1_a_pushed_request_with_a_proof_needs_the_nonce_too() {
    let idp = super::start_with(&[("SIGNET_REQUIRE_DPOP_NONCE", "true")]).await;
    let (rp, holder) = (idp.relying_party(a_client()).await, Prover::new().await);
    let url = rp.authorize_url(&[]);
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(url.split_once('?').unwrap().1).unwrap();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let (mut browser, uri) = (idp.browser(), format!("{}/par", idp.issuer()));
    let proof = holder.proof("POST", &uri, idp.clock.now()).await;
    let headers = [("dpop", proof.as_str())];
    let refused = rp.post_with(&mut browser, "/par", &headers, &fields).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["error"], "use_dpop_nonce");
    let nonce = refused.header("dpop-nonce").unwrap();
    let proof = holder
        .proof_with_nonce("POST", &uri, idp.clock.now(), nonce)
        .await;
    let headers = [("dpop", proof.as_str())];
    let answer = rp.post_with(&mut browser, "/par", &headers, &fields).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

#[tokio::test]
async fn scripts_may_send_proofs_and_read_the_nonce() {
    let idp = super::start().await;
    idp.relying_party(a_client()).await;
    let headers = [
        ("origin", "https://app.example.com"),
        ("access-control-request-method", "POST"),
    ];
    for path in ["/token", "/par", "/userinfo"] {
        let mut browser = idp.browser();
        let answer = browser.send(Method::OPTIONS, path, &headers, Body::empty()).await;
        let says = |name: &str, what: &str| answer.header(name).unwrap().contains(what);
        assert!(says("access-control-allow-headers", "dpop"), "{path}");
        assert!(says("access-control-expose-headers", "dpop-nonce"), "{path}");
    }
}
