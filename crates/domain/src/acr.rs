//! What a sign-in proved: by which methods, what apps are told of them (RFC 8176), and the class that follows.

use std::collections::BTreeSet;

/// A way of proving who one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Method {
    /// A password.
    #[serde(rename = "pwd")]
    Password,
    /// A passkey, with user verification.
    #[serde(rename = "passkey")]
    Passkey,
    /// A code or link that was mailed.
    #[serde(rename = "mail")]
    MailedCode,
    /// Another provider vouched for the person.
    #[serde(rename = "federated")]
    Federated,
    /// The same, and it did not tell when the person proved it there: that may have been long ago.
    #[serde(rename = "federated-undated")]
    FederatedUndated,
    /// A code of an authenticator app (RFC 6238).
    #[serde(rename = "totp")]
    Totp,
    /// A recovery code, in place of the authenticator app.
    #[serde(rename = "recovery")]
    RecoveryCode,
}

impl Method {
    /// The authentication method references of RFC 8176 that say the same.
    const fn references(self) -> &'static [&'static str] {
        match self {
            Self::Password => &["pwd"],
            Self::Passkey => &["pop", "user"],
            Self::MailedCode | Self::Totp | Self::RecoveryCode => &["otp"],
            // The registry has no word for it, and what was proven to the provider nobody here has seen.
            Self::Federated | Self::FederatedUndated => &[],
        }
    }

    /// Whether it is good as a second factor beside a first of another kind. Mail is none: whoever reads the mail
    /// can often set the password too.
    const fn is_second_factor(self) -> bool {
        match self {
            Self::Totp | Self::RecoveryCode => true,
            Self::Password | Self::Passkey | Self::MailedCode | Self::Federated | Self::FederatedUndated => {
                false
            }
        }
    }

    /// Whether it is another provider's word.
    pub const fn is_federated(self) -> bool {
        matches!(self, Self::Federated | Self::FederatedUndated)
    }
}

/// The `amr` of a sign-in by `methods`: each reference once, in order.
pub fn amr(methods: &[Method]) -> Vec<&'static str> {
    let mut references: BTreeSet<&'static str> = methods
        .iter()
        .flat_map(|method| method.references())
        .copied()
        .collect();
    if Acr::of(methods) == Some(Acr::TwoFactors) {
        references.insert("mfa");
    }
    references.into_iter().collect()
}

/// An authentication context class, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Acr {
    /// One factor.
    OneFactor,
    /// Two factors of different kinds.
    TwoFactors,
}

impl Acr {
    /// Every class that a sign-in can reach, weakest first.
    pub const ALL: [Self; 2] = [Self::OneFactor, Self::TwoFactors];

    /// The class named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|acr| acr.as_str() == text)
    }

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OneFactor => "urn:signet:acr:1",
            Self::TwoFactors => "urn:signet:acr:2",
        }
    }

    /// Computed from what was proven, never stored. A passkey is both what one has and what one knows or is.
    pub fn of(methods: &[Method]) -> Option<Self> {
        let passkey = methods.contains(&Method::Passkey);
        let first = methods.iter().any(|method| !method.is_second_factor());
        let second = methods.iter().any(|method| method.is_second_factor());
        match (passkey, first, second) {
            (true, _, _) | (_, true, true) => Some(Self::TwoFactors),
            (false, true, false) => Some(Self::OneFactor),
            (false, false, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8176_methods_are_told_and_the_class_follows_from_them() {
        use Method::*;
        let (one, two) = (Some(Acr::OneFactor), Some(Acr::TwoFactors));
        let cases: [(&[Method], Option<Acr>, &[&str]); 12] = [
            (&[], None, &[]),
            (&[Password], one, &["pwd"]),
            (&[MailedCode], one, &["otp"]),
            (&[Password, MailedCode], one, &["otp", "pwd"]),
            (&[Totp], None, &["otp"]),
            (&[Totp, RecoveryCode], None, &["otp"]),
            (&[Password, Totp], two, &["mfa", "otp", "pwd"]),
            (&[Password, RecoveryCode], two, &["mfa", "otp", "pwd"]),
            (&[Passkey], two, &["mfa", "pop", "user"]),
            (&[Federated], one, &[]),
            (&[FederatedUndated], one, &[]),
            (&[Federated, Totp], two, &["mfa", "otp"]),
        ];
        for (methods, class, references) in cases {
            assert_eq!(Acr::of(methods), class, "{methods:?}");
            assert_eq!(amr(methods), references, "{methods:?}");
        }
    }
}
