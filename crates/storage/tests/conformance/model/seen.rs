//! What can be seen of a realm through the ports, in the oracle and in the store alike.

use super::{
    names::{self, No},
    script::Op,
    system::Ports,
};
use domain::{
    authorization::{Authorization, RefreshToken, RefreshTokenFamily},
    change::Revoked,
    clock::Timestamp,
    ephemeral::CodeGrant,
    id::UserId,
    login_session::LoginSession,
};
use futures::{future::join_all, join};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A refresh token with what decides about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    pub token: RefreshToken,
    pub authorization: Authorization,
    pub user: UserId,
    pub session: Option<LoginSession>,
}

/// Everything that is not hidden behind an operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    pub authorizations: BTreeMap<No, Authorization>,
    pub families: BTreeMap<No, Family>,
    pub codes: BTreeMap<No, CodeGrant>,
    pub sessions: BTreeMap<No, LoginSession>,
    pub consents: BTreeSet<(No, No)>,
    pub revocations: HashMap<Revoked, (Timestamp, Timestamp)>,
}

/// The numbers a script has used so far, whatever became of them.
#[derive(Clone, Debug, Default)]
pub struct Used {
    pub authorizations: BTreeSet<No>,
    pub tokens: BTreeSet<No>,
    pub codes: BTreeSet<No>,
    pub sessions: BTreeSet<No>,
}

impl Used {
    /// Takes down the new numbers of an operation.
    pub fn note(&mut self, op: &Op) {
        match op {
            Op::BeginSession { session, .. } => self.sessions.insert(*session),
            Op::Begin(approval) => self.authorizations.insert(approval.authorization),
            Op::IssueCode { code, .. } => self.codes.insert(*code),
            Op::Record { token: new, .. } | Op::Rotate { new, .. } => self.tokens.insert(*new),
            _ => false,
        };
    }

    /// The newest of each kind.
    pub fn newest(&self) -> Self {
        let newest = |of: &BTreeSet<No>| of.last().copied().into_iter().collect();
        Self {
            authorizations: newest(&self.authorizations),
            tokens: newest(&self.tokens),
            codes: newest(&self.codes),
            sessions: BTreeSet::new(),
        }
    }

    /// Reads everything that `ports` show.
    pub async fn look(&self, ports: &Ports) -> Seen {
        let mut seen = self.rows(ports).await;
        self.look_around(ports, &mut seen).await;
        seen
    }

    /// Reads the authorizations, tokens and codes alone.
    pub async fn rows(&self, ports: &Ports) -> Seen {
        let authorizations = async |no: &No| {
            let found = ports
                .stores
                .authorizations
                .find(names::authorization_id(*no))
                .await;
            found.unwrap().map(|found| (*no, found))
        };
        let families = async |no: &No| {
            let found = ports
                .stores
                .authorizations
                .find_refresh_token(&names::token_digest(*no))
                .await;
            let family = |found: RefreshTokenFamily| Family {
                token: found.token,
                authorization: found.authorization,
                user: found.user.id,
                session: found.login_session,
            };
            found.unwrap().map(|found| (*no, family(found)))
        };
        let codes = async |no: &No| {
            let found = ports.codes.find(&ports.code(*no)).await;
            found.unwrap().map(|found| (*no, found))
        };
        let (authorizations, families, codes) = join!(
            join_all(self.authorizations.iter().map(authorizations)),
            join_all(self.tokens.iter().map(families)),
            join_all(self.codes.iter().map(codes)),
        );
        Seen {
            authorizations: authorizations.into_iter().flatten().collect(),
            families: families.into_iter().flatten().collect(),
            codes: codes.into_iter().flatten().collect(),
            ..Seen::default()
        }
    }

    async fn look_around(&self, ports: &Ports, seen: &mut Seen) {
        let ids: Vec<_> = self.sessions.iter().map(|no| names::session_id(*no)).collect();
        let found = ports.stores.sessions.find_many(&ids).await.unwrap();
        for no in &self.sessions {
            let session = found
                .iter()
                .find(|(session, _)| session.id == names::session_id(*no));
            seen.sessions
                .extend(session.map(|(session, _)| (*no, session.clone())));
        }
        for user in 0..names::USERS {
            for consent in ports.stores.consents.list(names::user_id(user)).await.unwrap() {
                let mut clients = 0..names::CLIENTS;
                let client = clients.find(|client| names::client_id(*client) == consent.client_id);
                seen.consents.insert((user, client.unwrap()));
            }
        }
        let remembered = ports.all.revocations(ports.realm, ports.now).await.unwrap();
        let each = remembered.into_iter().map(|one| (one.what, (one.at, one.until)));
        seen.revocations = each.collect();
    }
}
