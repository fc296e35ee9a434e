//! The `claims` parameter (OpenID Connect Core §5.5): single claims, asked for by name.
//!
//! It may be bounded by what it is for only: names nobody knows are dropped, values matter for `sub` and `acr` alone,
//! and whether a claim may be told is decided by the scope that stands for it.

use crate::{authorize::AuthorizeError, issue::claims::StandardScope, subject::SubjectIdentifier};
use domain::{
    acr::Acr,
    authorization::{Authorization, Terms},
    client::Client,
    scope::ScopeSet,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

const MAX_BYTES: usize = 8_192;

/// Which claims are asked for by name, and where they are to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ClaimsRequest {
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub userinfo: BTreeSet<String>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub id_token: BTreeSet<String>,
    /// The classes of which one must be told.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub acr: BTreeSet<Acr>,
}

/// The class that an approval's tokens tell. Whoever insists on certain classes is told one of those (OpenID Connect
/// Core §5.5.1.1): the strongest that was reached. Anybody else is told what was reached.
pub(crate) fn told_acr(authorization: &Authorization) -> Option<Acr> {
    let reached = Acr::of(&authorization.methods)?;
    let insisted = ClaimsRequest::of(&authorization.terms).acr;
    let met = insisted.into_iter().filter(|class| *class <= reached).max();
    Some(met.unwrap_or(reached))
}

/// Which authentication context classes will do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AcrRequest {
    /// Those that can be reached here.
    pub classes: BTreeSet<Acr>,
    /// Whether nothing else will do (OpenID Connect Core §5.5.1.1).
    pub essential: bool,
}

/// A `claims` parameter taken apart.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub claims: ClaimsRequest,
    pub acr: Option<AcrRequest>,
    /// The one person the answer may be about (§3.1.2.2).
    pub subject: Option<SubjectIdentifier>,
}

/// What one place is to tell: for each claim an object, or `null`.
type Member = BTreeMap<String, Option<Map<String, Value>>>;

/// How one claim is asked for (§5.5.1).
#[derive(Default, Deserialize)]
#[serde(default)]
struct Individual {
    essential: bool,
    value: Option<Value>,
    values: Vec<Value>,
}

impl Parsed {
    /// Parses the parameter's text.
    pub fn parse(text: &str) -> Result<Self, AuthorizeError> {
        let malformed = || AuthorizeError::Malformed("claims");
        if text.len() > MAX_BYTES {
            return Err(malformed());
        }
        let mut document: Map<String, Value> = serde_json::from_str(text).map_err(|_| malformed())?;
        let mut member = |name| {
            let member = document.remove(name).unwrap_or_default();
            serde_json::from_value::<Option<Member>>(member)
                .map(Option::unwrap_or_default)
                .map_err(|_| malformed())
        };
        let (userinfo, id_token) = (member("userinfo")?, member("id_token")?);
        let individual = |name| {
            let asked = id_token.get(name).cloned().flatten().unwrap_or_default();
            serde_json::from_value::<Individual>(asked.into()).map_err(|_| malformed())
        };
        let acr = AcrRequest::individual(&individual("acr")?);
        let insisted = acr.as_ref().filter(|acr| acr.essential);
        Ok(Self {
            subject: subject(&individual("sub")?)?,
            claims: ClaimsRequest {
                userinfo: known(userinfo.keys()),
                id_token: known(id_token.keys()),
                acr: insisted.map(|acr| acr.classes.clone()).unwrap_or_default(),
            },
            acr,
        })
    }
}

/// Claims that a scope stands for; the others are told anyhow, or unknown.
fn known<'a>(names: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
    names.filter(|name| scope_of(name).is_some()).cloned().collect()
}

fn scope_of(claim: &str) -> Option<StandardScope> {
    StandardScope::ALL
        .into_iter()
        .find(|scope| *scope != StandardScope::Openid && scope.claims().contains(&claim))
}

/// A `sub` of nobody cannot be met by anybody who signs in.
fn subject(asked: &Individual) -> Result<Option<SubjectIdentifier>, AuthorizeError> {
    let Some(value) = &asked.value else {
        return Ok(None);
    };
    let id = value.as_str().and_then(|text| text.parse().ok());
    id.map(Some)
        .ok_or(AuthorizeError::Unmet(crate::error::ErrorCode::LoginRequired))
}

impl AcrRequest {
    /// Any of these will do, and if none can be had, whatever can (`acr_values`, `default_acr_values`).
    pub fn voluntary<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            classes: names.into_iter().filter_map(Acr::parse).collect(),
            essential: false,
        }
    }

    /// The weakest class that will do. A stronger one does as well.
    pub fn weakest(&self) -> Option<Acr> {
        self.classes.first().copied()
    }

    /// What the claim `acr` asks for, if it names classes.
    fn individual(asked: &Individual) -> Option<Self> {
        let mut named = asked.value.iter().chain(&asked.values).peekable();
        named.peek()?;
        Some(Self {
            classes: named.filter_map(Value::as_str).filter_map(Acr::parse).collect(),
            essential: asked.essential,
        })
    }
}

impl ClaimsRequest {
    /// What is kept of it in an authorization.
    pub fn to_terms(&self) -> Option<Value> {
        if *self == Self::default() {
            return None;
        }
        serde_json::to_value(self).ok()
    }

    /// What an authorization kept.
    pub fn of(terms: &Terms) -> Self {
        let kept = terms.claims.clone();
        kept.and_then(|kept| serde_json::from_value(kept).ok())
            .unwrap_or_default()
    }

    /// Without what the client is not registered for.
    pub fn for_client(self, client: &Client) -> Self {
        self.covered_by(&client.oidc().scopes)
    }

    /// Only what `scopes` stand for.
    pub fn covered_by(mut self, scopes: &ScopeSet) -> Self {
        let covered = |name: &String| scope_of(name).is_some_and(|scope| scope.is_in(scopes));
        self.userinfo.retain(covered);
        self.id_token.retain(covered);
        self
    }

    /// The scopes that stand for what is asked: what a person must allow.
    pub fn scopes(&self) -> ScopeSet {
        let names = self.userinfo.iter().chain(&self.id_token);
        names
            .filter_map(|name| scope_of(name))
            .filter_map(|scope| scope.as_str().parse().ok())
            .collect()
    }
}
