//! What a client sends to authenticate: exactly one method (RFC 6749 §2.3).

use super::{ClientAuthError, assertion};
use crate::parameters::{Parameters, Repeated, decode};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    client::{ClientAuthMethod, ClientId},
    secret::Secret,
};
use zeroize::Zeroizing;

const MAX_SECRET_BYTES: usize = 512;

/// One way of authenticating, as sent.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// A secret, in the header or in the body.
    Secret {
        /// Who.
        client_id: ClientId,
        /// How.
        method: ClientAuthMethod,
        /// The secret.
        secret: Secret<String>,
    },
    /// A JWT that the client signed.
    Assertion {
        /// Who.
        client_id: ClientId,
        /// The JWT.
        assertion: Secret<String>,
    },
    /// Nothing but a name: a public client.
    None {
        /// Who.
        client_id: ClientId,
    },
}

impl Credentials {
    /// Reads the `Authorization` header and the body; two methods at once are refused.
    pub fn read(authorization: Option<&str>, body: &Parameters) -> Result<Self, ClientAuthError> {
        let id = body.one("client_id")?;
        let secret = body.one("client_secret")?;
        let assertion = assertion::read(body)?;
        let credentials = match (authorization, secret, assertion) {
            (Some(header), None, None) => basic(header)?,
            (None, None, Some(assertion)) => Self::Assertion {
                client_id: parse_id(&assertion::issuer(assertion.expose())?)?,
                assertion,
            },
            (None, Some(secret), None) => Self::Secret {
                client_id: parse_id(id.ok_or(ClientAuthError::Missing)?)?,
                method: ClientAuthMethod::ClientSecretPost,
                secret: parse_secret(secret.to_owned())?,
            },
            (None, None, None) => Self::None {
                client_id: parse_id(id.ok_or(ClientAuthError::Missing)?)?,
            },
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => {
                return Err(ClientAuthError::SeveralMethods);
            }
        };
        if id.is_some_and(|id| id != credentials.client_id().as_str()) {
            return Err(ClientAuthError::SeveralMethods);
        }
        Ok(credentials)
    }

    /// Who the client says it is.
    pub fn client_id(&self) -> &ClientId {
        match self {
            Self::Secret { client_id, .. } | Self::Assertion { client_id, .. } | Self::None { client_id } => {
                client_id
            }
        }
    }
}

/// Both halves are form-encoded before they are joined (RFC 6749 §2.3.1).
fn basic(header: &str) -> Result<Credentials, ClientAuthError> {
    let (scheme, encoded) = header.split_once(' ').ok_or(ClientAuthError::Malformed)?;
    if !scheme.eq_ignore_ascii_case("Basic") || encoded.len() > 8 * MAX_SECRET_BYTES {
        return Err(ClientAuthError::Malformed);
    }
    let decoded = STANDARD
        .decode(encoded.trim_matches(' '))
        .map_err(|_| ClientAuthError::Malformed)?;
    let decoded = Zeroizing::new(decoded);
    let mut halves = decoded.splitn(2, |b| *b == b':');
    let id = halves.next().unwrap_or_default();
    let secret = halves.next().ok_or(ClientAuthError::Malformed)?;
    Ok(Credentials::Secret {
        client_id: parse_id(&decode(id).map_err(|_| ClientAuthError::Malformed)?)?,
        method: ClientAuthMethod::ClientSecretBasic,
        secret: parse_secret(decode(secret).map_err(|_| ClientAuthError::Malformed)?)?,
    })
}

fn parse_id(text: &str) -> Result<ClientId, ClientAuthError> {
    text.parse().map_err(|_| ClientAuthError::UnknownClient)
}

fn parse_secret(text: String) -> Result<Secret<String>, ClientAuthError> {
    let secret = Secret::new(text);
    if secret.expose().len() > MAX_SECRET_BYTES {
        Err(ClientAuthError::WrongSecret)
    } else {
        Ok(secret)
    }
}

impl From<Repeated> for ClientAuthError {
    fn from(_: Repeated) -> Self {
        Self::Repeated
    }
}
