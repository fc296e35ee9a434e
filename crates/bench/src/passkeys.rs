//! Signing in with a passkey.

use crate::{
    load::{Load, Rate},
    people::{Account, Browser, Door},
    server::Server,
};
use anyhow::{Context as _, Result};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use std::sync::Arc;
use testbed::authenticator::{Answer, Authenticator};

/// Somebody with a passkey.
struct Holder {
    key: Authenticator,
    handle: Vec<u8>,
    /// The server's origin, which is what the passkey answers to.
    origin: String,
}

/// A question to a browser: what it is called, and its options.
fn asked(document: &Value) -> Result<(String, Value)> {
    let word = |name: &str| document.get(name).and_then(Value::as_str).context("no question");
    Ok((
        word("ceremony")?.to_owned(),
        serde_json::from_str(word("options")?)?,
    ))
}

impl Holder {
    async fn make(door: &Door, server: &Server, place: usize) -> Result<Self> {
        let mut browser = door.browser().await?;
        browser
            .stay_signed_in(&Account::WithPassword.email(place))
            .await?;
        let (ceremony, options) = asked(&browser.ask("/api/account/passkeys/ask", &[]).await?)?;
        let handle = options
            .pointer("/user/id")
            .and_then(Value::as_str)
            .context("no handle")?;
        let holder = Self {
            key: Authenticator::new(),
            handle: URL_SAFE_NO_PAD.decode(handle)?,
            origin: server.url(""),
        };
        let answer = holder.key.make(&options, &holder.says(0));
        let form = [("ceremony", ceremony.as_str()), ("answer", &answer)];
        browser.ask("/api/account/passkeys/add", &form).await?;
        Ok(holder)
    }

    fn says(&self, count: u32) -> Answer {
        Answer {
            count,
            ..Answer::new(&self.origin, "localhost")
        }
    }

    async fn sign_in(&self, browser: &Browser) -> Result<()> {
        let interaction = browser.interaction.as_str();
        let question = browser
            .ask("/api/sign-in/passkey/ask", &[("interaction", interaction)])
            .await?;
        let (ceremony, options) = asked(&question)?;
        let answer = self.key.answer(&options, &self.handle, &self.says(0));
        let form = [
            ("interaction", interaction),
            ("ceremony", &ceremony),
            ("answer", &answer),
        ];
        browser.ask("/api/sign-in/passkey", &form).await?;
        Ok(())
    }
}

/// Whole sign-ins, by people who are there already: a new browser each time, the question, and its answer.
pub async fn sign_ins(server: &Server, load: Load) -> Result<Rate> {
    let door = Door::of(server)?;
    let mut holders = Vec::new();
    for place in 0..load.connections {
        holders.push(Arc::new(Holder::make(&door, server, place).await?));
    }
    server
        .measured(load.repeat(holders, move |holder| {
            let door = door.clone();
            async move {
                holder.sign_in(&door.browser().await?).await?;
                Ok(holder)
            }
        }))
        .await
}
