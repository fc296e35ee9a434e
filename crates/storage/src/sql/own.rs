//! What people see of their own account: a page, a statement. Those that join and count are written out.

mod credentials;
mod lists;

use super::{
    InRealm, devices, dialect,
    entity::{
        accepted_terms, activity, authorization_root, client, device_authorization, event_log, login_session,
        mailed_code,
    },
    error::failed,
    second_factors, sessions,
};
use super::{authorizations, mailed_codes, row};
use async_trait::async_trait;
use domain::{
    authorization::Authorization,
    client::ClientId,
    clock::Timestamp,
    device::DeviceAuthorization,
    event::Event,
    id::{AuthorizationId, EventId, LoginSessionId, UserId},
    login_session::LoginSession,
    mail::MailedCode,
    stores::{
        ActivityWanted, Alive, Guards, OwnStore, Page, PageRequest, Part, PartRequest, Position, SeenApp,
        SeenCredentials, SeenEvent, SeenSession, StoreError, Stored,
    },
    terms_of_use::AcceptedTerms,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait as _, DbBackend, DbErr, EntityTrait, JoinType, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, RelationDef, Statement, Value,
    sea_query::{Expr, ExprTrait as _},
};

/// What is listed at once.
const LISTED: u64 = 200;

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
        alive: &Alive,
        wanted: &PartRequest<LoginSessionId>,
    ) -> Stored<Part<SeenSession, Position<LoginSessionId>>> {
        lists::sessions(self, user, alive, wanted).await
    }

    async fn apps(
        &self,
        user: UserId,
        now: Timestamp,
        wanted: &PartRequest<ClientId>,
    ) -> Stored<Part<SeenApp, Position<ClientId>>> {
        lists::apps(self, user, now, wanted).await
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
    ) -> Stored<Page<SeenEvent>> {
        use activity::Column;
        let called = named(self.db.reading.get_database_backend());
        let mut query = event_log::Entity::find()
            .select_only()
            .column(event_log::Column::Body)
            .column(client::Column::DisplayName)
            .join_rev(JoinType::InnerJoin, event_of())
            .join(JoinType::LeftJoin, called)
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
        let rows = query.into_tuple::<(String, Option<String>)>();
        let rows = rows.all(&self.db.reading).await.map_err(failed)?;
        let seen = rows.into_iter().map(|(body, app)| {
            let event: Event = row::from_json(&body, "body")?;
            Ok(SeenEvent { event, app })
        });
        let seen = seen.collect::<Stored<Vec<_>>>()?;
        Ok(row::page(seen, page, |seen| seen.event.id.to_string()))
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

    async fn devices(&self, user: UserId) -> Stored<Vec<DeviceAuthorization>> {
        use device_authorization::Column;
        let rows = device_authorization::Entity::find()
            .join(JoinType::InnerJoin, allowed())
            .filter(authorization_root::Column::RealmId.eq(self.key()))
            .filter(authorization_root::Column::UserId.eq(user.as_uuid()))
            .order_by_desc(Column::CreatedAt)
            .limit(LISTED)
            .all(&self.db.reading)
            .await
            .map_err(failed)?;
        rows.iter().map(devices::device).collect()
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

/// What a device was allowed.
fn allowed() -> RelationDef {
    use device_authorization::Column::{AuthorizationId, RealmId};
    device_authorization::Entity::belongs_to(authorization_root::Entity)
        .from((RealmId, AuthorizationId))
        .to((
            authorization_root::Column::RealmId,
            authorization_root::Column::Id,
        ))
        .into()
}

fn event_of() -> RelationDef {
    use activity::Column::{EventId, RealmId};
    activity::Entity::belongs_to(event_log::Entity)
        .from((RealmId, EventId))
        .to((event_log::Column::RealmId, event_log::Column::Id))
        .into()
}

/// The app that an event names, which may be gone.
fn named(backend: DbBackend) -> RelationDef {
    let id = dialect::json_field(backend, "event_log.body", "client");
    let relation: RelationDef = event_log::Entity::belongs_to(client::Entity)
        .from(event_log::Column::RealmId)
        .to(client::Column::RealmId)
        .into();
    relation.on_condition(move |_, client| {
        let of_app = Expr::col((client, client::Column::ClientId));
        Condition::all().add(of_app.eq(Expr::cust(id.clone())))
    })
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
