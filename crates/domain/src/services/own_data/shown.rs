//! What there is of a person, each kind as the document has it. Secrets are left out one by one: what is not named here is
//! not told.

use crate::{
    authorization::Authorization,
    clock::Timestamp,
    consent::Consent,
    device::DeviceAuthorization,
    event::Event,
    federation::{HeldTokens, LinkedIdentity, UpstreamTokens},
    login_session::LoginSession,
    mail::MailedCode,
    passkey::Passkey,
    second_factor::TrustedDevice,
    stores::Picture,
    terms_of_use::AcceptedTerms,
    user::{Role, User, UserSource},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// A member of an object that has others before it.
pub fn member(name: &str, value: &Value) -> String {
    format!(",\"{name}\":{value}")
}

/// The account, and what its owner may do.
pub fn profile(user: &User, role: Role) -> Value {
    let source = match user.source {
        UserSource::Operator => "operator",
        UserSource::SignUp => "sign_up",
        UserSource::Provider => "provider",
    };
    json!({
        "id": user.id,
        "name": user.name.as_ref().map(|name| name.as_str()),
        "locale": user.locale,
        "zoneinfo": user.zoneinfo,
        "claims": user.described,
        "administrator": role == Role::Administrator,
        "source": source,
        "signed_out_before": user.not_before.rfc3339(),
        "created_at": user.created_at.rfc3339(),
        "updated_at": user.updated_at.rfc3339(),
    })
}

/// Mails whose code or link still stands in a row: a new address that waits is one of them.
pub fn mails(codes: &[MailedCode]) -> String {
    let told = codes.iter().map(|code| {
        let sign_up = code.sign_up.as_ref();
        let chosen = sign_up.and_then(|sign_up| sign_up.chosen.name.as_ref());
        json!({
            "purpose": code.purpose.as_str(),
            "to": code.email.as_str(),
            "name": chosen.map(|name| name.as_str()),
            "created_at": code.created_at.rfc3339(),
            "expires_at": code.expires_at.rfc3339(),
        })
    });
    member("mails", &Value::Array(told.collect()))
}

/// The picture, whole.
pub fn picture(picture: Option<Picture>) -> String {
    let told = picture.map(|picture| {
        json!({
            "name": picture.name.to_base64url(),
            "media_type": "image/png",
            "content": STANDARD.encode(&picture.png),
        })
    });
    member("picture", &told.into())
}

/// Devices that asked for tokens and were allowed them, without their codes.
pub fn devices(devices: &[DeviceAuthorization]) -> String {
    let told = devices.iter().map(|device| {
        json!({
            "client_id": device.client_id,
            "scopes": device.scopes.to_string(),
            "resources": device.terms.resources,
            "created_at": device.created_at.rfc3339(),
            "expires_at": device.expires_at.rfc3339(),
            "address": device.origin.address,
            "user_agent": device.origin.user_agent,
        })
    });
    member("devices", &Value::Array(told.collect()))
}

/// The terms that were agreed to.
pub fn terms(accepted: Vec<AcceptedTerms>) -> String {
    let told = accepted
        .into_iter()
        .map(|one| json!({"version": one.version, "accepted_at": one.at.rfc3339()}));
    member("terms", &Value::Array(told.collect()))
}

/// A moment, if there was one.
pub fn when(at: Option<Timestamp>) -> Option<String> {
    at.map(Timestamp::rfc3339)
}

/// A passkey, without its key.
pub fn passkey(passkey: &Passkey) -> Value {
    json!({
        "id": passkey.id,
        "name": passkey.name.as_ref().map(|name| name.as_str()),
        "provider": passkey.aaguid.provider(),
        "synced": passkey.synced,
        "created_at": passkey.created_at.rfc3339(),
        "last_used_at": when(passkey.last_used_at),
    })
}

/// A browser that is trusted.
pub fn device(device: &TrustedDevice) -> Value {
    json!({
        "id": device.id,
        "user_agent": device.user_agent,
        "created_at": device.created_at.rfc3339(),
        "last_used_at": device.last_used_at.rfc3339(),
        "expires_at": device.expires_at.rfc3339(),
    })
}

/// A session.
pub fn session(session: &LoginSession) -> Value {
    json!({
        "id": session.id,
        "created_at": session.created_at.rfc3339(),
        "authenticated_at": session.authenticated_at.rfc3339(),
        "methods": session.methods,
        "provider": session.provider,
        "last_seen_at": session.last_seen_at.rfc3339(),
        "expires_at": session.expires_at.rfc3339(),
        "ended_at": when(session.ended_at),
        "address": session.origin.address,
        "user_agent": session.origin.user_agent,
    })
}

/// An account elsewhere.
pub fn identity(identity: &LinkedIdentity) -> Value {
    json!({
        "id": identity.id,
        "provider": identity.provider,
        "issuer": identity.issuer,
        "subject": identity.subject,
        "label": identity.label,
        "groups": identity.said.groups,
        "attributes": identity.said.attributes,
        "linked_at": identity.linked_at.rfc3339(),
        "last_used_at": when(identity.last_used_at),
    })
}

/// That tokens of an account elsewhere are kept, never the tokens.
pub fn kept_tokens((held, tokens): &(HeldTokens, Option<UpstreamTokens>)) -> Value {
    let scope = tokens.as_ref().and_then(|tokens| tokens.scope.as_ref());
    let expires_at = tokens.as_ref().and_then(|tokens| tokens.expires_at);
    json!({
        "identity": held.identity.id,
        "provider": held.tokens.provider,
        "scope": scope,
        "kept_since": held.tokens.kept_at.rfc3339(),
        "expires_at": when(expires_at),
    })
}

/// What an app was allowed.
pub fn consent(consent: &Consent) -> Value {
    json!({
        "client_id": consent.client_id,
        "scopes": consent.scopes.to_string(),
        "declined": consent.declined.to_string(),
        "granted_at": consent.granted_at.rfc3339(),
        "updated_at": consent.updated_at.rfc3339(),
        "expires_at": when(consent.expires_at),
    })
}

/// What was approved.
pub fn authorization(authorization: &Authorization) -> Value {
    json!({
        "id": authorization.id,
        "client_id": authorization.client_id,
        "session": authorization.login_session_id,
        "scopes": authorization.scopes.to_string(),
        "authenticated_at": authorization.authenticated_at.rfc3339(),
        "methods": authorization.methods,
        "resources": authorization.terms.resources,
        "created_at": authorization.created_at.rfc3339(),
        "expires_at": when(authorization.expires_at),
        "revoked_at": when(authorization.revoked_at),
    })
}

/// Something that happened.
pub fn event(event: &Event) -> Value {
    json!({
        "id": event.id,
        "at": event.at.rfc3339(),
        "what": event.kind,
        "address": event.origin.address,
        "user_agent": event.origin.user_agent,
    })
}
