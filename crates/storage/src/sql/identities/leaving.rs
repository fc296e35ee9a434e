//! Unlinking an identity, and the end of what rests on it.

use super::{
    super::{
        act::Act,
        entity::user_password,
        entity::{federated_session, linked_identity::Column, linked_identity::Entity, login_session},
        error::Sql,
        participations, passkeys, sessions, users,
    },
    of_user, usable,
};
use domain::{
    federation::ProviderId,
    id::{LinkedIdentityId, RealmId, UserId},
    passkey::{WaysIn, ways_in},
    stores::{Alongside, Moment, Unlinked},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType};
use std::collections::HashMap;
use uuid::Uuid;

/// Ids in one statement; SQLite bounds the number of parameters.
const IDS: usize = 500;

/// What is to go, and the providers that people may come through.
#[derive(Clone)]
pub struct Leaves {
    pub realm: RealmId,
    pub user: UserId,
    pub id: LinkedIdentityId,
    pub open: Vec<ProviderId>,
}

pub async fn unlink(act: &mut Act, leaves: Leaves, moment: Moment, mut with: Alongside) -> Sql<Unlinked> {
    let Leaves {
        realm,
        user,
        id,
        open,
    } = leaves;
    users::hold(act.tx(), realm, user).await?;
    // Held, so that no sign-in by it is remembered from here on.
    let theirs = of_user(realm, user)
        .filter(Column::Id.eq(id.as_uuid()))
        .lock(LockType::Update);
    let Some(theirs) = theirs.one(act.tx()).await? else {
        return Ok(Unlinked::Unknown);
    };
    let is_way_in = open.iter().any(|open| open.as_str() == theirs.provider);
    let password = user_password::Entity::find_by_id((realm.as_uuid(), user.as_uuid()));
    let left = WaysIn {
        password: password.one(act.tx()).await?.is_some(),
        passkeys: passkeys::count(act.tx(), realm, user).await?,
        identities: usable(act.tx(), realm, user, &open).await? - u64::from(is_way_in),
        mailed_code: users::has_proven_address(act.tx(), realm, user).await?,
    };
    if ways_in(left) == 0 {
        return Ok(Unlinked::LastWayIn);
    }
    let resting = resting_on(act, (realm, user), (id, &theirs.provider)).await?;
    participations::tell_clients(act, realm, &resting, &mut with).await?;
    for ids in resting.chunks(IDS) {
        sessions::end(act, realm, ids, moment).await?;
    }
    let key = (realm.as_uuid(), id.as_uuid());
    Entity::delete_by_id(key).exec(act.tx()).await?;
    act.store(realm, with).await?;
    Ok(Unlinked::Unlinked)
}

/// The person's sessions that rest on the identity: those that it proved last, and those of its provider of which it is
/// not remembered by whom.
async fn resting_on(
    act: &Act,
    (realm, user): (RealmId, UserId),
    (id, provider): (LinkedIdentityId, &str),
) -> Sql<Vec<Uuid>> {
    use login_session::Column;
    let through: Vec<(Uuid, Option<String>)> = login_session::Entity::find()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::EndedAt.is_null())
        .filter(Column::Provider.is_not_null())
        .select_only()
        .columns([Column::Id, Column::Provider])
        .order_by_asc(Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .all(act.tx())
        .await?;
    let mut by: HashMap<Uuid, Uuid> = HashMap::new();
    for through in through.chunks(IDS) {
        use federated_session::Column;
        let remembered = federated_session::Entity::find()
            .filter(Column::RealmId.eq(realm.as_uuid()))
            .filter(Column::LoginSessionId.is_in(through.iter().map(|(session, _)| *session)))
            .all(act.tx())
            .await?;
        by.extend(
            remembered
                .into_iter()
                .map(|row| (row.login_session_id, row.identity_id)),
        );
    }
    let rests = |(session, through): &(Uuid, Option<String>)| match by.get(session) {
        Some(identity) => *identity == id.as_uuid(),
        None => through.as_deref() == Some(provider),
    };
    let resting = through.iter().filter(|session| rests(session));
    Ok(resting.map(|(session, _)| *session).collect())
}
