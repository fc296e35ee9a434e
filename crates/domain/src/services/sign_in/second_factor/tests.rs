use super::*;
use crate::{
    clock::Clock as _,
    id::AuthenticatorId,
    interaction::{AccountPage, Continuation, Interaction, InteractionState, Requirement},
    login_session::{LoginSession, SignedInUser},
    mail::Mail,
    second_factor::{RecoverySheet, TrustedDevice},
    secret::Digest,
    services::{
        interactions::NewInteraction,
        scene::{PASSWORD, Scene},
    },
    stores::{Alongside, EndSessions, Moment},
    testing::{SeededRandom, a_user},
    totp::step_at,
};
use futures::executor::block_on;

const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: Duration = Duration::from_secs(60);

fn browser() -> Digest {
    Digest::of("browser")
}

/// A person with an authenticator app and two recovery codes.
struct World {
    scene: Scene,
    user: User,
    seed: TotpSeed,
    codes: Vec<RecoveryCode>,
}

impl World {
    async fn new() -> Self {
        let scene = Scene::new();
        let user = scene.registered(a_user().build()).await;
        let random = SeededRandom::new(7);
        let world = Self {
            seed: TotpSeed::generate(&random),
            codes: (0..5).map(|_| RecoveryCode::generate(&random)).collect(),
            scene,
            user,
        };
        world.enrol().await;
        world
    }

    /// Gives the account the authenticator, as if it were another each time.
    async fn enrol(&self) {
        let ports = &self.scene.services.ports;
        let id = AuthenticatorId::generate(self.now(), &*ports.random);
        let seed = ports.sealer.seal(&Authenticator::context(id), self.seed.expose());
        let authenticator = Authenticator {
            id,
            seed: seed.clone(),
            created_at: self.now(),
            last_step: 0,
            last_used_at: None,
        };
        let (store, user) = (&self.scene.act.realm.stores.second_factors, self.user.id);
        store.propose(user, &authenticator).await.unwrap();
        let step = step_at(self.now()) - 10;
        assert!(
            store
                .confirm(user, id, step, self.now(), Alongside::default())
                .await
                .unwrap()
        );
        let digests: Vec<_> = self
            .codes
            .iter()
            .map(|code| code.digest(&*ports.sealer, user))
            .collect();
        let sheet = RecoverySheet {
            session: crate::id::LoginSessionId::generate(self.now(), &*ports.random),
            codes: seed,
            expires_at: self.now(),
        };
        let with = Alongside::default();
        store
            .replace_recovery_codes(user, &digests, &sheet, with)
            .await
            .unwrap();
    }

    fn now(&self) -> Timestamp {
        self.scene.clock.now()
    }

    fn sign_in(&self) -> &SignIn {
        &self.scene.services.sign_in
    }

    /// The code of now, so many steps ahead.
    fn code(&self, ahead: i64) -> String {
        self.seed.code(step_at(self.now()) + ahead).expose().to_owned()
    }

    async fn interaction(&self, acr: Option<Acr>) -> Interaction {
        let new = NewInteraction {
            browser: browser(),
            requirement: Requirement {
                acr,
                ..Requirement::default()
            },
            consent: None,
            continuation: Continuation::Account(AccountPage::Overview),
        };
        self.scene
            .services
            .interactions
            .start(&self.scene.act, new)
            .await
            .unwrap()
    }

    async fn first_factor(&self, acr: Option<Acr>, devices: &[Digest]) -> Completed {
        let arrival = Arrival {
            interaction: self.interaction(acr).await,
            present: &[],
            devices,
        };
        let (act, email) = (&self.scene.act, self.user.email.as_str());
        let proven = self
            .sign_in()
            .password(act, email, PASSWORD.to_owned())
            .await
            .unwrap();
        self.sign_in().complete(act, arrival, proven).await.unwrap()
    }

    /// A request at which the password was right and the code is owed.
    async fn owed(&self) -> Interaction {
        awaited(self.first_factor(None, &[]).await)
    }

    async fn enter(
        &self,
        interaction: Interaction,
        typed: &str,
        remember: bool,
    ) -> Result<Passed, SecondFactorError> {
        self.enter_beside(interaction, typed, remember, &[]).await
    }

