//! To which key the refresh tokens of an authorization are bound: once, and then for good.

use super::{
    super::{act::Act, entity::authorization_root, error::Sql, row},
    rows,
};
use domain::{
    id::{AuthorizationId, RealmId},
    thumbprint::Thumbprint,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait as _},
};

/// Binds an authorization that is not bound; whether it is bound to this key now, and not revoked.
pub async fn bind(act: &Act, realm: RealmId, id: AuthorizationId, jkt: Thumbprint) -> Sql<bool> {
    use authorization_root::{Column, Entity};
    let this = Column::RealmId
        .eq(realm.as_uuid())
        .and(Column::Id.eq(id.as_uuid()))
        .and(Column::RevokedAt.is_null());
    // Writing the row keeps others from reading its terms until this act is committed.
    Entity::update_many()
        .col_expr(Column::LastIssuedAt, Expr::col(Column::LastIssuedAt))
        .filter(this.clone())
        .exec(act.tx())
        .await?;
    let Some(row) = Entity::find().filter(this.clone()).one(act.tx()).await? else {
        return Ok(false);
    };
    let mut terms = rows::authorization(row)?.terms;
    if let Some(bound) = &terms.refresh_jkt {
        return Ok(*bound == jkt);
    }
    terms.refresh_jkt = Some(jkt);
    Entity::update_many()
        .col_expr(Column::Terms, Expr::value(row::to_json(&terms)?))
        .filter(this)
        .exec(act.tx())
        .await?;
    Ok(true)
}
