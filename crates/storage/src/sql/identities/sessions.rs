//! Which sessions identities began.

use super::super::{
    act::Act,
    entity::{
        federated_session::{Column, Entity, Model},
        linked_identity, login_session,
    },
    error::{Sql, failed},
};
use domain::{
    federation::{ByIdentity, ProviderId},
    id::{LoginSessionId, RealmId, UserId},
    stores::Stored,
};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QuerySelect,
    RelationDef,
    sea_query::{LockType, OnConflict},
};
use uuid::Uuid;

/// As many sessions as one answer names.
const MOST: u64 = 200;

/// Remembers by which identity a session began; whether both are there. They are held until it is written, so that
/// neither goes meanwhile.
pub async fn remember(act: &mut Act, realm: RealmId, session: LoginSessionId, by: ByIdentity) -> Sql<bool> {
    let key = |id: Uuid| (realm.as_uuid(), id);
    let identity = linked_identity::Entity::find_by_id(key(by.identity.as_uuid())).lock(LockType::KeyShare);
    let began = login_session::Entity::find_by_id(key(session.as_uuid())).lock(LockType::KeyShare);
    if identity.one(act.tx()).await?.is_none() || began.one(act.tx()).await?.is_none() {
        return Ok(false);
    }
    let row = Model {
        realm_id: realm.as_uuid(),
        login_session_id: session.as_uuid(),
        identity_id: by.identity.as_uuid(),
        upstream_session: by.session,
    };
    let mut replace = OnConflict::columns([Column::RealmId, Column::LoginSessionId]);
    let replace = replace.update_columns([Column::IdentityId, Column::UpstreamSession]);
    Entity::insert(row.into_active_model())
        .on_conflict(replace.to_owned())
        .exec_without_returning(act.tx())
        .await?;
    Ok(true)
}

/// The identity that a session began by.
pub async fn identity_of(
    reading: &DatabaseConnection,
    realm: RealmId,
    session: LoginSessionId,
) -> Stored<Option<linked_identity::Model>> {
    let found = Entity::find()
        .join(JoinType::InnerJoin, began_by())
        .select_also(linked_identity::Entity)
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::LoginSessionId.eq(session.as_uuid()));
    let found = found.one(reading).await.map_err(failed)?;
    Ok(found.and_then(|(_, identity)| identity))
}

/// Sessions that have not ended and rest on a provider that is not among those that are `open`.
pub async fn strays(
    reading: &DatabaseConnection,
    realm: RealmId,
    open: &[ProviderId],
) -> Stored<Vec<(UserId, LoginSessionId)>> {
    use login_session::Column;
    let open = open.iter().map(ProviderId::as_str);
    let found: Vec<(Uuid, Uuid)> = login_session::Entity::find()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::Provider.is_not_null())
        .filter(Column::Provider.is_not_in(open))
        .filter(Column::EndedAt.is_null())
        .select_only()
        .columns([Column::UserId, Column::Id])
        .limit(MOST)
        .into_tuple()
        .all(reading)
        .await
        .map_err(failed)?;
    let ids = |(user, session)| (UserId::from_uuid(user), LoginSessionId::from_uuid(session));
    Ok(found.into_iter().map(ids).collect())
}

fn began_by() -> RelationDef {
    use linked_identity::Column::{Id, RealmId};
    Entity::belongs_to(linked_identity::Entity)
        .from((Column::RealmId, Column::IdentityId))
        .to((RealmId, Id))
        .into()
}

fn session_of() -> RelationDef {
    use login_session::Column::{Id, RealmId};
    Entity::belongs_to(login_session::Entity)
        .from((Column::RealmId, Column::LoginSessionId))
        .to((RealmId, Id))
        .into()
}

/// The sessions that have not ended and were begun by identities of an issuer, of a subject and session there.
pub async fn find(
    reading: &DatabaseConnection,
    realm: RealmId,
    (issuer, subject, session): (&str, Option<&str>, Option<&str>),
) -> Stored<Vec<(UserId, LoginSessionId)>> {
    let mut query = Entity::find()
        .join(JoinType::InnerJoin, began_by())
        .join(JoinType::InnerJoin, session_of())
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(linked_identity::Column::Issuer.eq(issuer))
        .filter(login_session::Column::EndedAt.is_null());
    if let Some(subject) = subject {
        query = query.filter(linked_identity::Column::Subject.eq(subject));
    }
    if let Some(session) = session {
        query = query.filter(Column::UpstreamSession.eq(session));
    }
    let found: Vec<(Uuid, Uuid)> = query
        .select_only()
        .column(login_session::Column::UserId)
        .column(Column::LoginSessionId)
        .limit(MOST)
        .into_tuple()
        .all(reading)
        .await
        .map_err(failed)?;
    let ids = |(user, session)| (UserId::from_uuid(user), LoginSessionId::from_uuid(session));
    Ok(found.into_iter().map(ids).collect())
}
