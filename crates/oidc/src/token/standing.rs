//! Whether an approval still stands: one rule for every grant, and its revocation.

use super::TokenError;
use crate::Protocol;
use domain::{
    authorization::Authorization,
    change::{Revocation, Revoked},
    client::Client,
    clock::Timestamp,
    event::EventKind,
    login_session::{LoginSession, SessionRules},
    services::Act,
    stores::{Alongside, StoreError},
    user::User,
};

/// An authorization with everything its standing depends on.
pub(super) struct Standing<'a> {
    pub authorization: &'a Authorization,
    pub client: &'a Client,
    pub user: &'a User,
    /// The session it was approved in; `None` once its row has been swept away.
    pub login_session: Option<&'a LoginSession>,
}

impl Standing<'_> {
    /// Refuses what was revoked, withdrawn, disabled, or bound to a session that is over.
    pub(super) fn check<'a>(
        &self,
        now: Timestamp,
        rules: impl Into<SessionRules<'a>>,
    ) -> Result<(), TokenError> {
        let approved_at = self.authorization.created_at;
        if !self.authorization.stands(now) {
            return Err(TokenError::AuthorizationRevoked);
        }
        if !self.user.is_active() || approved_at < self.user.not_before {
            return Err(TokenError::UserRefused);
        }
        if approved_at < self.client.not_before {
            return Err(TokenError::ClientWithdrawn);
        }
        if self.authorization.is_offline() {
            return Ok(());
        }
        let rules = rules.into();
        let alive =
            |session: &LoginSession| session.clone().signed_in(self.user.clone(), now, rules).is_some();
        if self.login_session.is_some_and(alive) {
            Ok(())
        } else {
            Err(TokenError::SessionEnded)
        }
    }
}

/// Revokes everything that descends from the authorization, at once on this node.
pub(crate) async fn revoke_authorization(
    protocol: &Protocol,
    act: &Act,
    authorization: &Authorization,
    also: Option<EventKind>,
) -> Result<(), StoreError> {
    let moment = act.realm.moment(protocol.ports.clock.now());
    let revoked = EventKind::AuthorizationRevoked {
        authorization: authorization.id,
    };
    let events = also
        .into_iter()
        .chain([revoked])
        .map(|kind| protocol.ports.event(act, kind))
        .collect();
    let with = Alongside {
        events,
        ..Alongside::default()
    };
    act.realm
        .stores
        .authorizations
        .revoke(authorization.id, moment, with)
        .await?;
    act.realm.revocations.add(Revocation {
        what: Revoked::Authorization(authorization.id),
        at: moment.at,
        until: moment.tokens_until,
    });
    Ok(())
}

#[cfg(test)]
mod tests;
