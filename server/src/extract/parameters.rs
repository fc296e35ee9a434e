//! Form bodies and queries as [`Parameters`] (RFC 6749 §3.1, §3.2): the right content type, within bounds,
//! none repeated.

use crate::error::ProtocolError;
use axum::{
    body::{Bytes, HttpBody as _},
    extract::{FromRequest, Request},
    http::header,
};
use oidc::parameters::Parameters;

/// A form body.
pub struct Form(pub Parameters);

impl Form {
    /// The form and the bytes it was sent as.
    pub(super) async fn read<S: Send + Sync>(
        request: Request,
        state: &S,
    ) -> Result<(Parameters, Bytes), ProtocolError> {
        if is_bare(&request) {
            return Ok((Parameters::default(), Bytes::new()));
        }
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let mime = content_type.split(';').next().unwrap_or_default().trim();
        if !mime.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(ProtocolError::UnsupportedMediaType);
        }
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|_| ProtocolError::TooLarge)?;
        match Parameters::parse(&body) {
            Ok(parameters) => Ok((parameters, body)),
            Err(_) => Err(ProtocolError::MalformedParameters),
        }
    }
}

/// Whether nothing was sent, and nothing said of what it is: a form without fields.
fn is_bare(request: &Request) -> bool {
    let headers = request.headers();
    !headers.contains_key(header::CONTENT_TYPE) && request.body().is_end_stream()
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = ProtocolError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ProtocolError> {
        let (parameters, _) = Self::read(request, state).await?;
        Ok(Self(parameters))
    }
}
