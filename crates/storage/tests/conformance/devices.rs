use crate::subject::{MINUTE, Subject, at_once};
use domain::{
    authorization::{Authorization, Begun, Terms},
    client::{Client, Status},
    consent::Consent,
    device::{DeviceAuthorization, DeviceState, Pace},
    login_session::{LoginSession, RequestOrigin},
    secret::Digest,
    stores::{Alongside, Decided, DeviceApproval, EndSessions, Polled, StoreError},
    testing::{a_client, a_user},
};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

fn a_device(s: &Subject, client: &Client, name: &str) -> DeviceAuthorization {
    DeviceAuthorization {
        device_code: Digest::of(format!("device {name}")),
        user_code: Digest::of(format!("user {name}")),
        client_id: client.id.clone(),
        scopes: "openid email".parse().unwrap(),
        terms: Terms {
            resources: ["https://api.example.com/".to_owned()].into(),
            ..Terms::default()
        },
        origin: RequestOrigin {
            address: Some("2001:db8::7".parse().unwrap()),
            user_agent: Some("Television/1".to_owned()),
            request_id: None,
            device: None,
        },
        created_at: s.now(),
        expires_at: s.now() + 10 * MINUTE,
        state: DeviceState::Pending {
            pace: Pace {
                interval: 5 * SECOND,
                next_at: s.now(),
            },
        },
    }
}

async fn stored(s: &Subject, client: &Client, name: &str) -> DeviceAuthorization {
    let device = a_device(s, client, name);
    s.here().devices.create(&device).await.unwrap();
    device
}

fn approval(s: &Subject, client: &Client, session: &LoginSession) -> DeviceApproval {
    let authorization = s.approval(client, session, "openid email");
    let consent = Consent {
        user_id: session.user_id,
        client_id: client.id.clone(),
        scopes: authorization.scopes.clone(),
        declined: Default::default(),
        granted_at: s.now(),
        updated_at: s.now(),
        expires_at: None,
    };
    DeviceApproval {
        authorization,
        consent: Some(consent),
    }
}

async fn approve(s: &Subject, device: &DeviceAuthorization, approval: &DeviceApproval) -> Decided {
    let devices = s.here().devices;
    devices
        .approve(&device.user_code, approval, s.now(), Alongside::default())
        .await
        .unwrap()
}

async fn poll(s: &Subject, device: &DeviceAuthorization) -> Polled {
    let devices = s.here().devices;
    devices
        .poll(&device.device_code, &device.client_id, s.now())
        .await
        .unwrap()
}

fn redeemed(authorization: &Authorization) -> Polled {
    Polled::Redeemed(Box::new(authorization.clone()))
}

pub async fn a_device_is_found_by_its_user_code_while_it_waits(s: Subject) {
    let client = s.client(a_client().build()).await;
    let devices = s.here().devices;
    let device = stored(&s, &client, "a").await;
    let found = devices.find_pending(&device.user_code, s.now()).await.unwrap();
    assert_eq!(found, Some(device.clone()));
    let unknown = devices.find_pending(&device.device_code, s.now()).await.unwrap();
    assert_eq!(unknown, None, "by its user code alone");
    let mut same_user_code = a_device(&s, &client, "b");
    same_user_code.user_code = device.user_code;
    let mut same_device_code = a_device(&s, &client, "c");
    same_device_code.device_code = device.device_code;
    for taken in [same_user_code, same_device_code] {
        let created = devices.create(&taken).await;
        assert!(matches!(created, Err(StoreError::Conflict)), "{created:?}");
    }
    s.clock.set(device.expires_at);
    let late = devices.find_pending(&device.user_code, s.now()).await.unwrap();
    assert_eq!(late, None);
}

