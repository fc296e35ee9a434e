//! A WebAuthn authenticator in software: one key, and answers that can be wrong in every way that matters.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is made here has the form it is given"
)]

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_cbor_2::Value as Cbor;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Which model it claims to be.
pub const AAGUID: [u8; 16] = *b"a software model";

/// What an answer says, beside what was asked.
#[allow(missing_docs, reason = "the names are those of Web Authentication")]
pub struct Answer {
    pub origin: String,
    pub relying_party: String,
    pub user_verified: bool,
    pub synced: bool,
    pub cross_origin: bool,
    pub count: u32,
    pub kind: Option<&'static str>,
    pub challenge: Option<&'static str>,
    pub discoverable: Option<bool>,
    pub forged: bool,
}

impl Answer {
    /// An answer as it should be, to a relying party at this origin.
    pub fn new(origin: &str, relying_party: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            relying_party: relying_party.to_owned(),
            user_verified: true,
            synced: true,
            cross_origin: false,
            count: 0,
            kind: None,
            challenge: None,
            discoverable: Some(true),
            forged: false,
        }
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = self.challenge.map_or(options["challenge"].clone(), Value::from);
        let data = json!({
            "type": self.kind.unwrap_or(kind),
            "challenge": challenge,
            "origin": self.origin,
            "crossOrigin": self.cross_origin,
        });
        data.to_string().into_bytes()
    }

    fn data(&self, attested: &[u8]) -> Vec<u8> {
        let flag = |bit: u8, on: bool| if on { 1 << bit } else { 0 };
        let flags = flag(0, true)
            | flag(2, self.user_verified)
            | flag(3, true)
            | flag(4, self.synced)
            | flag(6, !attested.is_empty());
        let party = digest(&SHA256, self.relying_party.as_bytes());
        [party.as_ref(), &[flags], &self.count.to_be_bytes(), attested].concat()
    }
}

/// One credential and its key.
pub struct Authenticator {
    key: EcdsaKeyPair,
}

impl Authenticator {
    /// A new one.
    #[allow(clippy::new_without_default, reason = "it is another one each time")]
    pub fn new() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        Self { key }
    }

    /// The id of its credential.
    pub fn credential(&self) -> &[u8] {
        &self.key.public_key().as_ref()[1..33]
    }

    /// Answers `navigator.credentials.create` with `options`.
    pub fn make(&self, options: &Value, answer: &Answer) -> String {
        let attestation = BTreeMap::from([
            (Cbor::Text("fmt".into()), Cbor::Text("none".into())),
            (Cbor::Text("attStmt".into()), Cbor::Map(BTreeMap::new())),
            (
                Cbor::Text("authData".into()),
                Cbor::Bytes(answer.data(&self.attested())),
            ),
        ]);
        let attestation = serde_cbor_2::to_vec(&Cbor::Map(attestation)).unwrap();
        let client_data = answer.client_data("webauthn.create", options);
        let response = json!({
            "clientDataJSON": text(&client_data),
            "attestationObject": text(&attestation),
            "transports": ["internal"],
        });
        self.credential_json(&response, &json!({ "credProps": { "rk": answer.discoverable } }))
    }

    /// Answers `navigator.credentials.get` with `options`, as the account of this user handle.
    pub fn answer(&self, options: &Value, handle: &[u8], answer: &Answer) -> String {
        let (data, client_data) = (answer.data(&[]), answer.client_data("webauthn.get", options));
        let signed = [data.as_slice(), digest(&SHA256, &client_data).as_ref()].concat();
        let signer = if answer.forged {
            &Self::new().key
        } else {
            &self.key
        };
        let signature = signer.sign(&SystemRandom::new(), &signed).unwrap();
        let response = json!({
            "clientDataJSON": text(&client_data),
            "authenticatorData": text(&data),
            "signature": text(signature.as_ref()),
            "userHandle": text(handle),
        });
        self.credential_json(&response, &json!({}))
    }

    fn credential_json(&self, response: &Value, extensions: &Value) -> String {
        let id = text(self.credential());
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "response": response,
            "authenticatorAttachment": "platform",
            "clientExtensionResults": extensions,
        })
        .to_string()
    }

    fn attested(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let key = BTreeMap::from([
            (Cbor::Integer(1), Cbor::Integer(2)),
            (Cbor::Integer(3), Cbor::Integer(-7)),
            (Cbor::Integer(-1), Cbor::Integer(1)),
            (Cbor::Integer(-2), Cbor::Bytes(point[1..33].to_vec())),
            (Cbor::Integer(-3), Cbor::Bytes(point[33..65].to_vec())),
        ]);
        let key = serde_cbor_2::to_vec(&Cbor::Map(key)).unwrap();
        let id = self.credential();
        let length = u16::try_from(id.len()).unwrap().to_be_bytes();
        [&AAGUID, length.as_slice(), id, &key].concat()
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
