//! Hashes that other programs made: bcrypt, scrypt (RFC 7914), PBKDF2 (RFC 8018) and Argon2id (RFC 9106), as text.
//!
//! They are verified until their owner signs in, never made. What would cost more than a sign-in may is not read at
//! all; what costs too little is, for it does not stay.

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Decimal, PasswordHash as Phc},
};
use aws_lc_rs::pbkdf2;
use base64::{
    Engine as _,
    engine::{
        DecodePaddingMode,
        general_purpose::{GeneralPurpose, GeneralPurposeConfig},
    },
};
use domain::secret::Secret;
use std::num::NonZeroU32;

/// The longest text of a hash.
const LONGEST: usize = 512;
/// The highest cost of bcrypt: 2^14 rounds, about a second.
const BCRYPT_COST: u32 = 14;
/// How much memory one hash may take, in KiB.
const MEMORY: u32 = 128 * 1_024;
/// The most that scrypt may compute: blocks of 128 bytes, each pass counted.
const SCRYPT_BLOCKS: u64 = 2 << 20;
/// The most that Argon2id may compute: KiB, each pass counted.
const ARGON2_BLOCKS: u64 = 1 << 20;
/// The most rounds of PBKDF2.
const PBKDF2_ROUNDS: u32 = 2_000_000;
/// Lengths that a salt and a hash may have.
const SALT: std::ops::RangeInclusive<usize> = 1..=64;
const HASH: std::ops::RangeInclusive<usize> = 16..=64;

/// Base64 as hashes are written: without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// A hash of another program.
pub(super) enum Imported {
    Bcrypt(Secret<String>),
    Scrypt(scrypt::Params, Derived),
    Pbkdf2(pbkdf2::Algorithm, NonZeroU32, Derived),
    Argon2id(Params, Derived),
}

/// A salt, and what was derived by it.
pub(super) struct Derived {
    salt: Vec<u8>,
    hash: Secret<Vec<u8>>,
}

impl Imported {
    /// Reads the text of a hash; `None` if it is of another kind or costs too much.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let name = text.strip_prefix('$')?.split('$').next()?;
        match name {
            "2a" | "2b" | "2y" => bcrypt_of(text),
            "scrypt" => scrypt_of(text),
            "pbkdf2-sha256" => pbkdf2_of(text, pbkdf2::PBKDF2_HMAC_SHA256),
            "pbkdf2-sha512" => pbkdf2_of(text, pbkdf2::PBKDF2_HMAC_SHA512),
            "argon2id" => argon2id_of(text),
            _ => None,
        }
    }

    /// Whether it is the hash of `password`.
    pub(super) fn verifies(&self, password: &str) -> bool {
        let password = password.as_bytes();
        match self {
            // As the programs did that made it, only what bcrypt can hold is looked at: 72 bytes.
            Self::Bcrypt(text) => bcrypt::verify(password, text.expose()).unwrap_or(false),
            Self::Scrypt(params, derived) => {
                derived.is(|salt, hash| scrypt::scrypt(password, salt, params, hash).is_ok())
            }
            Self::Pbkdf2(algorithm, rounds, derived) => {
                let hash = derived.hash.expose();
                pbkdf2::verify(*algorithm, *rounds, &derived.salt, password, hash).is_ok()
            }
            Self::Argon2id(params, derived) => derived.is(|salt, hash| {
                let mut memory = vec![Block::default(); params.block_count()];
                Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
                    .hash_password_into_with_memory(password, salt, hash, memory.as_mut_slice())
                    .is_ok()
            }),
        }
    }
}

impl Derived {
    /// Reads salt and hash; other programs write a dot for the plus sign.
    fn new(salt: &str, hash: &str) -> Option<Self> {
        let decode = |text: &str| BASE64.decode(text.replace('.', "+")).ok();
        Self::of(decode(salt)?, decode(hash)?)
    }

    fn of(salt: Vec<u8>, hash: Vec<u8>) -> Option<Self> {
        let fits = SALT.contains(&salt.len()) && HASH.contains(&hash.len());
        let hash = Secret::new(hash);
        fits.then_some(Self { salt, hash })
    }

    fn is(&self, derive: impl FnOnce(&[u8], &mut [u8]) -> bool) -> bool {
        let mut derived = vec![0; self.hash.expose().len()];
        derive(&self.salt, &mut derived) && Secret::new(derived) == self.hash
    }
}

fn bcrypt_of(text: &str) -> Option<Imported> {
    let parts: bcrypt::HashParts = text.parse().ok()?;
    (4..=BCRYPT_COST)
        .contains(&parts.get_cost())
        .then(|| Imported::Bcrypt(Secret::new(text.to_owned())))
}

fn scrypt_of(text: &str) -> Option<Imported> {
    let [_, _, costs, salt, hash] = split(text)?;
    let (log_n, r, p) = (number(costs, "ln")?, number(costs, "r")?, number(costs, "p")?);
    let per_pass = 1_u64.checked_shl(log_n)?.checked_mul(u64::from(r))?;
    let fits = log_n <= 17
        && per_pass <= u64::from(MEMORY) * 8
        && per_pass.checked_mul(u64::from(p))? <= SCRYPT_BLOCKS;
    let params = scrypt::Params::new(u8::try_from(log_n).ok()?, r, p).ok()?;
    fits.then_some(())?;
    Some(Imported::Scrypt(params, Derived::new(salt, hash)?))
}

fn pbkdf2_of(text: &str, algorithm: pbkdf2::Algorithm) -> Option<Imported> {
    let [_, _, costs, salt, hash] = split(text)?;
    // Some programs write the rounds without a name.
    let rounds = number(costs, "i").or_else(|| costs.parse().ok())?;
    let rounds = NonZeroU32::new(rounds).filter(|rounds| rounds.get() <= PBKDF2_ROUNDS)?;
    Some(Imported::Pbkdf2(algorithm, rounds, Derived::new(salt, hash)?))
}

fn argon2id_of(text: &str) -> Option<Imported> {
    let phc = Phc::new(text).ok()?;
    let today: Decimal = Version::V0x13.into();
    if phc.version != Some(today) {
        return None;
    }
    let params = Params::try_from(&phc).ok()?;
    let (memory, passes) = (params.m_cost(), params.t_cost());
    let fits = memory <= MEMORY && u64::from(memory) * u64::from(passes) <= ARGON2_BLOCKS;
    let derived = Derived::of(phc.salt?.to_vec(), phc.hash?.as_bytes().to_vec())?;
    (fits && params.p_cost() <= 16).then_some(Imported::Argon2id(params, derived))
}

/// What stands between the dollar signs.
fn split(text: &str) -> Option<[&str; 5]> {
    let parts: Vec<&str> = text.split('$').collect();
    parts.try_into().ok()
}

/// The number that is called `name`, as in `ln=16,r=8,p=1`.
fn number(costs: &str, name: &str) -> Option<u32> {
    let mut costs = costs.split(',').filter_map(|cost| cost.split_once('='));
    costs.find(|(called, _)| *called == name)?.1.parse().ok()
}

#[cfg(test)]
mod tests;
