//! RFC 8693: an access token that a person approved is exchanged for the one that another provider issued for them.

use crate::fixture::{
    ACCESS_TOKEN, Browser, Idp, JWT, Prover, RelyingParty, acted, assert_refused, exchanger, exchanging,
    for_acme,
};
use domain::{
    client::{ClientAlgorithm, ClientProtocol, Status},
    event::EventKind,
    secret::Secret,
    stores::{Alongside, Unlinked},
    testing::{ClientBuilder, FakeUpstream, a_client, a_user},
};
use oidc::{
    dpop::ProofHeader,
    token::{TokenError, UnfitToken, UpstreamTokenError},
};
use serde_json::json;
use std::sync::Arc;

const SCOPE: &str = "openid provider:acme";

fn an_app() -> ClientBuilder {
    a_client().scopes("openid offline_access orders:read provider:acme provider:other")
}

/// A deployment with `acme`, and somebody who signed in there.
async fn scene() -> (Idp, Arc<FakeUpstream>, Browser) {
    let (idp, acme) = Idp::start().await.with_acme(true);
    let browser = idp.signed_in(a_user()).await;
    idp.signs_in_at(&acme, &browser).await;
    (idp, acme, browser)
}

async fn subject(rp: &RelyingParty<'_>, scope: &str, browser: &Browser) -> String {
    rp.tokens_for(scope, browser).await.access_token().to_owned()
}

macro_rules! assert_no_token {
    ($answer:expr, $why:ident, $code:literal) => {
        assert_refused!(
            $answer,
            TokenError::UpstreamToken(UpstreamTokenError::$why),
            $code
        )
    };
}

#[tokio::test]
async fn s2_2_1_the_providers_access_token_and_never_its_refresh_token() {
    let (idp, _, browser) = scene().await;
    let rp = idp.relying_party(an_app()).await;
    let subject = subject(&rp, SCOPE, &browser).await;
    idp.wait(100);
    let released = |event: &EventKind| matches!(event, EventKind::UpstreamTokenReleased { .. });
    assert!(!idp.events().iter().any(released));
    for request in [
        for_acme(&subject),
        for_acme(&subject).with("requested_token_type", ACCESS_TOKEN),
    ] {
        let answer = rp.token(&request).await.unwrap();
        let expected = json!({
            "access_token": "acme-access", "issued_token_type": ACCESS_TOKEN, "token_type": "Bearer",
            "expires_in": 3_500, "scope": "repo user",
        });
        assert_eq!(serde_json::to_value(&answer).unwrap(), expected);
        assert!(!format!("{answer:?}").contains("acme-access"));
    }
    let told: Vec<_> = idp.events().into_iter().filter(released).collect();
    assert_eq!(told.len(), 2);
    let user = idp.user_of(&browser).await;
    assert!(
        told.iter().all(|event| matches!(
            event,
            EventKind::UpstreamTokenReleased { user: of, client, provider, .. }
                if *of == user && client == rp.id() && provider.as_str() == "acme"
        )),
        "{told:?}"
    );
    let plain = serde_json::to_value(rp.exchange(&subject).await.unwrap()).unwrap();
    assert_ne!(
        plain["access_token"], "acme-access",
        "without an audience it is none of the provider's"
    );
}

#[tokio::test]
async fn only_who_was_allowed_the_scope_gets_one() {
    let (idp, _, browser) = scene().await;
    let rp = idp.relying_party(an_app()).await;
    for scope in ["openid", "openid orders:read", "openid provider:other"] {
        let subject = subject(&rp, scope, &browser).await;
        assert_no_token!(rp.token(&for_acme(&subject)).await, NotAllowed, "invalid_target");
    }
    let allowed = subject(&rp, SCOPE, &browser).await;
    let less = exchanging(&allowed).with("scope", "openid");
    let less = rp.token(&less).await.unwrap();
    let answer = rp.token(&for_acme(less.access_token())).await;
    assert_no_token!(answer, NotAllowed, "invalid_target");
    let mut client = rp.client.clone();
    assert!(rp.token(&for_acme(&allowed)).await.is_ok());
    let ClientProtocol::Oidc(registered) = &mut client.protocol;
    registered.scopes = "openid".parse().unwrap();
    let updated = idp
        .realm
        .stores
        .clients
        .update(&client, Alongside::default())
        .await;
    assert!(updated.unwrap());
    let narrowed = RelyingParty::new(&idp, client);
    assert_no_token!(
        narrowed.token(&for_acme(&allowed)).await,
        NotAllowed,
        "invalid_target"
    );
}

