//! What `serve --demo` makes: a person with a random password, two clients, and the playground's redirect URI.

use crate::wiring::Runtime;
use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    client::{ClientAuthMethod, ClientId, ClientMetadata, Party, PkceRequirement},
    event::Actor,
    opaque::OpaqueToken,
    realm::RealmName,
    services::{
        Act,
        clients::{ClientError, NewClient},
        users::{CreateUser, CreateUserError},
    },
    user::Role,
};
use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

/// The demo person's address.
pub const EMAIL: &str = "demo@example.com";
/// The demo's confidential client.
pub const WEB: &str = "demo-web";
/// The demo's public client, which the playground uses.
pub const SPA: &str = "demo-spa";

/// A demo client as it is printed.
#[derive(serde::Serialize)]
pub struct DemoClient {
    client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}

/// What the demo made, as it is printed.
#[derive(serde::Serialize)]
pub struct Demo {
    /// Whom to sign in as.
    pub email: &'static str,
    /// With what.
    pub password: String,
    /// For which clients.
    pub clients: Vec<DemoClient>,
}

/// Makes what is missing of the demo; safe to repeat. Secrets are kept in the data folder, readable by the
/// owner only, because the store keeps digests.
pub async fn prepare(runtime: &Runtime, data_dir: &Path) -> anyhow::Result<Demo> {
    let act = Runtime::act(runtime.realm(&RealmName::Root).await?, Actor::System);
    let password = keep(&data_dir.join("demo-password"), || {
        let mut bytes = [0; 15];
        runtime.services.ports.random.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    })?;
    make_person(runtime, &act, &password).await?;
    let secret_file = data_dir.join("demo-web-secret");
    if let Some(secret) = make_client(
        runtime,
        &act,
        WEB,
        "Demo web app",
        Some(ClientAuthMethod::ClientSecretBasic),
    )
    .await?
    {
        keep(&secret_file, || secret.expose().to_owned())?;
    }
    make_client(runtime, &act, SPA, "Demo single-page app", None).await?;
    let web_secret = std::fs::read_to_string(&secret_file).ok();
    Ok(Demo {
        email: EMAIL,
        password,
        clients: vec![
            DemoClient {
                client_id: WEB.to_owned(),
                client_secret: web_secret,
            },
            DemoClient {
                client_id: SPA.to_owned(),
                client_secret: None,
            },
        ],
    })
}

async fn make_person(runtime: &Runtime, act: &Act, password: &str) -> anyhow::Result<()> {
    let new = CreateUser {
        email: EMAIL.to_owned(),
        name: "Ada Demo".to_owned(),
        password: Some(password.to_owned()),
        verified: true,
        role: Role::Member,
        claims: serde_json::Map::new(),
    };
    match runtime.services.users.create(act, new).await {
        Ok(_) | Err(CreateUserError::Taken) => Ok(()),
        Err(error) => Err(error).context("the demo's person cannot be made"),
    }
}

async fn make_client(
    runtime: &Runtime,
    act: &Act,
    id: &str,
    name: &str,
    method: Option<ClientAuthMethod>,
) -> anyhow::Result<Option<OpaqueToken>> {
    let playground = act.realm.issuer.url("/playground/callback");
    let signed_out = act.realm.issuer.url("/playground");
    let new = NewClient {
        id: Some(id.parse::<ClientId>()?),
        name: name.to_owned(),
        method,
        redirect_uris: vec![
            playground,
            "http://localhost:3000/callback".to_owned(),
            "http://127.0.0.1/callback".to_owned(),
        ],
        post_logout_redirect_uris: vec![signed_out, "http://localhost:3000/".to_owned()],
        grants: Vec::new(),
        scope: None,
        pkce: PkceRequirement::Required,
        party: Party::Third,
        allowed_origins: Vec::new(),
        metadata: ClientMetadata::default(),
    };
    match runtime.services.clients.create(act, new).await {
        Ok(registered) => Ok(registered.secret),
        Err(ClientError::Taken) => Ok(None),
        Err(error) => Err(error).context("a demo client cannot be made"),
    }
}

/// What the file holds; made with mode 0600 when it is not there.
fn keep(path: &Path, make: impl FnOnce() -> String) -> anyhow::Result<String> {
    match std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Ok(mut file) => {
            let text = make();
            file.write_all(text.as_bytes())?;
            Ok(text)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(std::fs::read_to_string(path)?),
        Err(error) => Err(error).with_context(|| format!("{} cannot be made", path.display())),
    }
}
