//! RFC 6749 §4.1.2, §10.5: how long a code lives, and that it is used once.

use crate::fixture::{Browser, Idp, assert_refused};
use async_trait::async_trait;
use domain::{
    client::{ClientId, Status},
    clock::Timestamp,
    ephemeral::{AuthorizationCodes, CodeGrant, Redemption, Settled},
    event::EventKind,
    secret::Digest,
    stores::{Alongside, Stored},
    testing::{FixedClock, a_client, a_user},
};
use oidc::{token::TokenError, userinfo::UserinfoError};
use std::{sync::Arc, time::Duration};

#[tokio::test]
async fn s4_1_2_a_code_lives_for_a_minute() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    idp.clock.advance(Duration::from_micros(59_999_999));
    assert!(rp.redeem(&code).await.is_ok());
    let code = rp.code(&browser).await;
    idp.wait(60);
    assert_refused!(rp.redeem(&code).await, TokenError::CodeUnknown, "invalid_grant");
}

#[tokio::test]
async fn s4_1_2_a_code_expires_although_its_store_still_has_it() {
    let slow = Arc::new(FixedClock::default());
    let idp = Idp::start_with_store_clock(slow).await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    idp.wait(60);
    assert_refused!(rp.redeem(&code).await, TokenError::CodeExpired, "invalid_grant");
}

#[tokio::test]
async fn s4_1_2_a_valid_replay_revokes_what_the_code_gave() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    let tokens = rp.redeem(&code).await.unwrap();
    let renewed = rp.refresh(tokens.refresh_token().unwrap()).await.unwrap();
    let unrelated = rp.tokens(&browser).await;
    assert_refused!(rp.redeem(&code).await, TokenError::CodeReplayed, "invalid_grant");
    for token in [tokens.access_token(), renewed.access_token()] {
        assert_refused!(idp.userinfo(token).await, UserinfoError::Revoked, "invalid_token");
    }
    let answer = rp.refresh(renewed.refresh_token().unwrap()).await;
    assert_refused!(answer, TokenError::AuthorizationRevoked, "invalid_grant");
    assert!(idp.userinfo(unrelated.access_token()).await.is_ok());
    let detected = |event: &&EventKind| matches!(event, EventKind::ReplayDetected { .. });
    assert_eq!(idp.events().iter().filter(detected).count(), 1);
    assert_refused!(rp.redeem(&code).await, TokenError::CodeReplayed, "invalid_grant");
}

#[tokio::test]
async fn s4_1_2_of_many_redemptions_at_once_one_wins() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    let answers = futures::future::join_all((0..20).map(|_| rp.redeem(&code))).await;
    let replayed = |answer: &&Result<_, TokenError>| matches!(answer, Err(TokenError::CodeReplayed));
    assert_eq!(answers.iter().filter(replayed).count(), 19);
}

/// Codes that somebody else redeems too, just after whoever is first.
struct AtOnce(Arc<dyn AuthorizationCodes>);

#[async_trait]
impl AuthorizationCodes for AtOnce {
    async fn put(&self, code: &Digest, grant: &CodeGrant) -> Stored<()> {
        self.0.put(code, grant).await
    }

    async fn find(&self, code: &Digest) -> Stored<Option<CodeGrant>> {
        self.0.find(code).await
    }

    async fn redeem(&self, code: &Digest, expires_at: Timestamp) -> Stored<Redemption> {
        let mine = self.0.redeem(code, expires_at).await;
        self.0.redeem(code, expires_at).await?;
        mine
    }

    async fn settle(&self, code: &Digest, expires_at: Timestamp) -> Stored<Settled> {
        self.0.settle(code, expires_at).await
    }
}

#[tokio::test]
async fn s4_1_2_whoever_is_first_is_answered_and_what_they_get_ends_with_the_replay_that_came_meanwhile() {
    let idp = Idp::start().await.with(|realm| {
        let inner = realm.ephemeral.codes.clone();
        realm.ephemeral.codes = Arc::new(AtOnce(inner));
    });
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.redeem(&rp.code(&browser).await).await.unwrap();
    let answer = idp.userinfo(tokens.access_token()).await;
    assert_refused!(answer, UserinfoError::Revoked, "invalid_token");
    let answer = rp.refresh(tokens.refresh_token().unwrap()).await;
    assert_refused!(answer, TokenError::AuthorizationRevoked, "invalid_grant");
    let detected = |event: &&EventKind| matches!(event, EventKind::ReplayDetected { .. });
    assert_eq!(idp.events().iter().filter(detected).count(), 1);
}

/// Whatever ends what the code stands for between its issue and its use.
#[tokio::test]
async fn s4_1_3_a_code_dies_with_session_person_client_and_consent() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let ada = idp.person(a_user()).await;
    for (what, fact) in [
        ("session", "AuthorizationRevoked"),
        ("person", "AuthorizationRevoked"),
        ("consent", "AuthorizationRevoked"),
        ("client", "AuthorizationRevoked"),
        ("idle", "SessionEnded"),
    ] {
        let browser = idp.sign_in(&ada).await;
        if what == "idle" {
            idp.wait(28_790);
        }
        let code = rp.code(&browser).await;
        end(&idp, what, &browser, rp.id()).await;
        let error = rp.redeem(&code).await.unwrap_err();
        assert_eq!(
            (format!("{error:?}").as_str(), error.code().as_str()),
            (fact, "invalid_grant"),
            "{what}"
        );
        idp.set_user(ada.id, Status::Active).await;
        idp.wait(1);
    }
}

async fn end(idp: &Idp, what: &str, browser: &Browser, client: &ClientId) {
    let user = idp.user_of(browser).await;
    match what {
        "session" => idp.sign_out(browser).await,
        "person" => idp.set_user(user, Status::Disabled).await,
        "consent" => idp.revoke_consent(user, client).await,
        "idle" => idp.wait(20),
        _ => {
            idp.set_client(client, Status::Disabled).await;
            idp.set_client(client, Status::Active).await;
        }
    }
}

#[tokio::test]
async fn s4_1_3_a_deleted_account_redeems_nothing() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    let (user, moment) = (idp.user_of(&browser).await, idp.realm.moment(idp.now()));
    let deleted = idp.realm.stores.users.delete(user, moment, Alongside::default());
    assert!(deleted.await.unwrap());
    assert_refused!(rp.redeem(&code).await, TokenError::CodeUnknown, "invalid_grant");
}
