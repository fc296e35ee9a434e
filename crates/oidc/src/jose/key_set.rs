//! The public keys of others: a JWK Set (RFC 7517 §5) parsed once into what can verify signatures.
//!
//! Keys for encryption and of kinds not spoken here are passed over. A set that gives a private or symmetric key
//! away is refused whole. Certificates and URLs within keys are never looked at.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::client::ClientAlgorithm;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The most keys a set may have.
const MAX_KEYS: usize = 50;
/// Bits of an RSA modulus (NIST SP 800-131A asks for 2048; beyond 8192 verifying costs too much).
const RSA_BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;
/// Members that only private or symmetric keys have (RFC 7518 §6.2.2, §6.3.2, §6.4.1, RFC 8037 §2).
const PRIVATE: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/// Keys that verify what somebody else signed.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<PublicKey>,
}

/// Why a document is no usable JWK Set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeySet {
    /// It is not a JSON object with an array `keys` of objects.
    #[error("it is not a JWK Set")]
    Malformed,
    /// It has too many keys.
    #[error("it has more than {MAX_KEYS} keys")]
    TooMany,
    /// It holds what only the owner may know.
    #[error("it holds a private or symmetric key")]
    Private,
}

#[derive(Clone, Debug)]
struct PublicKey {
    kid: Option<String>,
    alg: Option<ClientAlgorithm>,
    family: Family,
    key: DecodingKey,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Rsa,
    P256,
    Ed25519,
}

#[derive(Deserialize)]
struct Members {
    kty: String,
    crv: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// Parses a JWK Set.
    pub fn parse(document: &Value) -> Result<Self, InvalidKeySet> {
        let listed = document.get("keys").and_then(Value::as_array);
        let listed = listed.ok_or(InvalidKeySet::Malformed)?;
        if listed.len() > MAX_KEYS {
            return Err(InvalidKeySet::TooMany);
        }
        let mut keys = Vec::new();
        for jwk in listed {
            let members = jwk.as_object().ok_or(InvalidKeySet::Malformed)?;
            check_public(members)?;
            let members = Members::deserialize(jwk).map_err(|_| InvalidKeySet::Malformed)?;
            keys.extend(PublicKey::read(members));
        }
        Ok(Self { keys })
    }

    /// Whether no key of the set verifies signatures.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys that may have signed with `alg`: the one named `kid`, or any when no name is given. A key without
    /// a name may have any.
    pub(super) fn candidates<'a>(
        &'a self,
        alg: ClientAlgorithm,
        kid: Option<&'a str>,
    ) -> impl Iterator<Item = &'a DecodingKey> {
        self.keys
            .iter()
            .filter(move |key| key.family == Family::of(alg))
            .filter(move |key| key.alg.is_none_or(|only| only == alg))
            .filter(move |key| match (kid, key.kid.as_deref()) {
                (Some(wanted), Some(name)) => wanted == name,
                (None, _) | (_, None) => true,
            })
            .map(|key| &key.key)
    }
}

fn check_public(members: &Map<String, Value>) -> Result<(), InvalidKeySet> {
    let symmetric = members.get("kty").is_some_and(|kty| kty == "oct");
    if symmetric || PRIVATE.iter().any(|name| members.contains_key(*name)) {
        Err(InvalidKeySet::Private)
    } else {
        Ok(())
    }
}

impl Family {
    const fn of(alg: ClientAlgorithm) -> Self {
        match alg {
            ClientAlgorithm::Rs256 | ClientAlgorithm::Ps256 => Self::Rsa,
            ClientAlgorithm::Es256 => Self::P256,
            ClientAlgorithm::EdDsa => Self::Ed25519,
        }
    }
}

impl PublicKey {
    /// The key, if it is one that verifies signatures here.
    fn read(jwk: Members) -> Option<Self> {
        let signs = jwk.usage.as_deref().is_none_or(|usage| usage == "sig")
            && jwk
                .key_ops
                .as_ref()
                .is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        if !signs {
            return None;
        }
        let (family, key) = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => (Family::Rsa, rsa(&jwk)?),
            ("EC", Some("P-256")) => (Family::P256, p256(&jwk)?),
            ("OKP", Some("Ed25519")) => (Family::Ed25519, ed25519(&jwk)?),
            _ => return None,
        };
        let alg = match jwk.alg.as_deref() {
            None => None,
            Some(name) => Some(ClientAlgorithm::parse(name)?),
        };
        Some(Self {
            kid: jwk.kid,
            alg,
            family,
            key,
        })
    }
}

fn rsa(jwk: &Members) -> Option<DecodingKey> {
    let modulus = bytes(jwk.n.as_deref()?)?;
    let exponent = bytes(jwk.e.as_deref()?)?;
    let modulus = without_leading_zeros(&modulus);
    let exponent = without_leading_zeros(&exponent);
    let bits = modulus.len() * 8 - usize::try_from(modulus.first()?.leading_zeros()).ok()?;
    let odd = exponent.last().is_some_and(|last| last % 2 == 1);
    // 3 is the smallest exponent there is; long ones only make verifying slow.
    let plausible = odd && exponent != [1] && exponent.len() <= 4;
    (RSA_BITS.contains(&bits) && plausible).then(|| DecodingKey::from_rsa_raw_components(modulus, exponent))
}

fn p256(jwk: &Members) -> Option<DecodingKey> {
    let (x, y) = (jwk.x.as_deref()?, jwk.y.as_deref()?);
    let sized = bytes(x)?.len() == 32 && bytes(y)?.len() == 32;
    sized.then(|| DecodingKey::from_ec_components(x, y).ok())?
}

fn ed25519(jwk: &Members) -> Option<DecodingKey> {
    let x = jwk.x.as_deref()?;
    (bytes(x)?.len() == 32).then(|| DecodingKey::from_ed_components(x).ok())?
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    bytes.get(start..).unwrap_or_default()
}
