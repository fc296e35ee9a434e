//! The public keys of a client as the command line takes them: a file, or the address where they are published.

use anyhow::Context as _;
use clap::Args;
use domain::{client::ClientKeys, issuer::Origin, web_uri::WebUri};
use oidc::jose::KeySet;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct KeyArgs {
    /// A file with its public keys as a JWK Set.
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_uri")]
    jwks: Option<PathBuf>,
    /// Where it publishes its public keys as a JWK Set.
    #[arg(long, value_name = "URI")]
    jwks_uri: Option<WebUri>,
}

impl KeyArgs {
    /// The keys, as far as a deployment at `origin` can use them.
    pub(super) fn read(self, origin: &Origin) -> anyhow::Result<ClientKeys> {
        match (self.jwks, self.jwks_uri) {
            (Some(file), _) => read_file(&file).map(ClientKeys::Inline),
            (None, Some(uri)) if uri.is_https() || origin.is_loopback() => Ok(ClientKeys::Uri(uri)),
            (None, Some(_)) => anyhow::bail!("--jwks-uri must be https"),
            (None, None) => Ok(ClientKeys::None),
        }
    }
}

fn read_file(file: &Path) -> anyhow::Result<serde_json::Value> {
    let text = std::fs::read(file).context("--jwks: the file cannot be read")?;
    let document: serde_json::Value = serde_json::from_slice(&text).context("--jwks: it is not JSON")?;
    let keys = KeySet::parse(&document).context("--jwks: the keys cannot be used")?;
    if keys.is_empty() {
        anyhow::bail!("--jwks: no key in it verifies signatures of RS256, PS256, ES256 or EdDSA");
    }
    Ok(document)
}
