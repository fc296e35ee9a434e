#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test names the one outcome that it expects"
)]

use super::*;
use crate::{
    acr::Method,
    clock::Clock as _,
    event::SignInFailure,
    federation::{LoggedOut, OpenAttempt, Upstreams, Vouched, VouchedEmail},
    id::AuthenticatorId,
    interaction::AccountPage,
    login_session::{LoginSession, SignedInUser},
    second_factor::Authenticator,
    secret::{Digest, Secret},
    services::{
        budgets::FROM_ADDRESS,
        scene::{PASSWORD, Scene},
        sign_in::{Arrival, Completed, Proven},
    },
    testing::{FakeUpstream, SeededRandom, a_provider, a_user, vouched},
    totp::{TotpSeed, step_at},
    user::UserSource,
};
use futures::executor::block_on;

use no_answer::NoAnswer;

mod address;
mod ending;
mod freshness;
mod logging_out;
mod mapping;
mod no_answer;
mod own;
mod roles;
mod tokens;

/// A scene with the providers `acme` and `other`, of which the operator trusts the addresses of `trusted`.
struct Fed {
    scene: Scene,
    acme: Arc<FakeUpstream>,
    other: Arc<FakeUpstream>,
    trusted: Arc<FakeUpstream>,
}

fn fed() -> Fed {
    let trusted = Provider {
        trust_email: true,
        ..a_provider("trusted")
    };
    let [acme, other, trusted] = [a_provider("acme"), a_provider("other"), trusted]
        .map(|provider| Arc::new(FakeUpstream::new(provider)));
    let mut scene = Scene::new();
    let all: Vec<Arc<dyn Upstream>> = vec![acme.clone(), other.clone(), trusted.clone()];
    scene.use_upstreams(Upstreams::new(all));
    Fed {
        scene,
        acme,
        other,
        trusted,
    }
}