    async fn enter_beside(
        &self,
        interaction: Interaction,
        typed: &str,
        remember: bool,
        present: &[SignedInUser],
    ) -> Result<Passed, SecondFactorError> {
        let arrival = Arrival {
            interaction,
            present,
            devices: &[],
        };
        self.sign_in()
            .second_factor(&self.scene.act, arrival, typed, remember)
            .await
    }

    async fn sessions(&self) -> Vec<LoginSession> {
        self.scene
            .act
            .realm
            .stores
            .sessions
            .list(self.user.id)
            .await
            .unwrap()
    }

    /// The browsers that the person sees to be trusted.
    async fn trusted_devices(&self, person: &SignedInUser) -> Vec<TrustedDevice> {
        let account = &self.scene.services.account;
        let seen = account.credentials(&self.scene.act, person).await.unwrap();
        seen.trusted_devices
    }

    async fn trusted(&self) -> Digest {
        let passed = self.enter(self.owed().await, &self.code(0), true).await.unwrap();
        self.scene.clock.advance(MINUTE);
        passed.trusted.unwrap().digest()
    }
}

fn awaited(completed: Completed) -> Interaction {
    match completed {
        Completed::SecondFactor(interaction) => *interaction,
        Completed::SignedIn { .. } | Completed::Weaker => panic!("nobody owes a second factor"),
    }
}

fn signed_in(completed: Completed) -> LoginSession {
    match completed {
        Completed::SignedIn { session, .. } => *session,
        Completed::SecondFactor(_) | Completed::Weaker => panic!("more is owed"),
    }
}

fn is_awaited(completed: &Completed) -> bool {
    matches!(completed, Completed::SecondFactor(_))
}

#[test]
fn the_second_step_is_needed_unless_strong_enough_or_spared_where_one_factor_will_do() {
    use SecondStep::{Needed, NotNeeded};
    let (one, two) = (Some(Acr::OneFactor), Some(Acr::TwoFactors));
    for (reached, has_second_factor, wanted, trusted_device, renews_a_stronger, expected) in [
        (one, false, None, false, false, NotNeeded),
        (one, false, None, false, true, NotNeeded),
        (one, false, two, false, false, NotNeeded),
        (one, true, None, false, false, Needed),
        (one, true, one, false, false, Needed),
        (one, true, two, false, false, Needed),
        (one, true, None, true, false, NotNeeded),
        (one, true, one, true, false, NotNeeded),
        (one, true, two, true, false, Needed),
        (one, true, None, true, true, Needed),
        (two, true, None, false, false, NotNeeded),
        (two, true, two, false, false, NotNeeded),
        (None, true, None, false, false, Needed),
    ] {
        let context = FactorContext {
            reached,
            has_second_factor,
            wanted,
            trusted_device,
            renews_a_stronger,
        };
        assert_eq!(decide_second_step(context), expected, "{context:?}");
    }
}

#[test]
fn whatever_first_factor_was_proven_nobody_is_signed_in_before_the_second() {
    block_on(async {
        for (method, asked) in [
            (Method::Password, true),
            (Method::MailedCode, true),
            (Method::Passkey, false),
        ] {
            let world = World::new().await;
            let proven = Proven::new(world.user.clone(), method, world.now()).unwrap();
            let arrival = Arrival {
                interaction: world.interaction(None).await,
                present: &[],
                devices: &[],
            };
            let id = arrival.interaction.id;
            let completed = world
                .sign_in()
                .complete(&world.scene.act, arrival, proven)
                .await
                .unwrap();
            assert_eq!(is_awaited(&completed), asked, "{method:?}");
            assert_eq!(world.sessions().await.is_empty(), asked, "{method:?}");
            let stored = world
                .scene
                .act
                .realm
                .ephemeral
                .interactions
                .find(id)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(stored.session().is_none(), asked, "{method:?}");
        }
    });
}

