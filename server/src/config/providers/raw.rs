//! One table `[[providers]]` as it stands in the file.

use super::{ConfigError, problem};
use domain::federation::ProviderId;
use std::collections::BTreeMap;

/// The keys of a provider.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub kind: Kind,
    pub issuer: Option<String>,
    pub base_url: Option<String>,
    pub api_url: Option<String>,
    pub client_id: Option<String>,
    pub client_secret: Option<String>,
    pub client_secret_file: Option<String>,
    pub private_key_file: Option<String>,
    pub private_key_id: Option<String>,
    pub label: Option<String>,
    pub mark: Option<Drawn>,
    pub realms: Option<Vec<String>>,
    pub domains: Option<Vec<String>>,
    pub scopes: Option<String>,
    pub allow_private_network: Option<bool>,
    pub trust_email: Option<bool>,
    pub keep_tokens: Option<bool>,
    pub admin_groups: Option<Vec<String>>,
    pub breaker_failures: Option<u32>,
    pub breaker_pause: Option<u64>,
    pub claims: Option<Claims>,
}

#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Oidc,
    GitHub,
}

#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Drawn {
    Google,
    GitHub,
    Letter,
}

/// `[providers.claims]`.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Claims {
    pub email: Option<String>,
    pub name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub locale: Option<String>,
    pub groups: Option<String>,
    pub attributes: Option<BTreeMap<String, String>>,
}

impl Table {
    /// Reads the table at `index`, and its name first, so that what is wrong with it can be named.
    pub(super) fn read(index: usize, value: &config::Value) -> Result<(ProviderId, Self), ConfigError> {
        let unnamed = format!("[{index}]");
        let members = value.clone().into_table();
        let mut members =
            members.map_err(|_| problem(&unnamed, "id", "each provider is a table [[providers]]"))?;
        let id = members.remove("id").and_then(|id| id.into_string().ok());
        let id = id.ok_or_else(|| problem(&unnamed, "id", "is required, such as id = \"google\""))?;
        let id: ProviderId = id
            .parse()
            .map_err(|error| problem(&unnamed, "id", format!("{error}")))?;
        let rest = config::Value::new(None, config::ValueKind::Table(members));
        match rest.try_deserialize() {
            Ok(table) => Ok((id, table)),
            Err(error) => Err(unreadable(&id, &error.to_string())),
        }
    }
}

/// The error of the crate quotes values, and one of them may be a secret: only the names of keys are taken from it.
fn unreadable(id: &ProviderId, text: &str) -> ConfigError {
    let quoted = |before: &str| {
        let (_, rest) = text.split_once(before)?;
        rest.split_once('`').map(|(key, _)| key)
    };
    if let Some(key) = quoted("unknown field `") {
        return problem(
            id.as_str(),
            key,
            "is not a key of a provider; remove it or mend its name",
        );
    }
    if let Some(key) = quoted("missing field `") {
        return problem(id.as_str(), key, "is required");
    }
    match text
        .rsplit_once("for key `")
        .and_then(|(_, rest)| rest.split_once('`'))
    {
        Some((key, _)) => problem(
            id.as_str(),
            key,
            "has a value of another type, or one that is not known",
        ),
        None => problem(
            id.as_str(),
            "kind",
            "or another key has a value that is not known; the kinds are oidc and github, the marks google, github and letter",
        ),
    }
}
