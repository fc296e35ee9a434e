//! A key of an application, with which it signs what it says to a provider.

use super::TestIdp;
use domain::{
    clock::Clock,
    signing_key::{KeyFactory as _, Signer, SigningAlgorithm},
};
use oidc::jose::{LocalKeys, TokenType, sign};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

/// The type of an assertion that is a JWT (RFC 7523 §2.2).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub struct ApplicationKey {
    signer: Arc<dyn Signer>,
    /// What others need to verify with it.
    pub jwks: Value,
}

impl ApplicationKey {
    pub async fn new(alg: SigningAlgorithm) -> Self {
        let factory = LocalKeys::default();
        let made = factory.generate(alg).await.unwrap();
        Self {
            signer: factory.open(&made.kid, alg, &made.pkcs8).unwrap(),
            jwks: json!({ "keys": [made.public_jwk] }),
        }
    }

    /// A JWT of these claims.
    pub async fn sign(&self, claims: &Value) -> String {
        sign(&*self.signer, TokenType::IdToken, claims).await.unwrap()
    }

    /// The client's word to `audience` that it is itself.
    pub async fn assertion(&self, idp: &TestIdp, client_id: &str, audience: &str) -> String {
        let now = idp.runtime.services.ports.clock.now().seconds();
        self.assertion_at(now, client_id, audience).await
    }

    async fn assertion_at(&self, now: i64, client_id: &str, audience: &str) -> String {
        static JTI: AtomicU32 = AtomicU32::new(0);
        let claims = json!({
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "exp": now + 60,
            "jti": JTI.fetch_add(1, Ordering::SeqCst).to_string(),
        });
        self.sign(&claims).await
    }
}

/// What a client says of itself to one provider, anew with each request.
#[derive(Clone)]
pub struct Assertions {
    key: Arc<ApplicationKey>,
    clock: Arc<dyn Clock>,
    issuer: String,
}

impl Assertions {
    /// With this key, to this provider: the audience is the issuer.
    pub fn by(key: Arc<ApplicationKey>, idp: &TestIdp) -> Self {
        Self {
            key,
            clock: idp.clock.clone(),
            issuer: idp.issuer(),
        }
    }

    /// That the client of this id is itself.
    pub async fn of(&self, client_id: &str) -> String {
        let now = self.clock.now().seconds();
        self.key.assertion_at(now, client_id, &self.issuer).await
    }
}

impl std::fmt::Debug for Assertions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Assertions").finish_non_exhaustive()
    }
}
