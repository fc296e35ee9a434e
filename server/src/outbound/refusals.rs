//! Refused credentials, counted for whoever watches the product: by door and reason, which are fixed words.

use domain::{
    door::{Door, Refusal},
    outbound::Refusals,
};

/// The name of the counter.
pub const COUNTER: &str = "signet_credentials_refused_total";

/// Counts in the metrics of the process.
#[derive(Clone, Copy, Debug, Default)]
pub struct CountedRefusals;

impl Refusals for CountedRefusals {
    fn refused(&self, door: Door, why: Refusal) {
        metrics::counter!(COUNTER, "door" => door.as_str(), "reason" => why.as_str()).increment(1);
    }
}
