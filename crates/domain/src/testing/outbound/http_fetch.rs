//! Other servers, as tests set them up.

use crate::outbound::{FetchError, FetchRequest, Fetched, HttpFetch};
use async_trait::async_trait;
use std::{
    collections::HashMap,
    future::poll_fn,
    sync::{Mutex, MutexGuard, PoisonError},
    task::Poll,
};

/// Answers each URL as a test decided and remembers what it was asked. Other URLs are refused.
#[derive(Debug, Default)]
pub struct FakeHttp {
    answers: Mutex<HashMap<String, Result<Fetched, FetchError>>>,
    asked: Mutex<Vec<FetchRequest>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FakeHttp {
    /// From now on `url` answers this.
    pub fn answer(&self, url: &str, answer: Result<Fetched, FetchError>) {
        lock(&self.answers).insert(url.to_owned(), answer);
    }

    /// From now on `url` answers with this body, status 200 and no headers but the type.
    pub fn answer_with(&self, url: &str, content_type: &str, body: impl Into<Vec<u8>>) {
        let answer = Fetched {
            status: 200,
            content_type: Some(content_type.to_owned()),
            body: body.into(),
            ..Fetched::default()
        };
        self.answer(url, Ok(answer));
    }

    /// What it was asked, in order.
    pub fn asked(&self) -> Vec<FetchRequest> {
        lock(&self.asked).clone()
    }

    /// How often it was asked for `url`.
    pub fn times_asked(&self, url: &str) -> usize {
        let asked = lock(&self.asked);
        asked.iter().filter(|request| request.url.as_str() == url).count()
    }
}

#[async_trait]
impl HttpFetch for FakeHttp {
    async fn fetch(&self, request: &FetchRequest) -> Result<Fetched, FetchError> {
        lock(&self.asked).push(request.clone());
        elsewhere().await;
        let answer = lock(&self.answers).get(request.url.as_str()).cloned();
        let answer = answer.unwrap_or(Err(FetchError::Refused("no test answers for it")))?;
        if answer.body.len() > request.max_bytes {
            return Err(FetchError::TooLarge);
        }
        Ok(answer)
    }
}

/// Lets others run first, as a network does.
async fn elsewhere() {
    let mut waited = false;
    poll_fn(|context| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