#[test]
fn whoever_proved_two_factors_here_is_asked_for_the_second_again_even_where_the_browser_is_trusted() {
    block_on(async {
        let world = World::new().await;
        let passed = world
            .enter(world.owed().await, &world.code(0), true)
            .await
            .unwrap();
        let trusted = [passed.trusted.unwrap().digest()];
        let session = signed_in(passed.completed);
        let present = session
            .signed_in(world.user.clone(), world.now(), 10 * MINUTE)
            .unwrap();
        for method in [Method::Password, Method::MailedCode] {
            for (present, asked) in [(&[][..], false), (std::slice::from_ref(&present), true)] {
                let arrival = Arrival {
                    interaction: world.interaction(None).await,
                    present,
                    devices: &trusted,
                };
                let proven = Proven::new(world.user.clone(), method, world.now()).unwrap();
                let act = &world.scene.act;
                let completed = world.sign_in().complete(act, arrival, proven).await.unwrap();
                assert_eq!(is_awaited(&completed), asked, "{method:?}");
            }
        }
    });
}

#[test]
fn a_code_signs_in_once_and_both_methods_are_told() {
    block_on(async {
        let world = World::new().await;
        let (one, other) = (world.owed().await, world.owed().await);
        let code = world.code(0);
        let session = signed_in(world.enter(one.clone(), &code, false).await.unwrap().completed);
        assert_eq!(session.methods, [Method::Password, Method::Totp]);
        assert_eq!(world.sessions().await, [session]);
        for interaction in [one.clone(), other] {
            let again = world.enter(interaction, &code, false).await;
            assert!(matches!(again, Err(SecondFactorError::WrongCode)));
        }
        // The request has moved on: even the next code begins nothing in it.
        world.scene.clock.advance(MINUTE);
        let again = world.enter(one, &world.code(0), false).await;
        assert!(matches!(again, Err(SecondFactorError::Over)));
        assert_eq!(world.sessions().await.len(), 1);
    });
}

#[test]
fn codes_of_other_times_and_accounts_are_refused() {
    block_on(async {
        let world = World::new().await;
        let interaction = world.owed().await;
        let foreign = TotpSeed::generate(&SeededRandom::new(8)).code(step_at(world.now()));
        for wrong in [
            world.code(-2),
            world.code(2),
            foreign.expose().to_owned(),
            String::new(),
            "x".repeat(9_999),
        ] {
            let refused = world.enter(interaction.clone(), &wrong, false).await;
            assert!(matches!(refused, Err(SecondFactorError::WrongCode)), "{wrong}");
        }
        let events = world.scene.memory.events(world.scene.act.realm.realm.id);
        let failed = events.iter().filter(|event| {
            matches!(&event.kind, EventKind::SignInFailed { user, reason: SignInFailure::WrongSecondFactor }
                if *user == Some(world.user.id))
        });
        assert_eq!(failed.count(), 5);
        world.scene.clock.advance(Duration::from_secs(30));
        assert!(world.enter(interaction, &world.code(1), false).await.is_ok());
    });
}

#[test]
fn only_a_request_that_waits_for_the_code_takes_it() {
    block_on(async {
        let world = World::new().await;
        let owed = world.owed().await;
        let interactions = &world.scene.services.interactions;
        let elsewhere = interactions
            .load(&world.scene.act, owed.id, Digest::of("other browser"))
            .await;
        assert!(matches!(elsewhere, Err(InteractionError::Unknown)));
        let fresh = world.interaction(None).await;
        let with = |state| Interaction {
            state,
            ..owed.clone()
        };
        let nobody = InteractionState::AwaitingSignIn { identifier: None };
        for interaction in [fresh, with(nobody), with(InteractionState::Denied)] {
            let refused = world.enter(interaction, &world.code(0), false).await;
            assert!(matches!(refused, Err(SecondFactorError::Over)));
        }
        world.scene.clock.advance(SecondFactorOwed::LIFE);
        let late = world.enter(owed, &world.code(0), false).await;
        assert!(matches!(late, Err(SecondFactorError::Over)));
        assert!(world.sessions().await.is_empty());
    });
}

#[test]
fn what_ends_the_first_proof_ends_the_second_step() {
    block_on(async {
        for disable in [true, false] {
            let world = World::new().await;
            let owed = world.owed().await;
            world.scene.clock.advance(MINUTE);
            let moment = Moment {
                at: world.now(),
                tokens_until: world.now(),
            };
            let users = &world.scene.act.realm.stores.users;
            let mut statuses = vec![crate::client::Status::Disabled];
            statuses.extend((!disable).then_some(crate::client::Status::Active));
            for status in statuses {
                users
                    .set_status(world.user.id, status, moment, Alongside::default())
                    .await
                    .unwrap();
            }
            let refused = world.enter(owed, &world.code(0), false).await;
            assert!(matches!(refused, Err(SecondFactorError::Over)), "{disable}");
            assert!(world.sessions().await.is_empty());
        }
    });
}

