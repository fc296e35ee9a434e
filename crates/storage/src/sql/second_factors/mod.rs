//! Second factors and trusted browsers. Steps and recovery codes are used up by conditional updates.

mod rows;

use super::{
    InRealm,
    act::Act,
    entity::{authenticator, recovery_code, recovery_sheet, trusted_device, user_password},
    error::{Sql, failed},
    row, users,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    id::{AuthenticatorId, LoginSessionId, RealmId, TrustedDeviceId, UserId},
    second_factor::{Authenticator, PENDING_FOR, RecoverySheet, SecondFactors, TrustedDevice},
    secret::Digest,
    stores::{Alongside, FactorRemoved, SecondFactorStore, Stored},
};
use rows::PENDING;
pub use rows::{CONFIRMED, device, factors};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, UpdateMany, sea_query::Expr,
};

/// How many browsers are listed.
const LISTED: u64 = 200;

#[async_trait]
impl SecondFactorStore for InRealm {
    async fn find(&self, user: UserId) -> Stored<SecondFactors> {
        let rows = authenticator::Entity::find()
            .filter(authenticator::Column::RealmId.eq(self.key()))
            .filter(authenticator::Column::UserId.eq(user.as_uuid()))
            .all(&self.db.reading)
            .await
            .map_err(failed)?;
        let codes = recovery_code::Entity::find()
            .filter(recovery_code::Column::RealmId.eq(self.key()))
            .filter(recovery_code::Column::UserId.eq(user.as_uuid()))
            .filter(recovery_code::Column::UsedAt.is_null())
            .count(&self.db.reading)
            .await
            .map_err(failed)?;
        factors(rows, codes)
    }

    async fn propose(&self, user: UserId, pending: &Authenticator) -> Stored<()> {
        let (realm, row) = (self.realm, rows::to_pending(self.realm, user, pending));
        self.db
            .act(move |act| {
                Box::pin(async move {
                    users::hold(act.tx(), realm, user).await?;
                    delete_authenticator(act, realm, user, PENDING).await?;
                    authenticator::Entity::insert(row.into_active_model())
                        .exec_without_returning(act.tx())
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn confirm(
        &self,
        user: UserId,
        id: AuthenticatorId,
        step: i64,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<bool> {
        use authenticator::Column;
        let realm = self.realm;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    users::hold(act.tx(), realm, user).await?;
                    delete_authenticator(act, realm, user, CONFIRMED).await?;
                    let confirmed = of_account(realm, user, PENDING)
                        .filter(Column::Id.eq(id.as_uuid()))
                        .col_expr(Column::AuthenticatorState, Expr::value(CONFIRMED))
                        .col_expr(Column::LastStep, Expr::value(step))
                        .col_expr(Column::LastUsedAt, Expr::value(at.micros()))
                        .exec(act.tx())
                        .await?;
                    if confirmed.rows_affected == 0 {
                        return act.undo(false);
                    }
                    forget(act, realm, user, None).await?;
                    act.store(realm, with).await?;
                    Ok(true)
                })
            })
            .await
    }

    async fn remove(&self, user: UserId, with: Alongside) -> Stored<FactorRemoved> {
        let realm = self.realm;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    users::hold(act.tx(), realm, user).await?;
                    if delete_authenticator(act, realm, user, CONFIRMED).await? == 0 {
                        return Ok(FactorRemoved::Missing);
                    }
                    let password = user_password::Entity::find_by_id((realm.as_uuid(), user.as_uuid()));
                    let password = password.one(act.tx()).await?;
                    if password.is_some_and(|password| password.needs_second_factor) {
                        return act.undo(FactorRemoved::PasswordTooShort);
                    }
                    delete_authenticator(act, realm, user, PENDING).await?;
                    delete_codes(act, realm, user).await?;
                    forget(act, realm, user, None).await?;
                    act.store(realm, with).await?;
                    Ok(FactorRemoved::Removed)
                })
            })
            .await
    }

    async fn spend_step(&self, user: UserId, id: AuthenticatorId, step: i64, at: Timestamp) -> Stored<bool> {
        use authenticator::Column;
        let update = of_account(self.realm, user, CONFIRMED)
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::LastStep.lt(step))
            .col_expr(Column::LastStep, Expr::value(step))
            .col_expr(Column::LastUsedAt, Expr::value(at.micros()));
        self.db
            .act(move |act| Box::pin(async move { Ok(update.exec(act.tx()).await?.rows_affected == 1) }))
            .await
    }

    async fn replace_recovery_codes(
        &self,
        user: UserId,
        codes: &[Digest],
        sheet: &RecoverySheet,
        with: Alongside,
    ) -> Stored<()> {
        let realm = self.realm;
        let sheet = rows::to_sheet(realm, user, sheet).into_active_model();
        let codes: Vec<_> = codes
            .iter()
            .map(|code| rows::to_code(realm, user, code).into_active_model())
            .collect();
        self.db
            .act(move |act| {
                Box::pin(async move {
                    users::hold(act.tx(), realm, user).await?;
                    delete_codes(act, realm, user).await?;
                    recovery_code::Entity::insert_many(codes)
                        .exec_without_returning(act.tx())
                        .await?;
                    recovery_sheet::Entity::insert(sheet)
                        .exec_without_returning(act.tx())
                        .await?;
                    act.store(realm, with).await
                })
            })
            .await
    }

    async fn take_sheet(
        &self,
        user: UserId,
        session: LoginSessionId,
        now: Timestamp,
    ) -> Stored<Option<RecoverySheet>> {
        use recovery_sheet::{Column, Entity};
        let key = (self.key(), user.as_uuid());
        let found = Entity::find_by_id(key)
            .filter(Column::LoginSessionId.eq(session.as_uuid()))
            .filter(Column::ExpiresAt.gt(now.micros()))
            .one(&self.db.reading)
            .await
            .map_err(failed)?;
        let Some(found) = found else {
            return Ok(None);
        };
        let taken = found.sealed.clone();
        let delete = Entity::delete_many()
            .filter(Column::RealmId.eq(key.0))
            .filter(Column::UserId.eq(key.1))
            .filter(Column::Sealed.eq(taken));
        let first = self
            .db
            .act(move |act| Box::pin(async move { Ok(delete.exec(act.tx()).await?.rows_affected == 1) }))
            .await?;
        Ok(first.then(|| rows::sheet(found)))
    }

    async fn spend_recovery_code(
        &self,
        user: UserId,
        code: &Digest,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<bool> {
        use recovery_code::Column;
        let realm = self.realm;
        let update = recovery_code::Entity::update_many()
            .col_expr(Column::UsedAt, Expr::value(at.micros()))
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::UserId.eq(user.as_uuid()))
            .filter(Column::Digest.eq(row::bytes(code)))
            .filter(Column::UsedAt.is_null());
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

    async fn trust(&self, device: &TrustedDevice, with: Alongside) -> Stored<()> {
        let (realm, row) = (self.realm, rows::to_device(self.realm, device));
        self.db
            .act(move |act| {
                Box::pin(async move {
                    trusted_device::Entity::insert(row.into_active_model())
                        .exec_without_returning(act.tx())
                        .await?;
                    act.store(realm, with).await
                })
            })
            .await
    }

    async fn trusted(&self, user: UserId, now: Timestamp) -> Stored<Vec<TrustedDevice>> {
        use trusted_device::{Column, Entity};
        let rows = Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::UserId.eq(user.as_uuid()))
            .filter(Column::ExpiresAt.gt(now.micros()))
            .order_by_desc(Column::Id)
            .limit(LISTED)
            .all(&self.db.reading)
            .await
            .map_err(failed)?;
        rows.into_iter().map(rows::device).collect()
    }

    async fn touch_trusted(&self, user: UserId, id: TrustedDeviceId, at: Timestamp) -> Stored<()> {
        use trusted_device::{Column, Entity};
        let update = Entity::update_many()
            .col_expr(Column::LastUsedAt, Expr::value(at.micros()))
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::UserId.eq(user.as_uuid()))
            .filter(Column::Id.eq(id.as_uuid()));
        self.db
            .act(move |act| {
                Box::pin(async move {
                    update.exec(act.tx()).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn forget_trusted(
        &self,
        user: UserId,
        which: Option<TrustedDeviceId>,
        with: Alongside,
    ) -> Stored<u64> {
        let realm = self.realm;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let forgotten = forget(act, realm, user, which).await?;
                    if forgotten > 0 {
                        act.store(realm, with).await?;
                    }
                    Ok(forgotten)
                })
            })
            .await
    }
}

