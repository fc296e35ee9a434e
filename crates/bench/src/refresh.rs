//! Refresh tokens: obtained as an app obtains them, then rotated as fast as they come back.

use crate::{
    load::{Load, Rate},
    server::Server,
};
use anyhow::{Context, Result, ensure};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Client, Response, redirect::Policy};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

const CALLBACK: &str = "http://127.0.0.1:1/callback";
const VERIFIER: &str = "a-verifier-of-the-bench-that-is-long-enough-to-be-one";
const PASSWORD: &str = "correct horse battery staple";

/// Refresh tokens of authorizations of their own, and the client they belong to.
pub struct Families {
    client_id: String,
    tokens: Vec<String>,
}

/// Signs somebody in and obtains `count` refresh tokens with `scope`.
pub async fn families(server: &Server, scope: &str, count: usize) -> Result<Families> {
    let email = format!("{}@example.com", scope.len());
    server
        .command(
            &[
                "user",
                "create",
                "--email",
                &email,
                "--name",
                "Ada",
                "--password-stdin",
                "--verified",
            ],
            PASSWORD,
        )
        .await?;
    let create = [
        "client",
        "create",
        "--name",
        "Bench",
        "--type",
        "public",
        "--first-party",
        "--redirect-uri",
        CALLBACK,
    ];
    let client = server.command(&create, "").await?;
    let client_id = client
        .get("client_id")
        .and_then(Value::as_str)
        .context("no client")?
        .to_owned();
    let app = App {
        server,
        browser: Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .no_proxy()
            .build()?,
        client_id,
        scope,
    };
    app.sign_in(&email).await?;
    let mut tokens = Vec::new();
    for _ in 0..count {
        tokens.push(app.refresh_token().await?);
    }
    Ok(Families {
        client_id: app.client_id,
        tokens,
    })
}

/// Rotates each token again and again.
pub async fn rotate(server: &Server, families: &Families, load: Load) -> Result<Rate> {
    let (url, client_id) = (server.url("/token"), families.client_id.clone());
    let http = Client::builder().no_proxy().build()?;
    load.repeat(families.tokens.clone(), move |token| {
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", &client_id),
            ("refresh_token", &token),
        ];
        let request = http.post(&url).form(&form);
        async move { refresh_token_of(request.send().await?).await }
    })
    .await
}

/// Signs somebody in and obtains at least `count` access tokens, by `connections` at the same time.
pub async fn access_tokens(server: &Server, count: usize, connections: usize) -> Result<Vec<String>> {
    let families = families(server, "openid offline_access", connections).await?;
    let http = Client::builder().no_proxy().build()?;
    let (url, client_id, each) = (
        server.url("/token"),
        families.client_id,
        count.div_ceil(connections),
    );
    let obtaining = families.tokens.into_iter().map(|mut refresh_token| {
        let (http, url, client_id) = (&http, &url, &client_id);
        async move {
            let mut tokens = Vec::with_capacity(each);
            for _ in 0..each {
                let form = [
                    ("grant_type", "refresh_token"),
                    ("client_id", client_id),
                    ("refresh_token", &refresh_token),
                ];
                let answer = http.post(url).form(&form).send().await?;
                let answer: Value = serde_json::from_slice(&answer.bytes().await?)?;
                let token = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
                refresh_token = token("refresh_token").context("no refresh token")?;
                tokens.push(token("access_token").context("no access token")?);
            }
            anyhow::Ok(tokens)
        }
    });
    Ok(futures::future::try_join_all(obtaining).await?.concat())
}

/// Asks userinfo with `tokens` in turn, again and again.
pub async fn userinfo(server: &Server, tokens: Vec<String>, load: Load) -> Result<Rate> {
    let (http, url) = (Client::builder().no_proxy().build()?, server.url("/userinfo"));
    load.requests(tokens, move |token| http.get(&url).bearer_auth(token))
        .await
}

struct App<'a> {
    server: &'a Server,
    browser: Client,
    client_id: String,
    scope: &'a str,
}

impl App<'_> {
    async fn authorize(&self) -> Result<Response> {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let request = self.browser.get(self.server.url("/authorize")).query(&[
            ("client_id", self.client_id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", self.scope),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        Ok(request.send().await?)
    }

    async fn sign_in(&self, email: &str) -> Result<()> {
        let page = self.to_page(self.authorize().await?).await?;
        let interaction = page.split_once("interaction=").context("no interaction")?.1;
        let interaction = interaction.split('&').next().unwrap_or_default().to_owned();
        for (field, value) in [("identifier", email), ("password", PASSWORD)] {
            let form = [("interaction", interaction.as_str()), (field, value)];
            let answer = self
                .browser
                .post(self.server.url("/login"))
                .form(&form)
                .send()
                .await?;
            ensure!(answer.status() == 303, "signing in answers {}", answer.status());
        }
        Ok(())
    }

    /// Follows redirects to the page they end at.
    async fn to_page(&self, mut answer: Response) -> Result<String> {
        while answer.status().is_redirection() {
            let to = answer.headers()["location"].to_str()?;
            let to = answer.url().join(to)?;
            answer = self.browser.get(to).send().await?;
        }
        Ok(answer.url().to_string())
    }

    async fn refresh_token(&self) -> Result<String> {
        let mut answer = self.authorize().await?;
        let code = loop {
            let to = answer
                .headers()
                .get("location")
                .context("no way back to the app")?
                .to_str()?;
            let to = answer.url().join(to)?;
            if to.as_str().starts_with(CALLBACK) {
                let code = to.query_pairs().find(|(name, _)| name == "code");
                break code.context("no code")?.1.into_owned();
            }
            answer = self.browser.get(to).send().await?;
        };
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", &self.client_id),
            ("code", &code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let answer = self
            .browser
            .post(self.server.url("/token"))
            .form(&form)
            .send()
            .await?;
        refresh_token_of(answer).await
    }
}

async fn refresh_token_of(answer: Response) -> Result<String> {
    let status = answer.status();
    let answer: Value = serde_json::from_slice(&answer.bytes().await?)?;
    let token = answer.get("refresh_token").and_then(Value::as_str);
    Ok(token
        .with_context(|| format!("{status} without a refresh token"))?
        .to_owned())
}
