//! What people allowed clients.

use super::{
    InRealm,
    act::Act,
    endings,
    entity::{
        authorization_root,
        consent::{Column, Entity, Model},
    },
    error::{Sql, failed},
    row,
};
use async_trait::async_trait;
use domain::{
    change::Revoked,
    client::ClientId,
    clock::Timestamp,
    consent::Consent,
    id::{AuthorizationId, RealmId, UserId},
    scope::ScopeSet,
    stores::{Alongside, Concerning, ConsentStore, Moment, Page, PageRequest, StoreError, Stored},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict, Query},
};
use uuid::Uuid;

/// How many consents of a person are listed.
const LISTED: u64 = 200;

#[async_trait]
impl ConsentStore for InRealm {
    async fn find(&self, user: UserId, client: &ClientId) -> Stored<Option<Consent>> {
        let found = Entity::find_by_id((self.key(), user.as_uuid(), client.to_string()))
            .one(&self.db.reading)
            .await
            .map_err(failed)?;
        found.map(from_row).transpose()
    }

    async fn allow(&self, consent: &Consent, with: Alongside) -> Stored<()> {
        let (realm, consent) = (self.realm, consent.clone());
        self.db
            .act(move |act| {
                Box::pin(async move {
                    allow(act, realm, &consent).await?;
                    act.store(realm, with).await
                })
            })
            .await
    }

    async fn list(&self, user: UserId) -> Stored<Vec<Consent>> {
        let rows = Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::UserId.eq(user.as_uuid()))
            .order_by_desc(Column::GrantedAt)
            .limit(LISTED)
            .all(&self.db.reading)
            .await
            .map_err(failed)?;
        rows.into_iter().map(from_row).collect()
    }

    async fn narrow(
        &self,
        user: UserId,
        client: &ClientId,
        scopes: &ScopeSet,
        moment: Moment,
        with: Alongside,
    ) -> Stored<bool> {
        let (realm, pair, scopes) = (self.realm, (user, client.clone()), scopes.clone());
        self.db
            .act(move |act| Box::pin(narrow(act, realm, (pair, scopes), moment, with)))
            .await
    }

    async fn page(&self, which: &Concerning, page: &PageRequest) -> Stored<Page<Consent>> {
        let mut query = Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .order_by_asc(Column::UserId)
            .order_by_asc(Column::ClientId)
            .limit(u64::from(page.limit()) + 1);
        if let Some(user) = which.user {
            query = query.filter(Column::UserId.eq(user.as_uuid()));
        }
        if let Some(client) = &which.client {
            query = query.filter(Column::ClientId.eq(client.as_str()));
        }
        if let Some(after) = &page.after {
            let Some(after) = after_pair(after) else {
                return Ok(Page {
                    items: Vec::new(),
                    next: None,
                });
            };
            query = query.filter(after);
        }
        let rows = query.all(&self.db.reading).await.map_err(failed)?;
        let items = rows.into_iter().map(from_row).collect::<Stored<Vec<_>>>()?;
        Ok(row::page(items, page, |consent| {
            format!("{}:{}", consent.user_id, consent.client_id)
        }))
    }

    async fn revoke(&self, user: UserId, client: &ClientId, moment: Moment, with: Alongside) -> Stored<bool> {
        let (realm, client) = (self.realm, client.clone());
        self.db
            .act(move |act| Box::pin(revoke(act, realm, (user, client), moment, with)))
            .await
    }
}

/// What comes after the person and client that a place in the list names.
fn after_pair(place: &str) -> Option<Condition> {
    let (user, client) = place.split_once(':')?;
    let user = user.parse::<UserId>().ok()?.as_uuid();
    let later = Condition::all()
        .add(Column::UserId.eq(user))
        .add(Column::ClientId.gt(client));
    Some(Condition::any().add(Column::UserId.gt(user)).add(later))
}

/// Stores consent as it follows what was allowed before.
pub async fn allow(act: &Act, realm: RealmId, consent: &Consent) -> Sql<()> {
    let new = OnConflict::columns([Column::RealmId, Column::UserId, Column::ClientId])
        .do_nothing()
        .to_owned();
    let inserted = Entity::insert(to_row(realm, consent).into_active_model())
        .on_conflict(new)
        .exec_without_returning(act.tx())
        .await?;
    if inserted == 1 {
        return Ok(());
    }
    let key = (
        realm.as_uuid(),
        consent.user_id.as_uuid(),
        consent.client_id.to_string(),
    );
    let held = Entity::find_by_id(key).lock(LockType::NoKeyUpdate);
    // Somebody may just have revoked it.
    let before = held.one(act.tx()).await?.ok_or(StoreError::Conflict)?;
    let before = from_row(before)?;
    let after = consent.clone().following(&before);
    Entity::update(to_row(realm, &after).into_active_model().reset_all())
        .exec(act.tx())
        .await?;
    if before.expires_at != after.expires_at {
        end_authorizations(act, realm, &after).await?;
    }
    Ok(())
}

