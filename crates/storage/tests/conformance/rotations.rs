//! Refresh tokens that are read and rotated at the same time, more of them than one statement takes.

use crate::subject::{Subject, at_once};
use domain::{
    authorization::{Authorization, RefreshTokenState, Rotation},
    event::Event,
    stores::Alongside,
    testing::a_client,
};

const FAMILIES: usize = 70;

/// Authorizations with a token each, named by its number.
async fn families(s: &Subject) -> Vec<Authorization> {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let mut all = Vec::new();
    for number in 0..FAMILIES {
        let authorization = s.authorization(&client, &session, "openid offline_access").await;
        let token = s.token(&authorization, &format!("old {number}"));
        let authorizations = s.here().authorizations;
        authorizations.record(&token, Alongside::default()).await.unwrap();
        all.push(authorization);
    }
    all
}

/// Rotates the token of every family at once, each with an event of its own.
async fn rotate_all(s: &Subject, families: &[Authorization]) -> Vec<(Rotation, Event)> {
    let at = s.now();
    at_once(families.len(), |number| {
        let authorizations = s.here().authorizations;
        let old = s.token(&families[number], &format!("old {number}"));
        let new = s.token(&families[number], &format!("new {number}"));
        let event = s.note().event;
        async move {
            let with = Alongside {
                events: vec![event.clone()],
                ..Alongside::default()
            };
            let rotation = authorizations.rotate(&old.digest, &new, at, with).await;
            (rotation.unwrap(), event)
        }
    })
    .await
}

async fn logged(s: &Subject) -> Vec<Event> {
    let all = s.all();
    while all.sequence_events(1000).await.unwrap() > 0 {}
    let events = all.events_for("rotations", 1000).await.unwrap();
    events.into_iter().map(|(_, event)| event).collect()
}

pub async fn rotated_at_once_each_has_its_own_successor_and_event(s: Subject) {
    let families = families(&s).await;
    let rotated = rotate_all(&s, &families).await;
    let events = logged(&s).await;
    for (rotation, event) in &rotated {
        assert_eq!(*rotation, Rotation::Rotated);
        assert_eq!(events.iter().filter(|logged| *logged == event).count(), 1);
    }
    let found = at_once(families.len(), |number| {
        let authorizations = s.here().authorizations;
        let old = s.token(&families[number], &format!("old {number}")).digest;
        let new = s.token(&families[number], &format!("new {number}")).digest;
        async move {
            let old = authorizations.find_refresh_token(&old).await.unwrap().unwrap();
            (
                old,
                authorizations.find_refresh_token(&new).await.unwrap().unwrap(),
            )
        }
    })
    .await;
    for ((old, new), authorization) in found.iter().zip(&families) {
        let successor = new.token.digest;
        assert_eq!(
            old.token.state,
            RefreshTokenState::Rotated {
                at: s.now(),
                successor
            }
        );
        assert_eq!(new.token.state, RefreshTokenState::Active);
        assert_eq!(
            (&old.authorization, &new.authorization),
            (authorization, authorization)
        );
    }
}

pub async fn one_that_cannot_be_rotated_leaves_the_others_alone(s: Subject) {
    let families = families(&s).await;
    let here = s.here().authorizations;
    let (revoked, used) = (&families[3], &families[40]);
    here.revoke(revoked.id, s.moment(), Alongside::default())
        .await
        .unwrap();
    let first = s.token(used, "first");
    let old = s.token(used, "old 40").digest;
    here.rotate(&old, &first, s.now(), Alongside::default())
        .await
        .unwrap();
    let rotated = rotate_all(&s, &families).await;
    let events = logged(&s).await;
    for (number, (rotation, event)) in rotated.iter().enumerate() {
        let expected = match number {
            3 => Rotation::Revoked,
            40 => Rotation::AlreadyRotated {
                at: s.now(),
                successor: first.digest,
                successor_unused: true,
            },
            _ => Rotation::Rotated,
        };
        assert_eq!(*rotation, expected, "{number}");
        assert_eq!(events.contains(event), expected == Rotation::Rotated, "{number}");
        let new = s.token(&families[number], &format!("new {number}")).digest;
        let stored = here.find_refresh_token(&new).await.unwrap().is_some();
        assert_eq!(stored, expected == Rotation::Rotated, "{number}");
    }
}
