//! A relying party of the plans, and somebody who uses it.

use crate::support::{
    Answer, Browser, ClientBuilder, RelyingParty, TestIdp, a_client, browser::query_of, idp::PASSWORD,
    relying_party,
};
use domain::{
    secret::Digest,
    signing_key::{KeyFactory as _, KeyRing},
};
use oidc::jose::{LocalKeys, TokenType, verify};
use serde_json::Value;
use std::collections::BTreeMap;

pub const ADA: &str = "ada@example.com";
pub const EVERYTHING: &str = "openid profile email address phone offline_access";
const DESCRIBED: &str = r#"{
    "given_name": "Ada", "family_name": "Lovelace", "middle_name": "King", "nickname": "Ada",
    "preferred_username": "ada", "profile": "https://ada.example/", "picture": "https://ada.example/a.png",
    "website": "https://ada.example", "gender": "female", "birthdate": "1815-12-10", "locale": "en-GB",
    "zoneinfo": "Europe/London", "phone_number": "+441632960961",
    "address": { "street_address": "12 St James's Square", "locality": "London", "country": "UK" }
}"#;

/// How authorization responses travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Query,
    FormPost,
}

/// A provider, a registered client, and a person's browser.
pub struct Party {
    pub idp: TestIdp,
    pub rp: RelyingParty,
    pub browser: Browser,
    mode: Mode,
}

/// An authorization response, and what the person was asked on the way.
#[derive(Debug)]
pub struct Response {
    pub fields: BTreeMap<String, String>,
    pub asked: Vec<&'static str>,
}

impl Party {
    /// A client as the suite registers it: confidential, every scope, PKCE left to it.
    pub async fn start(mode: Mode) -> Self {
        Self::start_with(mode, |client| client).await
    }

    pub async fn start_with(mode: Mode, change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        let idp = super::super::start().await;
        let client = change(a_client().scopes(EVERYTHING).pkce_optional());
        let rp = idp.relying_party(client).await;
        Self::at(idp, rp, mode).await
    }

    /// With a client that is registered already.
    pub async fn at(idp: TestIdp, rp: RelyingParty, mode: Mode) -> Self {
        idp.described_person(ADA, DESCRIBED).await;
        let browser = idp.browser();
        Self {
            idp,
            rp,
            browser,
            mode,
        }
    }

    /// The address of a request for `openid` alone and without PKCE, with these parameters instead or besides.
    pub fn url(&self, changes: &[(&str, &str)]) -> String {
        let mut all = BTreeMap::from([
            ("scope", "openid"),
            ("code_challenge", ""),
            ("code_challenge_method", ""),
        ]);
        if self.mode == Mode::FormPost {
            all.insert("response_mode", "form_post");
        }
        all.extend(changes.iter().copied());
        self.rp.authorize_url(&all.into_iter().collect::<Vec<_>>())
    }

    /// The person goes where the request leads, and does what is asked.
    pub async fn authorize(&mut self, changes: &[(&str, &str)]) -> Response {
        let start = self.browser.get(&self.url(changes)).await;
        self.walk(start).await
    }

    pub async fn walk(&mut self, start: Answer) -> Response {
        let mut page = self.browser.follow(start).await;
        let mut asked = Vec::new();
        loop {
            if let Some(fields) = self.arrived(&page) {
                return Response { fields, asked };
            }
            assert!(asked.len() < 6, "the flow does not end: {asked:?}");
            let (name, value) = asked_for(&page);
            asked.push(name);
            let answer = self.browser.submit(&page, name, &[(name, value)]).await;
            page = self.browser.follow(answer).await;
        }
    }

    /// The page that asks somebody who just signed in for a decision.
    pub async fn consent(&mut self) -> Answer {
        let start = self.browser.get(&self.url(&[])).await;
        let mut page = self.browser.follow(start).await;
        for expected in ["identifier", "password"] {
            let (name, value) = asked_for(&page);
            assert_eq!(name, expected);
            let answer = self.browser.submit(&page, name, &[(name, value)]).await;
            page = self.browser.follow(answer).await;
        }
        assert_eq!(asked_for(&page).0, "decision");
        page
    }