fn browser() -> Digest {
    Digest::of("browser")
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

impl Fed {
    fn service(&self) -> &FederatedService {
        &self.scene.services.federated
    }

    fn upstream(&self, id: &str) -> &FakeUpstream {
        match id {
            "acme" => &self.acme,
            "other" => &self.other,
            _ => &self.trusted,
        }
    }

    async fn interaction(&self, browser: Digest) -> Interaction {
        let interactions = &self.scene.services.interactions;
        let started = interactions.start_for_account(&self.scene.act, browser, AccountPage::Overview);
        started.await.unwrap()
    }

    async fn begun(&self, interaction: &Interaction, id: &str) -> String {
        let url = self
            .service()
            .begin(&self.scene.act, interaction, id)
            .await
            .unwrap();
        parameter(&url, "state").unwrap()
    }

    async fn comes_back(
        &self,
        browser: Digest,
        id: &str,
        callback: Callback,
    ) -> Result<Answered, CallbackError> {
        let whose = Whose {
            browser,
            sessions: &[],
            accounts: &[],
        };
        self.service()
            .callback(&self.scene.act, whose, (id, callback))
            .await
    }

    /// What becomes of somebody whom a provider vouches for.
    async fn arrives(&self, id: &str, person: Vouched) -> Answered {
        let interaction = self.interaction(browser()).await;
        self.arrives_at(&interaction, id, person).await
    }

    async fn arrives_at(&self, interaction: &Interaction, id: &str, person: Vouched) -> Answered {
        let state = self.begun(interaction, id).await;
        self.upstream(id).put("code", person);
        self.comes_back(interaction.browser, id, answer(&state))
            .await
            .unwrap()
    }

    async fn complete(&self, interaction: Interaction, proven: Proven) -> Completed {
        let arrival = Arrival {
            interaction,
            present: &[],
            devices: &[],
        };
        let sign_in = &self.scene.services.sign_in;
        sign_in.complete(&self.scene.act, arrival, proven).await.unwrap()
    }

    async fn identities(&self, user: &User) -> Vec<LinkedIdentity> {
        let identities = &self.scene.act.realm.stores.identities;
        identities.list(user.id).await.unwrap()
    }

    /// Gives the account an authenticator app; the code of now.
    async fn with_authenticator(&self, user: &User) -> String {
        let (ports, now) = (&self.scene.services.ports, self.scene.clock.now());
        let seed = TotpSeed::generate(&SeededRandom::new(7));
        let id = AuthenticatorId::generate(now, &*ports.random);
        let authenticator = Authenticator {
            id,
            seed: ports.sealer.seal(&Authenticator::context(id), seed.expose()),
            created_at: now,
            last_step: 0,
            last_used_at: None,
        };
        let (store, step) = (&self.scene.act.realm.stores.second_factors, step_at(now));
        store.propose(user.id, &authenticator).await.unwrap();
        let confirmed = store.confirm(user.id, id, step - 10, now, Alongside::default());
        assert!(confirmed.await.unwrap());
        seed.code(step).expose().to_owned()
    }

    async fn holder(&self, email: &str) -> Option<User> {
        let users = &self.scene.act.realm.stores.users;
        users.find_by_email(email).await.unwrap().map(|found| found.user)
    }

    /// Somebody signed in through a provider, with an account of their own.
    async fn signed_in(&self, id: &str, person: Vouched) -> (User, LoginSession) {
        let (interaction, proven) = proven(self.arrives(id, person).await);
        let user = proven.user().clone();
        match self.complete(interaction, proven).await {
            Completed::SignedIn { session, .. } => (user, *session),
            owed => panic!("{owed:?}"),
        }
    }

    fn failures(&self) -> Vec<SignInFailure> {
        let events = self.scene.memory.events(self.scene.act.realm.realm.id);
        let reasons = events.into_iter().filter_map(|event| match event.kind {
            EventKind::SignInFailed { reason, .. } => Some(reason),
            _ => None,
        });
        reasons.collect()
    }
}

fn answer(state: &str) -> Callback {
    Callback {
        state: Some(state.to_owned()),
        code: Some(Secret::new("code".to_owned())),
        ..Callback::default()
    }
}

fn proven(answered: Answered) -> (Interaction, Proven) {
    match answered {
        Answered::Proven(interaction, proven, _) => (*interaction, *proven),
        other => panic!("{other:?}"),
    }
}

fn setback(answered: Answered) -> Setback {
    match answered {
        Answered::Setback(_, _, setback) => setback,
        other => panic!("{other:?}"),
    }
}

fn with_address(person: Vouched, address: &str, verified: bool) -> Vouched {
    Vouched {
        email: Some(VouchedEmail {
            address: address.to_owned(),
            verified,
        }),
        ..person
    }
}

#[test]
fn somebody_new_is_signed_in_however_long_the_provider_takes() {
    block_on(async {
        let fed = fed();
        let clock = &fed.scene.clock;
        fed.upstream("acme").takes(clock.clone(), Duration::from_secs(2));
        let (user, session) = fed.signed_in("acme", vouched("acme", "ada")).await;
        let stored = fed
            .scene
            .act
            .realm
            .stores
            .users
            .find(user.id)
            .await
            .unwrap()
            .unwrap();
        let rules = fed.scene.services.ports.session_rules(&fed.scene.act.realm);
        assert!(session.signed_in(stored, clock.now(), rules).is_some());
    });
}

#[test]
fn somebody_new_gets_an_account_of_what_was_vouched_for_and_no_password() {
    block_on(async {
        let fed = fed();
        let person = Vouched {
            given_name: Some("Ада".into()),
            family_name: Some("Лавлейс".into()),
            locale: Some("ru".into()),
            ..vouched("acme", "ada")
        };
        let (interaction, first) = proven(fed.arrives("acme", person.clone()).await);
        assert_eq!(first.methods(), [Method::Federated]);
        let user = first.user().clone();
        assert_eq!(user.email.as_str(), "ada@example.com");
        assert!(user.email_verified());
        assert_eq!(user.source, UserSource::Provider);
        assert_eq!(user.name.as_ref().unwrap().as_str(), "Ада Лавлейс");
        assert_eq!(user.locale.as_deref(), Some("ru"));
        assert!(matches!(
            fed.complete(interaction, first).await,
            Completed::SignedIn { .. }
        ));
        let guards = fed.scene.act.realm.stores.own.guards(user.id).await.unwrap();
        assert_eq!(guards.password_set_at, None);
        // The same subject is the same person, whatever else is said of it now.
        let changed = with_address(person, "new@example.com", true);
        let (_, second) = proven(fed.arrives("acme", changed).await);
        assert_eq!(second.user().id, user.id);
        assert_eq!(second.user().email.as_str(), "ada@example.com");
        let identities = fed.identities(&user).await;
        assert_eq!(identities.len(), 1);
        assert_eq!(identities[0].label.as_deref(), Some("new@example.com"));
    });
}

#[test]
fn whom_a_provider_vouches_for_costs_their_address_nothing_and_other_answers_do() {
    block_on(async {
        let mut fed = fed();
        fed.scene.act = fed.scene.from("192.0.2.1");
        let wrong = async || fed.comes_back(browser(), "acme", answer("another state")).await;
        for _ in 1..FROM_ADDRESS {
            assert!(matches!(wrong().await, Err(CallbackError::Unknown)));
        }
        for _ in 0..3 {
            proven(fed.arrives("acme", vouched("acme", "ada")).await);
        }
        assert!(matches!(wrong().await, Err(CallbackError::Unknown)));
        let interaction = fed.interaction(browser()).await;
        let state = fed.begun(&interaction, "acme").await;
        let late = fed.comes_back(browser(), "acme", answer(&state)).await;
        assert!(matches!(late, Err(CallbackError::TooMany { .. })), "{late:?}");
    });
}

#[test]
fn a_local_account_is_linked_only_after_it_is_proven_in_the_same_request() {
    block_on(async {
        let fed = fed();
        let ada = fed
            .scene
            .registered(a_user().number(1).email("ada@example.com").build())
            .await;
        let eve = fed
            .scene
            .registered(a_user().number(2).email("eve@example.com").build())
            .await;
        for who in ["eve@example.com", "ada@example.com"] {
            let Answered::Offered(interaction, _) = fed.arrives("acme", vouched("acme", "ada")).await else {
                panic!("nothing was offered");
            };
            assert!(fed.identities(&ada).await.is_empty());
            // Whoever else signs in at the request gets nothing.
            let sign_in = &fed.scene.services.sign_in;
            let proven = sign_in
                .password(&fed.scene.act, who, PASSWORD.into())
                .await
                .unwrap();
            fed.complete(*interaction, proven).await;
            assert!(fed.identities(&eve).await.is_empty());
        }
        let identities = fed.identities(&ada).await;
        assert_eq!(identities.len(), 1);
        let mails = fed.scene.mails().await;
        let told: Vec<_> = mails
            .iter()
            .filter(|mail| mail.subject.starts_with("identity linked"))
            .collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].to.as_str(), "ada@example.com");
        let (_, again) = proven(fed.arrives("acme", vouched("acme", "ada")).await);
        assert_eq!(again.user().id, ada.id);
    });
}

