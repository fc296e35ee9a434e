//! A person, an app, an API and a service at two nodes of one deployment, with one of everything that came of an
//! approval; how each is ended on one node, and used on the other.

use super::{Bound, Ended, Use};
use crate::support::{
    Answer, Browser, Prover, RelyingParty, TestIdp, a_client,
    relying_party::{VERIFIER, claims},
};
use axum::{body::Body, http::Method};
use domain::{
    api::TokenFormat,
    client::{ClientId, GrantType, Status},
    clock::Clock as _,
    realm::RealmName,
    services::apis::NewApi,
    signing_key::KeyState,
    stores::Concerning,
    user::User,
};
use serde_json::Value;

const EMAIL: &str = "ada@example.com";
const ORDERS: &str = "https://orders.example.com/v1";
const SCOPE: &str = "openid email orders:read";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

pub struct Scene {
    /// Where things are approved and ended.
    pub one: TestIdp,
    /// Where they are used.
    pub two: TestIdp,
    elsewhere: Browser,
    /// The person's.
    browser: Browser,
    app: RelyingParty,
    api: RelyingParty,
    service: RelyingParty,
    holder: Option<Prover>,
    user: User,
    given: Given,
}

/// What came of an approval.
#[derive(Default)]
struct Given {
    code: String,
    device_code: String,
    access: String,
    refresh: String,
    id_token: String,
    /// Of a mail that lets somebody choose another password.
    reset: String,
}

fn text(answer: &Value, name: &str) -> String {
    let text = answer[name].as_str();
    text.unwrap_or_else(|| panic!("no {name}: {answer}")).to_owned()
}

async fn orders(idp: &TestIdp, asking: &RelyingParty, format: TokenFormat) {
    let new = NewApi {
        audience: ORDERS.to_owned(),
        name: "Orders".to_owned(),
        scopes: vec![("orders:read".to_owned(), "See what was ordered".to_owned())],
        access_token_lifetime: None,
        alg: None,
        format,
        introspection_clients: vec![asking.id.parse().unwrap()],
    };
    let act = idp.act().await;
    idp.runtime.services.apis.create(&act, new).await.unwrap();
}

/// A service that may exchange what was issued to `holder`.
async fn a_service(idp: &TestIdp, holder: &RelyingParty) -> RelyingParty {
    let holder: ClientId = holder.id.parse().unwrap();
    let service = a_client()
        .grants(&[GrantType::TokenExchange])
        .scopes("orders:read");
    let service = service.metadata(|metadata| {
        metadata.exchange.subject_clients.insert(holder);
    });
    idp.relying_party(service).await
}

impl Scene {
    /// The scene before anything ends.
    pub async fn set((bound, format): (Bound, TokenFormat)) -> Self {
        // What is kept for a while must be known to both nodes.
        let both = [("SIGNET_EPHEMERAL_URL", "sql:")];
        let one = super::super::start_with(&both).await.realm("acme").await;
        let two = one.another_node().await;
        let grants = [
            GrantType::AuthorizationCode,
            GrantType::RefreshToken,
            GrantType::DeviceCode,
        ];
        let user = one.person(EMAIL).await;
        let app = one.relying_party(a_client().grants(&grants).scopes(SCOPE)).await;
        let api = one.relying_party(a_client()).await;
        orders(&one, &api, format).await;
        let holder = match bound {
            Bound::No => None,
            Bound::Dpop => Some(Prover::new().await),
        };
        let mut scene = Self {
            elsewhere: two.browser(),
            browser: one.browser(),
            service: a_service(&one, &app).await,
            one,
            two,
            app,
            api,
            holder,
            user,
            given: Given::default(),
        };
        let mut browser = scene.one.browser();
        scene.given = scene.approved(&mut browser).await;
        Self { browser, ..scene }
    }

    async fn approved(&self, browser: &mut Browser) -> Given {
        let first = self.a_code(browser).await;
        let tokens = self.redeem(browser, &first).await;
        assert_eq!(tokens.status, 200, "{}", tokens.body);
        let tokens = tokens.json();
        Given {
            code: self.a_code(browser).await,
            device_code: self.a_device(browser).await,
            access: text(&tokens, "access_token"),
            refresh: text(&tokens, "refresh_token"),
            id_token: text(&tokens, "id_token"),
            reset: self.a_reset(browser).await,
        }
    }

    async fn a_code(&self, browser: &mut Browser) -> String {
        // Without offline access: that would outlive the session.
        let asking = [("scope", SCOPE), ("resource", ORDERS)];
        let answer = self.app.authorize(browser, EMAIL, &asking).await;
        answer.redirect_parameters()["code"].clone()
    }

    /// The code of a device that was allowed and did not poll yet.
    async fn a_device(&self, browser: &mut Browser) -> String {
        let asked = [("scope", SCOPE), ("resource", ORDERS)];
        let codes = self.app.post(browser, "/device/code", &asked).await.json();
        let page = browser.get(&text(&codes, "verification_uri_complete")).await;
        let typed = browser.submit(&page, "code", &[]).await;
        let page = browser.follow(typed).await;
        let allow = [("decision", "allow")];
        let done = browser.submit(&page, "decision", &allow).await;
        let done = browser.follow(done).await;
        assert!(done.body.contains("Go back to your device"), "{}", done.body);
        text(&codes, "device_code")
    }

