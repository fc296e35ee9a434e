//! An OpenID Provider at a loopback address, as an operator may have one: it signs with real keys, checks what it is
//! sent, answers a code once, and forges, dawdles and overflows where a test wants it to.

use super::{application_key::ASSERTION_TYPE, browser::query_of, relying_party::basic_of};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::{
    Json, Router,
    body::Body,
    extract::{Form, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    clock::Timestamp,
    pkce::{CodeChallenge, CodeVerifier},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, jwk::Jwk};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

const CLIENT_ID: &str = "us";
pub const SECRET: &str = "hush-hush";

/// A private key with a name.
#[derive(Clone)]
pub struct Key {
    pub kid: &'static str,
    pub private: EncodingKey,
    /// As a file of an operator's holds it.
    pub pem: String,
}

/// What is wrong with an endpoint.
#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    Slow,
    Huge,
    /// It leads to the same path of the provider at this port.
    Elsewhere(u16),
}

/// What the provider is and says, to be changed by tests.
pub struct Says {
    pub signing: Key,
    pub published: Vec<Key>,
    /// What its ID tokens say beside what they must; `null` takes a claim away.
    pub claims: Value,
    /// How an ID token is made of its claims.
    pub forge: fn(&Key, &Value) -> String,
    pub userinfo: Value,
    pub trouble: Option<(&'static str, Trouble)>,
    /// Where it signs with this key, a client proves itself (RFC 7523); where there is none, with its secret.
    pub client_key: Option<Key>,
    /// The paths it was asked for.
    pub asked: Vec<String>,
    assertions: HashSet<String>,
    now: i64,
    codes: HashMap<String, (CodeChallenge, Value)>,
}

type Shared = Arc<Mutex<Says>>;

/// The provider; it is gone with its owner.
pub struct ForgingOp {
    port: u16,
    says: Shared,
    serving: JoinHandle<()>,
}

impl Key {
    pub fn new(kid: &'static str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let der = pair.to_pkcs8v1().unwrap();
        let base64 = STANDARD.encode(der.as_ref());
        Self {
            kid,
            private: EncodingKey::from_ec_der(der.as_ref()),
            pem: format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----\n"),
        }
    }

    pub fn jwk(&self) -> Value {
        let public = Jwk::from_encoding_key(&self.private, Algorithm::ES256).unwrap();
        let mut jwk = serde_json::to_value(public).unwrap();
        jwk["kid"] = json!(self.kid);
        jwk
    }

    pub fn sign(&self, claims: &Value) -> String {
        let header = Header {
            kid: Some(self.kid.to_owned()),
            ..Header::new(Algorithm::ES256)
        };
        jsonwebtoken::encode(&header, claims, &self.private).unwrap()
    }
}

impl ForgingOp {
    pub async fn start() -> Self {
        let key = Key::new("first");
        let says = Says {
            published: vec![key.clone()],
            signing: key,
            claims: json!({}),
            forge: Key::sign,
            userinfo: json!({}),
            trouble: None,
            client_key: None,
            asked: Vec::new(),
            assertions: HashSet::new(),
            now: 0,
            codes: HashMap::new(),
        };
        Self::serve(0, Arc::new(Mutex::new(says))).await
    }

    async fn serve(port: u16, says: Shared) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(move || metadata(port)))
            .route("/jwks", get(keys))
            .route(
                "/token",
                post(move |state, headers, form| token(port, state, headers, form)),
            )
            .route("/userinfo", get(userinfo))
            .layer(middleware::from_fn_with_state(says.clone(), troubled))
            .with_state(says.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { port, says, serving }
    }

    /// Frees the address, at which nobody answers then.
    pub async fn stop(&mut self) {
        self.serving.abort();
        (&mut self.serving).await.unwrap_err();
    }

    /// Answers again at its address.
    pub async fn resume(&mut self) {
        *self = Self::serve(self.port, self.says.clone()).await;
    }

    pub fn says(&self) -> MutexGuard<'_, Says> {
        self.says.lock().unwrap()
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn issuer(&self) -> String {
        issuer(self.port)
    }

    /// The table of the configuration that leads here, with further lines.
    pub fn table(&self, id: &str, further: &str) -> String {
        self.table_by(id, &format!("client_secret = '{SECRET}'\n{further}"))
    }

    /// The same, where the further lines say how we prove ourselves.
    pub fn table_by(&self, id: &str, further: &str) -> String {
        format!(
            "[[providers]]\nid = '{id}'\nlabel = 'Acme'\nkind = 'oidc'\nissuer = '{}'\nclient_id = '{CLIENT_ID}'\n\
             {further}\n",
            self.issuer()
        )
    }

    /// How often a path was asked for.
    pub fn times_asked(&self, path: &str) -> usize {
        self.says().asked.iter().filter(|asked| *asked == path).count()
    }

