//! Rotations that are done together: all that wait, with the same few statements. Only those that plainly take place
//! are done this way; which others there are, and why they do not, is found out one by one, in `authorizations.rs`.

use crate::sql::{
    dialect,
    gather::Gather,
    row,
    statements::{self, Lengths, ROTATION},
};
use domain::{
    authorization::RefreshToken,
    clock::Timestamp,
    id::RealmId,
    secret::Digest,
    stores::{Alongside, StoreError, Stored},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, Statement, Value};
use std::{collections::HashSet, sync::Arc};
use uuid::Uuid;

/// Statements to PostgreSQL under way at the same time.
const ASKERS: usize = 4;

/// A rotation with the event that belongs to it.
#[derive(Clone, Debug)]
pub struct Rotating {
    realm: Uuid,
    old: [u8; 32],
    at: i64,
    new: RefreshToken,
    event: Option<(Uuid, i64, String)>,
}

/// Where rotations on PostgreSQL are handed in. The answer is whether it took place, if that is known.
pub type Rotations = Gather<Rotating, Stored<bool>>;

impl Rotating {
    /// `None` if more goes with the rotation than can be stored with it.
    pub fn new(
        realm: RealmId,
        (old, new): (&Digest, &RefreshToken),
        at: Timestamp,
        with: &Alongside,
    ) -> Stored<Option<Self>> {
        let event = match with.events.as_slice() {
            [] => None,
            [event] if event.realm == realm => {
                Some((event.id.as_uuid(), event.at.micros(), row::to_json(event)?))
            }
            _ => return Ok(None),
        };
        Ok(with.jobs.is_empty().then(|| Self {
            realm: realm.as_uuid(),
            old: *old.as_bytes(),
            at: at.micros(),
            new: new.clone(),
            event,
        }))
    }

    /// In the order of [`ROTATION`].
    fn values(&self) -> [Value; ROTATION.len()] {
        let (event, happened_at, body) = match &self.event {
            Some((id, at, body)) => (Some(*id), Some(*at), Some(body.clone())),
            None => (None, None, None),
        };
        [
            self.realm.into(),
            self.old.to_vec().into(),
            self.new.authorization_id.as_uuid().into(),
            self.at.into(),
            self.new.id.as_uuid().into(),
            row::bytes(&self.new.digest).into(),
            self.new.created_at.micros().into(),
            self.new.expires_at.micros().into(),
            event.into(),
            happened_at.into(),
            body.into(),
        ]
    }
}

/// What fills a list up: of the same types as a rotation, so that PostgreSQL knows the statement again.
fn nothing() -> [Value; ROTATION.len()] {
    let (uuid, number, bytes) = (Value::Uuid(None), Value::BigInt(None), Value::Bytes(None));
    [
        uuid.clone(),
        bytes.clone(),
        uuid.clone(),
        number.clone(),
        uuid.clone(),
        bytes,
        number.clone(),
        number.clone(),
        uuid,
        number,
        Value::String(None),
    ]
}

/// Does rotations in a transaction on SQLite; tells which took place.
pub async fn in_transaction(tx: &DatabaseTransaction, rotations: &[&Rotating]) -> Result<Vec<bool>, DbErr> {
    let mut done = vec![false; rotations.len()];
    let mut places = one_of_each(rotations);
    while !places.is_empty() {
        let rest = places.split_off(places.len().min(statements::MOST));
        let chosen: Vec<&Rotating> = at(rotations, &places);
        let rotated = rotate(tx, &statements::ROTATE, &chosen).await?;
        places.retain(|place| {
            rotations
                .get(*place)
                .is_some_and(|rotation| rotated.contains(&(rotation.realm, rotation.old.to_vec())))
        });
        if !places.is_empty() {
            let won = at(rotations, &places);
            tx.execute_raw(statement(tx, &statements::SUCCEED, &won)).await?;
        }
        for place in places {
            if let Some(done) = done.get_mut(place) {
                *done = true;
            }
        }
        places = rest;
    }
    Ok(done)
}

/// Starts what does rotations on PostgreSQL, each group of them in a transaction of its own.
pub fn on_postgres(pool: &DatabaseConnection) -> Rotations {
    let pool = pool.clone();
    Gather::start(ASKERS, statements::MOST, move |rotations: Vec<Rotating>| {
        let pool = pool.clone();
        Box::pin(async move { at_once(&pool, &rotations).await })
    })
}

async fn at_once(pool: &DatabaseConnection, rotations: &[Rotating]) -> Vec<Stored<bool>> {
    let rotations: Vec<&Rotating> = rotations.iter().collect();
    let places = one_of_each(&rotations);
    let chosen = at(&rotations, &places);
    match rotate(pool, &statements::ROTATE_AND_SUCCEED, &chosen).await {
        Ok(rotated) => rotations
            .iter()
            .enumerate()
            .map(|(place, rotation)| {
                Ok(places.contains(&place) && rotated.contains(&(rotation.realm, rotation.old.to_vec())))
            })
            .collect(),
        Err(error) if dialect::was_refused(&error) => rotations.iter().map(|_| Ok(false)).collect(),
        Err(error) => {
            let error = Arc::new(error);
            let failed = |_| Err(StoreError::unavailable(error.clone()));
            rotations.iter().map(failed).collect()
        }
    }
}

/// Of several rotations below one authorization a statement can do one.
fn one_of_each(rotations: &[&Rotating]) -> Vec<usize> {
    let mut seen = HashSet::with_capacity(rotations.len());
    let first = |(place, rotation): (usize, &&Rotating)| {
        let authorization = (rotation.realm, rotation.new.authorization_id.as_uuid());
        seen.insert(authorization).then_some(place)
    };
    rotations.iter().enumerate().filter_map(first).collect()
}

fn at<'a>(rotations: &[&'a Rotating], places: &[usize]) -> Vec<&'a Rotating> {
    places
        .iter()
        .filter_map(|place| rotations.get(*place).copied())
        .collect()
}

/// Runs a statement that tells realm and digest of the tokens it rotated.
async fn rotate(
    connection: &impl ConnectionTrait,
    sql: &Lengths,
    rotations: &[&Rotating],
) -> Result<HashSet<(Uuid, Vec<u8>)>, DbErr> {
    let rows = connection
        .query_all_raw(statement(connection, sql, rotations))
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect()
}

fn statement(connection: &impl ConnectionTrait, sql: &Lengths, rotations: &[&Rotating]) -> Statement {
    let (sql, length) = sql.for_rows(rotations.len());
    let mut values = Vec::with_capacity(length * ROTATION.len());
    for rotation in rotations {
        values.extend(rotation.values());
    }
    for _ in rotations.len()..length {
        values.extend(nothing());
    }
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}
