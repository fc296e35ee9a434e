//! What people see of their own account: a page, a statement. Those that join and count are written out.

mod credentials;

use super::{
    InRealm,
    entity::{accepted_terms, activity, authorization_root, client, event_log, login_session, mailed_code},
    error::failed,
    second_factors, sessions,
};
use super::{authorizations, clients, mailed_codes, row};
use async_trait::async_trait;
use domain::{
    authorization::Authorization,
    client::ClientId,
    clock::Timestamp,
    event::Event,
    id::{AuthorizationId, EventId, LoginSessionId, UserId},
    login_session::LoginSession,
    mail::MailedCode,
    scope::{Scope, ScopeSet},
    stores::{
        ActivityWanted, Guards, OwnStore, Page, PageRequest, SeenApp, SeenCredentials, SeenSession,
        StoreError, Stored,
    },
    terms_of_use::AcceptedTerms,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait as _, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, RelationDef, Statement, Value,
};
use std::collections::{BTreeMap, BTreeSet};

/// What is listed at once.
const LISTED: u64 = 200;
/// Apps that are named with a session.
const APPS: usize = 10;

/// What stands between the names of apps: no name contains it.
const BETWEEN: char = '\u{1f}';

/// Live sessions, with the names of the apps in them, the separator between them.
const LIVE_SESSIONS: &str = "SELECT s.*, p.apps FROM (SELECT * FROM login_session \
    WHERE realm_id = $1 AND user_id = $2 AND ended_at IS NULL AND expires_at > $3 AND last_seen_at > $4 \
    ORDER BY last_seen_at DESC, id DESC LIMIT 200) s \
    LEFT JOIN (SELECT login_session_id, STRING_AGG(app, $5) AS apps \
    FROM (SELECT DISTINCT a.login_session_id, c.display_name AS app FROM authorization_root a \
    JOIN client c ON c.realm_id = a.realm_id AND c.client_id = a.client_id \
    WHERE a.realm_id = $1 AND a.user_id = $2) named GROUP BY login_session_id) p ON p.login_session_id = s.id \
    ORDER BY s.last_seen_at DESC, s.id DESC";

/// Clients that were allowed something, or that hold something that stands.
const APPS_OF: &str = "SELECT c.*, k.scopes AS allowed, a.held, \
    COALESCE(k.granted_at, a.first_at) AS granted_at, a.first_at, a.last_at, k.updated_at, a.away \
    FROM (SELECT client_id FROM consent WHERE realm_id = $1 AND user_id = $2 \
    AND (expires_at IS NULL OR expires_at > $3) \
    UNION SELECT client_id FROM authorization_root \
    WHERE realm_id = $1 AND user_id = $2 AND revoked_at IS NULL \
    AND (expires_at IS NULL OR expires_at > $3)) p \
    JOIN client c ON c.realm_id = $1 AND c.client_id = p.client_id \
    LEFT JOIN consent k ON k.realm_id = $1 AND k.user_id = $2 AND k.client_id = p.client_id \
    AND (k.expires_at IS NULL OR k.expires_at > $3) \
    LEFT JOIN (SELECT client_id, string_agg(scopes, ' ') AS held, MIN(first_at) AS first_at, \
    MAX(last_at) AS last_at, MAX(away) AS away FROM (SELECT client_id, scopes, MIN(created_at) AS first_at, \
    MAX(last_issued_at) AS last_at, CAST(MAX(CASE WHEN offline THEN 1 ELSE 0 END) AS BIGINT) AS away \
    FROM authorization_root WHERE realm_id = $1 AND user_id = $2 AND revoked_at IS NULL \
    AND (expires_at IS NULL OR expires_at > $3) GROUP BY client_id, scopes) s GROUP BY client_id) a \
    ON a.client_id = p.client_id \
    ORDER BY COALESCE(a.last_at, k.updated_at) DESC, c.client_id DESC LIMIT 200";

const GUARDS: &str = "SELECT \
    (SELECT COUNT(*) FROM passkey WHERE realm_id = $1 AND user_id = $2) AS passkeys, \
    (SELECT COUNT(*) FROM authenticator WHERE realm_id = $1 AND user_id = $2 AND authenticator_state = $3) \
    AS authenticators, \
    (SELECT COUNT(*) FROM recovery_code WHERE realm_id = $1 AND user_id = $2 AND used_at IS NULL) \
    AS recovery_codes, \
    (SELECT set_at FROM user_password WHERE realm_id = $1 AND user_id = $2) AS password_set_at";

