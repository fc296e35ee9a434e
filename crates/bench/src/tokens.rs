//! What writes no row: tokens a client gets for itself, and what is told about a token.

use crate::{
    load::{Load, Rate},
    server::Server,
};
use anyhow::{Context, Result};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

/// A client that acts for itself.
pub struct Machine {
    client_id: String,
    secret: String,
}

impl Machine {
    /// Registers one.
    pub async fn register(server: &Server) -> Result<Self> {
        let create = [
            "client",
            "create",
            "--name",
            "Machine",
            "--type",
            "confidential",
            "--grant",
            "client_credentials",
            "--scope",
            "orders",
        ];
        let client = server.command(&create, "").await?;
        let text = |name: &str| client.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            client_id: text("client_id").context("no client")?,
            secret: text("client_secret").context("no secret")?,
        })
    }

    /// Asks for a token again and again.
    pub async fn ask(&self, url: &str, load: Load) -> Result<Rate> {
        let (http, url) = (Client::builder().no_proxy().build()?, url.to_owned());
        let (id, secret) = (self.client_id.clone(), self.secret.clone());
        let grant = vec!["client_credentials".to_owned()];
        load.requests(grant, move |grant| {
            let request = http.post(&url).basic_auth(&id, Some(&secret));
            request.form(&[("grant_type", grant)])
        })
        .await
    }

    /// Its request for a token.
    pub fn request(&self, server: &Server) -> Result<RequestBuilder> {
        let request = Client::builder().no_proxy().build()?.post(server.url("/token"));
        let request = request.basic_auth(&self.client_id, Some(&self.secret));
        Ok(request.form(&[("grant_type", "client_credentials")]))
    }

    /// So many of its tokens.
    pub async fn tokens(&self, server: &Server, count: usize) -> Result<Vec<String>> {
        let ask = self.request(server)?;
        let mut tokens = Vec::with_capacity(count);
        for _ in 0..count {
            let ask = ask.try_clone().context("a request that can be sent once")?;
            let answer: Value = serde_json::from_slice(&ask.send().await?.bytes().await?)?;
            let token = answer.get("access_token").and_then(Value::as_str);
            tokens.push(token.context("no access token")?.to_owned());
        }
        Ok(tokens)
    }

    /// Asks about `tokens` in turn, again and again.
    pub async fn introspect(&self, server: &Server, tokens: Vec<String>, load: Load) -> Result<Rate> {
        let (http, url) = (Client::builder().no_proxy().build()?, server.url("/introspect"));
        let (id, secret) = (self.client_id.clone(), self.secret.clone());
        load.requests(tokens, move |token| {
            let request = http.post(&url).basic_auth(&id, Some(&secret));
            request.form(&[("token", token)])
        })
        .await
    }
}
