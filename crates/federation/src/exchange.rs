//! The authorization request and the token endpoint (RFC 6749 §4.1, §6; RFC 7636), spoken by the crate `oauth2`, alike
//! for OpenID Providers and GitHub.

use crate::{
    client_assertion,
    line::{Line, LineError, Sending},
    settings::{Credential, Registered},
};
use domain::{
    federation::{Answer, Attempt, RefreshError, UpstreamError, UpstreamTokens},
    secret::Secret,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken,
    RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use std::{borrow::Cow, time::Duration};
use url::Url;

/// The longest code that is sent on.
const MAX_CODE: usize = 4_096;
/// The longest token taken.
const MAX_TOKEN: usize = 32 * 1_024;
/// No access token is thought to live longer.
const MAX_LIFETIME: Duration = Duration::from_secs(366 * 86_400);

/// What a token answer holds beside OAuth's own.
#[derive(Debug, serde::Deserialize, serde::Serialize)]
struct IdTokenField {
    id_token: Option<String>,
}

impl ExtraTokenFields for IdTokenField {}

type Response = StandardTokenResponse<IdTokenField, BasicTokenType>;
type Speaker = Client<
    BasicErrorResponse,
    Response,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// Where and how a provider is asked.
pub(crate) struct Endpoints<'a> {
    pub authorization: &'a Url,
    pub token: &'a Url,
    /// Whom an assertion is for.
    pub issuer: &'a str,
    /// Whether the secret goes into the body.
    pub secret_in_body: bool,
}

/// Tokens as they were issued, and when nothing of them is kept, who they are of.
pub(crate) struct Issued {
    pub tokens: UpstreamTokens,
    pub id_token: Option<Secret<String>>,
}

/// Where to send the browser; `further` are parameters of the kind of provider.
pub(crate) fn authorization_url(
    registered: &Registered,
    endpoints: &Endpoints<'_>,
    attempt: &Attempt,
    further: Vec<(&'static str, String)>,
) -> Url {
    let verifier = PkceCodeVerifier::new(attempt.verifier.expose().to_owned());
    let scopes = registered.scopes.iter().cloned().map(Scope::new);
    let speaker = speaker(registered, endpoints);
    let mut request = speaker
        .authorize_url(|| CsrfToken::new(attempt.state.expose().clone()))
        .set_redirect_uri(redirect_uri(attempt))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
        .add_scopes(scopes);
    for (name, value) in further {
        request = request.add_extra_param(name, value);
    }
    request.url().0
}

/// Tokens for a code. It is sent once, whatever comes of it.
pub(crate) async fn redeem(
    line: &Line,
    registered: &Registered,
    endpoints: &Endpoints<'_>,
    attempt: &Attempt,
    answer: &Answer,
) -> Result<Issued, UpstreamError> {
    if answer.code.expose().len() > MAX_CODE {
        return Err(UpstreamError::Refused("the code is too long"));
    }
    let speaker = speaker(registered, endpoints);
    let mut request = speaker
        .exchange_code(AuthorizationCode::new(answer.code.expose().clone()))
        .set_redirect_uri(redirect_uri(attempt))
        .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.expose().to_owned()));
    for (name, value) in assertion(line, registered, endpoints)? {
        request = request.add_extra_param(name, value);
    }
    issued(line, request.request_async(&Sending(line)).await)
}

/// Codes that say that a refresh token has ended: the standard's (RFC 6749 §5.2), and GitHub's own
/// (<https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors>).
const ENDED: [&str; 2] = ["invalid_grant", "bad_refresh_token"];

/// Tokens for a refresh token. It is sent once: many providers rotate it.
pub(crate) async fn refresh(
    line: &Line,
    registered: &Registered,
    endpoints: &Endpoints<'_>,
    refresh_token: &Secret<String>,
) -> Result<UpstreamTokens, RefreshError> {
    let speaker = speaker(registered, endpoints);
    let refresh_token = RefreshToken::new(refresh_token.expose().clone());
    let mut request = speaker.exchange_refresh_token(&refresh_token);
    for (name, value) in assertion(line, registered, endpoints)? {
        request = request.add_extra_param(name, value);
    }
    let refreshed = request.request_async(&Sending(line)).await;
    if refreshed.as_ref().is_err_and(has_ended) {
        return Err(RefreshError::Ended);
    }
    Ok(issued(line, refreshed)?.tokens)
}

