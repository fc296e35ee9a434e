//! Which clients took part in sessions, and telling them of the end.

use super::{
    act::Act,
    entity::{authorization_root, client},
    error::Sql,
    row,
};
use domain::{
    client::ClientMetadata,
    id::{LoginSessionId, RealmId, UserId},
    stores::{Alongside, Participation, Stored},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashSet;
use uuid::Uuid;

/// Ids in one statement; SQLite bounds the number of parameters.
const IDS: usize = 500;

/// The clients for which something was approved in these sessions, each once a session; `limit` at most.
pub async fn find(
    tx: &impl ConnectionTrait,
    realm: RealmId,
    sessions: &[Uuid],
    limit: Option<u64>,
) -> Sql<Vec<Participation>> {
    use authorization_root::{Column, Entity};
    let found: Vec<(Uuid, Uuid, String)> = Entity::find()
        .select_only()
        .column(Column::LoginSessionId)
        .column(Column::UserId)
        .column(Column::ClientId)
        .distinct()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::LoginSessionId.is_in(sessions.iter().copied()))
        .order_by_asc(Column::LoginSessionId)
        .order_by_asc(Column::ClientId)
        .limit(limit)
        .into_tuple()
        .all(tx)
        .await?;
    let found: Stored<Vec<Participation>> = found.into_iter().map(participation).collect();
    Ok(found?)
}

/// Adds to `with` the jobs that tell clients of the end of these sessions. Whoever still approves something in one
/// of them waits for the act or is seen by it, since it holds their rows.
pub async fn tell_clients(act: &Act, realm: RealmId, ended: &[Uuid], with: &mut Alongside) -> Sql<()> {
    let Some(logouts) = with.logouts.clone() else {
        return Ok(());
    };
    for ended in ended.chunks(IDS) {
        let took_part = find(act.tx(), realm, ended, None).await?;
        let clients: HashSet<String> = took_part.iter().map(|one| one.client.to_string()).collect();
        let listening = listening(act.tx(), realm, clients.into_iter().collect()).await?;
        let told = took_part.into_iter();
        let told = told.filter(|one| listening.contains(one.client.as_str()));
        with.jobs.extend(told.map(|one| logouts.job(one)));
    }
    Ok(())
}

/// Those of these clients that registered where they hear of the end of sessions.
async fn listening(tx: &impl ConnectionTrait, realm: RealmId, clients: Vec<String>) -> Sql<HashSet<String>> {
    use client::{Column, Entity};
    let mut listening = HashSet::new();
    for clients in clients.chunks(IDS) {
        let rows: Vec<(String, String)> = Entity::find()
            .select_only()
            .column(Column::ClientId)
            .column(Column::Metadata)
            .filter(Column::RealmId.eq(realm.as_uuid()))
            .filter(Column::ClientId.is_in(clients))
            .into_tuple()
            .all(tx)
            .await?;
        for (id, metadata) in rows {
            let metadata: ClientMetadata = row::from_json(&metadata, "metadata")?;
            if metadata.backchannel_logout.is_some() {
                listening.insert(id);
            }
        }
    }
    Ok(listening)
}

fn participation((session, user, client): (Uuid, Uuid, String)) -> Stored<Participation> {
    Ok(Participation {
        session: LoginSessionId::from_uuid(session),
        user: UserId::from_uuid(user),
        client: row::parse(&client, "client_id")?,
    })
}
