use super::*;
use crate::{
    acr::Method,
    clock::{Clock as _, Timestamp},
    id::{AuthenticatorId, LoginSessionId, TrustedDeviceId},
    login_session::{LoginSession, RECENT, RequestOrigin},
    outbound::Sealed,
    second_factor::Authenticator,
    secret::Digest,
    services::scene::Scene,
    stores::Alongside,
    testing::a_user,
    user::User,
};
use futures::executor::block_on;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

fn signed_in(scene: &Scene, user: &User, method: Method) -> SignedInUser {
    let now = scene.clock.now();
    let session = LoginSession {
        id: LoginSessionId::generate(now, &*scene.services.ports.random),
        user_id: user.id,
        created_at: now,
        authenticated_at: now,
        methods: vec![method],
        provider: None,
        last_seen_at: now,
        expires_at: now + HOUR,
        ended_at: None,
        origin: RequestOrigin::default(),
    };
    session.signed_in(user.clone(), now, HOUR).unwrap()
}

async fn seen(scene: &Scene, person: &SignedInUser) -> OwnCredentials {
    let account = &scene.services.account;
    account.credentials(&scene.act, person).await.unwrap()
}

async fn enrol(scene: &Scene, user: &User) {
    let (now, random) = (scene.clock.now(), &*scene.services.ports.random);
    let authenticator = Authenticator {
        id: AuthenticatorId::generate(now, random),
        seed: Sealed {
            key_id: "k".to_owned(),
            bytes: Vec::new(),
        },
        created_at: now,
        last_step: 0,
        last_used_at: None,
    };
    let store = &scene.act.realm.stores.second_factors;
    store.propose(user.id, &authenticator).await.unwrap();
    let confirmed = store.confirm(user.id, authenticator.id, 1, now, Alongside::default());
    assert!(confirmed.await.unwrap());
}

async fn trust(scene: &Scene, user: &User, created_at: Timestamp) -> TrustedDeviceId {
    let now = scene.clock.now();
    let device = TrustedDevice {
        id: TrustedDeviceId::generate(now, &*scene.services.ports.random),
        user_id: user.id,
        digest: Digest::of("device"),
        user_agent: None,
        created_at,
        last_used_at: now,
        expires_at: now + HOUR,
    };
    let store = &scene.act.realm.stores.second_factors;
    store.trust(&device, Alongside::default()).await.unwrap();
    device.id
}

#[test]
fn all_of_it_is_proven_by_every_factor_and_not_for_long() {
    block_on(async {
        let scene = Scene::new();
        let user = scene.registered(a_user().build()).await;
        let (weak, strong) = (Method::Password, Method::Passkey);
        let [weak, strong] = [weak, strong].map(|method| signed_in(&scene, &user, method));
        assert!(seen(&scene, &weak).await.fully_proven, "there is one factor");
        enrol(&scene, &user).await;
        assert!(!seen(&scene, &weak).await.fully_proven);
        assert!(seen(&scene, &strong).await.fully_proven);
        scene.clock.advance(RECENT);
        assert!(seen(&scene, &strong).await.fully_proven);
        scene.clock.advance(Duration::from_secs(1));
        assert!(!seen(&scene, &strong).await.fully_proven, "too long ago");
    });
}

#[test]
fn new_recovery_codes_wait_in_the_session_that_made_them() {
    block_on(async {
        let scene = Scene::new();
        let user = scene.registered(a_user().build()).await;
        enrol(&scene, &user).await;
        let [hers, other] = [0, 1].map(|_| signed_in(&scene, &user, Method::Passkey));
        let service = &scene.services.second_factors;
        let recent = hers.recently_proven(scene.clock.now()).unwrap();
        assert!(!seen(&scene, &hers).await.new_recovery_codes);
        service.new_recovery_codes(&scene.act, &recent).await.unwrap();
        assert!(!seen(&scene, &other).await.new_recovery_codes);
        assert!(seen(&scene, &hers).await.new_recovery_codes);
        let shown = service.take_recovery_codes(&scene.act, &hers).await.unwrap();
        assert_eq!(shown.map(|codes| codes.len()), Some(10));
        let seen = seen(&scene, &hers).await;
        assert_eq!(
            (seen.new_recovery_codes, seen.factors.recovery_codes),
            (false, 10)
        );
    });
}

#[test]
fn browsers_trusted_before_everything_ended_are_not_among_it() {
    block_on(async {
        let scene = Scene::new();
        let begin = scene.clock.now();
        scene.clock.advance(HOUR);
        let user = a_user().build();
        let user = User {
            not_before: scene.clock.now(),
            ..user
        };
        let user = scene.registered(user).await;
        trust(&scene, &user, begin).await;
        let kept = trust(&scene, &user, scene.clock.now()).await;
        let person = signed_in(&scene, &user, Method::Password);
        let trusted = seen(&scene, &person).await.trusted_devices;
        let ids: Vec<_> = trusted.into_iter().map(|device| device.id).collect();
        assert_eq!(ids, [kept]);
    });
}

#[test]
fn a_password_is_judged_by_what_else_there_is() {
    block_on(async {
        let scene = Scene::new();
        let policy = scene.act.realm.settings.password;
        let proven = scene.registered(a_user().build()).await;
        let unproven = a_user().number(2).email("bob@example.com").unverified().build();
        let unproven = scene.registered(unproven).await;
        let bare = a_user().number(3).email("ann@example.com").build();
        let bare = scene.without_password(bare).await;
        for (user, present, can_be_removed) in [
            (&proven, true, true),
            (&unproven, true, false),
            (&bare, false, false),
        ] {
            let person = signed_in(&scene, user, Method::Password);
            let own = seen(&scene, &person).await.password;
            assert_eq!(
                (own.present.is_some(), own.can_be_removed),
                (present, can_be_removed)
            );
            assert_eq!(own.policy, policy);
            enrol(&scene, user).await;
            let own = seen(&scene, &person).await.password;
            assert_eq!(own.policy, policy.beside_second_factor());
            assert_eq!(own.can_be_removed, can_be_removed, "it signs nobody in alone");
        }
    });
}
