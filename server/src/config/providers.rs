//! `[[providers]]`: through whom people may sign in. Every table is checked whole before anything starts.
//!
//! A secret may be in the file, in a file of its own, or in the environment, which wins.

mod raw;
#[cfg(test)]
mod tests;
mod values;

use super::{ConfigError, raw::Raw};
use domain::{
    federation::{Mark, Provider, ProviderId},
    secret::Secret,
};
use federation::{ClientKey, Credential, GitHubSettings, OidcSettings, Patience, Registered};
use raw::{Drawn, Kind, Table};
use std::collections::{HashMap, HashSet};

const GOOGLE: &str = "https://accounts.google.com";
const GITHUB: &str = "https://github.com";
const GITHUB_API: &str = "https://api.github.com";
/// The most providers of a deployment.
const MAX_PROVIDERS: usize = 50;
/// What the names of all variables about providers begin with.
pub(super) const VARIABLES: &str = "SIGNET_PROVIDER_";

/// A provider and how it is reached.
#[derive(Debug)]
pub struct ProviderConfig {
    /// What it is.
    pub upstream: UpstreamConfig,
    /// Whether it may live on a loopback or private address.
    pub allow_private_network: bool,
    /// How much failure of it is borne.
    pub patience: Patience,
}

/// The kinds of provider.
#[derive(Debug)]
pub enum UpstreamConfig {
    /// An OpenID Provider.
    Oidc(OidcSettings),
    /// GitHub, or a server of that kind.
    GitHub(GitHubSettings),
}

impl ProviderConfig {
    fn provider(&self) -> &Provider {
        match &self.upstream {
            UpstreamConfig::Oidc(settings) => &settings.registered.provider,
            UpstreamConfig::GitHub(settings) => &settings.registered.provider,
        }
    }
}

/// A problem with one key of a provider's table.
fn problem(provider: &str, key: &str, problem: impl Into<String>) -> ConfigError {
    ConfigError::new(&format!("providers.{provider}.{key}"), problem)
}

impl Raw {
    pub(super) fn providers(&self) -> Result<Vec<ProviderConfig>, ConfigError> {
        if self.providers.len() > MAX_PROVIDERS {
            return Err(ConfigError::new(
                "providers",
                format!("must be {MAX_PROVIDERS} at most"),
            ));
        }
        let mut variables = self.provider_variables.clone();
        let mut providers: Vec<ProviderConfig> = Vec::new();
        for (index, value) in self.providers.iter().enumerate() {
            let (id, table) = Table::read(index, value)?;
            if providers.iter().any(|other| other.provider().id == id) {
                return Err(problem(
                    id.as_str(),
                    "id",
                    "is used twice; every provider has its own",
                ));
            }
            providers.push(table.checked(id, &mut variables)?);
        }
        if let Some(variable) = variables.keys().min() {
            return Err(ConfigError::new(
                variable,
                "is about no provider of the file; remove it or mend its name",
            ));
        }
        check_domains(&providers)?;
        Ok(providers)
    }
}

/// Nobody can be sent to two providers of a realm.
fn check_domains(providers: &[ProviderConfig]) -> Result<(), ConfigError> {
    let mut taken = HashSet::new();
    for provider in providers.iter().map(ProviderConfig::provider) {
        for (realm, domain) in provider
            .realms
            .iter()
            .flat_map(|realm| provider.domains.iter().map(move |domain| (realm, domain)))
        {
            if !taken.insert((realm.as_str(), domain.as_str())) {
                let id = provider.id.as_str();
                return Err(problem(
                    id,
                    "domains",
                    format!("{domain} is another provider's, or named twice"),
                ));
            }
        }
    }
    Ok(())
}

impl Drawn {
    const fn mark(self) -> Mark {
        match self {
            Self::Google => Mark::Google,
            Self::GitHub => Mark::GitHub,
            Self::Letter => Mark::Plain,
        }
    }
}

impl Table {
    fn checked(
        self,
        id: ProviderId,
        variables: &mut HashMap<String, String>,
    ) -> Result<ProviderConfig, ConfigError> {
        let allow_private_network = self.allow_private_network.unwrap_or_default();
        let patience = values::patience(id.as_str(), self.breaker_failures, self.breaker_pause)?;
        let upstream = match self.kind {
            Kind::Oidc => UpstreamConfig::Oidc(self.oidc(id, variables)?),
            Kind::GitHub => UpstreamConfig::GitHub(self.github(id, variables)?),
        };
        Ok(ProviderConfig {
            upstream,
            allow_private_network,
            patience,
        })
    }

    fn oidc(
        self,
        id: ProviderId,
        variables: &mut HashMap<String, String>,
    ) -> Result<OidcSettings, ConfigError> {
        let name = id.as_str().to_owned();
        for (key, given) in [("base_url", &self.base_url), ("api_url", &self.api_url)] {
            if given.is_some() {
                return Err(problem(
                    &name,
                    key,
                    "is for the kind github; an OpenID Provider has an issuer",
                ));
            }
        }
        let issuer = self.issuer.clone();
        let issuer = issuer.ok_or_else(|| problem(&name, "issuer", "is required with the kind oidc"))?;
        values::url(&name, "issuer", &issuer)?;
        let (mark, label) = match issuer.as_str() {
            GOOGLE => (Mark::Google, "Google"),
            _ => (Mark::Plain, name.as_str()),
        };
        let registered = self.registered(id, (mark, label, "openid email profile"), variables)?;
        if !registered.scopes.iter().any(|scope| scope == "openid") {
            return Err(problem(&name, "scopes", "must have openid among them"));
        }
        Ok(OidcSettings { registered, issuer })
    }