#[tokio::test]
async fn a_token_that_was_passed_on_fetches_no_others() {
    let (idp, _, browser) = scene().await;
    let backends = ["backend".parse().unwrap()];
    let app = an_app().metadata(|metadata| metadata.exchange.subject_clients.extend(backends));
    let rp = idp.relying_party(app).await;
    let backend = exchanger("backend", &["app"]).scopes("openid provider:acme");
    let backend = idp.relying_party(backend).await;
    let subject = subject(&rp, SCOPE, &browser).await;
    assert_no_token!(
        backend.token(&for_acme(&subject)).await,
        NotAllowed,
        "invalid_target"
    );
    let passed_on = backend.token(&exchanging(&subject)).await.unwrap();
    assert_eq!(passed_on.scope(), "provider:acme");
    for party in [&backend, &rp] {
        let theirs = party.token(&for_acme(passed_on.access_token())).await;
        assert_no_token!(theirs, NotAllowed, "invalid_target");
    }
    let stranger = exchanger("stranger", &[]).scopes("openid provider:acme");
    let stranger = idp.relying_party(stranger).await;
    assert_refused!(
        stranger.token(&for_acme(&subject)).await,
        TokenError::SubjectToken(UnfitToken::ForeignClient),
        "invalid_request"
    );
    let own = idp.relying_party(an_app().id("robot")).await.own_token().await;
    let robot = idp
        .relying_party(exchanger("robots", &["robot"]).scopes("provider:acme"))
        .await;
    assert_refused!(
        robot.token(&for_acme(&own)).await,
        TokenError::SubjectToken(UnfitToken::NoPerson),
        "invalid_request"
    );
}

#[tokio::test]
async fn a_token_for_an_api_fetches_no_others() {
    let (idp, _, browser) = scene().await;
    idp.api("https://api.example.com", "provider:acme").await;
    let rp = idp.relying_party(an_app()).await;
    let request = rp
        .request()
        .with("scope", "provider:acme")
        .with("resource", "https://api.example.com");
    let code = rp.code_for(&request, &browser).await;
    let tokens = rp.redeem(&code).await.unwrap();
    assert_eq!(tokens.scope(), "provider:acme");
    let answer = rp.token(&for_acme(tokens.access_token())).await;
    assert_no_token!(answer, NotAllowed, "invalid_target");
}

#[tokio::test]
async fn s2_1_it_is_asked_for_alone() {
    let (idp, _, browser) = scene().await;
    idp.api("https://api.example.com", "orders:read").await;
    let rp = idp.relying_party(an_app()).await;
    let subject = subject(&rp, SCOPE, &browser).await;
    let right = for_acme(&subject);
    assert!(rp.token(&right).await.is_ok());
    for request in [
        right.clone().with("resource", "https://api.example.com"),
        right.clone().with("scope", "provider:acme"),
        right.clone().with("requested_token_type", JWT),
        right.clone().and("audience", "https://api.example.com"),
        right.clone().and("audience", "provider:other"),
        acted(right.clone(), &subject),
    ] {
        assert_no_token!(rp.token(&request).await, Combined, "invalid_request");
    }
    let refresh = "urn:ietf:params:oauth:token-type:refresh_token";
    assert_refused!(
        rp.token(&right.clone().with("requested_token_type", refresh))
            .await,
        TokenError::TokenTypeUnsupported,
        "invalid_request"
    );
    for missing in ["subject_token", "subject_token_type"] {
        let answer = rp.token(&right.clone().without(missing)).await;
        assert_refused!(answer, TokenError::Missing(_), "invalid_request");
    }
    for nobody in ["provider:", "provider:Acme", "provider:no one"] {
        let answer = rp.token(&exchanging(&subject).with("audience", nobody)).await;
        assert_no_token!(answer, Off, "invalid_target");
    }
    let unknown = exchanging(&subject).with("audience", "provider:other");
    assert_no_token!(rp.token(&unknown).await, NotAllowed, "invalid_target");
}

#[tokio::test]
async fn only_confidential_clients_that_may_exchange_get_one() {
    let (idp, _, browser) = scene().await;
    let public = idp.relying_party(an_app().id("public").public()).await;
    let theirs = subject(&public, SCOPE, &browser).await;
    assert_refused!(
        public.token(&for_acme(&theirs)).await,
        TokenError::GrantNotRegistered,
        "unauthorized_client"
    );
}

