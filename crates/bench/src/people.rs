//! People with accounts, and browsers that sign them in, each from an address of its own: what is counted of one address
//! or browser is not what is measured.

use crate::server::Server;
use anyhow::{Context as _, Result, ensure};
use reqwest::{Client, RequestBuilder, Response, header::HeaderMap, redirect::Policy};
use serde_json::Value;
use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicU32, Ordering},
};

/// The password of everybody who has one.
pub const PASSWORD: &str = "correct horse battery staple";

/// What an account is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// Somebody who signs in with a password.
    WithPassword,
    /// Somebody who signs in without one.
    WithoutPassword,
    /// Somebody who signs in through a provider, and has no password.
    AtProvider,
    /// Somebody whose address was never confirmed.
    Unconfirmed,
    /// Somebody with a password whom the operator disabled.
    Disabled,
    /// Nobody.
    Unknown,
}

impl Account {
    /// The address of one of them.
    pub fn email(self, place: usize) -> String {
        let kind = match self {
            Self::WithPassword => "a",
            Self::WithoutPassword => "b",
            Self::AtProvider => "e",
            Self::Unconfirmed => "c",
            Self::Disabled => "f",
            Self::Unknown => "d",
        };
        format!("{kind}{place:05}@example.com")
    }

    /// Makes the first `count` of them.
    pub async fn make(self, server: &Server, count: usize) -> Result<()> {
        for place in 0..count {
            let email = self.email(place);
            let create = ["user", "create", "--email", &email, "--name", "Ada"];
            let flags: &[&str] = match self {
                Self::WithPassword | Self::Disabled => &["--password-stdin", "--verified"],
                Self::WithoutPassword | Self::AtProvider => &["--verified"],
                Self::Unconfirmed => &["--password-stdin"],
                Self::Unknown => return Ok(()),
            };
            server.command(&[&create, flags].concat(), PASSWORD).await?;
            if self == Self::Disabled {
                server.command(&["user", "disable", &email], "").await?;
            }
        }
        if self == Self::AtProvider {
            let linked = server.database()?.execute(LINK, [])?;
            ensure!(linked == count, "{linked} accounts are linked");
        }
        Ok(())
    }
}

/// A provider whose button everybody sees; nothing is asked of it.
pub const PROVIDER: &str = r#"
[[providers]]
id = "acme"
kind = "oidc"
issuer = "https://acme.example"
client_id = "bench"
client_secret = "not a secret of anybody"
"#;

/// Links every account of somebody who signs in through the provider.
const LINK: &str = "INSERT INTO linked_identity (realm_id, id, user_id, issuer, subject, provider, linked_at) \
    SELECT realm_id, id, id, 'https://acme.example', email, 'acme', created_at FROM app_user WHERE email LIKE 'e%'";

/// What sends requests; connections are shared, cookies are not.
#[derive(Clone)]
pub struct Door {
    http: Client,
    server: String,
}

impl Door {
    /// To this server.
    pub fn of(server: &Server) -> Result<Self> {
        Ok(Self {
            http: Client::builder().redirect(Policy::none()).no_proxy().build()?,
            server: server.url(""),
        })
    }

    /// A browser that was never here, at an address of its own, which has begun to sign in.
    pub async fn browser(&self) -> Result<Browser> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        // 11.0.0.0/8, each of the first 65,536 in a network of its own.
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let address = 0x0b00_0000 | (number & 0xffff) << 8 | (number >> 16 & 0xff);
        let address = Ipv4Addr::from(address).to_string();
        let mut browser = Browser {
            door: self.clone(),
            address,
            cookie: String::new(),
            interaction: String::new(),
        };
        let answer = browser
            .sent(self.http.get(format!("{}/login", self.server)))
            .await?;
        browser.cookie = cookie(answer.headers()).context("no cookie")?;
        let to = answer.headers().get("location").context("no way to the page")?;
        let (_, interaction) = to
            .to_str()?
            .split_once("interaction=")
            .context("no interaction")?;
        browser.interaction = interaction.split('&').next().unwrap_or_default().to_owned();
        Ok(browser)
    }
}

/// The first cookie that an answer sets.
fn cookie(headers: &HeaderMap) -> Option<String> {
    let set = headers.get("set-cookie")?.to_str().ok()?;
    set.split(';').next().map(str::to_owned)
}

/// A browser.
pub struct Browser {
    door: Door,
    address: String,
    cookie: String,
    /// The request that waits.
    pub interaction: String,
}

impl Browser {
    async fn sent(&self, request: RequestBuilder) -> Result<Response> {
        Ok(self.addressed(request).send().await?)
    }

    fn addressed(&self, request: RequestBuilder) -> RequestBuilder {
        let request = request.header("x-forwarded-for", &self.address);
        request.header("cookie", &self.cookie)
    }

    /// A request for a page, to be sent.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.addressed(self.door.http.get(format!("{}{path}", self.door.server)))
    }

    /// Posts a form and reads the whole answer; gives its status.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<u16> {
        Ok(self.read(path, form).await?.0)
    }

    /// Posts a form as script does; gives the document that it is answered with.
    pub async fn ask(&self, path: &str, form: &[(&str, &str)]) -> Result<Value> {
        let (status, body) = self.read(path, form).await?;
        ensure!(status == 200, "{path} answers {status}");
        Ok(serde_json::from_slice(&body)?)
    }

    async fn read(&self, path: &str, form: &[(&str, &str)]) -> Result<(u16, Vec<u8>)> {
        let url = format!("{}{path}", self.door.server);
        let request = self.door.http.post(url).form(form);
        let answer = self.sent(request.header("accept", "application/json")).await?;
        let status = answer.status().as_u16();
        Ok((status, answer.bytes().await?.to_vec()))
    }

    /// Types an address and a password; gives the status.
    pub async fn type_in(&self, email: &str, password: &str) -> Result<u16> {
        let form = [
            ("interaction", self.interaction.as_str()),
            ("identifier", email),
            ("password", password),
        ];
        self.post("/login", &form).await
    }

    /// Signs in with the right password.
    pub async fn sign_in(&self, email: &str) -> Result<()> {
        let status = self.type_in(email, PASSWORD).await?;
        ensure!(status == 303, "signing in answers {status}");
        Ok(())
    }

    /// Signs in with the right password and keeps the session.
    pub async fn stay_signed_in(&mut self, email: &str) -> Result<()> {
        let form = [
            ("interaction", self.interaction.as_str()),
            ("identifier", email),
            ("password", PASSWORD),
        ];
        let url = format!("{}/login", self.door.server);
        let answer = self.sent(self.door.http.post(url).form(&form)).await?;
        let set = answer.headers().get_all("set-cookie").iter();
        let set = set.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
        let cookies: Vec<&str> = [self.cookie.as_str()].into_iter().chain(set).collect();
        self.cookie = cookies.join("; ");
        Ok(())
    }
}