#[test]
fn a_session_is_made_stronger_only_while_it_lasts() {
    block_on(async {
        let world = World::new().await;
        let device = world.trusted().await;
        let weak = signed_in(world.first_factor(None, &[device]).await);
        assert_eq!(weak.methods, [Method::Password]);
        let present = weak
            .clone()
            .signed_in(world.user.clone(), world.now(), DAY)
            .unwrap();
        let started = world.interaction(Some(Acr::TwoFactors)).await;
        let owed = SecondFactorOwed::by_session(&present, world.now());
        let waiting = started.clone().awaiting_second_factor(owed);
        let interactions = &world.scene.act.realm.ephemeral.interactions;
        assert!(interactions.replace(&started, &waiting).await.unwrap());
        let gone = world.enter(waiting.clone(), &world.code(0), false).await;
        assert!(
            matches!(gone, Err(SecondFactorError::Over)),
            "signed out in between"
        );
        let passed = world
            .enter_beside(waiting, &world.code(0), false, &[present])
            .await
            .unwrap();
        let strong = signed_in(passed.completed);
        assert_eq!(
            (strong.id, strong.methods),
            (weak.id, vec![Method::Password, Method::Totp])
        );
        let which = EndSessions::One(weak.id);
        let moment = world.scene.act.realm.moment(world.now());
        let sessions = &world.scene.act.realm.stores.sessions;
        let ended = sessions
            .end(world.user.id, which, moment, Alongside::default())
            .await
            .unwrap();
        assert_eq!(ended.len(), 1);
    });
}

#[test]
fn a_recovery_code_works_once_and_the_mail_says_how_many_are_left() {
    block_on(async {
        let world = World::new().await;
        for (code, left) in world.codes.iter().zip([4, 3, 2]) {
            let typed = code.shown().to_uppercase();
            let passed = world.enter(world.owed().await, &typed, false).await.unwrap();
            let methods = signed_in(passed.completed).methods;
            assert_eq!(methods, [Method::Password, Method::RecoveryCode]);
            let again = world.enter(world.owed().await, &typed, false).await;
            assert!(matches!(again, Err(SecondFactorError::WrongCode)));
            let mails: Vec<Mail> = world.scene.mails().await;
            let [mail] = mails.as_slice() else {
                panic!("one mail")
            };
            assert!(
                mail.subject.contains(&format!("left: {left}")),
                "{}",
                mail.subject
            );
        }
    });
}

#[test]
fn a_trusted_browser_spares_the_code_for_its_account_and_thirty_days() {
    block_on(async {
        let world = World::new().await;
        let device = world.trusted().await;
        assert!(
            is_awaited(&world.first_factor(None, &[]).await),
            "another browser"
        );
        assert!(is_awaited(
            &world.first_factor(None, &[Digest::of("guess")]).await
        ));
        assert!(is_awaited(
            &world.first_factor(Some(Acr::TwoFactors), &[device]).await
        ));
        let session = signed_in(world.first_factor(None, &[device]).await);
        assert_eq!(Acr::of(&session.methods), Some(Acr::OneFactor));
        world.scene.clock.advance(TRUSTED_FOR);
        assert!(is_awaited(&world.first_factor(None, &[device]).await), "expired");

        let other = a_user().number(3).email("other@example.com").build();
        let other = world.scene.registered(other).await;
        let world = World { user: other, ..world };
        world.enrol().await;
        assert!(
            is_awaited(&world.first_factor(None, &[device]).await),
            "another account"
        );
    });
}

