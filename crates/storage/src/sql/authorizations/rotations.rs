//! Rotations that are done together: all that wait, with the same few statements. Only those that plainly take place
//! are done this way; which others there are, and why they do not, is found out one by one, in `authorizations.rs`.

use crate::sql::{
    dialect,
    gather::Gather,
    row,
    statements::{self, NOTED_BELOW, ROTATION},
};
use domain::{
    authorization::RefreshToken,
    clock::Timestamp,
    id::RealmId,
    secret::Digest,
    stores::{Alongside, StoreError, Stored},
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbErr, QueryResult, Value};
use std::{collections::HashSet, sync::Arc};
use uuid::Uuid;

/// Statements to PostgreSQL under way at the same time.
const ASKERS: usize = 2;

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
        let nothing_else = with.jobs.is_empty() && with.access_tokens.is_empty() && with.logouts.is_none();
        Ok(nothing_else.then(|| Self {
            realm: realm.as_uuid(),
            old: *old.as_bytes(),
            at: at.micros(),
            new: new.clone(),
            event,
        }))
    }

    fn key(&self) -> (Uuid, Vec<u8>) {
        (self.realm, self.old.to_vec())
    }

    fn must_be_noted(&self) -> bool {
        self.new.expires_at < Timestamp::from_micros(self.at) + NOTED_BELOW
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
    let places = one_of_each(rotations);
    let rotated = rotated(tx, &at(rotations, &places)).await?;
    for place in places {
        if let (Some(done), Some(rotation)) = (done.get_mut(place), rotations.get(place)) {
            *done = rotated.contains(&rotation.key());
        }
    }
    let won = rotations.iter().zip(&done).filter(|(_, done)| **done);
    store(tx, &won.map(|(rotation, _)| *rotation).collect::<Vec<_>>()).await?;
    Ok(done)
}

/// Realm and digest of the tokens that were rotated.
async fn rotated(
    tx: &DatabaseTransaction,
    rotations: &[&Rotating],
) -> Result<HashSet<(Uuid, Vec<u8>)>, DbErr> {
    let rows = rotations.iter().map(|rotation| {
        let [realm, old, authorization, at, _, digest, ..] = rotation.values();
        [at, digest, realm, old, authorization]
    });
    let mut rotated = HashSet::with_capacity(rotations.len());
    for statement in statements::ROTATE.with(tx, rows) {
        for row in tx.query_all_raw(statement).await? {
            rotated.insert(key(&row)?);
        }
    }
    Ok(rotated)
}

/// Stores the successors, the events, and what the sweep must know.
async fn store(tx: &DatabaseTransaction, won: &[&Rotating]) -> Result<(), DbErr> {
    let tokens = won.iter().map(|rotation| {
        let [realm, _, authorization, _, id, digest, created_at, expires_at, ..] = rotation.values();
        [realm, digest, id, authorization, created_at, expires_at]
    });
    let mut all = statements::STORE_TOKEN.with(tx, tokens);
    let logged = won.iter().filter(|rotation| rotation.event.is_some());
    let events = logged.map(|rotation| {
        let [realm, .., id, happened_at, body] = rotation.values();
        [realm, id, happened_at, body]
    });
    all.extend(statements::STORE_EVENT.with(tx, events));
    let noted = won.iter().filter(|rotation| rotation.must_be_noted());
    let notes = noted.map(|rotation| {
        let [realm, _, authorization, at, ..] = rotation.values();
        [at, realm, authorization]
    });
    all.extend(statements::NOTE.with(tx, notes));
    for statement in all {
        tx.execute_raw(statement).await?;
    }
    Ok(())
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
    let places = one_of_each(&rotations.iter().collect::<Vec<_>>());
    let rows = places
        .iter()
        .filter_map(|place| rotations.get(*place))
        .map(Rotating::values);
    let rows: Vec<_> = rows.collect();
    let statement = statements::ROTATE_ALL.with(pool, rows.into_iter(), nothing());
    let rotated = pool.query_all_raw(statement).await;
    let rotated = rotated.and_then(|rows| rows.iter().map(key).collect::<Result<HashSet<_>, _>>());
    match rotated {
        Ok(rotated) => rotations
            .iter()
            .enumerate()
            .map(|(place, rotation)| Ok(places.contains(&place) && rotated.contains(&rotation.key())))
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

/// What a row tells of a token that was rotated.
fn key(row: &QueryResult) -> Result<(Uuid, Vec<u8>), DbErr> {
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
}