#[async_trait]
impl OwnStore for InRealm {
    async fn live_sessions(
        &self,
        user: UserId,
        now: Timestamp,
        used_since: Timestamp,
    ) -> Stored<Vec<SeenSession>> {
        let bounds = [
            now.micros().into(),
            used_since.micros().into(),
            BETWEEN.to_string().into(),
        ];
        let rows = self.of_user(LIVE_SESSIONS, user, bounds).await?;
        rows.iter().map(seen_session).collect()
    }

    async fn apps(&self, user: UserId, now: Timestamp) -> Stored<Vec<SeenApp>> {
        let rows = self.of_user(APPS_OF, user, [now.micros().into()]).await?;
        rows.iter().map(app).collect()
    }

    async fn app_names(&self, clients: &BTreeSet<ClientId>) -> Stored<BTreeMap<ClientId, String>> {
        use client::Column;
        if clients.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows: Vec<(String, String)> = client::Entity::find()
            .select_only()
            .column(Column::ClientId)
            .column(Column::DisplayName)
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::ClientId.is_in(clients.iter().map(ClientId::as_str)))
            .into_tuple()
            .all(&self.db.reading)
            .await
            .map_err(failed)?;
        let named = rows.into_iter();
        named
            .map(|(id, name)| Ok((row::parse(&id, "client_id")?, name)))
            .collect()
    }

    async fn guards(&self, user: UserId) -> Stored<Guards> {
        let rows = self
            .of_user(GUARDS, user, [second_factors::CONFIRMED.into()])
            .await?;
        let row = rows.first().ok_or_else(|| row::unreadable("guards"))?;
        let count = |name| -> Stored<u32> { Ok(u32::try_from(read::<i64>(row, name)?).unwrap_or(u32::MAX)) };
        Ok(Guards {
            passkeys: count("passkeys")?,
            authenticator: count("authenticators")? > 0,
            recovery_codes: count("recovery_codes")?,
            password_set_at: row::moment(read(row, "password_set_at")?),
        })
    }

    async fn credentials(&self, user: UserId, now: Timestamp) -> Stored<SeenCredentials> {
        credentials::find(self, user, now).await
    }

    async fn activity(
        &self,
        user: UserId,
        which: &ActivityWanted,
        page: &PageRequest,
    ) -> Stored<Page<Event>> {
        use activity::Column;
        let mut query = event_log::Entity::find()
            .join_rev(JoinType::InnerJoin, event_of())
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::UserId.eq(user.as_uuid()))
            .order_by_desc(Column::EventId)
            .limit(u64::from(page.limit()) + 1);
        if let Some(topic) = which.topic {
            query = query.filter(Column::Topic.eq(topic.as_str()));
        }
        if let Some(since) = which.since {
            query = query.filter(Column::EventId.gte(EventId::least(since).as_uuid()));
        }
        if let Some(before) = which.before {
            query = query.filter(Column::EventId.lt(EventId::least(before).as_uuid()));
        }
        if let Some(after) = &page.after {
            let Ok(after) = after.parse::<EventId>() else {
                return Ok(nothing());
            };
            query = query.filter(Column::EventId.lt(after.as_uuid()));
        }
        let rows = query.all(&self.db.reading).await.map_err(failed)?;
        let events = rows.iter().map(|row| row::from_json(&row.body, "body"));
        let events = events.collect::<Stored<Vec<Event>>>()?;
        Ok(row::page(events, page, |event| event.id.to_string()))
    }

    async fn sessions(&self, user: UserId, page: &PageRequest) -> Stored<Page<LoginSession>> {
        use login_session::Column;
        let mut query = login_session::Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::UserId.eq(user.as_uuid()))
            .order_by_asc(Column::Id)
            .limit(u64::from(page.limit()) + 1);
        if let Some(after) = &page.after {
            let Ok(after) = after.parse::<LoginSessionId>() else {
                return Ok(nothing());
            };
            query = query.filter(Column::Id.gt(after.as_uuid()));
        }
        let rows = query.all(&self.db.reading).await.map_err(failed)?;
        let kept = rows
            .into_iter()
            .map(sessions::session)
            .collect::<Stored<Vec<_>>>()?;
        Ok(row::page(kept, page, |session| session.id.to_string()))
    }

    async fn authorizations(&self, user: UserId, page: &PageRequest) -> Stored<Page<Authorization>> {
        use authorization_root::Column;
        let mut query = authorization_root::Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::UserId.eq(user.as_uuid()))
            .order_by_asc(Column::Id)
            .limit(u64::from(page.limit()) + 1);
        if let Some(after) = &page.after {
            let Ok(after) = after.parse::<AuthorizationId>() else {
                return Ok(nothing());
            };
            query = query.filter(Column::Id.gt(after.as_uuid()));
        }
        let rows = query.all(&self.db.reading).await.map_err(failed)?;
        let kept = rows.into_iter().map(authorizations::from_row);
        let kept = kept.collect::<Stored<Vec<_>>>()?;
        Ok(row::page(kept, page, |authorization| {
            authorization.id.to_string()
        }))
    }

    async fn mailed_codes(&self, user: UserId) -> Stored<Vec<MailedCode>> {
        use mailed_code::Column;
        let rows = mailed_code::Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::UserId.eq(user.as_uuid()))
            .order_by_desc(Column::Id)
            .limit(LISTED)
            .all(&self.db.reading)
            .await
            .map_err(failed)?;
        rows.into_iter().map(mailed_codes::code).collect()
    }

    async fn accepted_terms(&self, user: UserId) -> Stored<Vec<AcceptedTerms>> {
        use accepted_terms::Column;
        let rows = accepted_terms::Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::UserId.eq(user.as_uuid()))
            .order_by_asc(Column::AcceptedAt)
            .limit(LISTED)
            .all(&self.db.reading)
            .await
            .map_err(failed)?;
        let accepted = rows.into_iter().map(|row| {
            Ok(AcceptedTerms {
                version: row::parse(&row.version, "version")?,
                at: Timestamp::from_micros(row.accepted_at),
            })
        });
        accepted.collect()
    }
}

