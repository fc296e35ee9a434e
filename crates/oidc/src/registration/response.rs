//! The client information response (RFC 7591 §3.2.1, RFC 7592 §3): every value as it is registered, defaults included.

use crate::discovery::path;
use domain::{
    client::{Client, ClientKeys, ClientMetadata, ClientType, GrantType, LogoutUri},
    client_registration::RegisteredBy,
    opaque::OpaqueToken,
    realm_context::RealmContext,
    secret::Secret,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What a client is told of its registration; serialises as the response's JSON. `Debug` shows no secret.
#[derive(Serialize)]
#[serde(transparent)]
pub struct ClientInformation(Map<String, Value>);

impl ClientInformation {
    pub(super) fn new(
        realm: &RealmContext,
        client: &Client,
        secret: Option<OpaqueToken>,
        token: &OpaqueToken,
    ) -> Self {
        let secret = secret.map(|secret| Secret::new(secret.expose().to_owned()));
        Self::with_secret(realm, client, secret, token)
    }

    pub(super) fn with_secret(
        realm: &RealmContext,
        client: &Client,
        secret: Option<Secret<String>>,
        token: &OpaqueToken,
    ) -> Self {
        let mut told = Map::new();
        let mut tell = |name: &str, value: Value| {
            let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            if !empty {
                told.insert(name.to_owned(), value);
            }
        };
        tell("client_id", json!(client.id));
        tell("client_id_issued_at", json!(client.created_at.seconds()));
        if let Some(secret) = secret {
            tell("client_secret", json!(secret.expose()));
            // It does not end (RFC 7591 §3.2.1).
            tell("client_secret_expires_at", json!(0));
        }
        tell("registration_access_token", json!(token.expose()));
        let uri = format!("{}/{}", realm.issuer.url(path::REGISTRATION), client.id);
        tell("registration_client_uri", json!(uri));
        essentials(client, &mut tell);
        optional(&client.oidc().metadata, &mut tell);
        Self(told)
    }

    /// The document.
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }
}

fn essentials(client: &Client, tell: &mut impl FnMut(&str, Value)) {
    let oidc = client.oidc();
    let method = match &oidc.client_type {
        ClientType::Public => "none",
        ClientType::Confidential { method, .. } => method.as_str(),
    };
    let response_types: &[&str] = if oidc.grants.contains(&GrantType::AuthorizationCode) {
        &["code"]
    } else {
        &[]
    };
    tell("client_name", json!(client.application.name.as_str()));
    tell("token_endpoint_auth_method", json!(method));
    tell("redirect_uris", json!(oidc.redirect_uris));
    tell("post_logout_redirect_uris", json!(oidc.post_logout_redirect_uris));
    tell("grant_types", json!(oidc.grants));
    tell("response_types", json!(response_types));
    tell("scope", json!(oidc.scopes.to_string()));
    tell("id_token_signed_response_alg", json!(oidc.id_token_alg.as_str()));
}

fn optional(metadata: &ClientMetadata, tell: &mut impl FnMut(&str, Value)) {
    match &metadata.keys {
        ClientKeys::None => {}
        ClientKeys::Inline(set) => tell("jwks", set.clone()),
        ClientKeys::Uri(uri) => tell("jwks_uri", json!(uri)),
    }
    let request_alg = metadata.request_object_signing_alg.map(|alg| alg.as_str());
    let assertion_alg = metadata.token_endpoint_auth_signing_alg.map(|alg| alg.as_str());
    let userinfo_alg = metadata.userinfo_signed_response_alg.map(|alg| alg.as_str());
    tell("token_endpoint_auth_signing_alg", json!(assertion_alg));
    tell("request_object_signing_alg", json!(request_alg));
    tell("userinfo_signed_response_alg", json!(userinfo_alg));
    let introspection_alg = metadata.introspection_signed_response_alg;
    tell(
        "introspection_signed_response_alg",
        json!(introspection_alg.map(|alg| alg.as_str())),
    );
    tell("request_uris", json!(metadata.request_uris));
    let pushed = metadata.require_pushed_authorization_requests;
    tell("require_pushed_authorization_requests", json!(pushed));
    tell(
        "dpop_bound_access_tokens",
        json!(metadata.dpop_bound_access_tokens),
    );
    tell("subject_type", json!(metadata.subject_type.as_str()));
    tell("sector_identifier_uri", json!(metadata.sector_identifier_uri));
    tell("default_max_age", json!(metadata.default_max_age));
    tell("require_auth_time", json!(metadata.require_auth_time));
    tell("default_acr_values", json!(metadata.default_acr_values));
    tell("initiate_login_uri", json!(metadata.initiate_login_uri));
    logout("backchannel", metadata.backchannel_logout.as_ref(), tell);
    logout("frontchannel", metadata.frontchannel_logout.as_ref(), tell);
    tell("client_uri", json!(metadata.client_uri));
    tell("logo_uri", json!(metadata.logo_uri));
    tell("policy_uri", json!(metadata.policy_uri));
    tell("tos_uri", json!(metadata.tos_uri));
    tell("contacts", json!(metadata.contacts));
    match &metadata.registered {
        RegisteredBy::Operator => {}
        RegisteredBy::Itself(own) => {
            tell("application_type", json!(own.application_type.as_str()));
            tell("software_id", json!(own.software_id));
            tell("software_version", json!(own.software_version));
        }
    }
}

fn logout(channel: &str, logout: Option<&LogoutUri>, tell: &mut impl FnMut(&str, Value)) {
    if let Some(logout) = logout {
        tell(&format!("{channel}_logout_uri"), json!(logout.uri));
        tell(
            &format!("{channel}_logout_session_required"),
            json!(logout.session_required),
        );
    }
}

impl std::fmt::Debug for ClientInformation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
