//! The origins of a realm's clients.

use crate::{cache::Slow, subject::Subject};
use domain::{
    client::Client,
    stores::{Alongside, StoreError},
    testing::{MemoryStores, a_client, a_realm},
};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use storage::cache::AllowedOrigins;

fn client(id: &str, redirect: &str, origin: Option<&str>) -> Client {
    let mut client = a_client().id(id).redirect_uri(redirect).build();
    client
        .application
        .allowed_origins
        .extend(origin.map(str::to_owned));
    client
}

fn empty(answers: usize) -> (Arc<Slow>, Arc<AllowedOrigins>) {
    use domain::stores::Stores as _;
    let root = a_realm(domain::realm::RealmName::Root).id;
    let slow = Slow::new(MemoryStores::default().in_realm(root).clients, answers);
    (slow.clone(), Arc::new(AllowedOrigins::new(slow)))
}

pub async fn origins_of_clients_are_gathered_once_and_again_after_a_change(s: Subject) {
    let slow = Slow::new(s.here().clients, 100);
    let origins = Arc::new(AllowedOrigins::new(slow.clone()));
    let allowed = async |origin: &str| origins.allow(origin).await.unwrap();
    let (first, other) = ("https://app.example.com", "https://spa.example.com");
    s.client(client("app", "https://app.example.com/callback", Some(other)))
        .await;
    s.elsewhere()
        .clients
        .create(
            &client("there", "https://there.example.com/cb", None),
            Alongside::default(),
        )
        .await
        .unwrap();
    assert!(allowed(first).await && allowed(other).await);
    for number in 0..50 {
        assert!(!allowed(&format!("https://{number}.example.com")).await);
    }
    for near in [
        "https://there.example.com",
        "https://app.example.com/",
        "http://app.example.com",
        "null",
        "",
    ] {
        assert!(!allowed(near).await, "{near}");
    }
    assert_eq!(slow.reads.load(Ordering::SeqCst), 1, "gathered once");

    // Listening as a process does that hears of another's changes.
    let listening = origins.clone();
    s.on_commit(Arc::new(move |_| listening.invalidate()));
    let late = "https://late.example.com";
    assert!(!allowed(late).await);
    let added = s
        .client(client("late", "https://late.example.com/cb", None))
        .await;
    assert!(allowed(late).await && allowed(first).await);
    let clients = s.here().clients;
    let deleted = clients.delete(&added.id, s.moment(), s.note().with());
    assert!(deleted.await.unwrap());
    assert!(!allowed(late).await && allowed(first).await);
    assert_eq!(slow.reads.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn every_page_of_clients_counts() {
    let (slow, origins) = empty(100);
    for number in 0..250 {
        let one = client(
            &format!("c{number:03}"),
            &format!("https://{number}.example.com/cb"),
            None,
        );
        slow.inner.create(&one, Alongside::default()).await.unwrap();
    }
    for number in [0, 199, 200, 249] {
        assert!(
            origins
                .allow(&format!("https://{number}.example.com"))
                .await
                .unwrap()
        );
    }
    assert_eq!(slow.reads.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn many_who_ask_at_once_gather_once_and_a_change_meanwhile_counts() {
    let (slow, origins) = empty(0);
    let asking: Vec<_> = (0..20)
        .map(|_| {
            let origins = origins.clone();
            tokio::spawn(async move { origins.allow("https://app.example.com").await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let added = client("app", "https://app.example.com/cb", None);
    slow.inner.create(&added, Alongside::default()).await.unwrap();
    origins.invalidate();
    slow.may_answer.add_permits(1);
    for asked in asking {
        assert!(!asked.await.unwrap().unwrap(), "gathered before the change");
    }
    assert_eq!(slow.reads.load(Ordering::SeqCst), 1);
    slow.may_answer.add_permits(1);
    assert!(origins.allow("https://app.example.com").await.unwrap());
}

#[tokio::test]
async fn a_store_that_fails_allows_nobody_and_is_asked_again() {
    let (slow, origins) = empty(100);
    let added = client("app", "https://app.example.com/cb", None);
    slow.inner.create(&added, Alongside::default()).await.unwrap();
    slow.broken.store(true, Ordering::SeqCst);
    let failed = origins.allow("https://app.example.com").await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))));
    slow.broken.store(false, Ordering::SeqCst);
    assert!(origins.allow("https://app.example.com").await.unwrap());
}
