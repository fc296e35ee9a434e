//! RFC 9449: what is bound to a key is used by its holder alone.

use crate::fixture::{Idp, Prover, Request, assert_refused, dpop};
use domain::{
    client::ClientAlgorithm,
    testing::{a_client, a_user},
};
use oidc::{
    authorize::AuthorizeError,
    dpop::{DpopError, ProofHeader, nonce},
    jose::TokenType,
    token::TokenError,
    userinfo::UserinfoError,
};
use serde_json::{Value, json};

fn own() -> Request {
    Request::of(&[("grant_type", "client_credentials")])
}

#[tokio::test]
async fn s5_an_access_token_is_bound_with_every_algorithm_and_grant() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    for alg in ClientAlgorithm::ALL {
        let holder = Prover::new(alg).await;
        let redeeming = rp.redemption(&rp.code(&browser).await);
        let ask = async |request: &Request| {
            let proof = holder.for_token(&idp);
            let tokens = rp.token_with(request, ProofHeader::One(&proof)).await.unwrap();
            let answer = serde_json::to_value(&tokens).unwrap();
            assert_eq!(answer["token_type"], "DPoP");
            let (_, claims) = idp.read(TokenType::AccessToken, tokens.access_token());
            assert_eq!(claims["cnf"], json!({ "jkt": holder.jkt() }));
            tokens
        };
        ask(&own()).await;
        let tokens = ask(&redeeming).await;
        let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
        assert_eq!(claims.get("cnf"), None);
        ask(&rp.refreshing(tokens.refresh_token().unwrap())).await;
    }
    let tokens = rp.token(&own()).await.unwrap();
    assert_eq!(serde_json::to_value(&tokens).unwrap()["token_type"], "Bearer");
    let (_, claims) = idp.read(TokenType::AccessToken, tokens.access_token());
    assert_eq!(claims.get("cnf"), None);
}

#[tokio::test]
async fn s5_2_a_client_registered_for_bound_tokens_gets_no_others() {
    let idp = Idp::start().await;
    let bound = a_client().metadata(|metadata| metadata.dpop_bound_access_tokens = true);
    let rp = idp.relying_party(bound).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.redemption(&rp.code(&browser).await);
    assert_refused!(
        rp.token(&own()).await,
        TokenError::ProofMissing,
        "invalid_request"
    );
    assert_refused!(rp.token(&code).await, TokenError::ProofMissing, "invalid_request");
    let holder = Prover::new(ClientAlgorithm::Es256).await;
    let proof = holder.for_token(&idp);
    let tokens = rp.token_with(&code, ProofHeader::One(&proof)).await.unwrap();
    let refreshing = rp.refreshing(tokens.refresh_token().unwrap());
    assert_refused!(
        rp.token(&refreshing).await,
        TokenError::ProofMissing,
        "invalid_request"
    );
}

#[tokio::test]
async fn s5_refresh_tokens_of_public_clients_are_bound_to_the_key_that_redeemed_the_code() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().public()).await;
    let browser = idp.signed_in(a_user()).await;
    let (holder, thief) = (
        Prover::new(ClientAlgorithm::Es256).await,
        Prover::new(ClientAlgorithm::Es256).await,
    );
    let code = rp.redemption(&rp.code(&browser).await);
    let proof = holder.for_token(&idp);
    let tokens = rp.token_with(&code, ProofHeader::One(&proof)).await.unwrap();
    let mut refreshing = rp.refreshing(tokens.refresh_token().unwrap());
    for _ in 0..2 {
        let theirs = thief.for_token(&idp);
        for proof in [ProofHeader::Absent, ProofHeader::One(&theirs)] {
            let answer = rp.token_with(&refreshing, proof).await;
            assert_refused!(answer, TokenError::OtherKey, "invalid_grant");
        }
        let proof = holder.for_token(&idp);
        let tokens = rp
            .token_with(&refreshing, ProofHeader::One(&proof))
            .await
            .unwrap();
        refreshing = rp.refreshing(tokens.refresh_token().unwrap());
    }
}

#[tokio::test]
async fn s5_a_refresh_token_that_was_not_bound_is_by_the_first_proof() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().public()).await;
    let browser = idp.signed_in(a_user()).await;
    let first = rp.tokens(&browser).await;
    let second = rp.refresh(first.refresh_token().unwrap()).await.unwrap();
    let holder = Prover::new(ClientAlgorithm::Es256).await;
    let proof = holder.for_token(&idp);
    let refreshing = rp.refreshing(second.refresh_token().unwrap());
    let third = rp
        .token_with(&refreshing, ProofHeader::One(&proof))
        .await
        .unwrap();
    let refreshing = rp.refreshing(third.refresh_token().unwrap());
    assert_refused!(rp.token(&refreshing).await, TokenError::OtherKey, "invalid_grant");
    let proof = holder.for_token(&idp);
    assert!(rp.token_with(&refreshing, ProofHeader::One(&proof)).await.is_ok());
}

