use super::*;
use crate::stores::IdentityStore;

fn said(subject: Option<&str>, session: Option<&str>, token_id: &str) -> LoggedOut {
    LoggedOut {
        issuer: "https://acme.example".into(),
        subject: subject.map(str::to_owned),
        session: session.map(str::to_owned),
        token_id: token_id.into(),
        expires_at: crate::clock::Timestamp::from_micros(i64::MAX),
    }
}

fn in_session(subject: &str, session: &str) -> Vouched {
    Vouched {
        session: Some(session.to_owned()),
        ..vouched("acme", subject)
    }
}

impl Fed {
    async fn logs_out(&self, said: LoggedOut) -> Result<usize, LogoutError> {
        self.acme.put_logout("token", said);
        self.service().logged_out(&self.scene.act, "acme", "token").await
    }

    /// Puts a store in the place of the one that was there, which it gives.
    pub(super) fn with_identities(&mut self, store: Arc<dyn IdentityStore>) -> Arc<dyn IdentityStore> {
        let realm = Arc::get_mut(&mut self.scene.act.realm).expect("no act is under way");
        std::mem::replace(&mut realm.stores.identities, store)
    }

    async fn is_alive(&self, session: &LoginSession) -> bool {
        let sessions = &self.scene.act.realm.stores.sessions;
        let found = sessions.find_many(&[session.id]).await.unwrap();
        found[0].0.ended_at.is_none()
    }
}

#[test]
fn back_channel_logout_s2_7_the_sessions_that_the_provider_began_end_and_no_others() {
    block_on(async {
        let fed = fed();
        let (_, first) = fed.signed_in("acme", in_session("ada", "one")).await;
        let (_, second) = fed.signed_in("acme", in_session("ada", "two")).await;
        let (_, others) = fed.signed_in("acme", in_session("eve", "one-too")).await;
        let alive = async || {
            let mut alive = Vec::new();
            for session in [&first, &second, &others] {
                alive.push(fed.is_alive(session).await);
            }
            alive
        };
        // Both must fit where both are named.
        assert_eq!(
            fed.logs_out(said(Some("eve"), Some("one"), "1")).await.unwrap(),
            0
        );
        assert_eq!(fed.logs_out(said(None, Some("one"), "2")).await.unwrap(), 1);
        assert_eq!(alive().await, [false, true, true]);
        assert_eq!(fed.logs_out(said(Some("ada"), None, "3")).await.unwrap(), 1);
        assert_eq!(alive().await, [false, false, true]);
        let elsewhere = LoggedOut {
            issuer: "https://other.example".into(),
            ..said(Some("eve"), None, "4")
        };
        assert_eq!(fed.logs_out(elsewhere).await.unwrap(), 0);
        assert_eq!(alive().await, [false, false, true]);
    });
}

#[test]
fn back_channel_logout_s2_6_a_token_is_good_once_and_names_somebody() {
    block_on(async {
        let fed = fed();
        fed.logs_out(said(Some("ada"), None, "1")).await.unwrap();
        let again = fed.logs_out(said(Some("ada"), None, "1")).await;
        assert!(matches!(again, Err(LogoutError::Refused)), "{again:?}");
        let nobody = fed.logs_out(said(None, None, "2")).await;
        assert!(matches!(nobody, Err(LogoutError::Refused)), "{nobody:?}");
        let service = fed.service();
        let wrong = service.logged_out(&fed.scene.act, "acme", "another").await;
        assert!(matches!(wrong, Err(LogoutError::Refused)), "{wrong:?}");
        let unknown = service.logged_out(&fed.scene.act, "nobody", "token").await;
        assert!(matches!(unknown, Err(LogoutError::Unknown)), "{unknown:?}");
        fed.acme.set_down(true);
        let down = service.logged_out(&fed.scene.act, "acme", "token").await;
        assert!(matches!(down, Err(LogoutError::Unavailable)), "{down:?}");
    });
}

#[test]
fn a_session_begun_by_two_factors_ends_there_too() {
    block_on(async {
        let fed = fed();
        let (ada, _) = fed.signed_in("acme", vouched("acme", "ada")).await;
        let code = fed.with_authenticator(&ada).await;
        let (interaction, proven) = proven(fed.arrives("acme", in_session("ada", "one")).await);
        let Completed::SecondFactor(owed) = fed.complete(interaction, proven).await else {
            panic!("no second factor was owed");
        };
        let arrival = Arrival {
            interaction: *owed,
            present: &[],
            devices: &[],
        };
        let sign_in = &fed.scene.services.sign_in;
        let passed = sign_in
            .second_factor(&fed.scene.act, arrival, &code, false)
            .await
            .unwrap();
        let Completed::SignedIn { session, .. } = passed.completed else {
            panic!("nobody is signed in");
        };
        assert_eq!(fed.logs_out(said(None, Some("one"), "1")).await.unwrap(), 1);
        assert!(!fed.is_alive(&session).await);
    });
}

#[test]
fn however_many_sessions_the_provider_began_they_all_end() {
    block_on(async {
        let fed = fed();
        // More than one answer of the store names.
        for number in 0..=200 {
            let interaction = fed.interaction(Digest::of(format!("browser {number}"))).await;
            let arrived = fed.arrives_at(&interaction, "acme", vouched("acme", "ada")).await;
            let (interaction, proven) = proven(arrived);
            fed.complete(interaction, proven).await;
        }
        let identities = &fed.scene.act.realm.stores.identities;
        let alive = identities.sessions("https://acme.example", Some("ada"), None);
        assert_eq!(alive.await.unwrap().len(), 200);
        assert_eq!(fed.logs_out(said(Some("ada"), None, "1")).await.unwrap(), 201);
        let alive = identities.sessions("https://acme.example", Some("ada"), None);
        assert_eq!(alive.await.unwrap(), []);
    });
}

#[test]
fn a_token_whose_sessions_could_not_be_ended_is_good_once_more() {
    block_on(async {
        let mut fed = fed();
        let (_, session) = fed.signed_in("acme", vouched("acme", "ada")).await;
        let answering = fed.with_identities(Arc::new(NoAnswer::default()));
        let failed = fed.logs_out(said(Some("ada"), None, "1")).await;
        assert!(matches!(failed, Err(LogoutError::Store(_))), "{failed:?}");
        fed.with_identities(answering);
        assert!(fed.is_alive(&session).await);
        assert_eq!(fed.logs_out(said(Some("ada"), None, "1")).await.unwrap(), 1);
        assert!(!fed.is_alive(&session).await);
        let again = fed.logs_out(said(Some("ada"), None, "1")).await;
        assert!(matches!(again, Err(LogoutError::Refused)), "{again:?}");
    });
}
