//! The line to one provider: every request to it passes here, is bounded, counted and judged by the breaker.
//!
//! What may be asked twice is tried again shortly after a failure that passes; a code or a refresh token never is,
//! for the provider may have spent it although its answer was lost.

use crate::breaker::{Breaker, Leave, Patience};
use backon::{ExponentialBuilder, Retryable as _};
use domain::{
    clock::{Clock, Timestamp},
    federation::{Condition, ProviderId, UpstreamError},
    outbound::{FetchError, FetchRequest, Fetched, HttpFetch},
    random::Random,
};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, http::Method};
use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use url::Url;

/// How often a request is tried again.
const TRIES_AGAIN: usize = 2;
/// The pause before the first of them; the next is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest answer read, in bytes.
const MAX_BYTES: usize = 256 * 1_024;
/// How long somebody who wants to go there waits for a sign that the provider lives.
pub(crate) const SIGN_OF_LIFE: Duration = Duration::from_secs(3);
/// For how long an answer is such a sign.
const LATELY: Duration = Duration::from_secs(30);

/// Is told how providers do, for the metrics.
pub trait Observer: Send + Sync {
    /// One request came to this end.
    fn asked(&self, provider: &ProviderId, outcome: Outcome);
    /// The provider is in this condition, perhaps still.
    fn condition(&self, provider: &ProviderId, condition: Condition);
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered.
    Answered,
    /// It was answered with an error of the asker's (4xx).
    Rejected,
    /// There was no answer, or one that tells of trouble there.
    Failed,
    /// The answer took too long.
    TooSlow,
    /// The answer is too large.
    TooLarge,
    /// Nobody was asked: the breaker is open.
    NotAsked,
}

impl Outcome {
    /// The outcome as a label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::TooSlow => "too_slow",
            Self::TooLarge => "too_large",
            Self::NotAsked => "not_asked",
        }
    }
}

/// What an adapter needs of the outside.
#[derive(Clone)]
#[allow(missing_docs, reason = "the port's documentation says it")]
pub struct Outside {
    pub http: Arc<dyn HttpFetch>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub observer: Arc<dyn Observer>,
    /// When the breaker opens, and for how long.
    pub patience: Patience,
}

/// Why a provider gave no answer that could be read.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum LineError {
    /// The breaker is open.
    #[error("the provider failed too often and is left alone for a while")]
    Open,
    /// It was asked in vain.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The crate that speaks the protocol made a request that is none.
    #[error("the request cannot be made")]
    Unmade,
}

impl LineError {
    /// Whether asking again shortly may help. What was slow once is not waited for three times.
    fn passes(&self) -> bool {
        match self {
            Self::Fetch(FetchError::Unreachable(_) | FetchError::Status(_)) => true,
            Self::Fetch(
                FetchError::TooSlow | FetchError::TooLarge | FetchError::Refused(_) | FetchError::Redirected,
            )
            | Self::Open
            | Self::Unmade => false,
        }
    }
}

impl From<LineError> for UpstreamError {
    fn from(error: LineError) -> Self {
        Self::Unavailable(Some(Arc::new(error)))
    }
}

pub(crate) struct Line {
    provider: ProviderId,
    outside: Outside,
    breaker: Breaker,
    /// When it answered last, unless it failed since.
    answered: Mutex<Option<Timestamp>>,
}

impl Line {
    pub(crate) fn new(provider: ProviderId, outside: Outside) -> Self {
        outside.observer.condition(&provider, Condition::Closed);
        Self {
            breaker: Breaker::new(outside.patience),
            provider,
            outside,
            answered: Mutex::default(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.outside.clock.now()
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.outside.random
    }

    pub(crate) fn condition(&self) -> Condition {
        self.breaker.condition(self.now())
    }

    /// Whether it answered a short while ago, and has not failed since.
    pub(crate) fn answered_lately(&self) -> bool {
        let answered = *self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back makes nobody live longer.
        answered.is_some_and(|at| (at..at + LATELY).contains(&self.now()))
    }

    /// Asks for something that asking changes nothing about.
    pub(crate) async fn read(&self, request: &FetchRequest) -> Result<Fetched, LineError> {
        let pauses = ExponentialBuilder::new()
            .with_min_delay(FIRST_PAUSE)
            .with_max_times(TRIES_AGAIN);
        (|| self.send(request))
            .retry(pauses)
            .when(LineError::passes)
            .await
    }

    /// Asks once. An answer is what says nothing of trouble there; its status may be that of an error.
    pub(crate) async fn send(&self, request: &FetchRequest) -> Result<Fetched, LineError> {
        let Some(leave) = self.breaker.admit(self.now()) else {
            self.outside.observer.asked(&self.provider, Outcome::NotAsked);
            return Err(LineError::Open);
        };
        let bounded = request.clone().with_max_bytes(MAX_BYTES);
        let fetched = self.outside.http.fetch(&bounded).await;
        let answer = fetched.and_then(|fetched| match fetched.status {
            429 | 500.. => Err(FetchError::Status(fetched.status)),
            _ => Ok(fetched),
        });
        self.judge(leave, &answer);
        Ok(answer?)
    }

    fn judge(&self, leave: Leave<'_>, answer: &Result<Fetched, FetchError>) {
        let outcome = match answer {
            Ok(fetched) if fetched.status >= 400 => Outcome::Rejected,
            Ok(_) => Outcome::Answered,
            Err(FetchError::TooSlow) => Outcome::TooSlow,
            Err(FetchError::TooLarge) => Outcome::TooLarge,
            Err(
                FetchError::Refused(_)
                | FetchError::Unreachable(_)
                | FetchError::Redirected
                | FetchError::Status(_),
            ) => Outcome::Failed,
        };
        let now = self.now();
        let answered = match outcome {
            Outcome::Answered | Outcome::Rejected => {
                leave.answered();
                Some(now)
            }
            Outcome::Failed | Outcome::TooSlow | Outcome::TooLarge | Outcome::NotAsked => {
                leave.failed(now);
                None
            }
        };
        *self.answered.lock().unwrap_or_else(PoisonError::into_inner) = answered;
        self.outside.observer.asked(&self.provider, outcome);
        self.outside.observer.condition(&self.provider, self.condition());
    }
}

/// The line as the crate `oauth2` sends requests.
pub(crate) struct Sending<'a>(pub &'a Line);

impl<'c> AsyncHttpClient<'c> for Sending<'_> {
    type Error = LineError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, LineError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let request = translated(&request).ok_or(LineError::Unmade)?;
            let fetched = self.0.send(&request).await?;
            let mut response = oauth2::http::Response::builder().status(fetched.status);
            if let Some(media_type) = fetched.media_type() {
                response = response.header(oauth2::http::header::CONTENT_TYPE, media_type);
            }
            response.body(fetched.body).map_err(|_| LineError::Unmade)
        })
    }
}

/// The same request to the product's client: a form that is posted, with or without client authentication.
fn translated(request: &HttpRequest) -> Option<FetchRequest> {
    if request.method() != Method::POST {
        return None;
    }
    let url = Url::parse(&request.uri().to_string()).ok()?;
    let form = FetchRequest::post_form(url, &[]);
    let form = FetchRequest {
        body: domain::outbound::FetchBody::Post {
            content_type: "application/x-www-form-urlencoded",
            bytes: domain::secret::Secret::new(request.body().clone()),
        },
        ..form
    };
    Some(match request.headers().get(oauth2::http::header::AUTHORIZATION) {
        Some(value) => {
            let value = domain::secret::Secret::new(value.to_str().ok()?.to_owned());
            form.with_header("authorization", value)
        }
        None => form,
    })
}
