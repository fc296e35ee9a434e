//! What the fakes remember.

use crate::{
    access_token::AccessToken,
    api::{Api, ApiAudience},
    authorization::{Authorization, RefreshToken},
    change::{Change, Changed, Revocation, Revoked},
    client::{Client, ClientId},
    client_registration::RegistrationToken,
    clock::Timestamp,
    consent::Consent,
    device::{DeviceAuthorization, DeviceState},
    event::{Event, EventKind},
    federation::{ByIdentity, KeptTokens, LinkedIdentity},
    id::{
        AuthorizationId, LinkedIdentityId, LoginSessionId, NodeId, PasskeyId, RealmId, RegistrationTokenId,
        UserId,
    },
    job::{JobKind, NewJob},
    login_session::LoginSession,
    mail::MailedCode,
    passkey::Passkey,
    person::PasswordHash,
    realm::Realm,
    second_factor::{RecoverySheet, SecondFactors, TrustedDevice},
    secret::Digest,
    signing_key::StoredKey,
    stores::{Alongside, Moment, Page, PageRequest, Participation, Picture},
    terms_of_use::TermsVersion,
    user::User,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Everything.
#[derive(Default)]
pub struct State {
    pub realms: Vec<Realm>,
    pub rooms: HashMap<RealmId, Room>,
    pub feed: Feed,
    pub cursors: HashMap<String, i64>,
    pub leases: HashMap<String, (NodeId, Timestamp)>,
}

/// What belongs to one realm.
#[derive(Default)]
pub struct Room {
    pub users: BTreeMap<UserId, User>,
    pub passwords: HashMap<UserId, PasswordHash>,
    /// When each was set.
    pub passwords_set: HashMap<UserId, Timestamp>,
    /// Whose is too short to be the only factor.
    pub passwords_short: BTreeSet<UserId>,
    /// Those remembered, newest first.
    pub past_passwords: HashMap<UserId, Vec<PasswordHash>>,
    pub passkeys: BTreeMap<PasskeyId, Passkey>,
    pub passkeys_declined: HashMap<UserId, Timestamp>,
    pub identities: BTreeMap<LinkedIdentityId, LinkedIdentity>,
    pub sessions_by_identity: BTreeMap<LoginSessionId, ByIdentity>,
    /// They count while their identity is there.
    pub upstream_tokens: BTreeMap<LinkedIdentityId, Tokens>,
    pub clients: BTreeMap<ClientId, Client>,
    pub apis: BTreeMap<ApiAudience, Api>,
    pub sessions: BTreeMap<LoginSessionId, LoginSession>,
    pub browsers: HashMap<[u8; 32], (Vec<u8>, Timestamp)>,
    pub consents: BTreeMap<(UserId, ClientId), Consent>,
    pub authorizations: BTreeMap<AuthorizationId, Authorization>,
    pub last_issued: HashMap<AuthorizationId, Timestamp>,
    pub tokens: HashMap<[u8; 32], RefreshToken>,
    pub access_tokens: HashMap<[u8; 32], AccessToken>,
    pub codes: Vec<Mailed>,
    pub logos: HashMap<[u8; 32], Vec<u8>>,
    pub pictures: HashMap<UserId, Picture>,
    pub terms: HashMap<(UserId, TermsVersion), Timestamp>,
    pub registration_tokens: BTreeMap<RegistrationTokenId, RegistrationToken>,
    pub factors: HashMap<UserId, SecondFactors>,
    pub recovery_codes: HashMap<UserId, Vec<(Digest, bool)>>,
    pub sheets: HashMap<UserId, RecoverySheet>,
    pub trusted_devices: Vec<TrustedDevice>,
    pub devices: Vec<DeviceAuthorization>,
    pub keys: Vec<StoredKey>,
    pub revocations: HashMap<Revoked, Revocation>,
    pub jobs: Vec<Job>,
    pub events: Vec<(Option<i64>, Event)>,
    /// Whose activity is not found any more.
    pub forgotten: BTreeSet<UserId>,
    /// What people had to be mailed about, and were not.
    pub untold: Vec<EventKind>,
    pub calls: usize,
}

/// A mailed code, how often it may still be tried, and whether it was used.
pub struct Mailed {
    pub code: MailedCode,
    pub attempts_left: u32,
    pub used: bool,
}

/// Tokens of a provider.
#[derive(Clone)]
pub struct Tokens {
    pub kept: KeptTokens,
    pub attempt: u32,
    pub version: i64,
}

/// A job and its lease.
pub struct Job {
    pub new: NewJob,
    pub attempt: u32,
    pub lease_until: Option<Timestamp>,
}

/// The change feed and who listens to it.
#[derive(Default)]
pub struct Feed {
    pub changes: Vec<Change>,
    pub listeners: Vec<super::Listener>,
}

impl State {
    /// What belongs to a realm, and the feed.
    pub fn room(&mut self, realm: RealmId) -> (&mut Room, &mut Feed) {
        (self.rooms.entry(realm).or_default(), &mut self.feed)
    }
}

impl Feed {
    /// Announces a change.
    pub fn announce(&mut self, realm: RealmId, changed: Changed) {
        let sequence = self.changes.last().map_or(1, |last| last.sequence + 1);
        let change = Change {
            sequence,
            realm,
            changed,
        };
        for listener in &self.listeners {
            listener(std::slice::from_ref(&change));
        }
        self.changes.push(change);
    }
}

impl Room {
    /// Stores what belongs to an act.
    pub fn store(&mut self, with: Alongside) {
        let mailed = with.jobs.iter().any(|job| job.kind == JobKind::SendMail);
        // Of an account that begins with this, nothing is changed.
        let begins = |event: &Event| matches!(event.kind, EventKind::UserRegistered { .. });
        if !mailed && !with.events.iter().any(begins) {
            let kinds = with.events.iter().map(|event| &event.kind);
            self.untold.extend(kinds.filter(|kind| kind.is_mailed()).cloned());
        }
        self.events
            .extend(with.events.into_iter().map(|event| (None, event)));
        self.jobs.extend(with.jobs.into_iter().map(|new| Job {
            new,
            attempt: 0,
            lease_until: None,
        }));
        let issued = with.access_tokens.into_iter();
        self.access_tokens
            .extend(issued.map(|token| (*token.digest.as_bytes(), token)));
    }

    /// Remembers and announces a revocation.
    pub fn revoke(&mut self, feed: &mut Feed, realm: RealmId, what: Revoked, moment: Moment) {
        let revocation = Revocation {
            what: what.clone(),
            at: moment.at,
            until: moment.tokens_until,
        };
        let kept = self.revocations.entry(what).or_insert_with(|| revocation.clone());
        kept.at = kept.at.max(revocation.at);
        kept.until = kept.until.max(revocation.until);
        feed.announce(realm, Changed::Revoked(revocation));
    }

    /// Marks the authorizations that `which` describes revoked; gives those that were not before.
    pub fn revoke_authorizations(
        &mut self,
        at: Timestamp,
        which: impl Fn(&Authorization) -> bool,
    ) -> Vec<AuthorizationId> {
        let mut revoked = Vec::new();
        for authorization in self.authorizations.values_mut() {
            if authorization.revoked_at.is_none() && which(authorization) {
                authorization.revoked_at = Some(at);
                revoked.push(authorization.id);
            }
        }
        revoked
    }

    /// Stores consent as it follows what was allowed before.
    pub fn allow(&mut self, consent: &Consent) {
        let key = (consent.user_id, consent.client_id.clone());
        let Some(before) = self.consents.get(&key) else {
            self.consents.insert(key, consent.clone());
            return;
        };
        let after = consent.clone().following(before);
        let changed = before.expires_at != after.expires_at;
        for authorization in self.authorizations.values_mut() {
            let theirs = (authorization.user_id, &authorization.client_id) == (key.0, &key.1);
            if changed && theirs && authorization.stands(after.updated_at) {
                authorization.expires_at = after.expires_at;
            }
        }
        self.consents.insert(key, after);
    }

    /// The clients for which something was approved in these sessions.
    pub fn participations(&self, sessions: &[LoginSessionId]) -> BTreeSet<Participation> {
        let approved = self.authorizations.values();
        let chosen = approved.filter(|approved| sessions.contains(&approved.login_session_id));
        chosen
            .map(|authorization| Participation {
                session: authorization.login_session_id,
                user: authorization.user_id,
                client: authorization.client_id.clone(),
            })
            .collect()
    }

    /// Adds the jobs that tell clients of the end of these sessions.
    pub fn tell_clients(&self, ended: &[LoginSessionId], with: &mut Alongside) {
        let Some(logouts) = with.logouts.clone() else {
            return;
        };
        let listens = |id: &ClientId| {
            let client = self.clients.get(id);
            client.is_some_and(|client| client.oidc().metadata.backchannel_logout.is_some())
        };
        let told = self.participations(ended).into_iter();
        let told = told.filter(|participation| listens(&participation.client));
        with.jobs
            .extend(told.map(|participation| logouts.job(participation)));
    }

    /// The sessions of a person that have not ended.
    pub fn live_sessions(&self, user: UserId) -> Vec<LoginSessionId> {
        let live = |session: &&LoginSession| session.user_id == user && session.ended_at.is_none();
        let live = self.sessions.values().filter(live);
        live.map(|session| session.id).collect()
    }

    /// Ends these sessions and what was approved in them without `offline_access`.
    pub fn end_sessions(&mut self, feed: &mut Feed, realm: RealmId, ids: &[LoginSessionId], moment: Moment) {
        for id in ids {
            if let Some(session) = self.sessions.get_mut(id) {
                session.ended_at = Some(moment.at);
            }
            self.revoke(feed, realm, Revoked::LoginSession(*id), moment);
        }
        self.revoke_authorizations(moment.at, |authorization| {
            ids.contains(&authorization.login_session_id) && !authorization.is_offline()
        });
    }

    /// Ends whatever a person has, sessions and authorizations, and tells the clients.
    pub fn end_everything(&mut self, user: UserId, at: Timestamp, with: &mut Alongside) {
        self.tell_clients(&self.live_sessions(user), with);
        let theirs = self
            .sessions
            .values_mut()
            .filter(|session| session.user_id == user);
        theirs.for_each(|session| session.ended_at = session.ended_at.or(Some(at)));
        self.revoke_authorizations(at, |authorization| authorization.user_id == user);
    }

    /// Deletes authorizations with the tokens below them.
    pub fn delete_authorizations(&mut self, which: impl Fn(&Authorization) -> bool) {
        self.authorizations
            .retain(|_, authorization| !which(authorization));
        let kept = &self.authorizations;
        self.tokens
            .retain(|_, token| kept.contains_key(&token.authorization_id));
        self.devices.retain(|device| match device.state {
            DeviceState::Approved { authorization } | DeviceState::Redeemed { authorization } => {
                kept.contains_key(&authorization)
            }
            DeviceState::Pending { .. } | DeviceState::Denied => true,
        });
        self.access_tokens
            .retain(|_, token| token.authorization_id.is_none_or(|id| kept.contains_key(&id)));
    }
}

/// A page of what lies after the place of the request.
pub fn page<T>(
    items: impl Iterator<Item = T>,
    request: &PageRequest,
    place: impl Fn(&T) -> String,
) -> Page<T> {
    let limit = usize::from(request.limit());
    let mut items: Vec<T> = items.take(limit + 1).collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(place);
    Page { items, next }
}
