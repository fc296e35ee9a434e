use crate::subject::{MINUTE, Subject};
use domain::{
    client::ClientId,
    clock::Timestamp,
    consent::Consent,
    event::{Actor, Event, EventKind, SignInFailure, Topic},
    id::{EventId, UserId},
    login_session::{LoginSession, RequestOrigin},
    scope::ScopeSet,
    stores::{
        ActivityWanted, Alive, Alongside, EndSessions, Guards, OwnStore, PageRequest, PartRequest, Position,
        SeenApp, SeenEvent,
    },
    testing::{a_client, a_user},
    user::User,
};
use std::{cmp::Reverse, sync::Arc, time::Duration};

fn event(s: &Subject, kind: EventKind) -> Event {
    Event {
        id: EventId::generate(s.now(), &s.random),
        version: Event::VERSION,
        at: s.now(),
        realm: s.realm,
        actor: Actor::Anonymous,
        origin: RequestOrigin::default(),
        kind,
    }
}

async fn record(s: &Subject, kind: EventKind) -> EventId {
    let event = event(s, kind);
    let id = event.id;
    let with = Alongside {
        events: vec![event],
        ..Alongside::default()
    };
    s.here().events.record(with).await.unwrap();
    s.clock.advance(Duration::from_millis(2));
    id
}

fn scopes(text: &str) -> ScopeSet {
    text.parse().unwrap()
}

async fn allow(s: &Subject, user: &User, client: &domain::client::Client, allowed: &str) {
    let consent = Consent {
        user_id: user.id,
        client_id: client.id.clone(),
        scopes: scopes(allowed),
        declined: Default::default(),
        granted_at: s.now(),
        updated_at: s.now(),
        expires_at: None,
    };
    let consents = s.here().consents;
    consents.allow(&consent, Alongside::default()).await.unwrap();
}

/// What is alive at `now` and was ever used, for somebody who is at `here`.
fn alive(s: &Subject, now: Timestamp, here: &LoginSession) -> Alive {
    Alive {
        now,
        used_since: s.now() - 600 * MINUTE,
        begun_since: Timestamp::default(),
        here: here.id,
    }
}

/// The apps of somebody who has few.
async fn whole(own: &Arc<dyn OwnStore>, user: &User, now: Timestamp) -> Vec<SeenApp> {
    let part = own
        .apps(user.id, now, &PartRequest::new(None, 200))
        .await
        .unwrap();
    assert_eq!((part.skipped, part.next), (0, None));
    part.items
}

pub async fn sessions_are_seen_with_their_apps(s: Subject) {
    let ada = s.ada().await;
    let bob = s
        .register(a_user().number(2).email("bob@example.com").build())
        .await;
    let one = s.client(a_client().id("one").build()).await;
    let two = s.client(a_client().id("two").build()).await;
    let first = s.session(&ada).await;
    s.clock.advance(MINUTE);
    let second = s.session(&ada).await;
    let third = s.session(&ada).await;
    let his = s.session(&bob).await;
    s.authorization(&one, &first, "openid").await;
    s.authorization(&one, &first, "openid email").await;
    s.authorization(&two, &first, "openid").await;
    s.authorization(&two, &his, "openid").await;
    let here = s.here();
    let one_alone = EndSessions::One(third.id);
    let ended = here
        .sessions
        .end(ada.id, one_alone, s.moment(), Alongside::default());
    ended.await.unwrap();
    let seen = async |now, used_since| {
        let alive = Alive {
            used_since,
            ..alive(&s, now, &his)
        };
        let whole = PartRequest::new(None, 200);
        here.own
            .live_sessions(ada.id, &alive, &whole)
            .await
            .unwrap()
            .items
    };
    let long_ago = s.now() - 10 * MINUTE;
    let found = seen(s.now(), long_ago).await;
    let ids: Vec<_> = found.iter().map(|seen| seen.session.id).collect();
    assert_eq!(
        ids,
        [second.id, first.id],
        "newest use first, ended ones left out"
    );
    assert_eq!(found[1].session, first);
    let (one, two) = (one.application.name.as_str(), two.application.name.as_str());
    let mut names = vec![one.to_owned(), two.to_owned()];
    names.sort();
    names.dedup();
    assert_eq!((&found[0].apps, &found[1].apps), (&Vec::new(), &names));
    assert_eq!(
        seen(s.now(), first.last_seen_at).await.len(),
        1,
        "what is idle is left out"
    );
    let late = s.now() + 60 * MINUTE;
    assert!(seen(late, long_ago).await.is_empty());
    let since = Alive {
        begun_since: second.created_at,
        ..alive(&s, s.now(), &his)
    };
    let whole = PartRequest::new(None, 200);
    let begun = here.own.live_sessions(ada.id, &since, &whole).await.unwrap();
    assert_eq!(
        (begun.items.len(), begun.total),
        (1, 1),
        "what began before is left out"
    );
    let elsewhere = s.elsewhere().own;
    let now = alive(&s, s.now(), &his);
    let theirs = elsewhere.live_sessions(ada.id, &now, &whole);
    assert_eq!(theirs.await.unwrap().total, 0);
}

