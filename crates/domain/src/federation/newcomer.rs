//! Somebody whom a provider vouched for, as far as an account is made of it.

use super::{identity::SeenIdentity, upstream::Vouched};
use crate::person::Email;
use std::fmt;

/// What a provider says of somebody that their account here may begin with.
#[derive(Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct VouchedProfile {
    /// The name.
    pub name: Option<String>,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// A BCP 47 tag.
    pub locale: Option<String>,
}

impl VouchedProfile {
    /// What `vouched` says.
    pub fn of(vouched: &Vouched) -> Self {
        Self {
            name: vouched.name.clone(),
            given_name: vouched.given_name.clone(),
            family_name: vouched.family_name.clone(),
            locale: vouched.locale.clone(),
        }
    }
}

impl fmt::Debug for VouchedProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VouchedProfile(…)")
    }
}

/// An identity that nobody has, of somebody whose address the provider did not vouch for: they are to prove one here.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UnaddressedIdentity {
    /// The identity.
    pub identity: SeenIdentity,
    /// What an account may begin with.
    pub profile: VouchedProfile,
    /// The address as the provider knows it, or the person typed it since; nobody proved it.
    pub claimed: Option<Email>,
}

impl fmt::Debug for UnaddressedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnaddressedIdentity")
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::vouched;

    #[test]
    fn what_is_known_of_somebody_new_is_in_no_log() {
        let known = Vouched {
            name: Some("Ada Lovelace".into()),
            ..vouched("acme", "subject-1")
        };
        let waits = UnaddressedIdentity {
            identity: SeenIdentity::of(&known).unwrap(),
            profile: VouchedProfile::of(&known),
            claimed: Email::parse("ada@example.com").ok(),
        };
        let shown = format!("{waits:?} {:?}", waits.profile);
        assert!(!shown.contains("Ada") && !shown.contains('@'), "{shown}");
    }
}
