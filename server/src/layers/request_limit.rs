//! How many requests one address may make that prove nothing of who makes them (`SIGNET_REQUEST_LIMIT`).
//!
//! A request without credentials is counted as it comes, one with credentials when they turn out to be worth nothing:
//! whoever is signed in, and a client that proves who it is, use nothing up. Each process counts for itself, in bounded
//! memory. Guesses at credentials have budgets of their own (`domain::services::budgets`), whatever this says.

use crate::{extract::request_origin::Origins, pages::AppState};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::Response,
};
use domain::{clock::Timestamp, services::network};
use moka::future::Cache;
use oidc::discovery::path;
use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

/// Addresses that are remembered; the ones that ask least are forgotten first.
const ADDRESSES: u64 = 100_000;
const MINUTE: Duration = Duration::from_secs(60);
/// Where credentials may stand in the form.
const WITH_FORMS: [&str; 5] = [
    path::TOKEN,
    path::PUSHED_AUTHORIZATION_REQUEST,
    path::REVOCATION,
    path::INTROSPECTION,
    path::DEVICE_AUTHORIZATION,
];
/// What says that the process lives, and files that browsers keep.
const EXEMPT: [&str; 7] = [
    "/favicon.svg",
    "/seal.svg",
    "/healthz",
    "/readyz",
    "/health",
    "/dev/mailbox",
    "/dev/mailbox.json",
];

/// Whether whoever made the request proved who they are; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Recognised(Arc<AtomicBool>);

impl Recognised {
    /// They did.
    pub fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_noted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The limit, and what each address used of it.
pub struct RequestLimit {
    rule: Option<Rule>,
    /// When each address would have used up what it used so far, in microseconds, if it had asked evenly.
    used: Cache<IpAddr, Arc<AtomicI64>>,
}

/// Requests at an even pace, and how far ahead of it somebody may be.
#[derive(Clone, Copy, Debug)]
struct Rule {
    pace: i64,
    ahead: i64,
}

impl RequestLimit {
    /// As many requests a minute, bursts of a tenth; 0 is no limit.
    pub fn new(per_minute: u32) -> Self {
        let minute = i64::try_from(MINUTE.as_micros()).unwrap_or(i64::MAX);
        let rule = (per_minute > 0).then(|| {
            let pace = (minute / i64::from(per_minute)).max(1);
            let burst = i64::from((per_minute / 10).max(1));
            Rule {
                pace,
                ahead: pace * (burst - 1),
            }
        });
        let used = Cache::builder()
            .max_capacity(ADDRESSES)
            .time_to_idle(2 * MINUTE)
            .build();
        Self { rule, used }
    }

    /// Counts a request, unless there were too many: then how long to wait.
    async fn count(&self, address: IpAddr, now: Timestamp) -> Result<(), Duration> {
        let Some(rule) = self.rule else {
            return Ok(());
        };
        let used = self.used_by(address).await;
        let counted = used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
            rule.wait(used, now).is_none().then(|| rule.after(used, now))
        });
        match counted {
            Ok(_) => Ok(()),
            Err(used) => Err(rule.wait(used, now).unwrap_or_default()),
        }
    }

    /// Whether a request would be counted.
    async fn check(&self, address: IpAddr, now: Timestamp) -> Result<(), Duration> {
        let Some(rule) = self.rule else {
            return Ok(());
        };
        let used = self.used_by(address).await.load(Ordering::Relaxed);
        rule.wait(used, now).map_or(Ok(()), Err)
    }

    async fn used_by(&self, address: IpAddr) -> Arc<AtomicI64> {
        self.used
            .get_with(network(address), async { Arc::new(AtomicI64::new(0)) })
            .await
    }
}

impl Rule {
    fn wait(self, used: i64, now: Timestamp) -> Option<Duration> {
        let over = used.saturating_sub(self.ahead).saturating_sub(now.micros());
        u64::try_from(over)
            .ok()
            .filter(|over| *over > 0)
            .map(Duration::from_micros)
    }

    fn after(self, used: i64, now: Timestamp) -> i64 {
        used.max(now.micros()).saturating_add(self.pace)
    }
}