/// Drops what could have been added to an account since then; which recovery codes were, nobody knows.
pub async fn drop_since(act: &Act, realm: RealmId, user: UserId, since: Timestamp) -> Sql<()> {
    use authenticator::{Column, Entity};
    let kept = Condition::all()
        .add(Column::AuthenticatorState.eq(CONFIRMED))
        .add(Column::CreatedAt.lte((since - PENDING_FOR).micros()));
    Entity::delete_many()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(kept.not())
        .exec(act.tx())
        .await?;
    delete_codes(act, realm, user).await?;
    forget(act, realm, user, None).await?;
    Ok(())
}

/// An update of an account's authenticator in this state.
fn of_account(realm: RealmId, user: UserId, state: &str) -> UpdateMany<authenticator::Entity> {
    use authenticator::Column;
    authenticator::Entity::update_many()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::AuthenticatorState.eq(state))
}

async fn delete_authenticator(act: &Act, realm: RealmId, user: UserId, state: &str) -> Sql<u64> {
    let key = (realm.as_uuid(), user.as_uuid(), state.to_owned());
    let deleted = authenticator::Entity::delete_by_id(key).exec(act.tx()).await?;
    Ok(deleted.rows_affected)
}

async fn delete_codes(act: &Act, realm: RealmId, user: UserId) -> Sql<()> {
    use recovery_code::Column;
    let key = (realm.as_uuid(), user.as_uuid());
    recovery_code::Entity::delete_many()
        .filter(Column::RealmId.eq(key.0))
        .filter(Column::UserId.eq(key.1))
        .exec(act.tx())
        .await?;
    recovery_sheet::Entity::delete_by_id(key).exec(act.tx()).await?;
    Ok(())
}

async fn forget(act: &Act, realm: RealmId, user: UserId, which: Option<TrustedDeviceId>) -> Sql<u64> {
    use trusted_device::{Column, Entity};
    let mut delete = Entity::delete_many()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()));
    if let Some(id) = which {
        delete = delete.filter(Column::Id.eq(id.as_uuid()));
    }
    Ok(delete.exec(act.tx()).await?.rows_affected)
}
