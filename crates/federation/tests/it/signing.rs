//! Real keys, and tokens that they sign.

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};
use std::sync::OnceLock;

/// A private key with a name.
#[derive(Clone)]
pub struct Pair {
    pub pem: String,
    pub key: EncodingKey,
    pub alg: Algorithm,
    pub kid: String,
}

impl Pair {
    pub fn es256(kid: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let pem = pem(pair.to_pkcs8v1().unwrap().as_ref());
        let key = EncodingKey::from_ec_pem(pem.as_bytes()).unwrap();
        Self::new(pem, key, Algorithm::ES256, kid)
    }

    pub fn ed25519(kid: &str) -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        let pem = pem(pair.to_pkcs8v1().unwrap().as_ref());
        let key = EncodingKey::from_ed_pem(pem.as_bytes()).unwrap();
        Self::new(pem, key, Algorithm::EdDSA, kid)
    }

    /// The same key each time: making one takes long.
    pub fn rs256(kid: &str) -> Self {
        static PEM: OnceLock<String> = OnceLock::new();
        let pem = PEM.get_or_init(|| {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
            let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
            pem(der.as_ref())
        });
        let key = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
        Self::new(pem.clone(), key, Algorithm::RS256, kid)
    }

    fn new(pem: String, key: EncodingKey, alg: Algorithm, kid: &str) -> Self {
        Self {
            pem,
            key,
            alg,
            kid: kid.to_owned(),
        }
    }

    /// The public half, as a provider publishes it.
    pub fn jwk(&self) -> Value {
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&self.key, self.alg).unwrap()).unwrap();
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk
    }

    pub fn sign(&self, claims: &Value) -> String {
        let header = Header {
            kid: Some(self.kid.clone()),
            ..Header::new(self.alg)
        };
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }

    /// Signed with a header of this shape.
    pub fn sign_with_header(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, self.alg).unwrap();
        format!("{message}.{signature}")
    }
}

/// A token that nobody signed.
pub fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&json!({"alg": "none"})), part(claims))
}

/// A token that whoever knows `secret` can sign.
pub fn signed_with_secret(secret: &str, claims: &Value) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
}

fn pem(der: &[u8]) -> String {
    let label = "PRIVATE KEY";
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        STANDARD.encode(der)
    )
}
