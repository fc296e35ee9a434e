//! What several acts end: sessions, and authorizations with everything below them.

use super::{
    act::Act,
    entity::{authorization_root, login_session},
    error::Sql,
};
use domain::id::RealmId;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};

/// Marks the authorizations that `which` describes revoked; how many were not before.
pub async fn revoke_authorizations(act: &Act, realm: RealmId, which: Condition, at: i64) -> Sql<u64> {
    use authorization_root::{Column, Entity};
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(at))
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::RevokedAt.is_null())
        .filter(which)
        .exec(act.tx())
        .await?;
    Ok(revoked.rows_affected)
}

/// Marks every session of a person ended.
pub async fn end_sessions(act: &Act, realm: RealmId, user: uuid::Uuid, at: i64) -> Sql<()> {
    use login_session::{Column, Entity};
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(at))
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(user))
        .filter(Column::EndedAt.is_null())
        .exec(act.tx())
        .await?;
    Ok(())
}

/// Ends whatever a person has: sessions and authorizations.
pub async fn end_everything(act: &Act, realm: RealmId, user: uuid::Uuid, at: i64) -> Sql<()> {
    end_sessions(act, realm, user, at).await?;
    let theirs = Condition::all().add(authorization_root::Column::UserId.eq(user));
    revoke_authorizations(act, realm, theirs, at).await?;
    Ok(())
}
