//! RFC 8693: an access token that a person approved is exchanged for a narrower one.

use crate::fixture::{
    ACCESS_TOKEN, Browser, Idp, JWT, RelyingParty, Request, acted, assert_refused, exchanger, exchanging,
};
use domain::{
    client::{ClientAuthMethod, ClientMetadata, GrantType, Party, PkceRequirement, SubjectType},
    services::clients::{ClientError, ClientService, NewClient},
    testing::{ClientBuilder, a_client, a_user},
};
use oidc::{
    registration::RegistrationError,
    token::{TokenError, UnfitToken},
};
use serde_json::json;

/// The client that the person approves.
fn a_shop() -> ClientBuilder {
    a_client().scopes("openid profile email offline_access orders:read orders:write stock:read")
}

/// An access token for the issuer.
async fn approved(rp: &RelyingParty<'_>, scope: &str, browser: &Browser) -> String {
    rp.tokens_for(scope, browser).await.access_token().to_owned()
}

#[tokio::test]
async fn s2_2_1_an_access_token_of_the_same_approval_and_nothing_else() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_shop()).await;
    let backend = idp.relying_party(exchanger("backend", &["app"])).await;
    let browser = idp.signed_in(a_user()).await;
    let subject = approved(&rp, "openid profile orders:read", &browser).await;
    let before = idp.claims_of(&subject);
    idp.wait(100);
    let written = idp.events().len();
    let tokens = backend.exchange(&subject).await.unwrap();
    assert_eq!(idp.events().len(), written, "no event of its own transaction");
    let answer = serde_json::to_value(&tokens).unwrap();
    assert_eq!(answer["issued_token_type"], ACCESS_TOKEN);
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["scope"], "orders:read");
    assert_eq!(
        (answer.get("refresh_token"), answer.get("id_token")),
        (None, None)
    );
    let claims = idp.claims_of(tokens.access_token());
    for same in ["aid", "sid", "auth_time", "acr", "amr", "sub", "aud"] {
        assert!(claims.get(same).is_some(), "{same}");
        assert_eq!(claims[same], before[same], "{same}");
    }
    assert_eq!(
        (&claims["client_id"], &claims["ocid"]),
        (&json!("backend"), &json!("app"))
    );
    assert_ne!(claims["jti"], before["jti"]);
    assert_eq!(before.get("ocid"), None);
    let plain = serde_json::to_value(rp.tokens(&browser).await).unwrap();
    assert_eq!(plain.get("issued_token_type"), None);
}

#[tokio::test]
async fn s2_1_a_token_and_its_type_come_together() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let subject = approved(&rp, "openid orders:read", &browser).await;
    let right = acted(exchanging(&subject), &subject);
    assert!(rp.token(&right).await.is_ok());
    for missing in [
        "subject_token",
        "subject_token_type",
        "actor_token",
        "actor_token_type",
    ] {
        let answer = rp.token(&right.clone().without(missing)).await;
        assert_refused!(answer, TokenError::Missing(_), "invalid_request");
        let twice = right.clone().and(missing, ACCESS_TOKEN);
        assert_refused!(rp.token(&twice).await, TokenError::Repeated, "invalid_request");
    }
    for named in ["subject_token_type", "actor_token_type", "requested_token_type"] {
        for known in [ACCESS_TOKEN, JWT] {
            let tokens = rp.token(&right.clone().with(named, known)).await.unwrap();
            assert_eq!(
                serde_json::to_value(&tokens).unwrap()["issued_token_type"],
                ACCESS_TOKEN
            );
        }
        for other in ["id_token", "refresh_token", "saml2", ""] {
            let other = format!("urn:ietf:params:oauth:token-type:{other}");
            let answer = rp.token(&right.clone().with(named, &other)).await;
            assert_refused!(answer, TokenError::TokenTypeUnsupported, "invalid_request");
        }
    }
}

