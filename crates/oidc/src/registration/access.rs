//! Who may register a client, and who may manage one (RFC 7591 §3, RFC 7592 §2).

use super::RegistrationError;
use crate::{
    Protocol,
    bearer::{Presented, Scheme, access_token},
    client_auth::Budget,
};
use domain::{
    client::{Client, ClientId, Status},
    client_registration::{RegisteredBy, RegistrationMode},
    door::{Door, Refusal},
    opaque::{OpaqueKind, OpaqueToken},
    secret::Digest,
    services::{Act, budgets::Budgets, network},
};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);
/// How often a client may be replaced within one.
const REPLACEMENTS: u64 = 120;

/// Leave to register one client. Only [`admit`] gives it.
pub(super) struct Admitted {
    spends: Option<Digest>,
}

/// A client that proved that a registration is its own.
pub(super) struct Manager {
    pub client: Client,
    /// What proved it.
    pub token: OpaqueToken,
}

/// Whether whoever asks may register a client.
pub(super) async fn admit(
    protocol: &Protocol,
    act: &Act,
    authorization: Option<&str>,
) -> Result<Admitted, RegistrationError> {
    match act.realm.settings.registration.mode {
        RegistrationMode::Off => Err(RegistrationError::Off),
        RegistrationMode::Open => {
            count(act).await?;
            Ok(Admitted { spends: None })
        }
        RegistrationMode::Token => {
            let token = bearer_token(authorization)?;
            let budgets = Budgets::new(protocol.ports.clone());
            let budget = Budget::of_tokens(budgets, act, act.origin.address).await?;
            counted(&budget, by_token(protocol, act, token).await).await
        }
    }
}

async fn by_token(protocol: &Protocol, act: &Act, token: &str) -> Result<Admitted, RegistrationError> {
    let token = OpaqueToken::parse(OpaqueKind::InitialAccessToken, token);
    let digest = token.ok_or(RegistrationError::TokenUnknown)?.digest();
    let found = act.realm.stores.registration_tokens.find(&digest).await?;
    let now = protocol.ports.clock.now();
    if found.is_some_and(|token| token.is_good(now)) {
        Ok(Admitted { spends: Some(digest) })
    } else {
        Err(RegistrationError::TokenUnknown)
    }
}

/// What is answered to an attempt with a token that was `judged`: wrong ones are counted.
async fn counted<T>(
    budget: &Budget<'_>,
    judged: Result<T, RegistrationError>,
) -> Result<T, RegistrationError> {
    if let Err(RegistrationError::TokenUnknown) = &judged {
        budget.failed(Refusal::Wrong).await?;
    }
    judged
}

/// Takes one use off the token. Of requests at once, as many get through as it has uses left.
pub(super) async fn spend(
    protocol: &Protocol,
    act: &Act,
    admitted: Admitted,
) -> Result<(), RegistrationError> {
    let Some(digest) = admitted.spends else {
        return Ok(());
    };
    let tokens = &act.realm.stores.registration_tokens;
    if tokens.spend(&digest, protocol.ports.clock.now()).await? {
        Ok(())
    } else {
        Err(RegistrationError::TokenUnknown)
    }
}

async fn count(act: &Act) -> Result<(), RegistrationError> {
    let from = act.origin.address.map(network);
    let key = from.map_or_else(String::new, |network| network.to_string());
    let limits = &act.realm.ephemeral.limits;
    let count = limits.count(&format!("client-registration:{key}"), HOUR).await?;
    if count > u64::from(act.realm.settings.registration.per_hour) {
        Err(RegistrationError::TooMany { retry_after: HOUR })
    } else {
        Ok(())
    }
}

/// Counts a replacement: each may make this server ask another one.
pub(super) async fn replacing(act: &Act, client: &ClientId) -> Result<(), RegistrationError> {
    let limits = &act.realm.ephemeral.limits;
    if limits
        .count(&format!("client-replacement:{client}"), HOUR)
        .await?
        > REPLACEMENTS
    {
        Err(RegistrationError::TooMany { retry_after: HOUR })
    } else {
        Ok(())
    }
}

/// The client whose registration access token was sent. One that does not exist is answered like a wrong token.
pub(super) async fn manager(
    protocol: &Protocol,
    act: &Act,
    authorization: Option<&str>,
    client_id: &str,
) -> Result<Manager, RegistrationError> {
    match act.realm.settings.registration.mode {
        RegistrationMode::Off => return Err(RegistrationError::Off),
        RegistrationMode::Token | RegistrationMode::Open => {}
    }
    let token = bearer_token(authorization)?;
    let id: ClientId = client_id.parse().map_err(|_| RegistrationError::TokenUnknown)?;
    let budgets = Budgets::new(protocol.ports.clone());
    let whom = (&id, act.origin.address);
    let budget = Budget::of_client(budgets, act, Door::RegistrationToken, whom).await?;
    counted(&budget, managed(protocol, act, &id, token).await).await
}

async fn managed(
    protocol: &Protocol,
    act: &Act,
    id: &ClientId,
    token: &str,
) -> Result<Manager, RegistrationError> {
    let token = OpaqueToken::parse(OpaqueKind::RegistrationAccessToken, token);
    let token = token.ok_or(RegistrationError::TokenUnknown)?;
    let clients = &act.realm.stores.clients;
    let managed = |client: &Client| client.status == Status::Active && is_managed_by(client, &token);
    let mut found = clients.find(id).await?;
    if found.as_ref().is_some_and(|client| !managed(client)) {
        // Another process may just have given it another token.
        found = clients.find_anew(id, protocol.ports.clock.now()).await?;
    }
    let client = found.filter(managed);
    let client = client.ok_or(RegistrationError::TokenUnknown)?;
    Ok(Manager { client, token })
}

/// These tokens are bound to no key.
fn bearer_token(authorization: Option<&str>) -> Result<&str, RegistrationError> {
    match access_token(authorization, None)? {
        Presented {
            scheme: Scheme::Bearer,
            token,
        } => Ok(token),
        Presented {
            scheme: Scheme::Dpop, ..
        } => Err(RegistrationError::TokenMissing),
    }
}

fn is_managed_by(client: &Client, token: &OpaqueToken) -> bool {
    match &client.oidc().metadata.registered {
        RegisteredBy::Operator => false,
        RegisteredBy::Itself(registration) => registration.access_token == token.digest(),
    }
}
