//! Writing. On SQLite one task takes every act that waits, runs each in a savepoint of one transaction and
//! commits once; durability then costs latency, not throughput. On PostgreSQL an act is a transaction.
//!
//! An act runs to its end even when its caller no longer waits for the answer.

mod alone;

use super::{
    act::{Act, Written},
    dialect,
    error::{Sql, SqlError},
};
use domain::{
    change::Change,
    stores::{StoreError, Stored},
};
use futures::{FutureExt as _, future::BoxFuture};
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait as _};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, PoisonError, RwLock},
};
use tokio::sync::{Notify, mpsc, oneshot};

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

/// An act that ran and waits for its commit.
pub struct Ran {
    written: Result<Written, Arc<DbErr>>,
    answer: Box<dyn FnOnce(Result<(), Arc<DbErr>>) + Send>,
}

type Run = Box<dyn FnOnce(DatabaseTransaction) -> BoxFuture<'static, Ran> + Send>;

/// Where acts are handed in.
pub enum Writer {
    /// One task for all.
    Queue(mpsc::Sender<Run>),
    /// A transaction an act.
    Pool(DatabaseConnection, Arc<Listeners>),
}

impl Writer {
    /// Starts the task that commits acts in groups.
    pub fn queue(connection: DatabaseConnection, listeners: Arc<Listeners>) -> Self {
        let (sender, mut waiting) = mpsc::channel::<Run>(QUEUE);
        tokio::spawn(async move {
            let mut group = Vec::with_capacity(BATCH);
            while waiting.recv_many(&mut group, BATCH).await > 0 {
                commit_group(&connection, group.drain(..), &listeners).await;
            }
        });
        Self::Queue(sender)
    }

    /// Runs an act; the answer comes after its commit.
    pub async fn act<T, F>(&self, work: F) -> Stored<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Act) -> BoxFuture<'a, Sql<T>> + Clone + Send + 'static,
    {
        match self {
            Self::Queue(queue) => {
                let (reply, answer) = oneshot::channel();
                let run = prepare(work, reply);
                queue.send(run).await.map_err(|_| stopped())?;
                answer.await.map_err(|_| stopped())?
            }
            Self::Pool(pool, listeners) => {
                let (pool, listeners) = (pool.clone(), listeners.clone());
                let act = tokio::spawn(async move { alone::commit(&pool, work, &listeners).await });
                act.await.map_err(|_| stopped())?
            }
        }
    }
}

fn stopped() -> StoreError {
    StoreError::unavailable("the act was not carried out")
}

/// Does the work of an act and writes what it announced; a panic is a failure like any other.
async fn carry_out<T, F>(act: &mut Act, work: F) -> Sql<T>
where
    F: for<'a> FnOnce(&'a mut Act) -> BoxFuture<'a, Sql<T>>,
{
    let whole = async {
        let answer = work(act).await?;
        act.publish().await?;
        Ok(answer)
    };
    let done = AssertUnwindSafe(whole).catch_unwind().await;
    done.unwrap_or_else(|_| Err(SqlError::from(stopped())))
}

fn prepare<T, F>(work: F, reply: oneshot::Sender<Stored<T>>) -> Run
where
    T: Send + 'static,
    F: for<'a> FnOnce(&'a mut Act) -> BoxFuture<'a, Sql<T>> + Send + 'static,
{
    Box::new(move |tx| {
        async move {
            let mut act = Act::new(tx);
            let result = carry_out(&mut act, work).await;
            let written = act.finish(result.is_ok()).await.map_err(Arc::new);
            let answer = move |committed: Result<(), Arc<DbErr>>| {
                let answer = match committed {
                    Ok(()) => result.map_err(StoreError::from),
                    Err(error) => Err(StoreError::unavailable(error)),
                };
                // A caller that no longer waits is no reason to stop.
                let _ = reply.send(answer);
            };
            Ran {
                written,
                answer: Box::new(answer),
            }
        }
        .boxed()
    })
}

/// One transaction around all acts of the group.
async fn commit_group(
    connection: &DatabaseConnection,
    group: impl Iterator<Item = Run>,
    listeners: &Listeners,
) {
    let options = dialect::to_write(connection.get_database_backend());
    let outer = match connection.begin_with_options(options).await {
        Ok(outer) => outer,
        Err(error) => {
            // Dropping the acts tells their callers that they were not carried out.
            tracing::error!(%error, "no transaction could begin");
            return drop(group.collect::<Vec<_>>());
        }
    };
    let mut total = Written::default();
    let mut answers = Vec::new();
    let mut spoilt = None;
    for run in group {
        match outer.begin().await {
            Ok(savepoint) => {
                let ran = run(savepoint).await;
                answers.push(ran.answer);
                match ran.written {
                    Ok(written) => {
                        total.changes.extend(written.changes);
                        total.jobs |= written.jobs;
                    }
                    Err(error) => spoilt = Some(error),
                }
            }
            Err(error) => spoilt = Some(Arc::new(error)),
        }
    }
    let committed = match spoilt {
        // A savepoint that could not be closed leaves no way to tell one act from another.
        Some(error) => outer.rollback().await.map_err(Arc::new).and(Err(error)),
        None => outer.commit().await.map_err(Arc::new),
    };
    match &committed {
        Ok(()) => listeners.tell(&total),
        Err(error) => tracing::error!(%error, "acts could not be committed"),
    }
    for answer in answers {
        answer(committed.clone());
    }
}
