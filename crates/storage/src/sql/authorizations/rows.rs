//! Authorizations and refresh tokens as rows and back.

use super::super::{
    entity::{app_user, authorization_root, login_session, refresh_token, user_identifier},
    error::failed,
    row, sessions, users,
};
use domain::{
    authorization::{Authorization, RefreshToken, RefreshTokenFamily, RefreshTokenState},
    clock::Timestamp,
    id::{AuthorizationId, LoginSessionId, RealmId, RefreshTokenId, UserId},
    secret::Digest,
    stores::Stored,
};
use sea_orm::{
    ColumnTrait, DatabaseConnection, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryResult,
    QuerySelect, RelationDef,
};
use uuid::Uuid;

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

fn root_of_token() -> RelationDef {
    use refresh_token::Column::{AuthorizationId, RealmId};
    refresh_token::Entity::belongs_to(authorization_root::Entity)
        .from((RealmId, AuthorizationId))
        .to((
            authorization_root::Column::RealmId,
            authorization_root::Column::Id,
        ))
        .into()
}

fn user_of_root() -> RelationDef {
    use authorization_root::Column::{RealmId, UserId};
    authorization_root::Entity::belongs_to(app_user::Entity)
        .from((RealmId, UserId))
        .to((app_user::Column::RealmId, app_user::Column::Id))
        .into()
}

fn session_of_root() -> RelationDef {
    use authorization_root::Column::{LoginSessionId, RealmId};
    authorization_root::Entity::belongs_to(login_session::Entity)
        .from((RealmId, LoginSessionId))
        .to((login_session::Column::RealmId, login_session::Column::Id))
        .into()
}

struct FamilyRow {
    token: refresh_token::Model,
    root: authorization_root::Model,
    account: app_user::Model,
    identifier: user_identifier::Model,
    session: Option<login_session::Model>,
}

impl FromQueryResult for FamilyRow {
    fn from_query_result(row: &QueryResult, _prefix: &str) -> Result<Self, DbErr> {
        let session: Option<Uuid> = row.try_get("s_", "id")?;
        Ok(Self {
            token: refresh_token::Model::from_query_result(row, "t_")?,
            root: authorization_root::Model::from_query_result(row, "a_")?,
            account: app_user::Model::from_query_result(row, "u_")?,
            identifier: user_identifier::Model::from_query_result(row, "i_")?,
            session: session
                .map(|_| login_session::Model::from_query_result(row, "s_"))
                .transpose()?,
        })
    }
}

/// A refresh token with everything that decides about it, in one statement.
pub async fn find_family(
    connection: &DatabaseConnection,
    realm: RealmId,
    digest: &Digest,
) -> Stored<Option<RefreshTokenFamily>> {
    let query = refresh_token::Entity::find_by_id((realm.as_uuid(), row::bytes(digest)))
        .join(JoinType::InnerJoin, root_of_token())
        .join(JoinType::InnerJoin, user_of_root())
        .join(JoinType::InnerJoin, users::identifier_of())
        .join(JoinType::LeftJoin, session_of_root())
        .filter(user_identifier::Column::Kind.eq(users::EMAIL))
        .select_only();
    let query = row::with_columns::<refresh_token::Entity, _>(query, "t_");
    let query = row::with_columns::<authorization_root::Entity, _>(query, "a_");
    let query = row::with_columns::<app_user::Entity, _>(query, "u_");
    let query = row::with_columns::<user_identifier::Entity, _>(query, "i_");
    let query = row::with_columns::<login_session::Entity, _>(query, "s_");
    let found = query
        .into_model::<FamilyRow>()
        .one(connection)
        .await
        .map_err(failed)?;
    found.map(family).transpose()
}

fn family(row: FamilyRow) -> Stored<RefreshTokenFamily> {
    Ok(RefreshTokenFamily {
        token: token(row.token)?,
        authorization: authorization(row.root)?,
        user: users::user(row.account, row.identifier)?,
        login_session: row.session.map(sessions::session).transpose()?,
    })
}