#[tokio::test]
async fn s5_confidential_clients_may_change_keys() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let mut request = rp.redemption(&rp.code(&browser).await);
    for alg in [ClientAlgorithm::Es256, ClientAlgorithm::EdDsa] {
        let holder = Prover::new(alg).await;
        let proof = holder.for_token(&idp);
        let tokens = rp.token_with(&request, ProofHeader::One(&proof)).await.unwrap();
        let (_, claims) = idp.read(TokenType::AccessToken, tokens.access_token());
        assert_eq!(claims["cnf"]["jkt"], holder.jkt());
        request = rp.refreshing(tokens.refresh_token().unwrap());
    }
    assert!(rp.token(&request).await.is_ok());
}

#[tokio::test]
async fn s10_dpop_jkt_binds_the_code() {
    let idp = Idp::start().await;
    let (holder, thief) = (
        Prover::new(ClientAlgorithm::Es256).await,
        Prover::new(ClientAlgorithm::Es256).await,
    );
    let browser = idp.signed_in(a_user()).await;
    for client in [a_client(), a_client().id("public").public()] {
        let rp = idp.relying_party(client).await;
        let asking = rp.request().with("dpop_jkt", holder.jkt());
        let code = rp.redemption(&rp.code_for(&asking, &browser).await);
        let theirs = thief.for_token(&idp);
        for proof in [ProofHeader::Absent, ProofHeader::One(&theirs)] {
            let answer = rp.token_with(&code, proof).await;
            assert_refused!(answer, TokenError::OtherKey, "invalid_grant");
        }
        let proof = holder.for_token(&idp);
        let tokens = rp.token_with(&code, ProofHeader::One(&proof)).await;
        assert!(tokens.is_ok(), "a wrong key changes nothing: {tokens:?}");
        let long = format!("{}A", holder.jkt());
        for malformed in ["x", "", &holder.jkt()[1..], &long] {
            let answer = idp
                .authorize(&rp.request().with("dpop_jkt", malformed), &browser)
                .await;
            if malformed.is_empty() {
                assert!(answer.step_or_response().is_err_and(|told| told.is_ok()));
            } else {
                assert_refused!(
                    answer.response(),
                    AuthorizeError::Malformed("dpop_jkt"),
                    "invalid_request"
                );
            }
        }
    }
}

#[tokio::test]
async fn s7_1_userinfo_takes_a_bound_token_with_its_proof_only() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let (holder, thief) = (
        Prover::new(ClientAlgorithm::Es256).await,
        Prover::new(ClientAlgorithm::Es256).await,
    );
    let code = rp.redemption(&rp.code(&browser).await);
    let proof = holder.for_token(&idp);
    let tokens = rp.token_with(&code, ProofHeader::One(&proof)).await.unwrap();
    let token = tokens.access_token();
    let proof = holder.for_userinfo(&idp, token).sign();
    let told = idp
        .userinfo_with(dpop(token), "GET", ProofHeader::One(&proof))
        .await;
    assert!(told.is_ok(), "{told:?}");
    let proof = holder.for_userinfo(&idp, token).claim("htm", "POST").sign();
    let told = idp
        .userinfo_with(dpop(token), "POST", ProofHeader::One(&proof))
        .await;
    assert!(told.is_ok(), "{told:?}");
    assert_refused!(
        idp.userinfo(token).await,
        UserinfoError::WrongScheme,
        "invalid_token"
    );
    assert_refused!(
        idp.userinfo_with(dpop(token), "GET", ProofHeader::Absent).await,
        UserinfoError::Dpop(DpopError::Absent),
        "invalid_dpop_proof"
    );
    let theirs = thief.for_userinfo(&idp, token).sign();
    assert_refused!(
        idp.userinfo_with(dpop(token), "GET", ProofHeader::One(&theirs))
            .await,
        UserinfoError::Dpop(DpopError::OtherKey),
        "invalid_dpop_proof"
    );
    let plain = rp.tokens(&browser).await;
    let proof = holder.for_userinfo(&idp, plain.access_token()).sign();
    assert_refused!(
        idp.userinfo_with(dpop(plain.access_token()), "GET", ProofHeader::One(&proof))
            .await,
        UserinfoError::WrongScheme,
        "invalid_token"
    );
}

