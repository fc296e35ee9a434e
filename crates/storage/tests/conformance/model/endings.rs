//! The oracle's endings: what revokes, deletes and forgets.

use super::{
    names::{self, No},
    oracle::{Outcome, World},
    script::Whose,
};
use crate::subject::MINUTE;
use domain::{
    authorization::Authorization, change::Revoked, id::LoginSessionId, login_session::LoginSession,
};
use std::collections::BTreeSet;

impl World {
    fn remember(&mut self, what: Revoked) {
        let until = self.now + 10 * MINUTE;
        self.revocations.insert(what, (self.now, until));
    }

    pub(super) fn remember_each(&mut self, revoked: &[No], what: impl Fn(No) -> Revoked) {
        for no in revoked {
            self.remember(what(*no));
        }
    }

    /// Marks authorizations revoked; those that were not before.
    pub(super) fn revoke(&mut self, which: impl Fn(&Authorization) -> bool) -> Vec<No> {
        let mut revoked = Vec::new();
        for (no, root) in &mut self.roots {
            let root = &mut root.authorization;
            if root.revoked_at.is_none() && which(root) {
                root.revoked_at = Some(self.now);
                revoked.push(*no);
            }
        }
        revoked
    }

    fn end(&mut self, which: impl Fn(No, &LoginSession) -> bool) -> BTreeSet<LoginSessionId> {
        let mut ended = BTreeSet::new();
        for (no, session) in &mut self.sessions {
            if session.ended_at.is_none() && which(*no, session) {
                session.ended_at = Some(self.now);
                ended.insert(session.id);
            }
        }
        ended
    }

    pub(super) fn end_sessions(&mut self, user: No, which: Whose) -> Outcome {
        let user = names::user_id(user);
        let ended = self.end(|no, session| {
            let chosen = match which {
                Whose::One(one) => no == one,
                Whose::AllBut(one) => no != one,
                Whose::All => true,
            };
            chosen && session.user_id == user
        });
        self.revoke(|root| ended.contains(&root.login_session_id) && !root.is_offline());
        for session in &ended {
            self.remember(Revoked::LoginSession(*session));
        }
        Outcome::Ended(ended)
    }

    pub(super) fn revoke_consent(&mut self, user: No, client: No) -> Outcome {
        let forgotten = self.consents.remove(&(user, client));
        let (user, client) = (names::user_id(user), names::client_id(client));
        let revoked = self.revoke(|root| root.user_id == user && root.client_id == client);
        self.remember_each(&revoked, |no| Revoked::Authorization(names::authorization_id(no)));
        Outcome::Effect(forgotten || !revoked.is_empty())
    }

    pub(super) fn end_everything(&mut self, user: No) -> Outcome {
        if !self.users.contains(&user) {
            return Outcome::Effect(false);
        }
        self.users_not_before.insert(user, self.now);
        let user = names::user_id(user);
        self.end(|_, session| session.user_id == user);
        self.revoke(|root| root.user_id == user);
        self.remember(Revoked::User(user));
        Outcome::Effect(true)
    }

    pub(super) fn disable_client(&mut self, client: No) -> Outcome {
        if !self.clients.contains(&client) {
            return Outcome::Effect(false);
        }
        self.disabled_clients.insert(client);
        self.clients_not_before.insert(client, self.now);
        let client = names::client_id(client);
        self.revoke(|root| root.client_id == client);
        self.remember(Revoked::Client(client));
        Outcome::Effect(true)
    }

    pub(super) fn delete_user(&mut self, user: No) -> Outcome {
        if !self.users.remove(&user) {
            return Outcome::Effect(false);
        }
        self.consents.retain(|(whose, _)| *whose != user);
        let user = names::user_id(user);
        self.sessions.retain(|_, session| session.user_id != user);
        self.forget(|root| root.user_id == user);
        self.remember(Revoked::User(user));
        Outcome::Effect(true)
    }

    pub(super) fn delete_client(&mut self, client: No) -> Outcome {
        if !self.clients.remove(&client) {
            return Outcome::Effect(false);
        }
        self.consents.retain(|(_, whose)| *whose != client);
        let client = names::client_id(client);
        self.forget(|root| root.client_id == client);
        self.remember(Revoked::Client(client));
        Outcome::Effect(true)
    }

    /// Deletes authorizations with the tokens below them.
    fn forget(&mut self, which: impl Fn(&Authorization) -> bool) {
        self.roots.retain(|_, root| !which(&root.authorization));
        let kept: Vec<_> = self.roots.values().map(|root| root.authorization.id).collect();
        self.tokens
            .retain(|_, token| kept.contains(&token.authorization_id));
    }

    pub(super) fn sweep(&mut self) {
        let now = self.now;
        self.sessions.retain(|_, session| session.expires_at >= now);
        self.tokens.retain(|_, token| token.expires_at >= now);
        let holding: Vec<_> = self.tokens.values().map(|token| token.authorization_id).collect();
        let week = 7 * 24 * 60 * MINUTE;
        self.roots
            .retain(|_, root| holding.contains(&root.authorization.id) || root.last_issued >= now - week);
    }
}
