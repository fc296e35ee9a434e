//! Tokens of other providers. Every write names the version it was decided upon, so that of two who refresh the same
//! tokens one writes, and nothing that came meanwhile is lost.

use super::{
    Db, InRealm,
    act::Act,
    entity::{
        linked_identity, realm,
        upstream_token::{Column, Entity, Model},
    },
    error::{Sql, failed},
    identities, row,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    federation::{HeldTokens, KeptTokens, ProviderId},
    id::{LinkedIdentityId, RealmId, UserId},
    outbound::Sealed,
    realm::RealmName,
    stores::{Stored, UpstreamTokenStore},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationDef, SelectTwo, UpdateMany,
    sea_query::{Expr, ExprTrait, LockType, OnConflict},
};
use uuid::Uuid;

#[async_trait]
impl UpstreamTokenStore for InRealm {
    async fn find(&self, identity: LinkedIdentityId) -> Stored<Option<HeldTokens>> {
        let found = with_identity(self.realm).filter(Column::IdentityId.eq(identity.as_uuid()));
        held(found.one(&self.db.reading).await.map_err(failed)?)
    }

    async fn of(&self, user: UserId, provider: &ProviderId) -> Stored<Option<HeldTokens>> {
        let found = with_identity(self.realm)
            .filter(linked_identity::Column::UserId.eq(user.as_uuid()))
            .filter(Column::Provider.eq(provider.as_str()))
            .order_by_desc(Column::KeptAt)
            .order_by_desc(Column::IdentityId);
        held(found.one(&self.db.reading).await.map_err(failed)?)
    }

    async fn keep(&self, identity: LinkedIdentityId, tokens: &KeptTokens, over: Option<i64>) -> Stored<bool> {
        let (realm, tokens) = (self.realm, tokens.clone());
        self.db
            .act(move |act| {
                Box::pin(async move {
                    match over {
                        None => add(act, realm, identity, tokens).await,
                        Some(version) => replace(act, realm, (identity, version), tokens).await,
                    }
                })
            })
            .await
    }

    async fn claim(&self, held: &HeldTokens, now: Timestamp, until: Timestamp) -> Stored<Option<HeldTokens>> {
        let update = of_version(self.realm, held.identity.id, held.version)
            .filter(Column::DueAt.lte(now.micros()))
            .col_expr(Column::DueAt, Expr::value(until.micros()))
            .col_expr(Column::Attempt, Expr::col(Column::Attempt).add(1))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1));
        if !self.took_place(update).await? {
            return Ok(None);
        }
        let mut claimed = held.clone();
        claimed.tokens.due_at = until;
        claimed.attempt = held.attempt.saturating_add(1);
        claimed.version = held.version.saturating_add(1);
        Ok(Some(claimed))
    }

    async fn postpone(&self, held: &HeldTokens, at: Timestamp) -> Stored<bool> {
        let update = of_version(self.realm, held.identity.id, held.version)
            .col_expr(Column::DueAt, Expr::value(at.micros()));
        self.took_place(update).await
    }

    async fn forget(&self, held: &HeldTokens) -> Stored<bool> {
        let delete = Entity::delete_many().filter(is(self.realm, held.identity.id, held.version));
        self.db
            .act(move |act| Box::pin(async move { Ok(delete.exec(act.tx()).await?.rows_affected == 1) }))
            .await
    }
}

impl InRealm {
    async fn took_place(&self, update: UpdateMany<Entity>) -> Stored<bool> {
        self.db
            .act(move |act| Box::pin(async move { Ok(update.exec(act.tx()).await?.rows_affected == 1) }))
            .await
    }
}

