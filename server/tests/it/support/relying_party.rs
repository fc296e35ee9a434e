//! A relying party: a registered client that knows how to ask.

use super::{
    Answer, Browser, TestIdp,
    application_key::{ASSERTION_TYPE, Assertions},
    idp,
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use domain::{
    client::{ClientAuthMethod, ClientMetadata, GrantType, LogoutUri, Party, PkceRequirement},
    pkce::CodeVerifier,
    services::{Act, clients::NewClient},
};
use serde_json::Value;
use server::wiring::Runtime;

pub const CALLBACK: &str = "https://app.example.com/cb";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub struct ClientBuilder(NewClient);

/// A confidential third-party client with client_secret_basic.
pub fn a_client() -> ClientBuilder {
    ClientBuilder(NewClient {
        id: None,
        name: "Test App".to_owned(),
        method: Some(ClientAuthMethod::ClientSecretBasic),
        redirect_uris: vec![CALLBACK.to_owned()],
        post_logout_redirect_uris: vec!["https://app.example.com/bye".to_owned()],
        grants: Vec::new(),
        scope: None,
        pkce: PkceRequirement::Required,
        party: Party::Third,
        allowed_origins: Vec::new(),
        metadata: ClientMetadata::default(),
    })
}

impl ClientBuilder {
    pub fn named(mut self, name: &str) -> Self {
        self.0.name = name.to_owned();
        self
    }

    pub fn public(mut self) -> Self {
        self.0.method = None;
        self
    }

    pub fn first_party(mut self) -> Self {
        self.0.party = Party::First;
        self
    }

    pub fn pkce_optional(mut self) -> Self {
        self.0.pkce = PkceRequirement::Optional;
        self
    }

    pub fn method(mut self, method: ClientAuthMethod) -> Self {
        self.0.method = Some(method);
        self
    }

    /// With its metadata changed by `change`.
    pub fn scopes(mut self, scopes: &str) -> Self {
        self.0.scope = Some(scopes.to_owned());
        self
    }

    pub fn redirect_uri(mut self, uri: &str) -> Self {
        self.0.redirect_uris = vec![uri.to_owned()];
        self
    }

    pub fn metadata(mut self, change: impl FnOnce(&mut ClientMetadata)) -> Self {
        change(&mut self.0.metadata);
        self
    }

    pub fn grants(mut self, grants: &[GrantType]) -> Self {
        self.0.grants = grants.to_vec();
        self
    }

    /// One that hears at `uri` that a session ended.
    pub fn backchannel_logout(mut self, uri: &str) -> Self {
        self.0.metadata.backchannel_logout = Some(told_which_session(uri));
        self
    }

    /// One that hears by a frame of `uri` that a session ended.
    pub fn frontchannel_logout(mut self, uri: &str) -> Self {
        self.0.metadata.frontchannel_logout = Some(told_which_session(uri));
        self
    }

    /// One without a secret that was registered elsewhere.
    pub fn known_as(self, id: &str) -> RelyingParty {
        RelyingParty {
            id: id.to_owned(),
            secret: None,
            method: self.0.method,
            redirect_uri: self.0.redirect_uris[0].clone(),
            assertions: None,
        }
    }

    pub async fn register(self, idp: &TestIdp) -> RelyingParty {
        self.register_by(&idp.runtime, &idp.act().await).await
    }

    pub async fn register_by(self, runtime: &Runtime, act: &Act) -> RelyingParty {
        let redirect_uri = self.0.redirect_uris[0].clone();
        let method = self.0.method;
        let registered = runtime.services.clients.create(act, self.0).await.unwrap();
        RelyingParty {
            id: registered.client.id.as_str().to_owned(),
            secret: registered.secret.map(|secret| secret.expose().to_owned()),
            method,
            redirect_uri,
            assertions: None,
        }
    }
}

fn told_which_session(uri: &str) -> LogoutUri {
    LogoutUri {
        uri: uri.parse().unwrap(),
        session_required: true,
    }
}

#[derive(Clone, Debug)]
pub struct RelyingParty {
    pub id: String,
    pub secret: Option<String>,
    pub method: Option<ClientAuthMethod>,
    pub redirect_uri: String,
    /// What it says of itself where it has a key and no secret.
    pub assertions: Option<Assertions>,
}

impl RelyingParty {
    pub fn challenge() -> String {
        let challenge = CodeVerifier::parse(VERIFIER).unwrap().challenge();
        serde_json::to_value(challenge)
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// `/authorize?…` with PKCE and the usual parameters, `changes` replacing or (empty) removing some.
    pub fn authorize_url(&self, changes: &[(&str, &str)]) -> String {
        let challenge = Self::challenge();
        let mut parameters = vec![
            ("client_id", self.id.as_str()),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("response_type", "code"),
            ("scope", "openid profile email offline_access"),
            ("state", "xyz"),
            ("nonce", "n-0S6_WzA2Mj"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        parameters.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        parameters.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        format!("/authorize?{}", serde_urlencoded::to_string(&parameters).unwrap())
    }

    /// Walks through sign-in and consent as `email` and gives the redirect back to the app.
    pub async fn authorize(&self, browser: &mut Browser, email: &str, changes: &[(&str, &str)]) -> Answer {
        Self::allow(browser, &self.authorize_url(changes), email).await
    }

    /// The same for a request that somebody else made.
    pub async fn allow(browser: &mut Browser, request: &str, email: &str) -> Answer {
        let start = browser.get(request).await;
        let mut page = browser.follow(start).await;
        for _ in 0..6 {
            if page.location().is_some() {
                return page;
            }
            let answer =
                if page.body.contains("name=\"identifier\"") && !page.body.contains("name=\"password\"") {
                    browser
                        .submit(&page, "identifier", &[("identifier", email)])
                        .await
                } else if page.body.contains("name=\"password\"") {
                    browser
                        .submit(&page, "password", &[("password", idp::PASSWORD)])
                        .await
                } else if page.body.contains("name=\"decision\"") {
                    browser.submit(&page, "decision", &[("decision", "allow")]).await
                } else {
                    panic!("an unexpected page: {} {}", page.status, page.body);
                };
            page = browser.follow(answer).await;
        }
        panic!("the flow does not end: {} {}", page.status, page.body);
    }

    /// The code of a whole flow.
    pub async fn code(&self, browser: &mut Browser, email: &str) -> String {
        let answer = self.authorize(browser, email, &[]).await;
        answer
            .redirect_parameters()
            .get("code")
            .cloned()
            .unwrap_or_else(|| panic!("no code: {:?}", answer.location()))
    }

    /// Posts to a token-like endpoint with this client's authentication.
    pub async fn post(&self, browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_with(browser, path, &[], fields).await
    }

    /// The same with further headers.
    pub async fn post_with(
        &self,
        browser: &mut Browser,
        path: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Answer {
        let (mut fields, mut headers) = (fields.to_vec(), headers.to_vec());
        let proof;
        match (self.method, &self.secret, &self.assertions) {
            (Some(ClientAuthMethod::ClientSecretBasic), Some(secret), _) => {
                proof = basic_of(&self.id, secret);
                headers.push(("authorization", proof.as_str()));
            }
            (Some(ClientAuthMethod::ClientSecretPost), Some(secret), _) => {
                fields.push(("client_id", &self.id));
                fields.push(("client_secret", secret));
            }
            (Some(ClientAuthMethod::PrivateKeyJwt), None, Some(assertions)) => {
                proof = assertions.of(&self.id).await;
                fields.push(("client_assertion_type", ASSERTION_TYPE));
                fields.push(("client_assertion", proof.as_str()));
            }
            (_, _, _) => fields.push(("client_id", &self.id)),
        }
        browser.post_with(path, &headers, &fields).await
    }

    pub async fn redeem(&self, browser: &mut Browser, code: &str) -> Answer {
        self.redeem_with(browser, code, &[]).await
    }

    /// Redeems a code; `changes` replace or (empty) remove parameters.
    pub async fn redeem_with(&self, browser: &mut Browser, code: &str, changes: &[(&str, &str)]) -> Answer {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ];
        fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        fields.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        self.post(browser, "/token", &fields).await
    }

    pub async fn refresh(&self, browser: &mut Browser, token: &str) -> Answer {
        self.post(
            browser,
            "/token",
            &[("grant_type", "refresh_token"), ("refresh_token", token)],
        )
        .await
    }

    /// Uses the refresh token of a token response.
    pub async fn refresh_from(&self, browser: &mut Browser, tokens: &Value) -> Answer {
        let token = tokens["refresh_token"].as_str().unwrap();
        self.refresh(browser, token).await
    }

    /// A whole flow: the token response.
    pub async fn tokens(&self, browser: &mut Browser, email: &str) -> Value {
        let code = self.code(browser, email).await;
        let answer = self.redeem(browser, &code).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }
}

/// The header of HTTP Basic.
pub fn basic_of(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// The claims of a JWT, unverified.
pub fn claims(jwt: &str) -> Value {
    part(jwt, 1)
}

/// The header of a JWT.
pub fn header(jwt: &str) -> Value {
    part(jwt, 0)
}

fn part(jwt: &str, index: usize) -> Value {
    let part = jwt.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// What UserInfo answers to the access token of a token response.
pub async fn userinfo_from(browser: &mut Browser, tokens: &Value) -> Answer {
    userinfo(browser, tokens["access_token"].as_str().unwrap()).await
}

pub async fn userinfo(browser: &mut Browser, access_token: &str) -> Answer {
    let bearer = format!("Bearer {access_token}");
    browser
        .send(
            axum::http::Method::GET,
            "/userinfo",
            &[("authorization", &bearer)],
            axum::body::Body::empty(),
        )
        .await
}
