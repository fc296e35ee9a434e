//! Everything optional that a client may say of itself (OpenID Connect Registration §2, Back-Channel Logout §2.2,
//! Front-Channel Logout §2, RFC 9126 §6, RFC 9449 §5.2).

use super::{
    RegistrationError,
    document::{Document, secure},
};
use crate::jose::KeySet;
use domain::{
    client::{ClientAlgorithm, ClientKeys, ClientMetadata, LogoutUri, RequestObjectSigning},
    redirect_uri::RedirectUri,
    signing_key::SigningAlgorithm,
    web_uri::WebUri,
};

/// Nothing is encrypted here, so whoever asks for it is told.
const ENCRYPTION: [&str; 8] = [
    "id_token_encrypted_response_alg",
    "id_token_encrypted_response_enc",
    "introspection_encrypted_response_alg",
    "introspection_encrypted_response_enc",
    "request_object_encryption_alg",
    "request_object_encryption_enc",
    "userinfo_encrypted_response_alg",
    "userinfo_encrypted_response_enc",
];

/// Reads it, but for the subject type and who registered the client.
pub(super) fn parse(
    document: &Document,
    redirect_uris: &[RedirectUri],
) -> Result<ClientMetadata, RegistrationError> {
    for name in ENCRYPTION {
        if document.get(name).is_some() {
            return Err(RegistrationError::Metadata(name));
        }
    }
    Ok(ClientMetadata {
        keys: keys(document)?,
        token_endpoint_auth_signing_alg: document
            .one_of("token_endpoint_auth_signing_alg", ClientAlgorithm::parse)?,
        request_object_signing_alg: document
            .one_of("request_object_signing_alg", RequestObjectSigning::parse)?,
        request_uris: request_uris(document)?,
        require_pushed_authorization_requests: document.flag("require_pushed_authorization_requests")?,
        dpop_bound_access_tokens: document.flag("dpop_bound_access_tokens")?,
        sector_identifier_uri: https(document, "sector_identifier_uri")?,
        userinfo_signed_response_alg: document
            .one_of("userinfo_signed_response_alg", SigningAlgorithm::parse)?,
        introspection_signed_response_alg: document
            .one_of("introspection_signed_response_alg", SigningAlgorithm::parse)?,
        default_max_age: document.seconds("default_max_age")?,
        require_auth_time: document.flag("require_auth_time")?,
        default_acr_values: owned(document.texts("default_acr_values")?),
        initiate_login_uri: https(document, "initiate_login_uri")?,
        backchannel_logout: backchannel_logout(document)?,
        frontchannel_logout: frontchannel_logout(document, redirect_uris)?,
        client_uri: document.web_uri("client_uri")?,
        logo_uri: document.web_uri("logo_uri")?,
        policy_uri: document.web_uri("policy_uri")?,
        tos_uri: document.web_uri("tos_uri")?,
        contacts: owned(document.texts("contacts")?),
        ..ClientMetadata::default()
    })
}

fn owned(texts: Option<Vec<&str>>) -> Vec<String> {
    texts.unwrap_or_default().into_iter().map(str::to_owned).collect()
}

/// Not even on the machine itself may it be http (OpenID Connect Registration §2, §5).
fn https(document: &Document, name: &'static str) -> Result<Option<WebUri>, RegistrationError> {
    document.one_of(name, |text| text.parse().ok().filter(WebUri::is_https))
}

fn keys(document: &Document) -> Result<ClientKeys, RegistrationError> {
    match (document.get("jwks"), document.web_uri("jwks_uri")?) {
        (None, None) => Ok(ClientKeys::None),
        (None, Some(uri)) => Ok(ClientKeys::Uri(uri)),
        (Some(set), None) if KeySet::parse(set).is_ok_and(|set| !set.is_empty()) => {
            Ok(ClientKeys::Inline(set.clone()))
        }
        (Some(_), None | Some(_)) => Err(RegistrationError::Metadata("jwks")),
    }
}

fn request_uris(document: &Document) -> Result<Vec<WebUri>, RegistrationError> {
    let texts = document.texts("request_uris")?.unwrap_or_default();
    let uris: Option<Vec<WebUri>> = texts.into_iter().map(secure).collect();
    uris.ok_or(RegistrationError::Metadata("request_uris"))
}

fn backchannel_logout(document: &Document) -> Result<Option<LogoutUri>, RegistrationError> {
    let session_required = document.flag("backchannel_logout_session_required")?;
    let whole = |text: &str| secure(text).filter(|_| !text.contains('#'));
    let uri = document.one_of("backchannel_logout_uri", whole)?;
    Ok(uri.map(|uri| LogoutUri {
        uri,
        session_required,
    }))
}

/// A frame of ours opens it, so it belongs to where the client lives.
fn frontchannel_logout(
    document: &Document,
    redirect_uris: &[RedirectUri],
) -> Result<Option<LogoutUri>, RegistrationError> {
    let session_required = document.flag("frontchannel_logout_session_required")?;
    let at_home = |text: &str| {
        let uri = secure(text)?;
        let origin = uri.url()?.origin().ascii_serialization();
        let mut homes = redirect_uris.iter().filter_map(RedirectUri::origin);
        homes.any(|home| home == origin).then_some(uri)
    };
    let uri = document.one_of("frontchannel_logout_uri", at_home)?;
    Ok(uri.map(|uri| LogoutUri {
        uri,
        session_required,
    }))
}
