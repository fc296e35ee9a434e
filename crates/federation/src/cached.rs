//! A document of a provider's that is read when it is needed, by one request at a time, and kept for as long as its
//! provider says, within bounds.

use domain::{clock::Timestamp, federation::UpstreamError};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::Mutex;

/// How long a document is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept {
    /// When its provider does not say.
    pub usually: Duration,
    /// The shortest it is fresh, whatever its provider says.
    pub at_least: Duration,
    /// The longest it is used, also while its provider cannot be reached.
    pub at_most: Duration,
}

/// A document as it was read, and for how long its provider calls it fresh.
pub(crate) struct Read<T> {
    pub document: T,
    pub fresh_for: Option<Duration>,
}

pub(crate) struct Cached<T> {
    kept: Kept,
    held: Mutex<Option<Held<T>>>,
    /// How often it could not be read.
    failures: AtomicU64,
}

struct Held<T> {
    document: Arc<T>,
    read_at: Timestamp,
    fresh_for: Duration,
}

impl<T> Cached<T> {
    pub(crate) fn new(kept: Kept) -> Self {
        Self {
            kept,
            held: Mutex::default(),
            failures: AtomicU64::new(0),
        }
    }

    /// The document; read again when it is no longer fresh, or when it does not serve as it is. One that cannot be read
    /// again serves for a while yet, if it still `serves` then.
    pub(crate) async fn get<R>(
        &self,
        now: impl Fn() -> Timestamp,
        read: impl FnOnce() -> R,
        serves: impl Fn() -> bool,
    ) -> Result<Arc<T>, UpstreamError>
    where
        R: Future<Output = Result<Read<T>, UpstreamError>>,
    {
        let failures = self.failures.load(Ordering::SeqCst);
        let mut held = self.held.lock().await;
        let fresh = held.as_ref().filter(|held| held.is_within(held.fresh_for, now()));
        if let Some(fresh) = fresh.filter(|_| serves()) {
            return Ok(fresh.document.clone());
        }
        // Whoever waited while somebody else asked in vain does not wait for as long again.
        let read = match self.failures.load(Ordering::SeqCst) {
            same if same == failures => read().await,
            _ => Err(UpstreamError::Unavailable(None)),
        };
        match read {
            Ok(read) => Ok(self.keep(&mut held, read, now())),
            Err(error) => {
                self.failures.fetch_add(1, Ordering::SeqCst);
                let stale = held
                    .as_ref()
                    .filter(|held| serves() && held.is_within(self.kept.at_most, now()));
                stale.map(|held| held.document.clone()).ok_or(error)
            }
        }
    }

    /// A document read after `than`; it is read now unless that was done within `pause`.
    pub(crate) async fn newer<R>(
        &self,
        than: &Arc<T>,
        pause: Duration,
        now: impl Fn() -> Timestamp,
        read: impl FnOnce() -> R,
    ) -> Result<Option<Arc<T>>, UpstreamError>
    where
        R: Future<Output = Result<Read<T>, UpstreamError>>,
    {
        let mut held = self.held.lock().await;
        match held.as_ref() {
            Some(other) if !Arc::ptr_eq(&other.document, than) => return Ok(Some(other.document.clone())),
            Some(same) if same.is_within(pause, now()) => return Ok(None),
            Some(_) | None => {}
        }
        let read = read().await?;
        Ok(Some(self.keep(&mut held, read, now())))
    }

    fn keep(&self, held: &mut Option<Held<T>>, read: Read<T>, now: Timestamp) -> Arc<T> {
        let fresh_for = read.fresh_for.unwrap_or(self.kept.usually);
        let document = Arc::new(read.document);
        *held = Some(Held {
            document: document.clone(),
            read_at: now,
            fresh_for: fresh_for.clamp(self.kept.at_least, self.kept.at_most),
        });
        document
    }
}

impl<T> Held<T> {
    fn is_within(&self, age: Duration, now: Timestamp) -> bool {
        now < self.read_at + age
    }
}
