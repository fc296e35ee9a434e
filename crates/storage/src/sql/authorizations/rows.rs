//! Authorizations and refresh tokens as rows and back.

use super::super::{
    entity::{authorization_root, refresh_token},
    row,
};
use domain::{
    authorization::{Authorization, RefreshToken, RefreshTokenState},
    clock::Timestamp,
    id::{AuthorizationId, LoginSessionId, RealmId, RefreshTokenId, UserId},
    stores::Stored,
};

/// The authorization of a row.
pub fn authorization(row: authorization_root::Model) -> Stored<Authorization> {
    Ok(Authorization {
        id: AuthorizationId::from_uuid(row.id),
        user_id: UserId::from_uuid(row.user_id),
        client_id: row::parse(&row.client_id, "client_id")?,
        login_session_id: LoginSessionId::from_uuid(row.login_session_id),
        scopes: row::parse(&row.scopes, "scopes")?,
        authenticated_at: Timestamp::from_micros(row.authenticated_at),
        methods: row::methods(&row.methods)?,
        nonce: row.nonce,
        terms: row::from_json(&row.terms, "terms")?,
        created_at: Timestamp::from_micros(row.created_at),
        revoked_at: row::moment(row.revoked_at),
        expires_at: row::moment(row.expires_at),
    })
}

/// The row of a new authorization.
pub fn to_row(realm: RealmId, authorization: &Authorization) -> Stored<authorization_root::Model> {
    Ok(authorization_root::Model {
        realm_id: realm.as_uuid(),
        id: authorization.id.as_uuid(),
        user_id: authorization.user_id.as_uuid(),
        client_id: authorization.client_id.to_string(),
        login_session_id: authorization.login_session_id.as_uuid(),
        scopes: authorization.scopes.to_string(),
        offline: authorization.is_offline(),
        authenticated_at: authorization.authenticated_at.micros(),
        methods: row::to_json(&authorization.methods)?,
        nonce: authorization.nonce.clone(),
        terms: row::to_json(&authorization.terms)?,
        created_at: authorization.created_at.micros(),
        last_issued_at: authorization.created_at.micros(),
        revoked_at: authorization.revoked_at.map(Timestamp::micros),
        expires_at: authorization.expires_at.map(Timestamp::micros),
    })
}

/// The refresh token of a row.
pub fn token(row: refresh_token::Model) -> Stored<RefreshToken> {
    let state = match (row.rotated_at, &row.successor) {
        (None, None) => RefreshTokenState::Active,
        (Some(at), Some(successor)) => RefreshTokenState::Rotated {
            at: Timestamp::from_micros(at),
            successor: row::digest(successor)?,
        },
        (Some(_), None) | (None, Some(_)) => return Err(row::unreadable("successor")),
    };
    Ok(RefreshToken {
        id: RefreshTokenId::from_uuid(row.id),
        digest: row::digest(&row.digest)?,
        authorization_id: AuthorizationId::from_uuid(row.authorization_id),
        created_at: Timestamp::from_micros(row.created_at),
        expires_at: Timestamp::from_micros(row.expires_at),
        state,
    })
}

/// The row of a refresh token.
pub fn token_row(realm: RealmId, token: &RefreshToken) -> refresh_token::Model {
    let (rotated_at, successor) = match &token.state {
        RefreshTokenState::Active => (None, None),
        RefreshTokenState::Rotated { at, successor } => (Some(at.micros()), Some(row::bytes(successor))),
    };
    refresh_token::Model {
        realm_id: realm.as_uuid(),
        digest: row::bytes(&token.digest),
        id: token.id.as_uuid(),
        authorization_id: token.authorization_id.as_uuid(),
        created_at: token.created_at.micros(),
        expires_at: token.expires_at.micros(),
        rotated_at,
        successor,
    }
}