#[test]
fn a_proof_in_another_request_links_nothing() {
    block_on(async {
        let fed = fed();
        let ada = fed
            .scene
            .registered(a_user().number(1).email("ada@example.com").build())
            .await;
        let offered = fed.arrives("acme", vouched("acme", "ada")).await;
        assert!(matches!(offered, Answered::Offered(..)));
        let other = fed.interaction(browser()).await;
        let sign_in = &fed.scene.services.sign_in;
        let proven = sign_in
            .password(&fed.scene.act, "ada@example.com", PASSWORD.into())
            .await;
        fed.complete(other, proven.unwrap()).await;
        assert!(fed.identities(&ada).await.is_empty());
    });
}

#[test]
fn the_operators_word_links_at_once_but_not_an_address_that_changed_its_owner() {
    block_on(async {
        let fed = fed();
        let ada = fed
            .scene
            .registered(a_user().number(1).email("ada@example.com").build())
            .await;
        let (_, first) = proven(fed.arrives("trusted", vouched("trusted", "ada")).await);
        assert_eq!(first.user().id, ada.id);
        assert_eq!(fed.scene.mails().await.len(), 1);
        let next_owner = with_address(vouched("trusted", "another"), "ada@example.com", true);
        let offered = fed.arrives("trusted", next_owner).await;
        assert!(matches!(offered, Answered::Offered(..)), "{offered:?}");
        assert_eq!(fed.identities(&ada).await.len(), 1);
    });
}

