//! RFC 6749 §2.3.1: guessing a client's secret is bounded; what the wire says once the budget is spent.

use crate::support::{RelyingParty, a_client};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn s2_3_1_after_too_many_wrong_secrets_the_answer_is_429_and_says_when_to_come_back() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let code = rp.code(&mut browser, ADA).await;
    let guesser = RelyingParty {
        secret: Some("guess".to_owned()),
        ..rp.clone()
    };
    for path in ["/token", "/revoke"].into_iter().cycle().take(5) {
        let answer = guesser.post(&mut browser, path, &[]).await;
        assert_eq!(answer.status, 401, "{}", answer.body);
        assert_eq!(answer.json()["error"], "invalid_client");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Basic"));
    }
    let answer = guesser.redeem(&mut browser, &code).await;
    assert_eq!(answer.status, 429, "{}", answer.body);
    assert_eq!(answer.json()["error"], "too_many_requests");
    assert_eq!(answer.header("retry-after"), Some("3600"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        rp.redeem(&mut browser, &code).await.status,
        429,
        "the right secret, from the same address"
    );
    let other = idp.relying_party(a_client()).await;
    assert_eq!(
        other
            .post(&mut browser, "/revoke", &[("token", "x")])
            .await
            .status,
        200
    );
}
