//! Who agreed to which terms of use. Of one version the first time stays.

use super::{
    InRealm,
    entity::accepted_terms::{Column, Entity, Model},
    error::{Sql, failed},
    users,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    id::{RealmId, UserId},
    stores::{Alongside, Stored, TermsStore},
    terms_of_use::{AcceptedTerms, TermsVersion},
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict};

#[async_trait]
impl TermsStore for InRealm {
    async fn accepted(&self, user: UserId, version: &TermsVersion) -> Stored<Option<Timestamp>> {
        let key = (self.key(), user.as_uuid(), version.as_str().to_owned());
        let found = Entity::find_by_id(key)
            .one(&self.db.reading)
            .await
            .map_err(failed)?;
        Ok(found.map(|row| Timestamp::from_micros(row.accepted_at)))
    }

    async fn accept(&self, user: UserId, accepted: &AcceptedTerms, with: Alongside) -> Stored<bool> {
        let (realm, accepted) = (self.realm, accepted.clone());
        self.db
            .act(move |act| {
                Box::pin(async move {
                    if !users::hold(act.tx(), realm, user).await?
                        || !insert(act.tx(), (realm, user), &accepted).await?
                    {
                        return Ok(false);
                    }
                    act.store(realm, with).await?;
                    Ok(true)
                })
            })
            .await
    }
}

/// Stores that an account agreed; false if it had.
pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    (realm, user): (RealmId, UserId),
    accepted: &AcceptedTerms,
) -> Sql<bool> {
    let row = Model {
        realm_id: realm.as_uuid(),
        user_id: user.as_uuid(),
        version: accepted.version.as_str().to_owned(),
        accepted_at: accepted.at.micros(),
    };
    let once = OnConflict::columns([Column::RealmId, Column::UserId, Column::Version])
        .do_nothing()
        .to_owned();
    let inserted = Entity::insert(row.into_active_model())
        .on_conflict(once)
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}
