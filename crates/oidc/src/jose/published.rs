//! Public keys of this server. A key is parsed once, and what it has signed is verified once: the same token is shown
//! again and again until it expires. Whether it still counts is not remembered here.

use aws_lc_rs::{
    digest::{self, SHA256, SHA256_OUTPUT_LEN},
    signature::{
        ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::signing_key::{PublishedKey, SigningAlgorithm, SigningError};
use serde_json::Value;
use std::{
    collections::HashSet,
    sync::{PoisonError, RwLock},
};

/// Right signatures of a key that are remembered, and as many from before.
const REMEMBERED: usize = 4_096;

/// A public key of this server.
pub struct LocalPublicKey {
    kid: String,
    alg: SigningAlgorithm,
    jwk: Value,
    key: ParsedPublicKey,
    verified: RwLock<Verified>,
}

type Fingerprint = [u8; SHA256_OUTPUT_LEN];

/// Messages with their right signatures, in two generations: the older goes as a whole when the newer is full.
#[derive(Default)]
struct Verified {
    newer: HashSet<Fingerprint>,
    older: HashSet<Fingerprint>,
}

impl Verified {
    fn contains(&self, signed: &Fingerprint) -> bool {
        self.newer.contains(signed) || self.older.contains(signed)
    }

    fn add(&mut self, signed: Fingerprint) {
        if self.newer.len() >= REMEMBERED {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(signed);
    }
}

/// Of a message and its signature; the length keeps where one ends and the other begins.
fn fingerprint(message: &[u8], signature: &[u8]) -> Option<Fingerprint> {
    let mut digest = digest::Context::new(&SHA256);
    digest.update(&message.len().to_be_bytes());
    digest.update(message);
    digest.update(signature);
    digest.finish().as_ref().try_into().ok()
}

impl LocalPublicKey {
    /// Reads a key as it is published (RFC 7518 §6, RFC 8037 §2).
    pub(super) fn read(jwk: &Value) -> Result<Self, SigningError> {
        let member = |name: &str| jwk.get(name).and_then(Value::as_str).ok_or(SigningError);
        let bytes = |name: &str| {
            let text = member(name)?;
            URL_SAFE_NO_PAD.decode(text).map_err(|_| SigningError)
        };
        let alg = SigningAlgorithm::parse(member("alg")?).ok_or(SigningError)?;
        let key = match alg {
            SigningAlgorithm::Es256 => {
                // An uncompressed point: the byte 4, then both coordinates (SEC 1 §2.3.3).
                let point = [vec![4], bytes("x")?, bytes("y")?].concat();
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            }
            SigningAlgorithm::EdDsa => ParsedPublicKey::new(&ED25519, bytes("x")?),
            SigningAlgorithm::Rs256 => {
                let (n, e) = (bytes("n")?, bytes("e")?);
                RsaPublicKeyComponents { n, e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            }
        };
        Ok(Self {
            kid: member("kid")?.to_owned(),
            alg,
            jwk: jwk.clone(),
            key: key.map_err(|_| SigningError)?,
            verified: RwLock::default(),
        })
    }
}

impl PublishedKey for LocalPublicKey {
    fn kid(&self) -> &str {
        &self.kid
    }

    fn alg(&self) -> SigningAlgorithm {
        self.alg
    }

    fn jwk(&self) -> &Value {
        &self.jwk
    }

    fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let signed = fingerprint(message, signature);
        let known = self.verified.read().unwrap_or_else(PoisonError::into_inner);
        if signed.is_some_and(|signed| known.contains(&signed)) {
            return true;
        }
        drop(known);
        let right = self.key.verify_sig(message, signature).is_ok();
        if let (true, Some(signed)) = (right, signed) {
            let mut known = self.verified.write().unwrap_or_else(PoisonError::into_inner);
            known.add(signed);
        }
        right
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::LocalKeys;
    use domain::signing_key::KeyFactory as _;

    #[tokio::test]
    async fn a_signature_that_was_verified_vouches_for_nothing_else() {
        for alg in SigningAlgorithm::ALL {
            let keys = LocalKeys::default();
            let made = keys.generate(alg).await.unwrap();
            let signer = keys.open(&made.kid, alg, &made.pkcs8).unwrap();
            let key = LocalPublicKey::read(&made.public_jwk).unwrap();
            let signature = signer.sign(b"one").await.unwrap();
            let longer = [b"e", &signature[..]].concat();
            for _ in 0..2 {
                assert!(!key.has_signed(b"two", &signature));
                assert!(
                    !key.has_signed(b"on", &longer),
                    "the same bytes, parted elsewhere"
                );
                assert!(!key.has_signed(b"one", &[]));
                assert!(key.has_signed(b"one", &signature));
            }
        }
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_latest_stays() {
        let mut verified = Verified::default();
        let fingerprints = (0..4 * REMEMBERED).map(|n| fingerprint(&n.to_be_bytes(), &[]).unwrap());
        for signed in fingerprints {
            verified.add(signed);
            assert!(verified.contains(&signed));
            assert!(verified.newer.len() + verified.older.len() <= 2 * REMEMBERED);
        }
    }
}
