//! RFC 8693 §1.1, §4.1: an exchanged token tells who acts for the person, and proves the same key.

use crate::fixture::{Idp, Prover, Request, acted, assert_refused, exchanger, exchanging};
use domain::{
    client::{ClientAlgorithm, SubjectType},
    testing::{ClientBuilder, a_client, a_user},
};
use oidc::{
    dpop::ProofHeader,
    token::{TokenError, UnfitToken},
};
use serde_json::json;

fn a_shop() -> ClientBuilder {
    a_client().scopes("openid email offline_access orders:read")
}

#[tokio::test]
async fn s4_1_whoever_exchanges_anothers_token_acts_and_earlier_actors_are_nested() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_shop()).await;
    let backend = idp.relying_party(exchanger("backend", &["app"])).await;
    let ledger = idp.relying_party(exchanger("ledger", &["backend"])).await;
    let browser = idp.signed_in(a_user()).await;
    let subject = rp.tokens_for("openid orders:read", &browser).await;
    let (own, claims) = rp.exchanged(&exchanging(subject.access_token())).await;
    assert_eq!((claims.get("act"), claims.get("ocid")), (None, None));
    let (first, claims) = backend.exchanged(&exchanging(&own)).await;
    let acts = json!({ "sub": "backend", "client_id": "backend" });
    assert_eq!(claims["act"], acts);
    assert_eq!(backend.told_of(&first).await["act"], acts);
    // Narrowing its own token makes nobody forgotten.
    let (second, claims) = backend.exchanged(&exchanging(&first)).await;
    assert_eq!((&claims["act"], &claims["ocid"]), (&acts, &json!("app")));
    let (third, claims) = ledger.exchanged(&exchanging(&second)).await;
    let nested = json!({ "sub": "ledger", "client_id": "ledger", "act": acts });
    assert_eq!((&claims["act"], &claims["ocid"]), (&nested, &json!("app")));
    assert_eq!(claims["client_id"], "ledger");
    assert_eq!(ledger.told_of(&third).await["act"], nested);
    // Who may exchange a token is asked of whoever holds it now.
    let own = rp.tokens_for("openid orders:read", &browser).await;
    assert_refused!(
        ledger.exchange(own.access_token()).await,
        TokenError::SubjectToken(UnfitToken::ForeignClient),
        "invalid_request"
    );
}

#[tokio::test]
async fn s4_1_the_actor_is_whom_the_actor_token_is_about() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_shop()).await;
    let pairwise = exchanger("backend", &["app"]).metadata(|metadata| {
        let sector = "backend.example.com".to_owned();
        metadata.subject_type = SubjectType::Pairwise { sector };
    });
    let backend = idp.relying_party(pairwise).await;
    let ada = idp.signed_in(a_user()).await;
    let bob = idp.signed_in(a_user().number(2).email("bob@example.com")).await;
    let subject = rp.tokens_for("openid orders:read", &ada).await;
    let asking = |actor: &str| acted(exchanging(subject.access_token()), actor);
    // A client, which may be the one that holds the token.
    for client in [&rp, &backend] {
        let (_, claims) = backend.exchanged(&asking(&client.own_token().await)).await;
        assert_eq!(
            claims["act"],
            json!({ "sub": client.id(), "client_id": client.id() })
        );
    }
    let (_, claims) = rp.exchanged(&asking(&rp.own_token().await)).await;
    assert_eq!(claims["act"], json!({ "sub": "app", "client_id": "app" }));
    // A person, as the client that asks knows them.
    let theirs = rp.tokens_for("openid", &bob).await;
    let known_as = idp.claims_of(backend.tokens_for("openid", &bob).await.access_token());
    let (token, claims) = backend.exchanged(&asking(theirs.access_token())).await;
    assert_eq!(
        claims["act"],
        json!({ "sub": known_as["sub"], "client_id": "app" })
    );
    assert_ne!(
        claims["sub"], known_as["sub"],
        "the token is still about the other"
    );
    // Whoever acts for somebody cannot act as themselves by that token.
    assert_refused!(
        backend.token(&asking(&token)).await,
        TokenError::ActorToken(UnfitToken::Delegated),
        "invalid_request"
    );
}

#[tokio::test]
async fn s4_1_five_act_one_after_the_other_at_most() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let mut token = rp
        .tokens_for("openid orders:read", &browser)
        .await
        .access_token()
        .to_owned();
    let actor = rp.own_token().await;
    for _ in 0..5 {
        token = rp.exchanged(&acted(exchanging(&token), &actor)).await.0;
    }
    assert_refused!(
        rp.token(&acted(exchanging(&token), &actor)).await,
        TokenError::SubjectToken(UnfitToken::TooManyActors),
        "invalid_request"
    );
    assert!(rp.exchange(&token).await.is_ok(), "nobody more acts");
}

#[tokio::test]
async fn what_the_approved_client_asked_for_by_name_is_not_passed_on() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_shop()).await;
    let backend = idp.relying_party(exchanger("backend", &["app"])).await;
    let browser = idp.signed_in(a_user()).await;
    let request = rp
        .request()
        .with("scope", "openid orders:read")
        .with("claims", r#"{"userinfo":{"email":null}}"#);
    let subject = rp.redeem(&rp.code_for(&request, &browser).await).await.unwrap();
    let (_, claims) = rp.exchanged(&exchanging(subject.access_token())).await;
    assert_eq!(claims["userinfo_claims"], json!(["email"]));
    let (_, claims) = backend.exchanged(&exchanging(subject.access_token())).await;
    assert_eq!(claims.get("userinfo_claims"), None);
}

#[tokio::test]
async fn rfc9449_s5_a_bound_token_is_exchanged_by_the_holder_of_its_key() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let (holder, thief) = (
        Prover::new(ClientAlgorithm::Es256).await,
        Prover::new(ClientAlgorithm::Es256).await,
    );
    let bound = async |request: &Request| {
        let proof = holder.for_token(&idp);
        let tokens = rp.token_with(request, ProofHeader::One(&proof)).await.unwrap();
        assert_eq!(serde_json::to_value(&tokens).unwrap()["token_type"], "DPoP");
        let claims = idp.claims_of(tokens.access_token());
        assert_eq!(claims["cnf"], json!({ "jkt": holder.jkt() }));
        tokens.access_token().to_owned()
    };
    let subject = bound(&rp.redemption(&rp.code(&browser).await)).await;
    let free = rp.tokens(&browser).await;
    let theirs = thief.for_token(&idp);
    let theirs_too = thief.for_token(&idp);
    for proof in [ProofHeader::Absent, ProofHeader::One(&theirs)] {
        assert_refused!(
            rp.token_with(&exchanging(&subject), proof).await,
            TokenError::SubjectToken(UnfitToken::OtherKey),
            "invalid_request"
        );
    }
    for proof in [ProofHeader::Absent, ProofHeader::One(&theirs_too)] {
        let request = acted(exchanging(free.access_token()), &subject);
        assert_refused!(
            rp.token_with(&request, proof).await,
            TokenError::ActorToken(UnfitToken::OtherKey),
            "invalid_request"
        );
    }
    bound(&exchanging(&subject)).await;
    // One that is not bound becomes so by a proof, and needs none.
    bound(&exchanging(free.access_token())).await;
    let (_, claims) = rp.exchanged(&exchanging(free.access_token())).await;
    assert_eq!(claims.get("cnf"), None);
}
