use super::*;
use crate::{
    passkey::{Aaguid, CredentialId, Passkey},
    services::{passkeys::PasskeyError, passwords::PasswordError},
    stores::PasskeyAdded,
};

impl Fed {
    pub(super) async fn by_password(&self, email: &str) -> LoginSession {
        let sign_in = &self.scene.services.sign_in;
        let proven = sign_in.password(&self.scene.act, email, PASSWORD.into()).await;
        self.scene
            .session(&self.scene.act, browser(), proven.unwrap())
            .await
    }

    /// Whether the browser of the session is signed in.
    async fn stands(&self, session: &LoginSession) -> bool {
        let (act, ports) = (&self.scene.act, &self.scene.services.ports);
        let found = act.realm.stores.sessions.find_many(&[session.id]).await.unwrap();
        let (session, user) = found.into_iter().next().unwrap();
        let rules = ports.session_rules(&act.realm);
        session.signed_in(user, self.scene.clock.now(), rules).is_some()
    }

    /// The operator takes every provider but `other` out of the configuration.
    fn leaves_other_alone(&mut self) {
        let left: Arc<dyn Upstream> = self.other.clone();
        self.scene.use_upstreams(Upstreams::new(vec![left]));
    }

    /// Somebody with a password and nothing else, who then links an identity at each of two providers.
    async fn with_two_identities(&self) -> (User, LoginSession) {
        let ada = a_user().number(1).email("ada@example.com").unverified().build();
        let ada = self.scene.registered(ada).await;
        let session = self.by_password("ada@example.com").await;
        let present = [self.person(&session).await];
        for id in ["acme", "other"] {
            let linked = self.links(&present[0], &present, vouched(id, "somebody")).await;
            assert!(matches!(linked, Answered::Linked(_)), "{linked:?}");
        }
        (ada, session)
    }

    async fn unlinks(&self, person: &SignedInUser, id: &str) -> Result<(), LinkError> {
        let identities = self.identities(person.user()).await;
        let identity = identities
            .iter()
            .find(|identity| identity.provider.as_str() == id);
        let recent = person.recently_proven(self.scene.clock.now()).unwrap();
        let id = identity.unwrap().id;
        self.service().unlink(&self.scene.act, recent, id).await
    }

    async fn with_passkey(&self, user: &User) -> crate::id::PasskeyId {
        let (ports, now) = (&self.scene.services.ports, self.scene.clock.now());
        let passkey = Passkey {
            id: crate::id::PasskeyId::generate(now, &*ports.random),
            user_id: user.id,
            credential_id: CredentialId::new(vec![7; 32]).unwrap(),
            public: String::new(),
            sign_count: 0,
            synced: false,
            aaguid: Aaguid([0; 16]),
            name: None,
            created_at: now,
            last_used_at: None,
        };
        let passkeys = &self.scene.act.realm.stores.passkeys;
        let added = passkeys.add(&passkey, now, Alongside::default()).await;
        assert_eq!(added.unwrap(), PasskeyAdded::Added);
        passkey.id
    }
}

#[test]
fn a_session_that_does_not_say_through_whom_it_began_rests_on_nothing() {
    block_on(async {
        let fed = fed();
        let (ada, session) = fed.signed_in("acme", vouched("acme", "ada")).await;
        let (ports, now) = (&fed.scene.services.ports, fed.scene.clock.now());
        let rules = || ports.session_rules(&fed.scene.act.realm);
        let nameless = LoginSession {
            provider: None,
            ..session.clone()
        };
        assert!(session.signed_in(ada.clone(), now, rules()).is_some());
        assert!(nameless.signed_in(ada, now, rules()).is_none());
    });
}

