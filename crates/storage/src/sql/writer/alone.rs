//! An act in a transaction of its own, tried again when it gave way to another one.

use super::{Listeners, carry_out, work::Work};
use crate::sql::{
    act::{Act, Written, write_events},
    dialect,
    error::Sql,
};
use domain::stores::{StoreError, Stored};
use sea_orm::{DatabaseConnection, DbErr, TransactionTrait as _};
use std::sync::Arc;

/// How often an act is tried: of those that wait for one another in a circle, the database lets all but one go on.
const TRIES: usize = 5;

/// Runs and commits an act, then tells listeners.
pub async fn commit<T>(pool: &DatabaseConnection, work: &Work<T>, listeners: &Listeners) -> Stored<T> {
    let mut tries = 1;
    loop {
        match attempt(pool, work).await {
            Ok((answer, written)) => {
                listeners.tell(&written);
                return Ok(answer);
            }
            Err(error) if error.gave_way() && tries < TRIES => tries += 1,
            Err(error) => return Err(StoreError::from(error)),
        }
    }
}

async fn attempt<T>(pool: &DatabaseConnection, work: &Work<T>) -> Sql<(T, Written)> {
    let options = dialect::to_write(pool.get_database_backend());
    let tx = Arc::new(pool.begin_with_options(options).await?);
    let mut act = Act::new(tx.clone());
    let answer = carry_out(&mut act, work).await;
    let kept = act.kept();
    let tx = Arc::into_inner(tx).ok_or_else(|| DbErr::Custom("an act outlived its run".to_owned()))?;
    match (answer, kept) {
        (Ok(answer), Some((written, events))) => {
            write_events(&tx, events).await?;
            tx.commit().await?;
            Ok((answer, written))
        }
        (answer, _) => {
            let undone = tx.rollback().await;
            // Why the act failed says more than that it could not be rolled back either.
            let answer = answer?;
            undone?;
            Ok((answer, Written::default()))
        }
    }
}