#[tokio::test]
async fn s8_a_nonce_is_asked_for_only_where_it_is_required() {
    let lenient = Idp::start().await;
    let strict = Idp::start_with(|settings| settings.require_dpop_nonce = true).await;
    let holder = Prover::new(ClientAlgorithm::Es256).await;
    for (idp, required) in [(&lenient, false), (&strict, true)] {
        let rp = idp.relying_party(a_client()).await;
        let ask = async |nonce: Option<&str>| {
            let proof = holder.proof(idp, "/token");
            let proof = match nonce {
                Some(nonce) => proof.claim("nonce", nonce),
                None => proof,
            };
            let (request, proof) = (own(), proof.sign());
            rp.token_with(&request, ProofHeader::One(&proof)).await
        };
        let nonce_error = TokenError::Dpop(DpopError::Nonce);
        assert_eq!(nonce_error.code().as_str(), "use_dpop_nonce");
        assert_eq!(ask(None).await.is_err(), required);
        for wrong in ["", "x", "eyJuYmYiOjB9"] {
            let answer = ask(Some(wrong)).await;
            assert_refused!(answer, TokenError::Dpop(DpopError::Nonce), "use_dpop_nonce");
        }
        let given = nonce(&idp.protocol, &idp.act());
        assert!(ask(Some(&given)).await.is_ok());
        idp.wait(150);
        assert!(ask(Some(&given)).await.is_ok(), "good for half its life more");
        idp.wait(150);
        let answer = ask(Some(&given)).await;
        assert_refused!(answer, TokenError::Dpop(DpopError::Nonce), "use_dpop_nonce");
        let next = nonce(&idp.protocol, &idp.act());
        assert_ne!(next, given);
        assert!(ask(Some(&next)).await.is_ok());
    }
    // A nonce of one realm is none of another.
    let other = strict.realm("acme");
    assert_ne!(
        nonce(&strict.protocol, &strict.act()),
        nonce(&other.protocol, &other.act())
    );
}

#[tokio::test]
async fn s11_1_a_proof_is_used_once_within_its_time() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let holder = Prover::new(ClientAlgorithm::Es256).await;
    let proof = holder.proof(&idp, "/token").claim("jti", "once");
    let ask = async |proof: &str| rp.token_with(&own(), ProofHeader::One(proof)).await;
    assert!(ask(&proof.sign()).await.is_ok());
    // The jti of one key is not that of another, nor that of a proof that was refused.
    let other = Prover::new(ClientAlgorithm::Es256).await;
    let again = other.proof(&idp, "/token").claim("jti", "once");
    assert!(ask(&again.clone().claim("htm", "GET").sign()).await.is_err());
    assert!(ask(&again.sign()).await.is_ok());
    for seconds in [0, 30, 29] {
        idp.wait(seconds);
        let answer = ask(&proof.sign()).await;
        assert_refused!(
            answer,
            TokenError::Dpop(DpopError::Replayed),
            "invalid_dpop_proof"
        );
    }
    idp.wait(1);
    let answer = ask(&proof.sign()).await;
    assert_refused!(answer, TokenError::Dpop(DpopError::Time), "invalid_dpop_proof");
}

#[tokio::test]
async fn a_proof_for_one_realm_is_none_for_another() {
    let root = Idp::start().await;
    let acme = root.realm("acme");
    let rp = acme.relying_party(a_client()).await;
    let holder = Prover::new(ClientAlgorithm::Es256).await;
    let elsewhere = holder.for_token(&root);
    assert_refused!(
        rp.token_with(&own(), ProofHeader::One(&elsewhere)).await,
        TokenError::Dpop(DpopError::Uri),
        "invalid_dpop_proof"
    );
    let here = holder.for_token(&acme);
    assert!(rp.token_with(&own(), ProofHeader::One(&here)).await.is_ok());
}

#[tokio::test]
async fn a_proof_changed_in_one_bit_is_refused() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    for alg in [ClientAlgorithm::Es256, ClientAlgorithm::EdDsa] {
        let holder = Prover::new(alg).await;
        let proof = holder.for_token(&idp);
        for at in 0..proof.len() {
            for bit in 0..7 {
                let mut changed = proof.clone().into_bytes();
                changed[at] ^= 1 << bit;
                let changed = String::from_utf8(changed).unwrap();
                let answer = rp.token_with(&own(), ProofHeader::One(&changed)).await;
                assert!(answer.is_err(), "{alg:?}, byte {at}, bit {bit}");
            }
        }
        assert!(rp.token_with(&own(), ProofHeader::One(&proof)).await.is_ok());
    }
}

#[tokio::test]
async fn s5_1_every_advertised_algorithm_is_accepted() {
    let idp = Idp::start().await;
    let document: Value = serde_json::to_value(oidc::discovery::metadata(&idp.realm)).unwrap();
    let advertised: Vec<&str> = document["dpop_signing_alg_values_supported"]
        .as_array()
        .unwrap()
        .iter()
        .map(|alg| alg.as_str().unwrap())
        .collect();
    let known = ClientAlgorithm::ALL.map(ClientAlgorithm::as_str);
    assert_eq!(advertised, known);
}