/// The first tokens of an identity. It is held until they are written, so that it does not go meanwhile.
async fn add(act: &mut Act, realm: RealmId, identity: LinkedIdentityId, tokens: KeptTokens) -> Sql<bool> {
    let key = (realm.as_uuid(), identity.as_uuid());
    let linked = linked_identity::Entity::find_by_id(key).lock(LockType::KeyShare);
    if linked.one(act.tx()).await?.is_none() {
        return Ok(false);
    }
    let row = Model {
        realm_id: realm.as_uuid(),
        identity_id: identity.as_uuid(),
        provider: tokens.provider.into(),
        sealed_by: tokens.sealed.key_id,
        sealed: tokens.sealed.bytes,
        kept_at: tokens.kept_at.micros(),
        due_at: tokens.due_at.micros(),
        attempt: 0,
        version: 1,
    };
    let once = OnConflict::columns([Column::RealmId, Column::IdentityId])
        .do_nothing()
        .to_owned();
    let inserted = Entity::insert(row.into_active_model())
        .on_conflict(once)
        .exec_without_returning(act.tx())
        .await?;
    Ok(inserted == 1)
}

async fn replace(
    act: &mut Act,
    realm: RealmId,
    (identity, version): (LinkedIdentityId, i64),
    tokens: KeptTokens,
) -> Sql<bool> {
    let updated = of_version(realm, identity, version)
        .col_expr(Column::Provider, Expr::value(tokens.provider.as_str()))
        .col_expr(Column::SealedBy, Expr::value(tokens.sealed.key_id))
        .col_expr(Column::Sealed, Expr::value(tokens.sealed.bytes))
        .col_expr(Column::KeptAt, Expr::value(tokens.kept_at.micros()))
        .col_expr(Column::DueAt, Expr::value(tokens.due_at.micros()))
        .col_expr(Column::Attempt, Expr::value(0))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .exec(act.tx())
        .await?;
    Ok(updated.rows_affected == 1)
}

/// Identities whose tokens are to be looked at, in whichever realm.
pub async fn due(db: &Db, now: Timestamp, limit: u16) -> Stored<Vec<(RealmName, LinkedIdentityId)>> {
    let found: Vec<(String, Uuid)> = Entity::find()
        .join(JoinType::InnerJoin, realm_of())
        .filter(Column::DueAt.lte(now.micros()))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::IdentityId)
        .limit(u64::from(limit))
        .select_only()
        .column(realm::Column::Name)
        .column(Column::IdentityId)
        .into_tuple()
        .all(&db.reading)
        .await
        .map_err(failed)?;
    let named = |(name, id): (String, Uuid)| {
        let name = row::parse(&name, "name")?;
        Ok((name, LinkedIdentityId::from_uuid(id)))
    };
    found.into_iter().map(named).collect()
}

fn is(realm: RealmId, identity: LinkedIdentityId, version: i64) -> Condition {
    Condition::all()
        .add(Column::RealmId.eq(realm.as_uuid()))
        .add(Column::IdentityId.eq(identity.as_uuid()))
        .add(Column::Version.eq(version))
}

fn of_version(realm: RealmId, identity: LinkedIdentityId, version: i64) -> UpdateMany<Entity> {
    Entity::update_many().filter(is(realm, identity, version))
}

fn with_identity(realm: RealmId) -> SelectTwo<Entity, linked_identity::Entity> {
    Entity::find()
        .join(JoinType::InnerJoin, identity_of())
        .select_also(linked_identity::Entity)
        .filter(Column::RealmId.eq(realm.as_uuid()))
}

fn identity_of() -> RelationDef {
    use linked_identity::Column::{Id, RealmId};
    Entity::belongs_to(linked_identity::Entity)
        .from((Column::RealmId, Column::IdentityId))
        .to((RealmId, Id))
        .into()
}

fn realm_of() -> RelationDef {
    Entity::belongs_to(realm::Entity)
        .from(Column::RealmId)
        .to(realm::Column::Id)
        .into()
}

fn held(found: Option<(Model, Option<linked_identity::Model>)>) -> Stored<Option<HeldTokens>> {
    let Some((row, Some(linked))) = found else {
        return Ok(None);
    };
    let tokens = KeptTokens {
        provider: row::parse(&row.provider, "provider")?,
        sealed: Sealed {
            key_id: row.sealed_by,
            bytes: row.sealed,
        },
        kept_at: Timestamp::from_micros(row.kept_at),
        due_at: Timestamp::from_micros(row.due_at),
    };
    Ok(Some(HeldTokens {
        identity: identities::identity(linked)?,
        tokens,
        attempt: u32::try_from(row.attempt).map_err(|_| row::unreadable("attempt"))?,
        version: row.version,
    }))
}
