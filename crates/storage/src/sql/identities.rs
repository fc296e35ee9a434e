//! Identities at other providers. Acts that add or remove one follow one another for each account, so that how many
//! there are is known; that an identity is one account's, the index decides.

mod leaving;
mod sessions;

use leaving::Leaves;

use super::{
    InRealm,
    act::Act,
    entity::{
        app_user,
        linked_identity::{Column, Entity, Model},
    },
    error::{Sql, failed},
    mailed_codes, row, users,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    federation::{ByIdentity, LinkedIdentity, MAX_IDENTITIES, ProviderId, Said, SeenIdentity},
    id::{LinkedIdentityId, LoginSessionId, RealmId, UserId},
    stores::{
        Alongside, IdentityAdded, IdentityAndUser, IdentityStore, Moment, Provisioned, Stored, Unlinked,
    },
    user::User,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

#[async_trait]
impl IdentityStore for InRealm {
    async fn find(&self, issuer: &str, subject: &str) -> Stored<Option<IdentityAndUser>> {
        let found = of_subject(self.realm, issuer, subject);
        let Some(found) = found.one(&self.db.reading).await.map_err(failed)? else {
            return Ok(None);
        };
        let identity = identity(found)?;
        let user = self.db.accounts.ask((self.realm, identity.user_id)).await??;
        Ok(user.map(|user| IdentityAndUser { identity, user }))
    }

    async fn list(&self, user: UserId) -> Stored<Vec<LinkedIdentity>> {
        let found = of_user(self.realm, user).order_by_asc(Column::Id);
        let found = found.all(&self.db.reading).await.map_err(failed)?;
        found.into_iter().map(identity).collect()
    }

    async fn link(
        &self,
        identity: &LinkedIdentity,
        began: Timestamp,
        with: Alongside,
    ) -> Stored<IdentityAdded> {
        let (realm, identity) = (self.realm, identity.clone());
        self.db
            .act(move |act| Box::pin(link(act, realm, (identity, began), with)))
            .await
    }

    async fn provision(
        &self,
        user: &User,
        identity: &LinkedIdentity,
        with: Alongside,
    ) -> Stored<Provisioned> {
        let (realm, user, identity) = (self.realm, user.clone(), identity.clone());
        self.db
            .act(move |act| Box::pin(provision(act, realm, (user, identity), with)))
            .await
    }

    async fn used(
        &self,
        id: LinkedIdentityId,
        seen: &SeenIdentity,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<bool> {
        let realm = self.realm;
        let (groups, attributes) = said_columns(&seen.said)?;
        let update = Entity::update_many()
            .col_expr(Column::Provider, Expr::value(seen.provider.as_str()))
            .col_expr(Column::Label, Expr::value(seen.label.clone()))
            .col_expr(Column::LastUsedAt, Expr::value(at.micros()))
            .col_expr(Column::SaidGroups, Expr::value(groups))
            .col_expr(Column::SaidAttributes, Expr::value(attributes))
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::Id.eq(id.as_uuid()));
        self.db
            .act(move |act| {
                Box::pin(async move {
                    if update.exec(act.tx()).await?.rows_affected == 0 {
                        return Ok(false);
                    }
                    act.store(realm, with).await?;
                    Ok(true)
                })
            })
            .await
    }

    async fn unlink(
        &self,
        user: UserId,
        id: LinkedIdentityId,
        open: &[ProviderId],
        moment: Moment,
        with: Alongside,
    ) -> Stored<Unlinked> {
        let leaves = Leaves {
            realm: self.realm,
            user,
            id,
            open: open.to_vec(),
        };
        self.db
            .act(move |act| Box::pin(leaving::unlink(act, leaves, moment, with)))
            .await
    }

    async fn strays(&self, open: &[ProviderId]) -> Stored<Vec<(UserId, LoginSessionId)>> {
        sessions::strays(&self.db.reading, self.realm, open).await
    }

    async fn of_session(&self, session: LoginSessionId) -> Stored<Option<LinkedIdentity>> {
        let found = sessions::identity_of(&self.db.reading, self.realm, session).await?;
        found.map(identity).transpose()
    }

    async fn remember(&self, session: LoginSessionId, by: &ByIdentity) -> Stored<bool> {
        let (realm, by) = (self.realm, by.clone());
        self.db
            .act(move |act| Box::pin(sessions::remember(act, realm, session, by)))
            .await
    }

    async fn sessions(
        &self,
        issuer: &str,
        subject: Option<&str>,
        session: Option<&str>,
    ) -> Stored<Vec<(UserId, LoginSessionId)>> {
        sessions::find(&self.db.reading, self.realm, (issuer, subject, session)).await
    }
}

async fn link(
    act: &mut Act,
    realm: RealmId,
    (identity, began): (LinkedIdentity, Timestamp),
    with: Alongside,
) -> Sql<IdentityAdded> {
    let user = identity.user_id;
    if !users::hold_for(act.tx(), realm, user, began).await? {
        return Ok(IdentityAdded::Over);
    }
    let known = of_subject(realm, &identity.issuer, &identity.subject);
    if known.one(act.tx()).await?.is_some() {
        return Ok(IdentityAdded::Taken);
    }
    if count(act.tx(), realm, user).await? >= MAX_IDENTITIES {
        return Ok(IdentityAdded::TooMany);
    }
    if !insert(act.tx(), realm, identity).await? {
        return Ok(IdentityAdded::Taken);
    }
    act.store(realm, with).await?;
    Ok(IdentityAdded::Linked)
}

async fn provision(
    act: &mut Act,
    realm: RealmId,
    (user, identity): (User, LinkedIdentity),
    with: Alongside,
) -> Sql<Provisioned> {
    let known = of_subject(realm, &identity.issuer, &identity.subject);
    if known.one(act.tx()).await?.is_some() {
        return Ok(Provisioned::IdentityTaken);
    }
    let (account, identifier) = users::to_rows(realm, &user)?;
    app_user::Entity::insert(account.into_active_model())
        .exec_without_returning(act.tx())
        .await?;
    mailed_codes::give_way(act, realm, &user.email).await?;
    if !users::claim_identifier(act.tx(), identifier).await? {
        return act.undo(Provisioned::AddressTaken);
    }
    if !insert(act.tx(), realm, identity).await? {
        return act.undo(Provisioned::IdentityTaken);
    }
    act.store(realm, with).await?;
    Ok(Provisioned::Provisioned)
}

/// Stores an identity; false if it is somebody's.
async fn insert(tx: &impl ConnectionTrait, realm: RealmId, identity: LinkedIdentity) -> Sql<bool> {
    let once = OnConflict::columns([Column::RealmId, Column::Issuer, Column::Subject])
        .do_nothing()
        .to_owned();
    let inserted = Entity::insert(to_row(realm, identity)?.into_active_model())
        .on_conflict(once)
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}

/// Drops the identities of an account that were linked since then.
pub async fn drop_since(act: &Act, realm: RealmId, user: UserId, since: Timestamp) -> Sql<()> {
    Entity::delete_many()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::LinkedAt.gte(since.micros()))
        .exec(act.tx())
        .await?;
    Ok(())
}

