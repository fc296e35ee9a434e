//! The statements of the acts that happen all the time, as text. Both databases know the same text again and keep it
//! prepared, so it must not depend on how much is asked: a list is filled up to one of a few lengths with rows of nulls,
//! which match nothing. Everything else is built by sea-orm.

use std::fmt::Write as _;
use std::sync::LazyLock;

/// How long a list may be.
const LENGTHS: [usize; 3] = [1, 8, 32];
/// The longest list.
pub const MOST: usize = 32;

/// The same statement for every length of its list.
pub struct Lengths(LazyLock<[String; LENGTHS.len()]>);

impl Lengths {
    const fn new(make: fn() -> [String; LENGTHS.len()]) -> Self {
        Self(LazyLock::new(make))
    }

    /// The shortest statement whose list takes `rows`, and how many it takes.
    pub fn for_rows(&self, rows: usize) -> (&str, usize) {
        let [one, some, most] = &*self.0;
        let [one_row, some_rows, most_rows] = LENGTHS;
        if rows <= one_row {
            (one, one_row)
        } else if rows <= some_rows {
            (some, some_rows)
        } else {
            (most, most_rows)
        }
    }
}

/// Refresh tokens with everything that decides about them. Each is asked for with its realm and digest.
pub static FAMILIES: Lengths = Lengths::new(|| LENGTHS.map(families));
/// Gives refresh tokens of living authorizations their successors; tells whose they are. SQLite.
pub static ROTATE: Lengths = Lengths::new(|| LENGTHS.map(rotate));
/// Stores the successors and what goes with them. SQLite.
pub static SUCCEED: Lengths = Lengths::new(|| LENGTHS.map(succeed));
/// The two before as one statement, for PostgreSQL. It takes what nobody else holds at this moment and waits for nothing.
pub static ROTATE_AND_SUCCEED: Lengths = Lengths::new(|| LENGTHS.map(rotate_and_succeed));

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
/// tokens, and for this long after the last was issued. One that lives as long itself needs no note: a row and an entry
/// of an index less.
const NOTED_BELOW: u128 = super::sweep::WITHOUT_TOKENS.as_micros();

fn families(rows: usize) -> String {
    let columns = super::authorizations::FAMILY.join(", ");
    format!(
        "WITH asked (n, realm_id, digest) AS (VALUES {asked}) SELECT asked.n, {columns} FROM asked \
         JOIN refresh_token t ON t.realm_id = asked.realm_id AND t.digest = asked.digest \
         JOIN authorization_root a ON a.realm_id = t.realm_id AND a.id = t.authorization_id \
         JOIN app_user u ON u.realm_id = a.realm_id AND u.id = a.user_id \
         JOIN user_identifier i ON i.realm_id = u.realm_id AND i.user_id = u.id AND i.kind = 'email' \
         LEFT JOIN login_session s ON s.realm_id = a.realm_id AND s.id = a.login_session_id",
        asked = numbered(rows, 2),
    )
}

fn rotate(rows: usize) -> String {
    format!(
        "WITH incoming (n, {names}) AS (VALUES {incoming}) \
         UPDATE refresh_token AS t SET rotated_at = i.rotated_at, successor = i.digest FROM incoming i \
         WHERE t.realm_id = i.realm_id AND t.digest = i.old AND t.authorization_id = i.authorization_id \
         AND t.rotated_at IS NULL AND EXISTS (SELECT 1 FROM authorization_root a \
         WHERE a.realm_id = i.realm_id AND a.id = i.authorization_id AND a.revoked_at IS NULL) \
         RETURNING realm_id, digest",
        names = ROTATION.join(", "),
        incoming = numbered(rows, ROTATION.len()),
    )
}

fn succeed(rows: usize) -> String {
    let values = |columns: &[&str]| chosen(rows, columns);
    format!(
        "INSERT INTO refresh_token (realm_id, digest, id, authorization_id, created_at, expires_at) \
         SELECT column1, column2, column3, column4, column5, column6 FROM (VALUES {tokens}) \
         WHERE column1 IS NOT NULL; \
         INSERT INTO event_log (realm_id, id, happened_at, body) \
         SELECT column1, column2, column3, column4 FROM (VALUES {events}) WHERE column2 IS NOT NULL; \
         UPDATE authorization_root AS a SET last_issued_at = i.column3 FROM (VALUES {roots}) AS i \
         WHERE a.realm_id = i.column1 AND a.id = i.column2 AND i.column4 < i.column3 + {NOTED_BELOW}",
        tokens = values(&[
            "realm_id",
            "digest",
            "id",
            "authorization_id",
            "created_at",
            "expires_at"
        ]),
        events = values(&["realm_id", "event_id", "happened_at", "body"]),
        roots = values(&["realm_id", "authorization_id", "rotated_at", "expires_at"]),
    )
}

fn rotate_and_succeed(rows: usize) -> String {
    format!(
        "WITH incoming (n, {names}) AS (VALUES {incoming}), \
         held AS (SELECT a.realm_id, a.id FROM authorization_root a \
         JOIN incoming i ON a.realm_id = i.realm_id AND a.id = i.authorization_id \
         WHERE a.revoked_at IS NULL FOR NO KEY UPDATE OF a SKIP LOCKED), \
         won AS (UPDATE refresh_token t SET rotated_at = i.rotated_at, successor = i.digest \
         FROM incoming i JOIN held h ON h.realm_id = i.realm_id AND h.id = i.authorization_id \
         WHERE t.realm_id = i.realm_id AND t.digest = i.old AND t.authorization_id = i.authorization_id \
         AND t.rotated_at IS NULL RETURNING i.*), \
         saved AS (INSERT INTO refresh_token (realm_id, digest, id, authorization_id, created_at, expires_at) \
         SELECT realm_id, digest, id, authorization_id, created_at, expires_at FROM won), \
         logged AS (INSERT INTO event_log (realm_id, id, happened_at, body) \
         SELECT realm_id, event_id, happened_at, body FROM won WHERE event_id IS NOT NULL), \
         noted AS (UPDATE authorization_root a SET last_issued_at = w.rotated_at FROM won w \
         WHERE a.realm_id = w.realm_id AND a.id = w.authorization_id \
         AND w.expires_at < w.rotated_at + {NOTED_BELOW}) \
         SELECT realm_id, old FROM won",
        names = ROTATION.join(", "),
        incoming = numbered(rows, ROTATION.len()),
    )
}

/// Rows of parameters, each after its number.
fn numbered(rows: usize, columns: usize) -> String {
    list(rows, |row, text| {
        let _ = write!(text, "{row}");
        for column in 1..=columns {
            let _ = write!(text, ", ${}", row * columns + column);
        }
    })
}

/// Rows of some of the parameters of rotations.
fn chosen(rows: usize, columns: &[&str]) -> String {
    let places: Vec<usize> = columns
        .iter()
        .filter_map(|name| ROTATION.iter().position(|column| column == name))
        .collect();
    list(rows, |row, text| {
        for (at, place) in places.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let _ = write!(text, "{comma}${}", row * ROTATION.len() + place + 1);
        }
    })
}

fn list(rows: usize, mut write_row: impl FnMut(usize, &mut String)) -> String {
    let mut text = String::new();
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        write_row(row, &mut text);
        text.push(')');
    }
    text
}
