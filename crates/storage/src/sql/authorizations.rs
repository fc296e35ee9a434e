//! Authorizations and the refresh tokens below them.

mod binding;
mod families;
mod rotations;
mod rows;
mod standing;

pub use families::{Families, reader as families};
pub use rotations::{Rotating, Rotations, in_transaction as rotate_together, on_postgres as rotations};
pub use rows::authorization;

use super::{
    InRealm,
    act::Act,
    consents, endings,
    entity::{authorization_root, refresh_token},
    error::{Sql, failed},
    row,
};
use async_trait::async_trait;
use domain::{
    authorization::{
        Authorization, Begun, ConsentRule, RefreshToken, RefreshTokenFamily, RefreshTokenState, Rotation,
    },
    change::Revoked,
    clock::Timestamp,
    consent::Consent,
    id::{AuthorizationId, RealmId},
    secret::Digest,
    stores::{Alongside, AuthorizationStore, Moment, Recorded, Stored},
    thumbprint::Thumbprint,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};

#[async_trait]
impl AuthorizationStore for InRealm {
    async fn begin(
        &self,
        authorization: &Authorization,
        consent: ConsentRule,
        with: Alongside,
    ) -> Stored<Begun> {
        let (realm, authorization) = (self.realm, authorization.clone());
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let expires_at = match standing::of(act, realm, &authorization, consent).await? {
                        Ok(end) => end,
                        Err(withdrawn) => return act.undo(withdrawn),
                    };
                    let authorization = Authorization {
                        expires_at,
                        ..authorization
                    };
                    insert(act, rows::to_row(realm, &authorization)?).await?;
                    act.store(realm, with).await?;
                    Ok(Begun::Stored)
                })
            })
            .await
    }

    async fn find(&self, id: AuthorizationId) -> Stored<Option<Authorization>> {
        let found = authorization_root::Entity::find_by_id((self.key(), id.as_uuid()))
            .one(&self.db.reading)
            .await
            .map_err(failed)?;
        found.map(rows::authorization).transpose()
    }

    async fn record(&self, token: &RefreshToken, with: Alongside) -> Stored<Recorded> {
        let (realm, token) = (self.realm, token.clone());
        self.db
            .act(move |act| {
                Box::pin(async move {
                    if !issue(act, realm, token.authorization_id, token.created_at).await? {
                        return Ok(Recorded::Revoked);
                    }
                    insert_token(act, realm, &token).await?;
                    act.store(realm, with).await?;
                    Ok(Recorded::Saved)
                })
            })
            .await
    }

    async fn bind(&self, id: AuthorizationId, jkt: &Thumbprint) -> Stored<bool> {
        let (realm, jkt) = (self.realm, jkt.clone());
        self.db
            .act(move |act| Box::pin(async move { binding::bind(act, realm, id, jkt).await }))
            .await
    }

    async fn find_refresh_token(&self, digest: &Digest) -> Stored<Option<RefreshTokenFamily>> {
        self.db.families.ask((self.realm, *digest)).await?
    }

    async fn rotate(
        &self,
        old: &Digest,
        new: &RefreshToken,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<Rotation> {
        let quick = Rotating::new(self.realm, (old, new), at, &with)?;
        let (realm, old, new) = (self.realm, *old, new.clone());
        self.db
            .writer
            .rotate(quick, move |act| {
                Box::pin(rotate(act, realm, (old, new), at, with))
            })
            .await
    }

    async fn revoke(&self, id: AuthorizationId, moment: Moment, with: Alongside) -> Stored<bool> {
        let realm = self.realm;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let this = Condition::all().add(authorization_root::Column::Id.eq(id.as_uuid()));
                    if endings::revoke_authorizations(act, realm, this, moment.at.micros()).await? == 0 {
                        return Ok(false);
                    }
                    act.revoke(realm, Revoked::Authorization(id), moment).await?;
                    act.store(realm, with).await?;
                    Ok(true)
                })
            })
            .await
    }
}

/// The authorization of a row.
pub fn from_row(row: authorization_root::Model) -> Stored<Authorization> {
    rows::authorization(row)
}

/// Stores a new authorization, and the consent it comes with, if what both rest on still stands.
pub async fn begin(
    act: &Act,
    realm: RealmId,
    authorization: &Authorization,
    consent: Option<&Consent>,
) -> Sql<Begun> {
    if let Err(withdrawn) = standing::of(act, realm, authorization, ConsentRule::NotNeeded).await? {
        return Ok(withdrawn);
    }
    if let Some(consent) = consent {
        consents::allow(act, realm, consent).await?;
    }
    insert(act, rows::to_row(realm, authorization)?).await?;
    Ok(Begun::Stored)
}

async fn insert(act: &Act, row: authorization_root::Model) -> Sql<()> {
    authorization_root::Entity::insert(row.into_active_model())
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}

/// Notes that tokens are issued below an authorization; false if it was revoked. As an update it also keeps
/// a revocation from passing by before the act is committed.
pub async fn issue(act: &Act, realm: RealmId, id: AuthorizationId, at: Timestamp) -> Sql<bool> {
    use authorization_root::{Column, Entity};
    let noted = Entity::update_many()
        .col_expr(Column::LastIssuedAt, Expr::value(at.micros()))
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::RevokedAt.is_null())
        .exec(act.tx())
        .await?;
    Ok(noted.rows_affected == 1)
}

async fn insert_token(act: &Act, realm: RealmId, token: &RefreshToken) -> Sql<()> {
    let row = rows::token_row(realm, token);
    refresh_token::Entity::insert(row.into_active_model())
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}

async fn rotate(
    act: &mut Act,
    realm: RealmId,
    (old, new): (Digest, RefreshToken),
    at: Timestamp,
    with: Alongside,
) -> Sql<Rotation> {
    use refresh_token::{Column, Entity};
    if !issue(act, realm, new.authorization_id, at).await? {
        return act.undo(Rotation::Revoked);
    }
    let won = Entity::update_many()
        .col_expr(Column::RotatedAt, Expr::value(at.micros()))
        .col_expr(Column::Successor, Expr::value(row::bytes(&new.digest)))
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::Digest.eq(row::bytes(&old)))
        .filter(Column::AuthorizationId.eq(new.authorization_id.as_uuid()))
        .filter(Column::RotatedAt.is_null())
        .exec(act.tx())
        .await?;
    if won.rows_affected == 1 {
        insert_token(act, realm, &new).await?;
        act.store(realm, with).await?;
        return Ok(Rotation::Rotated);
    }
    let lost = already_rotated(act, realm, &old).await?;
    act.undo(lost)
}

async fn already_rotated(act: &Act, realm: RealmId, old: &Digest) -> Sql<Rotation> {
    let Some(token) = find_token(act, realm, old).await? else {
        return Ok(Rotation::Revoked);
    };
    match token.state {
        RefreshTokenState::Rotated { at, successor } => {
            let next = find_token(act, realm, &successor).await?;
            let successor_unused = next.is_some_and(|next| next.state == RefreshTokenState::Active);
            Ok(Rotation::AlreadyRotated {
                at,
                successor,
                successor_unused,
            })
        }
        // It is active, yet of another authorization than the new one.
        RefreshTokenState::Active => Ok(Rotation::Revoked),
    }
}

async fn find_token(act: &Act, realm: RealmId, digest: &Digest) -> Sql<Option<RefreshToken>> {
    let found = refresh_token::Entity::find_by_id((realm.as_uuid(), row::bytes(digest)))
        .one(act.tx())
        .await?;
    Ok(found.map(rows::token).transpose()?)
}