#[tokio::test]
async fn s2_2_2_only_access_tokens_of_this_issuer_that_count() {
    let idp = Idp::start().await;
    let acme = idp.realm("acme");
    let rp = idp.relying_party(a_shop()).await;
    let namesake = acme.relying_party(a_shop()).await;
    let ada = a_user();
    let browser = idp.signed_in(ada.clone()).await;
    let elsewhere = acme.signed_in(ada).await;
    let subject = approved(&rp, "openid orders:read", &browser).await;
    let tokens = rp.tokens_for("openid offline_access", &browser).await;
    let foreign = approved(&namesake, "openid orders:read", &elsewhere).await;
    let revoked = approved(&rp, "openid", &browser).await;
    rp.revoke(&Request::of(&[("token", &revoked)])).await.unwrap();
    let half = |token: &str| {
        token
            .rsplit_once('.')
            .map(|(said, seal)| (said.to_owned(), seal.to_owned()))
    };
    let ((said, _), (_, seal)) = (half(&subject).unwrap(), half(tokens.access_token()).unwrap());
    let tampered = format!("{said}.{seal}");
    for wrong in [
        tokens.id_token().unwrap(),
        tokens.refresh_token().unwrap(),
        &foreign,
        &revoked,
        &tampered,
        "sgn_at_nothing",
        "nonsense",
    ] {
        assert_refused!(
            rp.exchange(wrong).await,
            TokenError::SubjectToken(UnfitToken::NotAccepted),
            "invalid_request"
        );
        assert_refused!(
            rp.token(&acted(exchanging(&subject), wrong)).await,
            TokenError::ActorToken(UnfitToken::NotAccepted),
            "invalid_request"
        );
    }
    idp.wait(600);
    assert_refused!(
        rp.exchange(&subject).await,
        TokenError::SubjectToken(UnfitToken::NotAccepted),
        "invalid_request"
    );
}

#[tokio::test]
async fn s2_1_only_for_confidential_clients_that_are_registered_for_it() {
    let idp = Idp::open_to_all(|policy| {
        policy.grants.insert(GrantType::TokenExchange);
    })
    .await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let subject = approved(&rp, "openid", &browser).await;
    let public = idp.relying_party(exchanger("public", &["app"]).public()).await;
    let other = exchanger("other", &["app"]).grants(&[GrantType::AuthorizationCode]);
    let other = idp.relying_party(other).await;
    for refused in [public, other] {
        assert_refused!(
            refused.exchange(&subject).await,
            TokenError::GrantNotRegistered,
            "unauthorized_client"
        );
    }
    let mut document = json!({
        "grant_types": [GrantType::TokenExchange.as_str()],
        "response_types": [],
        "token_endpoint_auth_method": "none",
    });
    assert_refused!(
        idp.register(&document).await,
        RegistrationError::Metadata("grant_types"),
        "invalid_client_metadata"
    );
    document["token_endpoint_auth_method"] = "client_secret_basic".into();
    assert!(idp.register(&document).await.is_ok());
}

#[tokio::test]
async fn s2_1_an_operator_registers_no_public_client_for_it() {
    let idp = Idp::start().await;
    let clients = ClientService::new(idp.ports.clone());
    let new = |method| NewClient {
        id: None,
        name: "Backend".to_owned(),
        method,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        grants: vec![GrantType::TokenExchange],
        scope: None,
        pkce: PkceRequirement::Required,
        party: Party::Third,
        allowed_origins: Vec::new(),
        metadata: ClientMetadata::default(),
    };
    let refused = clients.create(&idp.act(), new(None)).await.err();
    assert!(
        matches!(refused, Some(ClientError::PublicWithOwnGrant)),
        "{refused:?}"
    );
    let method = Some(ClientAuthMethod::ClientSecretBasic);
    assert!(clients.create(&idp.act(), new(method)).await.is_ok());
}

