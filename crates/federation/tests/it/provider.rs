//! An OpenID Provider in memory. It checks what it is sent as a real one does, answers each code once, and can be told
//! to lie, to dawdle and to be gone.

use crate::signing::Pair;
use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    clock::Clock,
    federation::Answer,
    outbound::{FetchBody, FetchError, FetchRequest, Fetched, HttpFetch},
    pkce::{CodeChallenge, CodeVerifier},
    secret::Secret,
    testing::FixedClock,
};
use serde_json::{Map, Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use url::{Url, form_urlencoded};

pub const ISSUER: &str = "https://id.example.com";
pub const CLIENT_ID: &str = "signet at acme";
pub const SECRET: &str = "hush: a secret+of ours";

/// What is wrong with an endpoint.
#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    Gone,
    Slow(Duration),
    Status(u16),
    Huge,
    Redirects,
}

pub struct FakeProvider {
    clock: Arc<FixedClock>,
    state: Mutex<State>,
}

pub struct State {
    /// The keys it publishes.
    pub published: Vec<Pair>,
    /// Others, as they stand in the set.
    pub further_keys: Vec<Value>,
    /// The key it signs with.
    pub signing: Pair,
    pub metadata: Value,
    /// What its ID tokens say beside what they must; `null` takes a claim away.
    pub id_token: Value,
    /// What makes the ID token instead, from its claims.
    pub forge: Option<fn(&Pair, &Value) -> String>,
    pub userinfo: Value,
    /// What its token answers say instead.
    pub token_answer: Value,
    pub cache_control: Option<String>,
    pub troubles: HashMap<&'static str, Trouble>,
    /// Troubles that pass after so many requests.
    pub passing: HashMap<&'static str, (Trouble, usize)>,
    pub asked: Vec<FetchRequest>,
    codes: HashMap<String, Code>,
    refresh_tokens: Vec<String>,
    /// The error that every refresh is refused with.
    pub refuses: Option<&'static str>,
    /// What is otherwise in the answer to a refresh.
    pub refresh_answer: Value,
}

struct Code {
    challenge: String,
    redirect_uri: String,
    nonce: String,
}

impl FakeProvider {
    pub fn new(clock: Arc<FixedClock>) -> Self {
        let pair = Pair::es256("first");
        Self {
            clock,
            state: Mutex::new(State {
                published: vec![pair.clone()],
                further_keys: Vec::new(),
                signing: pair,
                metadata: json!({
                    "issuer": ISSUER,
                    "authorization_endpoint": format!("{ISSUER}/authorize?tenant=acme"),
                    "token_endpoint": format!("{ISSUER}/token"),
                    "userinfo_endpoint": format!("{ISSUER}/userinfo"),
                    "jwks_uri": "https://keys.example.com/jwks",
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256", "ES256", "none"],
                    "authorization_response_iss_parameter_supported": true,
                }),
                id_token: json!({
                    "email": "ada@example.com",
                    "email_verified": true,
                    "name": "Ada Lovelace",
                }),
                forge: None,
                userinfo: json!({"sub": "248289761001"}),
                token_answer: json!({}),
                cache_control: None,
                troubles: HashMap::new(),
                passing: HashMap::new(),
                asked: Vec::new(),
                codes: HashMap::new(),
                refresh_tokens: vec!["refresh-0".to_owned()],
                refuses: None,
                refresh_answer: json!({}),
            }),
        }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// How often a path was asked for.
    pub fn times_asked(&self, path: &str) -> usize {
        self.state()
            .asked
            .iter()
            .filter(|request| request.url.path() == path)
            .count()
    }

    /// What was sent to the token endpoint last.
    pub fn last_token_request(&self) -> (FetchRequest, HashMap<String, String>) {
        let state = self.state();
        let mut to_token = state
            .asked
            .iter()
            .filter(|request| request.url.path() == "/token");
        let request = to_token.next_back().unwrap().clone();
        let form = form(&request);
        (request, form)
    }

    /// The person signs in, and the browser comes back with this.
    pub fn approve(&self, authorization_url: &Url) -> Answer {
        let query: HashMap<String, String> = authorization_url.query_pairs().into_owned().collect();
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["client_id"], CLIENT_ID);
        let mut state = self.state();
        let code = format!("code-{}", state.codes.len());
        state.codes.insert(
            code.clone(),
            Code {
                challenge: query["code_challenge"].clone(),
                redirect_uri: query["redirect_uri"].clone(),
                nonce: query["nonce"].clone(),
            },
        );
        Answer {
            code: Secret::new(code),
            issuer: Some(ISSUER.to_owned()),
        }
    }

    /// The claims every token of this provider has, changed by `changes`.
    pub fn claims(&self, changes: &Value) -> Value {
        let now = self.clock.now().seconds();
        let mut claims = json!({
            "iss": ISSUER,
            "sub": "248289761001",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
        });
        change(&mut claims, changes);
        claims
    }

    fn answer(&self, request: &FetchRequest) -> Result<Fetched, FetchError> {
        let path = request.url.path().to_owned();
        match path.as_str() {
            "/.well-known/openid-configuration" => {
                let metadata = self.state().metadata.clone();
                Ok(self.json(&metadata))
            }
            "/jwks" => {
                let state = self.state();
                let published = state.published.iter().map(Pair::jwk);
                let keys: Vec<Value> = published.chain(state.further_keys.clone()).collect();
                drop(state);
                Ok(self.json(&json!({ "keys": keys })))
            }
            "/token" => Ok(self.token(request)),
            "/userinfo" => Ok(self.userinfo(request)),
            _ => Ok(Fetched {
                status: 404,
                ..Fetched::default()
            }),
        }
    }