#[test]
fn a_sign_up_that_nobody_confirmed_is_in_nobodys_way() {
    block_on(async {
        let fed = fed();
        let waiting = User {
            source: UserSource::SignUp,
            ..a_user().number(1).email("ada@example.com").unverified().build()
        };
        let waiting = fed.scene.registered(waiting).await;
        let (_, proven) = proven(fed.arrives("acme", vouched("acme", "ada")).await);
        assert_ne!(proven.user().id, waiting.id);
        assert!(!fed.scene.signs_in("ada@example.com", PASSWORD).await);
    });
}

#[test]
fn a_disabled_account_is_signed_in_by_nobody() {
    block_on(async {
        let fed = fed();
        let (ada, _) = fed.signed_in("acme", vouched("acme", "ada")).await;
        let users = &fed.scene.services.users;
        let disabled = crate::client::Status::Disabled;
        assert!(users.set_status(&fed.scene.act, ada.id, disabled).await.unwrap());
        let answered = fed.arrives("acme", vouched("acme", "ada")).await;
        assert_eq!(setback(answered), Setback::Disabled);
        assert_eq!(fed.failures(), [SignInFailure::Disabled]);
    });
}

#[test]
fn whoever_a_provider_vouches_for_may_have_an_account_back_that_is_to_be_erased() {
    block_on(async {
        let fed = fed();
        let (interaction, first) = proven(fed.arrives("acme", vouched("acme", "ada")).await);
        let user = first.user().clone();
        let Completed::SignedIn { session, .. } = fed.complete(interaction, first).await else {
            panic!("nobody is signed in");
        };
        let (scene, now) = (&fed.scene, fed.scene.services.ports.clock.now());
        let rules = scene.services.ports.session_rules(&scene.act.realm);
        let person = session.signed_in(user.clone(), now, rules).unwrap();
        let leaving = &scene.services.leaving;
        let left = leaving.leave(&scene.act, person.recently_proven(now).unwrap());
        left.await.unwrap();
        let Answered::Leaving(token) = fed.arrives("acme", vouched("acme", "ada")).await else {
            panic!("nothing was offered");
        };
        assert_eq!(fed.failures(), [SignInFailure::Leaving]);
        leaving.restore(&scene.act, token.expose()).await.unwrap();
        let (_, again) = proven(fed.arrives("acme", vouched("acme", "ada")).await);
        assert_eq!(again.user().id, user.id);
    });
}

#[test]
fn rfc6749_s10_12_state_is_good_once_in_its_browser_at_its_provider_for_a_while() {
    block_on(async {
        let fed = fed();
        let interaction = fed.interaction(browser()).await;
        let refused = async |state: &str, browser: Digest, id: &str| {
            fed.upstream(id).put("code", vouched(id, "ada"));
            let came = fed.comes_back(browser, id, answer(state)).await;
            assert!(matches!(came, Err(CallbackError::Unknown)), "{came:?}");
        };
        let state = fed.begun(&interaction, "acme").await;
        refused(&state, Digest::of("another browser"), "acme").await;
        // That used nothing up.
        proven(fed.comes_back(browser(), "acme", answer(&state)).await.unwrap());
        let interaction = fed.interaction(browser()).await;
        let state = fed.begun(&interaction, "acme").await;
        refused(&state, browser(), "other").await;
        let state = fed.begun(&interaction, "acme").await;
        fed.scene.clock.advance(std::time::Duration::from_secs(601));
        refused(&state, browser(), "acme").await;
        refused("", browser(), "acme").await;
        refused(&"x".repeat(10_000), browser(), "acme").await;
        let state = fed.begun(&interaction, "acme").await;
        fed.acme.put("code", vouched("acme", "ada"));
        proven(fed.comes_back(browser(), "acme", answer(&state)).await.unwrap());
        refused(&state, browser(), "acme").await;
    });
}

