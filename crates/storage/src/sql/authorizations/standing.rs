//! Whether what an authorization rests on still stands, asked in the transaction that stores it.
//!
//! The rows are locked against change until the commit (SQLite has one writer anyway), so that whatever ends them
//! either is seen here or finds the new authorization. The account comes before its sessions, as in every act that
//! ends them, or two acts could wait for one another.

use crate::sql::{
    act::Act,
    consents,
    entity::{app_user, client, consent, login_session},
    error::Sql,
    row,
};
use domain::{
    authorization::{Authorization, Begun, ConsentRule},
    client::Status,
    clock::Timestamp,
    consent::Consent,
    id::RealmId,
};
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

/// When the authorization ends if it may be stored; otherwise why not.
pub async fn of(
    act: &Act,
    realm: RealmId,
    authorization: &Authorization,
    consent: ConsentRule,
) -> Sql<Result<Option<Timestamp>, Begun>> {
    if !signed_in(act, realm, authorization).await? {
        return Ok(Err(Begun::SignedOut));
    }
    if !accepted(act, realm, authorization).await? {
        return Ok(Err(Begun::ClientWithdrawn));
    }
    Ok(match consent {
        ConsentRule::NotNeeded => Ok(authorization.expires_at),
        ConsentRule::MustCover => match allowed(act, realm, authorization).await? {
            Some(consent) => Ok(consent.expires_at),
            None => Err(Begun::ConsentWithdrawn),
        },
    })
}

/// The rule by which a session makes somebody signed in, over what is stored now.
async fn signed_in(act: &Act, realm: RealmId, authorization: &Authorization) -> Sql<bool> {
    use login_session::Column;
    let begun_since = Expr::col((login_session::Entity, Column::CreatedAt))
        .gte(Expr::col((app_user::Entity, app_user::Column::NotBefore)));
    let found: Option<Uuid> = app_user::Entity::find()
        .join(JoinType::InnerJoin, sessions_of())
        .filter(app_user::Column::RealmId.eq(realm.as_uuid()))
        .filter(app_user::Column::Id.eq(authorization.user_id.as_uuid()))
        .filter(app_user::Column::Status.eq(row::status_name(Status::Active)))
        .filter(app_user::Column::EraseAt.is_null())
        .filter(Column::Id.eq(authorization.login_session_id.as_uuid()))
        .filter(Column::EndedAt.is_null())
        .filter(begun_since)
        .lock_shared()
        .select_only()
        .column(app_user::Column::Id)
        .into_tuple()
        .one(act.tx())
        .await?;
    Ok(found.is_some())
}

fn sessions_of() -> RelationDef {
    use app_user::Column::{Id, RealmId};
    app_user::Entity::belongs_to(login_session::Entity)
        .from((RealmId, Id))
        .to((login_session::Column::RealmId, login_session::Column::UserId))
        .into()
}

async fn accepted(act: &Act, realm: RealmId, authorization: &Authorization) -> Sql<bool> {
    use client::Column;
    let found: Option<String> = client::Entity::find()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::ClientId.eq(authorization.client_id.as_str()))
        .filter(Column::Status.eq(row::status_name(Status::Active)))
        .filter(Column::NotBefore.lte(authorization.created_at.micros()))
        .lock_shared()
        .select_only()
        .column(Column::ClientId)
        .into_tuple()
        .one(act.tx())
        .await?;
    Ok(found.is_some())
}

/// The consent that covers the authorization.
async fn allowed(act: &Act, realm: RealmId, authorization: &Authorization) -> Sql<Option<Consent>> {
    let key = (
        realm.as_uuid(),
        authorization.user_id.as_uuid(),
        authorization.client_id.to_string(),
    );
    let found = consent::Entity::find_by_id(key)
        .lock_shared()
        .one(act.tx())
        .await?;
    let found = found.map(consents::from_row).transpose()?;
    let at = authorization.created_at;
    Ok(found.filter(|consent| consent.stands(at) && authorization.scopes.is_subset(&consent.scopes)))
}