pub async fn polling_too_soon_makes_the_interval_longer(s: Subject) {
    let client = s.client(a_client().build()).await;
    let device = stored(&s, &client, "a").await;
    assert_eq!(
        poll(&s, &device).await,
        Polled::Pending,
        "the first may come at once"
    );
    s.clock.advance(5 * SECOND);
    assert_eq!(poll(&s, &device).await, Polled::Pending);
    s.clock.advance(4 * SECOND);
    assert_eq!(poll(&s, &device).await, Polled::TooSoon, "ten seconds from here");
    s.clock.advance(9 * SECOND);
    assert_eq!(poll(&s, &device).await, Polled::TooSoon, "fifteen");
    s.clock.advance(15 * SECOND);
    assert_eq!(poll(&s, &device).await, Polled::Pending);
    s.clock.advance(14 * SECOND);
    assert_eq!(poll(&s, &device).await, Polled::TooSoon, "it stays longer");
    s.clock.set(device.expires_at);
    assert_eq!(poll(&s, &device).await, Polled::Expired);
}

pub async fn an_approved_device_gets_its_authorization_once(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let device = stored(&s, &client, "a").await;
    let (approval, note) = (approval(&s, &client, &session), s.note());
    let devices = s.here().devices;
    let decided = devices
        .approve(&device.user_code, &approval, s.now(), note.with())
        .await;
    assert_eq!(decided.unwrap(), Decided::Stored);
    assert!(s.took_place(&note).await);
    let kept = s.here().consents.find(ada.id, &client.id).await.unwrap();
    assert_eq!(kept, approval.consent);
    assert!(s.lives(&approval.authorization).await);
    assert_eq!(
        devices.find_pending(&device.user_code, s.now()).await.unwrap(),
        None
    );

    let foreign = "other".parse().unwrap();
    let theirs = devices.poll(&device.device_code, &foreign, s.now()).await;
    assert_eq!(theirs.unwrap(), Polled::Foreign);
    let unknown = devices.poll(&device.user_code, &client.id, s.now()).await;
    assert_eq!(unknown.unwrap(), Polled::Unknown);
    assert_eq!(poll(&s, &device).await, redeemed(&approval.authorization));
    assert_eq!(poll(&s, &device).await, Polled::AlreadyRedeemed);
    assert!(
        s.lives(&approval.authorization).await,
        "asking again ends nothing"
    );
}

pub async fn an_approved_device_that_comes_late_gets_nothing(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let device = stored(&s, &client, "a").await;
    let approval = approval(&s, &client, &session);
    assert_eq!(approve(&s, &device, &approval).await, Decided::Stored);
    s.clock.set(device.expires_at);
    assert_eq!(poll(&s, &device).await, Polled::Expired);
}

pub async fn a_decision_about_a_device_is_final(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let devices = s.here().devices;
    let (device, note) = (stored(&s, &client, "a").await, s.note());
    let denied = devices.deny(&device.user_code, s.now(), note.with()).await;
    assert!(denied.unwrap());
    assert!(s.took_place(&note).await);
    let (late, note) = (approval(&s, &client, &session), s.note());
    let decided = devices
        .approve(&device.user_code, &late, s.now(), note.with())
        .await;
    assert_eq!(decided.unwrap(), Decided::TooLate);
    assert!(!s.took_place(&note).await);
    assert!(!s.lives(&late.authorization).await);
    assert_eq!(s.here().consents.find(ada.id, &client.id).await.unwrap(), None);
    assert_eq!(poll(&s, &device).await, Polled::Denied);

    let (allowed, first) = (stored(&s, &client, "b").await, approval(&s, &client, &session));
    assert_eq!(approve(&s, &allowed, &first).await, Decided::Stored);
    let again = approval(&s, &client, &session);
    assert_eq!(approve(&s, &allowed, &again).await, Decided::TooLate);
    let note = s.note();
    let denied = devices.deny(&allowed.user_code, s.now(), note.with()).await;
    assert!(!denied.unwrap());
    assert!(!s.took_place(&note).await);
    assert_eq!(poll(&s, &allowed).await, redeemed(&first.authorization));

    let old = stored(&s, &client, "c").await;
    s.clock.set(old.expires_at);
    let session = s.session(&ada).await;
    let late = approval(&s, &client, &session);
    assert_eq!(approve(&s, &old, &late).await, Decided::TooLate);
    let denied = devices.deny(&old.user_code, s.now(), Alongside::default()).await;
    assert!(!denied.unwrap());
}