impl InRealm {
    /// The rows of a statement about an account, which begins with its realm and id.
    async fn of_user<const N: usize>(
        &self,
        sql: &str,
        user: UserId,
        more: [Value; N],
    ) -> Stored<Vec<QueryResult>> {
        let connection = &self.db.reading;
        let values = [self.key().into(), user.as_uuid().into()];
        let values = values.into_iter().chain(more);
        let asked = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
        connection.query_all_raw(asked).await.map_err(failed)
    }
}

fn event_of() -> RelationDef {
    use activity::Column::{EventId, RealmId};
    activity::Entity::belongs_to(event_log::Entity)
        .from((RealmId, EventId))
        .to((event_log::Column::RealmId, event_log::Column::Id))
        .into()
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
    let (first, granted): (Option<i64>, Option<i64>) = (read(row, "first_at")?, read(row, "granted_at")?);
    let (last, updated): (Option<i64>, Option<i64>) = (read(row, "last_at")?, read(row, "updated_at")?);
    let away: Option<i64> = read(row, "away")?;
    let first = [first, granted].into_iter().flatten().min();
    let last = last.max(updated);
    Ok(SeenApp {
        client: clients::without_secrets(found)?,
        allowed: allowed.map(|scopes| row::parse(&scopes, "scopes")).transpose()?,
        held: held(read(row, "held")?)?,
        first: row::moment(first).ok_or_else(|| row::unreadable("granted_at"))?,
        last: row::moment(last).ok_or_else(|| row::unreadable("updated_at"))?,
        keeps_access: away == Some(1),
    })
}

/// What several authorizations hold together, which may be more than one of them may.
fn held(scopes: Option<String>) -> Stored<ScopeSet> {
    let scopes = scopes.unwrap_or_default();
    let scopes = scopes.split(' ').filter(|scope| !scope.is_empty());
    scopes.map(|scope| row::parse::<Scope>(scope, "scopes")).collect()
}

fn read<T: sea_orm::TryGetable>(row: &QueryResult, name: &str) -> Stored<T> {
    let read: Result<T, DbErr> = row.try_get("", name);
    read.map_err(StoreError::unavailable)
}

fn nothing<T>() -> Page<T> {
    Page {
        items: Vec::new(),
        next: None,
    }
}
