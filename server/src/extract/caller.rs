//! An application's request: in which realm, from where, with which credentials.

use crate::{extract::request_origin::Origins, layers::request_limit::Recognised, pages::AppState};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
    response::Response,
};
use domain::{client::ClientType, event::Actor, realm_context::RealmContext, services::Act};
use oidc::{
    client_auth::{self, AuthenticatedClient, ClientAuthError, TransportFacts},
    dpop::{self, ProofHeader},
    parameters::Parameters,
};
use std::sync::Arc;

const DPOP: HeaderName = HeaderName::from_static("dpop");
/// What no header can hold.
const NO_TEXT: &str = "\u{0}";
const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// Who calls, as far as headers and connection say.
pub struct Caller {
    /// The realm and the place the request came from.
    pub act: Act,
    authorization: Option<String>,
    proofs: Vec<String>,
    recognised: Recognised,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Response> {
        let realm = parts
            .extensions
            .get::<Arc<RealmContext>>()
            .cloned()
            .ok_or_else(crate::error::not_found)?;
        let origins = parts
            .extensions
            .get::<Origins>()
            .cloned()
            .ok_or_else(crate::error::not_found)?;
        let authorization = one(&parts.headers, header::AUTHORIZATION);
        let proofs = parts.headers.get_all(DPOP).iter().map(text).collect();
        let act = Act {
            realm,
            actor: Actor::Anonymous,
            origin: origins.request,
            locale: None,
        };
        Ok(Self {
            act,
            authorization,
            proofs,
            recognised: origins.recognised,
        })
    }
}

/// The value of a header that may be sent once. Several are as good as wrong credentials.
fn one(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let mut sent = headers.get_all(name).iter();
    match (sent.next(), sent.next()) {
        (first, None) => first.map(text),
        (_, Some(_)) => Some(NO_TEXT.to_owned()),
    }
}

/// A header that is not text is as good as wrong credentials: it never matches any.
fn text(value: &HeaderValue) -> String {
    value.to_str().unwrap_or(NO_TEXT).to_owned()
}

impl Caller {
    /// The `Authorization` header.
    pub fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }

    /// The `DPoP` headers.
    pub fn proof(&self) -> ProofHeader<'_> {
        ProofHeader::of(&self.proofs)
    }

    /// Takes down that the request proved who makes it.
    pub fn note_recognised(&self) {
        self.recognised.note();
    }

    /// Whoever proves possession of a key is told the nonce to use next (RFC 9449 §8.2).
    pub fn with_nonce(&self, state: &AppState, mut response: Response) -> Response {
        if self.proof() == ProofHeader::Absent {
            return response;
        }
        let nonce = dpop::nonce(&state.protocol, &self.act);
        if let Ok(nonce) = HeaderValue::try_from(nonce) {
            response.headers_mut().insert(DPOP_NONCE, nonce);
        }
        response
    }

    /// The client that calls, or the answer that refuses it.
    pub async fn authenticate(
        &self,
        state: &AppState,
        parameters: &Parameters,
    ) -> Result<AuthenticatedClient, Response> {
        let transport = TransportFacts {
            peer: self.act.origin.address,
            client_certificate: None,
        };
        let authenticated = client_auth::authenticate(
            &state.protocol,
            &self.act,
            self.authorization(),
            parameters,
            &transport,
        )
        .await;
        // A public client only names itself.
        let proved = authenticated
            .as_ref()
            .ok()
            .map(|client| &client.client().oidc().client_type);
        if matches!(proved, Some(ClientType::Confidential { .. })) {
            self.note_recognised();
        }
        authenticated.map_err(|error| match error {
            ClientAuthError::Store(error) => crate::error::unavailable(&error),
            error => {
                tracing::info!(
                    error = &error as &dyn std::error::Error,
                    "client authentication failed"
                );
                match error {
                    ClientAuthError::TooManyFailures { retry_after } => {
                        crate::error::too_many_requests(retry_after)
                    }
                    error => crate::error::protocol(error.code(), None, self.authorization.is_some()),
                }
            }
        })
    }
}
