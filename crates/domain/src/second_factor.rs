//! What an account has beside its first factor: an authenticator app, recovery codes, and browsers that are trusted
//! without a second factor for a while.

use crate::{
    acr::{Acr, Method},
    clock::Timestamp,
    id::{AuthenticatorId, LoginSessionId, TrustedDeviceId, UserId},
    login_session::RecentlyProven,
    outbound::Sealed,
    secret::Digest,
    user::User,
};
use std::time::Duration;

/// How long a browser is trusted.
pub const TRUSTED_FOR: Duration = Duration::from_secs(30 * 86_400);
/// How long a seed waits for its first code.
pub const PENDING_FOR: Duration = Duration::from_secs(3_600);

/// An authenticator app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticator {
    /// Its id.
    pub id: AuthenticatorId,
    /// The seed, sealed under [`Authenticator::context`].
    pub seed: Sealed,
    /// When the seed was made.
    pub created_at: Timestamp,
    /// The latest step whose code was used; 0 before.
    pub last_step: i64,
    /// When a code was last used.
    pub last_used_at: Option<Timestamp>,
}

impl Authenticator {
    /// Whether it may have come into use since then: its first code may come as late as [`PENDING_FOR`] allows.
    pub fn may_have_come_since(&self, since: Timestamp) -> bool {
        self.created_at + PENDING_FOR > since
    }

    /// What the seed of the authenticator `id` is sealed for.
    pub fn context(id: AuthenticatorId) -> String {
        format!("totp:{id}")
    }
}

/// What an account has beside its first factor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecondFactors {
    /// The authenticator app that is asked for.
    pub authenticator: Option<Authenticator>,
    /// One that is being added, or is to take its place.
    pub pending: Option<Authenticator>,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
}

impl SecondFactors {
    /// The seed that waits for its first code at `now`.
    pub fn pending_at(&self, now: Timestamp) -> Option<&Authenticator> {
        let pending = self.pending.as_ref();
        pending.filter(|pending| now < pending.created_at + PENDING_FOR)
    }

    /// Whether the person proved all the factors that the account has: what guards an account is changed by nobody who
    /// proved fewer, on a trusted browser for instance.
    pub fn are_proven_by(&self, person: &RecentlyProven<'_>) -> bool {
        self.are_proven_with(&person.session().methods)
    }

    /// The same of whoever signed in with `methods` just now.
    pub fn are_proven_with(&self, methods: &[Method]) -> bool {
        self.authenticator.is_none() || Acr::of(methods) == Some(Acr::TwoFactors)
    }
}

/// New recovery codes, to be shown once in the session that made them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoverySheet {
    /// The session.
    pub session: LoginSessionId,
    /// The codes, sealed.
    pub codes: Sealed,
    /// Until when they can be shown.
    pub expires_at: Timestamp,
}

/// A browser that is trusted to sign in to one account with one factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedDevice {
    /// Its id.
    pub id: TrustedDeviceId,
    /// The account.
    pub user_id: UserId,
    /// Digest of the token in the browser's cookie.
    pub digest: Digest,
    /// The browser, as it calls itself.
    pub user_agent: Option<String>,
    /// Since when.
    pub created_at: Timestamp,
    /// When it last spared somebody the second factor.
    pub last_used_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

impl TrustedDevice {
    /// Whether it is trusted at `now`. What ends the account's sessions and tokens ends trust as well.
    pub fn is_trusted(&self, user: &User, now: Timestamp) -> bool {
        self.user_id == user.id && now < self.expires_at && self.created_at >= user.not_before
    }
}
