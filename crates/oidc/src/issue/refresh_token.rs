//! Refresh tokens (RFC 6749 §1.5): opaque, rotated at every use.
//!
//! A successor is derived from its predecessor, so that a client whose answer was lost gets the very same one
//! again, although only digests are stored.

use domain::{
    authorization::{Authorization, RefreshToken, RefreshTokenState},
    clock::Timestamp,
    id::RefreshTokenId,
    opaque::{OpaqueKind, OpaqueToken},
    realm_context::Lifetimes,
    services::Ports,
};

/// A new refresh token and what is stored of it.
pub(crate) struct Issued {
    pub token: OpaqueToken,
    pub row: RefreshToken,
}

/// The first refresh token of an authorization.
pub(crate) fn first(ports: &Ports, authorization: &Authorization, lifetimes: &Lifetimes) -> Issued {
    let token = OpaqueToken::generate(OpaqueKind::RefreshToken, &*ports.random);
    issued(ports, token, authorization, lifetimes)
}

/// The one token that may take the place of `old`, whose row is `id`.
pub(crate) fn successor(
    ports: &Ports,
    old: &OpaqueToken,
    id: RefreshTokenId,
    authorization: &Authorization,
    lifetimes: &Lifetimes,
) -> Issued {
    let message = format!("{}:{id}", old.expose());
    let entropy = ports.sealer.mac("refresh-successor", message.as_bytes());
    let token = OpaqueToken::from_entropy(OpaqueKind::RefreshToken, *entropy.as_bytes());
    issued(ports, token, authorization, lifetimes)
}

/// When every refresh token of the authorization ends.
pub(crate) fn absolute_end(authorization: &Authorization, lifetimes: &Lifetimes) -> Timestamp {
    let end = authorization.created_at + lifetimes.refresh_absolute;
    authorization.expires_at.map_or(end, |sooner| end.min(sooner))
}

fn issued(ports: &Ports, token: OpaqueToken, authorization: &Authorization, lifetimes: &Lifetimes) -> Issued {
    let now = ports.clock.now();
    let row = RefreshToken {
        id: RefreshTokenId::generate(now, &*ports.random),
        digest: token.digest(),
        authorization_id: authorization.id,
        created_at: now,
        expires_at: (now + lifetimes.refresh_idle).min(absolute_end(authorization, lifetimes)),
        state: RefreshTokenState::Active,
    };
    Issued { token, row }
}