pub async fn a_device_is_not_approved_by_who_signed_out_nor_for_a_disabled_client(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let device = stored(&s, &client, "a").await;
    let here = s.here();
    let ended = here
        .sessions
        .end(ada.id, EndSessions::All, s.moment(), Alongside::default());
    ended.await.unwrap();
    let gone = approval(&s, &client, &session);
    let decided = approve(&s, &device, &gone).await;
    assert_eq!(decided, Decided::Withdrawn(Begun::SignedOut));
    let session = s.session(&ada).await;
    here.clients
        .set_status(&client.id, Status::Disabled, s.moment(), Alongside::default())
        .await
        .unwrap();
    let disabled = approval(&s, &client, &session);
    let decided = approve(&s, &device, &disabled).await;
    assert_eq!(decided, Decided::Withdrawn(Begun::ClientWithdrawn));
    for approval in [gone, disabled] {
        assert!(!s.lives(&approval.authorization).await);
    }
    assert_eq!(here.consents.find(ada.id, &client.id).await.unwrap(), None);
    assert_eq!(
        here.devices
            .find_pending(&device.user_code, s.now())
            .await
            .unwrap(),
        Some(device),
        "it still waits"
    );
}

pub async fn of_fifty_polls_one_redeems(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let device = stored(&s, &client, "a").await;
    let approval = approval(&s, &client, &session);
    assert_eq!(approve(&s, &device, &approval).await, Decided::Stored);
    let now = s.now();
    let polls = at_once(50, |_| {
        let (devices, device) = (s.here().devices, device.clone());
        async move { devices.poll(&device.device_code, &device.client_id, now).await }
    });
    let polls: Vec<Polled> = polls.await.into_iter().map(Result::unwrap).collect();
    let won = polls
        .iter()
        .filter(|poll| **poll == redeemed(&approval.authorization));
    assert_eq!(won.count(), 1);
    let lost = polls.iter().filter(|poll| **poll == Polled::AlreadyRedeemed);
    assert_eq!(lost.count(), 49);
}

pub async fn of_fifty_decisions_one_is_taken(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let device = stored(&s, &client, "a").await;
    let now = s.now();
    let approvals: Vec<_> = (0..50).map(|_| approval(&s, &client, &session)).collect();
    let decided = at_once(50, |number| {
        let (devices, device, approval) = (s.here().devices, device.clone(), approvals[number].clone());
        async move {
            if number % 2 == 0 {
                return devices
                    .deny(&device.user_code, now, Alongside::default())
                    .await
                    .unwrap();
            }
            let approved = devices.approve(&device.user_code, &approval, now, Alongside::default());
            approved.await.unwrap() == Decided::Stored
        }
    });
    let taken: Vec<usize> = decided
        .await
        .into_iter()
        .enumerate()
        .filter_map(|(number, taken)| taken.then_some(number))
        .collect();
    assert_eq!(taken.len(), 1);
    let expected = match taken[0] % 2 {
        0 => Polled::Denied,
        _ => redeemed(&approvals[taken[0]].authorization),
    };
    assert_eq!(poll(&s, &device).await, expected);
    for (number, approval) in approvals.iter().enumerate() {
        let alone = number == taken[0] && number % 2 == 1;
        assert_eq!(s.lives(&approval.authorization).await, alone, "{number}");
    }
}