    /// Somebody signs in there; the path that the browser is sent back to, with the name of who answers if `named`.
    pub fn approve(&self, sent_to: &str, now: Timestamp) -> String {
        let issuer = self.issuer();
        assert!(sent_to.starts_with(&issuer), "{sent_to}");
        let asked = query_of(sent_to);
        let claims = json!({
            "iss": issuer, "aud": CLIENT_ID, "sub": "ada", "nonce": asked["nonce"],
            "iat": now.seconds(), "auth_time": now.seconds(), "exp": now.seconds() + 300,
            "email": "ada@example.com", "email_verified": true, "name": "Ada",
        });
        let mut says = self.says();
        says.now = now.seconds();
        let code = format!("code-{}-{}", self.port, says.asked.len());
        let challenge = CodeChallenge::parse(&asked["code_challenge"]).unwrap();
        says.codes.insert(code.clone(), (challenge, claims));
        let callback = asked["redirect_uri"]
            .strip_prefix("http://localhost:4000")
            .unwrap();
        let told = [("state", &asked["state"]), ("code", &code), ("iss", &issuer)];
        format!("{callback}?{}", serde_urlencoded::to_string(told).unwrap())
    }
}

impl Says {
    /// Whether the client proves itself in the one way that it is registered for (OpenID Connect Core §9).
    fn knows(&mut self, port: u16, headers: &HeaderMap, form: &HashMap<String, String>) -> bool {
        let sent = headers.get(header::AUTHORIZATION);
        let Some(key) = self.client_key.clone() else {
            let basic = basic_of(CLIENT_ID, SECRET);
            return sent.is_some_and(|sent| *sent == *basic) && !form.contains_key("client_assertion");
        };
        let other_ways = sent.is_some() || form.contains_key("client_secret");
        let assertion = form.get("client_assertion");
        if other_ways || form.get("client_assertion_type").map(String::as_str) != Some(ASSERTION_TYPE) {
            return false;
        }
        let public = DecodingKey::from_jwk(&serde_json::from_value(key.jwk()).unwrap()).unwrap();
        let mut judge = Validation::new(Algorithm::ES256);
        // Its time is that of the tests.
        judge.validate_exp = false;
        judge.set_audience(&[issuer(port)]);
        let read = assertion.map(|text| jsonwebtoken::decode::<Value>(text, &public, &judge));
        let Some(Ok(read)) = read else {
            return false;
        };
        let claims = read.claims;
        let ours = claims["iss"] == CLIENT_ID && claims["sub"] == CLIENT_ID;
        let timely =
            claims["iat"] == self.now && (1..=60).contains(&(claims["exp"].as_i64().unwrap() - self.now));
        let fresh = self.assertions.insert(claims["jti"].as_str().unwrap().to_owned());
        read.header.kid.as_deref() == Some(key.kid) && ours && timely && fresh
    }
}

impl Drop for ForgingOp {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn issuer(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

async fn metadata(port: u16) -> Json<Value> {
    let issuer = issuer(port);
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(State(says): State<Shared>) -> Json<Value> {
    let published = &says.lock().unwrap().published;
    let keys: Vec<Value> = published.iter().map(Key::jwk).collect();
    Json(json!({ "keys": keys }))
}

async fn token(
    port: u16,
    State(says): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let mut says = says.lock().unwrap();
    if !says.knows(port, &headers, &form) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_client"}))).into_response();
    }
    let known = says.codes.remove(&form["code"]);
    let verifier = CodeVerifier::parse(&form["code_verifier"]).unwrap();
    let Some((_, mut claims)) = known.filter(|(challenge, _)| challenge.is_met_by(&verifier)) else {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    };
    let members = claims.as_object_mut().unwrap();
    members.extend(says.claims.as_object().unwrap().clone());
    members.retain(|_, value| !value.is_null());
    let id_token = (says.forge)(&says.signing, &claims);
    Json(json!({"access_token": "access", "token_type": "Bearer", "id_token": id_token})).into_response()
}

async fn userinfo(State(says): State<Shared>) -> Json<Value> {
    Json(says.lock().unwrap().userinfo.clone())
}

async fn troubled(State(says): State<Shared>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    says.lock().unwrap().asked.push(path.clone());
    let trouble = says
        .lock()
        .unwrap()
        .trouble
        .filter(|(troubled, _)| *troubled == path);
    match trouble {
        None => next.run(request).await,
        Some((_, Trouble::Huge)) => Body::from(vec![b' '; 10 << 20]).into_response(),
        Some((_, Trouble::Elsewhere(port))) => {
            Redirect::temporary(&format!("{}{path}", issuer(port))).into_response()
        }
        Some((_, Trouble::Slow)) => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            next.run(request).await
        }
    }
}
