//! The cache of clients.

use async_trait::async_trait;
use domain::{
    client::{Client, ClientId, ClientSecret, Status},
    clock::Timestamp,
    realm::RealmName,
    stores::{Alongside, ClientStore, Moment, Page, PageRequest, StoreError, Stored, Stores as _},
    testing::{MemoryStores, a_client, a_realm},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use storage::cache::CachedClients;
use tokio::sync::Semaphore;

/// A store that counts its readers, can fail, and answers when it is let.
pub struct Slow {
    pub inner: Arc<dyn ClientStore>,
    pub reads: AtomicUsize,
    pub broken: AtomicBool,
    pub may_answer: Semaphore,
}

impl Slow {
    pub fn new(inner: Arc<dyn ClientStore>, answers: usize) -> Arc<Self> {
        Arc::new(Self {
            inner,
            reads: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
            may_answer: Semaphore::new(answers),
        })
    }

    async fn answer<T>(&self, found: Stored<T>) -> Stored<T> {
        self.may_answer.acquire().await.unwrap().forget();
        match self.broken.load(Ordering::SeqCst) {
            true => Err(StoreError::unavailable("broken")),
            false => found,
        }
    }
}

#[async_trait]
impl ClientStore for Slow {
    async fn create(&self, client: &Client, with: Alongside) -> Stored<()> {
        self.inner.create(client, with).await
    }

    async fn find(&self, id: &ClientId) -> Stored<Option<Client>> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let found = self.inner.find(id).await;
        self.answer(found).await
    }

    async fn update(&self, client: &Client, with: Alongside) -> Stored<bool> {
        self.inner.update(client, with).await
    }

    async fn list(&self, page: &PageRequest) -> Stored<Page<Client>> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let found = self.inner.list(page).await;
        self.answer(found).await
    }

    async fn set_status(
        &self,
        id: &ClientId,
        status: Status,
        moment: Moment,
        with: Alongside,
    ) -> Stored<bool> {
        self.inner.set_status(id, status, moment, with).await
    }

    async fn rotate_secret(
        &self,
        id: &ClientId,
        new: &ClientSecret,
        others_until: Timestamp,
        with: Alongside,
    ) -> Stored<bool> {
        self.inner.rotate_secret(id, new, others_until, with).await
    }

    async fn delete(&self, id: &ClientId, moment: Moment, with: Alongside) -> Stored<bool> {
        self.inner.delete(id, moment, with).await
    }
}

fn cached(answers: usize) -> (Arc<Slow>, Arc<CachedClients>) {
    let stores = MemoryStores::default();
    let slow = Slow::new(stores.in_realm(a_realm(RealmName::Root).id).clients, answers);
    (slow.clone(), Arc::new(CachedClients::new(slow)))
}

fn moment() -> Moment {
    Moment {
        at: Timestamp::default(),
        tokens_until: Timestamp::default(),
    }
}

#[tokio::test]
async fn a_client_is_read_once_and_again_after_a_change() {
    let (slow, clients) = cached(100);
    let client = a_client().build();
    assert_eq!(clients.find(&client.id).await.unwrap(), None);
    assert_eq!(clients.find(&client.id).await.unwrap(), None);
    assert_eq!(slow.reads.load(Ordering::SeqCst), 1, "absence is kept as well");
    clients.create(&client, Alongside::default()).await.unwrap();
    for _ in 0..3 {
        assert_eq!(clients.find(&client.id).await.unwrap(), Some(client.clone()));
    }
    assert_eq!(slow.reads.load(Ordering::SeqCst), 2);
    clients
        .set_status(&client.id, Status::Disabled, moment(), Alongside::default())
        .await
        .unwrap();
    assert_eq!(
        clients.find(&client.id).await.unwrap().unwrap().status,
        Status::Disabled
    );
    slow.inner
        .delete(&client.id, moment(), Alongside::default())
        .await
        .unwrap();
    assert!(clients.find(&client.id).await.unwrap().is_some(), "nobody told");
    clients.invalidate(&client.id);
    assert_eq!(clients.find(&client.id).await.unwrap(), None);
}

#[tokio::test]
async fn what_proved_wrong_is_read_again_once_a_second() {
    let (slow, clients) = cached(100);
    let client = a_client().build();
    clients.create(&client, Alongside::default()).await.unwrap();
    clients.find(&client.id).await.unwrap();
    let others = slow.inner.delete(&client.id, moment(), Alongside::default());
    assert!(others.await.unwrap());
    assert!(clients.find(&client.id).await.unwrap().is_some(), "nobody told");
    let now = Timestamp::from_seconds(100);
    assert_eq!(clients.find_anew(&client.id, now).await.unwrap(), None);
    assert_eq!(clients.find(&client.id).await.unwrap(), None, "and is kept");
    let again = slow.inner.create(&client, Alongside::default());
    again.await.unwrap();
    let before = slow.reads.load(Ordering::SeqCst);
    let almost = now + Duration::from_millis(999);
    for _ in 0..5 {
        assert_eq!(clients.find_anew(&client.id, almost).await.unwrap(), None);
    }
    assert_eq!(slow.reads.load(Ordering::SeqCst), before);
    let later = now + Duration::from_secs(1);
    let asking = (0..5).map(|_| clients.find_anew(&client.id, later));
    for found in futures::future::join_all(asking).await {
        assert_eq!(found.unwrap(), Some(client.clone()));
    }
    assert_eq!(slow.reads.load(Ordering::SeqCst), before + 1);
}

#[tokio::test]
async fn many_who_ask_at_once_cost_one_read() {
    let (slow, clients) = cached(0);
    let id = a_client().build().id;
    let asking: Vec<_> = (0..20)
        .map(|_| {
            let (clients, id) = (clients.clone(), id.clone());
            tokio::spawn(async move { clients.find(&id).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(20)).await;
    slow.may_answer.add_permits(1);
    for asked in asking {
        assert!(asked.await.unwrap().unwrap().is_none());
    }
    assert_eq!(slow.reads.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_was_read_before_a_change_is_not_kept_after_it() {
    let (slow, clients) = cached(0);
    let client = a_client().build();
    let reading = {
        let (clients, id) = (clients.clone(), client.id.clone());
        tokio::spawn(async move { clients.find(&id).await })
    };
    while slow.reads.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    slow.inner.create(&client, Alongside::default()).await.unwrap();
    clients.invalidate(&client.id);
    slow.may_answer.add_permits(2);
    assert_eq!(reading.await.unwrap().unwrap(), None, "read before the change");
    assert_eq!(clients.find(&client.id).await.unwrap(), Some(client));
}

#[tokio::test]
async fn failures_are_not_kept() {
    let (slow, clients) = cached(100);
    slow.broken.store(true, Ordering::SeqCst);
    let id = a_client().build().id;
    assert!(matches!(clients.find(&id).await, Err(StoreError::Unavailable(_))));
    slow.broken.store(false, Ordering::SeqCst);
    assert_eq!(clients.find(&id).await.unwrap(), None);
}
