//! What writes no row: tokens a client gets for itself, and what is told about a token.

use crate::{
    load::{Load, Rate},
    server::Server,
};
use anyhow::{Context, Result, ensure};
use reqwest::Client;
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
        self.post(url, vec![("grant_type", "client_credentials".to_owned())], load)
            .await
    }

    /// Asks about one of its tokens again and again.
    pub async fn introspect(&self, server: &Server, load: Load) -> Result<Rate> {
        let http = Client::builder().no_proxy().build()?;
        let asked = http
            .post(server.url("/token"))
            .basic_auth(&self.client_id, Some(&self.secret))
            .form(&[("grant_type", "client_credentials")]);
        let answer: Value = serde_json::from_slice(&asked.send().await?.bytes().await?)?;
        let token = answer.get("access_token").and_then(Value::as_str);
        let token = token.context("no access token")?.to_owned();
        self.post(&server.url("/introspect"), vec![("token", token)], load)
            .await
    }

    async fn post(&self, url: &str, form: Vec<(&'static str, String)>, load: Load) -> Result<Rate> {
        let http = Client::builder().no_proxy().build()?;
        let (url, id, secret) = (url.to_owned(), self.client_id.clone(), self.secret.clone());
        load.repeat(vec![(); load.connections], move |()| {
            let request = http.post(&url).basic_auth(&id, Some(&secret)).form(&form);
            async move {
                let answer = request.send().await?;
                ensure!(answer.status() == 200, "{}", answer.status());
                answer.bytes().await?;
                Ok(())
            }
        })
        .await
    }
}
