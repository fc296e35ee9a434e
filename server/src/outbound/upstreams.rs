//! How other providers do, counted for whoever watches the product. Labels are the ids that the operator gave them,
//! and fixed words.

use domain::federation::{Condition, ProviderId};
use federation::{Observer, Outcome};

/// Requests to providers by how they ended.
pub const REQUESTS: &str = "signet_upstream_requests_total";
/// Whether a provider is asked: 0 yes, 1 one request finds out, 2 no.
pub const BREAKER: &str = "signet_upstream_breaker_state";

/// Counts in the metrics of the process.
#[derive(Clone, Copy, Debug, Default)]
pub struct CountedUpstreams;

impl Observer for CountedUpstreams {
    fn asked(&self, provider: &ProviderId, outcome: Outcome) {
        let labels = [
            ("provider", provider.to_string()),
            ("outcome", outcome.as_str().to_owned()),
        ];
        metrics::counter!(REQUESTS, &labels).increment(1);
    }

    fn condition(&self, provider: &ProviderId, condition: Condition) {
        let state = match condition {
            Condition::Closed => 0.0,
            Condition::HalfOpen => 1.0,
            Condition::Open => 2.0,
        };
        metrics::gauge!(BREAKER, "provider" => provider.to_string()).set(state);
    }
}
