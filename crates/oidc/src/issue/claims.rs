//! Claims about a person by scope and by name (OpenID Connect Core §5.1, §5.4, §5.5): one builder for ID token and
//! userinfo. A claim that is not set is left out.

use crate::{Protocol, subject::SubjectIdentifier};
use domain::{
    federation::{Said, attributes_of, groups_of},
    id::UserId,
    scope::ScopeSet,
    services::Act,
    stores::Stored,
    user::User,
};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const PROFILE: [&str; 14] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];

/// The scope, and its claim.
const GROUPS: &str = "groups";

/// The scope, and its claim: one object, so that no name an operator gives is ever that of another claim.
const ATTRIBUTES: &str = "attributes";

/// A scope this product gives a meaning to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandardScope {
    /// OpenID Connect Core §3.1.2.1.
    Openid,
    /// OpenID Connect Core §5.4.
    Profile,
    /// OpenID Connect Core §5.4.
    Email,
    /// OpenID Connect Core §5.4.
    Address,
    /// OpenID Connect Core §5.4.
    Phone,
    /// The groups that other providers count the person to.
    Groups,
    /// What else other providers say of the person, by the operator's names.
    Attributes,
    /// OpenID Connect Core §11.
    OfflineAccess,
}

impl StandardScope {
    /// Every standard scope.
    pub const ALL: [Self; 8] = [
        Self::Openid,
        Self::Profile,
        Self::Email,
        Self::Address,
        Self::Phone,
        Self::Groups,
        Self::Attributes,
        Self::OfflineAccess,
    ];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Openid => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::Address => "address",
            Self::Phone => "phone",
            Self::Groups => GROUPS,
            Self::Attributes => ATTRIBUTES,
            Self::OfflineAccess => "offline_access",
        }
    }

    /// The claims it stands for.
    pub const fn claims(self) -> &'static [&'static str] {
        match self {
            Self::Openid => &["sub"],
            Self::Profile => &PROFILE,
            Self::Email => &["email", "email_verified"],
            Self::Address => &["address"],
            Self::Phone => &["phone_number", "phone_number_verified"],
            Self::Groups => &[GROUPS],
            Self::Attributes => &[ATTRIBUTES],
            Self::OfflineAccess => &[],
        }
    }

    /// Whether it is among `scopes`.
    pub fn is_in(self, scopes: &ScopeSet) -> bool {
        scopes.contains(self.as_str())
    }
}

/// Claims about a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserClaims {
    /// Who, as the client knows them.
    pub sub: SubjectIdentifier,
    /// Every other claim, by name.
    #[serde(flatten)]
    pub about: Map<String, Value>,
}

/// What `scopes` let a client know about `user`, whom it knows by `sub`, and what it asked for by name beside them. What
/// other providers have `said` is read by [`said`].
pub(crate) fn user_claims(
    (sub, user, said): (SubjectIdentifier, &User, &Said),
    scopes: &ScopeSet,
    by_name: &BTreeSet<String>,
) -> UserClaims {
    let mut about = everything(user, said);
    about.retain(|name, _| is_told(name, scopes, by_name));
    UserClaims { sub, about }
}

/// What other providers say of a person, where any of it is told.
pub(crate) async fn said(
    protocol: &Protocol,
    act: &Act,
    user: UserId,
    (scopes, by_name): (&ScopeSet, &BTreeSet<String>),
) -> Stored<Said> {
    if ![GROUPS, ATTRIBUTES]
        .iter()
        .any(|name| is_told(name, scopes, by_name))
    {
        return Ok(Said::default());
    }
    let identities = act.realm.stores.identities.list(user).await?;
    let open = protocol.ports.open_providers(&act.realm);
    Ok(Said {
        groups: groups_of(&identities, &open),
        attributes: attributes_of(&identities, &open),
    })
}

fn is_told(name: &str, scopes: &ScopeSet, by_name: &BTreeSet<String>) -> bool {
    let mut granted = StandardScope::ALL.into_iter().filter(|scope| scope.is_in(scopes));
    granted.any(|scope| scope.claims().contains(&name)) || by_name.contains(name)
}

/// Every claim that is set.
fn everything(user: &User, said: &Said) -> Map<String, Value> {
    // Texts and objects of texts: writing them as JSON has no way to fail.
    let mut claims = match serde_json::to_value(&user.described) {
        Ok(Value::Object(claims)) => claims,
        Ok(_) | Err(_) => Map::new(),
    };
    if claims.contains_key("phone_number") {
        claims.insert("phone_number_verified".to_owned(), false.into());
    }
    let name = user.name.as_ref().map(|name| name.as_str());
    for (claim, value) in [
        ("name", name),
        ("locale", user.locale.as_deref()),
        ("zoneinfo", user.zoneinfo.as_deref()),
        ("email", Some(user.email.as_str())),
    ] {
        claims.extend(value.map(|value| (claim.to_owned(), value.into())));
    }
    if !said.groups.is_empty() {
        claims.insert(GROUPS.to_owned(), said.groups.iter().cloned().collect());
    }
    if !said.attributes.is_empty() {
        let attributes = said.attributes.iter();
        let texts = attributes.map(|(name, value)| (name.clone(), value.as_str().into()));
        claims.insert(ATTRIBUTES.to_owned(), Value::Object(texts.collect()));
    }
    claims.insert("email_verified".to_owned(), user.email_verified().into());
    claims.insert("updated_at".to_owned(), user.updated_at.seconds().into());
    claims
}
