//! The authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1, RFC 7636 §4.3), parsed into values.
//!
//! It is kept in an interaction while a person is busy, so it serialises; what the client may do is checked
//! elsewhere, each time.

use super::{AuthorizeError, prompt::Prompt};
use crate::{
    claims_request::{AcrRequest, ClaimsRequest, Parsed},
    error::ErrorCode,
    issue::id_token::IdTokenClaims,
    jose::{TokenType, verify},
    parameters::Parameters,
    resource::Resources,
    subject::SubjectIdentifier,
};
use domain::{
    client::ClientId, federation::ProviderId, pkce::CodeChallenge, realm_context::RealmContext,
    redirect_uri::RedirectUri, scope::ScopeSet, thumbprint::Thumbprint,
};
use std::{collections::BTreeSet, time::Duration};

const MAX_STATE_BYTES: usize = 4_096;
const MAX_NONCE_BYTES: usize = 512;
const MAX_LOGIN_HINT_BYTES: usize = 254;
const MAX_LIST_BYTES: usize = 1_024;

/// Every parameter of a request that is looked at; others are ignored (OpenID Connect Core §3.1.2.1).
pub const PARAMETERS: [&str; 24] = [
    "acr_values",
    "claims",
    "claims_locales",
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "display",
    "dpop_jkt",
    "id_token_hint",
    "idp_hint",
    "login_hint",
    "max_age",
    "nonce",
    "prompt",
    "redirect_uri",
    "registration",
    "request",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "ui_locales",
];
/// The values of `display` that are known (OpenID Connect Core §3.1.2.1). The pages fit each as they are, and a value
/// that is not known is no error.
pub const DISPLAYS: [&str; 3] = ["page", "popup", "touch"];

/// How the response is delivered (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of a redirect.
    #[default]
    Query,
    /// In a form that the browser posts.
    FormPost,
}

impl ResponseMode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::Query, Self::FormPost];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text)
    }
}

/// Where and how to answer; of the whole request, what must be known before any error may be sent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct ReplyTo {
    pub client_id: ClientId,
    pub redirect_uri: RedirectUri,
    pub state: Option<String>,
    pub response_mode: ResponseMode,
}

/// Everything else.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct AuthorizationRequest {
    pub scopes: ScopeSet,
    pub nonce: Option<String>,
    pub code_challenge: Option<CodeChallenge>,
    pub prompt: BTreeSet<Prompt>,
    pub max_age: Option<Duration>,
    pub subject: Option<SubjectIdentifier>,
    pub login_hint: Option<String>,
    #[serde(default)]
    pub resources: Resources,
    pub ui_locales: Option<String>,
    /// The provider that the app wants the person sent to.
    #[serde(default)]
    pub idp_hint: Option<ProviderId>,
    #[serde(default)]
    pub claims: ClaimsRequest,
    #[serde(default)]
    pub acr: Option<AcrRequest>,
    /// The key whose holder alone may redeem the code (RFC 9449 §10).
    pub dpop_jkt: Option<Thumbprint>,
}

/// `state` may be any text; only its length is bounded.
pub(super) fn parse_state(parameters: &Parameters) -> Result<Option<String>, AuthorizeError> {
    let state = parameters.one("state")?;
    if state.is_some_and(|state| state.len() > MAX_STATE_BYTES) {
        return Err(AuthorizeError::Malformed("state"));
    }
    Ok(state.map(str::to_owned))
}

impl AuthorizationRequest {
    /// What a person must allow: the scopes, and those that stand for claims asked for by name.
    pub(super) fn to_be_allowed(&self) -> ScopeSet {
        self.scopes.union(&self.claims.scopes())
    }

    /// Parses what follows once it is known where errors go.
    pub(super) fn parse(realm: &RealmContext, parameters: &Parameters) -> Result<Self, AuthorizeError> {
        refuse_unsupported(parameters)?;
        check_response_type(parameters)?;
        let prompt = parameters
            .one("prompt")?
            .map_or(Some(BTreeSet::new()), Prompt::parse_set);
        let asked = parameters.one("claims")?.map(Parsed::parse).transpose()?;
        let asked = asked.unwrap_or_default();
        let acr_values = bounded_text(parameters, "acr_values", MAX_LIST_BYTES)?;
        Ok(Self {
            scopes: parse_scopes(parameters)?,
            nonce: bounded_text(parameters, "nonce", MAX_NONCE_BYTES)?,
            code_challenge: parse_challenge(parameters)?,
            prompt: prompt.ok_or(AuthorizeError::Malformed("prompt"))?,
            max_age: parse_max_age(parameters)?,
            subject: one_subject(parse_hint(realm, parameters)?, asked.subject)?,
            login_hint: bounded_text(parameters, "login_hint", MAX_LOGIN_HINT_BYTES)?,
            resources: Resources::parse(parameters)?,
            ui_locales: bounded_text(parameters, "ui_locales", MAX_LIST_BYTES)?,
            // A hint: one that names no provider says nothing.
            idp_hint: parameters.one("idp_hint")?.and_then(|id| id.parse().ok()),
            claims: asked.claims,
            acr: asked
                .acr
                .or_else(|| acr_values.map(|text| AcrRequest::voluntary(text.split(' ')))),
            dpop_jkt: parse_dpop_jkt(parameters)?,
        })
    }
}

