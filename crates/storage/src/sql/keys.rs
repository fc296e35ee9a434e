//! Signing keys; private parts are stored sealed.

use super::{
    InRealm,
    act::Act,
    entity::signing_key::{Column, Entity, Model},
    error::{Sql, failed},
    row,
};
use async_trait::async_trait;
use domain::{
    change::Changed,
    clock::Timestamp,
    id::RealmId,
    outbound::Sealed,
    signing_key::{KeyState, SigningAlgorithm, StoredKey},
    stores::{Alongside, KeyStore, StoreError, Stored},
};
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};

#[async_trait]
impl KeyStore for InRealm {
    async fn list(&self) -> Stored<Vec<StoredKey>> {
        let rows = Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Kid)
            .all(&self.db.reading)
            .await
            .map_err(failed)?;
        rows.into_iter().map(key).collect()
    }

    async fn add_if_missing(&self, key: &StoredKey) -> Stored<bool> {
        let (realm, row) = (self.realm, to_row(self.realm, key)?);
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let taken = OnConflict::columns([Column::RealmId, Column::Alg, Column::Slot])
                        .do_nothing()
                        .to_owned();
                    let added = Entity::insert(row.into_active_model())
                        .on_conflict(taken)
                        .exec_without_returning(act.tx())
                        .await?;
                    if added == 0 {
                        return Ok(false);
                    }
                    act.announce(realm, Changed::Keys);
                    Ok(true)
                })
            })
            .await
    }

    async fn rotate(
        &self,
        alg: SigningAlgorithm,
        retire_until: Timestamp,
        new_next: &StoredKey,
        with: Alongside,
    ) -> Stored<()> {
        let (realm, next) = (self.realm, to_row(self.realm, new_next)?);
        if new_next.alg != alg || new_next.state != KeyState::Next {
            return Err(StoreError::Conflict);
        }
        self.db
            .act(move |act| {
                Box::pin(async move {
                    retire(act, realm, alg, retire_until).await?;
                    activate(act, realm, alg.as_str()).await?;
                    Entity::insert(next.into_active_model())
                        .exec_without_returning(act.tx())
                        .await?;
                    act.announce(realm, Changed::Keys);
                    act.store(realm, with).await
                })
            })
            .await
    }

    async fn withdraw(&self, kid: &str, new_next: &StoredKey, with: Alongside) -> Stored<bool> {
        let (realm, kid, next) = (self.realm, kid.to_owned(), to_row(self.realm, new_next)?);
        if new_next.state != KeyState::Next {
            return Err(StoreError::Conflict);
        }
        self.db
            .act(move |act| Box::pin(withdraw(act, realm, kid, next, with)))
            .await
    }

    async fn sweep(&self, now: Timestamp) -> Stored<u64> {
        let realm = self.realm;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let swept = Entity::delete_many()
                        .filter(Column::RealmId.eq(realm.as_uuid()))
                        .filter(Column::RetireAt.lte(now.micros()))
                        .exec(act.tx())
                        .await?;
                    if swept.rows_affected > 0 {
                        act.announce(realm, Changed::Keys);
                    }
                    Ok(swept.rows_affected)
                })
            })
            .await
    }
}

async fn withdraw(act: &mut Act, realm: RealmId, kid: String, next: Model, with: Alongside) -> Sql<bool> {
    // Held, so that no rotation moves it meanwhile.
    let found = Entity::find_by_id((realm.as_uuid(), kid))
        .lock_exclusive()
        .one(act.tx())
        .await?;
    let Some(found) = found else {
        return Ok(false);
    };
    if found.alg != next.alg {
        return Err(StoreError::Conflict.into());
    }
    let (alg, state) = (next.alg.clone(), found.state.clone());
    Entity::delete_by_id((realm.as_uuid(), found.kid))
        .exec(act.tx())
        .await?;
    if state == KeyState::Active.name() {
        activate(act, realm, &alg).await?;
    }
    // What retires has nobody to take its place.
    if found.retire_at.is_none() {
        Entity::insert(next.into_active_model())
            .exec_without_returning(act.tx())
            .await?;
    }
    act.announce(realm, Changed::Keys);
    act.store(realm, with).await?;
    Ok(true)
}

async fn retire(act: &Act, realm: RealmId, alg: SigningAlgorithm, until: Timestamp) -> Sql<()> {
    let until = KeyState::Retiring { until };
    let retired = Entity::update_many()
        .col_expr(Column::State, Expr::value(until.name()))
        .col_expr(Column::Slot, Expr::col(Column::Kid))
        .col_expr(Column::RetireAt, Expr::value(retire_at(until)))
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::Alg.eq(alg.as_str()))
        .filter(Column::Slot.eq(KeyState::Active.name()))
        .exec(act.tx())
        .await?;
    exactly_one(retired.rows_affected)
}

async fn activate(act: &Act, realm: RealmId, alg: &str) -> Sql<()> {
    let active = KeyState::Active.name();
    let activated = Entity::update_many()
        .col_expr(Column::State, Expr::value(active))
        .col_expr(Column::Slot, Expr::value(active))
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::Alg.eq(alg))
        .filter(Column::Slot.eq(KeyState::Next.name()))
        .exec(act.tx())
        .await?;
    exactly_one(activated.rows_affected)
}

fn exactly_one(rows: u64) -> Sql<()> {
    match rows {
        1 => Ok(()),
        _ => Err(StoreError::Conflict.into()),
    }
}

fn retire_at(state: KeyState) -> Option<i64> {
    match state {
        KeyState::Next | KeyState::Active => None,
        KeyState::Retiring { until } => Some(until.micros()),
    }
}

fn key(row: Model) -> Stored<StoredKey> {
    let state = match (row.state.as_str(), row.retire_at) {
        ("next", None) => KeyState::Next,
        ("active", None) => KeyState::Active,
        ("retiring", Some(until)) => KeyState::Retiring {
            until: Timestamp::from_micros(until),
        },
        _ => return Err(row::unreadable("state")),
    };
    Ok(StoredKey {
        kid: row.kid,
        alg: SigningAlgorithm::parse(&row.alg).ok_or_else(|| row::unreadable("alg"))?,
        public_jwk: row::from_json(&row.public_jwk, "public_jwk")?,
        private: Sealed {
            key_id: row.sealed_by,
            bytes: row.sealed,
        },
        state,
        created_at: Timestamp::from_micros(row.created_at),
    })
}

fn to_row(realm: RealmId, key: &StoredKey) -> Stored<Model> {
    let slot = match key.state {
        KeyState::Next | KeyState::Active => key.state.name(),
        KeyState::Retiring { .. } => &key.kid,
    };
    Ok(Model {
        realm_id: realm.as_uuid(),
        kid: key.kid.clone(),
        alg: key.alg.as_str().to_owned(),
        slot: slot.to_owned(),
        public_jwk: row::to_json(&key.public_jwk)?,
        sealed_by: key.private.key_id.clone(),
        sealed: key.private.bytes.clone(),
        state: key.state.name().to_owned(),
        retire_at: retire_at(key.state),
        created_at: key.created_at.micros(),
    })
}
