//! An application that holds a key and proves it with DPoP.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    clock::Timestamp,
    secret::Digest,
    signing_key::{KeyFactory as _, Signer, SigningAlgorithm},
};
use oidc::jose::LocalKeys;
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// Whoever holds a key.
pub struct Prover {
    jwk: Value,
    signer: Arc<dyn Signer>,
}

impl Prover {
    pub async fn new() -> Self {
        let keys = LocalKeys::default();
        let made = keys.generate(SigningAlgorithm::Es256).await.unwrap();
        Self {
            signer: keys
                .open(&made.kid, SigningAlgorithm::Es256, &made.pkcs8)
                .unwrap(),
            jwk: made.public_jwk,
        }
    }

    /// A proof for a request at `now`.
    pub async fn proof(&self, method: &str, uri: &str, now: Timestamp) -> String {
        self.sign(Self::claims(method, uri, now)).await
    }

    /// The same with the nonce of an earlier answer.
    pub async fn proof_with_nonce(&self, method: &str, uri: &str, now: Timestamp, nonce: &str) -> String {
        let mut claims = Self::claims(method, uri, now);
        claims["nonce"] = nonce.into();
        self.sign(claims).await
    }

    /// The same with an access token.
    pub async fn proof_with_token(&self, method: &str, uri: &str, now: Timestamp, token: &str) -> String {
        let mut claims = Self::claims(method, uri, now);
        claims["ath"] = Digest::of(token).to_base64url().into();
        self.sign(claims).await
    }

    /// The same with both.
    pub async fn proof_with_nonce_and_token(
        &self,
        (method, uri): (&str, &str),
        now: Timestamp,
        (nonce, token): (&str, &str),
    ) -> String {
        let mut claims = Self::claims(method, uri, now);
        claims["nonce"] = nonce.into();
        claims["ath"] = Digest::of(token).to_base64url().into();
        self.sign(claims).await
    }

    fn claims(method: &str, uri: &str, now: Timestamp) -> Value {
        static PROOFS: AtomicU64 = AtomicU64::new(0);
        let jti = PROOFS.fetch_add(1, Ordering::SeqCst).to_string();
        json!({ "jti": jti, "htm": method, "htu": uri, "iat": now.seconds() })
    }

    async fn sign(&self, claims: Value) -> String {
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk });
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = self.signer.sign(message.as_bytes()).await.unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