#[test]
fn an_answer_of_another_provider_than_was_asked_is_refused() {
    block_on(async {
        let fed = fed();
        let answered = fed.arrives("acme", vouched("other", "ada")).await;
        assert_eq!(setback(answered), Setback::Refused);
        assert_eq!(fed.failures(), [SignInFailure::WrongAnswer]);
        assert!(fed.holder("ada@example.com").await.is_none());
    });
}

#[test]
fn a_provider_that_declines_or_is_out_leaves_the_request_to_go_on() {
    block_on(async {
        let fed = fed();
        let interaction = fed.interaction(browser()).await;
        for (error, expected) in [
            ("access_denied", Setback::Denied),
            ("temporarily_unavailable", Setback::Unavailable),
            ("server_error", Setback::Unavailable),
            ("whatever", Setback::Denied),
        ] {
            let state = fed.begun(&interaction, "acme").await;
            let callback = Callback {
                error: Some(error.to_owned()),
                ..answer(&state)
            };
            let answered = fed.comes_back(browser(), "acme", callback).await.unwrap();
            match answered {
                Answered::Setback(Some(id), provider, setback) => {
                    assert_eq!(
                        (id, provider.as_str(), setback),
                        (interaction.id, "acme", expected)
                    );
                }
                other => panic!("{other:?}"),
            }
        }
        let state = fed.begun(&interaction, "acme").await;
        let wrong = fed.comes_back(browser(), "acme", answer(&state)).await.unwrap();
        assert_eq!(setback(wrong), Setback::Refused);
        let state = fed.begun(&interaction, "acme").await;
        fed.acme.set_down(true);
        let out = fed.comes_back(browser(), "acme", answer(&state)).await.unwrap();
        assert_eq!(setback(out), Setback::Unavailable);
        let begun = fed.service().begin(&fed.scene.act, &interaction, "acme").await;
        assert!(
            matches!(begun, Err(BeginError::Setback(Setback::Unavailable))),
            "{begun:?}"
        );
    });
}

#[test]
fn a_provider_that_is_gone_signs_nobody_in_who_was_on_the_way() {
    block_on(async {
        let mut fed = fed();
        fed.signed_in("acme", vouched("acme", "ada")).await;
        let interaction = fed.interaction(browser()).await;
        let state = fed.begun(&interaction, "acme").await;
        fed.acme.put("code", vouched("acme", "ada"));
        fed.scene.use_upstreams(Upstreams::new(vec![fed.other.clone()]));
        let answered = fed.comes_back(browser(), "acme", answer(&state)).await.unwrap();
        assert_eq!(setback(answered), Setback::Off);
        let begun = fed.service().begin(&fed.scene.act, &interaction, "acme").await;
        assert!(
            matches!(begun, Err(BeginError::Setback(Setback::Off))),
            "{begun:?}"
        );
    });
}

#[test]
fn an_identity_unlinked_on_the_way_signs_nobody_in() {
    block_on(async {
        let fed = fed();
        let (ada, _) = fed.signed_in("acme", vouched("acme", "ada")).await;
        let stores = &fed.scene.act.realm.stores;
        let identity = fed.identities(&ada).await.remove(0);
        let gone = stores
            .identities
            .unlink(
                ada.id,
                identity.id,
                &[],
                fed.scene.act.realm.moment(fed.scene.clock.now()),
                Alongside::default(),
            )
            .await;
        assert_eq!(gone.unwrap(), crate::stores::Unlinked::Unlinked);
        let seen = SeenIdentity::of(&vouched("acme", "ada")).unwrap();
        let used = stores
            .identities
            .used(identity.id, &seen, fed.scene.clock.now(), Alongside::default());
        assert!(!used.await.unwrap());
        // Their address is theirs still, so the account must be proven before it is linked anew.
        let answered = fed.arrives("acme", vouched("acme", "ada")).await;
        assert!(matches!(answered, Answered::Offered(..)), "{answered:?}");
    });
}

