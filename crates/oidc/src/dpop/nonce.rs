//! Nonces of this server for proofs (RFC 9449 §8, §9): a keyed hash of the time, so that nothing is stored and every
//! node knows those of the others.

use crate::Protocol;
use domain::{secret::Digest, services::Act};

/// How long the same nonce is given out, in seconds.
const STEP: i64 = 150;

/// The nonce to use now. It is good for two and a half to five minutes.
pub fn nonce(protocol: &Protocol, act: &Act) -> String {
    of(protocol, act, step(protocol)).to_base64url()
}

/// Whether `given` is the nonce of now or of shortly before; of shortly after, too, for a node whose clock is ahead.
pub(super) fn is_good(protocol: &Protocol, act: &Act, given: &str) -> bool {
    let given = Digest::of(given);
    let now = step(protocol);
    // Hashed again, so that comparing takes the same time wherever they differ.
    [now, now - 1, now + 1]
        .into_iter()
        .any(|step| Digest::of(of(protocol, act, step).to_base64url()) == given)
}

fn step(protocol: &Protocol) -> i64 {
    protocol.ports.clock.now().seconds().div_euclid(STEP)
}

fn of(protocol: &Protocol, act: &Act, step: i64) -> Digest {
    let message = format!("{}:{step}", act.realm.realm.id);
    protocol.ports.sealer.mac("dpop-nonce", message.as_bytes())
}
