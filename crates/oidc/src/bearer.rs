//! Where a protected resource finds its access token (RFC 6750 §2.1, §2.2). Never in the query.

use crate::{error::ErrorCode, parameters::Parameters};

/// The longest token looked at, in bytes.
pub(crate) const MAX_TOKEN_BYTES: usize = 8_192;

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
pub fn bearer_token<'a>(
    authorization: Option<&'a str>,
    form: Option<&'a Parameters>,
) -> Result<&'a str, BearerError> {
    let in_body = match form {
        Some(form) => form.one("access_token").map_err(|_| BearerError::Malformed)?,
        None => None,
    };
    let token = match (authorization, in_body) {
        (Some(_), Some(_)) => return Err(BearerError::Malformed),
        (Some(header), None) => in_header(header)?,
        (None, Some(token)) => token,
        (None, None) => return Err(BearerError::Missing),
    };
    if token.len() > MAX_TOKEN_BYTES {
        Err(BearerError::Malformed)
    } else {
        Ok(token)
    }
}

fn in_header(header: &str) -> Result<&str, BearerError> {
    let (scheme, token) = header.split_once(' ').ok_or(BearerError::Malformed)?;
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Err(BearerError::Missing);
    }
    let token = token.trim_start_matches(' ');
    let b64token =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=');
    if token.is_empty() || !token.bytes().all(b64token) {
        return Err(BearerError::Malformed);
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6750_s2_one_way_only() {
        let form = Parameters::parse("access_token=abc").unwrap();
        assert_eq!(bearer_token(Some("bearer abc"), None), Ok("abc"));
        assert_eq!(bearer_token(None, Some(&form)), Ok("abc"));
        assert_eq!(
            bearer_token(Some("Bearer abc"), Some(&form)),
            Err(BearerError::Malformed)
        );
        assert_eq!(bearer_token(None, None), Err(BearerError::Missing));
        assert_eq!(bearer_token(Some("Basic abc"), None), Err(BearerError::Missing));
        for malformed in ["Bearer", "Bearer ", "Bearer a b", "Bearer ä"] {
            assert_eq!(
                bearer_token(Some(malformed), None),
                Err(BearerError::Malformed),
                "{malformed}"
            );
        }
    }
}
