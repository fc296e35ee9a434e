//! A person, a client and an API, with one of everything that came of an approval; and how each is ended and used.

use super::{Access, Bound, Ended, Told, Use};
use crate::fixture::{Browser, Idp, Prover, RelyingParty, Request, dpop, exchanger, exchanging};
use domain::{
    api::{Api, TokenFormat},
    client::{Client, ClientAlgorithm, Party, Status},
    id::UserId,
    login_session::SignedInUser,
    services::Services,
    stores::Concerning,
    testing::{ClientBuilder, a_client, a_user},
};
use oidc::{
    bearer::{Presented, Scheme},
    dpop::ProofHeader,
    introspection,
    token::{self, TokenResponse},
};

const EMAIL: &str = "ada@example.com";
/// Takes signed tokens.
const ORDERS: &str = "https://orders.example.com";
/// Takes opaque tokens.
const STOCK: &str = "urn:example:stock";

pub struct Scene {
    idp: Idp,
    app: Client,
    /// The client that both APIs name for introspection.
    api: Client,
    /// A service that exchanges the tokens it is sent.
    service: Client,
    holder: Option<Prover>,
    browser: Browser,
    user: UserId,
    given: Option<Given>,
}

/// What came of it.
struct Given {
    code: String,
    signed: TokenResponse,
    opaque: TokenResponse,
    device_code: String,
    exchanged: String,
}

fn the_app(ended: Ended) -> ClientBuilder {
    let app = a_client().scopes("openid profile email offline_access orders:read stock:read");
    if ended == Ended::ConsentOfFirstParty {
        app.first_party()
    } else {
        app
    }
}

impl Scene {
    /// The scene before anything ends.
    pub async fn set(ended: Ended, bound: Bound, access: Access) -> Self {
        let root = Idp::start().await;
        // People come through the provider in the root realm only.
        let idp = if ended == Ended::Provider {
            root
        } else {
            root.realm("acme")
        };
        let idp = if matches!(ended, Ended::KeysRotated | Ended::KeysGone | Ended::KeysRevoked) {
            idp.with_stored_keys().await
        } else {
            idp
        };
        for (audience, scope, format) in [
            (ORDERS, "orders:read", TokenFormat::Jwt),
            (STOCK, "stock:read", TokenFormat::Opaque),
        ] {
            let decide = |api: &mut Api| {
                api.format = format;
                api.introspection_clients.insert("api".parse().unwrap());
            };
            idp.api_with(audience, scope, decide).await;
        }
        let app = idp.relying_party(the_app(ended)).await.client;
        let api = idp.relying_party(a_client().id("api")).await.client;
        let service = idp.relying_party(exchanger("service", &["app"])).await.client;
        let browser = idp.signed_in(a_user().email(EMAIL)).await;
        if ended == Ended::Provider {
            idp.sign_in_through("acme", &browser).await;
        }
        let holder = match bound {
            Bound::No => None,
            Bound::Dpop => Some(Prover::new(ClientAlgorithm::Es256).await),
        };
        let mut scene = Self {
            user: idp.user_of(&browser).await,
            idp,
            app,
            api,
            service,
            holder,
            browser,
            given: None,
        };
        scene.given = Some(scene.approved(access).await);
        scene
    }

    async fn approved(&self, access: Access) -> Given {
        let offline = match access {
            Access::Online => "",
            Access::Offline => " offline_access",
        };
        let (app, browser) = (self.app(), &self.browser);
        let code = async |scope: &str, resource: Option<&str>| {
            let scope = format!("openid email{scope}{offline}");
            let request = app.request().with("scope", &scope);
            let request = resource
                .iter()
                .fold(request, |request, uri| request.and("resource", uri));
            let key = self.holder.iter();
            let request = key.fold(request, |request, key| request.and("dpop_jkt", key.jkt()));
            app.code_for(&request, browser).await
        };
        let orders = code(" orders:read", Some(ORDERS)).await;
        let stock = code(" stock:read", Some(STOCK)).await;
        let device = app.device(&format!("openid email{offline}")).await;
        device.allow(browser).await.unwrap();
        let signed = self.token(&app.redemption(&orders)).await.unwrap();
        let exchanged = self.exchange(signed.access_token()).await.unwrap();
        let given = Given {
            code: code("", None).await,
            opaque: self.token(&app.redemption(&stock)).await.unwrap(),
            device_code: device.answer.device_code.clone(),
            exchanged: exchanged.access_token().to_owned(),
            signed,
        };
        assert!(given.opaque.access_token().starts_with("sgn_at_"));
        given
    }