/// How many identities an account has.
async fn count(connection: &impl ConnectionTrait, realm: RealmId, user: UserId) -> Sql<u64> {
    Ok(of_user(realm, user).count(connection).await?)
}

/// How many identities an account has at providers that are `open`.
pub async fn usable(
    connection: &impl ConnectionTrait,
    realm: RealmId,
    user: UserId,
    open: &[ProviderId],
) -> Sql<u64> {
    let open = open.iter().map(ProviderId::as_str);
    let usable = of_user(realm, user).filter(Column::Provider.is_in(open));
    Ok(usable.count(connection).await?)
}

fn of_user(realm: RealmId, user: UserId) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
}

fn of_subject(realm: RealmId, issuer: &str, subject: &str) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::Issuer.eq(issuer))
        .filter(Column::Subject.eq(subject))
}

fn to_row(realm: RealmId, identity: LinkedIdentity) -> Stored<Model> {
    let (said_groups, said_attributes) = said_columns(&identity.said)?;
    Ok(Model {
        realm_id: realm.as_uuid(),
        id: identity.id.as_uuid(),
        user_id: identity.user_id.as_uuid(),
        issuer: identity.issuer,
        subject: identity.subject,
        provider: identity.provider.into(),
        label: identity.label,
        linked_at: identity.linked_at.micros(),
        last_used_at: identity.last_used_at.map(Timestamp::micros),
        said_groups,
        said_attributes,
    })
}

/// Groups and attributes as they are kept; nothing where nothing is said.
fn said_columns(said: &Said) -> Stored<(Option<String>, Option<String>)> {
    let groups = (!said.groups.is_empty()).then(|| row::to_json(&said.groups));
    let attributes = (!said.attributes.is_empty()).then(|| row::to_json(&said.attributes));
    Ok((groups.transpose()?, attributes.transpose()?))
}

fn said(groups: Option<&str>, attributes: Option<&str>) -> Stored<Said> {
    let groups = groups.map(|text| row::from_json(text, "said_groups"));
    let attributes = attributes.map(|text| row::from_json(text, "said_attributes"));
    Ok(Said {
        groups: groups.transpose()?.unwrap_or_default(),
        attributes: attributes.transpose()?.unwrap_or_default(),
    })
}

/// An identity from its row.
pub fn identity(row: Model) -> Stored<LinkedIdentity> {
    Ok(LinkedIdentity {
        id: LinkedIdentityId::from_uuid(row.id),
        user_id: UserId::from_uuid(row.user_id),
        provider: row::parse(&row.provider, "provider")?,
        issuer: row.issuer,
        subject: row.subject,
        label: row.label,
        linked_at: Timestamp::from_micros(row.linked_at),
        last_used_at: row::moment(row.last_used_at),
        said: said(row.said_groups.as_deref(), row.said_attributes.as_deref())?,
    })
}