    async fn a_reset(&self, browser: &mut Browser) -> String {
        browser.post("/forgot-password", &[("identifier", EMAIL)]).await;
        let mails = self.one.mails().await;
        let link = mails.iter().find_map(|mail| mail.text.split("token=").nth(1));
        link.unwrap().split_whitespace().next().unwrap().to_owned()
    }

    /// The end of `what` on the first node, by the call that an operator or a person makes.
    pub async fn end(&self, what: Ended) {
        let (services, act) = (&self.one.runtime.services, &self.one.act().await);
        let (user, client): (_, ClientId) = (self.user.id, self.app.id.parse().unwrap());
        let done = match what {
            Ended::User => services
                .users
                .set_status(act, user, Status::Disabled)
                .await
                .unwrap(),
            Ended::Client => services
                .clients
                .set_status(act, &client, Status::Disabled)
                .await
                .unwrap(),
            Ended::Consent => {
                let both = Concerning {
                    user: Some(user),
                    client: Some(client),
                };
                services.consents.revoke(act, &both).await.unwrap() == 1
            }
            Ended::Session => {
                let session = text(&claims(&self.given.id_token), "sid").parse().unwrap();
                services.sessions.end(act, session).await.unwrap()
            }
            Ended::Password => {
                let chosen = [
                    ("token", self.given.reset.as_str()),
                    ("new_password", "another long passphrase"),
                ];
                let mut browser = self.browser.clone();
                browser.post("/reset-password", &chosen).await.status == 303
            }
            Ended::Realm => {
                let name = RealmName::Named("acme".parse().unwrap());
                self.one.runtime.realm_service.delete(&name).await.unwrap()
            }
            Ended::Keys => return self.revoke_keys().await,
        };
        assert!(done, "{what:?}");
    }

    async fn revoke_keys(&self) {
        let (keys, act) = (&self.one.runtime.keys, self.one.act().await);
        let all = keys.list(&act).await.unwrap();
        for key in all.iter().filter(|key| key.state == KeyState::Active) {
            assert!(keys.revoke(&act, &key.kid).await.unwrap());
        }
    }

    /// What the second node answers to a use.
    pub async fn attempt(&mut self, what: Use) -> Answer {
        let mut browser = self.elsewhere.clone();
        let access = self.given.access.as_str();
        match what {
            Use::Code => self.redeem(&mut browser, &self.given.code).await,
            Use::Refresh => self.refresh(&mut browser).await,
            Use::Introspect => {
                let fields = [("token", access)];
                self.api.post(&mut browser, "/introspect", &fields).await
            }
            Use::Userinfo => self.userinfo(&mut browser).await,
            Use::Exchange => {
                let fields = [
                    ("grant_type", EXCHANGE),
                    ("subject_token_type", ACCESS_TOKEN),
                    ("subject_token", access),
                ];
                self.token(&mut browser, &self.service, &fields).await
            }
            Use::DevicePoll => {
                let fields = [("grant_type", DEVICE), ("device_code", &self.given.device_code)];
                self.token(&mut browser, &self.app, &fields).await
            }
        }
    }

    async fn redeem(&self, browser: &mut Browser, code: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.app.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ];
        self.token(browser, &self.app, &fields).await
    }

    /// If it gives tokens, the next one is kept.
    async fn refresh(&mut self, browser: &mut Browser) -> Answer {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &self.given.refresh),
        ];
        let answer = self.token(browser, &self.app, &fields).await;
        if answer.status == 200 {
            self.given.refresh = text(&answer.json(), "refresh_token");
        }
        answer
    }

    /// Asks the token endpoint, with a proof where there is a key.
    async fn token(&self, browser: &mut Browser, by: &RelyingParty, fields: &[(&str, &str)]) -> Answer {
        let proof = match &self.holder {
            Some(holder) => {
                let uri = format!("{}/token", self.one.issuer());
                Some(holder.proof("POST", &uri, self.one.clock.now()).await)
            }
            None => None,
        };
        let headers: Vec<_> = proof.iter().map(|proof| ("dpop", proof.as_str())).collect();
        by.post_with(browser, "/token", &headers, fields).await
    }

    async fn userinfo(&self, browser: &mut Browser) -> Answer {
        let token = self.given.access.as_str();
        let Some(holder) = &self.holder else {
            return crate::support::relying_party::userinfo(browser, token).await;
        };
        let uri = format!("{}/userinfo", self.one.issuer());
        let now = self.one.clock.now();
        let proof = holder.proof_with_token("GET", &uri, now, token).await;
        let bearer = format!("DPoP {token}");
        let headers = [("authorization", bearer.as_str()), ("dpop", proof.as_str())];
        browser
            .send(Method::GET, "/userinfo", &headers, Body::empty())
            .await
    }
}
