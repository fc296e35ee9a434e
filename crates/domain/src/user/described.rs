//! What apps may be told of a person beside name, e-mail address and language: the rest of the standard claims
//! (OpenID Connect Core §5.1), under their names there.
//!
//! All of it is optional, none of it is verified, and it is read with the account, so it is stored as one document.

use crate::{person::DisplayName, web_uri::WebUri};
use serde::{Deserialize, Serialize};

/// The claims. What is not set is not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "OpenID Connect Core §5.1 says it")]
pub struct Described {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<DisplayName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<DisplayName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<DisplayName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<DisplayName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<DisplayName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<WebUri>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<WebUri>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<WebUri>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<DisplayName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<Birthdate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

/// The claims with those that every account has a place of its own for.
#[derive(Default)]
pub(crate) struct Claims {
    pub locale: Option<LanguageTag>,
    pub zoneinfo: Option<TimeZone>,
    pub described: Described,
}

impl Claims {
    /// Takes claims apart.
    pub fn parse(mut claims: serde_json::Map<String, serde_json::Value>) -> Result<Self, serde_json::Error> {
        let mut take = |name| claims.remove(name).unwrap_or_default();
        let (locale, zoneinfo) = (take("locale"), take("zoneinfo"));
        Ok(Self {
            locale: serde_json::from_value(locale)?,
            zoneinfo: serde_json::from_value(zoneinfo)?,
            described: serde_json::from_value(claims.into())?,
        })
    }
}

/// A postal address (OpenID Connect Core §5.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "OpenID Connect Core §5.1.1 says it")]
pub struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<AddressLines>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<AddressLines>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<DisplayName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<DisplayName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<DisplayName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<DisplayName>,
}

/// Declares texts that one rule decides about.
macro_rules! text {
    ($($(#[$doc:meta])* $name:ident, $error:ident, $message:literal, $rule:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        #[doc = concat!("The text is ", $message, ".")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
        #[error($message)]
        pub struct $error;

        impl TryFrom<String> for $name {
            type Error = $error;
            fn try_from(text: String) -> Result<Self, $error> {
                let rule: fn(&str) -> bool = $rule;
                if rule(&text) { Ok(Self(text)) } else { Err($error) }
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }
    )*};
}

text! {
    /// Up to ten lines, as on an envelope.
    AddressLines, InvalidAddressLines, "not one to ten lines that can be shown", is_address;
    /// `YYYY-MM-DD`, with the year 0000 if it is left out, or `YYYY`.
    Birthdate, InvalidBirthdate, "not a date as YYYY-MM-DD or YYYY", is_birthdate;
    /// A language tag (BCP 47).
    LanguageTag, InvalidLanguageTag, "not a language tag", |text| is_name(text, b"-");
    /// The name of a time zone in the tz database.
    TimeZone, InvalidTimeZone, "not the name of a time zone", |text| is_name(text, b"/_+-");
    /// A number in the form of E.164: `+`, the country and the rest, up to 15 digits.
    PhoneNumber, InvalidPhoneNumber, "not a phone number as + and up to 15 digits", is_phone_number;
}

fn is_name(text: &str, marks: &[u8]) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || marks.contains(&b))
}

fn is_address(text: &str) -> bool {
    let lines: Vec<&str> = text.split('\n').collect();
    lines.len() <= 10
        && lines
            .iter()
            .map(|line| line.trim_end_matches('\r'))
            .all(|line| DisplayName::parse(line).is_ok())
}

fn is_birthdate(text: &str) -> bool {
    let number = |part: &str, digits: usize| {
        let all = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u16>().ok().filter(|_| all)
    };
    let mut parts = text.split('-');
    let year = parts.next().and_then(|part| number(part, 4));
    let rest: Vec<Option<u16>> = parts.map(|part| number(part, 2)).collect();
    match (year, rest.as_slice()) {
        (Some(year), []) => year > 0,
        (Some(_), [Some(1..=12), Some(1..=31)]) => true,
        (_, _) => false,
    }
}

fn is_phone_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (2..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
}

#[cfg(test)]
mod tests;
