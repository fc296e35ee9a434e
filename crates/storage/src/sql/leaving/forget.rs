//! Taking the ids of an erased account out of tables that are not its own. Read in batches beside the writer; what is
//! changed meanwhile was changed by somebody who is not the erased account any more.

use crate::sql::{
    Db,
    entity::{activity, browser, change_feed, ephemeral, revocation},
    error::failed,
    row,
};
use domain::{
    change::{Changed, Revoked},
    id::{RealmId, UserId},
    stores::Stored,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, UpdateMany, sea_query::Expr};
use std::collections::HashMap;
use uuid::Uuid;

/// Rows in hand at once.
const BATCH: u64 = 500;
/// Ids in one statement; SQLite bounds the number of parameters.
const IDS: usize = 500;
/// Characters of an id as text.
const ID: usize = 36;

/// Puts `pseudonyms` in the place of ids, or deletes what is about them alone.
pub async fn forget(db: &Db, realm: RealmId, user: UserId, pseudonyms: &HashMap<Uuid, Uuid>) -> Stored<()> {
    browsers(db, realm, pseudonyms).await?;
    changes(db, realm, pseudonyms).await?;
    revocations(db, realm, pseudonyms).await?;
    db.act(move |act| {
        Box::pin(async move {
            ephemeral::Entity::delete_many()
                .filter(ephemeral::Column::Key.contains(user.to_string()))
                .exec(act.tx())
                .await?;
            activity::Entity::delete_many()
                .filter(activity::Column::RealmId.eq(realm.as_uuid()))
                .filter(activity::Column::UserId.eq(user.as_uuid()))
                .exec(act.tx())
                .await?;
            Ok(())
        })
    })
    .await
}

/// What browsers remember: under their cookies, so it is found by reading all of it.
async fn browsers(db: &Db, realm: RealmId, pseudonyms: &HashMap<Uuid, Uuid>) -> Stored<()> {
    use browser::Column;
    let mut after: Option<Vec<u8>> = None;
    loop {
        let mut query = browser::Entity::find()
            .filter(Column::RealmId.eq(realm.as_uuid()))
            .order_by_asc(Column::Cookie)
            .limit(BATCH);
        if let Some(after) = after.take() {
            query = query.filter(Column::Cookie.gt(after));
        }
        let rows = query.all(&db.reading).await.map_err(failed)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = Some(last.cookie.clone());
        let changed = rows.into_iter().filter_map(|row| {
            let replaced = replaced(&row.payload, pseudonyms)?;
            Some(replace_payload(row, replaced))
        });
        let changed: Vec<UpdateMany<browser::Entity>> = changed.collect();
        if changed.is_empty() {
            continue;
        }
        db.act(move |act| {
            Box::pin(async move {
                for update in changed {
                    update.exec(act.tx()).await?;
                }
                Ok(())
            })
        })
        .await?;
    }
}

fn replace_payload(row: browser::Model, replaced: Vec<u8>) -> UpdateMany<browser::Entity> {
    use browser::Column;
    browser::Entity::update_many()
        .col_expr(Column::Payload, Expr::value(replaced))
        .filter(Column::RealmId.eq(row.realm_id))
        .filter(Column::Cookie.eq(row.cookie))
        .filter(Column::Payload.eq(row.payload))
}

/// `text` with other ids; `None` if it names none of them.
fn replaced(text: &[u8], pseudonyms: &HashMap<Uuid, Uuid>) -> Option<Vec<u8>> {
    let mut replaced: Option<Vec<u8>> = None;
    for (at, window) in text.windows(ID).enumerate() {
        let id = std::str::from_utf8(window).ok().filter(|text| text.contains('-'));
        let id = id.and_then(|text| Uuid::try_parse(text).ok());
        if let Some(other) = id.and_then(|id| pseudonyms.get(&id)) {
            let copy = replaced.get_or_insert_with(|| text.to_vec());
            if let Some(place) = copy.get_mut(at..at + ID) {
                place.copy_from_slice(other.hyphenated().to_string().as_bytes());
            }
        }
    }
    replaced
}

async fn changes(db: &Db, realm: RealmId, pseudonyms: &HashMap<Uuid, Uuid>) -> Stored<()> {
    use change_feed::Column;
    let mut after = i64::MIN;
    loop {
        let rows = change_feed::Entity::find()
            .filter(Column::Sequence.gt(after))
            .order_by_asc(Column::Sequence)
            .limit(BATCH)
            .all(&db.reading)
            .await
            .map_err(failed)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.sequence;
        let mut theirs = Vec::new();
        for row in rows.iter().filter(|row| row.realm_id == realm.as_uuid()) {
            if names(&row::from_json(&row.body, "body")?, pseudonyms) {
                theirs.push(row.sequence);
            }
        }
        if theirs.is_empty() {
            continue;
        }
        let delete = change_feed::Entity::delete_many().filter(Column::Sequence.is_in(theirs));
        db.act(move |act| {
            Box::pin(async move {
                delete.exec(act.tx()).await?;
                Ok(())
            })
        })
        .await?;
    }
}

fn names(changed: &Changed, ids: &HashMap<Uuid, Uuid>) -> bool {
    let Changed::Revoked(revocation) = changed else {
        return false;
    };
    let id = match &revocation.what {
        Revoked::Authorization(id) => id.as_uuid(),
        Revoked::LoginSession(id) => id.as_uuid(),
        Revoked::User(id) => id.as_uuid(),
        Revoked::Client(_) | Revoked::Token(_) => return false,
    };
    ids.contains_key(&id)
}

async fn revocations(db: &Db, realm: RealmId, pseudonyms: &HashMap<Uuid, Uuid>) -> Stored<()> {
    use revocation::Column;
    let subjects: Vec<String> = pseudonyms.keys().map(Uuid::to_string).collect();
    for subjects in subjects.chunks(IDS) {
        let delete = revocation::Entity::delete_many()
            .filter(Column::RealmId.eq(realm.as_uuid()))
            .filter(Column::Kind.is_in(["authorization", "login_session", "user"]))
            .filter(Column::Subject.is_in(subjects.iter().cloned()));
        db.act(move |act| {
            Box::pin(async move {
                delete.exec(act.tx()).await?;
                Ok(())
            })
        })
        .await?;
    }
    Ok(())
}
