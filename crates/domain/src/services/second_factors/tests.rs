use super::*;
use crate::{
    acr::Method,
    clock::{Clock as _, Timestamp},
    event::Actor,
    id::LoginSessionId,
    login_session::{LoginSession, RequestOrigin},
    services::scene::Scene,
    testing::a_user,
    totp::step_at,
    user::User,
};
use futures::executor::block_on;

const ONE: [Method; 1] = [Method::Password];
const TWO: [Method; 2] = [Method::Password, Method::Totp];
const MINUTE: Duration = Duration::from_secs(60);

struct World {
    scene: Scene,
    user: User,
}

impl World {
    async fn new() -> Self {
        let scene = Scene::new();
        let user = scene.registered(a_user().build()).await;
        Self { scene, user }
    }

    fn now(&self) -> Timestamp {
        self.scene.clock.now()
    }

    fn service(&self) -> &SecondFactorService {
        &self.scene.services.second_factors
    }

    fn act(&self) -> Act {
        Act {
            actor: Actor::Person(self.user.id),
            ..self.scene.act.clone()
        }
    }

    fn signed_in(&self, methods: &[Method]) -> SignedInUser {
        let now = self.now();
        let session = LoginSession {
            id: LoginSessionId::generate(now, &*self.scene.services.ports.random),
            user_id: self.user.id,
            created_at: now,
            authenticated_at: now,
            methods: methods.to_vec(),
            provider: None,
            last_seen_at: now,
            expires_at: now + MINUTE,
            ended_at: None,
            origin: RequestOrigin::default(),
        };
        session.signed_in(self.user.clone(), now, MINUTE).unwrap()
    }

    async fn factors(&self) -> SecondFactors {
        self.service().of(&self.act(), self.user.id).await.unwrap()
    }

    /// Takes a new authenticator into use; its seed.
    async fn enrol(&self, person: &SignedInUser) -> TotpSeed {
        let (act, recent) = (self.act(), person.recently_proven(self.now()).unwrap());
        self.service().propose(&act, &recent).await.unwrap();
        let seed = self.service().proposed(&act, &recent).await.unwrap().unwrap();
        let code = seed.code(step_at(self.now()));
        self.service()
            .confirm(&act, &recent, code.expose())
            .await
            .unwrap();
        seed
    }

    async fn subjects(&self) -> Vec<String> {
        let mails = self.scene.mails().await;
        let subject = |mail: crate::mail::Mail| mail.subject.split(' ').next().unwrap().to_owned();
        // Those of one moment have no order.
        let mut subjects: Vec<String> = mails.into_iter().map(subject).collect();
        subjects.sort();
        subjects
    }
}

#[test]
fn a_seed_counts_once_a_code_of_it_came_back() {
    block_on(async {
        let world = World::new().await;
        let (act, person) = (world.act(), world.signed_in(&ONE));
        let recent = person.recently_proven(world.now()).unwrap();
        assert!(world.service().proposed(&act, &recent).await.unwrap().is_none());
        let nothing = world.service().confirm(&act, &recent, "123456").await;
        assert!(matches!(nothing, Err(ChangeError::Missing)));
        world.service().propose(&act, &recent).await.unwrap();
        let seed = world.service().proposed(&act, &recent).await.unwrap().unwrap();
        let step = step_at(world.now());
        for wrong in [seed.code(step + 3).expose(), "", "recovery"] {
            let refused = world.service().confirm(&act, &recent, wrong).await;
            assert!(matches!(
                refused,
                Err(ChangeError::Code(SecondFactorError::WrongCode))
            ));
        }
        assert!(world.factors().await.authenticator.is_none());
        assert!(world.subjects().await.is_empty());
        world
            .service()
            .confirm(&act, &recent, seed.code(step).expose())
            .await
            .unwrap();
        let factors = world.factors().await;
        assert_eq!(
            factors.authenticator.unwrap().last_step,
            step,
            "the code was used by this"
        );
        assert_eq!((factors.pending, factors.recovery_codes), (None, 10));
        assert_eq!(
            world.subjects().await,
            ["AuthenticatorAdded", "RecoveryCodesMade"]
        );
    });
}

#[test]
fn a_seed_that_waits_too_long_is_forgotten() {
    block_on(async {
        let world = World::new().await;
        let (act, person) = (world.act(), world.signed_in(&ONE));
        let recent = person.recently_proven(world.now()).unwrap();
        world.service().propose(&act, &recent).await.unwrap();
        let seed = world.service().proposed(&act, &recent).await.unwrap().unwrap();
        world.scene.clock.advance(crate::second_factor::PENDING_FOR);
        assert!(world.service().proposed(&act, &recent).await.unwrap().is_none());
        let code = seed.code(step_at(world.now()));
        let late = world.service().confirm(&act, &recent, code.expose()).await;
        assert!(matches!(late, Err(ChangeError::Missing)));
    });
}

