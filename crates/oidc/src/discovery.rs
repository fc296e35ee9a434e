//! Metadata (OpenID Connect Discovery §3, RFC 8414 §2), generated from the enums that the code itself matches on.
//!
//! Both documents are the same one; only what is implemented is in it.

use crate::{
    authorize::{DISPLAYS, Prompt, ResponseMode},
    dpop,
    issue::claims::StandardScope,
};
use domain::{
    acr::Acr,
    client::{ClientAlgorithm, ClientAuthMethod, GrantType, SubjectType},
    client_registration::RegistrationMode,
    language::Language,
    realm_context::RealmContext,
    signing_key::SigningAlgorithm,
};
use serde::Serialize;

/// Paths within a realm; routes and metadata both read them.
#[allow(missing_docs, reason = "the names are those of the metadata")]
pub mod path {
    macro_rules! paths {
        ($($name:ident = $path:literal,)*) => {
            $(pub const $name: &str = $path;)*
            /// Every one of them.
            pub const ALL: &[&str] = &[$($name),*];
        };
    }

    paths! {
        AUTHORIZATION = "/authorize",
        DEVICE_AUTHORIZATION = "/device/code",
        END_SESSION = "/logout",
        INTROSPECTION = "/introspect",
        JWKS = "/.well-known/jwks.json",
        OAUTH_AUTHORIZATION_SERVER = "/.well-known/oauth-authorization-server",
        OPENID_CONFIGURATION = "/.well-known/openid-configuration",
        REGISTRATION = "/register",
        PUSHED_AUTHORIZATION_REQUEST = "/par",
        REVOCATION = "/revoke",
        TOKEN = "/token",
        USERINFO = "/userinfo",
    }

    /// Older names that answer besides the canonical ones and are never advertised, with what each stands for.
    pub const ALIASES: [(&str, &str); 7] = [
        ("/oauth2/authorize", AUTHORIZATION),
        ("/oauth2/token", TOKEN),
        ("/oauth2/revoke", REVOCATION),
        ("/oauth2/introspect", INTROSPECTION),
        ("/oauth2/userinfo", USERINFO),
        ("/revocation", REVOCATION),
        ("/jwks.json", JWKS),
    ];
}

/// The metadata document of one issuer.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the names are those of the metadata")]
pub struct Metadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: String,
    pub jwks_uri: String,
    pub revocation_endpoint: String,
    pub device_authorization_endpoint: String,
    pub introspection_endpoint: String,
    pub pushed_authorization_request_endpoint: String,
    pub end_session_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    pub scopes_supported: Vec<&'static str>,
    pub response_types_supported: Vec<&'static str>,
    pub response_modes_supported: Vec<&'static str>,
    pub grant_types_supported: Vec<&'static str>,
    pub subject_types_supported: Vec<&'static str>,
    pub acr_values_supported: Vec<&'static str>,
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
    pub userinfo_signing_alg_values_supported: Vec<&'static str>,
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    pub token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    pub introspection_signing_alg_values_supported: Vec<&'static str>,
    pub code_challenge_methods_supported: Vec<&'static str>,
    pub dpop_signing_alg_values_supported: Vec<&'static str>,
    pub prompt_values_supported: Vec<&'static str>,
    pub display_values_supported: Vec<&'static str>,
    pub ui_locales_supported: Vec<&'static str>,
    pub claim_types_supported: Vec<&'static str>,
    pub claims_supported: Vec<&'static str>,
    pub authorization_response_iss_parameter_supported: bool,
    pub backchannel_logout_supported: bool,
    pub backchannel_logout_session_supported: bool,
    pub frontchannel_logout_supported: bool,
    pub frontchannel_logout_session_supported: bool,
    pub claims_parameter_supported: bool,
    pub request_parameter_supported: bool,
    pub request_uri_parameter_supported: bool,
    pub require_request_uri_registration: bool,
    pub request_object_signing_alg_values_supported: Vec<&'static str>,
    pub require_pushed_authorization_requests: bool,
}

