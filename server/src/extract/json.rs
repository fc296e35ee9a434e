//! JSON bodies, still unread: the right content type, within bounds.

use crate::error::ProtocolError;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::header,
};

/// The bytes of a JSON body.
pub struct JsonBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ProtocolError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ProtocolError> {
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let mime = content_type.split(';').next().unwrap_or_default().trim();
        if !mime.eq_ignore_ascii_case("application/json") {
            return Err(ProtocolError::NotJson);
        }
        let body = Bytes::from_request(request, state).await;
        body.map(JsonBody).map_err(|_| ProtocolError::TooLarge)
    }
}