/// Has the authorizations of the pair that still count end when the consent does.
async fn end_authorizations(act: &Act, realm: RealmId, consent: &Consent) -> Sql<()> {
    use authorization_root::Column;
    let counts = Condition::any()
        .add(Column::ExpiresAt.is_null())
        .add(Column::ExpiresAt.gt(consent.updated_at.micros()));
    authorization_root::Entity::update_many()
        .col_expr(
            Column::ExpiresAt,
            Expr::value(consent.expires_at.map(Timestamp::micros)),
        )
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(consent.user_id.as_uuid()))
        .filter(Column::ClientId.eq(consent.client_id.as_str()))
        .filter(Column::RevokedAt.is_null())
        .filter(counts)
        .exec(act.tx())
        .await?;
    Ok(())
}

async fn revoke(
    act: &mut Act,
    realm: RealmId,
    (user, client): (UserId, ClientId),
    moment: Moment,
    with: Alongside,
) -> Sql<bool> {
    // Forgotten first: an authorization that is being stored holds the consent until its commit, and is then found.
    let key = (realm.as_uuid(), user.as_uuid(), client.to_string());
    let forgotten = Entity::delete_by_id(key).exec(act.tx()).await?.rows_affected > 0;
    let revoked = revoke_authorizations(act, realm, (user, &client), moment.at).await?;
    for id in &revoked {
        let authorization = Revoked::Authorization(AuthorizationId::from_uuid(*id));
        act.revoke(realm, authorization, moment).await?;
    }
    if !forgotten && revoked.is_empty() {
        return Ok(false);
    }
    act.store(realm, with).await?;
    Ok(true)
}

async fn narrow(
    act: &mut Act,
    realm: RealmId,
    ((user, client), scopes): ((UserId, ClientId), ScopeSet),
    moment: Moment,
    with: Alongside,
) -> Sql<bool> {
    use authorization_root::Column as Root;
    let key = (realm.as_uuid(), user.as_uuid(), client.to_string());
    // Held first: an authorization that is being stored holds the consent until its commit, and is then found.
    let held = Entity::find_by_id(key).lock(LockType::NoKeyUpdate);
    let Some(held) = held.one(act.tx()).await? else {
        return Ok(false);
    };
    let before = from_row(held)?;
    let after = before.clone().narrowed(&scopes);
    if after == before {
        return Ok(true);
    }
    Entity::update(to_row(realm, &after).into_active_model().reset_all())
        .exec(act.tx())
        .await?;
    let standing: Vec<(Uuid, String)> = authorization_root::Entity::find()
        .select_only()
        .column(Root::Id)
        .column(Root::Scopes)
        .filter(Root::RealmId.eq(realm.as_uuid()))
        .filter(Root::UserId.eq(user.as_uuid()))
        .filter(Root::ClientId.eq(client.as_str()))
        .filter(Root::RevokedAt.is_null())
        .into_tuple()
        .all(act.tx())
        .await?;
    for (id, scopes) in standing {
        let scopes: ScopeSet = row::parse(&scopes, "scopes")?;
        if scopes.is_subset(&after.scopes) {
            continue;
        }
        let this = Condition::all().add(Root::Id.eq(id));
        endings::revoke_authorizations(act, realm, this, moment.at.micros()).await?;
        let authorization = Revoked::Authorization(AuthorizationId::from_uuid(id));
        act.revoke(realm, authorization, moment).await?;
    }
    act.store(realm, with).await?;
    Ok(true)
}

/// Marks the authorizations of a pair revoked and tells which were not before, in one statement: of two callers
/// at once each is told of its own.
async fn revoke_authorizations(
    act: &Act,
    realm: RealmId,
    (user, client): (UserId, &ClientId),
    at: Timestamp,
) -> Sql<Vec<Uuid>> {
    use authorization_root::Column;
    let theirs = Condition::all()
        .add(Column::RealmId.eq(realm.as_uuid()))
        .add(Column::UserId.eq(user.as_uuid()))
        .add(Column::ClientId.eq(client.as_str()))
        .add(Column::RevokedAt.is_null());
    let revoke = Query::update()
        .table(authorization_root::Entity)
        .value(Column::RevokedAt, at.micros())
        .cond_where(theirs)
        .returning_col(Column::Id)
        .to_owned();
    let revoked = act.tx().query_all(&revoke).await?;
    let ids = revoked.iter().map(|row| row.try_get_by_index(0));
    Ok(ids.collect::<Result<_, _>>()?)
}

/// The consent of a row.
pub fn from_row(row: Model) -> Stored<Consent> {
    Ok(Consent {
        user_id: UserId::from_uuid(row.user_id),
        client_id: row::parse(&row.client_id, "client_id")?,
        scopes: row::parse(&row.scopes, "scopes")?,
        declined: row::parse(&row.declined, "declined")?,
        granted_at: Timestamp::from_micros(row.granted_at),
        updated_at: Timestamp::from_micros(row.updated_at),
        expires_at: row::moment(row.expires_at),
    })
}

fn to_row(realm: RealmId, consent: &Consent) -> Model {
    Model {
        realm_id: realm.as_uuid(),
        user_id: consent.user_id.as_uuid(),
        client_id: consent.client_id.to_string(),
        scopes: consent.scopes.to_string(),
        declined: consent.declined.to_string(),
        granted_at: consent.granted_at.micros(),
        updated_at: consent.updated_at.micros(),
        expires_at: consent.expires_at.map(Timestamp::micros),
    }
}
