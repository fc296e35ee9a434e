//! Devices that ask for tokens: decided once, redeemed once.

mod rows;

pub use rows::device;

use super::{
    InRealm,
    act::Act,
    authorizations,
    entity::{
        authorization_root,
        device_authorization::{Column, Entity, Model},
    },
    error::{Sql, failed},
    row,
};
use async_trait::async_trait;
use domain::{
    authorization::{Authorization, Begun},
    client::ClientId,
    clock::Timestamp,
    device::{DeviceAuthorization, DeviceState, SLOW_DOWN},
    id::RealmId,
    secret::Digest,
    stores::{Alongside, Decided, DeviceApproval, DeviceStore, Polled, Stored},
};
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, UpdateMany,
    sea_query::{Expr, ExprTrait},
};

#[async_trait]
impl DeviceStore for InRealm {
    async fn create(&self, device: &DeviceAuthorization) -> Stored<()> {
        let row = rows::to_row(self.realm, device)?;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    Entity::insert(row.into_active_model())
                        .exec_without_returning(act.tx())
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn find_pending(&self, user_code: &Digest, now: Timestamp) -> Stored<Option<DeviceAuthorization>> {
        let found = Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::UserCode.eq(row::bytes(user_code)))
            .filter(Column::State.eq(rows::PENDING))
            .filter(Column::ExpiresAt.gt(now.micros()))
            .one(&self.db.reading)
            .await
            .map_err(failed)?;
        found.as_ref().map(rows::device).transpose()
    }

    async fn approve(
        &self,
        user_code: &Digest,
        approval: &DeviceApproval,
        now: Timestamp,
        with: Alongside,
    ) -> Stored<Decided> {
        let (realm, user_code, approval) = (self.realm, *user_code, approval.clone());
        self.db
            .act(move |act| Box::pin(approve(act, realm, (user_code, approval), now, with)))
            .await
    }

    async fn deny(&self, user_code: &Digest, now: Timestamp, with: Alongside) -> Stored<bool> {
        let (realm, user_code) = (self.realm, *user_code);
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let denied = waiting(realm, &user_code, now)
                        .col_expr(Column::State, Expr::value(rows::DENIED))
                        .exec(act.tx())
                        .await?;
                    if denied.rows_affected == 0 {
                        return Ok(false);
                    }
                    act.store(realm, with).await?;
                    Ok(true)
                })
            })
            .await
    }

    async fn poll(&self, device_code: &Digest, client: &ClientId, now: Timestamp) -> Stored<Polled> {
        let (realm, device_code, client) = (self.realm, *device_code, client.clone());
        self.db
            .act(move |act| Box::pin(poll(act, realm, (device_code, client), now)))
            .await
    }
}

/// An update of the one that a person may still decide about.
fn waiting(realm: RealmId, user_code: &Digest, now: Timestamp) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserCode.eq(row::bytes(user_code)))
        .filter(Column::State.eq(rows::PENDING))
        .filter(Column::ExpiresAt.gt(now.micros()))
}

async fn approve(
    act: &mut Act,
    realm: RealmId,
    (user_code, approval): (Digest, DeviceApproval),
    now: Timestamp,
    with: Alongside,
) -> Sql<Decided> {
    let DeviceApproval {
        authorization,
        consent,
    } = &approval;
    // Account and client are held before consent and device, as in every act that ends them.
    let standing = authorizations::begin(act, realm, authorization, consent.as_ref()).await?;
    if standing != Begun::Stored {
        return act.undo(Decided::Withdrawn(standing));
    }
    let approved = waiting(realm, &user_code, now)
        .col_expr(Column::State, Expr::value(rows::APPROVED))
        .col_expr(Column::AuthorizationId, Expr::value(authorization.id.as_uuid()))
        .exec(act.tx())
        .await?;
    if approved.rows_affected == 0 {
        return act.undo(Decided::TooLate);
    }
    act.store(realm, with).await?;
    Ok(Decided::Stored)
}

async fn poll(
    act: &mut Act,
    realm: RealmId,
    (device_code, client): (Digest, ClientId),
    now: Timestamp,
) -> Sql<Polled> {
    let Some(found) = find(act, realm, &device_code).await? else {
        return Ok(Polled::Unknown);
    };
    if found.client_id != client.as_str() {
        return Ok(Polled::Foreign);
    }
    if now.micros() >= found.expires_at {
        return Ok(Polled::Expired);
    }
    if let Some(waiting) = pace(act, realm, &device_code, now).await? {
        return Ok(waiting);
    }
    if let Some(authorization) = redeem(act, realm, &device_code).await? {
        return Ok(Polled::Redeemed(Box::new(authorization)));
    }
    let Some(decided) = find(act, realm, &device_code).await? else {
        return Ok(Polled::Unknown);
    };
    Ok(match rows::state(&decided)? {
        DeviceState::Denied => Polled::Denied,
        DeviceState::Redeemed { .. } => Polled::AlreadyRedeemed,
        // Nothing leads back to these from where neither of the updates found it.
        DeviceState::Pending { .. } | DeviceState::Approved { .. } => Polled::Unknown,
    })
}

async fn find(act: &Act, realm: RealmId, device_code: &Digest) -> Sql<Option<Model>> {
    let key = (realm.as_uuid(), row::bytes(device_code));
    Ok(Entity::find_by_id(key).one(act.tx()).await?)
}

fn this(realm: RealmId, device_code: &Digest, state: &str) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::DeviceCode.eq(row::bytes(device_code)))
        .filter(Column::State.eq(state))
}

/// Notes a poll of one that waits, by the rule of [`Pace::polled`](domain::device::Pace::polled); `None` if it does
/// not wait.
async fn pace(act: &Act, realm: RealmId, device_code: &Digest, now: Timestamp) -> Sql<Option<Polled>> {
    let interval = || Expr::col(Column::PollInterval);
    let in_time = this(realm, device_code, rows::PENDING)
        .filter(Column::NextPollAt.lte(now.micros()))
        .col_expr(Column::NextPollAt, interval().add(now.micros()))
        .exec(act.tx())
        .await?;
    if in_time.rows_affected == 1 {
        return Ok(Some(Polled::Pending));
    }
    let longer = || interval().add(rows::micros(SLOW_DOWN));
    let too_soon = this(realm, device_code, rows::PENDING)
        .col_expr(Column::NextPollAt, longer().add(now.micros()))
        .col_expr(Column::PollInterval, longer())
        .exec(act.tx())
        .await?;
    Ok((too_soon.rows_affected == 1).then_some(Polled::TooSoon))
}

/// Marks an approved one redeemed; gives what was allowed to whoever was first.
async fn redeem(act: &Act, realm: RealmId, device_code: &Digest) -> Sql<Option<Authorization>> {
    let won = this(realm, device_code, rows::APPROVED)
        .col_expr(Column::State, Expr::value(rows::REDEEMED))
        .exec(act.tx())
        .await?;
    if won.rows_affected == 0 {
        return Ok(None);
    }
    let Some(id) = find(act, realm, device_code)
        .await?
        .and_then(|row| row.authorization_id)
    else {
        return Ok(None);
    };
    let found = authorization_root::Entity::find_by_id((realm.as_uuid(), id))
        .one(act.tx())
        .await?;
    Ok(found.map(authorizations::from_row).transpose()?)
}