    /// What the client is told, if it is told anything: by the mode asked for and no other.
    fn arrived(&self, page: &Answer) -> Option<BTreeMap<String, String>> {
        let redirect_uri = self.rp.redirect_uri.as_str();
        let fields = match self.mode {
            Mode::Query => {
                // What a client that registered itself is told of an error waits for the person to go there.
                let location = page.location().or_else(|| page.link(redirect_uri))?;
                assert!(location.starts_with(redirect_uri), "{location}");
                query_of(&location)
            }
            Mode::FormPost => {
                assert_eq!(page.location(), None, "a response by redirect");
                if !page.body.contains("name=\"iss\"") {
                    return None;
                }
                let form = page.form("iss");
                assert_eq!(form.action, redirect_uri);
                assert!(
                    page.header("cache-control")
                        .is_some_and(|cache| cache.contains("no-store"))
                );
                form.fields.into_iter().collect()
            }
        };
        assert_eq!(fields["state"], "xyz", "state comes back as it was");
        assert_eq!(fields["iss"], self.idp.issuer());
        Some(fields)
    }

    /// The token response for a code of a request without PKCE.
    pub async fn redeem(&mut self, code: &str) -> Value {
        let answer = self.try_redeem(code).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let tokens = answer.json();
        assert_eq!(tokens["token_type"], "Bearer");
        tokens
    }

    pub async fn try_redeem(&mut self, code: &str) -> Answer {
        let without = [("code_verifier", "")];
        self.rp.redeem_with(&mut self.browser, code, &without).await
    }

    /// A whole flow: the tokens, and the claims of the ID token once it is checked.
    pub async fn tokens(&mut self, changes: &[(&str, &str)]) -> (Value, Value) {
        let response = self.authorize(changes).await;
        let tokens = self.redeem(response.code()).await;
        let id_token = self.id_token(&tokens).await;
        (tokens, id_token)
    }

    /// The claims of an ID token that is what OpenID Connect Core §3.1.3.7 says a client must see.
    pub async fn id_token(&mut self, tokens: &Value) -> Value {
        let jwt = tokens["id_token"].as_str().unwrap();
        assert_eq!(relying_party::header(jwt)["alg"], "RS256");
        let claims = self.verified(TokenType::IdToken, jwt).await;
        assert_eq!(claims["iss"], self.idp.issuer());
        assert_eq!(claims["aud"], self.rp.id);
        let time = |name: &str| claims[name].as_i64().unwrap();
        assert!(time("auth_time") <= time("iat") && time("iat") < time("exp"));
        let sub = claims["sub"].as_str().unwrap();
        assert!(!sub.is_empty() && sub.len() <= 255 && sub.is_ascii());
        claims
    }

    /// The claims of a JWT that a published key signed.
    pub async fn verified(&mut self, typ: TokenType, jwt: &str) -> Value {
        let published = self.published_keys().await;
        let read = |jwk: &Value| LocalKeys::default().read(jwk).expect("a key");
        let keys = KeyRing::new(Vec::new(), published.iter().map(read).collect());
        let issuer = self.idp.act().await.realm.issuer.clone();
        verify::<Value>(&keys, &issuer, typ, jwt).expect("a signature by a published key");
        relying_party::claims(jwt)
    }

    pub async fn published_keys(&mut self) -> Vec<Value> {
        let set = self.browser.get("/.well-known/jwks.json").await.json();
        set["keys"].as_array().unwrap().clone()
    }

    /// What userinfo tells.
    pub async fn userinfo(&mut self, tokens: &Value) -> Value {
        let token = tokens["access_token"].as_str().unwrap();
        let answer = relying_party::userinfo(&mut self.browser, token).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(
            answer
                .header("content-type")
                .unwrap()
                .starts_with("application/json")
        );
        answer.json()
    }

    pub async fn discovery(&mut self) -> Value {
        self.browser.get("/.well-known/openid-configuration").await.json()
    }

    /// Some text of `length`, different for each `name`.
    pub fn text(name: &str, length: usize) -> String {
        Digest::of(name).to_base64url().repeat(1 + length / 43)[..length].to_owned()
    }
}

/// The field of a page that awaits an answer, and the answer.
fn asked_for(page: &Answer) -> (&'static str, &'static str) {
    let has = |name: &str| page.body.contains(&format!("name=\"{name}\""));
    match (has("password"), has("identifier"), has("decision")) {
        (true, _, _) => ("password", PASSWORD),
        (false, true, _) => ("identifier", ADA),
        (false, false, true) => ("decision", "allow"),
        (false, false, false) => panic!("an unexpected page: {} {}", page.status, page.body),
    }
}

impl Response {
    pub fn code(&self) -> &str {
        self.fields
            .get("code")
            .unwrap_or_else(|| panic!("no code: {:?}", self.fields))
    }

    pub fn error(&self) -> &str {
        assert!(!self.fields.contains_key("code"));
        &self.fields["error"]
    }
}
