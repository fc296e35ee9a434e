//! The password of an account, and those it had.

use crate::sql::{
    entity::{past_password, user_password},
    error::{Sql, failed},
};
use domain::{
    clock::Timestamp,
    id::{RealmId, UserId},
    person::PasswordHash,
    stores::Stored,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};

/// Whose password.
type Whose = (RealmId, UserId);

/// The most that are ever read.
const MOST: u64 = 24;

/// Sets or replaces a password that may be the only factor.
pub async fn set_password(
    tx: &impl ConnectionTrait,
    (realm, user): Whose,
    hash: &PasswordHash,
    at: Timestamp,
) -> Sql<()> {
    use user_password::{Column, Entity, Model};
    let row = Model {
        realm_id: realm.as_uuid(),
        user_id: user.as_uuid(),
        phc: hash.expose().to_owned(),
        set_at: at.micros(),
        needs_second_factor: false,
    };
    let mut replace = OnConflict::columns([Column::RealmId, Column::UserId]);
    Entity::insert(row.into_active_model())
        .on_conflict(
            replace
                .update_columns([Column::Phc, Column::SetAt, Column::NeedsSecondFactor])
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Takes the password away.
pub async fn drop_password(tx: &impl ConnectionTrait, realm: RealmId, user: UserId) -> Sql<()> {
    let key = (realm.as_uuid(), user.as_uuid());
    user_password::Entity::delete_by_id(key).exec(tx).await?;
    Ok(())
}

/// The present password and those remembered, newest first.
pub(super) async fn past(reading: &impl ConnectionTrait, (realm, user): Whose) -> Stored<Vec<PasswordHash>> {
    let key = (realm.as_uuid(), user.as_uuid());
    let present = user_password::Entity::find_by_id(key).one(reading);
    let present = present.await.map_err(failed)?.map(|row| row.phc);
    let past = remembered((realm, user)).limit(MOST).all(reading);
    let past = past.await.map_err(failed)?.into_iter().map(|row| row.phc);
    Ok(present.into_iter().chain(past).map(PasswordHash::new).collect())
}

/// Remembers the present password, and forgets what is older than the newest `keep`.
pub(super) async fn remember(
    tx: &impl ConnectionTrait,
    (realm, user): Whose,
    at: Timestamp,
    keep: usize,
) -> Sql<()> {
    use past_password::{Column, Entity, Model};
    let key = (realm.as_uuid(), user.as_uuid());
    if let Some(present) = user_password::Entity::find_by_id(key).one(tx).await? {
        let row = Model {
            realm_id: realm.as_uuid(),
            user_id: user.as_uuid(),
            remembered_at: at.micros(),
            phc: present.phc,
        };
        let mut again = OnConflict::columns([Column::RealmId, Column::UserId, Column::RememberedAt]);
        Entity::insert(row.into_active_model())
            .on_conflict(again.update_column(Column::Phc).to_owned())
            .exec_without_returning(tx)
            .await?;
    }
    let oldest = remembered((realm, user))
        .offset(u64::try_from(keep).unwrap_or(MOST).min(MOST))
        .limit(1)
        .one(tx)
        .await?;
    if let Some(oldest) = oldest {
        Entity::delete_many()
            .filter(Column::RealmId.eq(realm.as_uuid()))
            .filter(Column::UserId.eq(user.as_uuid()))
            .filter(Column::RememberedAt.lte(oldest.remembered_at))
            .exec(tx)
            .await?;
    }
    Ok(())
}

fn remembered((realm, user): Whose) -> sea_orm::Select<past_password::Entity> {
    use past_password::{Column, Entity};
    Entity::find()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .order_by_desc(Column::RememberedAt)
}
