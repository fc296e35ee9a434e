//! RFC 7662: asking about tokens.

use crate::fixture::{Browser, Idp, RelyingParty, Request, assert_refused};
use domain::{
    api::{Api, TokenFormat},
    client::Status,
    testing::{ClientBuilder, a_client, a_user},
};
use oidc::{introspection::IntrospectionError, jose::TokenType, token::TokenResponse};
use serde_json::{Value, json};
use std::time::Duration;

const ORDERS: &str = "https://orders.example.com";
const STOCK: &str = "urn:example:stock";

fn a_shop() -> ClientBuilder {
    a_client().scopes("openid profile email offline_access orders:read stock:read")
}

/// An API that the client `orders-rs` may ask for, and one that `stock-rs` may.
async fn apis(idp: &Idp, format: TokenFormat) {
    for (audience, scope, client) in [
        (ORDERS, "orders:read", "orders-rs"),
        (STOCK, "stock:read", "stock-rs"),
    ] {
        let may_ask = |api: &mut Api| {
            api.format = format;
            api.introspection_clients.insert(client.parse().unwrap());
        };
        idp.api_with(audience, scope, may_ask).await;
    }
}

/// Tokens for [`ORDERS`].
async fn tokens(rp: &RelyingParty<'_>, scope: &str, browser: &Browser) -> TokenResponse {
    let request = rp.request().with("scope", scope).and("resource", ORDERS);
    rp.redeem(&rp.code_for(&request, browser).await).await.unwrap()
}

async fn own_token(rp: &RelyingParty<'_>) -> String {
    let request = Request::of(&[("grant_type", "client_credentials"), ("resource", ORDERS)]);
    rp.token(&request).await.unwrap().access_token().to_owned()
}

#[tokio::test]
async fn s2_2_what_is_told_of_a_token() {
    for format in TokenFormat::ALL {
        let idp = Idp::start().await;
        apis(&idp, format).await;
        let rp = idp.relying_party(a_shop()).await;
        let rs = idp.relying_party(a_client().id("orders-rs")).await;
        let browser = idp.signed_in(a_user()).await;
        idp.wait(100);
        let tokens = tokens(&rp, "openid orders:read email", &browser).await;
        let mut told = rs.told_of(tokens.access_token()).await;
        let jti = told.as_object_mut().unwrap().remove("jti");
        match format {
            TokenFormat::Jwt => {
                let (_, claims) = idp.read(TokenType::AccessToken, tokens.access_token());
                assert_eq!(jti.as_ref(), Some(&claims["jti"]));
            }
            TokenFormat::Opaque => {
                assert!(tokens.access_token().starts_with("sgn_at_"));
                assert_eq!(jti, None);
            }
        }
        let expected = json!({
            "active": true,
            "iss": "https://id.example.com",
            "client_id": "app",
            "sub": idp.user_of(&browser).await.to_string(),
            "scope": "email openid orders:read",
            "aud": [ORDERS, "https://id.example.com"],
            "token_type": "Bearer",
            "iat": 1_767_225_700,
            "exp": 1_767_226_300,
            "auth_time": 1_767_225_600,
            "acr": "urn:signet:acr:1",
            "amr": ["pwd"],
            "sid": browser.session().to_string(),
        });
        assert_eq!(told, expected, "{format:?}");
    }
}

#[tokio::test]
async fn s2_2_a_token_of_a_client_acting_for_itself() {
    for format in TokenFormat::ALL {
        let idp = Idp::start().await;
        apis(&idp, format).await;
        let rp = idp.relying_party(a_shop()).await;
        let rs = idp.relying_party(a_client().id("orders-rs")).await;
        let mut told = rs.told_of(&own_token(&rp).await).await;
        told.as_object_mut().unwrap().remove("jti");
        let expected = json!({
            "active": true,
            "iss": "https://id.example.com",
            "client_id": "app",
            "sub": "app",
            "scope": "orders:read",
            "aud": ORDERS,
            "token_type": "Bearer",
            "iat": 1_767_225_600,
            "exp": 1_767_226_200,
        });
        assert_eq!(told, expected, "{format:?}");
    }
}

