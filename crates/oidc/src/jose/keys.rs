//! Key pairs held in this process, made and used with aws-lc-rs.

use super::published::LocalPublicKey;
use async_trait::async_trait;
use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
        RsaKeyPair, RsaPublicKeyComponents,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    secret::Secret,
    signing_key::{GeneratedKey, KeyFactory, PublishedKey, Signer, SigningAlgorithm, SigningError},
};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use serde_json::{Value, json};
use std::sync::Arc;

/// How long RSA keys are (NIST SP 800-131A: 2048 bits or more).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RsaKeySize {
    /// 2048 bits.
    #[default]
    Bits2048,
    /// 3072 bits.
    Bits3072,
    /// 4096 bits.
    Bits4096,
}

/// Makes and opens keys in this process.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalKeys {
    rsa: RsaKeySize,
}

impl LocalKeys {
    /// A factory whose RSA keys are `rsa` long.
    pub fn new(rsa: RsaKeySize) -> Self {
        Self { rsa }
    }
}

enum Pair {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(RsaKeyPair),
}

/// A private key in this process's memory.
pub struct LocalSigner {
    kid: String,
    pair: Pair,
}

#[async_trait]
impl KeyFactory for LocalKeys {
    async fn generate(&self, alg: SigningAlgorithm) -> Result<GeneratedKey, SigningError> {
        let pair = Pair::generate(alg, self.rsa)?;
        let (kid, public_jwk) = pair.published()?;
        Ok(GeneratedKey {
            kid,
            public_jwk,
            pkcs8: pair.pkcs8()?,
        })
    }

    fn open(
        &self,
        kid: &str,
        alg: SigningAlgorithm,
        pkcs8: &Secret<Vec<u8>>,
    ) -> Result<Arc<dyn Signer>, SigningError> {
        Ok(Arc::new(LocalSigner {
            kid: kid.to_owned(),
            pair: Pair::open(alg, pkcs8.expose())?,
        }))
    }

    fn read(&self, public_jwk: &Value) -> Result<Arc<dyn PublishedKey>, SigningError> {
        Ok(Arc::new(LocalPublicKey::read(public_jwk)?))
    }
}

#[async_trait]
impl Signer for LocalSigner {
    fn kid(&self) -> &str {
        &self.kid
    }

    fn alg(&self) -> SigningAlgorithm {
        self.pair.alg()
    }

    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        self.pair.sign(message)
    }
}

impl Pair {
    fn generate(alg: SigningAlgorithm, rsa: RsaKeySize) -> Result<Self, SigningError> {
        Ok(match alg {
            SigningAlgorithm::Es256 => Self::Es256(
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| SigningError)?,
            ),
            SigningAlgorithm::EdDsa => Self::EdDsa(Ed25519KeyPair::generate().map_err(|_| SigningError)?),
            SigningAlgorithm::Rs256 => {
                let size = match rsa {
                    RsaKeySize::Bits2048 => KeySize::Rsa2048,
                    RsaKeySize::Bits3072 => KeySize::Rsa3072,
                    RsaKeySize::Bits4096 => KeySize::Rsa4096,
                };
                Self::Rs256(RsaKeyPair::generate(size).map_err(|_| SigningError)?)
            }
        })
    }

    fn open(alg: SigningAlgorithm, pkcs8: &[u8]) -> Result<Self, SigningError> {
        Ok(match alg {
            SigningAlgorithm::Es256 => Self::Es256(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
                    .map_err(|_| SigningError)?,
            ),
            SigningAlgorithm::EdDsa => {
                Self::EdDsa(Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| SigningError)?)
            }
            SigningAlgorithm::Rs256 => Self::Rs256(RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| SigningError)?),
        })
    }

    fn alg(&self) -> SigningAlgorithm {
        match self {
            Self::Es256(_) => SigningAlgorithm::Es256,
            Self::EdDsa(_) => SigningAlgorithm::EdDsa,
            Self::Rs256(_) => SigningAlgorithm::Rs256,
        }
    }

    fn pkcs8(&self) -> Result<Secret<Vec<u8>>, SigningError> {
        let bytes = match self {
            Self::Es256(pair) => pair.to_pkcs8v1().map_err(|_| SigningError)?.as_ref().to_vec(),
            Self::EdDsa(pair) => pair.to_pkcs8v1().map_err(|_| SigningError)?.as_ref().to_vec(),
            Self::Rs256(pair) => {
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| SigningError)?;
                der.as_ref().to_vec()
            }
        };
        Ok(Secret::new(bytes))
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        match self {
            Self::Es256(pair) => pair
                .sign(&SystemRandom::new(), message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| SigningError),
            Self::EdDsa(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| SigningError)?;
                Ok(signature)
            }
        }
    }

    /// The public key's members (RFC 7518 §6, RFC 8037 §2).
    fn public_members(&self) -> Result<Value, SigningError> {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Es256(pair) => {
                // An uncompressed point: the byte 4, then both coordinates (SEC 1 §2.3.3).
                let point = pair
                    .public_key()
                    .as_ref()
                    .strip_prefix(&[4])
                    .ok_or(SigningError)?;
                let (x, y) = point.split_at_checked(32).ok_or(SigningError)?;
                Ok(json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y) }))
            }
            Self::EdDsa(pair) => {
                Ok(json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key().as_ref()) }))
            }
            Self::Rs256(pair) => {
                let RsaPublicKeyComponents { n, e } =
                    RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                Ok(json!({ "kty": "RSA", "n": encode(&n), "e": encode(&e) }))
            }
        }
    }

    fn published(&self) -> Result<(String, Value), SigningError> {
        let mut jwk = self.public_members()?;
        let parsed: Jwk = serde_json::from_value(jwk.clone()).map_err(|_| SigningError)?;
        let kid = parsed
            .thumbprint(ThumbprintHash::SHA256)
            .map_err(|_| SigningError)?;
        let members = jwk.as_object_mut().ok_or(SigningError)?;
        for (name, value) in [
            ("kid", kid.as_str()),
            ("alg", self.alg().as_str()),
            ("use", "sig"),
        ] {
            members.insert(name.to_owned(), value.into());
        }
        Ok((kid, jwk))
    }
}