/// Whether the provider says that the refresh token has ended. GitHub says so with status 200, which is no token answer.
fn has_ended(error: &RequestTokenError<LineError, BasicErrorResponse>) -> bool {
    let said = |response: &BasicErrorResponse| ENDED.contains(&response.error().as_ref());
    match error {
        RequestTokenError::ServerResponse(response) => said(response),
        RequestTokenError::Parse(_, body) => {
            serde_json::from_slice(body).is_ok_and(|response| said(&response))
        }
        RequestTokenError::Request(_) | RequestTokenError::Other(_) => false,
    }
}

fn speaker(registered: &Registered, endpoints: &Endpoints<'_>) -> Speaker {
    let client = Client::new(ClientId::new(registered.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(endpoints.authorization.clone()))
        .set_token_uri(TokenUrl::from_url(endpoints.token.clone()))
        .set_auth_type(if endpoints.secret_in_body {
            AuthType::RequestBody
        } else {
            AuthType::BasicAuth
        });
    match &registered.credential {
        Credential::Secret(secret) => client.set_client_secret(ClientSecret::new(secret.expose().clone())),
        Credential::PrivateKey(_) => client,
    }
}

fn redirect_uri(attempt: &Attempt) -> Cow<'static, RedirectUrl> {
    Cow::Owned(RedirectUrl::from_url(attempt.redirect_uri.clone()))
}

fn assertion(
    line: &Line,
    registered: &Registered,
    endpoints: &Endpoints<'_>,
) -> Result<Vec<(&'static str, String)>, UpstreamError> {
    let Credential::PrivateKey(key) = &registered.credential else {
        return Ok(Vec::new());
    };
    let assertion = key
        .assertion(&registered.client_id, endpoints.issuer, line.now(), line.random())
        .map_err(|_| UpstreamError::Refused("our key signs no assertion"))?;
    Ok(vec![
        ("client_assertion_type", client_assertion::TYPE.to_owned()),
        ("client_assertion", assertion.expose().clone()),
    ])
}

type Exchanged = Result<Response, RequestTokenError<LineError, BasicErrorResponse>>;

fn issued(line: &Line, exchanged: Exchanged) -> Result<Issued, UpstreamError> {
    // Answers may quote codes and secrets, so nothing of them is passed on.
    let response = exchanged.map_err(|error| match error {
        RequestTokenError::Request(error) => error.into(),
        RequestTokenError::ServerResponse(_) => UpstreamError::Refused("the token endpoint refused"),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            UpstreamError::Refused("the token endpoint's answer is malformed")
        }
    })?;
    if *response.token_type() != BasicTokenType::Bearer {
        return Err(UpstreamError::Refused("the access token is no bearer token"));
    }
    let lifetime = response.expires_in().map(|lifetime| lifetime.min(MAX_LIFETIME));
    let scopes = response.scopes().map(|scopes| {
        let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        scopes.join(" ")
    });
    Ok(Issued {
        tokens: UpstreamTokens {
            access_token: token(response.access_token().secret())?,
            refresh_token: response.refresh_token().map(|t| token(t.secret())).transpose()?,
            expires_at: lifetime.map(|lifetime| line.now() + lifetime),
            scope: scopes.filter(|scopes| scopes.len() <= MAX_CODE),
        },
        id_token: response
            .extra_fields()
            .id_token
            .as_deref()
            .map(token)
            .transpose()?,
    })
}

/// A token that fits a header (RFC 6750 §2.1 allows fewer characters; some providers use more).
fn token(text: &str) -> Result<Secret<String>, UpstreamError> {
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
    if (1..=MAX_TOKEN).contains(&text.len()) && printable {
        return Ok(Secret::new(text.to_owned()));
    }
    Err(UpstreamError::Refused(
        "a token is empty, too long or not of printable ASCII",
    ))
}
