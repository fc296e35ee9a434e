//! Requests whose ground is taken away between the decision and the write.

use super::*;
use crate::error::ErrorCode;
use domain::{
    client::{Client, Status},
    clock::Clock as _,
    consent::{Consent, Validity},
    event::Actor,
    federation::Upstreams,
    id::UserId,
    interaction::InteractionState,
    login_session::{LoginSession, RequestOrigin},
    scope::ScopeSet,
    services::Ports,
    signing_key::KeyRing,
    stores::{Alongside, EndSessions, Moment, NewUser, RealmStores},
    testing::{
        CollectedEvents, CollectedRefusals, FakeHasher, FakeHttp, FakeJudge, FakeSealer, FakeWebAuthn,
        FixedClock, MemoryStores, PlainMailWriter, SeededRandom, a_client, a_user, realm_context,
    },
};
use futures::future::BoxFuture;
use meanwhile::{AfterReading, Happens, Meanwhile};
use std::{sync::Arc, time::Duration};

mod meanwhile;

struct Scene {
    protocol: Protocol,
    act: Act,
    person: SignedInUser,
    clock: Arc<FixedClock>,
    happens: Happens,
    while_decided: Happens,
}

const SCOPES: &str = "openid email";

async fn scene(client: Client) -> Scene {
    let clock = Arc::new(FixedClock::default());
    let memory = MemoryStores::default();
    let mut realm = realm_context(&memory, clock.clone(), KeyRing::new(Vec::new(), Vec::new()));
    let (none, happens, while_decided) = (Alongside::default, Arc::default(), Arc::default());
    realm.stores.authorizations = Arc::new(Meanwhile {
        inner: realm.stores.authorizations.clone(),
        happens: Arc::clone(&happens),
    });
    realm.stores.consents = Arc::new(AfterReading {
        inner: realm.stores.consents.clone(),
        happens: Arc::clone(&while_decided),
    });
    realm.stores.clients.create(&client, none()).await.unwrap();
    let user = a_user().build();
    let new = NewUser {
        user: user.clone(),
        password: None,
        mailed_code: None,
    };
    realm.stores.users.register(new, none()).await.unwrap();
    let session = LoginSession {
        user_id: user.id,
        created_at: clock.now(),
        authenticated_at: clock.now(),
        last_seen_at: clock.now(),
        expires_at: clock.now() + Duration::from_secs(3_600),
        ..crate::fixtures::signed_in("ada@example.com", 0).session().clone()
    };
    realm.stores.sessions.begin(&session, none()).await.unwrap();
    let consent = Consent {
        user_id: user.id,
        client_id: client.id.clone(),
        scopes: SCOPES.parse().unwrap(),
        declined: Default::default(),
        granted_at: clock.now(),
        updated_at: clock.now(),
        expires_at: None,
    };
    realm.stores.consents.allow(&consent, none()).await.unwrap();
    let protocol = Protocol::new(Ports {
        clock: clock.clone(),
        random: Arc::new(SeededRandom::new(1)),
        hasher: Arc::new(FakeHasher::default()),
        password_judge: Arc::new(FakeJudge),
        sealer: Arc::new(FakeSealer),
        mail_writer: Arc::new(PlainMailWriter),
        event_queue: Arc::new(CollectedEvents::default()),
        http: Arc::new(FakeHttp::default()),
        web_authn: Arc::new(FakeWebAuthn::default()),
        refusals: Arc::new(CollectedRefusals::default()),
        upstreams: Upstreams::default(),
    });
    let idle = Duration::from_secs(3_600);
    let person = session.signed_in(user, clock.now(), idle).unwrap();
    let act = Act {
        realm: Arc::new(realm),
        actor: Actor::Anonymous,
        origin: RequestOrigin::default(),
        locale: None,
    };
    Scene {
        protocol,
        act,
        person,
        clock,
        happens,
        while_decided,
    }
}

