//! RFC 9207: an answer of another provider's is noticed before its code is sent to anybody.

use crate::fixture::{Scene, refusal};
use domain::federation::{Answer, Upstream as _};
use serde_json::json;

async fn answered_with(scene: &Scene, issuer: Option<&str>) -> Result<(), &'static str> {
    let (attempt, answer) = scene.begin().await.unwrap();
    let answer = Answer {
        issuer: issuer.map(str::to_owned),
        ..answer
    };
    match scene.upstream.redeem(&attempt, answer).await {
        Ok(_) => Ok(()),
        refused => Err(refusal(refused)),
    }
}

#[tokio::test]
async fn s2_4_an_answer_that_names_another_provider_is_refused_and_its_code_goes_nowhere() {
    let scene = Scene::new();
    for other in ["https://other.example.com", "https://id.example.com/", ""] {
        let refused = answered_with(&scene, Some(other)).await;
        assert_eq!(refused, Err("iss names another provider"));
    }
    assert_eq!(scene.provider.times_asked("/token"), 0);
    assert_eq!(
        answered_with(&scene, Some("https://id.example.com")).await,
        Ok(())
    );
}

#[tokio::test]
async fn s2_4_a_provider_that_says_it_names_itself_must_do_so() {
    let scene = Scene::new();
    assert_eq!(answered_with(&scene, None).await, Err("iss is missing"));
    assert_eq!(scene.provider.times_asked("/token"), 0);
}

#[tokio::test]
async fn s2_4_iss_is_checked_where_it_is_sent_although_nobody_said_that_it_would_be() {
    let scene = Scene::new();
    scene.provider.state().metadata["authorization_response_iss_parameter_supported"] = json!(false);
    assert_eq!(answered_with(&scene, None).await, Ok(()));
    let refused = answered_with(&scene, Some("https://other.example.com")).await;
    assert_eq!(refused, Err("iss names another provider"));
}
