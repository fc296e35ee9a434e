//! The pages of an account, for somebody who is signed in at many places and connected to many apps.

use crate::{
    load::{Load, Rate},
    people::{Account, Browser, Door},
    server::Server,
};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// Sessions, and connected apps.
const MANY: usize = 100;
/// What a page may cost.
pub const GOAL: Duration = Duration::from_millis(2);

const CALLBACK: &str = "https://app.example/callback";
/// Nobody redeems the codes.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Each page; of those that list sessions or apps a part at a time also what stands on it for each, and how often on the
/// first. The session in use is not reported.
const PAGES: [(&str, Option<(&str, usize)>); 7] = [
    ("/account", None),
    ("/account/security", None),
    ("/account/linked", None),
    ("/account/sessions", Some(("value=\"report\"", 24))),
    ("/account/apps", Some(("value=\"narrow\"", 25))),
    ("/account/activity", None),
    ("/account/privacy", None),
];

/// Somebody with a hundred sessions and a hundred apps, in the browser of the last session.
pub struct Busy(Arc<Browser>);

impl Busy {
    /// Makes the account, signs it in and connects the apps, as browsers do.
    pub async fn make(server: &Server) -> Result<Self> {
        Account::WithPassword.make(server, 1).await?;
        let (door, email) = (Door::of(server)?, Account::WithPassword.email(0));
        let mut busy = door.browser().await?;
        busy.stay_signed_in(&email).await?;
        for _ in 0..MANY {
            door.browser().await?.sign_in(&email).await?;
        }
        for number in 0..MANY {
            connect(server, &busy, number).await?;
        }
        let busy = Self(Arc::new(busy));
        busy.is_busy().await?;
        Ok(busy)
    }

    /// Sees to it that what is measured is what was meant to be.
    async fn is_busy(&self) -> Result<()> {
        for (path, item) in PAGES {
            let answer = self.0.get(path).send().await?;
            ensure!(answer.status() == 200, "{path} answers {}", answer.status());
            let page = answer.text().await?;
            if let Some((item, listed)) = item {
                let shown = page.matches(item).count();
                ensure!(shown == listed, "{path} shows {shown}");
                let all = format!(" of {}", if path.ends_with("apps") { MANY } else { MANY + 1 });
                ensure!(page.contains(&all), "{path} does not say{all}");
            }
        }
        Ok(())
    }

    /// Reads each page again and again.
    pub async fn pages(&self, server: &Server, load: Load) -> Result<Vec<(&'static str, Rate)>> {
        let mut rates = Vec::new();
        for (path, _) in PAGES {
            let browser = self.0.clone();
            let reading = load.requests(vec![path.to_owned()], move |path| browser.get(path));
            rates.push((path, server.measured(reading).await?));
        }
        Ok(rates)
    }
}

/// Registers an app and allows it what it asks for.
async fn connect(server: &Server, browser: &Browser, number: usize) -> Result<()> {
    let name = format!("App {number}");
    let create = [
        "client",
        "create",
        "--name",
        &name,
        "--type",
        "public",
        "--redirect-uri",
        CALLBACK,
    ];
    let client = server.command(&create, "").await?;
    let client_id = client
        .get("client_id")
        .and_then(Value::as_str)
        .context("no client")?;
    let request = browser.get("/authorize").query(&[
        ("client_id", client_id),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid email profile"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    let answer = request.send().await?;
    let page = answer.headers().get("location").context("nobody is asked")?;
    let (_, interaction) = page
        .to_str()?
        .split_once("interaction=")
        .context("nobody is asked")?;
    let form = [
        ("interaction", interaction),
        ("scope", "email"),
        ("scope", "profile"),
        ("decision", "allow"),
    ];
    let status = browser.post("/consent", &form).await?;
    ensure!(status == 303, "allowing answers {status}");
    let back = browser.get(&format!("/resume/{interaction}")).send().await?;
    let to = back.headers().get("location").context("no way back")?;
    ensure!(to.to_str()?.contains("code="), "no code");
    Ok(())
}