/// The metadata of `realm`.
pub fn metadata(realm: &RealmContext) -> Metadata {
    let issuer = &realm.issuer;
    Metadata {
        issuer: issuer.as_str().to_owned(),
        authorization_endpoint: issuer.url(path::AUTHORIZATION),
        token_endpoint: issuer.url(path::TOKEN),
        userinfo_endpoint: issuer.url(path::USERINFO),
        jwks_uri: issuer.url(path::JWKS),
        revocation_endpoint: issuer.url(path::REVOCATION),
        device_authorization_endpoint: issuer.url(path::DEVICE_AUTHORIZATION),
        introspection_endpoint: issuer.url(path::INTROSPECTION),
        pushed_authorization_request_endpoint: issuer.url(path::PUSHED_AUTHORIZATION_REQUEST),
        end_session_endpoint: issuer.url(path::END_SESSION),
        registration_endpoint: match realm.settings.registration.mode {
            RegistrationMode::Off => None,
            RegistrationMode::Token | RegistrationMode::Open => Some(issuer.url(path::REGISTRATION)),
        },
        scopes_supported: StandardScope::ALL.map(StandardScope::as_str).to_vec(),
        response_types_supported: vec!["code"],
        response_modes_supported: ResponseMode::ALL.map(ResponseMode::as_str).to_vec(),
        grant_types_supported: GrantType::ALL.map(GrantType::as_str).to_vec(),
        subject_types_supported: SubjectType::NAMES.to_vec(),
        acr_values_supported: Acr::ALL.map(Acr::as_str).to_vec(),
        id_token_signing_alg_values_supported: SigningAlgorithm::ALL.map(SigningAlgorithm::as_str).to_vec(),
        userinfo_signing_alg_values_supported: SigningAlgorithm::ALL.map(SigningAlgorithm::as_str).to_vec(),
        token_endpoint_auth_methods_supported: client_auth_methods(),
        token_endpoint_auth_signing_alg_values_supported: client_algorithms(),
        revocation_endpoint_auth_methods_supported: client_auth_methods(),
        revocation_endpoint_auth_signing_alg_values_supported: client_algorithms(),
        // Public clients may not ask.
        introspection_endpoint_auth_methods_supported: ClientAuthMethod::ALL
            .map(ClientAuthMethod::as_str)
            .to_vec(),
        introspection_endpoint_auth_signing_alg_values_supported: client_algorithms(),
        introspection_signing_alg_values_supported: SigningAlgorithm::ALL
            .map(SigningAlgorithm::as_str)
            .to_vec(),
        code_challenge_methods_supported: vec!["S256"],
        dpop_signing_alg_values_supported: dpop::ALGORITHMS.map(ClientAlgorithm::as_str).to_vec(),
        prompt_values_supported: Prompt::ALL.map(Prompt::as_str).to_vec(),
        display_values_supported: DISPLAYS.to_vec(),
        ui_locales_supported: Language::ALL.map(Language::as_str).to_vec(),
        claim_types_supported: vec!["normal"],
        claims_supported: claims(),
        authorization_response_iss_parameter_supported: true,
        claims_parameter_supported: true,
        request_parameter_supported: true,
        request_uri_parameter_supported: true,
        require_request_uri_registration: true,
        request_object_signing_alg_values_supported: ["none"]
            .into_iter()
            .chain(client_algorithms())
            .collect(),
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
        frontchannel_logout_supported: true,
        frontchannel_logout_session_supported: true,
        require_pushed_authorization_requests: realm.settings.require_pushed_authorization_requests,
    }
}

fn client_auth_methods() -> Vec<&'static str> {
    ClientAuthMethod::ALL
        .map(ClientAuthMethod::as_str)
        .into_iter()
        .chain(["none"])
        .collect()
}

fn client_algorithms() -> Vec<&'static str> {
    ClientAlgorithm::ALL.map(ClientAlgorithm::as_str).to_vec()
}

fn claims() -> Vec<&'static str> {
    let about_the_token = [
        "iss",
        "aud",
        "azp",
        "exp",
        "iat",
        "auth_time",
        "nonce",
        "acr",
        "amr",
        "at_hash",
        "sid",
    ];
    let about_the_person = StandardScope::ALL
        .into_iter()
        .flat_map(StandardScope::claims)
        .copied();
    about_the_person.chain(about_the_token).collect()
}