pub async fn apps_are_seen_whether_they_asked_or_hold_something(s: Subject) {
    let ada = s.ada().await;
    let asked = s.client(a_client().id("asked").build()).await;
    let silent = s.client(a_client().id("silent").build()).await;
    let away = s.client(a_client().id("away").build()).await;
    s.client(a_client().id("nothing").build()).await;
    let session = s.session(&ada).await;
    allow(&s, &ada, &asked, "openid email").await;
    s.clock.advance(MINUTE);
    s.authorization(&silent, &session, "openid").await;
    s.clock.advance(MINUTE);
    s.authorization(&away, &session, "openid offline_access").await;
    let own = s.here().own;
    let found = whole(&own, &ada, s.now()).await;
    let told: Vec<_> = found
        .iter()
        .map(|app| (app.client.id.as_str(), app.allowed.clone(), app.keeps_access))
        .collect();
    let expected = [
        ("away", None, true),
        ("silent", None, false),
        ("asked", Some(scopes("openid email")), false),
    ];
    assert_eq!(told, expected);
    let held = |at: usize| found[at].held.clone();
    let expected = ["openid offline_access", "openid", ""].map(scopes);
    assert_eq!([held(0), held(1), held(2)], expected);
    let consents = s.here().consents;
    let revoked = consents.revoke(ada.id, &away.id, s.moment(), Alongside::default());
    assert!(revoked.await.unwrap());
    let left = whole(&own, &ada, s.now()).await;
    assert_eq!(left.len(), 2, "what was revoked is no app of theirs");
    let (fleeting, ends) = (
        s.client(a_client().id("fleeting").build()).await,
        s.now() + MINUTE,
    );
    let for_a_minute = Consent {
        user_id: ada.id,
        client_id: fleeting.id.clone(),
        scopes: scopes("openid"),
        declined: Default::default(),
        granted_at: s.now(),
        updated_at: s.now(),
        expires_at: Some(ends),
    };
    consents.allow(&for_a_minute, Alongside::default()).await.unwrap();
    for (at, seen) in [(s.now(), true), (ends, false)] {
        let apps = whole(&own, &ada, at).await;
        let found = apps.iter().any(|app| app.client.id == fleeting.id);
        assert_eq!(found, seen, "what has expired is no app of theirs");
    }
    let nobody = a_user().number(9).build();
    assert!(whole(&own, &nobody, s.now()).await.is_empty());
}

pub async fn what_an_app_holds_is_what_each_of_its_authorizations_holds_that_stand(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    s.authorization(&client, &session, "openid email").await;
    s.authorization(&client, &session, "openid email").await;
    s.authorization(&client, &session, "openid phone").await;
    let own = s.here().own;
    let held = async || whole(&own, &ada, s.now()).await.remove(0).held;
    assert_eq!(held().await, scopes("openid email phone"));
    let consents = s.here().consents;
    let revoked = consents.revoke(ada.id, &client.id, s.moment(), Alongside::default());
    assert!(revoked.await.unwrap());
    s.authorization(&client, &session, "openid address").await;
    assert_eq!(held().await, scopes("openid address"));
}

pub async fn every_session_stands_on_one_part_of_the_list(s: Subject) {
    let ada = s.ada().await;
    let mut begun = Vec::new();
    for number in 0..60 {
        begun.push(s.session(&ada).await);
        if number % 20 == 19 {
            s.clock.advance(MINUTE);
        }
    }
    let (own, here) = (s.here().own, begun[30].clone());
    let alive = alive(&s, s.now(), &here);
    let (mut after, mut listed) = (None, Vec::new());
    for skipped in [0, 25, 50] {
        let wanted = PartRequest::new(after.take(), 25);
        let part = own.live_sessions(ada.id, &alive, &wanted).await.unwrap();
        assert_eq!((part.skipped, part.total), (skipped, 60));
        listed.extend(part.items.into_iter().map(|seen| seen.session));
        after = part.next;
    }
    assert_eq!(after, None);
    let mut expected = begun.clone();
    expected.sort_by_key(|session| Reverse((session.id == here.id, session.last_seen_at, session.id)));
    assert_eq!(listed, expected);
    let behind =
        |session: &LoginSession| PartRequest::new(Some(alive.position(session.id, session.last_seen_at)), 25);
    let part = async |wanted| own.live_sessions(ada.id, &alive, &wanted).await.unwrap();
    assert_eq!(
        part(behind(&here)).await.items[0].session,
        expected[1],
        "one alone is before it"
    );
    let last = part(behind(&expected[59])).await;
    let (skipped, count) = (last.skipped, last.items.len());
    assert_eq!(
        (skipped, count, last.next),
        (50, 10, None),
        "nothing comes after: the last part"
    );
    // What was ended meanwhile is passed over, and nothing else.
    let one = EndSessions::One(expected[24].id);
    let sessions = s.here().sessions;
    let ended = sessions.end(ada.id, one, s.moment(), Alongside::default());
    ended.await.unwrap();
    let next = part(behind(&expected[24])).await;
    assert_eq!((next.skipped, next.total), (24, 59));
    assert_eq!(next.items[0].session, expected[25]);
}

