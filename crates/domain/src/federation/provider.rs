//! A provider as an operator set it up.

use crate::realm::RealmName;
use std::{collections::BTreeSet, fmt, str::FromStr};

/// A provider's name in paths (`/login/{provider}`): `[a-z0-9-]{1,63}`, none of the reserved ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProviderId(String);

impl ProviderId {
    /// Names below `/login/` that mean something else.
    pub const RESERVED: [&'static str; 5] = ["code", "otp", "passkey", "password", "resume"];

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProviderId {
    type Err = InvalidProviderId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=63).contains(&text.len()) && text.bytes().all(allowed) && !Self::RESERVED.contains(&text) {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidProviderId)
    }
}

impl TryFrom<String> for ProviderId {
    type Error = InvalidProviderId;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ProviderId> for String {
    fn from(id: ProviderId) -> Self {
        id.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not a provider's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a provider's id is 1 to 63 of a-z, 0-9 and -, and none of code, otp, passkey, password, resume")]
pub struct InvalidProviderId;

/// Which mark a provider's button shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Google's.
    Google,
    /// GitHub's.
    GitHub,
    /// That of no one.
    Plain,
}

/// A provider as the product and its pages know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its name in paths.
    pub id: ProviderId,
    /// Its name for people.
    pub label: String,
    /// Its mark.
    pub mark: Mark,
    /// The realms whose people may use it.
    pub realms: Vec<RealmName>,
    /// Whether an address that it calls verified may lead to the account that has proven the same address here.
    pub trust_email: bool,
    /// Domains of addresses, in lower case, whose owners are sent to it.
    pub domains: Vec<String>,
    /// Whether it can say when somebody proved there who they are. What one vouches for that cannot may rest on a proof
    /// of long ago.
    pub dates_sign_ins: bool,
    /// Whether its tokens are kept for apps.
    pub keeps_tokens: bool,
    /// Groups there whose members run the realm while they are signed in through it.
    pub admin_groups: BTreeSet<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_has_a_name_that_fits_a_path() {
        for good in ["google", "acme-2", "0", &"a".repeat(63)] {
            assert_eq!(good.parse::<ProviderId>().unwrap().as_str(), good);
        }
        for bad in ["", "Google", "a/b", "a b", "é", "..", &"a".repeat(64)] {
            assert_eq!(bad.parse::<ProviderId>(), Err(InvalidProviderId), "{bad}");
        }
    }

    #[test]
    fn paths_of_the_product_are_no_providers() {
        for reserved in ProviderId::RESERVED {
            assert_eq!(reserved.parse::<ProviderId>(), Err(InvalidProviderId));
            assert!(serde_json::from_str::<ProviderId>(&format!("\"{reserved}\"")).is_err());
        }
    }
}
