//! Claims about a person by scope (OpenID Connect Core §5.1, §5.4): one builder for ID token and userinfo.

use crate::subject::SubjectIdentifier;
use domain::{scope::ScopeSet, user::User};
use serde::Serialize;

/// A scope this product gives a meaning to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandardScope {
    /// OpenID Connect Core §3.1.2.1.
    Openid,
    /// OpenID Connect Core §5.4.
    Profile,
    /// OpenID Connect Core §5.4.
    Email,
    /// OpenID Connect Core §11.
    OfflineAccess,
}

impl StandardScope {
    /// Every standard scope.
    pub const ALL: [Self; 4] = [Self::Openid, Self::Profile, Self::Email, Self::OfflineAccess];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Openid => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::OfflineAccess => "offline_access",
        }
    }

    /// The claims it stands for.
    pub const fn claims(self) -> &'static [&'static str] {
        match self {
            Self::Openid => &["sub"],
            Self::Profile => &["name", "locale", "zoneinfo", "updated_at"],
            Self::Email => &["email", "email_verified"],
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
#[allow(missing_docs, reason = "OpenID Connect Core §5.1 says it")]
pub struct UserClaims {
    pub sub: SubjectIdentifier,
    #[serde(flatten)]
    pub profile: Option<ProfileClaims>,
    #[serde(flatten)]
    pub email: Option<EmailClaims>,
}

/// What `profile` stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "OpenID Connect Core §5.1 says it")]
pub struct ProfileClaims {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    pub updated_at: i64,
}

/// What `email` stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "OpenID Connect Core §5.1 says it")]
pub struct EmailClaims {
    pub email: String,
    pub email_verified: bool,
}

/// What `scopes` let a client know about `user`, whom it knows by `sub`.
pub(crate) fn user_claims(sub: SubjectIdentifier, user: &User, scopes: &ScopeSet) -> UserClaims {
    UserClaims {
        sub,
        profile: StandardScope::Profile.is_in(scopes).then(|| ProfileClaims {
            name: user.name.as_ref().map(|name| name.as_str().to_owned()),
            locale: user.locale.clone(),
            zoneinfo: user.zoneinfo.clone(),
            updated_at: user.updated_at.seconds(),
        }),
        email: StandardScope::Email.is_in(scopes).then(|| EmailClaims {
            email: user.email.as_str().to_owned(),
            email_verified: user.email_verified(),
        }),
    }
}
