//! What looks like GitHub at a loopback address: a code is answered once, and the API says who it was, in the shapes that
//! GitHub documents (<https://docs.github.com/en/rest/users>).

use super::browser::query_of;
use axum::{
    Json, Router,
    extract::{Form, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use domain::pkce::{CodeChallenge, CodeVerifier};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};

const CLIENT_ID: &str = "Iv1.us";
const SECRET: &str = "hush-hush";
const TOKEN: &str = "gho_16C7e42F292c6912E7710c838347Ae178B4a";

type Codes = Arc<Mutex<HashMap<String, CodeChallenge>>>;

/// The server; it is gone with its owner.
pub struct Octo {
    port: u16,
    codes: Codes,
    serving: JoinHandle<()>,
}

impl Octo {
    pub async fn start() -> Self {
        Self::serve(0, Codes::default()).await
    }

    async fn serve(port: u16, codes: Codes) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new()
            .route("/login/oauth/access_token", post(access_token))
            .route(
                "/api/v3/rate_limit",
                get(|| async { Json(json!({"rate": {"remaining": 60}})) }),
            )
            .route("/api/v3/user", get(user))
            .route("/api/v3/user/emails", get(emails))
            .with_state(codes.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { port, codes, serving }
    }

    /// Frees the address, at which nobody answers then.
    pub async fn stop(&mut self) {
        self.serving.abort();
        (&mut self.serving).await.unwrap_err();
    }

    /// Answers again at its address.
    pub async fn resume(&mut self) {
        *self = Self::serve(self.port, self.codes.clone()).await;
    }

    /// The table of the configuration that leads here.
    pub fn table(&self, id: &str) -> String {
        format!(
            "[[providers]]\nid = '{id}'\nlabel = 'Acme'\nkind = 'github'\nbase_url = '{}'\nclient_id = '{CLIENT_ID}'\n\
             client_secret = '{SECRET}'\nallow_private_network = true\n",
            self.address()
        )
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ada allows it there; the path that the browser is sent back to.
    pub fn approve(&self, sent_to: &str) -> String {
        let page = format!("{}/login/oauth/authorize?", self.address());
        assert!(sent_to.starts_with(&page), "{sent_to}");
        let asked = query_of(sent_to);
        assert_eq!(
            (asked["client_id"].as_str(), asked["scope"].as_str()),
            (CLIENT_ID, "read:user user:email")
        );
        let mut codes = self.codes.lock().unwrap();
        let code = format!("code-{}-{}", self.port, asked["state"]);
        codes.insert(
            code.clone(),
            CodeChallenge::parse(&asked["code_challenge"]).unwrap(),
        );
        let callback = asked["redirect_uri"]
            .strip_prefix("http://localhost:4000")
            .unwrap();
        let told = [("state", &asked["state"]), ("code", &code)];
        format!("{callback}?{}", serde_urlencoded::to_string(told).unwrap())
    }
}

impl Drop for Octo {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// It says with status 200 what is wrong.
async fn access_token(State(codes): State<Codes>, Form(form): Form<HashMap<String, String>>) -> Json<Value> {
    let sent = |name: &str| form.get(name).map(String::as_str);
    if (sent("client_id"), sent("client_secret")) != (Some(CLIENT_ID), Some(SECRET)) {
        return Json(json!({"error": "incorrect_client_credentials"}));
    }
    let challenge = codes.lock().unwrap().remove(&form["code"]);
    let verifier = CodeVerifier::parse(&form["code_verifier"]).unwrap();
    match challenge.filter(|challenge| challenge.is_met_by(&verifier)) {
        Some(_) => {
            Json(json!({"access_token": TOKEN, "scope": "read:user,user:email", "token_type": "bearer"}))
        }
        None => Json(json!({"error": "bad_verification_code"})),
    }
}

async fn user(headers: HeaderMap) -> Response {
    answered(
        &headers,
        json!({"id": 583_231, "login": "ada", "name": "Ada", "email": null}),
    )
}

async fn emails(headers: HeaderMap) -> Response {
    let primary =
        json!({"email": "ada@example.com", "primary": true, "verified": true, "visibility": "private"});
    answered(&headers, json!([primary]))
}

fn answered(headers: &HeaderMap, document: Value) -> Response {
    let bearer = format!("Bearer {TOKEN}");
    match headers.get(header::AUTHORIZATION) {
        Some(sent) if *sent == *bearer => Json(document).into_response(),
        Some(_) | None => (
            StatusCode::UNAUTHORIZED,
            Json(json!({"message": "Bad credentials"})),
        )
            .into_response(),
    }
}
