//! RFC 6749 §4.1.2.1, §5.2: which characters `error` and `error_description` may have; a quote or a line break would
//! end the header or the page they are put into.

use oidc::{
    authorize::{AuthorizeError, RequestObjectError},
    dpop::DpopError,
    registration::RegistrationError,
    token::{TokenError, UpstreamTokenError},
};

const PARAMETERS: [&str; 14] = [
    "response_type",
    "response_mode",
    "state",
    "nonce",
    "prompt",
    "claims",
    "acr_values",
    "ui_locales",
    "max_age",
    "id_token_hint",
    "login_hint",
    "code_challenge",
    "dpop_jkt",
    "\"\\\r\n\u{e9}",
];

fn told(code: &str, description: Option<&str>) -> [String; 2] {
    [code.to_owned(), description.unwrap_or_default().to_owned()]
}

fn at_the_authorization_endpoint() -> Vec<[String; 2]> {
    let mut errors: Vec<AuthorizeError> = PARAMETERS.map(AuthorizeError::Malformed).into();
    errors.extend([
        AuthorizeError::Repeated,
        AuthorizeError::ResponseType,
        AuthorizeError::Scope,
        AuthorizeError::GrantNotRegistered,
        AuthorizeError::ChallengeMissing,
        AuthorizeError::ChallengeMethod,
        AuthorizeError::NotPushed,
        AuthorizeError::RequestUriUsed,
        AuthorizeError::Registration,
    ]);
    let objects = [
        RequestObjectError::Both,
        RequestObjectError::Unregistered,
        RequestObjectError::TooManyFetches,
        RequestObjectError::Signing,
        RequestObjectError::Type,
        RequestObjectError::Issuer,
        RequestObjectError::Audience,
        RequestObjectError::Time,
        RequestObjectError::Mismatch,
        RequestObjectError::Content,
    ];
    errors.extend(objects.map(AuthorizeError::RequestObject));
    let told = |error: &AuthorizeError| told(error.code().as_str(), error.description());
    errors.iter().map(told).collect()
}

fn at_the_token_endpoint() -> Vec<[String; 2]> {
    let mut errors: Vec<TokenError> = PARAMETERS.map(TokenError::Missing).into();
    errors.extend([
        TokenError::Repeated,
        TokenError::UnsupportedGrant,
        TokenError::GrantNotRegistered,
        TokenError::CodeUnknown,
        TokenError::AuthorizationPending,
        TokenError::PolledTooSoon,
        TokenError::RedirectUriMismatch,
        TokenError::VerifierMismatch,
        TokenError::Scope,
        TokenError::ProofMissing,
        TokenError::OtherKey,
        TokenError::TokenTypeUnsupported,
        TokenError::OpaqueTarget,
    ]);
    let proofs = [
        DpopError::Absent,
        DpopError::Several,
        DpopError::Malformed,
        DpopError::Nonce,
    ];
    errors.extend(proofs.map(TokenError::Dpop));
    let of_providers = [
        UpstreamTokenError::Combined,
        UpstreamTokenError::NotAllowed,
        UpstreamTokenError::Off,
        UpstreamTokenError::NothingKept,
        UpstreamTokenError::Unavailable,
    ];
    errors.extend(of_providers.map(TokenError::UpstreamToken));
    let told = |error: &TokenError| told(error.code().as_str(), error.description());
    errors.iter().map(told).collect()
}

fn at_registration() -> Vec<[String; 2]> {
    let of = |error: RegistrationError| told(error.code().as_str(), error.description().as_deref());
    vec![
        of(RegistrationError::NotAnObject),
        of(RegistrationError::Metadata("jwks_uri")),
        of(RegistrationError::RedirectUri("it is malformed")),
    ]
}

#[test]
fn s5_2_errors_and_their_descriptions_are_plain_text() {
    let told = [
        at_the_authorization_endpoint(),
        at_the_token_endpoint(),
        at_registration(),
    ];
    for text in told.into_iter().flatten().flatten() {
        let allowed = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        assert!(text.bytes().all(allowed), "{text:?}");
    }
}
