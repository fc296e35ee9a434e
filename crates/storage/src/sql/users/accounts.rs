//! Accounts by their ids.

use super::rows;
use crate::sql::look_ups::{self, ACCOUNTS, FIRST, LookUps};
use domain::{
    id::{RealmId, UserId},
    stores::{StoreError, Stored},
    user::User,
};
use sea_orm::{DatabaseConnection, DbErr, QueryResult, Statement, Value};

/// Which account.
type Wanted = (RealmId, UserId);
/// Where accounts are asked for.
pub type Accounts = LookUps<Wanted, User>;

/// Starts what reads them.
pub fn reader(connection: &DatabaseConnection) -> Accounts {
    look_ups::start(connection, statement, account)
}

fn statement(connection: &DatabaseConnection, wanted: &[Wanted]) -> Statement {
    let rows = wanted
        .iter()
        .map(|(realm, id)| [realm.as_uuid().into(), id.as_uuid().into()]);
    ACCOUNTS.with(connection, rows, [Value::Uuid(None), Value::Uuid(None)])
}

fn account(row: &QueryResult) -> Stored<User> {
    let mut place = FIRST;
    let read = |place: &mut usize| -> Result<_, DbErr> {
        Ok((look_ups::account(row, place)?, look_ups::identifier(row, place)?))
    };
    let (account, identifier) = read(&mut place).map_err(StoreError::unavailable)?;
    rows::user(account, identifier)
}
