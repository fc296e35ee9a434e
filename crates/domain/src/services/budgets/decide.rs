//! Whether a credential may be judged, decided from what is known of the attempt. Pure.

use crate::{
    budget::{Allowance, Lane},
    clock::Timestamp,
};
use std::time::Duration;

/// How far back attempts from an address or a network count.
pub const WINDOW: Duration = Duration::from_secs(900);
/// Attempts from one address (IPv6: a /64) within [`WINDOW`], whoever is named; right ones are given back.
pub const FROM_ADDRESS: u64 = 300;
/// Attempts from one network (IPv4: a /24, IPv6: a /48) within [`WINDOW`].
pub const FROM_NETWORK: u64 = 1_500;

const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_secs(1_800);
/// What a known device, or everybody at one address, may try with one account.
pub const NEARBY: Allowance = growing(5);
/// What all unknown devices may try together with one account.
pub const EVERYWHERE: Allowance = growing(30);
/// What a known device may try with one account that nobody guesses: passkeys, mailed links.
pub const BEYOND_GUESSING: Allowance = Allowance::Strict {
    attempts: 30,
    within: WINDOW,
    closed: WINDOW,
};
/// What everybody may try together with one account of a realm that locks hard.
pub const HARD: Allowance = Allowance::Strict {
    attempts: 5,
    within: LONGEST_WAIT,
    closed: LONGEST_WAIT,
};

const fn growing(free: u32) -> Allowance {
    Allowance::Growing {
        free,
        first: FIRST_WAIT,
        longest: LONGEST_WAIT,
    }
}

/// What is known when somebody tries to prove who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInContext {
    /// When.
    pub now: Timestamp,
    /// Attempts from this address in the window, this one included; none are counted of a known device.
    pub from_address: u64,
    /// Attempts from this network in the window, this one included.
    pub from_network: u64,
    /// The lanes that the attempt takes, as they were found.
    pub lanes: Vec<(Allowance, Option<Lane>)>,
}

/// What follows from a [`SignInContext`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Judge the credential.
    Allow,
    /// Do not even look at it.
    Deny {
        /// When to try again.
        retry_after: Duration,
    },
    /// Let the machine work first, or the person wait.
    Work {
        /// With how many zero bits the digest it looks for begins.
        bits: u8,
        /// How long to wait instead.
        or_wait: Duration,
    },
}

/// Decides whether a credential may be judged.
pub fn decide(context: &SignInContext) -> Decision {
    let now = context.now;
    let crowded = context.from_address > FROM_ADDRESS || context.from_network > FROM_NETWORK;
    let lanes = context.lanes.iter();
    let wait = lanes
        .map(|(allowance, lane)| allowance.wait(lane.as_ref(), now))
        .chain(crowded.then_some(WINDOW))
        .max()
        .unwrap_or_default();
    if wait.is_zero() {
        Decision::Allow
    } else {
        Decision::Deny { retry_after: wait }
    }
}
