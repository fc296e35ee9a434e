use super::*;
use crate::{
    acr::Method,
    authorization::{Authorization, ConsentRule, Terms},
    client::{Client, LogoutUri, Status},
    id::AuthorizationId,
    login_session::{LoginSession, SignedInUser},
    secret::Digest,
    services::{recovery::ResetLink, scene::Scene},
    stores::Concerning,
    testing::{a_client, a_user},
    user::User,
};
use futures::executor::block_on;
use std::time::Duration;

fn listening(id: &str) -> Client {
    let logout = LogoutUri {
        uri: "https://app.example.com/logout".parse().unwrap(),
        session_required: false,
    };
    let client = a_client().id(id);
    client
        .metadata(|metadata| metadata.backchannel_logout = Some(logout))
        .build()
}

/// A person in a session in which apps take part.
struct Attended {
    scene: Scene,
    user: User,
    session: LoginSession,
}

impl Attended {
    async fn start() -> Self {
        let scene = Scene::new();
        let user = scene.registered(a_user().build()).await;
        let here = Self {
            session: begin(&scene, &user).await,
            scene,
            user,
        };
        for client in [listening("listens"), a_client().id("deaf").build()] {
            let clients = &here.scene.act.realm.stores.clients;
            clients.create(&client, Alongside::default()).await.unwrap();
            here.takes_part(client.id.as_str(), &here.session).await;
        }
        here
    }

    async fn takes_part(&self, client: &str, session: &LoginSession) {
        let (ports, now) = (&self.scene.services.ports, self.session.created_at);
        let authorization = Authorization {
            id: AuthorizationId::generate(now, &*ports.random),
            user_id: self.user.id,
            client_id: client.parse().unwrap(),
            login_session_id: session.id,
            scopes: "openid".parse().unwrap(),
            authenticated_at: now,
            methods: vec![Method::Password],
            nonce: None,
            terms: Terms::default(),
            created_at: now,
            revoked_at: None,
            expires_at: None,
        };
        let authorizations = &self.scene.act.realm.stores.authorizations;
        let begun = authorizations.begin(&authorization, ConsentRule::NotNeeded, Alongside::default());
        begun.await.unwrap();
    }

    fn witness(&self) -> SignedInUser {
        let (session, now) = (self.session.clone(), self.scene.services.ports.clock.now());
        session
            .signed_in(self.user.clone(), now, Duration::from_secs(60))
            .unwrap()
    }

    /// Who is told of the end of which session, by jobs stored by now.
    async fn told(&self) -> Vec<(String, LoginSessionId)> {
        let jobs = self.scene.jobs().await;
        let told = jobs
            .iter()
            .filter_map(|job| self.scene.services.ports.open_logout(job));
        told.map(|logout| {
            assert_eq!(
                (logout.user, logout.realm()),
                (self.user.id, Some(RealmName::Root))
            );
            (logout.client.to_string(), logout.session)
        })
        .collect()
    }

    fn expected(&self) -> Vec<(String, LoginSessionId)> {
        vec![("listens".to_owned(), self.session.id)]
    }
}

async fn begin(scene: &Scene, user: &User) -> LoginSession {
    let ports = &scene.services.ports;
    let now = ports.clock.now();
    let session = LoginSession {
        id: LoginSessionId::generate(now, &*ports.random),
        user_id: user.id,
        created_at: now,
        authenticated_at: now,
        methods: vec![Method::Password],
        provider: None,
        last_seen_at: now,
        expires_at: now + Duration::from_secs(3_600),
        ended_at: None,
        origin: crate::login_session::RequestOrigin::default(),
    };
    let sessions = &scene.act.realm.stores.sessions;
    sessions.begin(&session, Alongside::default()).await.unwrap();
    session
}

#[test]
fn the_end_of_a_session_by_the_person_is_told() {
    block_on(async {
        let here = Attended::start().await;
        let (account, witness) = (&here.scene.services.account, here.witness());
        let other = begin(&here.scene, &here.user).await;
        here.takes_part("listens", &other).await;
        assert_eq!(
            account
                .end_other_sessions(&here.scene.act, &witness)
                .await
                .unwrap(),
            1
        );
        assert_eq!(here.told().await, [("listens".to_owned(), other.id)]);
        let ended = account.end_session(&here.scene.act, &witness, here.session.id);
        assert!(ended.await.unwrap());
        assert_eq!(here.told().await, here.expected());
        let again = account.end_session(&here.scene.act, &witness, here.session.id);
        assert!(!again.await.unwrap());
        assert!(here.told().await.is_empty(), "it ended once");
    });
}

#[test]
fn the_end_of_sessions_by_an_operator_is_told() {
    block_on(async {
        let here = Attended::start().await;
        let sessions = &here.scene.services.sessions;
        assert!(sessions.end(&here.scene.act, here.session.id).await.unwrap());
        assert_eq!(here.told().await, here.expected());
        let here = Attended::start().await;
        let sessions = &here.scene.services.sessions;
        let all = Concerning::default();
        assert_eq!(sessions.end_all(&here.scene.act, &all).await.unwrap(), 1);
        assert_eq!(here.told().await, here.expected());
    });
}

#[test]
fn the_end_of_an_account_is_told() {
    block_on(async {
        let here = Attended::start().await;
        let users = &here.scene.services.users;
        let disabled = users.set_status(&here.scene.act, here.user.id, Status::Disabled);
        assert!(disabled.await.unwrap());
        assert_eq!(here.told().await, here.expected());
        let enabled = users.set_status(&here.scene.act, here.user.id, Status::Active);
        assert!(enabled.await.unwrap());
        assert!(here.told().await.is_empty());
        let here = Attended::start().await;
        let users = &here.scene.services.users;
        assert!(users.delete(&here.scene.act, here.user.id).await.unwrap());
        assert_eq!(here.told().await, here.expected());
    });
}

#[test]
fn a_new_password_is_told_since_it_ends_every_session() {
    block_on(async {
        let here = Attended::start().await;
        let recovery = &here.scene.services.recovery;
        let browser = Digest::of("a browser");
        recovery
            .request(
                &here.scene.act,
                here.user.email.as_str(),
                (browser, &crate::work::Shown::default()),
            )
            .await
            .unwrap();
        let mail = here.scene.mails().await.pop().unwrap();
        let token = mail.text.split("token=").nth(1).unwrap();
        let link = ResetLink {
            token,
            browser,
            told: false,
        };
        let reset = recovery.reset(&here.scene.act, link, "another good password".to_owned());
        reset.await.unwrap();
        assert_eq!(here.told().await, here.expected());
    });
}

#[test]
fn what_is_withdrawn_from_a_client_alone_ends_no_session() {
    block_on(async {
        let here = Attended::start().await;
        let (services, act) = (&here.scene.services, &here.scene.act);
        let client: ClientId = "listens".parse().unwrap();
        services
            .account
            .remove_app(act, &here.witness(), &client)
            .await
            .unwrap();
        services
            .clients
            .set_status(act, &client, Status::Disabled)
            .await
            .unwrap();
        assert!(here.told().await.is_empty());
    });
}
