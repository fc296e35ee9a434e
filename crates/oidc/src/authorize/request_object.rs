//! Request objects: parameters of an authorization request as a JWT, sent in `request` or fetched from a registered
//! `request_uri` (OpenID Connect Core §6, RFC 9101).
//!
//! What is inside supersedes what is beside it. What is only beside it stands (OpenID Connect Core §6.1), but where the
//! object says that it is one of RFC 9101: then nothing beside it counts (§6.3). The result is [`Parameters`] again, so
//! the checks that follow are the same for all requests. Encrypted objects are not read.

use super::{AuthorizeError, Outcome, PageError, checks, hold::Manner};
use crate::{
    Protocol,
    error::ErrorCode,
    jose::{Claims, ForeignToken, ForeignTokenError, MAX_FOREIGN_BYTES, numeric_date},
    parameters::Parameters,
    remote_keys::SignerError,
};
use domain::{
    client::{Client, ClientAlgorithm, RequestObjectSigning},
    clock::Timestamp,
    outbound::{FetchError, FetchRequest, Fetched},
    services::{Act, network},
    stores::StoreError,
};
use serde_json::Value;
use std::{borrow::Cow, time::Duration};

/// How far ahead of ours a client's clock may be.
const SKEW: Duration = Duration::from_secs(60);
/// Fetches for one client and network within [`WINDOW`]: anybody may send a request, and it makes this server ask.
const FETCHES: u64 = 30;
/// How far back fetches count.
const WINDOW: Duration = Duration::from_secs(60);
/// The type of a JWT that is an object of RFC 9101 and nothing else (§10.8).
const TYPE: &str = "oauth-authz-req+jwt";
/// The claims of a JWT itself (RFC 7519 §4.1), which are no parameters.
const OF_THE_JWT: [&str; 7] = ["aud", "exp", "iat", "iss", "jti", "nbf", "sub"];

/// Why a request object is refused.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum RequestObjectError {
    #[error("request and request_uri come together")]
    Both,
    #[error("the request_uri is not registered for the client")]
    Unregistered,
    #[error("the request_uri cannot be fetched")]
    Fetch(#[from] FetchError),
    #[error("too many request objects are fetched for this client and network")]
    TooManyFetches,
    #[error(transparent)]
    Token(#[from] ForeignTokenError),
    #[error(transparent)]
    Signer(#[from] SignerError),
    #[error("the object is not signed as the client registered")]
    Signing,
    #[error("the object is not signed, and the client did not register that it would be so")]
    Unsigned {
        /// Whether it was fetched.
        by_reference: bool,
    },
    #[error("the object is of another type")]
    Type,
    #[error("the object is not by the client")]
    Issuer,
    #[error("the object is not for this issuer")]
    Audience,
    #[error("the object has expired or is not valid yet")]
    Time,
    #[error("client_id or response_type differs within the object")]
    Mismatch,
    #[error("the object holds another one, or what is no parameter")]
    Content,
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

impl RequestObjectError {
    /// The code on the wire (RFC 9101 §7).
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Both => ErrorCode::InvalidRequest,
            Self::Unregistered | Self::Fetch(_) => ErrorCode::InvalidRequestUri,
            // What is not supported of this client, and is of others (OpenID Connect Core §3.1.2.6).
            Self::Unsigned { by_reference: false } => ErrorCode::RequestNotSupported,
            Self::Unsigned { by_reference: true } => ErrorCode::RequestUriNotSupported,
            Self::Token(_)
            | Self::Signer(_)
            | Self::Signing
            | Self::Type
            | Self::Issuer
            | Self::Audience
            | Self::Time
            | Self::Mismatch
            | Self::Content => ErrorCode::InvalidRequestObject,
            Self::TooManyFetches | Self::Store(_) => ErrorCode::TemporarilyUnavailable,
        }
    }

    /// A fixed sentence for developers.
    pub fn description(&self) -> Option<&'static str> {
        match self {
            Self::Both => Some("request and request_uri exclude each other"),
            Self::Unregistered => Some("this request_uri is not registered for this client"),
            Self::Fetch(_) => Some("the request_uri could not be fetched"),
            Self::TooManyFetches => Some("too many request objects are fetched; try again in a minute"),
            Self::Token(_) => Some("the request object is not a JWT of the expected form"),
            Self::Signer(_) => Some("the request object's signature could not be verified"),
            Self::Signing => Some("the request object is not signed as this client registered"),
            Self::Unsigned { .. } => Some(
                "unsigned request objects are for clients that registered request_object_signing_alg none",
            ),
            Self::Type => Some("the typ of the request object names another use"),
            Self::Issuer => Some("iss of the request object is not the client_id"),
            Self::Audience => Some("aud of the request object is not this issuer"),
            Self::Time => Some("the request object has expired or is not valid yet"),
            Self::Mismatch => Some("client_id or response_type differs within the request object"),
            Self::Content => Some("the request object holds another one, or what is no parameter"),
            Self::Store(_) => None,
        }
    }
}