#[test]
fn recovery_codes_are_shown_once_in_the_session_that_made_them() {
    block_on(async {
        let world = World::new().await;
        let (act, person) = (world.act(), world.signed_in(&ONE));
        world.enrol(&person).await;
        let other = world.signed_in(&TWO);
        assert_eq!(
            world.service().take_recovery_codes(&act, &other).await.unwrap(),
            None
        );
        let shown = world
            .service()
            .take_recovery_codes(&act, &person)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(shown.len(), 10);
        assert_eq!(
            world.service().take_recovery_codes(&act, &person).await.unwrap(),
            None
        );
        let recent = other.recently_proven(world.now()).unwrap();
        world.service().new_recovery_codes(&act, &recent).await.unwrap();
        let again = world
            .service()
            .take_recovery_codes(&act, &other)
            .await
            .unwrap()
            .unwrap();
        assert!(again.iter().all(|code| !shown.contains(code)));
        let store = &act.realm.stores.second_factors;
        let sealer = &*world.scene.services.ports.sealer;
        for (code, works) in [(&shown[0], false), (&again[0], true)] {
            let digest = RecoveryCode::parse(code).unwrap().digest(sealer, world.user.id);
            let spent = store.spend_recovery_code(world.user.id, &digest, world.now(), Alongside::default());
            assert_eq!(spent.await.unwrap(), works);
        }
        world.service().new_recovery_codes(&act, &recent).await.unwrap();
        world.scene.clock.advance(SHEET_FOR);
        assert_eq!(
            world.service().take_recovery_codes(&act, &other).await.unwrap(),
            None,
            "too late"
        );
    });
}

#[test]
fn replacing_keeps_the_old_authenticator_until_the_new_one_is_confirmed() {
    block_on(async {
        let world = World::new().await;
        let act = world.act();
        world.enrol(&world.signed_in(&ONE)).await;
        let first = world.factors().await.authenticator.unwrap();
        let person = world.signed_in(&TWO);
        let recent = person.recently_proven(world.now()).unwrap();
        world.service().propose(&act, &recent).await.unwrap();
        assert_eq!(world.factors().await.authenticator.unwrap().id, first.id);
        let seed = world.service().proposed(&act, &recent).await.unwrap().unwrap();
        let code = seed.code(step_at(world.now()));
        world
            .service()
            .confirm(&act, &recent, code.expose())
            .await
            .unwrap();
        let factors = world.factors().await;
        assert_ne!(factors.authenticator.unwrap().id, first.id);
        assert_eq!(factors.recovery_codes, 10, "those that are there stay");
        let expected = ["AuthenticatorAdded", "AuthenticatorReplaced", "RecoveryCodesMade"];
        assert_eq!(world.subjects().await, expected);
    });
}

#[test]
fn what_guards_the_account_is_changed_by_whoever_proved_all_of_it() {
    block_on(async {
        let world = World::new().await;
        let act = world.act();
        world.enrol(&world.signed_in(&ONE)).await;
        let weak = world.signed_in(&ONE);
        let recent = weak.recently_proven(world.now()).unwrap();
        let service = world.service();
        assert!(!service.all_proven(&act, &recent).await.unwrap());
        let refused = [
            service.propose(&act, &recent).await,
            service.confirm(&act, &recent, "123456").await,
            service.remove(&act, &recent).await,
            service.new_recovery_codes(&act, &recent).await,
        ];
        for refused in refused {
            assert!(matches!(refused, Err(ChangeError::BothFactorsNeeded)));
        }
        for strong in [&TWO[..], &[Method::Passkey]] {
            let person = world.signed_in(strong);
            let recent = person.recently_proven(world.now()).unwrap();
            assert!(service.all_proven(&act, &recent).await.unwrap());
            service.propose(&act, &recent).await.unwrap();
        }
        let seen = service.proposed(&act, &recent).await.unwrap();
        assert!(seen.is_none(), "the seed is not for those who may not change it");
        let person = world.signed_in(&TWO);
        let recent = person.recently_proven(world.now()).unwrap();
        service.remove(&act, &recent).await.unwrap();
        assert_eq!(world.factors().await, SecondFactors::default());
        assert!(matches!(
            service.remove(&act, &recent).await,
            Err(ChangeError::Missing)
        ));
        let none = service.new_recovery_codes(&act, &recent).await;
        assert!(matches!(none, Err(ChangeError::Missing)));
        assert!(
            world
                .subjects()
                .await
                .contains(&"AuthenticatorRemoved".to_owned())
        );
    });
}
