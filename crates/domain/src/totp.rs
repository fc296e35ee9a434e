//! Codes of authenticator apps: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which every app understands
//! (the key URI format has no other that all of them do).
//!
//! Judges one code against one seed; that each step counts once is the store's to decide.

use crate::{clock::Timestamp, random::Random, secret::Secret};
use hmac::{Hmac, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Seconds in which a code is good (RFC 6238 §5.2 recommends 30).
const STEP: i64 = 30;
const DIGITS: usize = 6;
/// Bytes of a seed: as many as the hash has (RFC 4226 §4, R6).
const SEED: usize = 20;
/// Bytes that SHA-1 takes at a time.
const BLOCK: usize = 64;
/// How far clocks may be apart, in steps (RFC 6238 §6).
const SKEW: i64 = 1;

/// The step that `now` lies in.
pub const fn step_at(now: Timestamp) -> i64 {
    now.seconds().div_euclid(STEP)
}

/// What an authenticator app and the server share.
#[derive(Clone, Debug)]
pub struct TotpSeed(Secret<[u8; SEED]>);

impl TotpSeed {
    /// A new seed.
    pub fn generate(random: &dyn Random) -> Self {
        let mut bytes = [0; SEED];
        random.fill(&mut bytes);
        Self(Secret::new(bytes))
    }

    /// The seed stored as `bytes`.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Secret::new(bytes)))
    }

    /// The seed as it is sealed.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// What a person types into their app: base32 (RFC 4648 §6).
    pub fn typed(&self) -> String {
        data_encoding::BASE32_NOPAD.encode(self.expose())
    }

    /// What an app reads from a picture: the key URI. Both names are percent-encoded.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account, secret) = (encoded(issuer), encoded(account), self.typed());
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}")
    }

    /// The code of a step (RFC 4226 §5.3).
    pub fn code(&self, step: i64) -> TotpCode {
        // A short key is filled up with zeros (RFC 2104 §2).
        let mut key = Zeroizing::new([0; BLOCK]);
        key.iter_mut()
            .zip(self.expose())
            .for_each(|(to, from)| *to = *from);
        let mut mac = Hmac::<Sha1>::new((&*key).into());
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let offset = hash.last().map_or(0, |last| usize::from(last & 0xf));
        let taken = hash.iter().skip(offset).take(4);
        let number = taken.fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff;
        TotpCode(Secret::new(format!("{:0DIGITS$}", number % 1_000_000)))
    }

    /// The step whose code it is, if that is near `now` and later than `used`.
    pub fn step_of(&self, code: &TotpCode, now: Timestamp, used: i64) -> Option<i64> {
        let near = (-SKEW..=SKEW).map(|skew| step_at(now) + skew);
        // Every step is computed, so that the time taken says nothing.
        let matching = near.filter(|step| self.code(*step) == *code);
        matching.collect::<Vec<_>>().into_iter().find(|step| *step > used)
    }
}

/// A code somebody typed: six digits, with whatever spaces or dashes they are grouped by.
#[derive(Clone, Debug)]
pub struct TotpCode(Secret<String>);

impl TotpCode {
    /// Parses what was typed.
    pub fn parse(typed: &str) -> Option<Self> {
        let code = ungrouped(typed, DIGITS)?;
        let digits = code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| Self(Secret::new(code)))
    }

    /// The digits.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl PartialEq for TotpCode {
    fn eq(&self, other: &Self) -> bool {
        self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
    }
}

/// What was typed without spaces and dashes, if that is no more than `most` characters.
pub(crate) fn ungrouped(typed: &str, most: usize) -> Option<String> {
    let kept = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let kept: String = kept.take(most + 1).collect();
    (kept.chars().count() <= most).then_some(kept)
}

fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededRandom;

    fn seed() -> TotpSeed {
        TotpSeed::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn rfc6238_appendix_b_codes_are_those_of_the_test_vectors() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = step_at(Timestamp::from_seconds(seconds));
            assert_eq!(seed().code(step).expose(), code, "{seconds}");
        }
    }

    #[test]
    fn rfc6238_s5_2_a_code_is_good_one_step_before_and_after_and_not_once_it_was_used() {
        let now = Timestamp::from_seconds(1_111_111_111);
        let (seed, at) = (seed(), step_at(now));
        for (step, used, found) in [
            (at - 2, 0, None),
            (at - 1, 0, Some(at - 1)),
            (at, 0, Some(at)),
            (at + 1, 0, Some(at + 1)),
            (at + 2, 0, None),
            (at, at - 1, Some(at)),
            (at, at, None),
            (at - 1, at, None),
            (at, at + 1, None),
        ] {
            assert_eq!(seed.step_of(&seed.code(step), now, used), found, "{step} {used}");
        }
    }

    #[test]
    fn codes_are_typed_with_spaces_and_dashes_and_nothing_else() {
        for typed in ["287082", " 287 082 ", "287-082", "2 8 7 0 8 2"] {
            assert_eq!(TotpCode::parse(typed).unwrap().expose(), "287082", "{typed}");
        }
        for wrong in ["", "28708", "2870822", "28708a", "٢٨٧٠٨٢", "+87082"] {
            assert!(TotpCode::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_seed_is_told_as_apps_read_it_and_never_in_debug() {
        let uri = seed().uri("id.example.com", "a b+c@example.com");
        assert_eq!(
            uri,
            "otpauth://totp/id.example.com:a%20b%2Bc%40example.com\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=id.example.com"
        );
        let seed = TotpSeed::generate(&SeededRandom::new(5));
        let code = seed.code(1);
        let shown = format!("{seed:?} {code:?}");
        assert!(!shown.contains(code.expose()) && !shown.contains(&seed.typed()));
        assert_ne!(seed.expose(), TotpSeed::generate(&SeededRandom::new(6)).expose());
    }
}
