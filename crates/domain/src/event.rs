//! What happened: the catalogue, and the one envelope every sink receives. Ids, never secrets.

mod mailed;
mod people;

pub use people::Topic;

use crate::{
    client::ClientId,
    clock::Timestamp,
    door::Refusal,
    federation::ProviderId,
    id::{
        ApiId, AuthorizationId, EventId, LinkedIdentityId, LoginSessionId, PasskeyId, RealmId,
        RegistrationTokenId, TrustedDeviceId, UserId,
    },
    login_session::RequestOrigin,
    terms_of_use::TermsVersion,
};

/// Everything that can happen. The variant's name in snake case is the event's `kind`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(
    missing_docs,
    reason = "each name says what happened; the fields are ids and closed words"
)]
pub enum EventKind {
    RealmCreated,
    RealmUpdated,
    RealmDeleted,
    UserRegistered {
        user: UserId,
    },
    UserUpdated {
        user: UserId,
    },
    UserDisabled {
        user: UserId,
    },
    UserEnabled {
        user: UserId,
    },
    UserDeleted {
        user: UserId,
    },
    UserDeletionAsked {
        user: UserId,
    },
    UserRestored {
        user: UserId,
    },
    UserExported {
        user: UserId,
    },
    EmailVerified {
        user: UserId,
    },
    EmailChanged {
        user: UserId,
    },
    EmailRestored {
        user: UserId,
    },
    TermsAccepted {
        user: UserId,
        terms: TermsVersion,
    },
    PasswordRehashed {
        user: UserId,
    },
    PasswordReset {
        user: UserId,
    },
    PasswordChanged {
        user: UserId,
    },
    PasswordRemoved {
        user: UserId,
    },
    AuthenticatorAdded {
        user: UserId,
    },
    AuthenticatorReplaced {
        user: UserId,
    },
    AuthenticatorRemoved {
        user: UserId,
    },
    RecoveryCodesMade {
        user: UserId,
    },
    RecoveryCodeUsed {
        user: UserId,
    },
    DeviceTrusted {
        user: UserId,
        device: TrustedDeviceId,
    },
    TrustedDevicesForgotten {
        user: UserId,
    },
    PasskeyAdded {
        user: UserId,
        passkey: PasskeyId,
    },
    PasskeyRenamed {
        user: UserId,
        passkey: PasskeyId,
    },
    PasskeyRemoved {
        user: UserId,
        passkey: PasskeyId,
    },
    PasskeyUsed {
        user: UserId,
        passkey: PasskeyId,
    },
    PasskeyCountWentBack {
        user: UserId,
        passkey: PasskeyId,
    },
    IdentityLinked {
        user: UserId,
        identity: LinkedIdentityId,
    },
    IdentityUnlinked {
        user: UserId,
        identity: LinkedIdentityId,
    },
    IdentityMapped {
        user: UserId,
        identity: LinkedIdentityId,
    },
    IdentityUsed {
        user: UserId,
        identity: LinkedIdentityId,
    },
    UpstreamTokenReleased {
        user: UserId,
        client: ClientId,
        authorization: AuthorizationId,
        provider: ProviderId,
    },
    SignedOutByProvider {
        user: UserId,
        session: LoginSessionId,
    },
    UserSignedIn {
        user: UserId,
        session: LoginSessionId,
    },
    SignInFailed {
        user: Option<UserId>,
        reason: SignInFailure,
    },
    TooManyAttempts {
        user: Option<UserId>,
    },
    SessionEnded {
        user: UserId,
        session: LoginSessionId,
    },
    SessionReported {
        user: UserId,
        session: LoginSessionId,
    },
    ConsentGranted {
        user: UserId,
        client: ClientId,
    },
    ConsentDenied {
        user: UserId,
        client: ClientId,
    },
    ConsentNarrowed {
        user: UserId,
        client: ClientId,
    },
    ConsentRevoked {
        user: UserId,
        client: ClientId,
    },
    ClientCreated {
        client: ClientId,
    },
    ClientUpdated {
        client: ClientId,
    },
    ClientDisabled {
        client: ClientId,
    },
    ClientEnabled {
        client: ClientId,
    },
    ClientSecretRotated {
        client: ClientId,
    },
    ClientDeleted {
        client: ClientId,
    },
    ApiCreated {
        api: ApiId,
    },
    ApiDeleted {
        api: ApiId,
    },
    RegistrationTokenCreated {
        token: RegistrationTokenId,
    },
    RegistrationTokenRevoked {
        token: RegistrationTokenId,
    },
    AuthorizationIssued {
        user: UserId,
        client: ClientId,
        authorization: AuthorizationId,
    },
    AuthorizationRevoked {
        authorization: AuthorizationId,
    },
    TokenIssued {
        client: ClientId,
        #[serde(skip_serializing_if = "Option::is_none")]
        authorization: Option<AuthorizationId>,
        refresh: bool,
    },
    TokenRevoked {
        client: ClientId,
    },
    ReplayDetected {
        client: ClientId,
        authorization: AuthorizationId,
    },
    KeysRotated,
    KeyRevoked {
        kid: String,
    },
    DatabaseRestored,
    BackchannelLogoutSent {
        client: ClientId,
        session: LoginSessionId,
    },
    BackchannelLogoutGivenUp {
        client: ClientId,
        session: LoginSessionId,
    },
    MailSent,
    MailGivenUp,
}

/// Why a sign-in failed; recorded, never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum SignInFailure {
    UnknownIdentifier,
    WrongPassword,
    WrongSecondFactor,
    NoPassword,
    PasswordExpired,
    UnknownPasskey,
    WrongPasskey,
    WrongCode,
    WrongAnswer,
    Unlinked,
    Unconfirmed,
    Disabled,
    Leaving,
}

impl SignInFailure {
    /// The same, as the metrics say it.
    pub const fn refusal(self) -> Refusal {
        match self {
            Self::UnknownIdentifier
            | Self::WrongPassword
            | Self::WrongSecondFactor
            | Self::NoPassword
            | Self::UnknownPasskey
            | Self::WrongPasskey
            | Self::WrongCode
            | Self::WrongAnswer => Refusal::Wrong,
            Self::PasswordExpired => Refusal::Expired,
            Self::Unlinked | Self::Unconfirmed | Self::Disabled | Self::Leaving => Refusal::NotAllowed,
        }
    }
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Somebody not signed in.
    Anonymous,
    /// A person, by account.
    Person(UserId),
    /// A client.
    Client(ClientId),
    /// The product itself.
    System,
    /// Somebody at the command line.
    CommandLine,
}

/// One event with its envelope.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Version of this envelope.
    pub version: u16,
    /// When.
    pub at: Timestamp,
    /// Where.
    pub realm: RealmId,
    /// Who.
    pub actor: Actor,
    /// From where.
    pub origin: RequestOrigin,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

impl Event {
    /// The version of envelopes written now.
    pub const VERSION: u16 = 1;
}
