//! The claim `groups`: what the providers that people come through say of them, by its own scope, the same in userinfo
//! and ID token.

use crate::fixture::{Browser, Idp};
use domain::{
    federation::{SeenIdentity, Vouched},
    id::LinkedIdentityId,
    stores::{Alongside, IdentityAdded},
    testing::{a_client, a_user, vouched},
};
use oidc::jose::TokenType;
use serde_json::{Value, json};

impl Idp {
    /// Links an identity whose provider counts the person to these groups.
    pub async fn counted_to(&self, browser: &Browser, provider: &str, groups: &[&str]) {
        let vouched = Vouched {
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            ..vouched(provider, &format!("of {}", groups.concat()))
        };
        self.vouched_for(browser, vouched).await;
    }

    /// Links an identity as its provider vouches for it.
    pub async fn vouched_for(&self, browser: &Browser, vouched: Vouched) {
        let (user, now) = (self.user_of(browser).await, self.now());
        let seen = SeenIdentity::of(&vouched).unwrap();
        let id = LinkedIdentityId::generate(now, &*self.ports.random);
        let (identity, identities) = (seen.linked(id, user, now), &self.realm.stores.identities);
        let linked = identities.link(&identity, now, Alongside::default()).await;
        assert_eq!(linked.unwrap(), IdentityAdded::Linked);
    }
}

const SCOPES: &str = "openid profile groups";

#[tokio::test]
async fn groups_are_told_by_their_scope_alone_and_alike_in_both_places() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party().scopes(SCOPES)).await;
    let browser = idp.signed_in(a_user()).await;
    idp.counted_to(&browser, "acme", &["staff", "engineers"]).await;
    idp.counted_to(&browser, "acme", &["staff", "choir"]).await;
    // Nobody comes through this one any more.
    idp.counted_to(&browser, "gone", &["owners"]).await;
    for (scope, expected) in [
        ("openid profile", Value::Null),
        ("openid groups", json!(["choir", "engineers", "staff"])),
    ] {
        let tokens = rp.tokens_for(scope, &browser).await;
        let told = idp.userinfo(tokens.access_token()).await.unwrap();
        let told = serde_json::to_value(told).unwrap();
        assert_eq!(told["groups"], expected, "{scope}");
        let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
        assert_eq!(claims["groups"], expected, "{scope}");
    }
}

#[tokio::test]
async fn s5_5_groups_asked_for_by_name_need_the_scope_as_well() {
    let idp = Idp::start().await;
    let browser = idp.signed_in(a_user()).await;
    idp.counted_to(&browser, "acme", &["staff"]).await;
    for (scopes, expected) in [("openid profile", Value::Null), (SCOPES, json!(["staff"]))] {
        let client = a_client().id(&scopes.replace(' ', "-")).first_party();
        let rp = idp.relying_party(client.scopes(scopes)).await;
        let asked = json!({ "id_token": { "groups": null }, "userinfo": { "groups": null } }).to_string();
        let request = rp.request().with("scope", "openid").with("claims", &asked);
        let code = rp.code_for(&request, &browser).await;
        let tokens = rp.token(&rp.redemption(&code)).await.unwrap();
        let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
        assert_eq!(claims["groups"], expected, "{scopes}");
        let told = idp.userinfo(tokens.access_token()).await.unwrap();
        assert_eq!(
            serde_json::to_value(told).unwrap()["groups"],
            expected,
            "{scopes}"
        );
    }
}

#[tokio::test]
async fn somebody_of_no_group_has_no_such_claim() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party().scopes(SCOPES)).await;
    let browser = idp.signed_in(a_user()).await;
    idp.counted_to(&browser, "acme", &[]).await;
    let tokens = rp.tokens_for("openid groups", &browser).await;
    let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    assert!(claims.get("groups").is_none(), "{claims}");
}