/// The request's parameters with those of its request object, if it has one. Where that is refused, the client is
/// told at the address beside the object; without one, the person.
pub(super) async fn resolve<'a>(
    protocol: &Protocol,
    act: &Act,
    parameters: &'a Parameters,
) -> Result<Cow<'a, Parameters>, Outcome> {
    let error = match (parameters.one("request"), parameters.one("request_uri")) {
        (Ok(None), Ok(None)) => return Ok(Cow::Borrowed(parameters)),
        (Ok(_), Ok(_)) => {
            let client = checks::client(&act.realm, parameters)
                .await
                .map_err(Outcome::Page)?;
            match expand(protocol, act, &client, parameters).await {
                Ok(expanded) => return Ok(Cow::Owned(expanded)),
                Err(error) => error,
            }
        }
        (Err(repeated), _) | (_, Err(repeated)) => repeated.into(),
    };
    Err(match checks::address(&act.realm, parameters).await {
        Ok(addressed) => Manner::of(&addressed.client, parameters).refuse(&addressed.address, error),
        Err(PageError::RedirectUriMissing) => Outcome::Page(PageError::RequestObject(Box::new(error))),
        Err(page) => Outcome::Page(page),
    })
}

/// The parameters of a request of `client` with those of its request object.
pub(crate) async fn expand(
    protocol: &Protocol,
    act: &Act,
    client: &Client,
    parameters: &Parameters,
) -> Result<Parameters, AuthorizeError> {
    let fetched;
    let by_reference = parameters.one("request_uri")?.is_some();
    let object = match (parameters.one("request")?, parameters.one("request_uri")?) {
        (None, None) => return Ok(parameters.clone()),
        (Some(_), Some(_)) => return Err(RequestObjectError::Both.into()),
        (Some(object), None) => object,
        (None, Some(uri)) => {
            fetched = fetch(protocol, act, client, uri).await?;
            &fetched
        }
    };
    let token = ForeignToken::parse(object).map_err(RequestObjectError::from)?;
    let claims = believe(protocol, client, &token, by_reference).await?;
    check_claims(act, client, &claims, protocol.ports.clock.now())?;
    check_beside(parameters, client, &claims)?;
    let inside = parameters_of(&claims)?;
    let beside = match token.is_typed(TYPE) {
        true => Parameters::default().with("client_id", client.id.as_str()),
        false => parameters.without(&["request", "request_uri"]),
    };
    beside
        .superseded_by(inside)
        .map_err(|_| RequestObjectError::Content.into())
}

async fn fetch(
    protocol: &Protocol,
    act: &Act,
    client: &Client,
    uri: &str,
) -> Result<String, RequestObjectError> {
    let registered = &client.oidc().metadata.request_uris;
    let registered = registered.iter().find(|registered| registered.as_str() == uri);
    let mut url = registered
        .and_then(|uri| uri.url())
        .ok_or(RequestObjectError::Unregistered)?;
    // The fragment is the client's note of which version it means (OpenID Connect Core §6.2.1).
    url.set_fragment(None);
    let from = act.origin.address.map(network);
    let from = from.map_or_else(String::new, |network| network.to_string());
    let key = format!("request-uri:{}:{from}", client.id);
    if act.realm.ephemeral.limits.count(&key, WINDOW).await? > FETCHES {
        return Err(RequestObjectError::TooManyFetches);
    }
    let request = FetchRequest::get(url, "application/oauth-authz-req+jwt, application/jwt")
        .with_max_bytes(MAX_FOREIGN_BYTES);
    let answer = protocol.ports.http.fetch(&request).await.and_then(Fetched::ok)?;
    let text = String::from_utf8(answer.body).map_err(|_| ForeignTokenError::Malformed)?;
    Ok(text.trim().to_owned())
}