#[tokio::test]
async fn s4_only_its_client_and_those_its_apis_name_may_know() {
    for format in TokenFormat::ALL {
        let idp = Idp::start().await;
        apis(&idp, format).await;
        let rp = idp.relying_party(a_shop()).await;
        let browser = idp.signed_in(a_user()).await;
        let tokens = tokens(&rp, "openid orders:read", &browser).await;
        let access = tokens.access_token();
        assert!(rp.sees(access).await);
        let mut seen = Vec::new();
        for id in ["orders-rs", "stock-rs", "anybody"] {
            let other = idp.relying_party(a_client().id(id)).await;
            if other.sees(access).await {
                seen.push(id);
            }
            assert!(!other.sees(tokens.refresh_token().unwrap()).await, "{id}");
        }
        assert_eq!(seen, ["orders-rs"], "{format:?}");
        // Whoever an API names, of a token for the issuer itself only its client may know.
        let for_the_issuer = rp.tokens(&browser).await;
        let rs = idp.relying_party(a_client().id("rs-2")).await;
        assert!(rp.sees(for_the_issuer.access_token()).await);
        assert!(!rs.sees(for_the_issuer.access_token()).await);
    }
}

#[tokio::test]
async fn s2_1_only_clients_that_prove_who_they_are_may_ask() {
    let idp = Idp::start().await;
    let public = idp.relying_party(a_client().public()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = public.tokens(&browser).await;
    let answer = public
        .introspect(&Request::of(&[("token", tokens.access_token())]))
        .await;
    assert_refused!(answer, IntrospectionError::PublicClient, "invalid_client");
}

#[tokio::test]
async fn s2_1_one_token_is_named_once() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    for missing in [Request::default(), Request::of(&[("token", "")])] {
        let answer = rp.introspect(&missing).await;
        assert_refused!(answer, IntrospectionError::Missing, "invalid_request");
    }
    for name in ["token", "token_type_hint"] {
        let twice = Request::of(&[("token", "x")]).without(name);
        let twice = twice.and("token", "x").and(name, "x").and(name, "x");
        let answer = rp.introspect(&twice).await;
        assert_refused!(answer, IntrospectionError::Repeated, "invalid_request");
    }
}

#[tokio::test]
async fn s2_1_the_hint_changes_nothing() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens(&browser).await;
    for token in [tokens.access_token(), tokens.refresh_token().unwrap()] {
        for hint in ["access_token", "refresh_token", "x"] {
            let asked = Request::of(&[("token", token), ("token_type_hint", hint)]);
            assert!(rp.introspect(&asked).await.unwrap().is_active());
        }
    }
}

#[tokio::test]
async fn s2_2_what_is_no_token_of_ours_is_inactive() {
    let idp = Idp::start().await;
    apis(&idp, TokenFormat::Opaque).await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    let tokens = tokens(&rp, "openid orders:read", &browser).await;
    let signed = rp.tokens(&browser).await.access_token().to_owned();
    let cut = &signed[..signed.len() - 2];
    let opaque = tokens.access_token();
    let mistyped = format!("{}x", &opaque[..opaque.len() - 1]);
    let id_token = tokens.id_token().unwrap();
    for other in ["x", "a.b.c", "sgn_at_x", cut, &mistyped, id_token, &code] {
        assert!(!rp.sees(other).await, "{other}");
    }
    let acme = idp.realm("acme");
    let namesake = acme.relying_party(a_shop()).await;
    for token in [&signed, opaque, tokens.refresh_token().unwrap()] {
        assert!(!namesake.sees(token).await);
    }
}

