//! What several acts end: sessions, and authorizations with everything below them.

use super::{
    act::Act,
    entity::{authorization_root, login_session},
    error::Sql,
    participations, sessions,
};
use domain::{
    id::{LoginSessionId, RealmId, UserId},
    stores::{Alongside, EndSessions},
};
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

/// Marks every session of a person ended, but the one that is `kept`; `with` then tells the clients.
async fn end_sessions(
    act: &Act,
    (realm, user): (RealmId, UserId),
    kept: Option<LoginSessionId>,
    at: i64,
    with: &mut Alongside,
) -> Sql<()> {
    use login_session::{Column, Entity};
    let which = kept.map_or(EndSessions::All, EndSessions::AllBut);
    let ending = sessions::to_end(act, realm, user, which).await?;
    participations::tell_clients(act, realm, &ending, with).await?;
    let mut theirs = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(at))
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::EndedAt.is_null());
    if let Some(kept) = kept {
        theirs = theirs.filter(Column::Id.ne(kept.as_uuid()));
    }
    theirs.exec(act.tx()).await?;
    Ok(())
}

/// Has `with` tell the clients that every session of a person ends.
pub async fn tell_clients(act: &Act, realm: RealmId, user: UserId, with: &mut Alongside) -> Sql<()> {
    let ending = sessions::to_end(act, realm, user, EndSessions::All).await?;
    participations::tell_clients(act, realm, &ending, with).await
}

/// Ends whatever a person has, sessions and authorizations; `with` then tells the clients.
pub async fn end_everything(
    act: &Act,
    realm: RealmId,
    user: UserId,
    at: i64,
    with: &mut Alongside,
) -> Sql<()> {
    end_sessions(act, (realm, user), None, at, with).await?;
    revoke_all(act, realm, user, at).await
}

/// Ends whatever a person has but the session that is `kept`: the others, and every authorization.
pub async fn end_everything_but(
    act: &Act,
    (realm, user): (RealmId, UserId),
    kept: LoginSessionId,
    at: i64,
    with: &mut Alongside,
) -> Sql<()> {
    end_sessions(act, (realm, user), Some(kept), at, with).await?;
    revoke_all(act, realm, user, at).await
}

async fn revoke_all(act: &Act, realm: RealmId, user: UserId, at: i64) -> Sql<()> {
    let theirs = Condition::all().add(authorization_root::Column::UserId.eq(user.as_uuid()));
    revoke_authorizations(act, realm, theirs, at).await?;
    Ok(())
}
