//! RFC 6749 §2.3.1: guessing a client's secret is bounded, for each client and network.

use crate::fixture::{Idp, RelyingParty, assert_refused, basic};
use domain::{client::Status, secret::Digest, testing::a_client};
use oidc::client_auth::ClientAuthError;

/// Wrong secrets that are judged for one client from one network.
const BUDGET: u64 = 5;

async fn guess_until_refused(rp: &RelyingParty<'_>) {
    for _ in 0..BUDGET {
        let answer = rp.proves(Some(&basic(rp.id().as_str(), "guess")), &[]).await;
        assert_refused!(answer, ClientAuthError::WrongSecret, "invalid_client");
    }
    let answer = rp.proves(Some(&basic(rp.id().as_str(), "guess")), &[]).await;
    assert_refused!(answer, ClientAuthError::TooManyFailures { .. }, "invalid_client");
}

#[tokio::test]
async fn s2_3_1_after_too_many_wrong_secrets_guesses_are_not_answered_until_the_window_ends() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    guess_until_refused(&rp).await;
    let guess = basic("app", "guess");
    let Err(ClientAuthError::TooManyFailures { retry_after }) = rp.proves(Some(&guess), &[]).await else {
        panic!("the budget is spent");
    };
    idp.wait(retry_after.as_secs() - 1);
    assert_refused!(
        rp.proves(Some(&guess), &[]).await,
        ClientAuthError::TooManyFailures { .. },
        "invalid_client"
    );
    idp.wait(1);
    assert_refused!(
        rp.proves(Some(&guess), &[]).await,
        ClientAuthError::WrongSecret,
        "invalid_client"
    );
}

#[tokio::test]
async fn s2_3_1_after_too_many_wrong_secrets_the_right_one_is_let_in_elsewhere_and_an_hour_later() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    guess_until_refused(&rp).await;
    let refused = rp.authenticated().await;
    let Err(ClientAuthError::TooManyFailures { retry_after }) = refused else {
        panic!("the budget is spent");
    };
    assert_eq!(retry_after.as_secs(), 3_600);
    let right = basic("app", "secret");
    assert!(
        rp.proves_in(&idp.act_from("192.0.2.2"), Some(&right), &[])
            .await
            .is_ok()
    );
    idp.wait(3_600);
    assert!(rp.authenticated().await.is_ok());
}

#[tokio::test]
async fn s2_3_1_failures_count_for_a_quarter_of_an_hour() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    for _ in 0..3 * BUDGET {
        let answer = rp.proves(Some(&basic("app", "guess")), &[]).await;
        assert_refused!(answer, ClientAuthError::WrongSecret, "invalid_client");
        idp.wait(226);
    }
}

#[tokio::test]
async fn s2_3_1_right_secrets_are_not_counted() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    for _ in 0..3 * BUDGET {
        assert!(rp.authenticated().await.is_ok());
    }
}

#[tokio::test]
async fn s2_3_1_who_guesses_locks_nobody_out_elsewhere() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let other = idp.relying_party(a_client().id("other")).await;
    let acme = idp.realm("acme");
    let namesake = acme.relying_party(a_client()).await;
    guess_until_refused(&rp).await;
    let elsewhere = rp
        .proves_in(&idp.act_from("192.0.2.2"), Some(&basic("app", "guess")), &[])
        .await;
    assert_refused!(elsewhere, ClientAuthError::WrongSecret, "invalid_client");
    for untouched in [other, namesake] {
        let guess = basic(untouched.id().as_str(), "guess");
        let answer = untouched.proves(Some(&guess), &[]).await;
        assert_refused!(answer, ClientAuthError::WrongSecret, "invalid_client");
    }
}

#[tokio::test]
async fn s2_3_1_one_subscriber_has_one_budget() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    for host in 0..BUDGET {
        let act = idp.act_from(&format!("2001:db8::{host:x}"));
        assert!(
            rp.proves_in(&act, Some(&basic("app", "guess")), &[])
                .await
                .is_err()
        );
    }
    let guess = basic("app", "guess");
    let same = rp
        .proves_in(&idp.act_from("2001:db8::ffff"), Some(&guess), &[])
        .await;
    assert_refused!(same, ClientAuthError::TooManyFailures { .. }, "invalid_client");
    let next = rp
        .proves_in(&idp.act_from("2001:db8:0:1::1"), Some(&guess), &[])
        .await;
    assert_refused!(next, ClientAuthError::WrongSecret, "invalid_client");
}

#[tokio::test]
async fn s2_3_1_the_budget_does_not_tell_which_clients_exist() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let public = idp.relying_party(a_client().id("public").public()).await;
    for id in ["nobody", "public"] {
        for _ in 0..BUDGET {
            let answer = rp.proves(Some(&basic(id, "guess")), &[]).await;
            assert_refused!(
                answer,
                ClientAuthError::UnknownClient | ClientAuthError::WrongMethod,
                "invalid_client"
            );
        }
        let answer = rp.proves(Some(&basic(id, "guess")), &[]).await;
        assert_refused!(answer, ClientAuthError::TooManyFailures { .. }, "invalid_client");
    }
    assert!(
        public.authenticated().await.is_ok(),
        "who has no secret cannot be locked out"
    );
}

#[tokio::test]
async fn s2_3_1_a_disabled_client_that_keeps_asking_is_not_locked_out_afterwards() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    idp.set_client(rp.id(), Status::Disabled).await;
    for _ in 0..=BUDGET {
        assert_refused!(
            rp.authenticated().await,
            ClientAuthError::Disabled,
            "invalid_client"
        );
    }
    idp.set_client(rp.id(), Status::Active).await;
    assert!(rp.authenticated().await.is_ok());
}

#[tokio::test]
async fn s2_3_1_secrets_in_the_body_have_the_same_budget() {
    let idp = Idp::start().await;
    let post = domain::client::ClientAuthMethod::ClientSecretPost;
    let rp = idp
        .relying_party(a_client().method(post, Digest::of("secret")))
        .await;
    for _ in 0..BUDGET {
        let answer = rp
            .proves(None, &[("client_id", "app"), ("client_secret", "guess")])
            .await;
        assert_refused!(answer, ClientAuthError::WrongSecret, "invalid_client");
    }
    let guess = rp
        .proves(None, &[("client_id", "app"), ("client_secret", "guess")])
        .await;
    assert_refused!(guess, ClientAuthError::TooManyFailures { .. }, "invalid_client");
}

#[tokio::test]
async fn s2_3_1_guesses_made_at_once_share_the_budget() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let guess = basic("app", "guess");
    let answers = futures::future::join_all((0..200).map(|_| rp.proves(Some(&guess), &[]))).await;
    let judged = |answer: &&Result<_, ClientAuthError>| matches!(answer, Err(ClientAuthError::WrongSecret));
    assert_eq!(answers.iter().filter(judged).count() as u64, BUDGET);
}
