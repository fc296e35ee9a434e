//! Look-ups that happen all the time: an account, and a refresh token with everything that decides about it. All that are
//! asked for at the same time are read with one statement, and by the places of its columns, because finding each of
//! sixty by its name costs more than reading it.

use super::{
    dialect::is_postgres,
    entity::{app_user, authorization_root, login_session, refresh_token, user_identifier},
    gather::Gather,
    statements::{LENGTHS, MOST, OverList, numbered, unnumbered},
};
use domain::stores::{StoreError, Stored};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr, QueryResult, Statement};
use std::sync::{Arc, LazyLock};

/// Reads at the same time: few, so that what waits meanwhile is read together. PostgreSQL is further away.
const ASKERS_OF_SQLITE: usize = 1;
const ASKERS_OF_POSTGRES: usize = 2;

/// Refresh tokens. Each is asked for with its realm and digest.
pub static FAMILIES: OverList = OverList {
    sqlite: LazyLock::new(|| LENGTHS.map(|rows| families(&unnumbered(rows, 2), joined))),
    postgres: LazyLock::new(|| LENGTHS.map(|rows| families(&numbered(rows, 2), looked_up))),
};

/// Accounts. Each is asked for with its realm and id.
pub static ACCOUNTS: OverList = OverList {
    sqlite: LazyLock::new(|| LENGTHS.map(|rows| accounts(&unnumbered(rows, 2), joined))),
    postgres: LazyLock::new(|| LENGTHS.map(|rows| accounts(&numbered(rows, 2), looked_up))),
};

/// Where what is looked up is asked for.
pub type LookUps<Q, A> = Gather<Q, Stored<Option<A>>>;

/// Starts what looks up: `state` makes the statement for questions, `read` an answer of a row.
pub fn start<Q, A>(
    connection: &DatabaseConnection,
    state: fn(&DatabaseConnection, &[Q]) -> Statement,
    read: fn(&QueryResult) -> Stored<A>,
) -> LookUps<Q, A>
where
    Q: Send + Sync + 'static,
    A: Send + 'static,
{
    let askers = if is_postgres(connection) {
        ASKERS_OF_POSTGRES
    } else {
        ASKERS_OF_SQLITE
    };
    let connection = connection.clone();
    Gather::start(askers, MOST, move |wanted: Vec<Q>| {
        let connection = connection.clone();
        Box::pin(async move {
            let rows = connection.query_all_raw(state(&connection, &wanted)).await;
            answers(wanted.len(), rows, read)
        })
    })
}

fn answers<A>(
    asked: usize,
    rows: Result<Vec<QueryResult>, DbErr>,
    read: fn(&QueryResult) -> Stored<A>,
) -> Vec<Stored<Option<A>>> {
    let rows = match rows {
        Ok(rows) => rows,
        Err(error) => {
            let error = Arc::new(error);
            let failed = |_| Err(StoreError::unavailable(error.clone()));
            return (0..asked).map(failed).collect();
        }
    };
    let mut found: Vec<_> = (0..asked).map(|_| Ok(None)).collect();
    for row in rows {
        let place: Result<i32, DbErr> = row.try_get_by_index(0);
        let place = place.ok().and_then(|place| usize::try_from(place).ok());
        if let Some(answer) = place.and_then(|place| found.get_mut(place)) {
            *answer = read(&row).map(Some);
        }
    }
    found
}

/// Columns of a table as statements name them, and the row they make, from a place on.
macro_rules! in_places {
    ($($name:ident $columns:ident: $alias:literal $table:ident { $($column:ident),* })*) => {
        $(
            const $columns: &[&str] = &[$(concat!($alias, ".", stringify!($column))),*];

            /// The row that begins at `place`.
            pub fn $name(row: &QueryResult, place: &mut usize) -> Result<$table::Model, DbErr> {
                Ok($table::Model { $($column: next(row, place)?),* })
            }
        )*
    };
}

