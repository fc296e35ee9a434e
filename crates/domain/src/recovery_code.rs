//! Recovery codes: what lets somebody in who lost their authenticator app. Ten at a time, each good once.
//!
//! Only keyed digests are kept of them, so that nobody learns one from the database.

use crate::{id::UserId, outbound::Sealer, random::Random, secret::Digest, secret::Secret, totp::ungrouped};

/// How many are made at a time.
pub const RECOVERY_CODES: usize = 10;
/// So many left are few enough to say so.
pub const FEW_RECOVERY_CODES: u32 = 3;

/// Letters and digits that are not taken for one another: 31, almost 5 bits each.
const LETTERS: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";
/// 59 bits.
const LENGTH: usize = 12;
const GROUP: usize = 4;

/// A recovery code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryCode(Secret<String>);

impl RecoveryCode {
    /// A new code.
    pub fn generate(random: &dyn Random) -> Self {
        Self(Secret::new(random.letters(LETTERS, LENGTH)))
    }

    /// Parses what was typed, in whatever groups and case.
    pub fn parse(typed: &str) -> Option<Self> {
        let code = ungrouped(typed, LENGTH)?.to_ascii_lowercase();
        let known = code.len() == LENGTH && code.bytes().all(|byte| LETTERS.contains(&byte));
        known.then(|| Self(Secret::new(code)))
    }

    /// The code as it is shown: three groups of four.
    pub fn shown(&self) -> String {
        let code: Vec<char> = self.0.expose().chars().collect();
        let groups: Vec<String> = code.chunks(GROUP).map(|group| group.iter().collect()).collect();
        groups.join("-")
    }

    /// What is kept of the code: it means something for this account only.
    pub fn digest(&self, sealer: &dyn Sealer, user: UserId) -> Digest {
        sealer.mac(&format!("recovery-code:{user}"), self.0.expose().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Timestamp,
        testing::{FakeSealer, SeededRandom},
    };

    #[test]
    fn codes_have_fifty_bits_and_are_typed_in_any_grouping_and_case() {
        assert!((LETTERS.len() as f64).log2() * LENGTH as f64 >= 50.0);
        let code = RecoveryCode::generate(&SeededRandom::new(1));
        let shown = code.shown();
        assert_eq!(shown.len(), LENGTH + 2);
        for typed in [
            shown.clone(),
            shown.to_uppercase(),
            shown.replace('-', ""),
            shown.replace('-', " "),
        ] {
            assert_eq!(RecoveryCode::parse(&typed), Some(code.clone()), "{typed}");
        }
        for wrong in ["", "123456", "abcd-efgh-jkm", "abcd-efgh-jkmnp", "abcd-efgh-jkm0"] {
            assert_eq!(RecoveryCode::parse(wrong), None, "{wrong}");
        }
        assert!(!format!("{code:?}").contains(&shown[..4]));
    }

    #[test]
    fn a_code_of_one_account_is_none_of_another() {
        let (random, now) = (SeededRandom::new(1), Timestamp::from_seconds(1));
        let code = RecoveryCode::generate(&random);
        let [one, other] = [(); 2].map(|()| UserId::generate(now, &random));
        assert_ne!(code.digest(&FakeSealer, one), code.digest(&FakeSealer, other));
        assert_eq!(code.digest(&FakeSealer, one), code.digest(&FakeSealer, one));
    }
}
