//! Where somebody is signed in, and their apps: parts of lists in which what was used last comes first. Only places are
//! put in order; what is shown of them is read for the part that was asked for.

use super::super::{
    InRealm, clients,
    entity::{client, login_session},
    error::failed,
    row, sessions,
};
use super::read;
use domain::{
    client::ClientId,
    clock::Timestamp,
    id::{LoginSessionId, UserId},
    scope::{Scope, ScopeSet},
    stores::{Alive, Part, PartRequest, Position, SeenApp, SeenSession, Stored},
};
use sea_orm::{FromQueryResult, QueryResult, prelude::Uuid};
use std::sync::LazyLock;

/// Apps that are named with a session.
const APPS: usize = 10;

/// What stands between the names of apps: no name contains it.
const BETWEEN: char = '\u{1f}';

/// How many there are and how many come before the part; then the part. Of `listed`, each with its `id` and when it was
/// `used`, it begins after ($3, $4) and is $5 long. Where nothing comes after that, it is the last.
const PART: &str = "part AS (SELECT total, \
    CASE WHEN passed < total THEN passed ELSE (total - 1) / $5 * $5 END AS skipped \
    FROM (SELECT COUNT(*) AS total, \
    COALESCE(SUM(CASE WHEN used > $3 OR (used = $3 AND id >= $4) THEN 1 ELSE 0 END), 0) AS passed \
    FROM listed) counted), \
    page AS (SELECT * FROM listed ORDER BY used DESC, id DESC LIMIT $5 OFFSET (SELECT skipped FROM part))";

/// Live sessions, with the names of the apps in them, the separator between them.
static LIVE_SESSIONS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH listed AS (SELECT id, CASE WHEN id = $9 THEN {here} ELSE last_seen_at END AS used \
        FROM login_session WHERE realm_id = $1 AND user_id = $2 AND ended_at IS NULL \
        AND expires_at > $6 AND last_seen_at > $7 AND created_at >= $8), {PART} \
        SELECT s.*, page.used, part.skipped, part.total, n.apps FROM part CROSS JOIN page \
        JOIN login_session s ON s.realm_id = $1 AND s.id = page.id \
        LEFT JOIN (SELECT login_session_id, STRING_AGG(app, $10) AS apps \
        FROM (SELECT DISTINCT a.login_session_id, c.display_name AS app FROM page \
        JOIN authorization_root a ON a.realm_id = $1 AND a.user_id = $2 AND a.login_session_id = page.id \
        JOIN client c ON c.realm_id = $1 AND c.client_id = a.client_id) named \
        GROUP BY login_session_id) n ON n.login_session_id = page.id \
        ORDER BY page.used DESC, page.id DESC",
        here = Alive::HERE.micros(),
    )
});

/// Clients that were allowed something, or that hold something that stands.
static APPS_OF: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH theirs AS (SELECT client_id, scopes AS allowed, NULL AS held, granted_at AS first_at, \
        updated_at AS last_at, 0 AS away FROM consent \
        WHERE realm_id = $1 AND user_id = $2 AND (expires_at IS NULL OR expires_at > $6) \
        UNION ALL SELECT client_id, NULL, scopes, MIN(created_at), MAX(last_issued_at), \
        MAX(CASE WHEN offline THEN 1 ELSE 0 END) FROM authorization_root \
        WHERE realm_id = $1 AND user_id = $2 AND revoked_at IS NULL \
        AND (expires_at IS NULL OR expires_at > $6) GROUP BY client_id, scopes), \
        listed AS (SELECT c.client_id AS id, MAX(t.allowed) AS allowed, STRING_AGG(t.held, ' ') AS held, \
        MIN(t.first_at) AS first_at, MAX(t.last_at) AS used, MAX(t.away) AS away FROM theirs t \
        JOIN client c ON c.realm_id = $1 AND c.client_id = t.client_id GROUP BY c.client_id), {PART} \
        SELECT c.*, page.allowed, page.held, page.first_at, page.used, page.away, part.skipped, part.total \
        FROM part CROSS JOIN page JOIN client c ON c.realm_id = $1 AND c.client_id = page.id \
        ORDER BY page.used DESC, page.id DESC"
    )
});

