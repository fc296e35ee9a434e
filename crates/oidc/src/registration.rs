//! Dynamic client registration (RFC 7591, OpenID Connect Registration 1.0) and its management (RFC 7592).
//!
//! A client that registered itself is always a third party's. Software statements are passed over, and encryption is
//! not offered. Reading never shows the client secret again: only its digest is kept.

mod access;
mod document;
mod error;
mod metadata;
mod redirect;
mod requested;
mod response;
mod sector;

pub use error::RegistrationError;
pub use response::ClientInformation;

use crate::{Protocol, client_auth::is_accepted_secret};
use access::Manager;
use document::Document;
use domain::{
    client::{
        Application, Client, ClientAuthMethod, ClientId, ClientProtocol, ClientSecret, ClientType,
        OidcClient, Party, PkceRequirement, Status,
    },
    client_registration::{DynamicRegistration, RegisteredBy},
    event::{Actor, EventKind},
    opaque::{OpaqueKind, OpaqueToken},
    person::DisplayName,
    secret::{Digest, Secret},
    services::{Act, clients::ClientService},
};
use requested::Requested;

/// Registers a client. `authorization` is the header's value.
pub async fn register(
    protocol: &Protocol,
    act: &Act,
    authorization: Option<&str>,
    body: &[u8],
) -> Result<ClientInformation, RegistrationError> {
    let admitted = access::admit(protocol, act, authorization).await?;
    let requested = read(protocol, act, &Document::parse(body)?).await?;
    let token = OpaqueToken::generate(OpaqueKind::RegistrationAccessToken, &*protocol.ports.random);
    let id = ClientService::new(protocol.ports.clone())
        .new_id()
        .map_err(|_| RegistrationError::Id)?;
    let (client, secret) = build(protocol, id, requested, token.digest(), None)?;
    access::spend(protocol, act, admitted).await?;
    let created = EventKind::ClientCreated {
        client: client.id.clone(),
    };
    let with = protocol.ports.alongside(act, created);
    act.realm.stores.clients.create(&client, with).await?;
    Ok(ClientInformation::new(&act.realm, &client, secret, &token))
}

/// What is registered (RFC 7592 §2.1).
pub async fn read_client(
    protocol: &Protocol,
    act: &Act,
    authorization: Option<&str>,
    client_id: &str,
) -> Result<ClientInformation, RegistrationError> {
    let Manager { client, token } = access::manager(protocol, act, authorization, client_id).await?;
    Ok(ClientInformation::new(&act.realm, &client, None, &token))
}

/// Replaces everything that is registered (RFC 7592 §2.2).
pub async fn update_client(
    protocol: &Protocol,
    act: &Act,
    authorization: Option<&str>,
    client_id: &str,
    body: &[u8],
) -> Result<ClientInformation, RegistrationError> {
    let Manager { client: old, token } = access::manager(protocol, act, authorization, client_id).await?;
    access::replacing(act, &old.id).await?;
    let document = Document::parse(body)?;
    if document.text("client_id")? != Some(old.id.as_str()) {
        return Err(RegistrationError::Metadata("client_id"));
    }
    let sent = document
        .text("client_secret")?
        .map(|text| Secret::new(text.to_owned()));
    if let Some(sent) = &sent {
        check_secret(protocol, &old, sent)?;
    }
    let requested = read(protocol, act, &document).await?;
    let (client, secret) = build(protocol, old.id.clone(), requested, token.digest(), Some(&old))?;
    let keeps = secret.is_none()
        && matches!(&client.oidc().client_type, ClientType::Confidential { method, .. } if method.uses_secret());
    let act = by(act, &client.id);
    let updated = EventKind::ClientUpdated {
        client: client.id.clone(),
    };
    let with = protocol.ports.alongside(&act, updated);
    if !act.realm.stores.clients.update(&client, with).await? {
        return Err(RegistrationError::TokenUnknown);
    }
    let secret = secret.map(|secret| Secret::new(secret.expose().to_owned()));
    let told = secret.or(sent.filter(|_| keeps));
    Ok(ClientInformation::with_secret(&act.realm, &client, told, &token))
}

/// Ends the registration and whatever the client holds (RFC 7592 §2.3).
pub async fn delete_client(
    protocol: &Protocol,
    act: &Act,
    authorization: Option<&str>,
    client_id: &str,
) -> Result<(), RegistrationError> {
    let Manager { client, .. } = access::manager(protocol, act, authorization, client_id).await?;
    let act = by(act, &client.id);
    let clients = ClientService::new(protocol.ports.clone());
    if clients.delete(&act, &client.id).await? {
        Ok(())
    } else {
        Err(RegistrationError::TokenUnknown)
    }
}

