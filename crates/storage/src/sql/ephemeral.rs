//! Ephemeral values in a table, so that several nodes share them without another server.
//!
//! Each operation is one conditional statement; only counting takes two, the first of which locks the row. What
//! has expired counts as not there until it is swept.

use super::{
    Db,
    entity::ephemeral::{ActiveModel, Column, Entity, Model},
    error::{Sql, failed},
};
use crate::ephemeral::{Backend, counted};
use async_trait::async_trait;
use domain::{
    clock::{Clock, Timestamp},
    ephemeral::Counted,
    stores::{StoreError, Stored},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, OnConflict, Query},
};
use std::{sync::Arc, time::Duration};

/// The table of ephemeral values.
pub struct Table {
    db: Arc<Db>,
    clock: Arc<dyn Clock>,
}

impl Table {
    /// The table of `db`, judged by `clock`.
    pub fn new(db: Arc<Db>, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }

    fn row(&self, key: &str, value: Vec<u8>, ttl: Duration) -> ActiveModel {
        let expires_at = (self.clock.now() + ttl).micros();
        let key = key.to_owned();
        Model {
            key,
            value,
            expires_at,
        }
        .into_active_model()
    }
}

#[async_trait]
impl Backend for Table {
    async fn put(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Stored<()> {
        let row = self.row(key, value, ttl);
        self.db
            .act(move |act| {
                Box::pin(async move {
                    Entity::insert(row)
                        .on_conflict(replace())
                        .exec_without_returning(act.tx())
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn get(&self, key: &str) -> Stored<Option<Vec<u8>>> {
        let found = Entity::find()
            .filter(living(key, self.clock.now()))
            .one(&self.db.reading)
            .await
            .map_err(failed)?;
        Ok(found.map(|row| row.value))
    }

    async fn take(&self, key: &str) -> Stored<Option<Vec<u8>>> {
        let take = Query::delete()
            .from_table(Entity)
            .cond_where(living(key, self.clock.now()))
            .returning_col(Column::Value)
            .to_owned();
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let taken = act.tx().query_one(&take).await?;
                    Ok(taken.map(|row| row.try_get_by_index(0)).transpose()?)
                })
            })
            .await
    }

    async fn put_if_absent(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Stored<bool> {
        let (row, now) = (self.row(key, value, ttl), self.clock.now());
        self.db
            .act(move |act| Box::pin(async move { insert_if_absent(act.tx(), row, now).await }))
            .await
    }

    async fn compare_and_put(&self, key: &str, expected: &[u8], new: Vec<u8>, ttl: Duration) -> Stored<bool> {
        let now = self.clock.now();
        let update = Entity::update_many()
            .filter(living(key, now))
            .filter(Column::Value.eq(expected))
            .col_expr(Column::Value, Expr::value(new))
            .col_expr(Column::ExpiresAt, Expr::value((now + ttl).micros()));
        self.db
            .act(move |act| Box::pin(async move { Ok(update.exec(act.tx()).await?.rows_affected == 1) }))
            .await
    }

    async fn increment(&self, key: &str, ttl: Duration) -> Stored<Counted> {
        let (key, now) = (key.to_owned(), self.clock.now());
        // The end that is told is the one that is stored, or nothing could be given back in this window.
        let until = now + ttl;
        let first = Model {
            key: key.clone(),
            value: 1_u64.to_le_bytes().to_vec(),
            expires_at: until.micros(),
        };
        self.db
            .act(move |act| {
                Box::pin(async move {
                    if insert_if_absent(act.tx(), first.into_active_model(), now).await? {
                        return Ok(Counted { sum: 1, until });
                    }
                    add_one(act.tx(), &key).await
                })
            })
            .await
    }

    async fn decrement(&self, key: &str, until: Timestamp) -> Stored<()> {
        let key = key.to_owned();
        self.db
            .act(move |act| Box::pin(async move { take_one(act.tx(), &key, until).await }))
            .await
    }
}

/// The value of `key`, unless it has expired.
fn living(key: &str, now: Timestamp) -> Condition {
    Condition::all()
        .add(Column::Key.eq(key))
        .add(Column::ExpiresAt.gt(now.micros()))
}

fn replace() -> OnConflict {
    let mut replace = OnConflict::column(Column::Key);
    replace.update_columns([Column::Value, Column::ExpiresAt]);
    replace
}

/// Inserts, also in the place of what has expired; whether it did. Otherwise what is there is locked.
async fn insert_if_absent(tx: &DatabaseTransaction, row: ActiveModel, now: Timestamp) -> Sql<bool> {
    let mut replace = replace();
    replace.action_and_where(Expr::col((Entity, Column::ExpiresAt)).lte(now.micros()));
    let inserted = Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}

/// Adds one to a counter that is there, and leaves its end as it is.
async fn add_one(tx: &DatabaseTransaction, key: &str) -> Sql<Counted> {
    let found = Entity::find_by_id(key).one(tx).await?;
    let found = found.ok_or_else(|| StoreError::unavailable("a locked counter is gone"))?;
    let sum = counted(&found.value)?.saturating_add(1);
    set(tx, key, sum).await?;
    let until = Timestamp::from_micros(found.expires_at);
    Ok(Counted { sum, until })
}

/// Takes one from a counter that ends at `until`.
async fn take_one(tx: &DatabaseTransaction, key: &str, until: Timestamp) -> Sql<()> {
    let counter = Entity::find_by_id(key).filter(Column::ExpiresAt.eq(until.micros()));
    let Some(found) = counter.lock_exclusive().one(tx).await? else {
        return Ok(());
    };
    set(tx, key, counted(&found.value)?.saturating_sub(1)).await
}

/// Sets a counter that is locked, and leaves its end as it is.
async fn set(tx: &DatabaseTransaction, key: &str, sum: u64) -> Sql<()> {
    Entity::update_many()
        .filter(Column::Key.eq(key))
        .col_expr(Column::Value, Expr::value(sum.to_le_bytes().to_vec()))
        .exec(tx)
        .await?;
    Ok(())
}
