//! The claim `attributes`: what the providers that people come through say of them by the operator's names, by its own
//! scope, the same in userinfo and ID token, and never in the place of another claim.

use crate::fixture::{Browser, Idp};
use domain::{
    federation::Vouched,
    testing::{a_client, a_user, vouched},
};
use oidc::jose::TokenType;
use serde_json::{Value, json};

impl Idp {
    /// Links an identity of which its provider says these attributes.
    pub async fn described_by(&self, browser: &Browser, provider: &str, said: &[(&str, &str)]) {
        let attributes = said
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let vouched = Vouched {
            attributes: attributes.collect(),
            ..vouched(provider, "described")
        };
        self.vouched_for(browser, vouched).await;
    }
}

const SCOPES: &str = "openid profile groups attributes";

#[tokio::test]
async fn attributes_are_told_by_their_scope_alone_and_alike_in_both_places() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party().scopes(SCOPES)).await;
    let browser = idp.signed_in(a_user()).await;
    idp.counted_to(&browser, "other", &["owners"]).await;
    idp.described_by(&browser, "acme", &[("department", "R&D"), ("floor", "3")])
        .await;
    let both = json!({"department": "R&D", "floor": "3"});
    for (scope, expected, groups) in [
        ("openid profile groups", Value::Null, json!(["owners"])),
        ("openid attributes", both, Value::Null),
    ] {
        let tokens = rp.tokens_for(scope, &browser).await;
        let told = idp.userinfo(tokens.access_token()).await.unwrap();
        let told = serde_json::to_value(told).unwrap();
        assert_eq!(told["attributes"], expected, "{scope}");
        let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
        assert_eq!(claims["attributes"], expected, "{scope}");
        assert_eq!(claims["groups"], groups, "{scope}");
        assert!(claims.get("department").is_none(), "{claims}");
    }
}

#[tokio::test]
async fn an_attribute_named_like_a_claim_takes_no_claims_place() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party().scopes(SCOPES)).await;
    let browser = idp.signed_in(a_user()).await;
    let plain = rp.tokens_for("openid", &browser).await;
    let (_, before) = idp.read(TokenType::IdToken, plain.id_token().unwrap());
    let grand = [
        ("sub", "another"),
        ("aud", "another"),
        ("groups", "owners"),
        ("acr", "9"),
    ];
    idp.described_by(&browser, "acme", &grand).await;
    let tokens = rp.tokens_for("openid groups attributes", &browser).await;
    let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    for name in ["sub", "aud", "groups", "acr"] {
        assert_eq!(claims.get(name), before.get(name), "{name}");
    }
    assert_eq!(claims["attributes"]["sub"], "another");
}

#[tokio::test]
async fn s5_5_attributes_asked_for_by_name_need_the_scope_as_well() {
    let idp = Idp::start().await;
    let browser = idp.signed_in(a_user()).await;
    idp.described_by(&browser, "acme", &[("department", "R&D")]).await;
    let told = json!({"department": "R&D"});
    for (scopes, expected) in [("openid profile groups", Value::Null), (SCOPES, told)] {
        let client = a_client().id(&scopes.replace(' ', "-")).first_party();
        let rp = idp.relying_party(client.scopes(scopes)).await;
        let asked = json!({ "id_token": { "attributes": null }, "userinfo": { "attributes": null } });
        let request = rp
            .request()
            .with("scope", "openid")
            .with("claims", &asked.to_string());
        let code = rp.code_for(&request, &browser).await;
        let tokens = rp.token(&rp.redemption(&code)).await.unwrap();
        let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
        assert_eq!(claims["attributes"], expected, "{scopes}");
        let userinfo = idp.userinfo(tokens.access_token()).await.unwrap();
        assert_eq!(
            serde_json::to_value(userinfo).unwrap()["attributes"],
            expected,
            "{scopes}"
        );
    }
}

#[tokio::test]
async fn somebody_of_whom_nothing_is_said_has_no_such_claim() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party().scopes(SCOPES)).await;
    let browser = idp.signed_in(a_user()).await;
    idp.counted_to(&browser, "acme", &["staff"]).await;
    // Nobody comes through this one any more.
    idp.described_by(&browser, "gone", &[("department", "R&D")]).await;
    let tokens = rp.tokens_for("openid attributes", &browser).await;
    let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    assert!(claims.get("attributes").is_none(), "{claims}");
}
