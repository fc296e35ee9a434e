use crate::subject::{MINUTE, Subject};
use domain::{
    change::{Changed, Revoked},
    client::Status,
    stores::Moment,
    testing::a_client,
};
use std::sync::{Arc, Mutex};

pub async fn announcements_are_told_in_order(s: Subject) {
    let all = s.all();
    let start = all.last_change().await.unwrap();
    all.announce(s.realm, Changed::Keys).await.unwrap();
    all.announce(s.other, Changed::Realm).await.unwrap();
    let told = all.changes_after(start, 10).await.unwrap();
    let what: Vec<_> = told
        .iter()
        .map(|change| (change.realm, change.changed.clone()))
        .collect();
    assert_eq!(what, [(s.realm, Changed::Keys), (s.other, Changed::Realm)]);
    assert!(told[0].sequence > start && told[1].sequence > told[0].sequence);
    assert_eq!(all.last_change().await.unwrap(), told[1].sequence);
    assert_eq!(all.changes_after(start, 1).await.unwrap(), told[..1]);
    assert!(all.changes_after(told[1].sequence, 10).await.unwrap().is_empty());
}

pub async fn listeners_hear_before_the_act_returns(s: Subject) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = heard.clone();
    s.on_commit(Arc::new(move |changes| {
        listener.lock().unwrap().extend_from_slice(changes)
    }));
    let client = s.client(a_client().build()).await;
    let told = heard.lock().unwrap().clone();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].changed, Changed::Client(client.id.clone()));
    assert_eq!(
        s.changes().await.last(),
        told.last(),
        "with the place it has in the feed"
    );
    let again = s.here().clients.create(&client, s.note().with()).await;
    assert!(again.is_err());
    assert_eq!(
        heard.lock().unwrap().len(),
        1,
        "what did not take place is not told"
    );
}

pub async fn revocations_are_remembered_until_their_end(s: Subject) {
    let client = s.client(a_client().build()).await;
    let (clients, all) = (s.here().clients, s.all());
    let long = Moment {
        at: s.now(),
        tokens_until: s.now() + 20 * MINUTE,
    };
    let short = Moment {
        at: s.now() + MINUTE,
        tokens_until: s.now() + 5 * MINUTE,
    };
    for moment in [long, short] {
        clients
            .set_status(&client.id, Status::Disabled, moment, s.note().with())
            .await
            .unwrap();
    }
    let kept = all.revocations(s.realm, s.now()).await.unwrap();
    let [kept] = kept.as_slice() else {
        panic!("one revocation of one client")
    };
    assert_eq!(kept.what, Revoked::Client(client.id));
    assert_eq!(
        (kept.at, kept.until),
        (short.at, long.tokens_until),
        "the later of each counts"
    );
    assert!(all.revocations(s.other, s.now()).await.unwrap().is_empty());
    assert!(
        all.revocations(s.realm, long.tokens_until)
            .await
            .unwrap()
            .is_empty()
    );
}

pub async fn events_get_places_and_sinks_read_on_where_they_were(s: Subject) {
    let all = s.all();
    let mut events = Vec::new();
    for realm in [s.realm, s.other, s.realm] {
        let note = s.note_in(realm);
        s.stores.in_realm(realm).events.record(note.with()).await.unwrap();
        events.push(note.event);
        s.clock.advance(MINUTE);
    }
    assert!(
        all.events_for("log", 10).await.unwrap().is_empty(),
        "no place, not told"
    );
    assert_eq!(all.sequence_events(2).await.unwrap(), 2);
    assert_eq!(all.sequence_events(2).await.unwrap(), 1);
    assert_eq!(all.sequence_events(2).await.unwrap(), 0);
    let told = all.events_for("log", 10).await.unwrap();
    assert_eq!(
        told.iter().map(|(_, event)| event.clone()).collect::<Vec<_>>(),
        events
    );
    assert!(told.is_sorted_by(|(a, _), (b, _)| a < b));
    assert_eq!(all.events_for("log", 1).await.unwrap().len(), 1);
    all.advance_sink("log", told[1].0).await.unwrap();
    assert_eq!(all.events_for("log", 10).await.unwrap(), told[2..]);
    all.advance_sink("log", told[0].0).await.unwrap();
    assert_eq!(
        all.events_for("log", 10).await.unwrap(),
        told[2..],
        "a sink never goes back"
    );
    assert_eq!(
        all.events_for("webhooks", 10).await.unwrap(),
        told,
        "every sink has its own place"
    );
}

pub async fn a_sink_passes_what_has_its_place_and_nothing_else(s: Subject) {
    let all = s.all();
    all.pass_events("log").await.unwrap();
    let [passed, waiting] = [s.note(), s.note()];
    s.here().events.record(passed.with()).await.unwrap();
    all.sequence_events(10).await.unwrap();
    s.here().events.record(waiting.with()).await.unwrap();
    all.pass_events("log").await.unwrap();
    assert!(all.events_for("log", 10).await.unwrap().is_empty());
    all.sequence_events(10).await.unwrap();
    let told = |events: Vec<(i64, domain::event::Event)>| events.into_iter().map(|(_, event)| event);
    let log = told(all.events_for("log", 10).await.unwrap());
    assert!(log.eq([waiting.event.clone()]));
    let other = told(all.events_for("other", 10).await.unwrap());
    assert!(
        other.eq([passed.event, waiting.event]),
        "each sink goes its own way"
    );
}

pub async fn places_are_not_given_twice_when_a_realm_goes(s: Subject) {
    let all = s.all();
    s.here().events.record(s.note().with()).await.unwrap();
    all.sequence_events(10).await.unwrap();
    let place = all.events_for("log", 10).await.unwrap()[0].0;
    all.advance_sink("log", place).await.unwrap();
    all.delete(s.realm, s.now()).await.unwrap();
    let note = s.note_in(s.other);
    s.elsewhere().events.record(note.with()).await.unwrap();
    all.sequence_events(10).await.unwrap();
    let told = all.events_for("log", 10).await.unwrap();
    assert_eq!(
        told.into_iter().map(|(_, event)| event).collect::<Vec<_>>(),
        [note.event]
    );
}
