//! The doors at which something is proven, and why a credential is refused there: fixed words for the metrics.
//!
//! How often a door may be tried is decided in `services::budgets`.

/// Where a credential is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Door {
    /// A person's password.
    Password,
    /// A code of the authenticator app, or a recovery code.
    SecondFactor,
    /// The code mailed for signing in.
    SignInCode,
    /// The code mailed for a sign-up.
    SignUpCode,
    /// The code mailed to the address that an account is to have.
    AddressCode,
    /// A link from a mail, whatever it does.
    MailedLink,
    /// The link printed at the first start, which makes the first administrator.
    SetUpLink,
    /// A passkey.
    Passkey,
    /// What another provider answers.
    Provider,
    /// The code that a device shows (RFC 8628).
    UserCode,
    /// A client's secret or assertion.
    Client,
    /// A token for registering clients, or for managing one (RFC 7591, RFC 7592).
    RegistrationToken,
}

impl Door {
    /// Every door.
    pub const ALL: [Self; 12] = [
        Self::Password,
        Self::SecondFactor,
        Self::SignInCode,
        Self::SignUpCode,
        Self::AddressCode,
        Self::MailedLink,
        Self::SetUpLink,
        Self::Passkey,
        Self::Provider,
        Self::UserCode,
        Self::Client,
        Self::RegistrationToken,
    ];

    /// Its label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SecondFactor => "second_factor",
            Self::SignInCode => "sign_in_code",
            Self::SignUpCode => "sign_up_code",
            Self::AddressCode => "address_code",
            Self::MailedLink => "mailed_link",
            Self::SetUpLink => "set_up_link",
            Self::Passkey => "passkey",
            Self::Provider => "provider",
            Self::UserCode => "user_code",
            Self::Client => "client",
            Self::RegistrationToken => "registration_token",
        }
    }
}

/// Why a credential is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Refusal {
    /// It is not the one.
    Wrong,
    /// It is the one, of somebody or something that may not use it.
    NotAllowed,
    /// It is the one, and too old.
    Expired,
    /// There were too many before; it was not looked at.
    TooMany,
}

impl Refusal {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Wrong, Self::NotAllowed, Self::Expired, Self::TooMany];

    /// Its label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::NotAllowed => "not_allowed",
            Self::Expired => "expired",
            Self::TooMany => "too_many",
        }
    }
}
