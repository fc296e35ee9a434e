//! Who agreed to which terms of use, and when.

use crate::subject::{MINUTE, Subject, at_once};
use domain::{stores::Alongside, terms_of_use::AcceptedTerms, testing::a_user};

fn now(s: &Subject, version: &str) -> AcceptedTerms {
    AcceptedTerms {
        version: version.parse().unwrap(),
        at: s.now(),
    }
}

pub async fn of_each_version_the_first_time_somebody_agreed_stays(s: Subject) {
    let ada = s.ada().await;
    let ann = s
        .register(a_user().number(2).email("ann@example.com").build())
        .await;
    let (terms, one) = (s.here().terms, now(&s, "1"));
    assert!(terms.accept(ada.id, &one, Alongside::default()).await.unwrap());
    s.clock.advance(MINUTE);
    let (again, two) = (now(&s, "1"), now(&s, "2"));
    assert!(!terms.accept(ada.id, &again, Alongside::default()).await.unwrap());
    assert!(terms.accept(ada.id, &two, Alongside::default()).await.unwrap());
    for accepted in [&one, &two] {
        let found = terms.accepted(ada.id, &accepted.version).await.unwrap();
        assert_eq!(found, Some(accepted.at));
        assert_eq!(terms.accepted(ann.id, &accepted.version).await.unwrap(), None);
    }
    let three = now(&s, "3").version;
    assert_eq!(terms.accepted(ada.id, &three).await.unwrap(), None);
}

pub async fn nobody_agrees_for_an_account_that_is_not_there_or_gone(s: Subject) {
    let ada = s.ada().await;
    let one = now(&s, "1");
    let there = s.elsewhere().terms;
    assert!(!there.accept(ada.id, &one, Alongside::default()).await.unwrap());
    let terms = s.here().terms;
    assert!(terms.accept(ada.id, &one, Alongside::default()).await.unwrap());
    let users = s.here().users;
    users
        .delete(ada.id, s.moment(), Alongside::default())
        .await
        .unwrap();
    assert_eq!(terms.accepted(ada.id, &one.version).await.unwrap(), None);
    assert!(!terms.accept(ada.id, &one, Alongside::default()).await.unwrap());
}

pub async fn agreeing_is_recorded_once(s: Subject) {
    let ada = s.ada().await;
    let one = now(&s, "1");
    let terms = s.here().terms;
    let (first, second) = (s.note(), s.note());
    assert!(terms.accept(ada.id, &one, first.with()).await.unwrap());
    assert!(!terms.accept(ada.id, &one, second.with()).await.unwrap());
    assert!(s.took_place(&first).await);
    assert!(!s.took_place(&second).await);
}

pub async fn of_many_at_once_one_is_recorded(s: Subject) {
    let ada = s.ada().await;
    let (one, terms) = (now(&s, "1"), s.here().terms);
    let all = at_once(8, |_| {
        let (terms, one) = (terms.clone(), one.clone());
        async move { terms.accept(ada.id, &one, Alongside::default()).await.unwrap() }
    });
    assert_eq!(all.await.iter().filter(|first| **first).count(), 1);
}