    fn json(&self, document: &Value) -> Fetched {
        Fetched {
            status: 200,
            content_type: Some("application/json; charset=utf-8".to_owned()),
            cache_control: self.state().cache_control.clone(),
            etag: None,
            body: document.to_string().into_bytes(),
        }
    }

    fn refused(&self, error: &str) -> Fetched {
        let body = json!({"error": error, "error_description": "code-0 is no good, hush"});
        Fetched {
            status: 400,
            ..self.json(&body)
        }
    }

    fn token(&self, request: &FetchRequest) -> Fetched {
        let form = form(request);
        if !proves_itself(request, &form) {
            return self.refused("invalid_client");
        }
        if form["grant_type"] == "refresh_token" {
            let mut state = self.state();
            if let Some(error) = state.refuses {
                drop(state);
                return self.refused(error);
            }
            let known = state
                .refresh_tokens
                .iter()
                .position(|token| *token == form["refresh_token"]);
            let Some(known) = known else {
                drop(state);
                return self.refused("invalid_grant");
            };
            state.refresh_tokens.remove(known);
            state.refresh_tokens.push("refresh-1".to_owned());
            let mut answer = json!({
                "access_token": "access-1", "token_type": "bearer", "refresh_token": "refresh-1", "expires_in": 60,
            });
            change(&mut answer, &state.refresh_answer);
            drop(state);
            return self.json(&answer);
        }
        let code = self.state().codes.remove(&form["code"]);
        let Some(code) = code else {
            return self.refused("invalid_grant");
        };
        let challenge = CodeChallenge::parse(&code.challenge).unwrap();
        let verifier = CodeVerifier::parse(&form["code_verifier"]).unwrap();
        if !challenge.is_met_by(&verifier) || form["redirect_uri"] != code.redirect_uri {
            return self.refused("invalid_grant");
        }
        let id_token = self.id_token(&code.nonce);
        let mut answer = json!({
            "access_token": "access-0", "token_type": "Bearer", "id_token": id_token,
            "refresh_token": "refresh-0", "expires_in": 3600, "scope": "openid email",
        });
        change(&mut answer, &self.state().token_answer);
        self.json(&answer)
    }

    fn id_token(&self, nonce: &str) -> String {
        let mut claims = self.claims(&json!({ "nonce": nonce }));
        let state = self.state();
        change(&mut claims, &state.id_token);
        match state.forge {
            Some(forge) => forge(&state.signing, &claims),
            None => state.signing.sign(&claims),
        }
    }

    fn userinfo(&self, request: &FetchRequest) -> Fetched {
        let bearer = Secret::new("Bearer access-0".to_owned());
        if !request.headers.contains(&("authorization", bearer)) {
            return Fetched {
                status: 401,
                ..Fetched::default()
            };
        }
        let userinfo = self.state().userinfo.clone();
        self.json(&userinfo)
    }

    fn trouble(&self, path: &str) -> Option<Trouble> {
        let mut state = self.state();
        if let Some((trouble, left)) = state.passing.get_mut(path)
            && *left > 0
        {
            *left -= 1;
            return Some(*trouble);
        }
        state
            .troubles
            .get(path)
            .or_else(|| state.troubles.get("*"))
            .copied()
    }
}

#[async_trait]
impl HttpFetch for FakeProvider {
    async fn fetch(&self, request: &FetchRequest) -> Result<Fetched, FetchError> {
        self.state().asked.push(request.clone());
        let exchange = async {
            let mut answer = self.answer(request)?;
            match self.trouble(request.url.path()) {
                None => {}
                Some(Trouble::Gone) => {
                    return Err(FetchError::Unreachable(Arc::new(std::io::Error::other("gone"))));
                }
                Some(Trouble::Slow(pause)) => tokio::time::sleep(pause).await,
                Some(Trouble::Status(status)) => answer.status = status,
                Some(Trouble::Huge) => answer.body.resize(10 * 1_024 * 1_024, b' '),
                Some(Trouble::Redirects) => return Err(FetchError::Redirected),
            }
            if answer.body.len() > request.max_bytes {
                return Err(FetchError::TooLarge);
            }
            Ok(answer)
        };
        tokio::time::timeout(request.timeout, exchange)
            .await
            .unwrap_or(Err(FetchError::TooSlow))
    }
}

/// Sets what `changes` names and takes away what it names as `null`.
pub fn change(document: &mut Value, changes: &Value) {
    let document: &mut Map<String, Value> = document.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            document.remove(name);
        } else {
            document.insert(name.clone(), value.clone());
        }
    }
}

pub fn form(request: &FetchRequest) -> HashMap<String, String> {
    match &request.body {
        FetchBody::Post { bytes, .. } => form_urlencoded::parse(bytes.expose()).into_owned().collect(),
        FetchBody::None => panic!("nothing was posted"),
    }
}

/// Basic, the secret in the body, or an assertion; whether an assertion is good, tests look at themselves.
fn proves_itself(request: &FetchRequest, form: &HashMap<String, String>) -> bool {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let basic = STANDARD.encode(format!("{}:{}", encoded(CLIENT_ID), encoded(SECRET)));
    let basic = Secret::new(format!("Basic {basic}"));
    let in_header = request.headers.contains(&("authorization", basic));
    let in_body = form.get("client_secret").is_some_and(|secret| secret == SECRET);
    in_header || in_body || form.contains_key("client_assertion")
}