    /// The end of `what`, by the call that a person or an operator makes.
    pub async fn end(self, what: Ended) -> Self {
        let (services, act) = (Services::new(self.idp.ports.clone()), self.idp.act());
        let (user, app) = (self.user, &self.app.id);
        let person = self.person().await;
        let both = Concerning {
            user: Some(user),
            client: Some(app.clone()),
        };
        let set_user = async |status| services.users.set_status(&act, user, status).await.unwrap();
        let set_client = async |status| services.clients.set_status(&act, app, status).await.unwrap();
        let done = match what {
            Ended::UserDisabled => set_user(Status::Disabled).await,
            Ended::UserDisabledForAWhile => {
                set_user(Status::Disabled).await && set_user(Status::Active).await
            }
            Ended::UserDeleted => services.users.delete(&act, user).await.unwrap(),
            Ended::ClientDisabled => set_client(Status::Disabled).await,
            Ended::ClientDisabledForAWhile => {
                set_client(Status::Disabled).await && set_client(Status::Active).await
            }
            Ended::ClientDeleted => services.clients.delete(&act, app).await.unwrap(),
            Ended::ConsentByPerson => services.account.remove_app(&act, &person, app).await.unwrap(),
            Ended::ConsentByOperator => services.consents.revoke(&act, &both).await.unwrap() == 1,
            Ended::ConsentOfFirstParty => {
                assert_eq!(self.app.application.party, Party::First);
                let consents = &act.realm.stores.consents;
                assert!(consents.find(user, app).await.unwrap().is_none());
                services.consents.revoke(&act, &both).await.unwrap() == 1
            }
            Ended::SessionByPerson => {
                let session = person.session().id;
                services
                    .account
                    .end_session(&act, &person, session)
                    .await
                    .unwrap()
            }
            Ended::SessionByOperator => {
                let session = self.browser.session();
                services.sessions.end(&act, session).await.unwrap()
            }
            Ended::Password => {
                self.idp.reset_password(EMAIL).await;
                true
            }
            Ended::KeysRotated | Ended::KeysGone | Ended::KeysRevoked => {
                return self.with_other_keys(what).await;
            }
            Ended::Provider => {
                let idp = self.idp.without_providers();
                return Self { idp, ..self };
            }
            Ended::Realm => {
                self.idp.delete_realm().await;
                true
            }
        };
        assert!(done, "{what:?}");
        self
    }

    async fn with_other_keys(self, what: Ended) -> Self {
        if what == Ended::KeysRevoked {
            self.idp.revoke_keys().await;
        } else {
            self.idp.rotate_keys().await;
        }
        if what == Ended::KeysGone {
            self.idp.drop_retired_keys().await;
        }
        let idp = self.idp.with_stored_keys().await;
        let (before, now) = (&self.idp.realm.keys, &idp.realm.keys);
        let signed_by = |keys: &domain::signing_key::KeyRing| {
            let alg = self.idp.realm.settings.access_token_alg;
            keys.signer(alg).unwrap().kid().to_owned()
        };
        assert_ne!(signed_by(before), signed_by(now));
        let published = now.find(&signed_by(before)).is_some();
        assert_eq!(published, what == Ended::KeysRotated);
        Self { idp, ..self }
    }

