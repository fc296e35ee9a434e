//! People's accounts.

mod described;

pub(crate) use described::Claims;
pub use described::{Address, AddressLines, Birthdate, Described, PhoneNumber, TimeZone};

use crate::{
    client::Status,
    clock::Timestamp,
    id::UserId,
    person::{DisplayName, Email, PasswordHash},
};

/// What a person may do besides looking after their own account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Nothing more.
    Member,
    /// Runs the realm.
    Administrator,
}

/// How an account came about. Whoever signed up must prove the address before it can be signed in with, or a
/// sign-up followed by a sign-in would tell whether the address had an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserSource {
    /// An operator made it.
    Operator,
    /// Somebody signed up.
    SignUp,
    /// Another provider vouched for somebody.
    Provider,
}

/// A person's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id, also the public `sub`.
    pub id: UserId,
    /// The address that identifies the person.
    pub email: Email,
    /// When the person proved that the address is theirs.
    pub email_verified_at: Option<Timestamp>,
    /// The name apps may be told.
    pub name: Option<DisplayName>,
    /// A BCP 47 language tag.
    pub locale: Option<String>,
    /// An IANA time zone.
    pub zoneinfo: Option<String>,
    /// What else apps may be told.
    pub described: Described,
    /// Whether the account may be used.
    pub status: Status,
    /// What the person may do.
    pub role: Role,
    /// How the account came about.
    pub source: UserSource,
    /// Tokens and sessions from before this are refused.
    pub not_before: Timestamp,
    /// When it is erased, for somebody who asked for that and may still restore it.
    pub erase_at: Option<Timestamp>,
    /// Counts changes; a conditional update names the one it read.
    pub version: i64,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl User {
    /// Whether the address is proven.
    pub fn email_verified(&self) -> bool {
        self.email_verified_at.is_some()
    }

    /// Whether the person may sign in: the account is active and, if they signed up themselves, confirmed.
    pub fn may_sign_in(&self) -> bool {
        let confirmed = match self.source {
            UserSource::Operator | UserSource::Provider => true,
            UserSource::SignUp => self.email_verified(),
        };
        self.is_active() && confirmed
    }

    /// Whether the account is a sign-up that waits for somebody to prove its address.
    pub fn awaits_confirmation(&self) -> bool {
        let signed_up = match self.source {
            UserSource::SignUp => true,
            UserSource::Operator | UserSource::Provider => false,
        };
        signed_up && self.is_active() && !self.email_verified()
    }

    /// Whether the account may be used.
    pub fn is_active(&self) -> bool {
        self.is_enabled() && self.erase_at.is_none()
    }

    /// Whether its owner asked for it to be erased and may restore it until `erase_at`.
    pub fn is_leaving(&self) -> bool {
        self.is_enabled() && self.erase_at.is_some()
    }

    fn is_enabled(&self) -> bool {
        match self.status {
            Status::Active => true,
            Status::Disabled => false,
        }
    }
}

/// An account and its password, read together to sign in.
#[derive(Clone, Debug)]
pub struct UserWithPassword {
    /// The account.
    pub user: User,
    /// Its password, if it has one.
    pub password: Option<PasswordHash>,
    /// When it was set.
    pub password_set_at: Option<Timestamp>,
}

/// What a person may change about themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name apps may be told.
    pub name: Option<DisplayName>,
    /// A BCP 47 language tag.
    pub locale: Option<String>,
    /// An IANA time zone.
    pub zoneinfo: Option<String>,
    /// What else apps may be told.
    pub described: Described,
}

impl Profile {
    /// What an account has.
    pub fn of(user: &User) -> Self {
        Self {
            name: user.name.clone(),
            locale: user.locale.clone(),
            zoneinfo: user.zoneinfo.clone(),
            described: user.described.clone(),
        }
    }
}