/// The claims of an object that is signed, or unsigned, as the client registered.
async fn believe(
    protocol: &Protocol,
    client: &Client,
    token: &ForeignToken<'_>,
    by_reference: bool,
) -> Result<Claims, RequestObjectError> {
    if !token.is_typed_for(TYPE) {
        return Err(RequestObjectError::Type);
    }
    let metadata = &client.oidc().metadata;
    let allowed = match metadata.request_object_signing_alg {
        Some(RequestObjectSigning::Unsigned) if token.is_unsigned() => return Ok(token.unverified().clone()),
        Some(RequestObjectSigning::Unsigned) => return Err(RequestObjectError::Signing),
        Some(RequestObjectSigning::Signed(alg)) => vec![alg],
        None if token.is_unsigned() => return Err(RequestObjectError::Unsigned { by_reference }),
        None => ClientAlgorithm::ALL.to_vec(),
    };
    let verified = protocol.remote_keys.verify(&metadata.keys, &allowed, token).await;
    verified.map_err(|error| match error {
        SignerError::Token(ForeignTokenError::Algorithm) => RequestObjectError::Signing,
        other @ (SignerError::Token(_) | SignerError::Keys(_)) => other.into(),
    })
}

/// What the object says of itself is checked where it says something (RFC 9101 §4).
fn check_claims(
    act: &Act,
    client: &Client,
    claims: &Claims,
    now: Timestamp,
) -> Result<(), RequestObjectError> {
    if claims.get("iss").is_some_and(|iss| iss != client.id.as_str()) {
        return Err(RequestObjectError::Issuer);
    }
    let issuer = act.realm.issuer.as_str();
    let for_us = match claims.get("aud") {
        None => true,
        Some(Value::Array(audiences)) => audiences.iter().any(|audience| audience == issuer),
        Some(audience) => audience == issuer,
    };
    if !for_us {
        return Err(RequestObjectError::Audience);
    }
    let expired = numeric_date(claims, "exp")?.is_some_and(|end| end <= now);
    let ahead = |from: Option<Timestamp>| from.is_some_and(|from| from > now + SKEW);
    if expired || ahead(numeric_date(claims, "nbf")?) || ahead(numeric_date(claims, "iat")?) {
        return Err(RequestObjectError::Time);
    }
    Ok(())
}

/// What must be said beside the object as well is the same within it (OpenID Connect Core §6.1).
fn check_beside(parameters: &Parameters, client: &Client, claims: &Claims) -> Result<(), AuthorizeError> {
    let same = |name: &str, beside: &str| claims.get(name).is_none_or(|inside| inside == beside);
    let response_type = parameters.one("response_type")?;
    if same("client_id", client.id.as_str())
        && response_type.is_none_or(|beside| same("response_type", beside))
    {
        Ok(())
    } else {
        Err(RequestObjectError::Mismatch.into())
    }
}

/// The claims as parameters: numbers and objects as their JSON text, arrays as repeated parameters.
fn parameters_of(claims: &Claims) -> Result<Vec<(String, String)>, RequestObjectError> {
    let mut parameters = Vec::new();
    for (name, value) in claims {
        if OF_THE_JWT.contains(&name.as_str()) {
            continue;
        }
        if matches!(name.as_str(), "request" | "request_uri") {
            return Err(RequestObjectError::Content);
        }
        let values = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            parameters.push((name.clone(), text(value)?));
        }
    }
    Ok(parameters)
}

fn text(value: &Value) -> Result<String, RequestObjectError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) | Value::Object(_) => Ok(value.to_string()),
        Value::Null | Value::Array(_) => Err(RequestObjectError::Content),
    }
}
