//! Modules about what is told: scopes and claims.

use super::party::{EVERYTHING, Mode, Party};

const PROFILE: [&str; 14] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];
const EMAIL: [&str; 2] = ["email", "email_verified"];
const PHONE: [&str; 2] = ["phone_number", "phone_number_verified"];

/// Asks for `scope`; it is granted, and userinfo tells these claims, `sub` and nothing else.
async fn scope(mode: Mode, scope: &str, claims: &[&str]) {
    let mut party = Party::start(mode).await;
    let (tokens, id_token) = party.tokens(&[("scope", scope)]).await;
    let (mut granted, mut asked): (Vec<_>, Vec<_>) = (
        tokens["scope"].as_str().unwrap().split(' ').collect(),
        scope.split(' ').collect(),
    );
    granted.sort_unstable();
    asked.sort_unstable();
    assert_eq!(granted, asked);
    let told = party.userinfo(&tokens).await;
    assert_eq!(told["sub"], id_token["sub"]);
    let mut expected: Vec<&str> = claims.iter().copied().chain(["sub"]).collect();
    expected.sort_unstable();
    let mut names: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, expected);
    for (name, value) in told.as_object().unwrap() {
        assert!(!value.is_null() && value != "", "{name}");
        assert_eq!(*value, id_token[name], "{name}");
    }
}

pub async fn oidcc_scope_profile(mode: Mode) {
    scope(mode, "openid profile", &PROFILE).await;
}

pub async fn oidcc_scope_email(mode: Mode) {
    scope(mode, "openid email", &EMAIL).await;
}

pub async fn oidcc_scope_address(mode: Mode) {
    scope(mode, "openid address", &["address"]).await;
}

pub async fn oidcc_scope_phone(mode: Mode) {
    scope(mode, "openid phone", &PHONE).await;
}

pub async fn oidcc_scope_all(mode: Mode) {
    let all: Vec<&str> = PROFILE
        .into_iter()
        .chain(EMAIL)
        .chain(PHONE)
        .chain(["address"])
        .collect();
    scope(mode, EVERYTHING, &all).await;
}

pub async fn oidcc_claims_essential(mode: Mode) {
    let mut party = Party::start(mode).await;
    assert_eq!(party.discovery().await["claims_parameter_supported"], true);
    let claims = r#"{"userinfo":{"name":{"essential":true}}}"#;
    let (tokens, _) = party.tokens(&[("claims", claims)]).await;
    let told = party.userinfo(&tokens).await;
    assert_eq!(told["name"], "Ada Lovelace");
    assert_eq!(
        told.as_object().unwrap().len(),
        2,
        "nothing that was not asked for: {told}"
    );
}