#[test]
fn an_identity_unlinked_before_its_use_is_noted_signs_nobody_in() {
    block_on(async {
        let mut fed = fed();
        fed.signed_in("acme", vouched("acme", "ada")).await;
        let identities = &fed.scene.act.realm.stores.identities;
        let gone = identities.find("https://acme.example", "ada").await.unwrap();
        assert!(gone.is_some());
        fed.with_identities(Arc::new(NoAnswer { gone }));
        let answered = fed.arrives("acme", vouched("acme", "ada")).await;
        assert_eq!(setback(answered), Setback::Unlinked);
        assert_eq!(fed.failures(), [SignInFailure::Unlinked]);
    });
}

#[test]
fn a_code_of_no_length_that_codes_have_is_brought_to_no_provider() {
    block_on(async {
        let fed = fed();
        for (length, expected) in [
            (0, Some(Setback::Refused)),
            (4_096, None),
            (4_097, Some(Setback::Refused)),
        ] {
            let interaction = fed.interaction(browser()).await;
            let state = fed.begun(&interaction, "acme").await;
            let code = "c".repeat(length);
            fed.acme.put(&code, vouched("acme", "ada"));
            let callback = Callback {
                code: Some(Secret::new(code)),
                ..answer(&state)
            };
            let answered = fed.comes_back(browser(), "acme", callback).await.unwrap();
            let came = match answered {
                Answered::Setback(_, _, setback) => Some(setback),
                _ => None,
            };
            assert_eq!(came, expected, "{length}");
        }
    });
}

