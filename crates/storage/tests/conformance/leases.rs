use crate::subject::{MINUTE, Subject, at_once};
use domain::id::NodeId;

pub async fn of_fifty_nodes_one_holds_a_lease(s: Subject) {
    let (now, until) = (s.now(), s.now() + MINUTE);
    let nodes: Vec<_> = (0..50).map(|_| NodeId::generate(now, &s.random)).collect();
    let (stores, racing) = (s.stores.clone(), nodes.clone());
    let taken = at_once(50, move |number| {
        let (leases, node) = (stores.leases(), racing[number]);
        async move { leases.take("relay", node, now, until).await.unwrap() }
    })
    .await;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
    let holder = nodes[taken.iter().position(|taken| *taken).unwrap()];
    let leases = s.stores.leases();
    assert!(
        leases.take("relay", holder, now, until).await.unwrap(),
        "it may prolong"
    );
    let other = *nodes.iter().find(|node| **node != holder).unwrap();
    assert!(!leases.take("relay", other, now, until).await.unwrap());
    assert!(
        leases.take("sweep", other, now, until).await.unwrap(),
        "another lease is free"
    );
}

pub async fn a_lease_ends_or_is_given_back(s: Subject) {
    let leases = s.stores.leases();
    let [first, second] = [(); 2].map(|()| NodeId::generate(s.now(), &s.random));
    assert!(
        leases
            .take("relay", first, s.now(), s.now() + MINUTE)
            .await
            .unwrap()
    );
    s.clock.advance(MINUTE);
    assert!(
        leases
            .take("relay", second, s.now(), s.now() + MINUTE)
            .await
            .unwrap()
    );
    assert!(
        !leases
            .take("relay", first, s.now(), s.now() + MINUTE)
            .await
            .unwrap()
    );
    leases.release(first).await.unwrap();
    assert!(
        !leases
            .take("relay", first, s.now(), s.now() + MINUTE)
            .await
            .unwrap()
    );
    leases.release(second).await.unwrap();
    assert!(
        leases
            .take("relay", first, s.now(), s.now() + MINUTE)
            .await
            .unwrap()
    );
}