    fn github(
        self,
        id: ProviderId,
        variables: &mut HashMap<String, String>,
    ) -> Result<GitHubSettings, ConfigError> {
        let name = id.as_str().to_owned();
        if self.issuer.is_some() {
            return Err(problem(
                &name,
                "issuer",
                "is for the kind oidc; GitHub has base_url and api_url",
            ));
        }
        if self.private_key_file.is_some() {
            return Err(problem(
                &name,
                "private_key_file",
                "is for the kind oidc; GitHub knows secrets only",
            ));
        }
        let base_url = values::url(&name, "base_url", self.base_url.as_deref().unwrap_or(GITHUB))?;
        // A server of one's own has its API below its own address.
        let api_url = match (&self.api_url, &self.base_url) {
            (Some(given), _) => given.clone(),
            (None, Some(own)) => format!("{}/api/v3", own.trim_end_matches('/')),
            (None, None) => GITHUB_API.to_owned(),
        };
        Ok(GitHubSettings {
            api_url: values::url(&name, "api_url", &api_url)?,
            base_url,
            registered: self.registered(id, (Mark::GitHub, "GitHub", "read:user user:email"), variables)?,
        })
    }

    fn registered(
        self,
        id: ProviderId,
        (mark, label, scopes): (Mark, &str, &str),
        variables: &mut HashMap<String, String>,
    ) -> Result<Registered, ConfigError> {
        let name = id.as_str().to_owned();
        let credential = self.credential(&name, variables)?;
        let claims = values::claims(&name, self.claims.unwrap_or_default())?;
        let reads_groups = claims.groups.is_some();
        Ok(Registered {
            client_id: values::client_id(&name, self.client_id)?,
            credential,
            scopes: values::scopes(&name, self.scopes.as_deref().unwrap_or(scopes))?,
            claims,
            provider: Provider {
                label: values::label(&name, self.label.as_deref().unwrap_or(label))?,
                realms: values::realms(&name, self.realms.as_deref())?,
                domains: values::domains(&name, self.domains.unwrap_or_default())?,
                trust_email: self.trust_email.unwrap_or_default(),
                dates_sign_ins: mark != Mark::GitHub,
                keeps_tokens: self.keep_tokens.unwrap_or_default(),
                admin_groups: values::admin_groups(&name, reads_groups, self.admin_groups)?,
                mark: self.mark.map_or(mark, Drawn::mark),
                id,
            },
        })
    }

    /// The one thing that proves to the provider who asks.
    fn credential(
        &self,
        name: &str,
        variables: &mut HashMap<String, String>,
    ) -> Result<Credential, ConfigError> {
        let variable = format!(
            "{VARIABLES}{}_CLIENT_SECRET",
            name.to_uppercase().replace('-', "_")
        );
        let variable_file = format!("{variable}_FILE");
        let environment = (variables.remove(&variable), variables.remove(&variable_file));
        let file = (self.client_secret.clone(), self.client_secret_file.clone());
        let both = |key: &str, other: &str| problem(name, key, format!("set this or {other}, not both"));
        let secret = match (environment, file) {
            ((Some(_), Some(_)), _) => {
                return Err(ConfigError::new(
                    &variable_file,
                    format!("set this or {variable}, not both"),
                ));
            }
            (_, (Some(_), Some(_))) => return Err(both("client_secret_file", "client_secret")),
            ((Some(secret), None), _) | ((None, None), (Some(secret), None)) => Some(Secret::new(secret)),
            ((None, Some(path)), _) => Some(values::secret_file(&variable_file, &path)?),
            ((None, None), (None, Some(path))) => Some(values::secret_file(
                &format!("providers.{name}.client_secret_file"),
                &path,
            )?),
            ((None, None), (None, None)) => None,
        };
        match (secret, &self.private_key_file) {
            (Some(_), Some(_)) => Err(both("private_key_file", "client_secret")),
            (Some(secret), None) if values::is_secret(&secret) => Ok(Credential::Secret(secret)),
            (Some(_), None) => Err(problem(
                name,
                "client_secret",
                "must be 1 to 1024 printable characters",
            )),
            (None, Some(path)) => {
                let key = format!("providers.{name}.private_key_file");
                let pem = values::secret_file(&key, path)?;
                ClientKey::from_pem(pem.expose().as_bytes(), self.private_key_id.clone())
                    .map(Credential::PrivateKey)
                    .map_err(|error| ConfigError::new(&key, error.to_string()))
            }
            (None, None) => Err(problem(
                name,
                "client_secret_file",
                format!("is required: set it, client_secret, {variable} or private_key_file"),
            )),
        }
    }
}