#[test]
fn the_second_factor_of_the_account_is_asked_for_all_the_same() {
    block_on(async {
        let fed = fed();
        let (ada, _) = fed.signed_in("acme", vouched("acme", "ada")).await;
        fed.with_authenticator(&ada).await;
        let (interaction, proven) = proven(fed.arrives("acme", vouched("acme", "ada")).await);
        match fed.complete(interaction, proven).await {
            Completed::SecondFactor(_) => {}
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn an_app_chooses_through_whom_its_people_come() {
    block_on(async {
        let fed = fed();
        let client = crate::testing::a_client()
            .metadata(|metadata| metadata.providers = Some(["other".parse().unwrap()].into()))
            .build();
        let clients = &fed.scene.act.realm.stores.clients;
        clients.create(&client, Alongside::default()).await.unwrap();
        let plain = fed.interaction(browser()).await;
        let interaction = Interaction {
            consent: Some(crate::interaction::ConsentRequest {
                client_id: client.id.clone(),
                scopes: "openid".parse().unwrap(),
                to_loopback: false,
                always: false,
            }),
            ..plain.clone()
        };
        let ephemeral = &fed.scene.act.realm.ephemeral.interactions;
        assert!(ephemeral.replace(&plain, &interaction).await.unwrap());
        let offered = fed.service().offered(&fed.scene.act, &interaction).await.unwrap();
        let offered: Vec<&str> = offered.iter().map(|provider| provider.id.as_str()).collect();
        assert_eq!(offered, ["other"]);
        let begun = fed.service().begin(&fed.scene.act, &interaction, "acme").await;
        assert!(
            matches!(begun, Err(BeginError::Setback(Setback::Off))),
            "{begun:?}"
        );
        // One that was begun before the app chose is over too.
        let state = fed.begun(&plain, "acme").await;
        fed.acme.put("code", vouched("acme", "ada"));
        let answered = fed.comes_back(browser(), "acme", answer(&state)).await.unwrap();
        assert_eq!(setback(answered), Setback::Off);
        proven(
            fed.arrives_at(&interaction, "other", vouched("other", "ada"))
                .await,
        );
    });
}

#[test]
fn a_provider_is_told_who_and_whether_to_ask_anew() {
    block_on(async {
        let fed = fed();
        let interactions = &fed.scene.services.interactions;
        let act = &fed.scene.act;
        let again = interactions
            .prove_again_for_account(act, browser(), AccountPage::Linked)
            .await;
        let again = again.unwrap().identified("ada@example.com".into());
        let url = fed.service().begin(act, &again, "acme").await.unwrap();
        assert_eq!(parameter(&url, "login_hint").as_deref(), Some("ada@example.com"));
        assert_eq!(parameter(&url, "prompt").as_deref(), Some("login"));
        let callback = parameter(&url, "redirect_uri").unwrap();
        assert_eq!(callback, act.realm.issuer.url("/login/acme/callback"));
        let plain = fed.interaction(browser()).await;
        let url = fed.service().begin(act, &plain, "acme").await.unwrap();
        assert_eq!(parameter(&url, "prompt"), None);
    });
}

#[test]
fn a_browser_begins_so_many_attempts_and_no_more() {
    block_on(async {
        let fed = fed();
        let (one, other) = (
            fed.interaction(browser()).await,
            fed.interaction(Digest::of("other")).await,
        );
        for _ in 0..20 {
            fed.begun(&one, "acme").await;
        }
        let begun = fed.service().begin(&fed.scene.act, &one, "acme").await;
        assert!(matches!(begun, Err(BeginError::TooMany { .. })), "{begun:?}");
        fed.begun(&other, "acme").await;
        fed.scene.clock.advance(std::time::Duration::from_secs(601));
        fed.begun(&one, "acme").await;
    });
}

#[test]
fn a_network_begins_so_many_attempts_in_whatever_browsers_and_no_more() {
    block_on(async {
        let fed = fed();
        let interaction = fed.interaction(browser()).await;
        let in_browser = |number: usize| Interaction {
            browser: Digest::of(format!("browser {number}")),
            ..interaction.clone()
        };
        let near = fed.scene.from("2001:db8::1");
        for number in 0..600 {
            let begun = fed.service().begin(&near, &in_browser(number), "acme").await;
            begun.unwrap();
        }
        let same_network = fed.scene.from("2001:db8::2");
        let begun = fed.service().begin(&same_network, &in_browser(600), "acme").await;
        assert!(matches!(begun, Err(BeginError::TooMany { .. })), "{begun:?}");
        let far = fed.scene.from("2001:db8:0:1::1");
        fed.service().begin(&far, &in_browser(601), "acme").await.unwrap();
    });
}

#[test]
fn addresses_of_a_domain_lead_to_its_provider() {
    let fed = fed();
    let offered = [
        a_provider("acme"),
        Provider {
            domains: vec!["example.com".into()],
            ..a_provider("other")
        },
    ];
    let of = |identifier| {
        let found = fed.service().of_domain(&offered, identifier);
        found.map(|provider| provider.id.to_string())
    };
    assert_eq!(of("ada@EXAMPLE.com").as_deref(), Some("other"));
    for nobodys in [
        "ada@sub.example.com",
        "example.com",
        "ada@example.com.evil.example",
        "",
    ] {
        assert_eq!(of(nobodys), None, "{nobodys}");
    }
}

#[test]
fn what_an_attempt_must_match_is_stored_sealed() {
    block_on(async {
        let fed = fed();
        let interaction = fed.interaction(browser()).await;
        let state = fed.begun(&interaction, "acme").await;
        let kept = &fed.scene.act.realm.ephemeral.attempts;
        let open = kept
            .take(&attempts::name(&state, &browser()))
            .await
            .unwrap()
            .unwrap();
        // Bytes of another attempt do not open under this one's name.
        let second = fed.begun(&interaction, "acme").await;
        let swapped = OpenAttempt {
            sealed: open.sealed,
            ..kept
                .take(&attempts::name(&second, &browser()))
                .await
                .unwrap()
                .unwrap()
        };
        kept.put(&attempts::name(&second, &browser()), &swapped)
            .await
            .unwrap();
        fed.acme.put("code", vouched("acme", "ada"));
        let came = fed.comes_back(browser(), "acme", answer(&second)).await;
        assert!(matches!(came, Err(CallbackError::Store(_))), "{came:?}");
    });
}
