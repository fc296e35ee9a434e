//! Tokens between plain and sealed. The seal is bound to realm, provider and identity, so that tokens that were moved to
//! another row open for nobody.

use crate::{
    clock::Timestamp,
    federation::{HeldTokens, KeptTokens, ProviderId, UpstreamTokens},
    outbound::OpenError,
    realm_context::RealmContext,
    secret::{Digest, Secret},
    services::Ports,
};

/// The most bytes of tokens that are kept for an identity.
const MOST: usize = 16 * 1_024;

/// The tokens as they are sealed.
#[derive(serde::Serialize, serde::Deserialize)]
struct Plain {
    access_token: String,
    refresh_token: Option<String>,
    expires_at: Option<Timestamp>,
    scope: Option<String>,
}

/// Who the tokens are of: by which provider, and issuer and subject there.
pub type Of<'a> = (&'a ProviderId, &'a str, &'a str);

fn context(realm: &RealmContext, (provider, issuer, subject): Of<'_>) -> String {
    let identity = Digest::of(format!("{issuer}\0{subject}")).to_base64url();
    format!("upstream-tokens:{}:{provider}:{identity}", realm.realm.id)
}

fn of(held: &HeldTokens) -> Of<'_> {
    let identity = &held.identity;
    (&held.tokens.provider, &identity.issuer, &identity.subject)
}

/// Tokens that came just now, as they are kept; none if they are too long for that.
pub fn seal(ports: &Ports, realm: &RealmContext, of: Of<'_>, tokens: &UpstreamTokens) -> Option<KeptTokens> {
    let now = ports.clock.now();
    let plain = Plain {
        access_token: tokens.access_token.expose().clone(),
        refresh_token: tokens.refresh_token.as_ref().map(|token| token.expose().clone()),
        expires_at: tokens.expires_at,
        scope: tokens.scope.clone(),
    };
    let plain = Secret::new(serde_json::to_vec(&plain).ok()?);
    (plain.expose().len() <= MOST).then(|| KeptTokens {
        provider: of.0.clone(),
        sealed: ports.sealer.seal(&context(realm, of), plain.expose()),
        kept_at: now,
        due_at: tokens.due_at(now),
    })
}

/// New tokens of an identity that came by a refresh.
pub fn sealed_anew(
    ports: &Ports,
    realm: &RealmContext,
    held: &HeldTokens,
    tokens: &UpstreamTokens,
) -> Option<KeptTokens> {
    let sealed = seal(ports, realm, of(held), tokens)?;
    Some(KeptTokens {
        kept_at: held.tokens.kept_at,
        ..sealed
    })
}

/// The tokens that are kept.
pub fn open(ports: &Ports, realm: &RealmContext, held: &HeldTokens) -> Result<UpstreamTokens, OpenError> {
    opened(ports, realm, of(held), &held.tokens)
}

fn opened(
    ports: &Ports,
    realm: &RealmContext,
    of: Of<'_>,
    kept: &KeptTokens,
) -> Result<UpstreamTokens, OpenError> {
    let plain = ports.sealer.open(&context(realm, of), &kept.sealed)?;
    let plain: Plain = serde_json::from_slice(plain.expose()).map_err(|_| OpenError)?;
    Ok(UpstreamTokens {
        access_token: Secret::new(plain.access_token),
        refresh_token: plain.refresh_token.map(Secret::new),
        expires_at: plain.expires_at,
        scope: plain.scope,
    })
}

/// `tokens` with the refresh token of those kept before, if it came without one: some providers give it only when
/// somebody signs in there for the first time.
pub fn completed(
    ports: &Ports,
    realm: &RealmContext,
    tokens: &KeptTokens,
    before: Option<&HeldTokens>,
) -> Option<KeptTokens> {
    let before = before.filter(|before| before.tokens.provider == tokens.provider)?;
    let new = opened(ports, realm, of(before), tokens).ok()?;
    if new.refresh_token.is_some() {
        return None;
    }
    let refresh_token = open(ports, realm, before).ok()?.refresh_token?;
    let whole = UpstreamTokens {
        refresh_token: Some(refresh_token),
        ..new
    };
    let sealed = seal(ports, realm, of(before), &whole)?;
    Some(KeptTokens {
        kept_at: tokens.kept_at,
        ..sealed
    })
}
