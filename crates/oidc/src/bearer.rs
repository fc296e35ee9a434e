//! Where a protected resource finds its access token (RFC 6750 §2.1, §2.2, RFC 9449 §7.1). Never in the query.

use crate::{error::ErrorCode, parameters::Parameters};

/// The longest token looked at, in bytes.
pub(crate) const MAX_TOKEN_BYTES: usize = 8_192;

/// How an access token is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// By whoever has it (RFC 6750).
    Bearer,
    /// With a proof of the key it is bound to (RFC 9449 §7.1).
    Dpop,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Self; 2] = [Self::Bearer, Self::Dpop];

    /// The name in the `Authorization` header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }
}

/// An access token as it was presented.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Presented<'a> {
    /// How.
    pub scheme: Scheme,
    /// The token.
    pub token: &'a str,
}

impl std::fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Presented")
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

/// Why there is no token to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// No credentials at all: the answer carries a challenge and no error code (RFC 6750 §3).
    #[error("no access token was sent")]
    Missing,
    /// Sent in two ways, twice, or not as RFC 6750 says.
    #[error("the access token was not sent as RFC 6750 says")]
    Malformed,
}

impl BearerError {
    /// The code on the wire, if there is one.
    pub const fn code(self) -> Option<ErrorCode> {
        match self {
            Self::Missing => None,
            Self::Malformed => Some(ErrorCode::InvalidRequest),
        }
    }
}

/// The token in the `Authorization` header or, for a form, in its body.
pub fn access_token<'a>(
    authorization: Option<&'a str>,
    form: Option<&'a Parameters>,
) -> Result<Presented<'a>, BearerError> {
    let in_body = match form {
        Some(form) => form.one("access_token").map_err(|_| BearerError::Malformed)?,
        None => None,
    };
    let presented = match (authorization, in_body) {
        (Some(_), Some(_)) => return Err(BearerError::Malformed),
        (Some(header), None) => in_header(header)?,
        (None, Some(token)) => Presented {
            scheme: Scheme::Bearer,
            token,
        },
        (None, None) => return Err(BearerError::Missing),
    };
    if presented.token.len() > MAX_TOKEN_BYTES {
        Err(BearerError::Malformed)
    } else {
        Ok(presented)
    }
}

fn in_header(header: &str) -> Result<Presented<'_>, BearerError> {
    let (named, token) = header.split_once(' ').ok_or(BearerError::Malformed)?;
    let scheme = Scheme::ALL
        .into_iter()
        .find(|scheme| named.eq_ignore_ascii_case(scheme.as_str()))
        .ok_or(BearerError::Missing)?;
    let token = token.trim_start_matches(' ');
    let b64token =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=');
    if token.is_empty() || !token.bytes().all(b64token) {
        return Err(BearerError::Malformed);
    }
    Ok(Presented { scheme, token })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6750_s2_one_way_only() {
        let form = Parameters::parse("access_token=abc").unwrap();
        let presented = |scheme| Ok(Presented { scheme, token: "abc" });
        assert_eq!(access_token(Some("bearer abc"), None), presented(Scheme::Bearer));
        assert_eq!(access_token(Some("dpop abc"), None), presented(Scheme::Dpop));
        assert_eq!(access_token(None, Some(&form)), presented(Scheme::Bearer));
        assert_eq!(
            access_token(Some("DPoP abc"), Some(&form)),
            Err(BearerError::Malformed)
        );
        assert_eq!(
            access_token(Some("Bearer abc"), Some(&form)),
            Err(BearerError::Malformed)
        );
        assert_eq!(access_token(None, None), Err(BearerError::Missing));
        assert_eq!(access_token(Some("Basic abc"), None), Err(BearerError::Missing));
        for malformed in ["Bearer", "Bearer ", "Bearer a b", "Bearer ä"] {
            assert_eq!(
                access_token(Some(malformed), None),
                Err(BearerError::Malformed),
                "{malformed}"
            );
        }
    }
}
