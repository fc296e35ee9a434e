//! Signing in with a passkey (WebAuthn Level 3, §7.2): nobody says who they are, the credential does.
//!
//! Unknown credentials, wrong signatures, used challenges and disabled accounts get the same answer.

use super::{Act, Proven, Reserved, SignIn, SignInError};
use crate::{
    acr::Method,
    door::Door,
    event::{EventKind, SignInFailure},
    id::CeremonyId,
    interaction::Interaction,
    outbound::{Claimed, Refused},
    passkey::{CeremonyPurpose, Passkey, PasskeyAndUser, PasskeyUse, UserHandle},
    services::passkeys::ceremonies::{self, Asked},
    stores::{Alongside, StoreError},
    user::User,
};

/// What was refused, for the log.
struct Failed {
    user: Option<User>,
    reason: SignInFailure,
    went_back: Option<Passkey>,
}

impl SignIn {
    /// Asks the browser that `interaction` belongs to for a passkey. `None` where there are no passkeys.
    pub async fn ask_for_passkey(
        &self,
        act: &Act,
        interaction: &Interaction,
    ) -> Result<Option<Asked>, StoreError> {
        let Ok(begun) = self.ports.web_authn.begin_asking() else {
            return Ok(None);
        };
        let purpose = CeremonyPurpose::SignIn(interaction.id);
        let until = interaction.expires_at;
        let asked = ceremonies::begin(&self.ports, act, (interaction.browser, purpose, until), begun);
        asked.await.map(Some)
    }

    /// Judges an answer with a passkey.
    pub async fn passkey(
        &self,
        act: &Act,
        interaction: &Interaction,
        (ceremony, answer): (CeremonyId, &str),
    ) -> Result<Proven, SignInError> {
        let claimed = ceremonies::bounded(answer).and_then(|answer| self.ports.web_authn.claimed(answer));
        let claimed = claimed.map_err(|_| SignInError::WrongCredentials)?;
        let begun = self.ports.clock.now();
        let found = act.realm.stores.passkeys.find(&claimed.credential_id).await?;
        let whose = found.as_ref().map(|found| found.user.id);
        let reserved = self.budgets.arrive(act, Door::Passkey, whose).await?;
        let purpose = CeremonyPurpose::SignIn(interaction.id);
        let asked = ceremonies::take(act, ceremony, interaction.browser, purpose).await?;
        let state = asked.map(|asked| asked.state);
        match self
            .judge_passkey(act, found, &claimed, (state.as_deref(), answer))
            .await?
        {
            Ok(user) => {
                self.budgets.give_back(act, reserved).await?;
                Proven::new(user, Method::Passkey, begun).ok_or(SignInError::WrongCredentials)
            }
            Err(Failed {
                user: Some(user),
                reason: SignInFailure::Leaving,
                ..
            }) => {
                self.budgets.give_back(act, reserved).await?;
                self.leaving(act, &user, Method::Passkey).await
            }
            Err(failed) => {
                self.record_refused_passkey(act, failed, &reserved).await?;
                Err(SignInError::WrongCredentials)
            }
        }
    }

    async fn judge_passkey(
        &self,
        act: &Act,
        found: Option<PasskeyAndUser>,
        claimed: &Claimed,
        (state, answer): (Option<&str>, &str),
    ) -> Result<Result<User, Failed>, StoreError> {
        let failed = |user, reason, went_back| {
            Ok(Err(Failed {
                user,
                reason,
                went_back,
            }))
        };
        let Some(PasskeyAndUser { passkey, user }) = found else {
            return failed(None, SignInFailure::UnknownPasskey, None);
        };
        let handle = UserHandle::of(act.realm.realm.id, user.id);
        let Some(state) = state.filter(|_| claimed.handle == handle.as_bytes()) else {
            return failed(Some(user), SignInFailure::WrongPasskey, None);
        };
        let web_authn = &self.ports.web_authn;
        let verified = match web_authn.finish_asking(state, answer, &passkey.public, passkey.sign_count) {
            Ok(verified) => verified,
            Err(Refused::CountWentBack) => {
                return failed(Some(user), SignInFailure::WrongPasskey, Some(passkey));
            }
            Err(Refused::NotAccepted | Refused::NotDiscoverable | Refused::Unavailable) => {
                return failed(Some(user), SignInFailure::WrongPasskey, None);
            }
        };
        if !user.may_sign_in() {
            let reason = match user.is_active() {
                true => SignInFailure::Unconfirmed,
                false if user.is_leaving() => SignInFailure::Leaving,
                false => SignInFailure::Disabled,
            };
            return failed(Some(user), reason, None);
        }
        let told = PasskeyUse {
            sign_count: verified.sign_count,
            synced: verified.synced,
            public: verified.public,
            at: self.ports.clock.now(),
        };
        let used = EventKind::PasskeyUsed {
            user: user.id,
            passkey: passkey.id,
        };
        let with = self.ports.alongside(act, used);
        // The write decides: a passkey removed, or used by its copy, meanwhile signs nobody in.
        match act.realm.stores.passkeys.used(passkey.id, &told, with).await? {
            true => Ok(Ok(user)),
            false => failed(Some(user), SignInFailure::WrongPasskey, Some(passkey)),
        }
    }

    async fn record_refused_passkey(
        &self,
        act: &Act,
        failed: Failed,
        reserved: &Reserved,
    ) -> Result<(), StoreError> {
        let closing = self.budgets.refused(reserved, failed.reason.refusal());
        let kind = EventKind::SignInFailed {
            user: failed.user.map(|user| user.id),
            reason: failed.reason,
        };
        let mut with = Alongside {
            events: std::iter::once(kind)
                .chain(closing)
                .map(|kind| self.ports.event(act, kind))
                .collect(),
            ..Alongside::default()
        };
        if let Some(passkey) = failed.went_back {
            let kind = EventKind::PasskeyCountWentBack {
                user: passkey.user_id,
                passkey: passkey.id,
            };
            with.events.push(self.ports.event(act, kind));
        }
        act.realm.stores.events.record(with).await
    }
}

#[cfg(test)]
mod tests;
