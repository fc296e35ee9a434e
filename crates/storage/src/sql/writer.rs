//! Writing. On SQLite one task takes every act that waits, runs them in one transaction and commits once;
//! durability then costs latency, not throughput. On PostgreSQL an act is a transaction. Rotations of refresh tokens,
//! the one act that happens all the time, are done together on both.
//!
//! An act runs to its end even when its caller no longer waits for the answer.

mod alone;
mod group;
mod work;

use super::{
    act::{Act, Written},
    authorizations::{self, Rotating, Rotations},
    error::{Sql, SqlError},
};
use domain::{
    authorization::Rotation,
    change::Change,
    stores::{StoreError, Stored},
};
use futures::{FutureExt as _, future::BoxFuture};
use group::Waiting;
use sea_orm::DatabaseConnection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, PoisonError, RwLock},
};
use tokio::sync::{Notify, mpsc, oneshot};
use work::Work;

/// Acts that may wait before callers have to.
const QUEUE: usize = 1024;
/// Acts committed together at most.
const BATCH: usize = 256;

/// Called with the changes of a commit before their acts are acknowledged.
pub type Listener = Arc<dyn Fn(&[Change]) + Send + Sync>;

/// Who is told about commits in this process.
#[derive(Default)]
pub struct Listeners {
    on_commit: RwLock<Vec<Listener>>,
    /// Notified when there is new work.
    pub jobs: Arc<Notify>,
}

impl Listeners {
    /// Adds one.
    pub fn add(&self, listener: Listener) {
        self.on_commit
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(listener);
    }

    fn tell(&self, written: &Written) {
        if !written.changes.is_empty() {
            let listeners = self.on_commit.read().unwrap_or_else(PoisonError::into_inner);
            for listener in listeners.iter() {
                // A listener that fails must not take the writer with it; the feed reaches it again.
                if catch_unwind(AssertUnwindSafe(|| listener(&written.changes))).is_err() {
                    tracing::error!("a listener to changes failed");
                }
            }
        }
        if written.jobs {
            self.jobs.notify_one();
        }
    }
}

/// Where acts are handed in.
pub enum Writer {
    /// One task for all.
    Queue(mpsc::Sender<Box<dyn Waiting>>),
    /// A transaction an act, or a group of rotations.
    Pool(DatabaseConnection, Arc<Listeners>, Rotations),
}

impl Writer {
    /// Starts the task that commits acts in groups.
    pub fn queue(connection: DatabaseConnection, listeners: Arc<Listeners>) -> Self {
        let (sender, mut waiting) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            let mut acts = Vec::with_capacity(BATCH);
            while waiting.recv_many(&mut acts, BATCH).await > 0 {
                group::commit(&connection, std::mem::take(&mut acts), &listeners).await;
            }
        });
        Self::Queue(sender)
    }

    /// Prepares for acts in transactions of their own.
    pub fn pool(pool: DatabaseConnection, listeners: Arc<Listeners>) -> Self {
        let rotations = authorizations::rotations(&pool);
        Self::Pool(pool, listeners, rotations)
    }

    /// Runs an act; the answer comes after its commit.
    pub async fn act<T, F>(&self, work: F) -> Stored<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Act) -> BoxFuture<'a, Sql<T>> + Clone + Send + Sync + 'static,
    {
        self.carry(Work::new(work)).await
    }

    async fn carry<T: Send + 'static>(&self, work: Work<T>) -> Stored<T> {
        let answer = match self {
            Self::Queue(queue) => {
                let (act, answer) = group::wait(work);
                queue.send(act).await.map_err(|_| stopped())?;
                answer
            }
            Self::Pool(pool, listeners, _) => {
                let (pool, listeners) = (pool.clone(), listeners.clone());
                let (reply, answer) = oneshot::channel();
                let act = async move {
                    // A caller that no longer waits is no reason to stop.
                    let _ = reply.send(alone::commit(&pool, &work, &listeners).await);
                };
                tokio::spawn(act.boxed());
                answer
            }
        };
        answer.await.map_err(|_| stopped())?
    }

    /// Rotates a refresh token together with others that wait. Where that does not do it, `work` does, and says why.
    pub async fn rotate<F>(&self, quick: Option<Rotating>, work: F) -> Stored<Rotation>
    where
        F: for<'a> FnOnce(&'a mut Act) -> BoxFuture<'a, Sql<Rotation>> + Clone + Send + Sync + 'static,
    {
        let Some(rotating) = quick else {
            return self.act(work).await;
        };
        match self {
            Self::Queue(queue) => {
                let (act, answer) = group::wait_to_rotate(rotating, Work::new(work));
                queue.send(act).await.map_err(|_| stopped())?;
                answer.await.map_err(|_| stopped())?
            }
            Self::Pool(_, _, rotations) => {
                if rotations.ask(rotating).await?? {
                    return Ok(Rotation::Rotated);
                }
                self.act(work).await
            }
        }
    }
}

fn stopped() -> StoreError {
    StoreError::unavailable("the act was not carried out")
}

/// Does the work of an act and writes what it announced; a panic is a failure like any other.
async fn carry_out<T>(act: &mut Act, work: &Work<T>) -> Sql<T> {
    let whole = async {
        let answer = work.begin(act).await?;
        act.publish().await?;
        Ok(answer)
    };
    let done = AssertUnwindSafe(whole).catch_unwind().await;
    done.unwrap_or_else(|_| Err(SqlError::from(stopped())))
}