#[tokio::test]
async fn whatever_it_rests_on_must_stand() {
    for ending in ["account", "client", "session", "consent", "link"] {
        let (idp, acme) = Idp::start().await.with_acme(true);
        let browser = idp.signed_in(a_user()).await;
        let identity = idp.signs_in_at(&acme, &browser).await;
        let rp = idp.relying_party(an_app()).await;
        let subject = subject(&rp, SCOPE, &browser).await;
        assert!(rp.token(&for_acme(&subject)).await.is_ok());
        let user = idp.user_of(&browser).await;
        match ending {
            "account" => idp.set_user(user, Status::Disabled).await,
            "client" => {
                idp.set_client(rp.id(), Status::Disabled).await;
                idp.set_client(rp.id(), Status::Active).await;
            }
            "session" => idp.sign_out(&browser).await,
            "consent" => idp.revoke_consent(user, rp.id()).await,
            _ => {
                let identities = &idp.realm.stores.identities;
                let (moment, with) = (idp.realm.moment(idp.now()), Alongside::default());
                let unlinked = identities.unlink(user, identity, &[], moment, with).await;
                assert_eq!(unlinked.unwrap(), Unlinked::Unlinked);
                assert_no_token!(rp.token(&for_acme(&subject)).await, NothingKept, "invalid_target");
                continue;
            }
        }
        assert_refused!(
            rp.token(&for_acme(&subject)).await,
            TokenError::SubjectToken(UnfitToken::NotAccepted),
            "invalid_request"
        );
        // A node that has not heard of it asks the store.
        let elsewhere = idp.rotated(true).await;
        let rp = RelyingParty::new(&elsewhere, rp.client);
        assert_refused!(
            rp.token(&for_acme(&subject)).await,
            TokenError::SubjectToken(UnfitToken::Ended(_)),
            "invalid_request"
        );
    }
}

#[tokio::test]
async fn a_provider_that_is_gone_or_keeps_nothing_gives_none() {
    let (idp, _, browser) = scene().await;
    let rp = idp.relying_party(an_app()).await;
    let subject = subject(&rp, SCOPE, &browser).await;
    let rp = rp.client;
    let (idp, _) = idp.with_acme(false);
    let answer = RelyingParty::new(&idp, rp.clone())
        .token(&for_acme(&subject))
        .await;
    assert_no_token!(answer, Off, "invalid_target");
    let (idp, _) = idp.with_acme(true);
    let answer = RelyingParty::new(&idp, rp).token(&for_acme(&subject)).await;
    assert!(answer.is_ok(), "it was only switched off: {answer:?}");
}

#[tokio::test]
async fn one_that_expired_is_refreshed_on_demand_or_waited_for() {
    let (idp, acme, browser) = scene().await;
    let rp = idp.relying_party(an_app()).await;
    idp.wait(3_600);
    acme.set_down(true);
    idp.sign_in_again(&browser).await;
    let subject = subject(&rp, SCOPE, &browser).await;
    assert_no_token!(
        rp.token(&for_acme(&subject)).await,
        Unavailable,
        "temporarily_unavailable"
    );
    acme.set_down(false);
    let new = domain::federation::UpstreamTokens {
        access_token: Secret::new("acme-access-2".to_owned()),
        refresh_token: None,
        expires_at: None,
        scope: None,
    };
    acme.put_refresh("acme-refresh", new);
    idp.wait(60);
    let answer = serde_json::to_value(rp.token(&for_acme(&subject)).await.unwrap()).unwrap();
    assert_eq!(answer["access_token"], "acme-access-2");
    assert_eq!(
        (answer.get("expires_in"), &answer["scope"]),
        (None, &json!("repo user"))
    );
    assert_eq!(acme.refreshed(), ["acme-refresh", "acme-refresh"]);
}

#[tokio::test]
async fn rfc9449_a_bound_token_is_exchanged_with_its_key_for_a_bearer_token() {
    let (idp, _, browser) = scene().await;
    let rp = idp.relying_party(an_app()).await;
    let prover = Prover::new(ClientAlgorithm::Es256).await;
    let code = rp.code_for(&rp.request().with("scope", SCOPE), &browser).await;
    let proof = prover.for_token(&idp);
    let bound = rp
        .token_with(&rp.redemption(&code), ProofHeader::One(&proof))
        .await
        .unwrap();
    let request = for_acme(bound.access_token());
    assert_refused!(
        rp.token(&request).await,
        TokenError::SubjectToken(UnfitToken::OtherKey),
        "invalid_request"
    );
    let proof = prover.for_token(&idp);
    let answer = rp.token_with(&request, ProofHeader::One(&proof)).await.unwrap();
    assert_eq!(serde_json::to_value(&answer).unwrap()["token_type"], "Bearer");
}
