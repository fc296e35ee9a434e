//! How much the body of a request may hold: a form everywhere, a file where people send their picture.

use crate::{error::ProtocolError, routes::BODY_LIMIT};
use axum::{
    body::{Body, HttpBody as _},
    extract::Request,
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::Limited;

/// The most that the body of a picture may hold. It is more than a picture may, so that who sends one that is too large
/// is told so by the page.
pub const UPLOAD_LIMIT: usize = 16 * 1024 * 1024;

/// Refuses a body that is said to be too large before any of it is read, and reads no more than it may hold.
pub async fn bounded(request: Request, next: Next) -> Response {
    let most = most(request.uri().path());
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > most) {
        return ProtocolError::TooLarge.into_response();
    }
    let limited = |body: Body| match body.is_end_stream() {
        true => body,
        false => Body::new(Limited::new(body, most)),
    };
    next.run(request.map(limited)).await
}

/// The most for a path as it was asked for, a realm's prefix included.
fn most(path: &str) -> usize {
    let picture = match super::split_realm(path) {
        Ok((_, within)) => within.as_deref().unwrap_or(path) == app::pages::account::profile::picture::UPLOAD,
        Err(super::NoRealm) => false,
    };
    if picture { UPLOAD_LIMIT } else { BODY_LIMIT }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_where_a_picture_is_sent_a_body_may_be_more_than_a_form() {
        for path in ["/account/picture", "/realms/acme/account/picture"] {
            assert_eq!(most(path), UPLOAD_LIMIT, "{path}");
        }
        for path in [
            "/account",
            "/account/picture/",
            "/api/account/picture",
            "/realms/ACME/account/picture",
            "/token",
        ] {
            assert_eq!(most(path), BODY_LIMIT, "{path}");
        }
    }
}
