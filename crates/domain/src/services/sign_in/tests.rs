use super::*;
use crate::{
    client::Status,
    clock::Clock,
    event::Actor,
    federation::Upstreams,
    interaction::AccountPage,
    login_session::{LoginSession, RequestOrigin, SignedInUser},
    outbound::{HashFor, PasswordHasher},
    person::NewPassword,
    secret::Digest,
    services::interactions::InteractionService,
    signing_key::KeyRing,
    stores::{Moment, NewUser},
    testing::{
        CollectedEvents, CollectedRefusals, FakeHasher, FakeHttp, FakeJudge, FakeSealer, FakeWebAuthn,
        FixedClock, MemoryStores, PlainMailWriter, SeededRandom, a_user, realm_context,
    },
};
use async_trait::async_trait;
use futures::{executor::block_on, future::BoxFuture};
use std::sync::{Arc, Mutex};

const PASSWORD: &str = "correct horse battery";

/// A hasher that lets something happen while it works.
struct Slow {
    meanwhile: Mutex<Option<BoxFuture<'static, ()>>>,
}

#[async_trait]
impl PasswordHasher for Slow {
    async fn hash(&self, who: &HashFor, password: &NewPassword) -> Result<PasswordHash, HashError> {
        FakeHasher::default().hash(who, password).await
    }

    async fn verify(
        &self,
        who: &HashFor,
        password: &TypedPassword,
        hash: Option<&PasswordHash>,
    ) -> Result<Verdict, HashError> {
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(meanwhile) = meanwhile {
            meanwhile.await;
        }
        FakeHasher::default().verify(who, password, hash).await
    }

    async fn rehash(&self, who: &HashFor, password: &TypedPassword) -> Result<PasswordHash, HashError> {
        FakeHasher::default().rehash(who, password).await
    }

    fn import(&self, _: &str) -> Option<PasswordHash> {
        None
    }
}

struct Scene {
    clock: Arc<FixedClock>,
    hasher: Arc<Slow>,
    act: Act,
    sign_in: SignIn,
}

fn scene(user: User) -> Scene {
    let clock = Arc::new(FixedClock::default());
    let stores = MemoryStores::default();
    let realm = Arc::new(realm_context(
        &stores,
        clock.clone(),
        KeyRing::new(Vec::new(), Vec::new()),
    ));
    let new = NewUser {
        user,
        password: Some(FakeHasher::hash_of(PASSWORD)),
        mailed_code: None,
    };
    block_on(realm.stores.users.register(new, Alongside::default())).unwrap();
    let hasher = Arc::new(Slow {
        meanwhile: Mutex::new(None),
    });
    let ports = Ports {
        clock: clock.clone(),
        random: Arc::new(SeededRandom::new(1)),
        hasher: hasher.clone(),
        password_judge: Arc::new(FakeJudge),
        sealer: Arc::new(FakeSealer),
        mail_writer: Arc::new(PlainMailWriter),
        event_queue: Arc::new(CollectedEvents::default()),
        http: Arc::new(FakeHttp::default()),
        web_authn: Arc::new(FakeWebAuthn::default()),
        refusals: Arc::new(CollectedRefusals::default()),
        upstreams: Upstreams::default(),
    };
    let act = Act {
        realm,
        actor: Actor::Anonymous,
        origin: RequestOrigin::default(),
        locale: None,
    };
    Scene {
        clock,
        hasher,
        act,
        sign_in: SignIn::new(ports),
    }
}

#[test]
fn what_ends_credentials_while_they_are_judged_ends_the_session_too() {
    let user = a_user().build();
    let (id, email) = (user.id, user.email.clone());
    let scene = scene(user);
    let (users, clock) = (scene.act.realm.stores.users.clone(), scene.clock.clone());
    *scene.hasher.meanwhile.lock().unwrap() = Some(Box::pin(async move {
        for status in [Status::Disabled, Status::Active] {
            clock.advance(Duration::from_millis(1));
            let moment = Moment {
                at: clock.now(),
                tokens_until: clock.now(),
            };
            users
                .set_status(id, status, moment, Alongside::default())
                .await
                .unwrap();
        }
    }));
    let proven = block_on(
        scene
            .sign_in
            .password(&scene.act, email.as_str(), PASSWORD.to_owned()),
    )
    .unwrap();
    let interactions = InteractionService::new(scene.sign_in.ports.clone());
    let started = interactions.start_for_account(&scene.act, Digest::of("browser"), AccountPage::Overview);
    let arrival = Arrival {
        interaction: block_on(started).unwrap(),
        present: &[],
        devices: &[],
    };
    let completed = block_on(scene.sign_in.complete(&scene.act, arrival, proven)).unwrap();
    let Completed::SignedIn { session, .. } = completed else {
        panic!("one factor is all the account has");
    };
    let user = block_on(scene.act.realm.stores.users.find(id)).unwrap().unwrap();
    assert!(
        session
            .signed_in(user, scene.clock.now(), Duration::from_secs(60))
            .is_none()
    );
}

