//! The statements of the acts that happen all the time, as text. Both databases know the same text again and keep it
//! prepared, so there are few of each, whatever is asked: a list is filled up to one of a few lengths with rows of nulls,
//! which match nothing; a repeated statement is repeated powers of two times. Everything else is built by sea-orm.

use super::dialect::is_postgres;
use sea_orm::{ConnectionTrait, Statement, Value};
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The longest list, and the most repetitions.
pub const MOST: usize = 32;
/// How long a list may be.
pub const LENGTHS: [usize; 3] = [1, 8, MOST];
/// How often a statement may be repeated.
const TIMES: [usize; 6] = [MOST, 16, 8, 4, 2, 1];

/// A statement over a list, for every length of it.
pub struct OverList {
    /// Its texts for SQLite.
    pub sqlite: LazyLock<[String; LENGTHS.len()]>,
    /// Its texts for PostgreSQL.
    pub postgres: LazyLock<[String; LENGTHS.len()]>,
}

impl OverList {
    /// The statement over a list of at most [`MOST`] rows, filled up with `nothing`.
    pub fn with<const N: usize>(
        &self,
        connection: &impl ConnectionTrait,
        rows: impl ExactSizeIterator<Item = [Value; N]>,
        nothing: [Value; N],
    ) -> Statement {
        let texts = if is_postgres(connection) {
            &self.postgres
        } else {
            &self.sqlite
        };
        let asked = rows.len();
        let fitting = LENGTHS
            .iter()
            .zip(texts.iter())
            .find(|(length, _)| asked <= **length);
        let (length, sql) = fitting.map_or((asked, ""), |(length, sql)| (*length, sql.as_str()));
        let filling = std::iter::repeat_n(nothing, length - asked);
        let values = rows.chain(filling).flatten();
        Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
    }
}

/// A statement on SQLite about one row, repeated in one text: the way to the database's thread is paid once. A list
/// would do the same, but what writes several rows keeps a copy of every page it changes, in case it fails half-way.
pub struct Repeated(LazyLock<[String; TIMES.len()]>);

impl Repeated {
    const fn new(make: fn() -> [String; TIMES.len()]) -> Self {
        Self(LazyLock::new(make))
    }

    /// Statements that together do it for every row.
    pub fn with<const N: usize>(
        &self,
        connection: &impl ConnectionTrait,
        rows: impl IntoIterator<Item = [Value; N]>,
    ) -> Vec<Statement> {
        let mut rows: Vec<_> = rows.into_iter().collect();
        let mut statements = Vec::new();
        for (times, sql) in TIMES.iter().zip(self.0.iter()) {
            while rows.len() >= *times {
                let rest = rows.split_off(*times);
                let values = std::mem::replace(&mut rows, rest).into_iter().flatten();
                let backend = connection.get_database_backend();
                statements.push(Statement::from_sql_and_values(backend, sql, values));
            }
        }
        statements
    }
}

fn times(sql: &str) -> [String; TIMES.len()] {
    TIMES.map(|times| vec![sql; times].join("; "))
}

/// Gives a refresh token of a living authorization its successor; tells its realm and digest if it did.
pub static ROTATE: Repeated = Repeated::new(|| {
    times(
        "UPDATE refresh_token SET rotated_at = ?, successor = ? \
         WHERE realm_id = ? AND digest = ? AND authorization_id = ? AND rotated_at IS NULL \
         AND EXISTS (SELECT 1 FROM authorization_root a WHERE a.realm_id = refresh_token.realm_id \
         AND a.id = refresh_token.authorization_id AND a.revoked_at IS NULL) RETURNING realm_id, digest",
    )
});

/// Stores a refresh token.
pub static STORE_TOKEN: Repeated = Repeated::new(|| {
    times(
        "INSERT INTO refresh_token (realm_id, digest, id, authorization_id, created_at, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?)",
    )
});

/// Stores an event.
pub static STORE_EVENT: Repeated =
    Repeated::new(|| times("INSERT INTO event_log (realm_id, id, happened_at, body) VALUES (?, ?, ?, ?)"));

