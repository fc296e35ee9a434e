//! What a person types about themselves: address, name, password. Parsed once, bounded, normalised.

mod password;

pub use password::{
    MAX_PASSWORD_CHARACTERS, NewPassword, PasswordHash, PasswordPolicy, PasswordRefused, Personal,
    TypedPassword,
};

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
            |c: char| disturbs(c) || c.is_whitespace() || matches!(c, '"' | '<' | '>' | '(' | ')');
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

/// Whether the character would let one name or address pass for another text where it is shown: directions that are
/// turned around, what nobody sees, what breaks a line.
fn disturbs(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(
            c,
            '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
        )
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
        let length = text.chars().count();
        if (1..=100).contains(&length) && !text.contains(disturbs) {
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
            "ada\u{202e}@example.com",
            "a\u{200b}da@example.com",
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
}
