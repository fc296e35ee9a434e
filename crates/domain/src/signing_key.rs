//! Signing keys: their life, and the port behind which private keys stay.

use crate::{clock::Timestamp, outbound::Sealed, secret::Secret};
use async_trait::async_trait;
use std::sync::Arc;

/// A JWS algorithm (RFC 7518 §3.1, RFC 8037) this product signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
}

impl SigningAlgorithm {
    /// Every algorithm; quick ones to make first.
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    /// The `alg` value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
        }
    }

    /// The algorithm named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alg| alg.as_str() == text)
    }
}

/// Where a key is in its life. All of them are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, not yet used: the next rotation takes it.
    Next,
    /// Signs.
    Active,
    /// Signs no more; kept until what it signed has expired.
    Retiring {
        /// When it may go.
        until: Timestamp,
    },
}

impl KeyState {
    /// `next`, `active` or `retiring`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retiring { .. } => "retiring",
        }
    }
}

/// What is stored of a signing key.
#[derive(Clone, Debug)]
pub struct StoredKey {
    /// RFC 7638 thumbprint of the public key.
    pub kid: String,
    /// What it signs with.
    pub alg: SigningAlgorithm,
    /// The public key as a JWK (RFC 7517) with `kid`, `alg` and `use`.
    pub public_jwk: serde_json::Value,
    /// The private key as PKCS#8, sealed with the master key.
    pub private: Sealed,
    /// Where it is in its life.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A key pair fresh from the factory.
#[derive(Debug)]
pub struct GeneratedKey {
    /// RFC 7638 thumbprint of the public key.
    pub kid: String,
    /// The public key as a JWK with `kid`, `alg` and `use`.
    pub public_jwk: serde_json::Value,
    /// The private key as PKCS#8.
    pub pkcs8: Secret<Vec<u8>>,
}

/// A private key that signs without showing itself.
#[async_trait]
pub trait Signer: Send + Sync {
    /// The key's id.
    fn kid(&self) -> &str;
    /// What it signs with.
    fn alg(&self) -> SigningAlgorithm;
    /// The JWS signature of `message` (RFC 7515 §5.1).
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError>;
}

/// A published key, read once and ready to verify.
pub trait PublishedKey: Send + Sync {
    /// The key's id.
    fn kid(&self) -> &str;
    /// What it signs with.
    fn alg(&self) -> SigningAlgorithm;
    /// The public key as a JWK with `kid`, `alg` and `use`.
    fn jwk(&self) -> &serde_json::Value;
    /// Whether `signature` is the JWS signature of `message` by this key (RFC 7515 §5.2).
    fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool;
}

/// Makes key pairs and opens stored ones.
#[async_trait]
pub trait KeyFactory: Send + Sync {
    /// A new key pair.
    async fn generate(&self, alg: SigningAlgorithm) -> Result<GeneratedKey, SigningError>;
    /// The signer for a stored private key.
    fn open(
        &self,
        kid: &str,
        alg: SigningAlgorithm,
        pkcs8: &Secret<Vec<u8>>,
    ) -> Result<Arc<dyn Signer>, SigningError>;
    /// What verifies with a public key that this factory made.
    fn read(&self, public_jwk: &serde_json::Value) -> Result<Arc<dyn PublishedKey>, SigningError>;
}

/// A key could not be made, opened or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signing key could not be used")]
pub struct SigningError;

/// A realm's keys, opened and ready.
#[derive(Clone)]
pub struct KeyRing {
    active: Vec<Arc<dyn Signer>>,
    published: Vec<Arc<dyn PublishedKey>>,
}

impl KeyRing {
    /// From the active signers, one an algorithm, and every published key.
    pub fn new(active: Vec<Arc<dyn Signer>>, published: Vec<Arc<dyn PublishedKey>>) -> Self {
        Self { active, published }
    }

    /// The key that signs with `alg`.
    pub fn signer(&self, alg: SigningAlgorithm) -> Option<&Arc<dyn Signer>> {
        self.active.iter().find(|signer| signer.alg() == alg)
    }

    /// Every published key.
    pub fn published(&self) -> &[Arc<dyn PublishedKey>] {
        &self.published
    }

    /// The published key named `kid`.
    pub fn find(&self, kid: &str) -> Option<&Arc<dyn PublishedKey>> {
        self.published.iter().find(|key| key.kid() == kid)
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing")
            .field("published", &self.published.len())
            .finish()
    }
}
