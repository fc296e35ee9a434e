//! Sign-in sessions.

use super::{
    InRealm,
    act::Act,
    endings,
    entity::{app_user, authorization_root, login_session, user_identifier},
    error::{Sql, failed},
    participations, row, users,
};
use async_trait::async_trait;
use domain::{
    acr::Method,
    change::Revoked,
    client::ClientId,
    clock::Timestamp,
    federation::ProviderId,
    id::{LoginSessionId, RealmId, UserId},
    login_session::{LoginSession, RequestOrigin},
    stores::{
        Alongside, Concerning, EndSessions, LoginSessionStore, Moment, Page, PageRequest, Participation,
        SessionAndUser, StoreError, Stored,
    },
};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, QueryTrait as _, RelationDef, UpdateMany,
    sea_query::{Expr, LockType, SelectStatement},
};
use uuid::Uuid;

/// How many sessions of a person are listed.
const LISTED: u64 = 200;
/// Ids in one statement; SQLite bounds the number of parameters.
const IDS: usize = 500;

#[async_trait]
impl LoginSessionStore for InRealm {
    async fn begin(&self, session: &LoginSession, with: Alongside) -> Stored<()> {
        let (realm, row) = (self.realm, to_row(self.realm, session)?);
        self.db
            .act(move |act| {
                Box::pin(async move {
                    login_session::Entity::insert(row.into_active_model())
                        .exec_without_returning(act.tx())
                        .await?;
                    act.store(realm, with).await
                })
            })
            .await
    }

    async fn find_many(&self, ids: &[LoginSessionId]) -> Stored<Vec<SessionAndUser>> {
        let ids = ids.iter().take(IDS).map(LoginSessionId::as_uuid);
        let query = login_session::Entity::find()
            .join(JoinType::InnerJoin, user_of())
            .join(JoinType::InnerJoin, users::identifier_of())
            .filter(login_session::Column::RealmId.eq(self.key()))
            .filter(login_session::Column::Id.is_in(ids))
            .filter(user_identifier::Column::Kind.eq(users::EMAIL))
            .select_only();
        let query = row::with_columns::<login_session::Entity, _>(query, "s_");
        let query = row::with_columns::<app_user::Entity, _>(query, "u_");
        let query = row::with_columns::<user_identifier::Entity, _>(query, "i_");
        let rows = query
            .into_model::<WithUser>()
            .all(&self.db.reading)
            .await
            .map_err(failed)?;
        rows.into_iter()
            .map(|row| Ok((session(row.session)?, users::user(row.account, row.identifier)?)))
            .collect()
    }

    async fn reauthenticate(
        &self,
        id: LoginSessionId,
        at: Timestamp,
        (methods, provider): (&[Method], Option<&ProviderId>),
        with: Alongside,
    ) -> Stored<()> {
        let (realm, methods) = (self.realm, row::to_json(methods)?);
        let provider = provider.map(ProviderId::to_string);
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let updated = live(realm, id)
                        .col_expr(login_session::Column::AuthenticatedAt, Expr::value(at.micros()))
                        .col_expr(login_session::Column::LastSeenAt, Expr::value(at.micros()))
                        .col_expr(login_session::Column::Methods, Expr::value(methods))
                        .col_expr(login_session::Column::Provider, Expr::value(provider))
                        .exec(act.tx())
                        .await?;
                    if updated.rows_affected == 0 {
                        return Err(StoreError::Conflict.into());
                    }
                    act.store(realm, with).await
                })
            })
            .await
    }

    async fn touch(&self, id: LoginSessionId, at: Timestamp) -> Stored<()> {
        let realm = self.realm;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    live(realm, id)
                        .filter(login_session::Column::LastSeenAt.lt(at.micros()))
                        .col_expr(login_session::Column::LastSeenAt, Expr::value(at.micros()))
                        .exec(act.tx())
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn end(
        &self,
        user: UserId,
        which: EndSessions,
        moment: Moment,
        mut with: Alongside,
    ) -> Stored<Vec<LoginSessionId>> {
        let realm = self.realm;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let ids = to_end(act, realm, user, which).await?;
                    for ids in ids.chunks(IDS) {
                        end(act, realm, ids, moment).await?;
                    }
                    if !ids.is_empty() {
                        participations::tell_clients(act, realm, &ids, &mut with).await?;
                        act.store(realm, with).await?;
                    }
                    Ok(ids.into_iter().map(LoginSessionId::from_uuid).collect())
                })
            })
            .await
    }

    async fn participations(&self, ids: &[LoginSessionId]) -> Stored<Vec<Participation>> {
        let ids: Vec<Uuid> = ids.iter().take(IDS).map(LoginSessionId::as_uuid).collect();
        let found = participations::find(&self.db.reading, self.realm, &ids, Some(LISTED)).await;
        found.map_err(StoreError::from)
    }

    async fn list(&self, user: UserId) -> Stored<Vec<LoginSession>> {
        use login_session::Column;
        let rows = login_session::Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::UserId.eq(user.as_uuid()))
            .filter(Column::EndedAt.is_null())
            .order_by_desc(Column::LastSeenAt)
            .limit(LISTED)
            .all(&self.db.reading)
            .await
            .map_err(failed)?;
        rows.into_iter().map(session).collect()
    }

    async fn page(
        &self,
        which: &Concerning,
        now: Timestamp,
        used_since: Timestamp,
        page: &PageRequest,
    ) -> Stored<Page<LoginSession>> {
        use login_session::Column;
        let mut query = login_session::Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::EndedAt.is_null())
            .filter(Column::ExpiresAt.gt(now.micros()))
            .filter(Column::LastSeenAt.gt(used_since.micros()))
            .order_by_asc(Column::Id)
            .limit(u64::from(page.limit()) + 1);
        if let Some(user) = which.user {
            query = query.filter(Column::UserId.eq(user.as_uuid()));
        }
        if let Some(client) = &which.client {
            query = query.filter(Column::Id.in_subquery(used_by(self.realm, client)));
        }
        if let Some(after) = &page.after {
            let Ok(after) = after.parse::<LoginSessionId>() else {
                return Ok(Page {
                    items: Vec::new(),
                    next: None,
                });
            };
            query = query.filter(Column::Id.gt(after.as_uuid()));
        }
        let rows = query.all(&self.db.reading).await.map_err(failed)?;
        let items = rows.into_iter().map(session).collect::<Stored<Vec<_>>>()?;
        Ok(row::page(items, page, |session| session.id.to_string()))
    }
}

