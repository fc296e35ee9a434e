//! What a person types about themselves: address, name, password. Parsed once, bounded, normalised.

use crate::secret::Secret;
use email_address::EmailAddress;

/// An e-mail address as typed, and the form by which it is looked up.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// The text is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct InvalidEmail;

impl Email {
    /// Parses an address of at most 254 bytes with a dotted or `localhost` domain and no display name.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim();
        let forbidden =
            |c: char| c.is_control() || c.is_whitespace() || matches!(c, '"' | '<' | '>' | '(' | ')');
        if text.len() > 254 || text.contains(forbidden) || !EmailAddress::is_valid(text) {
            return Err(InvalidEmail);
        }
        Ok(Self(text.to_owned()))
    }

    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that identifies a person: lower case throughout.
    pub fn normalised(&self) -> String {
        self.0.to_lowercase()
    }
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Email(…)")
    }
}

impl From<Email> for String {
    fn from(email: Email) -> String {
        email.0
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;
    fn try_from(text: String) -> Result<Self, InvalidEmail> {
        Self::parse(&text)
    }
}

/// A name to show: 1 to 100 characters, no control or direction-changing characters.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DisplayName(String);

/// The text cannot be shown as a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a name that can be shown")]
pub struct InvalidDisplayName;

impl DisplayName {
    /// Parses a name; surrounding space is dropped.
    pub fn parse(text: &str) -> Result<Self, InvalidDisplayName> {
        let text = text.trim();
        // Direction overrides and isolates would let one name pass for another text on the page.
        let forbidden = |c: char| {
            c.is_control()
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let length = text.chars().count();
        if (1..=100).contains(&length) && !text.contains(forbidden) {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidDisplayName)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<DisplayName> for String {
    fn from(name: DisplayName) -> String {
        name.0
    }
}

impl TryFrom<String> for DisplayName {
    type Error = InvalidDisplayName;
    fn try_from(text: String) -> Result<Self, InvalidDisplayName> {
        Self::parse(&text)
    }
}

/// The longest password accepted, in characters; four bytes each bound the hash's input.
pub const MAX_PASSWORD_CHARACTERS: usize = 256;

/// A password somebody typed to sign in: bounded, never judged.
#[derive(Clone, Debug)]
pub struct TypedPassword(Secret<String>);

impl TypedPassword {
    /// Keeps what was typed; `None` when it is longer than any password can be.
    pub fn new(text: String) -> Option<Self> {
        let text = Secret::new(text);
        (text.expose().chars().count() <= MAX_PASSWORD_CHARACTERS).then_some(Self(text))
    }

    /// The characters, for the hasher.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// A password that met the policy when it was chosen.
#[derive(Clone, Debug)]
pub struct NewPassword(TypedPassword);

/// What a password must be (contract §6; NIST SP 800-63B §3.1.1.2: length, no composition rules).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Fewest characters.
    pub min_characters: usize,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self { min_characters: 15 }
    }
}

/// Why a password was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Fewer characters than the policy asks for.
    #[error("too short")]
    TooShort {
        /// Fewest characters.
        min: usize,
    },
    /// More than [`MAX_PASSWORD_CHARACTERS`].
    #[error("too long")]
    TooLong,
}

impl PasswordPolicy {
    /// Judges a password somebody wants to have.
    pub fn check(&self, text: String) -> Result<NewPassword, PasswordRefused> {
        let length = text.chars().count();
        let typed = TypedPassword::new(text).ok_or(PasswordRefused::TooLong)?;
        if length < self.min_characters {
            return Err(PasswordRefused::TooShort {
                min: self.min_characters,
            });
        }
        Ok(NewPassword(typed))
    }
}

impl NewPassword {
    /// The characters, for the hasher.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// A password's hash in PHC string format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordHash(Secret<String>);

impl PasswordHash {
    /// Keeps a PHC string.
    pub fn new(phc: String) -> Self {
        Self(Secret::new(phc))
    }

    /// The PHC string.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_whatever_their_case() {
        assert_eq!(
            Email::parse(" Ada@Example.COM ").unwrap().normalised(),
            "ada@example.com"
        );
        for bad in [
            "",
            "ada",
            "ada@",
            "Ada <ada@example.com>",
            "a b@example.com",
            "ada@example.com\r\nBcc: x@y.z",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(300))).is_err());
    }

    #[test]
    fn names_cannot_turn_the_page_around() {
        assert!(DisplayName::parse("Ada \u{202e}ecalevoL").is_err());
        assert!(DisplayName::parse("  ").is_err());
        assert!(DisplayName::parse(&"x".repeat(101)).is_err());
        assert_eq!(DisplayName::parse(" Грейс 🦀 ").unwrap().as_str(), "Грейс 🦀");
    }

    #[test]
    fn sp800_63b_length_is_counted_in_characters() {
        let policy = PasswordPolicy::default();
        assert_eq!(
            policy.check("ä".repeat(14)).err(),
            Some(PasswordRefused::TooShort { min: 15 })
        );
        assert!(policy.check("ä".repeat(15)).is_ok());
        assert!(policy.check("ä".repeat(256)).is_ok());
        assert_eq!(
            policy.check("a".repeat(257)).err(),
            Some(PasswordRefused::TooLong)
        );
        assert!(TypedPassword::new("a".repeat(257)).is_none());
    }
}