#[test]
fn an_identity_that_is_unlinked_signs_out_what_rests_on_it_and_nothing_else() {
    block_on(async {
        let fed = fed();
        let (_, by_password) = fed.with_two_identities().await;
        let (_, by_acme) = fed.signed_in("acme", vouched("acme", "somebody")).await;
        let (_, by_other) = fed.signed_in("other", vouched("other", "somebody")).await;
        let (_, of_eve) = fed.signed_in("acme", vouched("acme", "eve")).await;
        let person = fed.person(&by_password).await;
        fed.unlinks(&person, "acme").await.unwrap();
        assert!(!fed.stands(&by_acme).await);
        for session in [&by_password, &by_other, &of_eve] {
            assert!(fed.stands(session).await, "{:?}", session.methods);
        }
        let revoked = &fed.scene.act.realm.stores.sessions;
        let ended = revoked
            .find_many(&[by_acme.id])
            .await
            .unwrap()
            .remove(0)
            .0
            .ended_at;
        assert!(ended.is_some(), "it has ended for good");
    });
}

#[test]
fn a_session_goes_on_in_which_something_else_was_proven_since() {
    block_on(async {
        let fed = fed();
        fed.with_two_identities().await;
        let (_, session) = fed.signed_in("acme", vouched("acme", "somebody")).await;
        let present = [fed.person(&session).await];
        let sign_in = &fed.scene.services.sign_in;
        let again = sign_in
            .password(&fed.scene.act, "ada@example.com", PASSWORD.into())
            .await;
        let arrival = Arrival {
            interaction: fed.interaction(browser()).await,
            present: &present,
            devices: &[],
        };
        let done = sign_in.complete(&fed.scene.act, arrival, again.unwrap()).await;
        assert!(matches!(done.unwrap(), Completed::SignedIn { .. }));
        let person = fed.person(&session).await;
        assert_eq!(person.session().provider, None);
        fed.unlinks(&person, "acme").await.unwrap();
        assert!(fed.stands(&session).await);
    });
}

#[test]
fn who_is_signed_in_by_what_they_unlink_is_signed_out() {
    block_on(async {
        let fed = fed();
        fed.with_two_identities().await;
        let (_, session) = fed.signed_in("acme", vouched("acme", "somebody")).await;
        let person = fed.person(&session).await;
        fed.unlinks(&person, "acme").await.unwrap();
        assert!(!fed.stands(&session).await);
    });
}

#[test]
fn an_identity_unlinked_between_the_proof_and_the_session_begins_none() {
    block_on(async {
        let fed = fed();
        let (ada, by_password) = fed.with_two_identities().await;
        let (interaction, proven) = proven(fed.arrives("acme", vouched("acme", "somebody")).await);
        let person = fed.person(&by_password).await;
        fed.unlinks(&person, "acme").await.unwrap();
        let arrival = Arrival {
            interaction,
            present: &[],
            devices: &[],
        };
        let sign_in = &fed.scene.services.sign_in;
        let done = sign_in.complete(&fed.scene.act, arrival, proven).await;
        assert!(done.is_err());
        let sessions = &fed.scene.act.realm.stores.sessions;
        let alive = sessions.list(ada.id).await.unwrap();
        let alive: Vec<_> = alive.into_iter().map(|session| session.id).collect();
        assert_eq!(alive, [by_password.id]);
    });
}

#[test]
fn a_provider_that_is_gone_ends_what_rests_on_it_at_once() {
    block_on(async {
        let mut fed = fed();
        let (ada, by_password) = fed.with_two_identities().await;
        let (_, by_acme) = fed.signed_in("acme", vouched("acme", "somebody")).await;
        let (_, by_other) = fed.signed_in("other", vouched("other", "somebody")).await;
        assert!(fed.stands(&by_acme).await);
        fed.leaves_other_alone();
        assert!(!fed.stands(&by_acme).await);
        assert!(fed.stands(&by_password).await && fed.stands(&by_other).await);
        let person = fed.person(&by_password).await;
        let account = &fed.scene.services.account;
        let seen = account.sessions(&fed.scene.act, &person, None).await.unwrap();
        assert_eq!(
            (seen.items.len(), seen.total),
            (2, 2),
            "it is not shown as one to be ended"
        );
        // What is left is cleared away, and its apps are told.
        assert_eq!(fed.service().end_strays(&fed.scene.act).await.unwrap(), 1);
        assert_eq!(fed.service().end_strays(&fed.scene.act).await.unwrap(), 0);
        let sessions = &fed.scene.act.realm.stores.sessions;
        assert_eq!(sessions.list(ada.id).await.unwrap().len(), 2);
    });
}

