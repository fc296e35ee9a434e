//! An event in words.

use crate::{context::RequestContext, words::Words};
use domain::{
    client::ClientId,
    event::{Event, EventKind, SignInFailure},
    stores::StoreError,
};
use std::collections::BTreeMap;

/// What apps and providers that events name are called; one that is gone is called by its id.
#[derive(Clone, Debug, Default)]
pub struct Names {
    apps: BTreeMap<ClientId, String>,
    providers: BTreeMap<String, String>,
}

impl Names {
    /// The names in `events`.
    pub async fn of(events: &[Event], cx: &RequestContext) -> Result<Self, StoreError> {
        let apps = events.iter().filter_map(|event| app_of(&event.kind).cloned());
        let providers = cx.services.federated.providers(&cx.act).into_iter();
        Ok(Self {
            apps: cx.services.account.app_names(&cx.act, &apps.collect()).await?,
            providers: providers
                .map(|provider| (provider.id.into(), provider.label))
                .collect(),
        })
    }

    fn app<'a>(&'a self, client: &'a ClientId) -> &'a str {
        self.apps.get(client).map_or(client.as_str(), String::as_str)
    }

    fn provider<'a>(&'a self, id: &'a str) -> &'a str {
        self.providers.get(id).map_or(id, String::as_str)
    }
}

fn app_of(kind: &EventKind) -> Option<&ClientId> {
    match kind {
        EventKind::ConsentGranted { client, .. }
        | EventKind::ConsentDenied { client, .. }
        | EventKind::ConsentNarrowed { client, .. }
        | EventKind::ConsentRevoked { client, .. }
        | EventKind::AuthorizationIssued { client, .. }
        | EventKind::UpstreamTokenReleased { client, .. } => Some(client),
        _ => None,
    }
}

/// The event in words.
pub(crate) fn told(kind: &EventKind, names: &Names, w: &Words) -> String {
    let of_app = |key: &str, client: &ClientId| w.with(key, &[("app", names.app(client).into())]);
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
        EventKind::ConsentGranted { client, .. } => of_app("event-consent-granted", client),
        EventKind::ConsentDenied { client, .. } => of_app("event-consent-denied", client),
        EventKind::ConsentNarrowed { client, .. } => of_app("event-consent-narrowed", client),
        EventKind::ConsentRevoked { client, .. } => of_app("event-consent-revoked", client),
        EventKind::AuthorizationIssued { client, .. } => of_app("event-app-used", client),
        EventKind::UpstreamTokenReleased { client, provider, .. } => w.with(
            "event-provider-token",
            &[
                ("app", names.app(client).into()),
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
