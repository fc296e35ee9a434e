//! Realms: tenants. Every row, key, setting, session and cookie belongs to one.

use crate::{clock::Timestamp, id::RealmId, theme::Theme};
use std::str::FromStr;

/// A realm's name in paths: `[a-z0-9-]{1,63}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RealmSlug(String);

impl RealmSlug {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RealmSlug {
    type Err = InvalidRealmSlug;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=63).contains(&text.len()) && text.bytes().all(allowed) && text != RealmName::ROOT {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidRealmSlug)
    }
}

/// The text is not a realm's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a realm's name is 1 to 63 of a-z, 0-9 and -, and not “root”")]
pub struct InvalidRealmSlug;

/// Which realm: the one at the origin itself, or one below `/realms/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RealmName {
    /// The realm whose issuer is the configured origin.
    Root,
    /// A realm whose issuer is `{origin}/realms/{slug}`.
    Named(RealmSlug),
}

impl RealmName {
    const ROOT: &'static str = "root";

    /// What precedes every path of the realm: empty, or `/realms/{slug}`.
    pub fn path_prefix(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Named(slug) => format!("/realms/{}", slug.as_str()),
        }
    }

    /// `root`, or the slug.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Root => Self::ROOT,
            Self::Named(slug) => slug.as_str(),
        }
    }
}

impl FromStr for RealmName {
    type Err = InvalidRealmSlug;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == Self::ROOT {
            Ok(Self::Root)
        } else {
            text.parse().map(Self::Named)
        }
    }
}

/// A realm's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Realm {
    /// Its id, part of every other key.
    pub id: RealmId,
    /// Its name in paths.
    pub name: RealmName,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether its clients must push their authorization requests (RFC 9126 §5), also where the deployment does not ask.
    pub require_pushed_authorization_requests: bool,
    /// How its pages look, where it is not as in the rest of the deployment.
    pub theme: Theme,
}
