//! The password of an account, and those it had.

use crate::sql::{
    entity::{past_password, user_password},
    error::{Sql, failed},
};
use domain::{
    clock::Timestamp,
    id::{RealmId, UserId},
    person::PasswordHash,
    stores::{NextPassword, PastPasswords, StoreError, Stored},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
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

/// Puts a password in the place of the one that it was told apart from, which is remembered; `Conflict` where that is no
/// longer the account's.
pub async fn replace_password(
    tx: &impl ConnectionTrait,
    whose: Whose,
    next: &NextPassword,
    at: Timestamp,
) -> Sql<()> {
    if let Some(earlier) = &next.earlier {
        // Of two that were told apart from the same one, the second waits here and finds the first.
        super::hold(tx, whose.0, whose.1).await?;
        if present(tx, whose).await? != earlier.present {
            return Err(StoreError::Conflict.into());
        }
        remember(tx, whose, at, earlier.keep).await?;
    }
    set_password(tx, whose, &next.hash, at).await
}

/// The passwords that the account has and had.
pub(super) async fn past(reading: &impl ConnectionTrait, whose: Whose) -> Stored<PastPasswords> {
    let past = remembered(whose).limit(MOST).all(reading);
    let past = past.await.map_err(failed)?.into_iter();
    Ok(PastPasswords {
        present: present(reading, whose).await.map_err(failed)?,
        past: past.map(|row| PasswordHash::new(row.phc)).collect(),
    })
}

/// Remembers the present password, and forgets what is older than the newest `keep`.
pub async fn remember(tx: &impl ConnectionTrait, whose: Whose, at: Timestamp, keep: usize) -> Sql<()> {
    use past_password::{Column, Entity, Model};
    let (realm, user) = whose;
    if let Some(present) = present(tx, whose).await? {
        // Another one may have been remembered in the same moment, or by a clock that goes ahead.
        let newest = remembered(whose).one(tx).await?;
        let after = newest.map(|newest| newest.remembered_at.saturating_add(1));
        let row = Model {
            realm_id: realm.as_uuid(),
            user_id: user.as_uuid(),
            remembered_at: after.map_or(at.micros(), |after| after.max(at.micros())),
            phc: present.expose().to_owned(),
        };
        Entity::insert(row.into_active_model())
            .exec_without_returning(tx)
            .await?;
    }
    let oldest = remembered(whose)
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

async fn present(
    connection: &impl ConnectionTrait,
    (realm, user): Whose,
) -> Result<Option<PasswordHash>, DbErr> {
    let found = user_password::Entity::find_by_id((realm.as_uuid(), user.as_uuid()));
    let found = found.one(connection).await?;
    Ok(found.map(|row| PasswordHash::new(row.phc)))
}

fn remembered((realm, user): Whose) -> sea_orm::Select<past_password::Entity> {
    use past_password::{Column, Entity};
    Entity::find()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .order_by_desc(Column::RememberedAt)
}