pub async fn every_app_stands_on_one_part_of_the_list(s: Subject) {
    let ada = s.ada().await;
    let session = s.session(&ada).await;
    let mut expected = Vec::new();
    for number in 0..60 {
        let client = s.client(a_client().id(&format!("app-{number:02}")).build()).await;
        // What is allowed and what is held counts alike.
        match number % 3 {
            0 => drop(s.authorization(&client, &session, "openid").await),
            _ => allow(&s, &ada, &client, "openid").await,
        }
        expected.push((s.now(), client.id));
        if number % 20 == 19 {
            s.clock.advance(MINUTE);
        }
    }
    expected.sort_by_key(|app| Reverse(app.clone()));
    let own = s.here().own;
    let (mut after, mut listed) = (None, Vec::new());
    for skipped in [0, 25, 50] {
        let wanted = PartRequest::new(after.take(), 25);
        let part = own.apps(ada.id, s.now(), &wanted).await.unwrap();
        assert_eq!((part.skipped, part.total), (skipped, 60));
        listed.extend(part.items.into_iter().map(|app| (app.last, app.client.id)));
        after = part.next;
    }
    assert_eq!((&listed, after), (&expected, None));
    let behind = |(used, id): &(Timestamp, ClientId)| {
        let (used, id) = (*used, id.clone());
        PartRequest::new(Some(Position { used, id }), 25)
    };
    let part = async |wanted| own.apps(ada.id, s.now(), &wanted).await.unwrap();
    let last = part(behind(&expected[59])).await;
    assert_eq!(
        (last.skipped, last.items.len()),
        (50, 10),
        "nothing comes after: the last part"
    );
    let gone = &expected[24].1;
    let consents = s.here().consents;
    let revoked = consents.revoke(ada.id, gone, s.moment(), Alongside::default());
    assert!(revoked.await.unwrap());
    let next = part(behind(&expected[24])).await;
    assert_eq!((next.skipped, next.total), (24, 59));
    assert_eq!(next.items[0].client.id, expected[25].1);
    let bob = s
        .register(a_user().number(2).email("bob@example.com").build())
        .await;
    let nothing = own.apps(bob.id, s.now(), &behind(&expected[3])).await.unwrap();
    assert_eq!((nothing.items.len(), nothing.total), (0, 0));
}

pub async fn an_event_says_what_the_app_is_called_that_it_names_while_that_is_there(s: Subject) {
    let ada = s.ada().await;
    let client = s.client(a_client().id("here").build()).await;
    let (user, gone): (_, ClientId) = (ada.id, "gone".parse().unwrap());
    for client in [client.id.clone(), gone] {
        record(&s, EventKind::ConsentGranted { user, client }).await;
    }
    record(&s, EventKind::PasswordChanged { user }).await;
    let whole = PageRequest::new(None, 50);
    let own = s.here().own;
    let seen = own
        .activity(user, &ActivityWanted::default(), &whole)
        .await
        .unwrap();
    let called: Vec<_> = seen.items.into_iter().map(|seen| seen.app).collect();
    let name = client.application.name.as_str().to_owned();
    assert_eq!(called, [None, None, Some(name)]);
}

pub async fn narrowing_ends_what_goes_beyond(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let consents = s.here().consents;
    let narrow = |kept: &'static str, note: crate::subject::Note| {
        let (consents, user, id, moment) = (consents.clone(), ada.id, client.id.clone(), s.moment());
        async move {
            consents
                .narrow(user, &id, &scopes(kept), moment, note.with())
                .await
                .unwrap()
        }
    };
    let note = s.note();
    assert!(!narrow("openid", note.clone()).await, "nothing was allowed");
    assert!(!s.took_place(&note).await);
    allow(&s, &ada, &client, "openid email offline_access").await;
    let small = s.authorization(&client, &session, "openid email").await;
    let large = s
        .authorization(&client, &session, "openid email offline_access")
        .await;
    let note = s.note();
    assert!(narrow("openid email", note.clone()).await);
    assert!(s.took_place(&note).await);
    assert!(s.lives(&small).await && !s.lives(&large).await);
    let kept = consents.find(ada.id, &client.id).await.unwrap().unwrap();
    assert_eq!(kept.scopes, scopes("openid email"));
    let note = s.note();
    assert!(
        narrow("openid email phone", note.clone()).await,
        "more is never given"
    );
    assert!(!s.took_place(&note).await);
    let kept = consents.find(ada.id, &client.id).await.unwrap().unwrap();
    assert_eq!(kept.scopes, scopes("openid email"));
}

