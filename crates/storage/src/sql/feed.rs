//! Reading the change feed and the revocations that still matter.

use super::{
    Db, act,
    entity::{change_feed, revocation},
    error::failed,
    row,
};
use domain::{
    change::{Change, Revocation},
    clock::Timestamp,
    id::RealmId,
    stores::Stored,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

pub async fn last_change(db: &Db) -> Stored<i64> {
    let last = change_feed::Entity::find()
        .order_by_desc(change_feed::Column::Sequence)
        .one(&db.reading)
        .await
        .map_err(failed)?;
    Ok(last.map_or(0, |row| row.sequence))
}

pub async fn changes_after(db: &Db, sequence: i64, limit: u16) -> Stored<Vec<Change>> {
    let rows = change_feed::Entity::find()
        .filter(change_feed::Column::Sequence.gt(sequence))
        .order_by_asc(change_feed::Column::Sequence)
        .limit(u64::from(limit))
        .all(&db.reading)
        .await
        .map_err(failed)?;
    rows.into_iter().map(change).collect()
}

fn change(row: change_feed::Model) -> Stored<Change> {
    Ok(Change {
        sequence: row.sequence,
        realm: RealmId::from_uuid(row.realm_id),
        changed: row::from_json(&row.body, "body")?,
    })
}

pub async fn revocations(db: &Db, realm: RealmId, now: Timestamp) -> Stored<Vec<Revocation>> {
    let rows = revocation::Entity::find()
        .filter(revocation::Column::RealmId.eq(realm.as_uuid()))
        .filter(revocation::Column::RememberUntil.gt(now.micros()))
        .all(&db.reading)
        .await
        .map_err(failed)?;
    rows.iter().map(act::revocation).collect()
}