#[test]
fn whoever_signed_up_confirms_the_address_first() {
    for (source, verified, may) in [
        (crate::user::UserSource::SignUp, false, false),
        (crate::user::UserSource::SignUp, true, true),
        (crate::user::UserSource::Operator, false, true),
    ] {
        let built = if verified {
            a_user().build()
        } else {
            a_user().unverified().build()
        };
        let user = User { source, ..built };
        let email = user.email.clone();
        let scene = scene(user);
        let tried = block_on(
            scene
                .sign_in
                .password(&scene.act, email.as_str(), PASSWORD.to_owned()),
        );
        assert_eq!(tried.is_ok(), may, "{source:?} {verified}");
    }
}

#[test]
fn one_network_has_one_count_of_attempts() {
    let from = |address: &str| Some(super::super::network(address.parse().unwrap()).to_string());
    for (one, other, same) in [
        ("2001:db8:1:1::1", "2001:db8:1:1:ffff:ffff:ffff:ffff", true),
        ("2001:db8:1:1::1", "2001:db8:1:2::1", false),
        ("192.0.2.1", "192.0.2.2", false),
        ("192.0.2.1", "::ffff:192.0.2.1", true),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false),
    ] {
        assert_eq!(from(one) == from(other), same, "{one} {other}");
    }

    let scene = scene(a_user().build());
    let attempt = |address: String| {
        let act = Act {
            origin: RequestOrigin {
                address: Some(address.parse().unwrap()),
                ..RequestOrigin::default()
            },
            ..scene.act.clone()
        };
        let identifier = format!("{}@example.com", Digest::of(address).to_base64url());
        block_on(scene.sign_in.password(&act, &identifier, PASSWORD.to_owned()))
    };
    for number in 0..300 {
        let tried = attempt(format!("2001:db8:1:1::{number:x}"));
        assert!(matches!(tried, Err(SignInError::WrongCredentials)), "{number}");
    }
    let tried = attempt("2001:db8:1:1:ffff::1".to_owned());
    assert!(matches!(tried, Err(SignInError::TooManyAttempts { .. })));
    let tried = attempt("2001:db8:1:2::1".to_owned());
    assert!(matches!(tried, Err(SignInError::WrongCredentials)));
}

async fn password(scene: &Scene, present: &[SignedInUser]) -> Completed {
    let (email, sign_in) = (a_user().build().email, &scene.sign_in);
    let judged = sign_in
        .password(&scene.act, email.as_str(), PASSWORD.to_owned())
        .await;
    let interactions = InteractionService::new(sign_in.ports.clone());
    let interaction =
        interactions.start_for_account(&scene.act, Digest::of("browser"), AccountPage::Overview);
    let arrival = Arrival {
        interaction: interaction.await.unwrap(),
        present,
        devices: &[],
    };
    sign_in
        .complete(&scene.act, arrival, judged.unwrap())
        .await
        .unwrap()
}

#[test]
fn a_session_of_two_factors_is_not_renewed_by_one() {
    let scene = scene(a_user().build());
    let begun = |present: &[SignedInUser]| match block_on(password(&scene, present)) {
        Completed::SignedIn { session, .. } => Some(*session),
        Completed::SecondFactor(_) | Completed::Weaker => None,
    };
    let present = |methods: &[Method]| {
        let session = LoginSession {
            methods: methods.to_vec(),
            ..begun(&[]).unwrap()
        };
        let now = scene.clock.now();
        session
            .signed_in(a_user().build(), now, Duration::from_secs(60))
            .unwrap()
    };
    for stronger in [&[Method::Passkey][..], &[Method::Password, Method::Totp]] {
        assert_eq!(begun(&[present(stronger)]), None);
    }
    let same = present(&[Method::MailedCode]);
    assert_eq!(begun(std::slice::from_ref(&same)).unwrap().id, same.session().id);
}
