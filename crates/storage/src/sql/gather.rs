//! Questions that wait are asked together: whatever one statement costs by itself, the way to the database and back
//! above all, is then paid once for all of them. A question that comes alone is asked at once.

use domain::stores::{StoreError, Stored};
use futures::future::BoxFuture;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, oneshot};

/// Questions that may wait before callers have to.
const QUEUE: usize = 1024;

type Asked<Q, A> = (Q, oneshot::Sender<A>);

/// Where questions are handed in.
pub struct Gather<Q, A> {
    queue: mpsc::Sender<Asked<Q, A>>,
}

impl<Q: Send + 'static, A: Send + 'static> Gather<Q, A> {
    /// Starts `askers` tasks, each of which asks at most `most` questions at a time. `ask` answers every question, in
    /// their order.
    pub fn start<F>(askers: usize, most: usize, ask: F) -> Self
    where
        F: Fn(Vec<Q>) -> BoxFuture<'static, Vec<A>> + Send + Sync + 'static,
    {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (waiting, ask) = (Arc::new(Mutex::new(waiting)), Arc::new(ask));
        for _ in 0..askers {
            tokio::spawn(keep_asking(waiting.clone(), most, ask.clone()));
        }
        Self { queue }
    }

    /// The answer to a question; it is asked even when the caller no longer waits.
    pub async fn ask(&self, question: Q) -> Stored<A> {
        let (reply, answer) = oneshot::channel();
        self.queue.send((question, reply)).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())
    }
}

async fn keep_asking<Q: Send, A: Send, F>(
    waiting: Arc<Mutex<mpsc::Receiver<Asked<Q, A>>>>,
    most: usize,
    ask: Arc<F>,
) where
    F: Fn(Vec<Q>) -> BoxFuture<'static, Vec<A>>,
{
    loop {
        let mut taken = Vec::with_capacity(most);
        if waiting.lock().await.recv_many(&mut taken, most).await == 0 {
            return;
        }
        let (questions, replies): (Vec<_>, Vec<_>) = taken.into_iter().unzip();
        for (answer, reply) in ask(questions).await.into_iter().zip(replies) {
            // A caller that no longer waits is no reason to stop.
            let _ = reply.send(answer);
        }
    }
}

fn stopped() -> StoreError {
    StoreError::unavailable("the question was not asked")
}
