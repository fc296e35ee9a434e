//! A provider's keys (OpenID Connect Core §10.1.1): read when a token needs them, kept, and read again, at a bounded
//! rate, for a token that none of them fits.

use super::signed::{Signed, Unfit};
use crate::{
    cached::{Cached, Kept, Read},
    claims::Claims,
    line::Line,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{federation::UpstreamError, outbound::FetchRequest};
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeySet};
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// The most keys a set may have.
const MAX_KEYS: usize = 50;
/// Bytes of the shortest RSA modulus (RFC 7518 §3.3).
const MIN_RSA: usize = 256;
/// The pause between two readings that tokens ask for: invented key names make no load.
const PAUSE: Duration = Duration::from_secs(10);
/// A key that was withdrawn is not believed for longer than an hour.
const KEPT: Kept = Kept {
    usually: Duration::from_secs(600),
    at_least: Duration::from_secs(60),
    at_most: Duration::from_secs(3_600),
};

pub(super) struct Keys(Cached<Vec<CoreJsonWebKey>>);

impl Default for Keys {
    fn default() -> Self {
        Self(Cached::new(KEPT))
    }
}

impl Keys {
    /// The claims of a token that one of the keys at `uri` signed.
    pub(super) async fn verify(
        &self,
        line: &Line,
        uri: &Url,
        token: &Signed<'_>,
    ) -> Result<Claims, UpstreamError> {
        let (now, read) = (|| line.now(), || read(line, uri));
        let held = self.0.get(now, read, || true).await?;
        match token.verify(&held) {
            Err(Unfit::Key | Unfit::Signature) => {}
            judged => return Ok(judged?.clone()),
        }
        // The provider may have changed its keys since.
        let newer = self.0.newer(&held, PAUSE, now, read).await?;
        let newer = newer.ok_or(UpstreamError::Refused("no key of the provider fits"))?;
        Ok(token.verify(&newer)?.clone())
    }
}

async fn read(line: &Line, uri: &Url) -> Result<Read<Vec<CoreJsonWebKey>>, UpstreamError> {
    let request = FetchRequest::get(uri.clone(), "application/jwk-set+json, application/json");
    let fetched = line.read(&request).await?;
    if fetched.status != 200 {
        return Err(UpstreamError::Refused(
            "there are no keys where the metadata have them",
        ));
    }
    let set: CoreJsonWebKeySet = serde_json::from_slice(&fetched.body)
        .map_err(|_| UpstreamError::Refused("the keys are no JWK Set"))?;
    if set.keys().len() > MAX_KEYS {
        return Err(UpstreamError::Refused("there are too many keys"));
    }
    let strong = set.keys().iter().filter(|key| !is_short(key));
    Ok(Read {
        document: strong.cloned().collect(),
        fresh_for: fetched.max_age(),
    })
}

/// Whether it is an RSA key that is too short to believe.
fn is_short(key: &CoreJsonWebKey) -> bool {
    let members = serde_json::to_value(key).unwrap_or_default();
    let modulus = members.get("n").and_then(Value::as_str);
    let modulus = modulus.and_then(|n| URL_SAFE_NO_PAD.decode(n).ok());
    modulus.is_some_and(|modulus| modulus.iter().skip_while(|byte| **byte == 0).count() < MIN_RSA)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rfc7518_s3_3_an_rsa_key_has_2048_bits_or_more() {
        let key = |bytes: usize, zeros: usize| -> CoreJsonWebKey {
            let modulus = [vec![0; zeros], vec![0xff; bytes]].concat();
            let jwk = json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB"});
            serde_json::from_value(jwk).unwrap()
        };
        assert!(is_short(&key(128, 0)) && is_short(&key(255, 1)));
        assert!(!is_short(&key(256, 0)) && !is_short(&key(256, 1)));
        let other = json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode([7; 32])});
        assert!(!is_short(&serde_json::from_value(other).unwrap()));
    }
}
