//! Work to be done later. A claim is a lease: who completes it must still hold the lease they got.

use super::{
    Db,
    entity::job::{Column, Entity, Model},
    error::failed,
    row,
};
use domain::{
    clock::Timestamp,
    event::Event,
    id::{JobId, RealmId},
    job::{ClaimedJob, JobKind},
    outbound::Sealed,
    stores::Stored,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, LockBehavior, LockType},
};

pub async fn claim(
    db: &Db,
    kinds: &[JobKind],
    now: Timestamp,
    lease_until: Timestamp,
    limit: u16,
) -> Stored<Vec<ClaimedJob>> {
    let kinds: Vec<&'static str> = kinds.iter().map(|kind| kind.as_str()).collect();
    // Mostly there is nothing to do, and the writer need not hear of it.
    if due(&kinds, now, 1)
        .one(&db.reading)
        .await
        .map_err(failed)?
        .is_none()
    {
        return Ok(Vec::new());
    }
    db.act(move |act| {
        Box::pin(async move {
            let mut claimed = Vec::new();
            // Whoever claims at the same time takes others.
            let due =
                due(&kinds, now, limit).lock_with_behavior(LockType::NoKeyUpdate, LockBehavior::SkipLocked);
            for row in due.all(act.tx()).await? {
                let won = Entity::update_many()
                    .col_expr(Column::LeaseUntil, Expr::value(lease_until.micros()))
                    .col_expr(Column::Attempt, Expr::col(Column::Attempt).add(1))
                    .filter(Column::RealmId.eq(row.realm_id))
                    .filter(Column::Id.eq(row.id))
                    .filter(Column::Attempt.eq(row.attempt))
                    .filter(free(now))
                    .exec(act.tx())
                    .await?;
                if won.rows_affected == 1 {
                    claimed.push(claimed_job(row, lease_until)?);
                }
            }
            Ok(claimed)
        })
    })
    .await
}

pub async fn complete(db: &Db, job: &ClaimedJob, with: Vec<Event>) -> Stored<bool> {
    let held = held(job);
    db.act(move |act| {
        Box::pin(async move {
            let deleted = Entity::delete_many().filter(held).exec(act.tx()).await?;
            if deleted.rows_affected == 0 {
                return Ok(false);
            }
            act.store_events(&with)?;
            Ok(true)
        })
    })
    .await
}

pub async fn retry(db: &Db, job: &ClaimedJob, at: Timestamp) -> Stored<bool> {
    let held = held(job);
    db.act(move |act| {
        Box::pin(async move {
            let none: Option<i64> = None;
            let updated = Entity::update_many()
                .col_expr(Column::RunAt, Expr::value(at.micros()))
                .col_expr(Column::LeaseUntil, Expr::value(none))
                .filter(held)
                .exec(act.tx())
                .await?;
            Ok(updated.rows_affected == 1)
        })
    })
    .await
}

pub async fn has(db: &Db, id: JobId) -> Stored<bool> {
    let count = Entity::find()
        .filter(Column::Id.eq(id.as_uuid()))
        .count(&db.reading)
        .await
        .map_err(failed)?;
    Ok(count > 0)
}

fn due(kinds: &[&'static str], now: Timestamp, limit: u16) -> Select<Entity> {
    Entity::find()
        .filter(Column::Kind.is_in(kinds.iter().copied()))
        .filter(Column::RunAt.lte(now.micros()))
        .filter(free(now))
        .order_by_asc(Column::RunAt)
        .order_by_asc(Column::Id)
        .limit(u64::from(limit))
}

/// Nobody holds a lease.
fn free(now: Timestamp) -> Condition {
    Condition::any()
        .add(Column::LeaseUntil.is_null())
        .add(Column::LeaseUntil.lte(now.micros()))
}

/// The job, as long as this claim holds it.
fn held(job: &ClaimedJob) -> Condition {
    Condition::all()
        .add(Column::RealmId.eq(job.realm.as_uuid()))
        .add(Column::Id.eq(job.id.as_uuid()))
        .add(Column::LeaseUntil.eq(job.lease_until.micros()))
        .add(Column::Attempt.eq(job.attempt))
}

fn claimed_job(row: Model, lease_until: Timestamp) -> Stored<ClaimedJob> {
    let attempt = row.attempt.saturating_add(1);
    Ok(ClaimedJob {
        id: JobId::from_uuid(row.id),
        realm: RealmId::from_uuid(row.realm_id),
        kind: JobKind::parse(&row.kind).ok_or_else(|| row::unreadable("kind"))?,
        payload: Sealed {
            key_id: row.sealed_by,
            bytes: row.sealed,
        },
        attempt: u32::try_from(attempt).map_err(|_| row::unreadable("attempt"))?,
        lease_until,
    })
}