in_places! {
    token TOKEN: "t" refresh_token {
        realm_id, digest, id, authorization_id, created_at, expires_at, rotated_at, successor
    }
    root ROOT: "a" authorization_root {
        realm_id, id, user_id, client_id, login_session_id, scopes, offline, authenticated_at, methods, nonce, terms,
        created_at, last_issued_at, revoked_at, expires_at
    }
    account ACCOUNT: "u" app_user {
        realm_id, id, email, display_name, locale, zoneinfo, status, account_role, account_source, not_before, profile,
        row_version, created_at, updated_at, erase_at
    }
    identifier IDENTIFIER: "i" user_identifier { realm_id, kind, normalised, user_id, verified_at }
    login_session SESSION: "s" login_session {
        realm_id, id, user_id, created_at, authenticated_at, methods, provider, last_seen_at, expires_at, ended_at,
        address, user_agent, request_id
    }
}

fn next<T: sea_orm::TryGetable>(row: &QueryResult, place: &mut usize) -> Result<T, DbErr> {
    let value = row.try_get_by_index(*place)?;
    *place += 1;
    Ok(value)
}

/// Where the columns begin: before them stands the number of the question.
pub const FIRST: usize = 1;

/// A table that is joined to those before it.
struct Joined {
    table: &'static str,
    alias: &'static str,
    on: &'static str,
    /// Whether its row may be missing.
    left: bool,
}

const fn inner(table: &'static str, alias: &'static str, on: &'static str) -> Joined {
    let left = false;
    Joined {
        table,
        alias,
        on,
        left,
    }
}

const ITS_ADDRESS: Joined = inner(
    "user_identifier",
    "i",
    "i.realm_id = u.realm_id AND i.user_id = u.id AND i.kind = 'email'",
);

fn families(asked: &str, join: fn(&Joined) -> String) -> String {
    let tables = [
        inner(
            "refresh_token",
            "t",
            "t.realm_id = asked.realm_id AND t.digest = asked.digest",
        ),
        inner(
            "authorization_root",
            "a",
            "a.realm_id = t.realm_id AND a.id = t.authorization_id",
        ),
        inner("app_user", "u", "u.realm_id = a.realm_id AND u.id = a.user_id"),
        ITS_ADDRESS,
        Joined {
            left: true,
            ..inner(
                "login_session",
                "s",
                "s.realm_id = a.realm_id AND s.id = a.login_session_id",
            )
        },
    ];
    let columns = [TOKEN, ROOT, ACCOUNT, IDENTIFIER, SESSION].concat();
    look_up(asked, "digest", &columns, tables.iter().map(join))
}

fn accounts(asked: &str, join: fn(&Joined) -> String) -> String {
    let account = inner("app_user", "u", "u.realm_id = asked.realm_id AND u.id = asked.id");
    let columns = [ACCOUNT, IDENTIFIER].concat();
    look_up(asked, "id", &columns, [account, ITS_ADDRESS].iter().map(join))
}

fn look_up(asked: &str, key: &str, columns: &[&str], joins: impl Iterator<Item = String>) -> String {
    let (columns, joins) = (columns.join(", "), joins.collect::<String>());
    format!("WITH asked (n, realm_id, {key}) AS (VALUES {asked}) SELECT asked.n, {columns} FROM asked{joins}")
}

fn joined(
    Joined {
        table,
        alias,
        on,
        left,
    }: &Joined,
) -> String {
    let join = if *left { "LEFT JOIN" } else { "JOIN" };
    format!(" {join} {table} {alias} ON {on}")
}

/// Row by row in this order. Left to itself PostgreSQL orders the tables by its statistics; where it has none yet it has
/// read a realm's whole table for each token.
fn looked_up(
    Joined {
        table,
        alias,
        on,
        left,
    }: &Joined,
) -> String {
    let join = if *left { "LEFT JOIN" } else { "JOIN" };
    format!(" {join} LATERAL (SELECT * FROM {table} {alias} WHERE {on} LIMIT 1) {alias} ON TRUE")
}