#[tokio::test]
async fn s2_2_what_has_expired_is_inactive() {
    for format in TokenFormat::ALL {
        let idp = Idp::start().await;
        apis(&idp, format).await;
        let rp = idp.relying_party(a_shop()).await;
        let browser = idp.signed_in(a_user()).await;
        let tokens = tokens(&rp, "openid offline_access orders:read", &browser).await;
        let refresh = tokens.refresh_token().unwrap();
        idp.wait(599);
        assert!(rp.sees(tokens.access_token()).await && rp.sees(refresh).await);
        idp.wait(1);
        assert!(!rp.sees(tokens.access_token()).await);
        assert!(rp.sees(refresh).await);
        idp.wait(45 * 86_400);
        assert!(!rp.sees(refresh).await);
    }
}

#[tokio::test]
async fn s2_2_a_refresh_token_is_told_of_until_it_is_used() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let first = rp.tokens(&browser).await;
    let refresh = first.refresh_token().unwrap();
    let expected = json!({
        "active": true,
        "iss": "https://id.example.com",
        "client_id": "app",
        "sub": idp.user_of(&browser).await.to_string(),
        "scope": "email openid profile",
        "iat": 1_767_225_600,
        "exp": 1_767_225_600 + 45 * 86_400,
    });
    assert_eq!(rp.told_of(refresh).await, expected);
    let second = rp.refresh(refresh).await.unwrap();
    assert!(!rp.sees(refresh).await);
    assert!(rp.sees(second.refresh_token().unwrap()).await);
}

/// What ends tokens.
const ENDINGS: [&str; 6] = [
    "sign-out",
    "consent",
    "user",
    "client",
    "revocation",
    "code replay",
];

#[tokio::test]
async fn s2_2_whatever_ends_a_token_is_felt_at_once() {
    for format in TokenFormat::ALL {
        for ending in ENDINGS {
            let idp = Idp::start().await;
            apis(&idp, format).await;
            let rp = idp.relying_party(a_shop()).await;
            let rs = idp.relying_party(a_client().id("orders-rs")).await;
            let browser = idp.signed_in(a_user()).await;
            let request = rp.request().with("scope", "openid orders:read");
            let code = rp.code_for(&request.and("resource", ORDERS), &browser).await;
            let tokens = rp.redeem(&code).await.unwrap();
            let (access, refresh) = (tokens.access_token(), tokens.refresh_token().unwrap());
            let user = idp.user_of(&browser).await;
            assert!(rs.sees(access).await);
            idp.wait(1);
            match ending {
                "sign-out" => idp.sign_out(&browser).await,
                "consent" => idp.revoke_consent(user, rp.id()).await,
                "user" => idp.set_user(user, Status::Disabled).await,
                "client" => idp.set_client(rp.id(), Status::Disabled).await,
                "revocation" => rp.revoke(&Request::of(&[("token", refresh)])).await.unwrap(),
                _ => assert!(rp.redeem(&code).await.is_err()),
            }
            assert!(!rs.sees(access).await, "{format:?} {ending}");
            if ending != "client" {
                assert!(!rp.sees(refresh).await, "{format:?} {ending}");
            }
            assert!(idp.userinfo(access).await.is_err(), "{format:?} {ending}");
        }
    }
}

#[tokio::test]
async fn s2_2_a_disabled_client_holds_no_token_of_its_own() {
    for format in TokenFormat::ALL {
        let idp = Idp::start().await;
        apis(&idp, format).await;
        let rp = idp.relying_party(a_shop()).await;
        let rs = idp.relying_party(a_client().id("orders-rs")).await;
        let token = own_token(&rp).await;
        idp.wait(1);
        idp.set_client(rp.id(), Status::Disabled).await;
        assert!(!rs.sees(&token).await);
        idp.set_client(rp.id(), Status::Active).await;
        assert!(!rs.sees(&token).await, "enabling brings nothing back");
        idp.wait(1);
        let at_once = own_token(&rp).await;
        assert!(
            !rs.sees(&at_once).await,
            "a node that had not heard of it might have issued this one"
        );
        idp.wait(1);
        assert!(rs.sees(&own_token(&rp).await).await);
    }
}