pub async fn sessions(
    of: &InRealm,
    user: UserId,
    alive: &Alive,
    wanted: &PartRequest<LoginSessionId>,
) -> Stored<Part<SeenSession, Position<LoginSessionId>>> {
    let (used, id) = begin(wanted, |id| id.as_uuid(), Uuid::max());
    let values = [
        used.into(),
        id.into(),
        i64::from(wanted.limit()).into(),
        alive.now.micros().into(),
        alive.used_since.micros().into(),
        alive.begun_since.micros().into(),
        alive.here.as_uuid().into(),
        BETWEEN.to_string().into(),
    ];
    let rows = of.of_user(&LIVE_SESSIONS, user, values).await?;
    let seen = rows.iter().map(|row| {
        let seen = seen_session(row)?;
        let used = Timestamp::from_micros(read(row, "used")?);
        let id = seen.session.id;
        Ok((Position { used, id }, seen))
    });
    Ok(Part::of(seen.collect::<Stored<_>>()?, bounds(&rows)?))
}

pub async fn apps(
    of: &InRealm,
    user: UserId,
    now: Timestamp,
    wanted: &PartRequest<ClientId>,
) -> Stored<Part<SeenApp, Position<ClientId>>> {
    let (used, id) = begin(wanted, |id| id.as_str().to_owned(), String::new());
    let values = [
        used.into(),
        id.into(),
        i64::from(wanted.limit()).into(),
        now.micros().into(),
    ];
    let rows = of.of_user(&APPS_OF, user, values).await?;
    let seen = rows.iter().map(|row| {
        let app = app(row)?;
        let position = Position {
            used: app.last,
            id: app.client.id.clone(),
        };
        Ok((position, app))
    });
    Ok(Part::of(seen.collect::<Stored<_>>()?, bounds(&rows)?))
}

/// After which place the part begins: one that nothing comes before, where none is said.
fn begin<I, V>(wanted: &PartRequest<I>, id: impl Fn(&I) -> V, none: V) -> (i64, V) {
    match &wanted.after {
        Some(after) => (after.used.micros(), id(&after.id)),
        None => (i64::MAX, none),
    }
}

/// How many come before the rows, and how many there are in all.
fn bounds(rows: &[QueryResult]) -> Stored<(u64, u64)> {
    let Some(row) = rows.first() else {
        return Ok((0, 0));
    };
    let count = |name| -> Stored<u64> { Ok(u64::try_from(read::<i64>(row, name)?).unwrap_or_default()) };
    Ok((count("skipped")?, count("total")?))
}

fn seen_session(row: &QueryResult) -> Stored<SeenSession> {
    let found = login_session::Model::from_query_result(row, "").map_err(failed)?;
    let names: Option<String> = read(row, "apps")?;
    let mut apps: Vec<String> = names
        .iter()
        .flat_map(|names| names.split(BETWEEN))
        .map(str::to_owned)
        .collect();
    apps.sort();
    apps.truncate(APPS);
    Ok(SeenSession {
        session: sessions::session(found)?,
        apps,
    })
}

fn app(row: &QueryResult) -> Stored<SeenApp> {
    let found = client::Model::from_query_result(row, "").map_err(failed)?;
    let allowed: Option<String> = read(row, "allowed")?;
    Ok(SeenApp {
        client: clients::without_secrets(found)?,
        allowed: allowed.map(|scopes| row::parse(&scopes, "scopes")).transpose()?,
        held: held(read(row, "held")?)?,
        first: Timestamp::from_micros(read(row, "first_at")?),
        last: Timestamp::from_micros(read(row, "used")?),
        keeps_access: read::<i32>(row, "away")? == 1,
    })
}

/// What several authorizations hold together, which may be more than one of them may.
fn held(scopes: Option<String>) -> Stored<ScopeSet> {
    let scopes = scopes.unwrap_or_default();
    let scopes = scopes.split(' ').filter(|scope| !scope.is_empty());
    scopes.map(|scope| row::parse::<Scope>(scope, "scopes")).collect()
}