/// What can happen while a request is being answered.
#[derive(Clone, Copy, Debug)]
enum Withdrawal {
    SignOut,
    Consent,
    Client,
}

impl Scene {
    /// Arranges that `withdrawal` happens between the decision and the write.
    fn meanwhile(&self, withdrawal: Withdrawal) {
        *self.happens.lock().unwrap() = Some(self.later(withdrawal));
    }

    fn later(&self, withdrawal: Withdrawal) -> BoxFuture<'static, ()> {
        let (stores, clock) = (self.act.realm.stores.clone(), self.clock.clone());
        let user = self.person.user().id;
        Box::pin(async move {
            clock.advance(Duration::from_millis(1));
            withdraw(&stores, user, withdrawal, clock.now()).await;
        })
    }

    async fn start(&self, prompt: &str) -> Outcome {
        let verifier = "dBjftJeZ4CVP-mBgC0xqD8WPxgHkKQh7cWuHzIyQhCo";
        let prompt = if prompt.is_empty() {
            String::new()
        } else {
            format!("&prompt={prompt}")
        };
        let query = format!(
            "response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback&scope=openid+email\
             &code_challenge_method=S256&code_challenge={verifier}{prompt}"
        );
        let parameters = Parameters::parse(query).unwrap();
        let sessions = [self.person.clone()];
        start(
            &self.protocol,
            &self.act,
            &parameters,
            &sessions,
            Digest::of("browser"),
        )
        .await
    }

    async fn resume(&self, interaction: Interaction) -> Outcome {
        let sessions = std::slice::from_ref(&self.person);
        resume(&self.protocol, &self.act, interaction, sessions).await
    }

    /// The interaction as the person allowed it.
    async fn allowed(&self, interaction: &Interaction) -> Interaction {
        let scopes: ScopeSet = SCOPES.parse().unwrap();
        let session = self.person.session().id;
        let fresh = interaction.clone().signed_in(session, true);
        let next = fresh.approved(session, &scopes, Validity::UntilRemoved).unwrap();
        self.act.realm.ephemeral.interactions.put(&next).await.unwrap();
        next
    }
}

async fn withdraw(stores: &RealmStores, user: UserId, what: Withdrawal, at: Timestamp) {
    let (moment, none) = (Moment { at, tokens_until: at }, Alongside::default);
    let client = "app".parse().unwrap();
    match what {
        Withdrawal::SignOut => {
            let ended = stores.sessions.end(user, EndSessions::All, moment, none());
            assert_eq!(ended.await.unwrap().len(), 1);
        }
        Withdrawal::Consent => {
            assert!(
                stores
                    .consents
                    .revoke(user, &client, moment, none())
                    .await
                    .unwrap()
            );
        }
        Withdrawal::Client => {
            for status in [Status::Disabled, Status::Active] {
                stores
                    .clients
                    .set_status(&client, status, moment, none())
                    .await
                    .unwrap();
            }
        }
    }
}

fn error_of(outcome: &Outcome) -> Option<ErrorCode> {
    match outcome {
        Outcome::Respond(response) => response.error.as_ref().map(AuthorizeError::code),
        Outcome::Page(_) | Outcome::Hold(_) | Outcome::Interact(..) => None,
    }
}

fn waits(outcome: Outcome) -> (Interaction, Step) {
    match outcome {
        Outcome::Interact(interaction, step) => (*interaction, step),
        Outcome::Page(_) | Outcome::Hold(_) | Outcome::Respond(_) => panic!("{outcome:?}"),
    }
}

fn is_answered(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Respond(response) if response.error.is_none())
}

#[tokio::test]
async fn a_request_that_nothing_overtakes_is_answered() {
    assert!(is_answered(&scene(a_client().build()).await.start("").await));
}