/// Answers 429 to an address that asked too much.
pub async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let limit = &state.runtime.request_limit;
    let origins = request.extensions().get::<Origins>();
    let Some((address, recognised)) = origins
        .filter(|_| limit.rule.is_some() && !is_exempt(request.uri().path()))
        .and_then(|origins| Some((origins.request.address?, origins.recognised.clone())))
    else {
        return next.run(request).await;
    };
    let now = state.runtime.services.ports.clock.now();
    let claims = claims_to_be_somebody(&request);
    let admitted = if claims {
        limit.check(address, now).await
    } else {
        limit.count(address, now).await
    };
    if let Err(wait) = admitted {
        metrics::counter!("signet_requests_refused_total").increment(1);
        return refuse(&state, request.headers(), wait).await;
    }
    let response = next.run(request).await;
    if claims && !recognised.is_noted() {
        // It was answered; the next one feels it.
        let _ = limit.count(address, now).await;
    }
    response
}

fn is_exempt(path: &str) -> bool {
    EXEMPT.contains(&path) || path.starts_with("/assets/")
}

/// Whether the request carries something that may prove who makes it.
fn claims_to_be_somebody(request: &Request) -> bool {
    let headers = request.headers();
    let session = headers.get_all(header::COOKIE).iter().any(|cookies| {
        cookies
            .as_bytes()
            .windows(14)
            .any(|part| part == b"signet-session")
    });
    let path = request.uri().path();
    let form = request.method() == Method::POST && WITH_FORMS.iter().any(|end| path.ends_with(end));
    session || form || headers.contains_key(header::AUTHORIZATION)
}

/// A page where a browser shows what comes, JSON otherwise.
async fn refuse(state: &AppState, headers: &HeaderMap, wait: Duration) -> Response {
    let wait = Duration::from_secs(wait.as_secs() + 1);
    if super::shows_pages(headers)
        && let Some(page) = crate::pages::too_many(state, headers, wait).await
    {
        return page;
    }
    crate::error::too_many_requests(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_micros(1_000_000_000 + millis * 1_000)
    }

    async fn admitted(limit: &RequestLimit, from: &str, millis: i64) -> bool {
        limit.count(from.parse().unwrap(), at(millis)).await.is_ok()
    }

    #[tokio::test]
    async fn an_address_has_a_burst_of_a_tenth_and_then_an_even_pace() {
        let limit = RequestLimit::new(600);
        for number in 0..60 {
            assert!(admitted(&limit, "192.0.2.1", 0).await, "{number}");
        }
        let wait = limit.count("192.0.2.1".parse().unwrap(), at(0)).await;
        assert_eq!(wait, Err(Duration::from_millis(100)));
        assert!(limit.check("192.0.2.1".parse().unwrap(), at(99)).await.is_err());
        assert!(limit.check("192.0.2.1".parse().unwrap(), at(100)).await.is_ok());
        let mut within_a_minute = 0;
        for millis in 0..60_000 {
            within_a_minute += usize::from(admitted(&limit, "192.0.2.1", millis).await);
        }
        assert_eq!(within_a_minute, 599);
        assert!(admitted(&limit, "192.0.2.2", 0).await);
    }

    #[tokio::test]
    async fn one_subscriber_is_one_address() {
        let limit = RequestLimit::new(10);
        assert!(admitted(&limit, "2001:db8:1:1::1", 0).await);
        assert!(!admitted(&limit, "2001:db8:1:1::2", 0).await);
        assert!(admitted(&limit, "2001:db8:1:2::1", 0).await);
        assert!(admitted(&limit, "192.0.2.1", 0).await);
        assert!(!admitted(&limit, "::ffff:192.0.2.1", 0).await);
    }

    #[tokio::test]
    async fn zero_is_no_limit() {
        let limit = RequestLimit::new(0);
        for _ in 0..10_000 {
            assert!(admitted(&limit, "192.0.2.1", 0).await);
        }
    }

    #[tokio::test]
    async fn of_many_at_once_a_burst_is_let_through() {
        let limit = RequestLimit::new(600);
        let all = (0..1_000).map(|_| admitted(&limit, "192.0.2.1", 0));
        let admitted = futures::future::join_all(all).await;
        assert_eq!(admitted.into_iter().filter(|admitted| *admitted).count(), 60);
    }
}
