//! The event log: storing, giving events their place, and how far each sink has read.
//!
//! Places are given by one relay after the commit, because numbers drawn while committing are not in the
//! order of commits.

use super::{
    Db, InRealm,
    dialect::{Turn, take_turn},
    entity::{event_log, sink_cursor},
    error::{Sql, failed},
    row, statements,
};
use async_trait::async_trait;
use domain::{
    event::Event,
    id::EventId,
    stores::{Alongside, EventStore, Stored},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Statement,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

#[async_trait]
impl EventStore for InRealm {
    async fn record(&self, with: Alongside) -> Stored<()> {
        let realm = self.realm;
        self.db.act(move |act| Box::pin(act.store(realm, with))).await
    }

    async fn from(&self, from: EventId, limit: u16) -> Stored<Vec<Event>> {
        use event_log::Column;
        let rows = event_log::Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::Id.gte(from.as_uuid()))
            .order_by_asc(Column::Id)
            .limit(u64::from(limit))
            .all(&self.db.reading)
            .await
            .map_err(failed)?;
        rows.iter().map(|row| row::from_json(&row.body, "body")).collect()
    }

    async fn replace(&self, events: &[Event]) -> Stored<()> {
        use event_log::Column;
        let realm = self.key();
        let bodies = events
            .iter()
            .map(|event| Ok((event.id.as_uuid(), row::to_json(event)?)));
        let bodies = bodies.collect::<Stored<Vec<(Uuid, String)>>>()?;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    for (id, body) in bodies {
                        event_log::Entity::update_many()
                            .col_expr(Column::Body, Expr::value(body))
                            .filter(Column::RealmId.eq(realm))
                            .filter(Column::Id.eq(id))
                            .exec(act.tx())
                            .await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

pub async fn sequence(db: &Db, limit: u16) -> Stored<u64> {
    // Mostly there is nothing to do, and the writer need not hear of it.
    let waiting = event_log::Entity::find()
        .filter(event_log::Column::Place.is_null())
        .select_only()
        .column(event_log::Column::Id)
        .into_tuple::<Uuid>()
        .one(&db.reading);
    if waiting.await.map_err(failed)?.is_none() {
        return Ok(0);
    }
    db.act(move |act| {
        Box::pin(async move {
            take_turn(act.tx(), Turn::Events).await?;
            let last = last_place(act.tx()).await?;
            let values = [last.into(), i64::from(limit).into()];
            let backend = act.tx().get_database_backend();
            let place = Statement::from_sql_and_values(backend, statements::PLACE_EVENTS, values);
            Ok(act.tx().execute_raw(place).await?.rows_affected())
        })
    })
    .await
}

/// The last place given. Events go with their realm, so what the sinks have read counts as well: no sink
/// may meet a place twice.
async fn last_place(connection: &impl ConnectionTrait) -> Sql<i64> {
    let last: Option<Option<i64>> = event_log::Entity::find()
        .select_only()
        .expr(event_log::Column::Place.max())
        .into_tuple()
        .one(connection)
        .await?;
    let read: Option<Option<i64>> = sink_cursor::Entity::find()
        .select_only()
        .expr(sink_cursor::Column::Place.max())
        .into_tuple()
        .one(connection)
        .await?;
    Ok(std::cmp::max(last.flatten(), read.flatten()).unwrap_or(0))
}

pub async fn for_sink(db: &Db, sink: &str, limit: u16) -> Stored<Vec<(i64, Event)>> {
    let cursor = sink_cursor::Entity::find_by_id(sink.to_owned())
        .one(&db.reading)
        .await
        .map_err(failed)?;
    let rows = event_log::Entity::find()
        .filter(event_log::Column::Place.gt(cursor.map_or(0, |row| row.place)))
        .order_by_asc(event_log::Column::Place)
        .limit(u64::from(limit))
        .all(&db.reading)
        .await
        .map_err(failed)?;
    rows.into_iter()
        .map(|row| {
            let place = row.place.ok_or_else(|| row::unreadable("place"))?;
            Ok((place, row::from_json(&row.body, "body")?))
        })
        .collect()
}

pub async fn pass(db: &Db, sink: &str) -> Stored<()> {
    let last = last_place(&db.reading).await?;
    let cursor = sink_cursor::Entity::find_by_id(sink.to_owned())
        .one(&db.reading)
        .await
        .map_err(failed)?;
    match cursor.is_none_or(|row| row.place < last) {
        true => advance(db, sink.to_owned(), last).await,
        false => Ok(()),
    }
}

pub async fn advance(db: &Db, sink: String, place: i64) -> Stored<()> {
    use sink_cursor::{Column, Entity, Model};
    db.act(move |act| {
        Box::pin(async move {
            let mut forward = OnConflict::column(Column::Sink);
            forward
                .update_column(Column::Place)
                .action_and_where(Expr::col((Entity, Column::Place)).lt(place));
            Entity::insert(Model { sink, place }.into_active_model())
                .on_conflict(forward)
                .exec_without_returning(act.tx())
                .await?;
            Ok(())
        })
    })
    .await
}
