//! Passkeys. Acts that add or remove one follow one another for each account, so that how many there are is known.

mod rows;

pub use rows::passkey;

use super::{
    InRealm,
    act::Act,
    entity::{
        passkey::{Column, Entity},
        passkey_declined, user_password,
    },
    error::{Sql, failed},
    identities, row, users,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    federation::ProviderId,
    id::{PasskeyId, RealmId, UserId},
    passkey::{CredentialId, MAX_PASSKEYS, OfferState, Passkey, PasskeyAndUser, PasskeyUse, WaysIn, ways_in},
    person::DisplayName,
    stores::{Alongside, PasskeyAdded, PasskeyRemoved, PasskeyStore, Stored},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder,
    sea_query::{Expr, OnConflict},
};

#[async_trait]
impl PasskeyStore for InRealm {
    async fn add(&self, passkey: &Passkey, began: Timestamp, with: Alongside) -> Stored<PasskeyAdded> {
        let (realm, passkey) = (self.realm, passkey.clone());
        self.db
            .act(move |act| Box::pin(add(act, realm, (passkey, began), with)))
            .await
    }

    async fn find(&self, credential: &CredentialId) -> Stored<Option<PasskeyAndUser>> {
        rows::find(&self.db.reading, self.realm, credential).await
    }

    async fn list(&self, user: UserId) -> Stored<Vec<Passkey>> {
        let found = of_user(self.realm, user)
            .order_by_asc(Column::Id)
            .all(&self.db.reading)
            .await
            .map_err(failed)?;
        found.into_iter().map(rows::passkey).collect()
    }

    async fn used(&self, id: PasskeyId, told: &PasskeyUse, with: Alongside) -> Stored<bool> {
        let (realm, count) = (self.realm, i64::from(told.sign_count));
        // The same rule as `count_may_follow`, decided by the write.
        let mut may_follow = Condition::any().add(Column::SignCount.lt(count));
        if count == 0 {
            may_follow = may_follow.add(Column::SignCount.eq(0));
        }
        let update = Entity::update_many()
            .col_expr(Column::SignCount, Expr::value(count))
            .col_expr(Column::Synced, Expr::value(told.synced))
            .col_expr(Column::Public, Expr::value(told.public.clone()))
            .col_expr(Column::LastUsedAt, Expr::value(told.at.micros()))
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(may_follow);
        self.db
            .act(move |act| {
                Box::pin(async move {
                    if update.exec(act.tx()).await?.rows_affected == 0 {
                        return Ok(false);
                    }
                    act.store(realm, with).await?;
                    Ok(true)
                })
            })
            .await
    }

    async fn rename(
        &self,
        user: UserId,
        id: PasskeyId,
        name: Option<DisplayName>,
        with: Alongside,
    ) -> Stored<bool> {
        let realm = self.realm;
        let update = Entity::update_many()
            .col_expr(Column::DisplayName, Expr::value(name.map(String::from)))
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::UserId.eq(user.as_uuid()))
            .filter(Column::Id.eq(id.as_uuid()));
        self.db
            .act(move |act| {
                Box::pin(async move {
                    if update.exec(act.tx()).await?.rows_affected == 0 {
                        return Ok(false);
                    }
                    act.store(realm, with).await?;
                    Ok(true)
                })
            })
            .await
    }

    async fn remove(
        &self,
        user: UserId,
        id: PasskeyId,
        open: &[ProviderId],
        with: Alongside,
    ) -> Stored<PasskeyRemoved> {
        let (realm, open) = (self.realm, open.to_vec());
        self.db
            .act(move |act| Box::pin(remove(act, realm, (user, id), open, with)))
            .await
    }

    async fn offer(&self, user: UserId) -> Stored<OfferState> {
        let key = (self.key(), user.as_uuid());
        let declined = passkey_declined::Entity::find_by_id(key);
        let declined = declined.one(&self.db.reading).await.map_err(failed)?;
        Ok(OfferState {
            passkeys: count(&self.db.reading, self.realm, user).await?,
            not_before: row::moment(declined.map(|declined| declined.until)),
        })
    }

    async fn decline(&self, user: UserId, until: Timestamp) -> Stored<()> {
        use passkey_declined::Column;
        let row = passkey_declined::Model {
            realm_id: self.key(),
            user_id: user.as_uuid(),
            until: until.micros(),
        };
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let mut replace = OnConflict::columns([Column::RealmId, Column::UserId]);
                    passkey_declined::Entity::insert(row.into_active_model())
                        .on_conflict(replace.update_column(Column::Until).to_owned())
                        .exec_without_returning(act.tx())
                        .await?;
                    Ok(())
                })
            })
            .await
    }
}

async fn add(
    act: &mut Act,
    realm: RealmId,
    (passkey, began): (Passkey, Timestamp),
    with: Alongside,
) -> Sql<PasskeyAdded> {
    let user = passkey.user_id;
    if !users::hold_for(act.tx(), realm, user, began).await? {
        return Ok(PasskeyAdded::Taken);
    }
    if count(act.tx(), realm, user).await? >= MAX_PASSKEYS {
        return Ok(PasskeyAdded::TooMany);
    }
    let once = OnConflict::columns([Column::RealmId, Column::CredentialId])
        .do_nothing()
        .to_owned();
    let inserted = Entity::insert(rows::row(realm, passkey).into_active_model())
        .on_conflict(once)
        .exec_without_returning(act.tx())
        .await?;
    if inserted == 0 {
        return Ok(PasskeyAdded::Taken);
    }
    act.store(realm, with).await?;
    Ok(PasskeyAdded::Added)
}

async fn remove(
    act: &mut Act,
    realm: RealmId,
    (user, id): (UserId, PasskeyId),
    open: Vec<ProviderId>,
    with: Alongside,
) -> Sql<PasskeyRemoved> {
    users::hold(act.tx(), realm, user).await?;
    let theirs = of_user(realm, user).filter(Column::Id.eq(id.as_uuid()));
    if theirs.one(act.tx()).await?.is_none() {
        return Ok(PasskeyRemoved::Unknown);
    }
    let password = user_password::Entity::find_by_id((realm.as_uuid(), user.as_uuid()));
    let left = WaysIn {
        password: password.one(act.tx()).await?.is_some(),
        passkeys: count(act.tx(), realm, user).await? - 1,
        identities: identities::usable(act.tx(), realm, user, &open).await?,
        mailed_code: users::has_proven_address(act.tx(), realm, user).await?,
    };
    if ways_in(left) == 0 {
        return Ok(PasskeyRemoved::LastWayIn);
    }
    let key = (realm.as_uuid(), id.as_uuid());
    Entity::delete_by_id(key).exec(act.tx()).await?;
    act.store(realm, with).await?;
    Ok(PasskeyRemoved::Removed)
}

/// Drops the passkeys of an account that were made since then.
pub async fn drop_since(act: &Act, realm: RealmId, user: UserId, since: Timestamp) -> Sql<()> {
    Entity::delete_many()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::CreatedAt.gte(since.micros()))
        .exec(act.tx())
        .await?;
    Ok(())
}

fn of_user(realm: RealmId, user: UserId) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
}

/// How many passkeys an account has.
pub async fn count(connection: &impl ConnectionTrait, realm: RealmId, user: UserId) -> Stored<u64> {
    of_user(realm, user).count(connection).await.map_err(failed)
}
