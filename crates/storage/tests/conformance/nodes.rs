//! Several nodes on one database: each has its own connections and hears of the others by the change feed.

use crate::{
    databases::{Database, Kind},
    subject::{MINUTE, at_once},
};
use domain::{
    change::{Change, Changed},
    clock::Clock as _,
    outbound::Sealed,
    realm::{Realm, RealmName},
    signing_key::{KeyState, SigningAlgorithm, StoredKey},
    stores::{Alongside, Stores as _},
    testing::{FixedClock, a_client, a_realm, a_user},
};
use std::sync::Arc;
use storage::SqlStores;

async fn two_nodes(kind: Kind) -> (Database, Arc<SqlStores>, Arc<SqlStores>, Realm) {
    let database = Database::migrated(kind).await;
    let one = storage::open_sql(&database.url).await.unwrap();
    let two = storage::open_sql(&database.url).await.unwrap();
    let realm = a_realm(RealmName::Root);
    let all = one.all_realms();
    all.create(&realm, Alongside::default()).await.unwrap();
    (database, one, two, realm)
}

pub async fn eight_nodes_migrate_at_once(kind: Kind) {
    let database = Database::empty(kind);
    let url = database.url.clone();
    let migrated = at_once(8, |_| {
        let url = url.clone();
        async move { storage::migrate(&url).await }
    })
    .await;
    for migrated in migrated {
        migrated.unwrap();
    }
    assert_eq!(storage::pending_migrations(&url).await.unwrap(), 0);
    storage::open_sql(&url).await.unwrap();
}

pub async fn two_nodes_write_to_one_database(kind: Kind) {
    let (_database, one, two, realm) = two_nodes(kind).await;
    let users = [one.in_realm(realm.id).users, two.in_realm(realm.id).users];
    let done = at_once(40, |number| {
        let users = users[number % 2].clone();
        let user = a_user()
            .number(number as u64 + 5)
            .email(&format!("u{number}@example.com"))
            .build();
        let new = domain::stores::NewUser {
            user,
            password: None,
            mailed_code: None,
        };
        async move { users.register(new, Alongside::default()).await }
    })
    .await;
    for done in done {
        done.unwrap();
    }
    let page = domain::stores::PageRequest::new(None, 200);
    assert_eq!(users[0].list(&page).await.unwrap().items.len(), 40);
}

pub async fn of_fifty_first_keys_one_is_kept(kind: Kind) {
    let (_database, one, two, realm) = two_nodes(kind).await;
    let stores = [one.in_realm(realm.id).keys, two.in_realm(realm.id).keys];
    let added = at_once(50, |number| {
        let keys = stores[number % 2].clone();
        let key = StoredKey {
            kid: format!("k{number}"),
            alg: SigningAlgorithm::Es256,
            public_jwk: serde_json::from_value(serde_json::json!({"kty": "EC"})).unwrap(),
            private: Sealed {
                key_id: "m".to_owned(),
                bytes: vec![7],
            },
            state: KeyState::Active,
            created_at: FixedClock::default().now(),
        };
        async move { keys.add_if_missing(&key).await.unwrap() }
    })
    .await;
    assert_eq!(added.into_iter().filter(|added| *added).count(), 1);
    let kids = async |of: usize| -> Vec<String> {
        let kept = stores[of].list().await.unwrap();
        kept.into_iter().map(|key| key.kid).collect()
    };
    assert_eq!(kids(0).await.len(), 1);
    assert_eq!(kids(1).await, kids(0).await);
}

/// Twenty writers on two nodes; a reader that takes up where it was must miss nothing, although places are
/// drawn before commits and commits overtake one another.
pub async fn what_one_node_changes_the_other_hears_in_order(kind: Kind) {
    let (_database, one, two, realm) = two_nodes(kind).await;
    let all = two.all_realms();
    let start = all.last_change().await.unwrap();
    let writing = tokio::spawn(at_once(20, move |number| {
        let clients = [&one, &two][number % 2].in_realm(realm.id).clients;
        async move {
            for turn in 0..10 {
                let client = a_client().id(&format!("c{number}-{turn}")).build();
                clients.create(&client, Alongside::default()).await.unwrap();
            }
        }
    }));
    let mut heard: Vec<Change> = Vec::new();
    let reading = async {
        while heard.len() < 200 {
            let seen = heard.last().map_or(start, |change| change.sequence);
            heard.extend(all.changes_after(seen, 7).await.unwrap());
        }
    };
    tokio::time::timeout(MINUTE, reading)
        .await
        .expect("a change was missed");
    writing.await.unwrap();
    let mut clients: Vec<_> = heard.into_iter().map(|change| change.changed).collect();
    assert!(
        clients
            .iter()
            .all(|changed| matches!(changed, Changed::Client(_)))
    );
    clients.dedup();
    assert_eq!(clients.len(), 200, "each is told once");
}
