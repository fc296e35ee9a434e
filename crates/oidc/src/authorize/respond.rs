//! The authorization response (RFC 6749 §4.1.2, RFC 9207): code or error, `state` and `iss`, by redirect or form.

use super::{
    AuthorizeError,
    request::{ReplyTo, ResponseMode},
};
use domain::{opaque::OpaqueToken, realm_context::RealmContext};

/// Where responses to one request go. Only a request whose client and redirect URI are valid has one.
#[derive(Clone, Debug)]
pub struct ReturnAddress {
    reply: ReplyTo,
    issuer: String,
}

/// A response on its way to a client. `Debug` shows neither code nor state.
pub struct AuthorizationResponse {
    /// How it gets there.
    pub delivery: Delivery,
    /// What went wrong, for the log.
    pub error: Option<AuthorizeError>,
}

/// How a response gets to the client.
pub enum Delivery {
    /// The browser is sent to this address, by 303.
    Redirect(String),
    /// The browser posts a form.
    FormPost {
        /// To where.
        action: String,
        /// With these fields, in this order.
        fields: Vec<(&'static str, String)>,
    },
}

impl ReturnAddress {
    pub(super) fn new(realm: &RealmContext, reply: ReplyTo) -> Self {
        Self {
            reply,
            issuer: realm.issuer.as_str().to_owned(),
        }
    }

    pub(super) fn reply(&self) -> &ReplyTo {
        &self.reply
    }

    /// The response that carries `code`.
    pub(super) fn code(&self, code: &OpaqueToken) -> AuthorizationResponse {
        AuthorizationResponse {
            delivery: self.deliver(vec![("code", code.expose().to_owned())]),
            error: None,
        }
    }

    /// The response that carries `error`.
    pub(super) fn error(&self, error: AuthorizeError) -> AuthorizationResponse {
        let mut fields = vec![("error", error.code().as_str().to_owned())];
        fields.extend(
            error
                .description()
                .map(|text| ("error_description", text.to_owned())),
        );
        AuthorizationResponse {
            delivery: self.deliver(fields),
            error: Some(error),
        }
    }

    fn deliver(&self, mut fields: Vec<(&'static str, String)>) -> Delivery {
        fields.extend(self.reply.state.as_ref().map(|state| ("state", state.clone())));
        fields.push(("iss", self.issuer.clone()));
        match self.reply.response_mode {
            ResponseMode::Query => {
                let pairs: Vec<(&str, &str)> = fields
                    .iter()
                    .map(|(name, value)| (*name, value.as_str()))
                    .collect();
                Delivery::Redirect(self.reply.redirect_uri.with_query(&pairs))
            }
            ResponseMode::FormPost => Delivery::FormPost {
                action: self.reply.redirect_uri.as_str().to_owned(),
                fields,
            },
        }
    }
}

impl std::fmt::Debug for AuthorizationResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizationResponse")
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
