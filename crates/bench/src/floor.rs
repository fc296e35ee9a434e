//! HTTP servers with nothing behind them.

use anyhow::{Context as _, Result};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use axum::{
    Form, Router,
    http::HeaderMap,
    routing::{get, post},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};

/// Starts a server in this process that answers everything with `body`, and gives its address.
pub async fn start(body: String) -> Result<String> {
    serve(Router::new().route(
        "/",
        get(async move || ([("content-type", "application/json")], body.clone())),
    ))
    .await
}

/// Starts one that reads a token request as a token endpoint must, believes it, and signs a JWT with ES256.
pub async fn signing() -> Result<String> {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
        .ok()
        .context("no key")?;
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref())
        .ok()
        .context("no key")?;
    let key = Arc::new(key);
    serve(Router::new().route(
        "/",
        post(
            async move |headers: HeaderMap, Form(form): Form<BTreeMap<String, String>>| {
                answer(&key, &headers, &form).unwrap_or_default()
            },
        ),
    ))
    .await
}

fn answer(key: &EcdsaKeyPair, headers: &HeaderMap, form: &BTreeMap<String, String>) -> Option<String> {
    let basic = headers
        .get("authorization")?
        .to_str()
        .ok()?
        .strip_prefix("Basic ")?;
    let credentials = String::from_utf8(STANDARD.decode(basic).ok()?).ok()?;
    let (client, _secret) = credentials.split_once(':')?;
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(json!({ "typ": "at+jwt", "alg": "ES256", "kid": "a-key" }));
    let claims = part(json!({
        "iss": "http://localhost", "aud": "http://localhost", "sub": client, "client_id": client, "exp": 600, "iat": 0,
        "jti": form.get("grant_type")?, "scope": "orders",
    }));
    let message = format!("{head}.{claims}");
    let signature = key.sign(&SystemRandom::new(), message.as_bytes()).ok()?;
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
    Some(json!({ "access_token": token, "token_type": "Bearer", "expires_in": 600 }).to_string())
}

async fn serve(router: Router) -> Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(format!("http://{address}/"))
}