/// The sessions in which something was approved for a client.
fn used_by(realm: RealmId, client: &ClientId) -> SelectStatement {
    use authorization_root::Column;
    authorization_root::Entity::find()
        .select_only()
        .column(Column::LoginSessionId)
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::ClientId.eq(client.as_str()))
        .into_query()
}

fn user_of() -> RelationDef {
    use login_session::Column::{RealmId, UserId};
    login_session::Entity::belongs_to(app_user::Entity)
        .from((RealmId, UserId))
        .to((app_user::Column::RealmId, app_user::Column::Id))
        .into()
}

struct WithUser {
    session: login_session::Model,
    account: app_user::Model,
    identifier: user_identifier::Model,
}

impl FromQueryResult for WithUser {
    fn from_query_result(row: &QueryResult, _prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            session: login_session::Model::from_query_result(row, "s_")?,
            account: app_user::Model::from_query_result(row, "u_")?,
            identifier: user_identifier::Model::from_query_result(row, "i_")?,
        })
    }
}

/// An update of a session that has not ended.
fn live(realm: RealmId, id: LoginSessionId) -> UpdateMany<login_session::Entity> {
    use login_session::Column;
    login_session::Entity::update_many()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::EndedAt.is_null())
}

/// The sessions that are still to be ended, held so that nobody else ends them as well.
pub async fn to_end(act: &Act, realm: RealmId, user: UserId, which: EndSessions) -> Sql<Vec<Uuid>> {
    use login_session::Column;
    let theirs = login_session::Entity::find()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::EndedAt.is_null());
    let chosen = match which {
        EndSessions::One(id) => theirs.filter(Column::Id.eq(id.as_uuid())),
        EndSessions::AllBut(id) => theirs.filter(Column::Id.ne(id.as_uuid())),
        EndSessions::All => theirs,
    };
    let ids = chosen
        .select_only()
        .column(Column::Id)
        .order_by_asc(Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .all(act.tx())
        .await?;
    Ok(ids)
}

/// Ends these sessions and what was approved in them without `offline_access`.
pub async fn end(act: &mut Act, realm: RealmId, ids: &[Uuid], moment: Moment) -> Sql<()> {
    use login_session::Column;
    login_session::Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(moment.at.micros()))
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(act.tx())
        .await?;
    let bound = Condition::all()
        .add(authorization_root::Column::LoginSessionId.is_in(ids.iter().copied()))
        .add(authorization_root::Column::Offline.eq(false));
    endings::revoke_authorizations(act, realm, bound, moment.at.micros()).await?;
    for id in ids {
        let session = Revoked::LoginSession(LoginSessionId::from_uuid(*id));
        act.revoke(realm, session, moment).await?;
    }
    Ok(())
}

/// The session of a row.
pub fn session(row: login_session::Model) -> Stored<LoginSession> {
    Ok(LoginSession {
        id: LoginSessionId::from_uuid(row.id),
        user_id: UserId::from_uuid(row.user_id),
        created_at: Timestamp::from_micros(row.created_at),
        authenticated_at: Timestamp::from_micros(row.authenticated_at),
        methods: row::methods(&row.methods)?,
        provider: row
            .provider
            .map(|provider| row::parse(&provider, "provider"))
            .transpose()?,
        last_seen_at: Timestamp::from_micros(row.last_seen_at),
        expires_at: Timestamp::from_micros(row.expires_at),
        ended_at: row::moment(row.ended_at),
        origin: RequestOrigin {
            address: row
                .address
                .map(|address| row::parse(&address, "address"))
                .transpose()?,
            user_agent: row.user_agent,
            request_id: row.request_id,
            device: None,
        },
    })
}

fn to_row(realm: RealmId, session: &LoginSession) -> Stored<login_session::Model> {
    Ok(login_session::Model {
        realm_id: realm.as_uuid(),
        id: session.id.as_uuid(),
        user_id: session.user_id.as_uuid(),
        created_at: session.created_at.micros(),
        authenticated_at: session.authenticated_at.micros(),
        methods: row::to_json(&session.methods)?,
        provider: session.provider.as_ref().map(ProviderId::to_string),
        last_seen_at: session.last_seen_at.micros(),
        expires_at: session.expires_at.micros(),
        ended_at: session.ended_at.map(Timestamp::micros),
        address: session.origin.address.map(|address| address.to_string()),
        user_agent: session.origin.user_agent.clone(),
        request_id: session.origin.request_id.clone(),
    })
}