#[tokio::test]
async fn userinfo_takes_opaque_tokens() {
    let idp = Idp::start().await;
    apis(&idp, TokenFormat::Opaque).await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let with_openid = tokens(&rp, "openid orders:read email", &browser).await;
    let claims = idp.userinfo(with_openid.access_token()).await.unwrap();
    let claims: Value = serde_json::to_value(claims).unwrap();
    assert_eq!(claims["email"], "ada@example.com");
    let without = tokens(&rp, "orders:read email", &browser).await;
    assert!(idp.userinfo(without.access_token()).await.is_err());
    assert!(idp.userinfo(&own_token(&rp).await).await.is_err());
}

#[tokio::test]
async fn an_opaque_token_renewed_or_repeated_is_one_of_its_own() {
    let idp = Idp::start().await;
    apis(&idp, TokenFormat::Opaque).await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let first = tokens(&rp, "openid offline_access orders:read", &browser).await;
    let refresh = first.refresh_token().unwrap();
    let second = rp.refresh(refresh).await.unwrap();
    // The answer was lost: the same successor, and an access token that works.
    let again = rp.refresh(refresh).await.unwrap();
    assert_eq!(again.refresh_token(), second.refresh_token());
    for tokens in [&first, &second, &again] {
        assert!(rp.sees(tokens.access_token()).await);
    }
    assert_ne!(again.access_token(), second.access_token());
    // Used twice after that: the family ends, opaque tokens with it.
    idp.wait(11);
    assert!(rp.refresh(refresh).await.is_err());
    for tokens in [&first, &second, &again] {
        assert!(!rp.sees(tokens.access_token()).await);
    }
}

#[tokio::test]
async fn an_opaque_token_comes_without_a_refresh_token_too() {
    let idp = Idp::start().await;
    apis(&idp, TokenFormat::Opaque).await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user().unverified()).await;
    let tokens = tokens(&rp, "openid orders:read", &browser).await;
    assert_eq!(tokens.refresh_token(), None);
    assert!(rp.sees(tokens.access_token()).await);
    assert!(idp.userinfo(tokens.access_token()).await.is_ok());
}

#[tokio::test]
async fn a_signed_token_costs_no_look_at_the_database_but_for_clients_and_apis() {
    let idp = Idp::start().await;
    apis(&idp, TokenFormat::Jwt).await;
    let rp = idp.relying_party(a_shop()).await;
    let rs = idp.relying_party(a_client().id("orders-rs")).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = tokens(&rp, "openid orders:read", &browser).await;
    let before = idp.calls();
    assert!(rs.sees(tokens.access_token()).await);
    // The asking client and the API: both are kept in memory by a node.
    assert_eq!(idp.calls() - before, 2);
}

#[tokio::test]
async fn an_opaque_token_that_ended_stays_so_when_nobody_remembers_why() {
    for ending in ["consent", "client", "own"] {
        let idp = Idp::start().await;
        let long = |api: &mut Api| {
            api.format = TokenFormat::Opaque;
            api.access_token_lifetime = Some(Duration::from_secs(86_400));
            api.introspection_clients.insert("orders-rs".parse().unwrap());
        };
        idp.api_with(ORDERS, "orders:read", long).await;
        let rp = idp.relying_party(a_shop()).await;
        let rs = idp.relying_party(a_client().id("orders-rs")).await;
        let browser = idp.signed_in(a_user()).await;
        let access = match ending {
            "own" => own_token(&rp).await,
            _ => tokens(&rp, "openid orders:read", &browser)
                .await
                .access_token()
                .to_owned(),
        };
        assert!(rs.sees(&access).await);
        idp.wait(1);
        match ending {
            "consent" => idp.revoke_consent(idp.user_of(&browser).await, rp.id()).await,
            _ => idp.set_client(rp.id(), Status::Disabled).await,
        }
        idp.wait(7_200);
        idp.realm.revocations.sweep(idp.now());
        idp.set_client(rp.id(), Status::Active).await;
        assert!(!rs.sees(&access).await, "{ending}");
    }
}
