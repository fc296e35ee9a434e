//! Errors on the wire: the only mapping from what went wrong to status, headers and body.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::client::ClientAlgorithm;
use oidc::{bearer::Scheme, dpop, error::ErrorCode};
use serde_json::json;
use std::time::Duration;

/// Seconds after which to try again when something is briefly out of reach.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

/// What is wrong with a request to a protocol endpoint, apart from what the protocol itself answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolError {
    /// The body is not a form.
    UnsupportedMediaType,
    /// The body is not JSON.
    NotJson,
    /// The body is larger than 64 KiB.
    TooLarge,
    /// Parameters are repeated, too many, too long or wrongly encoded.
    MalformedParameters,
}

impl ProtocolError {
    /// The status that says the same.
    pub fn status(self) -> StatusCode {
        match self {
            Self::UnsupportedMediaType | Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MalformedParameters => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for ProtocolError {
    fn into_response(self) -> Response {
        let description = match self {
            Self::UnsupportedMediaType => "send application/x-www-form-urlencoded",
            Self::NotJson => "send application/json",
            Self::TooLarge => "the request is too large",
            Self::MalformedParameters => "a parameter is repeated, too long or wrongly encoded",
        };
        json_error(self.status(), ErrorCode::InvalidRequest.as_str(), description)
    }
}

/// A protocol error as JSON (RFC 6749 §5.2); `basic` says whether the client used the Authorization header.
pub fn protocol(code: ErrorCode, description: Option<&'static str>, basic: bool) -> Response {
    let status = match code {
        ErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
        ErrorCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::InvalidToken => StatusCode::UNAUTHORIZED,
        ErrorCode::InsufficientScope => StatusCode::FORBIDDEN,
        _ => StatusCode::BAD_REQUEST,
    };
    let mut response = json_error(status, code.as_str(), description.unwrap_or_default());
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    if code == ErrorCode::InvalidClient && basic {
        response.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Basic realm=\"token\", charset=\"UTF-8\""),
        );
    }
    response
}

/// A protocol error with a sentence for developers that was made of fixed words.
pub fn described(code: ErrorCode, description: &str) -> Response {
    match code {
        ErrorCode::ServerError => protocol(code, None, false),
        code => json_error(StatusCode::BAD_REQUEST, code.as_str(), description),
    }
}

/// A protected resource's error (RFC 6750 §3, RFC 9449 §7.1), without a code when no token was sent. The error stands
/// in the challenge of the scheme that was used.
pub fn resource(code: Option<ErrorCode>, used: Scheme) -> Response {
    challenged(code, used, &Scheme::ALL)
}

/// The same where tokens come by the scheme `Bearer` alone (RFC 7592 §3).
pub fn bearer(code: Option<ErrorCode>) -> Response {
    challenged(code, Scheme::Bearer, &[Scheme::Bearer])
}

fn challenged(code: Option<ErrorCode>, used: Scheme, schemes: &[Scheme]) -> Response {
    let status = match code {
        Some(ErrorCode::InsufficientScope) => StatusCode::FORBIDDEN,
        Some(ErrorCode::InvalidRequest) => StatusCode::BAD_REQUEST,
        Some(_) | None => StatusCode::UNAUTHORIZED,
    };
    let mut response = match code {
        None => status.into_response(),
        Some(code) => json_error(status, code.as_str(), ""),
    };
    for scheme in schemes.iter().copied() {
        let error = code.filter(|_| scheme == used);
        if let Ok(challenge) = HeaderValue::try_from(challenge(scheme, error)) {
            response.headers_mut().append(header::WWW_AUTHENTICATE, challenge);
        }
    }
    response
}

fn challenge(scheme: Scheme, error: Option<ErrorCode>) -> String {
    let mut parameters = Vec::new();
    match error {
        Some(ErrorCode::InsufficientScope) => {
            parameters.push("error=\"insufficient_scope\", scope=\"openid\"".to_owned());
        }
        Some(code) => parameters.push(format!("error=\"{}\"", code.as_str())),
        // A challenge has a parameter (RFC 6750 §3).
        None if scheme == Scheme::Bearer => parameters.push("realm=\"signet\"".to_owned()),
        None => {}
    }
    if scheme == Scheme::Dpop {
        let algs = dpop::ALGORITHMS.map(ClientAlgorithm::as_str).join(" ");
        parameters.push(format!("algs=\"{algs}\""));
    }
    format!("{} {}", scheme.as_str(), parameters.join(", "))
        .trim_end()
        .to_owned()
}

/// Something is briefly out of reach; the cause goes to the log only.
pub fn unavailable(cause: &(dyn std::error::Error + 'static)) -> Response {
    tracing::error!(error = cause, "a request could not be answered");
    try_later()
}

/// Something is briefly out of reach.
pub fn try_later() -> Response {
    protocol(
        ErrorCode::TemporarilyUnavailable,
        Some("try again shortly"),
        false,
    )
}

/// Too much of something was tried.
pub fn too_many_requests(retry_after: Duration) -> Response {
    let mut response = json_error(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_requests",
        "too many attempts; try again later",
    );
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(retry_after.as_secs()));
    response
}

/// There is nothing at this address.
pub fn not_found() -> Response {
    json_error(
        StatusCode::NOT_FOUND,
        "not_found",
        "there is nothing at this address",
    )
}

/// The address answers other methods; axum adds `Allow`.
pub fn method_not_allowed() -> Response {
    json_error(
        StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::InvalidRequest.as_str(),
        "the method is not allowed here",
    )
}

fn json_error(status: StatusCode, code: &str, description: &str) -> Response {
    let body = if description.is_empty() {
        json!({"error": code})
    } else {
        json!({"error": code, "error_description": description})
    };
    let mut response = (status, Json(body)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