#[test]
fn a_session_that_is_made_stronger_rests_on_its_provider_still() {
    block_on(async {
        let mut fed = fed();
        let (ada, _) = fed.with_two_identities().await;
        let (_, session) = fed.signed_in("acme", vouched("acme", "somebody")).await;
        fed.scene.clock.advance(std::time::Duration::from_secs(60));
        let code = fed.with_authenticator(&ada).await;
        let person = fed.person(&session).await;
        let (act, sign_in) = (&fed.scene.act, &fed.scene.services.sign_in);
        let owed = crate::interaction::SecondFactorOwed::by_session(&person, fed.scene.clock.now());
        let plain = fed.interaction(browser()).await;
        let waiting = plain.clone().awaiting_second_factor(owed);
        let interactions = &act.realm.ephemeral.interactions;
        assert!(interactions.replace(&plain, &waiting).await.unwrap());
        let arrival = Arrival {
            interaction: waiting,
            present: std::slice::from_ref(&person),
            devices: &[],
        };
        let passed = sign_in.second_factor(act, arrival, &code, false).await;
        assert!(passed.is_ok(), "{passed:?}");
        let person = fed.person(&session).await;
        assert_eq!(person.session().methods, [Method::Federated, Method::Totp]);
        fed.leaves_other_alone();
        assert!(!fed.stands(&session).await);
    });
}

#[test]
fn an_attempt_on_its_way_to_a_provider_that_is_gone_is_refused() {
    block_on(async {
        let mut fed = fed();
        fed.signed_in("acme", vouched("acme", "ada")).await;
        let interaction = fed.interaction(browser()).await;
        let state = fed.begun(&interaction, "acme").await;
        fed.acme.put("code", vouched("acme", "ada"));
        fed.leaves_other_alone();
        let answered = fed.comes_back(browser(), "acme", answer(&state)).await.unwrap();
        assert_eq!(setback(answered), Setback::Off);
    });
}

#[test]
fn an_identity_at_a_provider_that_is_gone_is_no_way_in() {
    block_on(async {
        let mut fed = fed();
        let (ada, session) = fed.with_two_identities().await;
        let passkey = fed.with_passkey(&ada).await;
        let person = fed.person(&session).await;
        fed.unlinks(&person, "other").await.unwrap();
        let recent = person.recently_proven(fed.scene.clock.now()).unwrap();
        fed.leaves_other_alone();
        let (act, services) = (&fed.scene.act, &fed.scene.services);
        // There is the passkey beside the password, and the password beside the passkey.
        let seen = services.account.credentials(act, &person).await.unwrap();
        assert!(seen.password.can_be_removed);
        services.passkeys.remove(act, recent, passkey).await.unwrap();
        let seen = services.account.credentials(act, &person).await.unwrap();
        assert!(!seen.password.can_be_removed);
        let refused = services.passwords.remove(act, &recent).await;
        assert!(matches!(refused, Err(PasswordError::LastWayIn)), "{refused:?}");
        let passkey = fed.with_passkey(&ada).await;
        services.passwords.remove(act, &recent).await.unwrap();
        let refused = services.passkeys.remove(act, recent, passkey).await;
        assert!(matches!(refused, Err(PasskeyError::LastWayIn)), "{refused:?}");
        // It may go itself: it was none.
        fed.unlinks(&person, "acme").await.unwrap();
    });
}