#[tokio::test]
async fn s2_a_client_exchanges_its_own_tokens_and_those_of_clients_its_operator_named() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_shop()).await;
    let named = idp.relying_party(exchanger("named", &["other", "app"])).await;
    let unnamed = idp.relying_party(exchanger("unnamed", &["other"])).await;
    let browser = idp.signed_in(a_user()).await;
    let subject = approved(&rp, "openid orders:read", &browser).await;
    for allowed in [&rp, &named] {
        assert!(allowed.exchange(&subject).await.is_ok());
    }
    assert_refused!(
        unnamed.exchange(&subject).await,
        TokenError::SubjectToken(UnfitToken::ForeignClient),
        "invalid_request"
    );
    let own = approved(&unnamed, "openid", &browser).await;
    assert_refused!(
        unnamed.token(&acted(exchanging(&own), &subject)).await,
        TokenError::ActorToken(UnfitToken::ForeignClient),
        "invalid_request"
    );
}

#[tokio::test]
async fn s2_1_a_token_that_is_about_no_person_is_not_exchanged() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_shop()).await;
    assert_refused!(
        rp.exchange(&rp.own_token().await).await,
        TokenError::SubjectToken(UnfitToken::NoPerson),
        "invalid_request"
    );
}

#[tokio::test]
async fn s2_1_scopes_are_among_those_of_the_token_and_of_the_client() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_shop()).await;
    let backend = idp.relying_party(exchanger("backend", &["app"])).await;
    let browser = idp.signed_in(a_user()).await;
    let scope = "openid profile email offline_access orders:read orders:write";
    let subject = approved(&rp, scope, &browser).await;
    assert_eq!(
        backend.exchange(&subject).await.unwrap().scope(),
        "email orders:read"
    );
    let asking = |scope| exchanging(&subject).with("scope", scope);
    let fewer = backend.token(&asking("orders:read")).await.unwrap();
    assert_eq!(fewer.scope(), "orders:read");
    for refused in [
        // The client is not registered for it, the token does not carry it, it is the other client's alone.
        "orders:write",
        "stock:read",
        "openid",
        "offline_access",
        "orders:read orders:write",
        "\"",
        " ",
    ] {
        let answer = backend.token(&asking(refused)).await;
        assert_refused!(answer, TokenError::Scope, "invalid_scope");
    }
    let own = rp.exchange(&subject).await.unwrap();
    assert_eq!(
        own.scope(),
        "email offline_access openid orders:read orders:write profile"
    );
    assert!(idp.userinfo(own.access_token()).await.is_ok());
    let none = approved(&rp, "openid profile", &browser).await;
    assert_eq!(backend.exchange(&none).await.unwrap().scope(), "");
}

#[tokio::test]
async fn the_client_knows_the_person_by_its_own_name_for_them() {
    let idp = Idp::start().await;
    let pairwise = |client: ClientBuilder, sector: &str| {
        client.metadata(|metadata| {
            let sector = sector.to_owned();
            metadata.subject_type = SubjectType::Pairwise { sector };
        })
    };
    let rp = idp.relying_party(pairwise(a_shop(), "app.example.com")).await;
    let backend = exchanger("backend", &["app"]);
    let backend = idp.relying_party(pairwise(backend, "api.example.com")).await;
    let plain = idp.relying_party(exchanger("plain", &["app", "backend"])).await;
    let browser = idp.signed_in(a_user()).await;
    let subject = approved(&rp, "openid orders:read", &browser).await;
    let known_as = idp.claims_of(&approved(&backend, "openid", &browser).await)["sub"].clone();
    let (second, claims) = backend.exchanged(&exchanging(&subject)).await;
    assert_eq!(claims["sub"], known_as);
    assert_ne!(claims["sub"], idp.claims_of(&subject)["sub"]);
    let (_, claims) = plain.exchanged(&exchanging(&second)).await;
    assert_eq!(claims["sub"], idp.user_of(&browser).await.to_string());
}
