//! Acts that are committed together. They first run one after the other in the transaction itself, their events
//! written with one statement for all. When one of them fails or takes itself back, all are run again, each in a
//! savepoint: a savepoint costs two statements, and that an act does not take place is rare. Rotations come first, all
//! with the same statements; one that these do not do is an act like any other.

use super::{Listeners, carry_out, stopped, work::Work};
use crate::sql::{
    act::{Act, Logged, Written, write_events},
    authorizations::{Rotating, rotate_together},
    dialect,
    error::Sql,
};
use async_trait::async_trait;
use domain::{
    authorization::Rotation,
    stores::{StoreError, Stored},
};
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait as _};
use std::sync::Arc;
use tokio::sync::oneshot;

type Kept = (Written, Vec<Logged>);

/// An act that waits for its turn, and whoever waits for its answer.
#[async_trait]
pub trait Waiting: Send {
    /// Runs the act and keeps its answer. `None` if it does not take place, and what it wrote must be undone.
    async fn run(&mut self, tx: Arc<DatabaseTransaction>) -> Option<Kept>;
    /// The rotation that the act is, when it may be done with others.
    fn rotation(&self) -> Option<&Rotating>;
    /// Keeps the answer of a rotation that was done with others.
    fn rotated(&mut self);
    /// Turns the answer into a failure: what belongs to the act could not be written.
    fn fail(&mut self, error: DbErr);
    /// Gives the answer, once it is known whether the act was committed.
    fn answer(self: Box<Self>, committed: Result<(), Arc<DbErr>>);
}

struct Waits<T> {
    work: Work<T>,
    answer: Option<Sql<T>>,
    reply: oneshot::Sender<Stored<T>>,
    /// The rotation that the act is, and the answer when it takes place.
    rotation: Option<(Rotating, T)>,
}

/// Prepares an act to be committed with others; its answer comes by the receiver.
pub fn wait<T: Send + 'static>(work: Work<T>) -> (Box<dyn Waiting>, oneshot::Receiver<Stored<T>>) {
    waits(work, None)
}

/// Prepares a rotation to be done and committed with others.
pub fn wait_to_rotate(
    rotating: Rotating,
    work: Work<Rotation>,
) -> (Box<dyn Waiting>, oneshot::Receiver<Stored<Rotation>>) {
    waits(work, Some((rotating, Rotation::Rotated)))
}

fn waits<T: Send + 'static>(
    work: Work<T>,
    rotation: Option<(Rotating, T)>,
) -> (Box<dyn Waiting>, oneshot::Receiver<Stored<T>>) {
    let (reply, answer) = oneshot::channel();
    let waits = Waits {
        work,
        answer: None,
        reply,
        rotation,
    };
    (Box::new(waits), answer)
}

#[async_trait]
impl<T: Send + 'static> Waiting for Waits<T> {
    async fn run(&mut self, tx: Arc<DatabaseTransaction>) -> Option<Kept> {
        let mut act = Act::new(tx);
        let answer = carry_out(&mut act, &self.work).await;
        let succeeded = answer.is_ok();
        self.answer = Some(answer);
        act.kept().filter(|_| succeeded)
    }

    fn rotation(&self) -> Option<&Rotating> {
        self.rotation.as_ref().map(|(rotating, _)| rotating)
    }

    fn rotated(&mut self) {
        self.answer = self.rotation.take().map(|(_, answer)| Ok(answer));
    }

    fn fail(&mut self, error: DbErr) {
        self.answer = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>, committed: Result<(), Arc<DbErr>>) {
        let answer = match (committed, self.answer) {
            (Ok(()), Some(answer)) => answer.map_err(StoreError::from),
            (Ok(()), None) => Err(stopped()),
            (Err(error), _) => Err(StoreError::unavailable(error)),
        };
        // A caller that no longer waits is no reason to stop.
        let _ = self.reply.send(answer);
    }
}

/// Runs and commits all acts, then tells listeners and whoever waits.
pub async fn commit(connection: &DatabaseConnection, mut acts: Vec<Box<dyn Waiting>>, listeners: &Listeners) {
    let committed = match together(connection, &mut acts).await {
        Ok(None) => apart(connection, &mut acts).await,
        Ok(Some(written)) => Ok(written),
        Err(error) => Err(error),
    };
    let committed = committed.map_err(Arc::new);
    match &committed {
        Ok(written) => listeners.tell(written),
        Err(error) => tracing::error!(%error, "acts could not be committed"),
    }
    for act in acts {
        act.answer(committed.as_ref().map(|_| ()).map_err(Arc::clone));
    }
}

/// All acts in the transaction itself. `None` if one of them does not take place: then nothing was written.
async fn together(
    connection: &DatabaseConnection,
    acts: &mut [Box<dyn Waiting>],
) -> Result<Option<Written>, DbErr> {
    let tx = Arc::new(begin(connection).await?);
    let mut total = Written::default();
    let mut events = Vec::new();
    let Ok(rotated) = rotate(&tx, acts).await else {
        own(tx)?.rollback().await?;
        return Ok(None);
    };
    for (act, _) in acts.iter_mut().zip(rotated).filter(|(_, rotated)| !rotated) {
        let Some((written, its_events)) = act.run(tx.clone()).await else {
            own(tx)?.rollback().await?;
            return Ok(None);
        };
        total.add(written);
        events.extend(its_events);
    }
    let tx = own(tx)?;
    if write_events(&tx, events).await.is_err() {
        tx.rollback().await?;
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some(total))
}

/// Does the rotations among the acts; tells of every act whether it is done.
async fn rotate(tx: &DatabaseTransaction, acts: &mut [Box<dyn Waiting>]) -> Result<Vec<bool>, DbErr> {
    let mut done = vec![false; acts.len()];
    let places = acts.iter().enumerate();
    let (places, rotations): (Vec<usize>, Vec<&Rotating>) = places
        .filter_map(|(place, act)| Some((place, act.rotation()?)))
        .unzip();
    let rotated = rotate_together(tx, &rotations).await?;
    for (place, _) in places.into_iter().zip(rotated).filter(|(_, rotated)| *rotated) {
        if let (Some(act), Some(done)) = (acts.get_mut(place), done.get_mut(place)) {
            act.rotated();
            *done = true;
        }
    }
    Ok(done)
}

/// Each act in a savepoint of its own, so that one that does not take place leaves the others alone.
async fn apart(connection: &DatabaseConnection, acts: &mut [Box<dyn Waiting>]) -> Result<Written, DbErr> {
    let outer = begin(connection).await?;
    let mut total = Written::default();
    for act in acts {
        let savepoint = Arc::new(outer.begin().await?);
        let kept = act.run(savepoint.clone()).await;
        let savepoint = own(savepoint)?;
        let Some((written, events)) = kept else {
            savepoint.rollback().await?;
            continue;
        };
        match write_events(&savepoint, events).await {
            Ok(()) => {
                savepoint.commit().await?;
                total.add(written);
            }
            Err(error) => {
                savepoint.rollback().await?;
                act.fail(error);
            }
        }
    }
    outer.commit().await?;
    Ok(total)
}

async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = dialect::to_write(connection.get_database_backend());
    connection.begin_with_options(options).await
}

/// The transaction that acts had part in; none of them keeps it.
fn own(tx: Arc<DatabaseTransaction>) -> Result<DatabaseTransaction, DbErr> {
    Arc::into_inner(tx).ok_or_else(|| DbErr::Custom("an act outlived its run".to_owned()))
}
