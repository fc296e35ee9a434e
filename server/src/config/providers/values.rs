//! What each key of a provider may be. Errors name the key and never repeat a secret.

use super::{problem, raw};
use crate::config::ConfigError;
use domain::{issuer::Origin, realm::RealmName, secret::Secret};
use federation::{ClaimNames, Patience};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use url::Url;

const MAX_ID: usize = 512;
const MAX_SECRET: usize = 1_024;
const MAX_LABEL: usize = 64;
const MAX_SCOPES: usize = 50;
const MAX_DOMAINS: usize = 200;
const MAX_CLAIM: usize = 256;
const MAX_ATTRIBUTES: usize = 50;
const MAX_ADMIN_GROUPS: usize = 50;
const MAX_FAILURES: u32 = 100;
const MAX_PAUSE: u64 = 3_600;

/// An address of the provider: https, or http on this machine.
pub(super) fn url(provider: &str, key: &str, text: &str) -> Result<Url, ConfigError> {
    let wrong = |why: String| problem(provider, key, why);
    let url = Url::parse(text).map_err(|_| wrong("must be an https address".to_owned()))?;
    Origin::parse(&url.origin().ascii_serialization()).map_err(|error| wrong(error.to_string()))?;
    let extra = url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some();
    if extra {
        return Err(wrong("must have no query, fragment or credentials".to_owned()));
    }
    Ok(url)
}

pub(super) fn client_id(provider: &str, given: Option<String>) -> Result<String, ConfigError> {
    let given = given.ok_or_else(|| problem(provider, "client_id", "is required"))?;
    if printable(&given, MAX_ID) {
        return Ok(given);
    }
    Err(problem(
        provider,
        "client_id",
        "must be 1 to 512 printable characters",
    ))
}

pub(super) fn is_secret(secret: &Secret<String>) -> bool {
    printable(secret.expose(), MAX_SECRET)
}

/// What a file holds, without the line break at its end.
pub(super) fn secret_file(key: &str, path: &str) -> Result<Secret<String>, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::new(key, format!("the file cannot be read: {error}")))?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

pub(super) fn label(provider: &str, text: &str) -> Result<String, ConfigError> {
    let short = (1..=MAX_LABEL).contains(&text.trim().chars().count());
    if short && !text.chars().any(char::is_control) {
        return Ok(text.trim().to_owned());
    }
    Err(problem(provider, "label", "must be 1 to 64 characters"))
}

/// The realms of the provider: the root realm unless some are named.
pub(super) fn realms(provider: &str, given: Option<&[String]>) -> Result<Vec<RealmName>, ConfigError> {
    let Some(given) = given else {
        return Ok(vec![RealmName::Root]);
    };
    let parsed: Result<Vec<RealmName>, _> = given.iter().map(|name| name.parse()).collect();
    let mut realms = parsed.map_err(|error| problem(provider, "realms", format!("{error}")))?;
    realms.sort();
    realms.dedup();
    if realms.is_empty() {
        return Err(problem(
            provider,
            "realms",
            "must name a realm; root is the one without a path",
        ));
    }
    Ok(realms)
}

pub(super) fn scopes(provider: &str, text: &str) -> Result<Vec<String>, ConfigError> {
    let token = |scope: &&str| {
        scope
            .bytes()
            .all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
            && scope.len() <= MAX_CLAIM
    };
    let scopes: Vec<&str> = text.split(' ').filter(|scope| !scope.is_empty()).collect();
    if (1..=MAX_SCOPES).contains(&scopes.len()) && scopes.iter().all(token) {
        return Ok(scopes.into_iter().map(str::to_owned).collect());
    }
    Err(problem(provider, "scopes", "must be scopes separated by spaces"))
}

pub(super) fn domains(provider: &str, given: Vec<String>) -> Result<Vec<String>, ConfigError> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    let is_domain = |domain: &String| {
        domain.bytes().all(plain) && domain.len() <= 253 && domain.split('.').all(|label| !label.is_empty())
    };
    if given.len() <= MAX_DOMAINS && given.iter().all(is_domain) {
        return Ok(given);
    }
    Err(problem(
        provider,
        "domains",
        "must be domains of addresses in lower case (international ones as xn--…), such as acme.example",
    ))
}

/// Groups whose members run the realm: named to the letter, of a provider whose groups are read.
pub(super) fn admin_groups(
    provider: &str,
    reads_groups: bool,
    given: Option<Vec<String>>,
) -> Result<BTreeSet<String>, ConfigError> {
    let wrong = |why: &str| Err(problem(provider, "admin_groups", why));
    let Some(given) = given else {
        return Ok(BTreeSet::new());
    };
    if !reads_groups {
        return wrong("needs to know where groups are told: set groups below [providers.claims]");
    }
    let named = |group: &String| printable(group, MAX_CLAIM) && group.trim() == group;
    if !(1..=MAX_ADMIN_GROUPS).contains(&given.len()) || !given.iter().all(named) {
        return wrong(
            "must name 1 to 50 groups, to the letter; an empty name, or spaces around one, name none",
        );
    }
    Ok(given.into_iter().collect())
}

pub(super) fn claims(provider: &str, given: raw::Claims) -> Result<ClaimNames, ConfigError> {
    let defaults = ClaimNames::default();
    let names = ClaimNames {
        email: given.email.unwrap_or(defaults.email),
        name: given.name.unwrap_or(defaults.name),
        given_name: given.given_name.unwrap_or(defaults.given_name),
        family_name: given.family_name.unwrap_or(defaults.family_name),
        locale: given.locale.unwrap_or(defaults.locale),
        groups: given.groups,
        attributes: attributes(provider, given.attributes.unwrap_or_default())?,
    };
    let single = [
        &names.email,
        &names.name,
        &names.given_name,
        &names.family_name,
        &names.locale,
    ];
    let named = single
        .into_iter()
        .chain(&names.groups)
        .chain(names.attributes.values())
        .all(|name| printable(name, MAX_CLAIM));
    if !named {
        let why = "each must be the name of a claim, or a JSON Pointer that begins with /";
        return Err(problem(provider, "claims", why));
    }
    Ok(names)
}

fn attributes(
    provider: &str,
    given: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, ConfigError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let named = |name: &String| (1..=64).contains(&name.len()) && name.bytes().all(plain);
    if given.len() <= MAX_ATTRIBUTES && given.keys().all(named) {
        return Ok(given);
    }
    Err(problem(
        provider,
        "claims.attributes",
        "must be at most 50, each named by 1 to 64 letters, digits, -, _ and .",
    ))
}

/// How many failures in a row are borne, and for how many seconds the provider is then left alone.
pub(super) fn patience(
    provider: &str,
    failures: Option<u32>,
    pause: Option<u64>,
) -> Result<Patience, ConfigError> {
    let usual = Patience::default();
    let failures = failures.unwrap_or(usual.failures);
    let pause = pause.unwrap_or(usual.pause.as_secs());
    if !(1..=MAX_FAILURES).contains(&failures) {
        return Err(problem(provider, "breaker_failures", "must be 1 to 100"));
    }
    if !(1..=MAX_PAUSE).contains(&pause) {
        return Err(problem(provider, "breaker_pause", "must be 1 to 3600 seconds"));
    }
    Ok(Patience {
        failures,
        pause: Duration::from_secs(pause),
    })
}

fn printable(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len()) && !text.chars().any(char::is_control)
}
