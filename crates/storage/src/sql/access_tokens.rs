//! Opaque access tokens, and signed ones that are revoked one by one.

use super::{
    InRealm,
    act::Act,
    authorizations,
    entity::{
        access_token::{Column, Entity, Model},
        authorization_root,
    },
    error::{Sql, failed},
    row,
};
use async_trait::async_trait;
use domain::{
    access_token::{AccessToken, FoundAccessToken},
    change::Revoked,
    clock::Timestamp,
    id::{AuthorizationId, RealmId},
    secret::Digest,
    stores::{AccessTokenStore, Alongside, Moment, Recorded, Stored},
};
use sea_orm::{EntityTrait, IntoActiveModel, JoinType, QuerySelect, RelationDef};

#[async_trait]
impl AccessTokenStore for InRealm {
    async fn record(&self, token: &AccessToken, with: Alongside) -> Stored<Recorded> {
        let (realm, token) = (self.realm, token.clone());
        self.db
            .act(move |act| {
                Box::pin(async move {
                    if let Some(id) = token.authorization_id
                        && !authorizations::issue(act, realm, id, token.issued_at).await?
                    {
                        return Ok(Recorded::Revoked);
                    }
                    insert(act, realm, &token).await?;
                    act.store(realm, with).await?;
                    Ok(Recorded::Saved)
                })
            })
            .await
    }

    async fn find(&self, digest: &Digest) -> Stored<Option<FoundAccessToken>> {
        let found = Entity::find_by_id((self.key(), row::bytes(digest)))
            .join(JoinType::LeftJoin, root())
            .select_also(authorization_root::Entity)
            .one(&self.db.reading)
            .await
            .map_err(failed)?;
        let Some((row, root)) = found else {
            return Ok(None);
        };
        Ok(Some(FoundAccessToken {
            token: token(row)?,
            authorization: root.map(authorizations::authorization).transpose()?,
        }))
    }

    async fn delete(&self, digest: &Digest, with: Alongside) -> Stored<bool> {
        let (realm, key) = (self.realm, (self.key(), row::bytes(digest)));
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let deleted = Entity::delete_by_id(key).exec(act.tx()).await?;
                    if deleted.rows_affected == 0 {
                        return Ok(false);
                    }
                    act.store(realm, with).await?;
                    Ok(true)
                })
            })
            .await
    }

    async fn revoke(&self, jti: &str, moment: Moment, with: Alongside) -> Stored<()> {
        let (realm, token) = (self.realm, Revoked::Token(jti.to_owned()));
        self.db
            .act(move |act| {
                Box::pin(async move {
                    act.revoke(realm, token, moment).await?;
                    act.store(realm, with).await
                })
            })
            .await
    }
}

/// Writes a token.
pub async fn insert(act: &Act, realm: RealmId, token: &AccessToken) -> Sql<()> {
    let row = Model {
        realm_id: realm.as_uuid(),
        digest: row::bytes(&token.digest),
        authorization_id: token.authorization_id.map(|id| id.as_uuid()),
        client_id: token.client_id.to_string(),
        subject: token.subject.clone(),
        scopes: token.scopes.to_string(),
        audience: row::to_json(&token.audience)?,
        issued_at: token.issued_at.micros(),
        expires_at: token.expires_at.micros(),
        jkt: token.jkt.clone(),
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}

fn root() -> RelationDef {
    use authorization_root::Column::{Id, RealmId};
    Entity::belongs_to(authorization_root::Entity)
        .from((Column::RealmId, Column::AuthorizationId))
        .to((RealmId, Id))
        .into()
}

fn token(row: Model) -> Stored<AccessToken> {
    Ok(AccessToken {
        digest: row::digest(&row.digest)?,
        authorization_id: row.authorization_id.map(AuthorizationId::from_uuid),
        client_id: row::parse(&row.client_id, "client_id")?,
        subject: row.subject,
        scopes: row::parse(&row.scopes, "scopes")?,
        audience: row::from_json(&row.audience, "audience")?,
        issued_at: Timestamp::from_micros(row.issued_at),
        expires_at: Timestamp::from_micros(row.expires_at),
        jkt: row.jkt,
    })
}
