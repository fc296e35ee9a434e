//! What people are told of by mail: whatever changes who gets in to their account, or what becomes of it.

use super::EventKind;

impl EventKind {
    /// Whether the act that this records mails the person, at the address that can still undo it, beside storing this.
    /// What people allow apps and what they look like there is theirs to find among their activity.
    pub fn is_mailed(&self) -> bool {
        match self {
            Self::UserDeletionAsked { .. }
            | Self::UserRestored { .. }
            | Self::UserExported { .. }
            | Self::EmailChanged { .. }
            | Self::EmailRestored { .. }
            | Self::PasswordReset { .. }
            | Self::PasswordChanged { .. }
            | Self::PasswordRemoved { .. }
            | Self::AuthenticatorAdded { .. }
            | Self::AuthenticatorReplaced { .. }
            | Self::AuthenticatorRemoved { .. }
            | Self::RecoveryCodesMade { .. }
            | Self::RecoveryCodeUsed { .. }
            | Self::DeviceTrusted { .. }
            | Self::PasskeyAdded { .. }
            | Self::PasskeyRemoved { .. }
            | Self::IdentityLinked { .. }
            | Self::IdentityUnlinked { .. }
            | Self::SessionReported { .. } => true,
            // Nobody gets in by these who did not before.
            Self::TrustedDevicesForgotten { .. }
            | Self::PasskeyRenamed { .. }
            | Self::PasswordRehashed { .. }
            | Self::SessionEnded { .. }
            | Self::SignedOutByProvider { .. }
            | Self::UserUpdated { .. }
            | Self::TermsAccepted { .. } => false,
            // The page on which people do this says what it means, and the account lists and ends it.
            Self::ConsentGranted { .. }
            | Self::ConsentDenied { .. }
            | Self::ConsentNarrowed { .. }
            | Self::ConsentRevoked { .. }
            | Self::AuthorizationIssued { .. }
            | Self::AuthorizationRevoked { .. }
            | Self::UpstreamTokenReleased { .. } => false,
            // Signing in changes nothing, nor does failing to.
            Self::UserSignedIn { .. }
            | Self::SignInFailed { .. }
            | Self::TooManyAttempts { .. }
            | Self::PasskeyUsed { .. }
            | Self::PasskeyCountWentBack { .. }
            | Self::IdentityUsed { .. }
            | Self::IdentityMapped { .. } => false,
            // The mail that led here said it, or nobody is left to read one.
            Self::UserRegistered { .. } | Self::EmailVerified { .. } | Self::UserDeleted { .. } => false,
            // The operator's to tell.
            Self::UserDisabled { .. } | Self::UserEnabled { .. } => false,
            Self::RealmCreated
            | Self::RealmUpdated
            | Self::RealmDeleted
            | Self::ClientCreated { .. }
            | Self::ClientUpdated { .. }
            | Self::ClientDisabled { .. }
            | Self::ClientEnabled { .. }
            | Self::ClientSecretRotated { .. }
            | Self::ClientDeleted { .. }
            | Self::ApiCreated { .. }
            | Self::ApiDeleted { .. }
            | Self::RegistrationTokenCreated { .. }
            | Self::RegistrationTokenRevoked { .. }
            | Self::TokenIssued { .. }
            | Self::TokenRevoked { .. }
            | Self::ReplayDetected { .. }
            | Self::KeysRotated
            | Self::KeyRevoked { .. }
            | Self::DatabaseRestored
            | Self::BackchannelLogoutSent { .. }
            | Self::BackchannelLogoutGivenUp { .. }
            | Self::MailSent
            | Self::MailGivenUp => false,
        }
    }
}