#[tokio::test]
async fn a_new_request_that_is_overtaken_asks_again() {
    let scene_of = |withdrawal| async move {
        let scene = scene(a_client().build()).await;
        scene.meanwhile(withdrawal);
        let outcome = scene.start("").await;
        (scene, outcome)
    };
    let (scene, outcome) = scene_of(Withdrawal::SignOut).await;
    let (interaction, step) = waits(outcome);
    assert_eq!(step, Step::SignIn);
    assert_eq!(
        interaction.state,
        InteractionState::AwaitingSignIn { identifier: None }
    );
    let interactions = &scene.act.realm.ephemeral.interactions;
    assert_eq!(
        interactions.find(interaction.id).await.unwrap(),
        Some(interaction)
    );

    let (scene, outcome) = scene_of(Withdrawal::Consent).await;
    let (interaction, step) = waits(outcome);
    assert_eq!(step, Step::Consent);
    assert_eq!(interaction.session(), Some(scene.person.session().id));
    let next = scene.allowed(&interaction).await;
    assert!(
        is_answered(&scene.resume(next).await),
        "asked again, the person allowed"
    );

    let (_, outcome) = scene_of(Withdrawal::Client).await;
    assert_eq!(error_of(&outcome), Some(ErrorCode::AccessDenied));
}

#[tokio::test]
async fn a_client_disabled_for_a_moment_while_the_request_is_decided_gets_nothing() {
    let scene = scene(a_client().build()).await;
    *scene.while_decided.lock().unwrap() = Some(scene.later(Withdrawal::Client));
    let outcome = scene.start("").await;
    assert_eq!(error_of(&outcome), Some(ErrorCode::AccessDenied));
    assert!(is_answered(&scene.start("").await), "it is enabled again");
}

#[tokio::test]
async fn core_s3_1_2_6_a_silent_request_that_is_overtaken_says_what_is_missing() {
    for (withdrawal, code) in [
        (Withdrawal::SignOut, ErrorCode::LoginRequired),
        (Withdrawal::Consent, ErrorCode::ConsentRequired),
        (Withdrawal::Client, ErrorCode::AccessDenied),
    ] {
        let scene = scene(a_client().build()).await;
        scene.meanwhile(withdrawal);
        assert_eq!(error_of(&scene.start("none").await), Some(code), "{withdrawal:?}");
    }
}

#[tokio::test]
async fn a_resumed_request_that_is_overtaken_asks_again() {
    for (withdrawal, expected) in [
        (Withdrawal::SignOut, Step::SignIn),
        (Withdrawal::Consent, Step::Consent),
    ] {
        let scene = scene(a_client().build()).await;
        let (interaction, _) = waits(scene.start("consent").await);
        let allowed = scene.allowed(&interaction).await;
        scene.meanwhile(withdrawal);
        let (again, step) = waits(scene.resume(allowed).await);
        assert_eq!((again.id, step), (interaction.id, expected));
        let state = match expected {
            Step::SignIn | Step::SignUp => InteractionState::AwaitingSignIn { identifier: None },
            Step::Consent | Step::Enrol | Step::SecondFactor | Step::SelectAccount | Step::Terms => {
                InteractionState::SignedIn {
                    session: scene.person.session().id,
                    fresh: true,
                }
            }
        };
        assert_eq!(again.state, state);
        let kept = scene
            .act
            .realm
            .ephemeral
            .interactions
            .find(again.id)
            .await
            .unwrap();
        assert_eq!(kept, Some(again));
    }
}

#[tokio::test]
async fn the_operators_own_clients_need_no_stored_consent() {
    let scene = scene(a_client().first_party().build()).await;
    scene.meanwhile(Withdrawal::Consent);
    assert!(is_answered(&scene.start("").await));

    let (interaction, _) = waits(scene.start("consent").await);
    let allowed = scene.allowed(&interaction).await;
    scene.meanwhile(Withdrawal::Consent);
    let (_, step) = waits(scene.resume(allowed).await);
    assert_eq!(
        step,
        Step::Consent,
        "what was asked for once must still be allowed"
    );
}