pub async fn devices_go_with_their_client_and_with_who_allowed_them(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let (allowed, waiting) = (stored(&s, &client, "a").await, stored(&s, &client, "b").await);
    let approval = approval(&s, &client, &session);
    assert_eq!(approve(&s, &allowed, &approval).await, Decided::Stored);
    let here = s.here();
    assert!(
        here.users
            .delete(ada.id, s.moment(), Alongside::default())
            .await
            .unwrap()
    );
    assert_eq!(poll(&s, &allowed).await, Polled::Unknown);
    assert_eq!(poll(&s, &waiting).await, Polled::Pending);
    assert!(
        here.clients
            .delete(&client.id, s.moment(), Alongside::default())
            .await
            .unwrap()
    );
    assert_eq!(poll(&s, &waiting).await, Polled::Unknown);
}

pub async fn devices_of_one_realm_are_not_in_another(s: Subject) {
    let client = s.client(a_client().build()).await;
    let device = stored(&s, &client, "a").await;
    let elsewhere = s.elsewhere();
    elsewhere
        .clients
        .create(&client, Alongside::default())
        .await
        .unwrap();
    let devices = elsewhere.devices;
    assert_eq!(
        devices.find_pending(&device.user_code, s.now()).await.unwrap(),
        None
    );
    let poll = devices.poll(&device.device_code, &client.id, s.now()).await;
    assert_eq!(poll.unwrap(), Polled::Unknown);
    let denied = devices
        .deny(&device.user_code, s.now(), Alongside::default())
        .await;
    assert!(!denied.unwrap());
    devices.create(&device).await.unwrap();
    let here = s.here().devices.find_pending(&device.user_code, s.now()).await;
    assert_eq!(here.unwrap(), Some(device));
}

pub async fn an_expired_device_is_told_so_for_a_while_and_then_swept(s: Subject) {
    let client = s.client(a_client().build()).await;
    let device = stored(&s, &client, "a").await;
    s.clock.set(device.expires_at + 30 * MINUTE);
    assert_eq!(s.all().sweep(s.now(), 100).await.unwrap(), 0);
    assert_eq!(poll(&s, &device).await, Polled::Expired);
    s.clock.advance(31 * MINUTE);
    assert_eq!(s.all().sweep(s.now(), 100).await.unwrap(), 1);
    assert_eq!(poll(&s, &device).await, Polled::Unknown);
}

pub async fn a_device_that_was_allowed_something_is_found_among_what_is_of_the_person(s: Subject) {
    let (client, ada) = (s.client(a_client().build()).await, s.ada().await);
    let session = s.session(&ada).await;
    let own = s.here().own;
    let waiting = stored(&s, &client, "a").await;
    let refused = stored(&s, &client, "b").await;
    let devices = s.here().devices;
    let denied = devices.deny(&refused.user_code, s.now(), Alongside::default());
    assert!(denied.await.unwrap());
    assert_eq!(own.devices(ada.id).await.unwrap(), [], "nobody let them in");
    let allowed = approval(&s, &client, &session);
    assert_eq!(approve(&s, &waiting, &allowed).await, Decided::Stored);
    s.clock.advance(SECOND);
    let later = stored(&s, &client, "c").await;
    let again = approval(&s, &client, &session);
    assert_eq!(approve(&s, &later, &again).await, Decided::Stored);
    assert_eq!(poll(&s, &later).await, redeemed(&again.authorization));
    let found = own.devices(ada.id).await.unwrap();
    let (newest, oldest) = (&found[0], &found[1]);
    assert_eq!(found.len(), 2);
    assert_eq!(
        (newest.device_code, oldest.device_code),
        (later.device_code, waiting.device_code)
    );
    assert_eq!(oldest.origin, waiting.origin);
    assert_eq!(
        (newest.state, oldest.state),
        (
            DeviceState::Redeemed {
                authorization: again.authorization.id
            },
            DeviceState::Approved {
                authorization: allowed.authorization.id
            }
        )
    );
    let bob = s
        .register(a_user().number(2).email("bob@example.com").build())
        .await;
    assert_eq!(own.devices(bob.id).await.unwrap(), []);
}
