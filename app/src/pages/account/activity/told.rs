//! An event in words.

use crate::{context::RequestContext, words::Words};
use domain::{
    event::{EventKind, SignInFailure},
    stores::SeenEvent,
};
use std::collections::BTreeMap;

/// What people call the providers that events name; one that is gone is called by its id.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Those of the realm.
    pub fn of(cx: &RequestContext) -> Self {
        let providers = cx.services.federated.providers(&cx.act).into_iter();
        Self(
            providers
                .map(|provider| (provider.id.into(), provider.label))
                .collect(),
        )
    }

    fn provider<'a>(&'a self, id: &'a str) -> &'a str {
        self.0.get(id).map_or(id, String::as_str)
    }
}

/// The event in words; an app that is gone is called by its id.
pub(crate) fn told(seen: &SeenEvent, names: &Names, w: &Words) -> String {
    let kind = &seen.event.kind;
    let app = seen.app.as_deref().or_else(|| Some(kind.app()?.as_str()));
    let app = app.unwrap_or_default();
    let of_app = |key: &str| w.with(key, &[("app", app.into())]);
    match kind {
        EventKind::UserSignedIn { .. } => w.get("event-signed-in"),
        EventKind::SignInFailed { reason, .. } => failed(*reason, w),
        EventKind::TooManyAttempts { .. } => w.get("event-too-many"),
        EventKind::SessionEnded { .. } => w.get("event-session-ended"),
        EventKind::SessionReported { .. } => w.get("event-session-reported"),
        EventKind::PasswordReset { .. } => w.get("event-password-reset"),
        EventKind::PasswordChanged { .. } => w.get("event-password-changed"),
        EventKind::PasswordRemoved { .. } => w.get("event-password-removed"),
        EventKind::AuthenticatorAdded { .. } => w.get("event-authenticator-added"),
        EventKind::AuthenticatorReplaced { .. } => w.get("event-authenticator-replaced"),
        EventKind::AuthenticatorRemoved { .. } => w.get("event-authenticator-removed"),
        EventKind::RecoveryCodesMade { .. } => w.get("event-recovery-made"),
        EventKind::RecoveryCodeUsed { .. } => w.get("event-recovery-used"),
        EventKind::DeviceTrusted { .. } => w.get("event-device-trusted"),
        EventKind::TrustedDevicesForgotten { .. } => w.get("event-devices-forgotten"),
        EventKind::PasskeyAdded { .. } => w.get("event-passkey-added"),
        EventKind::PasskeyRenamed { .. } => w.get("event-passkey-renamed"),
        EventKind::PasskeyRemoved { .. } => w.get("event-passkey-removed"),
        EventKind::PasskeyCountWentBack { .. } => w.get("event-passkey-copied"),
        EventKind::IdentityLinked { .. } => w.get("event-identity-linked"),
        EventKind::IdentityUnlinked { .. } => w.get("event-identity-unlinked"),
        EventKind::IdentityMapped { .. } => w.get("event-identity-mapped"),
        EventKind::SignedOutByProvider { .. } => w.get("event-provider-signed-out"),
        EventKind::EmailVerified { .. } => w.get("event-email-verified"),
        EventKind::EmailChanged { .. } => w.get("event-email-changed"),
        EventKind::EmailRestored { .. } => w.get("event-email-restored"),
        EventKind::ConsentGranted { .. } => of_app("event-consent-granted"),
        EventKind::ConsentDenied { .. } => of_app("event-consent-denied"),
        EventKind::ConsentNarrowed { .. } => of_app("event-consent-narrowed"),
        EventKind::ConsentRevoked { .. } => of_app("event-consent-revoked"),
        EventKind::AuthorizationIssued { .. } => of_app("event-app-used"),
        EventKind::UpstreamTokenReleased { provider, .. } => w.with(
            "event-provider-token",
            &[
                ("app", app.into()),
                ("provider", names.provider(provider.as_str()).into()),
            ],
        ),
        EventKind::UserRegistered { .. } => w.get("event-registered"),
        EventKind::UserUpdated { .. } => w.get("event-updated"),
        EventKind::UserDisabled { .. } => w.get("event-disabled"),
        EventKind::UserEnabled { .. } => w.get("event-enabled"),
        EventKind::UserDeletionAsked { .. } => w.get("event-leaving"),
        EventKind::UserRestored { .. } => w.get("event-restored"),
        EventKind::UserExported { .. } => w.get("event-exported"),
        EventKind::TermsAccepted { .. } => w.get("event-terms"),
        _ => w.get("event-other"),
    }
}

fn failed(reason: SignInFailure, w: &Words) -> String {
    match reason {
        SignInFailure::WrongPassword => w.get("event-failed-password"),
        SignInFailure::WrongSecondFactor => w.get("event-failed-second-factor"),
        SignInFailure::PasswordExpired => w.get("event-failed-expired"),
        SignInFailure::Unlinked
        | SignInFailure::Unconfirmed
        | SignInFailure::Disabled
        | SignInFailure::Leaving => w.get("event-failed-closed"),
        SignInFailure::UnknownIdentifier
        | SignInFailure::NoPassword
        | SignInFailure::UnknownPasskey
        | SignInFailure::WrongPasskey
        | SignInFailure::WrongCode
        | SignInFailure::WrongAnswer => w.get("event-failed"),
    }
}