pub async fn activity_is_ones_own_by_topic_and_time_in_pages(s: Subject) {
    let (ada, bob) = (s.ada().await, a_user().number(2).build());
    let own = s.here().own;
    let failed = |user: UserId| EventKind::SignInFailed {
        user: Some(user),
        reason: SignInFailure::WrongPassword,
    };
    let begin = s.now();
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(record(&s, failed(ada.id)).await);
        record(&s, failed(bob.id)).await;
    }
    record(&s, EventKind::PasswordRehashed { user: ada.id }).await;
    let middle = s.now();
    let changed = record(&s, EventKind::PasswordChanged { user: ada.id }).await;
    ids.push(changed);
    ids.reverse();
    let ids_of = |seen: &[SeenEvent]| seen.iter().map(|seen| seen.event.id).collect::<Vec<_>>();
    let all = ActivityWanted::default();
    let (mut after, mut found) = (None, Vec::new());
    for _ in 0..3 {
        let page = own
            .activity(ada.id, &all, &PageRequest::new(after.take(), 2))
            .await
            .unwrap();
        found.extend(ids_of(&page.items));
        after = page.next;
    }
    assert_eq!((found, after), (ids.clone(), None));
    let whole = PageRequest::new(None, 50);
    let of = |wanted: ActivityWanted| {
        let (own, whole) = (own.clone(), whole.clone());
        async move { own.activity(ada.id, &wanted, &whole).await.unwrap().items }
    };
    let security = of(ActivityWanted {
        topic: Some(Topic::Security),
        ..all.clone()
    });
    assert_eq!(ids_of(&security.await), [changed]);
    let since = of(ActivityWanted {
        since: Some(middle),
        ..all.clone()
    });
    assert_eq!(ids_of(&since.await), [changed]);
    let before = of(ActivityWanted {
        since: Some(begin),
        before: Some(middle),
        ..all.clone()
    });
    assert_eq!(ids_of(&before.await), ids[1..]);
    let odd = PageRequest::new(Some("no id".to_owned()), 5);
    assert!(own.activity(ada.id, &all, &odd).await.unwrap().items.is_empty());
    let elsewhere = s.elsewhere().own.activity(ada.id, &all, &whole).await.unwrap();
    assert!(elsewhere.items.is_empty());
    let nothing = std::collections::HashMap::new();
    s.here().leaving.forget(ada.id, &nothing).await.unwrap();
    assert!(of(all).await.is_empty());
}

pub async fn events_are_read_and_replaced_by_their_ids(s: Subject) {
    let ada = s.ada().await;
    let begin = s.now();
    let first = record(&s, EventKind::PasswordChanged { user: ada.id }).await;
    let second = record(&s, EventKind::PasswordRemoved { user: ada.id }).await;
    let events = s.here().events;
    let from = |id| events.from(id, 100);
    let found = from(EventId::least(begin)).await.unwrap();
    let ids: Vec<_> = found.iter().map(|event| event.id).collect();
    assert_eq!(ids, [first, second]);
    assert_eq!(events.from(EventId::least(begin), 1).await.unwrap().len(), 1);
    let other = UserId::from_uuid(uuid::Uuid::from_u128(4));
    let replaced = Event {
        kind: EventKind::PasswordRemoved { user: other },
        ..found[1].clone()
    };
    let unknown = Event {
        id: EventId::generate(s.now(), &s.random),
        ..replaced.clone()
    };
    events.replace(&[replaced.clone(), unknown]).await.unwrap();
    let after = from(first).await.unwrap();
    assert_eq!(after, [found[0].clone(), replaced]);
    assert!(s.elsewhere().events.from(first, 10).await.unwrap().is_empty());
}

pub async fn what_guards_an_account_is_counted(s: Subject) {
    let ada = s.ada().await;
    let own = s.here().own;
    let found = own.guards(ada.id).await.unwrap();
    assert!(found.password_set_at.is_some());
    let counted = Guards {
        password_set_at: None,
        ..found
    };
    assert_eq!(counted, Guards::default());
    let nobody = a_user().number(9).build();
    assert_eq!(own.guards(nobody.id).await.unwrap(), Guards::default());
}
