//! Refresh tokens with everything that decides about them: all that are asked for at the same time are read with one
//! statement, and by the places of its columns, because finding each of sixty by its name costs more than reading it.

use super::rows;
use crate::sql::{
    dialect::is_postgres,
    entity::{app_user, authorization_root, login_session, refresh_token, user_identifier},
    gather::Gather,
    row, sessions, statements, users,
};
use domain::{
    authorization::RefreshTokenFamily,
    id::RealmId,
    secret::Digest,
    stores::{StoreError, Stored},
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr, QueryResult, Statement, Value};
use std::sync::Arc;
use uuid::Uuid;

/// Reads at the same time: few, so that what waits meanwhile is read together. PostgreSQL is further away.
const ASKERS_OF_SQLITE: usize = 1;
const ASKERS_OF_POSTGRES: usize = 2;

/// Which refresh token.
pub type Wanted = (RealmId, Digest);
/// Where refresh tokens are asked for.
pub type Families = Gather<Wanted, Stored<Option<RefreshTokenFamily>>>;

/// Starts what reads them.
pub fn reader(connection: &DatabaseConnection) -> Families {
    let askers = if is_postgres(connection) {
        ASKERS_OF_POSTGRES
    } else {
        ASKERS_OF_SQLITE
    };
    let connection = connection.clone();
    Gather::start(askers, statements::MOST, move |wanted| {
        let connection = connection.clone();
        Box::pin(async move { read(&connection, &wanted).await })
    })
}

async fn read(connection: &DatabaseConnection, wanted: &[Wanted]) -> Vec<Stored<Option<RefreshTokenFamily>>> {
    let mut found: Vec<_> = wanted.iter().map(|_| Ok(None)).collect();
    let rows = match connection.query_all_raw(statement(connection, wanted)).await {
        Ok(rows) => rows,
        Err(error) => {
            let error = Arc::new(error);
            let failed = |_| Err(StoreError::unavailable(error.clone()));
            return wanted.iter().map(failed).collect();
        }
    };
    for row in rows {
        let place: Result<i32, DbErr> = row.try_get_by_index(0);
        let place = place.ok().and_then(|place| usize::try_from(place).ok());
        if let Some(answer) = place.and_then(|place| found.get_mut(place)) {
            *answer = family(&row).map(Some);
        }
    }
    found
}

fn statement(connection: &DatabaseConnection, wanted: &[Wanted]) -> Statement {
    let rows = wanted
        .iter()
        .map(|(realm, digest)| [realm.as_uuid().into(), row::bytes(digest).into()]);
    statements::FAMILIES.with(connection, rows, [Value::Uuid(None), Value::Bytes(None)])
}

/// Columns of a table in the order of the statement, and the rows they make.
macro_rules! in_places {
    ($($name:ident: $alias:literal $table:ident { $($column:ident),* })*) => {
        /// What the statement selects after the number of the question.
        pub const FAMILY: &[&str] = &[$($(concat!($alias, ".", stringify!($column))),*),*];
        $(
            fn $name(row: &QueryResult, place: &mut usize) -> Result<$table::Model, DbErr> {
                Ok($table::Model { $($column: next(row, place)?),* })
            }
        )*
    };
}

in_places! {
    token: "t" refresh_token {
        realm_id, digest, id, authorization_id, created_at, expires_at, rotated_at, successor
    }
    root: "a" authorization_root {
        realm_id, id, user_id, client_id, login_session_id, scopes, offline, authenticated_at, methods, nonce, terms,
        created_at, last_issued_at, revoked_at
    }
    account: "u" app_user {
        realm_id, id, email, display_name, locale, zoneinfo, status, account_role, account_source, not_before, profile,
        row_version, created_at, updated_at
    }
    identifier: "i" user_identifier { realm_id, kind, normalised, user_id, verified_at }
    login_session: "s" login_session {
        realm_id, id, user_id, created_at, authenticated_at, methods, last_seen_at, expires_at, ended_at, address,
        user_agent, request_id
    }
}

fn next<T: sea_orm::TryGetable>(row: &QueryResult, place: &mut usize) -> Result<T, DbErr> {
    let value = row.try_get_by_index(*place)?;
    *place += 1;
    Ok(value)
}

fn family(row: &QueryResult) -> Stored<RefreshTokenFamily> {
    let models = read_models(row).map_err(StoreError::unavailable)?;
    Ok(RefreshTokenFamily {
        token: rows::token(models.token)?,
        authorization: rows::authorization(models.root)?,
        user: users::user(models.account, models.identifier)?,
        login_session: models.session.map(sessions::session).transpose()?,
    })
}

struct Models {
    token: refresh_token::Model,
    root: authorization_root::Model,
    account: app_user::Model,
    identifier: user_identifier::Model,
    session: Option<login_session::Model>,
}

fn read_models(row: &QueryResult) -> Result<Models, DbErr> {
    let place = &mut 1;
    Ok(Models {
        token: token(row, place)?,
        root: root(row, place)?,
        account: account(row, place)?,
        identifier: identifier(row, place)?,
        session: match row.try_get_by_index::<Option<Uuid>>(*place)? {
            Some(_) => Some(login_session(row, place)?),
            None => None,
        },
    })
}
