use super::*;
use crate::{
    acr::Acr,
    clock::Clock as _,
    interaction::{AccountPage, Continuation, Interaction, Requirement},
    login_session::SignedInUser,
    secret::Digest,
    services::{
        interactions::NewInteraction,
        scene::{PASSWORD, Scene},
    },
    testing::a_user,
    totp::{TotpCode, step_at},
    user::User,
};
use futures::executor::block_on;
use std::time::Duration;

/// Somebody who signed in with their password and took a seed into their app, of which this is the code.
struct World {
    scene: Scene,
    user: User,
    person: SignedInUser,
    code: TotpCode,
}

impl World {
    async fn new() -> Self {
        let scene = Scene::new();
        let user = scene.registered(a_user().build()).await;
        let (act, email) = (&scene.act, user.email.as_str());
        let proven = scene.services.sign_in.password(act, email, PASSWORD.to_owned());
        let session = scene.session(act, browser(), proven.await.unwrap()).await;
        let now = scene.clock.now();
        let person = session
            .signed_in(user.clone(), now, Duration::from_secs(60))
            .unwrap();
        let (factors, recent) = (
            &scene.services.second_factors,
            person.recently_proven(now).unwrap(),
        );
        factors.propose(act, &recent).await.unwrap();
        let seed = factors.proposed(act, &recent).await.unwrap().unwrap();
        let code = seed.code(step_at(now));
        Self {
            scene,
            user,
            person,
            code,
        }
    }

    async fn enrol(&self, present: &[SignedInUser], typed: &str) -> Result<Completed, ChangeError> {
        let arrival = Arrival {
            interaction: self.interaction().await,
            present,
            devices: &[],
        };
        let recent = self.person.recently_proven(self.scene.clock.now()).unwrap();
        let sign_in = &self.scene.services.sign_in;
        sign_in.enrol(&self.scene.act, arrival, &recent, typed).await
    }

    async fn interaction(&self) -> Interaction {
        let new = NewInteraction {
            browser: browser(),
            requirement: Requirement {
                acr: Some(Acr::TwoFactors),
                ..Requirement::default()
            },
            consent: None,
            continuation: Continuation::Account(AccountPage::Overview),
        };
        let interactions = &self.scene.services.interactions;
        interactions.start(&self.scene.act, new).await.unwrap()
    }

    /// What the session proved, as it is stored.
    async fn methods(&self) -> Vec<Method> {
        let sessions = &self.scene.act.realm.stores.sessions;
        let found = sessions.find_many(&[self.person.session().id]).await.unwrap();
        found[0].0.methods.clone()
    }

    async fn has_authenticator(&self) -> bool {
        let store = &self.scene.act.realm.stores.second_factors;
        store.find(self.user.id).await.unwrap().authenticator.is_some()
    }
}

fn browser() -> Digest {
    Digest::of("browser")
}

#[test]
fn the_code_that_takes_an_authenticator_into_use_proves_the_second_factor() {
    block_on(async {
        let world = World::new().await;
        let present = [world.person.clone()];
        for wrong in ["000000", "", "recovery"] {
            assert!(world.enrol(&present, wrong).await.is_err());
        }
        assert_eq!(world.methods().await, [Method::Password]);
        assert!(!world.has_authenticator().await);
        let done = world.enrol(&present, world.code.expose()).await.unwrap();
        let Completed::SignedIn { session, interaction } = done else {
            panic!("two factors were proven");
        };
        assert_eq!(session.id, world.person.session().id);
        assert_eq!(interaction.session(), Some(session.id));
        assert_eq!(world.methods().await, [Method::Password, Method::Totp]);
        assert!(world.has_authenticator().await);
        let again = world.enrol(&present, world.code.expose()).await;
        assert!(again.is_err(), "a code is used once");
    });
}

#[test]
fn an_enrolment_counts_for_a_session_of_this_browser_only() {
    block_on(async {
        let world = World::new().await;
        let elsewhere = world.enrol(&[], world.code.expose()).await;
        assert!(matches!(
            elsewhere,
            Err(ChangeError::Code(SecondFactorError::Over))
        ));
        assert!(!world.has_authenticator().await);
        assert_eq!(world.methods().await, [Method::Password]);
    });
}
