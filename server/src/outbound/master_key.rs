//! The master key: AES-256-GCM for what is sealed, HMAC-SHA-256 for keyed digests.
//!
//! Two keys are derived from it by HKDF, so that sealing and digests share nothing. A sealed value names the
//! master key by a short id and is bound to its context.

use crate::config::{ConfigError, MasterKeySource};
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    digest, hkdf, hmac,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    outbound::{OpenError, Sealed, Sealer},
    random::Random,
    secret::{Digest, Secret},
};
use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

const NONCE: usize = 12;

/// The master key at work.
pub struct MasterKey {
    id: String,
    seal: RandomizedNonceKey,
    mac: hmac::Key,
}

impl MasterKey {
    /// Reads the key, or makes it where that is allowed.
    pub fn load(source: &MasterKeySource, random: &dyn Random) -> Result<Self, ConfigError> {
        match source {
            MasterKeySource::Value(text) => {
                Self::parse(text.expose()).ok_or_else(|| wrong("SIGNET_MASTER_KEY"))
            }
            MasterKeySource::File(path) => Self::read(path),
            MasterKeySource::Made(path) => {
                if !path.exists() {
                    make(path, random).map_err(|error| unusable(path, &error))?;
                }
                Self::read(path)
            }
        }
    }

    /// From the 32 bytes of the key.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        // A key of one repeated byte is a placeholder somebody forgot to replace.
        if bytes.iter().all(|byte| Some(byte) == bytes.first()) {
            return None;
        }
        let id = digest::digest(&digest::SHA256, bytes)
            .as_ref()
            .iter()
            .take(4)
            .map(|b| format!("{b:02x}"))
            .collect();
        let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, b"signet master key").extract(bytes);
        let seal = derive(&secret, b"seal")?;
        let mac = derive(&secret, b"mac")?;
        Some(Self {
            id,
            seal: RandomizedNonceKey::new(&AES_256_GCM, &seal).ok()?,
            mac: hmac::Key::new(hmac::HMAC_SHA256, &mac),
        })
    }

    /// Its name: what is sealed says by it which key opens it.
    pub fn id(&self) -> &str {
        &self.id
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = Secret::new(STANDARD.decode(text.trim()).ok()?);
        Self::from_bytes(bytes.expose().as_slice().try_into().ok()?)
    }

    fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = Secret::new(std::fs::read_to_string(path).map_err(|error| unusable(path, &error))?);
        Self::parse(text.expose()).ok_or_else(|| wrong("SIGNET_MASTER_KEY_FILE"))
    }
}

impl Sealer for MasterKey {
    #[expect(
        clippy::expect_used,
        reason = "AES-GCM fails only for inputs of many gigabytes"
    )]
    fn seal(&self, context: &str, plain: &[u8]) -> Sealed {
        let mut text = plain.to_vec();
        let nonce = self
            .seal
            .seal_in_place_append_tag(Aad::from(context.as_bytes()), &mut text)
            .expect("sealing small values");
        let mut bytes = nonce.as_ref().to_vec();
        bytes.append(&mut text);
        Sealed {
            key_id: self.id.clone(),
            bytes,
        }
    }

    fn open(&self, context: &str, sealed: &Sealed) -> Result<Secret<Vec<u8>>, OpenError> {
        let (nonce, text) = sealed.bytes.split_at_checked(NONCE).ok_or(OpenError)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| OpenError)?;
        let mut text = text.to_vec();
        let plain = self
            .seal
            .open_in_place(nonce, Aad::from(context.as_bytes()), &mut text)
            .map_err(|_| OpenError)?;
        Ok(Secret::new(plain.to_vec()))
    }

    fn mac(&self, context: &str, message: &[u8]) -> Digest {
        let mut signing = hmac::Context::with_key(&self.mac);
        signing.update(context.as_bytes());
        signing.update(&[0]);
        signing.update(message);
        let tag = signing.sign();
        Digest::from_bytes(tag.as_ref().try_into().unwrap_or_default())
    }
}

fn derive(secret: &hkdf::Prk, purpose: &[u8]) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    secret
        .expand(&[purpose], hkdf::HKDF_SHA256)
        .ok()?
        .fill(&mut key)
        .ok()?;
    Some(key)
}

fn make(path: &Path, random: &dyn Random) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let text = Secret::new(STANDARD.encode(random.bytes32()));
    // Written aside and linked into place, so that of two first starts one key wins and none is half-written.
    let [a, b, c, d, ..] = random.bytes32();
    let draft = path.with_extension(format!("draft-{a:02x}{b:02x}{c:02x}{d:02x}"));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(text.expose().as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn wrong(key: &str) -> ConfigError {
    ConfigError {
        key: key.to_owned(),
        problem: "must be 32 random bytes in base64".to_owned(),
    }
}

fn unusable(path: &Path, error: &std::io::Error) -> ConfigError {
    ConfigError {
        key: "SIGNET_MASTER_KEY_FILE".to_owned(),
        problem: format!("{} cannot be used: {error}", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(first: u8) -> MasterKey {
        let mut bytes = [7; 32];
        bytes[0] = first;
        MasterKey::from_bytes(&bytes).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_only_with_its_key_and_context() {
        let sealed = key(1).seal("a", b"secret");
        assert_eq!(key(1).open("a", &sealed).unwrap().expose(), b"secret");
        assert!(key(1).open("b", &sealed).is_err());
        assert!(key(2).open("a", &sealed).is_err());
        for at in 0..sealed.bytes.len() {
            let mut changed = sealed.clone();
            changed.bytes[at] ^= 1;
            assert!(key(1).open("a", &changed).is_err());
        }
        assert!(!sealed.bytes.windows(6).any(|part| part == b"secret"));
    }

    #[test]
    fn keyed_digests_depend_on_key_context_and_message() {
        assert!(key(1).mac("a", b"x") == key(1).mac("a", b"x"));
        assert!(key(1).mac("a", b"x") != key(1).mac("b", b"x"));
        assert!(key(1).mac("a", b"x") != key(1).mac("a", b"y"));
        assert!(key(1).mac("a", b"x") != key(2).mac("a", b"x"));
    }

    #[test]
    fn a_placeholder_is_not_a_key() {
        assert!(MasterKey::from_bytes(&[0; 32]).is_none());
        assert!(MasterKey::parse("c2hvcnQ=").is_none());
    }
}