#[test]
fn trust_ends_with_the_password_with_the_factor_and_when_it_is_taken_back() {
    block_on(async {
        let world = World::new().await;
        let device = world.trusted().await;
        let session = signed_in(world.first_factor(None, &[device]).await);
        let person = session.signed_in(world.user.clone(), world.now(), DAY).unwrap();
        let (service, act) = (&world.scene.services.second_factors, &world.scene.act);
        let listed = world.trusted_devices(&person).await;
        assert_eq!(
            listed.iter().map(|device| device.digest).collect::<Vec<_>>(),
            [device]
        );
        assert!(
            service
                .forget_trusted(act, &person, Some(listed[0].id))
                .await
                .unwrap()
        );
        assert!(
            !service
                .forget_trusted(act, &person, Some(listed[0].id))
                .await
                .unwrap()
        );
        assert!(
            is_awaited(&world.first_factor(None, &[device]).await),
            "forgotten"
        );

        let device = world.trusted().await;
        world.enrol().await;
        assert!(
            is_awaited(&world.first_factor(None, &[device]).await),
            "another factor"
        );

        let device = world.trusted().await;
        world
            .scene
            .services
            .recovery
            .request(
                act,
                world.user.email.as_str(),
                (Digest::of("browser"), &crate::work::Shown::default()),
            )
            .await
            .unwrap();
        let mails = world.scene.mails().await;
        let link = mails.last().unwrap().text.clone();
        let by = crate::services::recovery::ResetLink {
            token: link.split_once("token=").unwrap().1,
            browser: Digest::of("browser"),
            told: false,
        };
        let reset = world
            .scene
            .services
            .recovery
            .reset(act, by, PASSWORD.to_owned())
            .await;
        assert!(reset.is_ok());
        world.scene.clock.advance(MINUTE);
        assert!(
            is_awaited(&world.first_factor(None, &[device]).await),
            "another password"
        );
        let user = act.realm.stores.users.find(world.user.id).await.unwrap().unwrap();
        let session = signed_in(
            world
                .enter(world.owed().await, &world.code(1), false)
                .await
                .unwrap()
                .completed,
        );
        let person = session.signed_in(user, world.now(), DAY).unwrap();
        assert!(world.trusted_devices(&person).await.is_empty());
    });
}

#[test]
fn codes_are_guessed_on_the_budget_of_the_password_and_even_a_right_one_is_not_looked_at_then() {
    block_on(async {
        let world = World::new().await;
        let owed = world.owed().await;
        for _ in 0..3 {
            let refused = world.enter(owed.clone(), &world.code(5), false).await;
            assert!(matches!(refused, Err(SecondFactorError::WrongCode)));
        }
        // The right password in between gives nothing back of what codes used up.
        assert_eq!(world.owed().await.state, owed.state);
        for _ in 0..2 {
            assert!(!world.scene.signs_in(world.user.email.as_str(), "wrong").await);
        }
        for code in [world.code(0), world.codes[0].shown()] {
            let refused = world.enter(owed.clone(), &code, false).await;
            assert!(matches!(
                refused,
                Err(SecondFactorError::TooManyAttempts { retry_after }) if retry_after.as_secs() == 30
            ));
        }
        assert!(world.sessions().await.is_empty());
        assert!(!world.scene.signs_in(world.user.email.as_str(), PASSWORD).await);
        world.scene.clock.advance(Duration::from_secs(30));
        assert!(world.enter(owed, &world.code(0), false).await.is_ok());
    });
}

#[test]
fn right_codes_use_nothing_up_and_forget_what_was_wrong_in_the_same_place() {
    block_on(async {
        let mut world = World::new().await;
        // Together they would be too many for one place, and for all places.
        for number in 0..40 {
            world.scene.act = world.scene.from(&format!("2001:db8:{:x}::1", number / 2));
            world.scene.clock.advance(MINUTE);
            if number < 8 {
                let refused = world.enter(world.owed().await, &world.code(5), false).await;
                assert!(matches!(refused, Err(SecondFactorError::WrongCode)));
            }
            let passed = world.enter(world.owed().await, &world.code(0), false).await;
            signed_in(passed.unwrap().completed);
        }
    });
}

#[test]
fn a_realm_that_locks_hard_counts_codes_too() {
    block_on(async {
        let mut world = World::new().await;
        world
            .scene
            .change_settings(|settings| settings.hard_lockout = true);
        let owed = world.owed().await;
        for _ in 0..5 {
            let refused = world.enter(owed.clone(), &world.code(5), false).await;
            assert!(matches!(refused, Err(SecondFactorError::WrongCode)));
        }
        let refused = world.enter(owed, &world.code(0), false).await;
        assert!(matches!(
            refused,
            Err(SecondFactorError::TooManyAttempts { retry_after }) if retry_after.as_secs() == 1_800
        ));
    });
}
