//! `private_key_jwt` (OpenID Connect Core §9, RFC 7523 §2.2): a short-lived assertion, signed with a key of ours, in
//! place of a secret that the provider knows too.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{clock::Timestamp, random::Random, secret::Secret};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, ThumbprintHash},
};
use serde_json::json;
use std::sync::Arc;

/// `client_assertion_type`.
pub(crate) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Seconds that an assertion is good for.
const LIFETIME: i64 = 60;

/// A key with which Signet proves itself to a provider.
#[derive(Clone)]
pub struct ClientKey {
    key: Arc<EncodingKey>,
    alg: Algorithm,
    kid: String,
}

/// The file holds no key that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must hold one private key in PEM (PKCS #8): RSA, P-256 or Ed25519")]
pub struct UnusableKey;

impl ClientKey {
    /// Reads a private key. Without a name (`kid`) it gets its thumbprint (RFC 7638) as one.
    pub fn from_pem(pem: &[u8], kid: Option<String>) -> Result<Self, UnusableKey> {
        let (key, alg) = EncodingKey::from_rsa_pem(pem)
            .map(|key| (key, Algorithm::RS256))
            .or_else(|_| EncodingKey::from_ec_pem(pem).map(|key| (key, Algorithm::ES256)))
            .or_else(|_| EncodingKey::from_ed_pem(pem).map(|key| (key, Algorithm::EdDSA)))
            .map_err(|_| UnusableKey)?;
        let public = Jwk::from_encoding_key(&key, alg).map_err(|_| UnusableKey)?;
        let thumbprint = public
            .thumbprint(ThumbprintHash::SHA256)
            .map_err(|_| UnusableKey)?;
        // A key of another curve is noticed when it signs, and that is to happen before anybody waits for it.
        jsonwebtoken::encode(&Header::new(alg), &json!({}), &key).map_err(|_| UnusableKey)?;
        Ok(Self {
            kid: kid.unwrap_or(thumbprint),
            key: Arc::new(key),
            alg,
        })
    }

    /// An assertion that `client_id` is who asks the provider `issuer`. It is for the issuer: a token endpoint may be
    /// another provider's, named to make us sign what is good with that one.
    pub(crate) fn assertion(
        &self,
        client_id: &str,
        issuer: &str,
        now: Timestamp,
        random: &dyn Random,
    ) -> Result<Secret<String>, UnusableKey> {
        let header = Header {
            kid: Some(self.kid.clone()),
            ..Header::new(self.alg)
        };
        let claims = json!({
            "iss": client_id,
            "sub": client_id,
            "aud": issuer,
            "jti": URL_SAFE_NO_PAD.encode(random.bytes32()),
            "iat": now.seconds(),
            "exp": now.seconds() + LIFETIME,
        });
        let signed = jsonwebtoken::encode(&header, &claims, &self.key);
        signed.map(Secret::new).map_err(|_| UnusableKey)
    }
}

impl std::fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClientKey({:?}, {})", self.alg, self.kid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_private_key_is_refused() {
        for text in [
            "",
            "hush",
            "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
        ] {
            assert_eq!(
                ClientKey::from_pem(text.as_bytes(), None).unwrap_err(),
                UnusableKey
            );
        }
    }
}