fn refuse_unsupported(parameters: &Parameters) -> Result<(), AuthorizeError> {
    if parameters.one("registration")?.is_some() {
        return Err(AuthorizeError::Registration);
    }
    // Known and ignored, whatever they say; a repetition is still an error (RFC 6749 §3.1).
    for ignored in ["claims_locales", "display"] {
        parameters.one(ignored)?;
    }
    Ok(())
}

fn check_response_type(parameters: &Parameters) -> Result<(), AuthorizeError> {
    match parameters.one("response_type")? {
        Some("code") => Ok(()),
        Some(_) => Err(AuthorizeError::ResponseType),
        None => Err(AuthorizeError::Malformed("response_type")),
    }
}

fn parse_scopes(parameters: &Parameters) -> Result<ScopeSet, AuthorizeError> {
    let scopes: ScopeSet = parameters
        .one("scope")?
        .unwrap_or_default()
        .parse()
        .map_err(|_| AuthorizeError::Scope)?;
    if scopes.is_empty() {
        Err(AuthorizeError::Scope)
    } else {
        Ok(scopes)
    }
}

/// A missing method would mean `plain` (RFC 7636 §4.3), which is not offered.
fn parse_challenge(parameters: &Parameters) -> Result<Option<CodeChallenge>, AuthorizeError> {
    match (
        parameters.one("code_challenge")?,
        parameters.one("code_challenge_method")?,
    ) {
        (None, None) => Ok(None),
        (Some(text), Some("S256")) => CodeChallenge::parse(text)
            .map(Some)
            .map_err(|_| AuthorizeError::Malformed("code_challenge")),
        (None, Some(_)) | (Some(_), _) => Err(AuthorizeError::ChallengeMethod),
    }
}

fn parse_dpop_jkt(parameters: &Parameters) -> Result<Option<Thumbprint>, AuthorizeError> {
    let thumbprint = parameters.one("dpop_jkt")?.map(str::parse);
    thumbprint
        .transpose()
        .map_err(|_| AuthorizeError::Malformed("dpop_jkt"))
}

fn parse_max_age(parameters: &Parameters) -> Result<Option<Duration>, AuthorizeError> {
    let Some(text) = parameters.one("max_age")? else {
        return Ok(None);
    };
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let seconds = text
        .parse::<u32>()
        .ok()
        .filter(|_| digits)
        .ok_or(AuthorizeError::Malformed("max_age"))?;
    Ok(Some(Duration::from_secs(seconds.into())))
}

/// The person an ID token of ours names; it may have expired.
fn parse_hint(
    realm: &RealmContext,
    parameters: &Parameters,
) -> Result<Option<SubjectIdentifier>, AuthorizeError> {
    let Some(token) = parameters.one("id_token_hint")? else {
        return Ok(None);
    };
    let claims: IdTokenClaims = verify(&realm.keys, &realm.issuer, TokenType::IdToken, token)
        .map_err(|_| AuthorizeError::Malformed("id_token_hint"))?;
    Ok(Some(claims.sub))
}

/// The hint and the claim `sub` both bind: they must name the same person.
fn one_subject(
    hint: Option<SubjectIdentifier>,
    claim: Option<SubjectIdentifier>,
) -> Result<Option<SubjectIdentifier>, AuthorizeError> {
    match (hint, claim) {
        (Some(hint), Some(claim)) if hint != claim => Err(AuthorizeError::Unmet(ErrorCode::LoginRequired)),
        (hint, claim) => Ok(hint.or(claim)),
    }
}

fn bounded_text(
    parameters: &Parameters,
    name: &'static str,
    max: usize,
) -> Result<Option<String>, AuthorizeError> {
    let text = parameters.one(name)?;
    if text.is_some_and(|text| text.len() > max || text.contains(char::is_control)) {
        return Err(AuthorizeError::Malformed(name));
    }
    Ok(text.map(str::to_owned))
}
