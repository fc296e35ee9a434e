//! Client secrets: digests compared in constant time, two of them while one replaces the other.

use domain::{
    client::ClientSecret,
    clock::Timestamp,
    secret::{Digest, Secret},
};

/// Whether `given` is one of the secrets and has not expired. Looks at all of them either way.
pub(crate) fn is_accepted(secrets: &[ClientSecret], given: &Secret<String>, now: Timestamp) -> bool {
    let digest = Digest::of(given.expose());
    secrets.iter().fold(false, |accepted, secret| {
        let alive = secret.expires_at.is_none_or(|end| now < end);
        accepted | ((secret.digest == digest) & alive)
    })
}