    /// What comes of a use.
    pub async fn attempt(&self, what: Use) -> Told {
        let (app, given) = (self.app(), self.given.as_ref().unwrap());
        match what {
            Use::Code => told(self.token(&app.redemption(&given.code)).await),
            Use::Refresh => {
                let request = app.refreshing(given.signed.refresh_token().unwrap());
                told(self.token(&request).await)
            }
            Use::IntrospectSigned => self.introspect(&self.api, given.signed.access_token()).await,
            Use::IntrospectOpaque => self.introspect(&self.api, given.opaque.access_token()).await,
            Use::IntrospectRefresh => {
                let refresh = given.opaque.refresh_token().unwrap();
                self.introspect(&self.app, refresh).await
            }
            Use::UserinfoSigned => self.userinfo(given.signed.access_token()).await,
            Use::UserinfoOpaque => self.userinfo(given.opaque.access_token()).await,
            Use::DevicePoll => {
                let polling = Request::of(&[
                    ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                    ("device_code", &given.device_code),
                ]);
                told(self.token(&polling).await)
            }
            Use::Exchange => told(self.exchange(given.signed.access_token()).await),
            Use::IntrospectExchanged => self.introspect(&self.service, &given.exchanged).await,
        }
    }

    fn app(&self) -> RelyingParty<'_> {
        RelyingParty::new(&self.idp, self.app.clone())
    }

    async fn person(&self) -> SignedInUser {
        self.idp.sessions(&self.browser).await.remove(0)
    }

    /// The token endpoint, with a proof where there is a key.
    async fn token(&self, request: &Request) -> Result<TokenResponse, &'static str> {
        self.token_of(&self.app, request).await
    }

    /// The token that the service gets for the one it was sent; if that is bound to a key, it proves the same.
    async fn exchange(&self, token: &str) -> Result<TokenResponse, &'static str> {
        self.token_of(&self.service, &exchanging(token)).await
    }

    async fn token_of(&self, client: &Client, request: &Request) -> Result<TokenResponse, &'static str> {
        let client = RelyingParty::new(&self.idp, client.clone()).authenticated().await;
        let client = client.map_err(|error| error.code().as_str())?;
        let proof = self.holder.as_ref().map(|holder| holder.for_token(&self.idp));
        let proof = proof.as_deref().map_or(ProofHeader::Absent, ProofHeader::One);
        let (protocol, act, parameters) = (&self.idp.protocol, self.idp.act(), request.parameters());
        let answer = token::respond(protocol, &act, &client, &parameters, proof).await;
        answer.map_err(|error| error.code().as_str())
    }

    async fn introspect(&self, by: &Client, token: &str) -> Told {
        let by = RelyingParty::new(&self.idp, by.clone());
        let client = match by.authenticated().await {
            Ok(client) => client,
            Err(error) => return Told::Error(error.code().as_str()),
        };
        let (act, parameters) = (self.idp.act(), Request::of(&[("token", token)]).parameters());
        match introspection::respond(&self.idp.protocol, &act, &client, &parameters).await {
            Ok(answer) if answer.is_active() => Told::All,
            Ok(_) => Told::Inactive,
            Err(error) => Told::Error(error.code().as_str()),
        }
    }

    async fn userinfo(&self, token: &str) -> Told {
        let proof = self.holder.as_ref();
        let proof = proof.map(|holder| holder.for_userinfo(&self.idp, token).sign());
        let (presented, proof) = match &proof {
            None => {
                let scheme = Scheme::Bearer;
                (Presented { scheme, token }, ProofHeader::Absent)
            }
            Some(proof) => (dpop(token), ProofHeader::One(proof)),
        };
        let answer = self.idp.userinfo_with(presented, "GET", proof).await;
        told(answer.map_err(|error| error.code().as_str()))
    }
}

fn told<T>(answer: Result<T, &'static str>) -> Told {
    answer.map_or_else(Told::Error, |_| Told::All)
}
