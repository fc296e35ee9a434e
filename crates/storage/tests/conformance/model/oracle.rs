//! The oracle: what the ports promise, on plain collections, one operation at a time.

use super::{
    names::{self, No},
    script::Op,
    seen::{Family, Seen},
};
use domain::{
    authorization::{Authorization, Begun, ConsentRule, RefreshToken, RefreshTokenState, Rotation},
    change::Revoked,
    clock::Timestamp,
    ephemeral::{CodeGrant, Redemption},
    id::LoginSessionId,
    login_session::LoginSession,
    stores::Recorded,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What an operation answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Done,
    /// The store said that a row is missing or in the way.
    Conflict,
    /// Whether anything took place.
    Effect(bool),
    /// What became of a code; `None` if it was not found.
    Redeemed(Option<Redemption>),
    Begun(Begun),
    Recorded(Recorded),
    Rotated(Rotation),
    Ended(BTreeSet<LoginSessionId>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Root {
    pub authorization: Authorization,
    pub last_issued: Timestamp,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Code {
    grant: CodeGrant,
    redeemed: bool,
}

/// Everything there is in one realm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    pub now: Timestamp,
    pub(super) users: BTreeSet<No>,
    pub(super) clients: BTreeSet<No>,
    pub(super) disabled_users: BTreeSet<No>,
    pub(super) disabled_clients: BTreeSet<No>,
    /// Sessions of a person from before count no more.
    pub(super) users_not_before: BTreeMap<No, Timestamp>,
    /// Requests of a client from before count no more.
    pub(super) clients_not_before: BTreeMap<No, Timestamp>,
    pub(super) consents: BTreeSet<(No, No)>,
    pub(super) sessions: BTreeMap<No, LoginSession>,
    pub(super) roots: BTreeMap<No, Root>,
    pub(super) tokens: BTreeMap<No, RefreshToken>,
    pub(super) codes: BTreeMap<No, Code>,
    pub(super) revocations: HashMap<Revoked, (Timestamp, Timestamp)>,
}

impl World {
    /// A world with its people and clients.
    pub fn peopled(now: Timestamp) -> Self {
        Self {
            now,
            users: (0..names::USERS).collect(),
            clients: (0..names::CLIENTS).collect(),
            ..Self::default()
        }
    }

    /// What can be seen of it through the ports.
    pub fn shows(&self) -> Seen {
        let authorizations: BTreeMap<_, _> = (self.roots.iter())
            .map(|(no, root)| (*no, root.authorization.clone()))
            .collect();
        let family = |token: &RefreshToken| {
            let root = authorizations
                .values()
                .find(|root| root.id == token.authorization_id);
            let authorization = root.unwrap().clone();
            let session = self
                .sessions
                .values()
                .find(|one| one.id == authorization.login_session_id);
            Family {
                token: token.clone(),
                user: authorization.user_id,
                session: session.cloned(),
                authorization,
            }
        };
        let living = self
            .codes
            .iter()
            .filter(|(_, code)| code.grant.expires_at > self.now);
        let remembered = self
            .revocations
            .iter()
            .filter(|(_, (_, until))| *until > self.now);
        Seen {
            families: self
                .tokens
                .iter()
                .map(|(no, token)| (*no, family(token)))
                .collect(),
            codes: living.map(|(no, code)| (*no, code.grant.clone())).collect(),
            sessions: self.sessions.clone(),
            consents: self.consents.clone(),
            revocations: remembered.map(|(what, when)| (what.clone(), *when)).collect(),
            authorizations,
        }
    }

    /// The tokens that are there, with their authorizations.
    pub fn tokens_with_roots(&self) -> Vec<(No, No)> {
        let root = |token: &RefreshToken| {
            let mut roots = self.roots.iter();
            let root = roots.find(|(_, root)| root.authorization.id == token.authorization_id);
            *root.unwrap().0
        };
        self.tokens.iter().map(|(no, token)| (*no, root(token))).collect()
    }

    /// The codes that can still be redeemed first.
    pub fn fresh_codes(&self) -> Vec<No> {
        let fresh = |code: &Code| !code.redeemed && code.grant.expires_at > self.now;
        let codes = self.codes.iter().filter(|(_, code)| fresh(code));
        codes.map(|(no, _)| *no).collect()
    }

    /// The people and clients of the authorizations that are not revoked.
    pub fn pairs(&self) -> Vec<(No, No)> {
        let all = (0..names::USERS).flat_map(|user| (0..names::CLIENTS).map(move |client| (user, client)));
        let is_of = |root: &Authorization, (user, client)| {
            root.user_id == names::user_id(user) && root.client_id == names::client_id(client)
        };
        let roots = self.roots.values().map(|root| &root.authorization);
        let active: Vec<_> = roots.filter(|root| root.revoked_at.is_none()).collect();
        all.filter(|pair| active.iter().any(|root| is_of(root, *pair)))
            .collect()
    }

    /// The sessions that are there, with their people.
    pub fn sessions_with_users(&self) -> Vec<(No, No)> {
        let user = |session: &LoginSession| {
            let mut users = 0..names::USERS;
            users
                .find(|user| names::user_id(*user) == session.user_id)
                .unwrap()
        };
        self.sessions
            .iter()
            .map(|(no, session)| (*no, user(session)))
            .collect()
    }

    /// Carries out one operation.
    pub fn apply(&mut self, op: &Op) -> Outcome {
        match *op {
            Op::BeginSession { session, user } => self.begin_session(session, user),
            Op::Begin(ref approval) => self.begin(approval),
            Op::Allow { user, client } => {
                if !self.users.contains(&user) || !self.clients.contains(&client) {
                    return Outcome::Conflict;
                }
                self.consents.insert((user, client));
                Outcome::Done
            }
            Op::IssueCode { code, authorization } => {
                let grant = names::code(code, authorization, self.now);
                self.codes.insert(
                    code,
                    Code {
                        grant,
                        redeemed: false,
                    },
                );
                Outcome::Done
            }
            Op::Redeem { code } => self.redeem(code),
            Op::Record { token, authorization } => self.record(token, authorization),
            Op::Rotate {
                old,
                new,
                authorization,
            } => Outcome::Rotated(self.rotate(old, new, authorization)),
            Op::Revoke { authorization } => {
                let id = names::authorization_id(authorization);
                let revoked = self.revoke(|root| root.id == id);
                self.remember_each(&revoked, |_| Revoked::Authorization(id));
                Outcome::Effect(!revoked.is_empty())
            }
            Op::EndSessions { user, which } => self.end_sessions(user, which),
            Op::RevokeConsent { user, client } => self.revoke_consent(user, client),
            Op::DisableUser { user } => {
                self.disabled_users.insert(user);
                self.end_everything(user)
            }
            Op::ResetPassword { user, .. } => self.end_everything(user),
            Op::EnableUser { user } => {
                self.disabled_users.remove(&user);
                Outcome::Effect(self.users.contains(&user))
            }
            Op::DeleteUser { user } => self.delete_user(user),
            Op::DisableClient { client } => self.disable_client(client),
            Op::EnableClient { client } => {
                self.disabled_clients.remove(&client);
                Outcome::Effect(self.clients.contains(&client))
            }
            Op::DeleteClient { client } => self.delete_client(client),
            Op::Sweep => {
                self.sweep();
                Outcome::Done
            }
        }
    }

    fn begin_session(&mut self, session: No, user: No) -> Outcome {
        if !self.users.contains(&user) {
            return Outcome::Conflict;
        }
        self.sessions
            .insert(session, names::session(session, user, self.now));
        Outcome::Done
    }

    fn begin(&mut self, approval: &names::Approval) -> Outcome {
        let standing = self.standing(approval);
        if standing == Begun::Stored {
            let root = Root {
                authorization: approval.at(self.now),
                last_issued: self.now,
            };
            self.roots.insert(approval.authorization, root);
        }
        Outcome::Begun(standing)
    }

    fn standing(&self, approval: &names::Approval) -> Begun {
        let (user, client) = (approval.user, approval.client);
        let since = self.users_not_before.get(&user);
        let session = self.sessions.get(&approval.session).filter(|session| {
            session.user_id == names::user_id(user)
                && session.ended_at.is_none()
                && since.is_none_or(|since| session.created_at >= *since)
        });
        let active = self.users.contains(&user) && !self.disabled_users.contains(&user);
        if session.is_none() || !active {
            return Begun::SignedOut;
        }
        let since = self.clients_not_before.get(&client);
        let active = self.clients.contains(&client) && !self.disabled_clients.contains(&client);
        if !active || since.is_some_and(|since| *since > self.now) {
            return Begun::ClientWithdrawn;
        }
        match approval.consent() {
            ConsentRule::MustCover if !self.consents.contains(&(user, client)) => Begun::ConsentWithdrawn,
            ConsentRule::MustCover | ConsentRule::NotNeeded => Begun::Stored,
        }
    }

    fn redeem(&mut self, code: No) -> Outcome {
        let now = self.now;
        let living = self
            .codes
            .get_mut(&code)
            .filter(|code| code.grant.expires_at > now);
        Outcome::Redeemed(living.map(|code| {
            if std::mem::replace(&mut code.redeemed, true) {
                Redemption::Meanwhile
            } else {
                Redemption::First
            }
        }))
    }

    /// Notes that something is issued below an authorization, if that may be.
    fn issue(&mut self, authorization: No) -> bool {
        let active = self.roots.get_mut(&authorization);
        let Some(root) = active.filter(|root| root.authorization.revoked_at.is_none()) else {
            return false;
        };
        root.last_issued = self.now;
        true
    }

    fn record(&mut self, token: No, authorization: No) -> Outcome {
        if !self.issue(authorization) {
            return Outcome::Recorded(Recorded::Revoked);
        }
        self.tokens
            .insert(token, names::token(token, authorization, self.now));
        Outcome::Recorded(Recorded::Saved)
    }

    fn rotate(&mut self, old: No, new: No, authorization: No) -> Rotation {
        let root = self.roots.get(&authorization);
        let active = root.is_some_and(|root| root.authorization.revoked_at.is_none());
        let Some(token) = self.tokens.get(&old).filter(|_| active).cloned() else {
            return Rotation::Revoked;
        };
        if let RefreshTokenState::Rotated { at, successor } = token.state {
            let mut next = self.tokens.values().filter(|next| next.digest == successor);
            return Rotation::AlreadyRotated {
                at,
                successor,
                successor_unused: next.any(|next| next.state == RefreshTokenState::Active),
            };
        }
        if token.authorization_id != names::authorization_id(authorization) {
            return Rotation::Revoked;
        }
        self.issue(authorization);
        let state = RefreshTokenState::Rotated {
            at: self.now,
            successor: names::token_digest(new),
        };
        self.tokens.insert(old, RefreshToken { state, ..token });
        self.tokens
            .insert(new, names::token(new, authorization, self.now));
        Rotation::Rotated
    }
}