/// Notes when a token was issued below an authorization.
pub static NOTE: Repeated =
    Repeated::new(|| times("UPDATE authorization_root SET last_issued_at = ? WHERE realm_id = ? AND id = ?"));

/// What the four before do, as one statement for PostgreSQL. It takes what nobody else holds at this moment and waits for
/// nothing.
pub static ROTATE_ALL: LazyLock<OverList> = LazyLock::new(|| OverList {
    sqlite: LazyLock::new(Default::default),
    postgres: LazyLock::new(|| LENGTHS.map(rotate_all)),
});

/// Gives events that have none yet their places after the last one, at most so many.
pub const PLACE_EVENTS: &str = "UPDATE event_log SET place = new.place FROM (\
    SELECT realm_id, id, $1 + row_number() OVER (ORDER BY happened_at, id) AS place FROM event_log \
    WHERE place IS NULL ORDER BY happened_at, id LIMIT $2) AS new \
    WHERE event_log.realm_id = new.realm_id AND event_log.id = new.id";

/// What a rotation gives, in this order.
pub const ROTATION: [&str; 11] = [
    "realm_id",
    "old",
    "authorization_id",
    "rotated_at",
    "id",
    "digest",
    "created_at",
    "expires_at",
    "event_id",
    "happened_at",
    "body",
];

/// When tokens are issued below an authorization is noted for the sweep, which leaves an authorization alone while it has
/// tokens, and for this long after the last was issued. Below one that lives as long itself nothing need be noted, which
/// is a row and an entry of an index less.
pub const NOTED_BELOW: std::time::Duration = super::sweep::WITHOUT_TOKENS;

/// What is compared `IS TRUE` is kept from the choice of an index: a family has many tokens, a digest one.
fn rotate_all(rows: usize) -> String {
    format!(
        "WITH incoming (n, {names}) AS (VALUES {incoming}), \
         held AS (SELECT a.* FROM incoming i JOIN LATERAL (SELECT realm_id, id FROM authorization_root \
         WHERE realm_id = i.realm_id AND id = i.authorization_id AND revoked_at IS NULL \
         FOR NO KEY UPDATE SKIP LOCKED) a ON TRUE), \
         won AS (UPDATE refresh_token t SET rotated_at = i.rotated_at, successor = i.digest \
         FROM incoming i JOIN held h ON h.realm_id = i.realm_id AND h.id = i.authorization_id \
         WHERE t.realm_id = i.realm_id AND t.digest = i.old AND (t.authorization_id = i.authorization_id) IS TRUE \
         AND t.rotated_at IS NULL RETURNING i.*), \
         saved AS (INSERT INTO refresh_token (realm_id, digest, id, authorization_id, created_at, expires_at) \
         SELECT realm_id, digest, id, authorization_id, created_at, expires_at FROM won), \
         logged AS (INSERT INTO event_log (realm_id, id, happened_at, body) \
         SELECT realm_id, event_id, happened_at, body FROM won WHERE event_id IS NOT NULL), \
         noted AS (UPDATE authorization_root a SET last_issued_at = w.rotated_at FROM won w \
         WHERE a.realm_id = w.realm_id AND a.id = w.authorization_id \
         AND w.expires_at < w.rotated_at + {noted_below}) \
         SELECT realm_id, old FROM won",
        noted_below = NOTED_BELOW.as_micros(),
        names = ROTATION.join(", "),
        incoming = numbered(rows, ROTATION.len()),
    )
}

/// Rows of parameters, each after its number.
pub fn numbered(rows: usize, columns: usize) -> String {
    list(rows, |row, text| {
        for column in 1..=columns {
            let _ = write!(text, ", ${}", row * columns + column);
        }
    })
}

/// The same for SQLite, which finds parameters with names by trying one after the other.
pub fn unnumbered(rows: usize, columns: usize) -> String {
    list(rows, |_, text| text.push_str(&", ?".repeat(columns)))
}

fn list(rows: usize, mut write_row: impl FnMut(usize, &mut String)) -> String {
    let mut text = String::new();
    for row in 0..rows {
        let comma = if row == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}({row}");
        write_row(row, &mut text);
        text.push(')');
    }
    text
}