fn by(act: &Act, client: &ClientId) -> Act {
    Act {
        actor: Actor::Client(client.clone()),
        ..act.clone()
    }
}

async fn read(protocol: &Protocol, act: &Act, document: &Document) -> Result<Requested, RegistrationError> {
    let mut requested = Requested::parse(document, &act.realm.settings.registration)?;
    requested.metadata.subject_type = sector::settle(protocol, &requested).await?;
    Ok(requested)
}

fn check_secret(
    protocol: &Protocol,
    client: &Client,
    sent: &Secret<String>,
) -> Result<(), RegistrationError> {
    let now = protocol.ports.clock.now();
    let right = match &client.oidc().client_type {
        ClientType::Public => false,
        ClientType::Confidential { secrets, .. } => is_accepted_secret(secrets, sent, now),
    };
    if right {
        Ok(())
    } else {
        Err(RegistrationError::Metadata("client_secret"))
    }
}

/// The client, and its secret if it gets one now.
fn build(
    protocol: &Protocol,
    id: ClientId,
    requested: Requested,
    access_token: Digest,
    old: Option<&Client>,
) -> Result<(Client, Option<OpaqueToken>), RegistrationError> {
    let (client_type, secret) = client_type(protocol, requested.method, old);
    let mut metadata = requested.metadata;
    metadata.registered = RegisteredBy::Itself(DynamicRegistration {
        access_token,
        application_type: requested.application_type,
        software_id: requested.software_id,
        software_version: requested.software_version,
    });
    if let Some(old) = old {
        // What the operator decided about it stays, whatever it says of itself.
        let old = &old.oidc().metadata;
        metadata.theme = old.theme.clone();
        metadata.providers = old.providers.clone();
        metadata.exchange = old.exchange.clone();
        metadata.slim_id_token = old.slim_id_token;
    }
    let name = match requested.name {
        Some(name) => name,
        None => unnamed(&requested.redirect_uris, &id)?,
    };
    let now = protocol.ports.clock.now();
    let oidc = OidcClient {
        pkce: match &client_type {
            ClientType::Public => PkceRequirement::Required,
            ClientType::Confidential { .. } => PkceRequirement::Optional,
        },
        client_type,
        redirect_uris: requested.redirect_uris,
        post_logout_redirect_uris: requested.post_logout_redirect_uris,
        grants: requested.grants,
        scopes: requested.scopes,
        id_token_alg: requested.id_token_alg,
        metadata,
    };
    let client = Client {
        id,
        application: Application {
            name,
            party: Party::Third,
            allowed_origins: old.map_or_else(Default::default, |old| old.application.allowed_origins.clone()),
        },
        protocol: ClientProtocol::Oidc(oidc),
        status: Status::Active,
        not_before: old.map_or(now, |old| old.not_before),
        created_at: old.map_or(now, |old| old.created_at),
    };
    Ok((client, secret))
}

/// A client that shared a secret before goes on with it.
fn client_type(
    protocol: &Protocol,
    method: Option<ClientAuthMethod>,
    old: Option<&Client>,
) -> (ClientType, Option<OpaqueToken>) {
    let Some(method) = method else {
        return (ClientType::Public, None);
    };
    let kept: Vec<ClientSecret> = match old.map(|old| &old.oidc().client_type) {
        Some(ClientType::Confidential { secrets, .. }) if method.uses_secret() => secrets.clone(),
        Some(ClientType::Confidential { .. } | ClientType::Public) | None => Vec::new(),
    };
    if !method.uses_secret() || !kept.is_empty() {
        return (
            ClientType::Confidential {
                method,
                secrets: kept,
            },
            None,
        );
    }
    let (secret, stored) = ClientService::new(protocol.ports.clone()).new_secret();
    let secrets = vec![stored];
    (ClientType::Confidential { method, secrets }, Some(secret))
}

/// A client without a name is called by where it lives.
fn unnamed(
    redirect_uris: &[domain::redirect_uri::RedirectUri],
    id: &ClientId,
) -> Result<DisplayName, RegistrationError> {
    let host = redirect_uris.first().map(|uri| uri.display_host());
    let text: String = host.unwrap_or_else(|| id.to_string()).chars().take(100).collect();
    DisplayName::parse(&text).map_err(|_| RegistrationError::Metadata("client_name"))
}
