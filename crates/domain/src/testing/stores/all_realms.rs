//! What concerns every realm.

use super::{
    MemoryStores,
    state::{Job, State, page},
};
use crate::{
    change::{Change, Changed, Revocation},
    client::{ClientProtocol, ClientType},
    clock::Timestamp,
    event::Event,
    id::{JobId, LinkedIdentityId, RealmId},
    job::{ClaimedJob, JobKind},
    realm::{Realm, RealmName},
    stores::{AllRealms, Alongside, Page, PageRequest, StoreError, Stored},
};
use async_trait::async_trait;
use std::time::Duration;

/// How long an authorization without refresh tokens is kept after its last token was issued.
const WITHOUT_TOKENS: Duration = Duration::from_secs(7 * 86_400);
/// How long a device is told that its code expired.
const DEVICES_KEPT: Duration = Duration::from_secs(3_600);

#[async_trait]
impl AllRealms for MemoryStores {
    async fn create(&self, realm: &Realm, with: Alongside) -> Stored<()> {
        self.with(|state| {
            if state
                .realms
                .iter()
                .any(|other| other.name == realm.name || other.id == realm.id)
            {
                return Err(StoreError::Conflict);
            }
            state.realms.push(realm.clone());
            let (room, feed) = state.room(realm.id);
            room.store(with);
            feed.announce(realm.id, Changed::Realm);
            Ok(())
        })
    }

    async fn find(&self, name: &RealmName) -> Stored<Option<Realm>> {
        Ok(self.with(|state| state.realms.iter().find(|realm| realm.name == *name).cloned()))
    }

    async fn list(&self, request: &PageRequest) -> Stored<Page<Realm>> {
        Ok(self.with(|state| {
            state.realms.sort_by(|a, b| a.name.as_str().cmp(b.name.as_str()));
            let after = request.after.as_deref();
            let later = |realm: &&Realm| after.is_none_or(|after| realm.name.as_str() > after);
            let realms = state.realms.iter().filter(later).cloned();
            page(realms, request, |realm| realm.name.as_str().to_owned())
        }))
    }

    async fn update(&self, realm: &Realm, with: Alongside) -> Stored<bool> {
        Ok(self.with(|state| {
            let Some(known) = state.realms.iter_mut().find(|known| known.id == realm.id) else {
                return false;
            };
            known.require_pushed_authorization_requests = realm.require_pushed_authorization_requests;
            known.theme = realm.theme.clone();
            let (room, feed) = state.room(realm.id);
            room.store(with);
            feed.announce(realm.id, Changed::Realm);
            true
        }))
    }

    async fn delete(&self, id: RealmId, _at: Timestamp) -> Stored<bool> {
        Ok(self.with(|state| {
            let before = state.realms.len();
            state.realms.retain(|realm| realm.id != id);
            if state.realms.len() == before {
                return false;
            }
            state.rooms.remove(&id);
            state.feed.announce(id, Changed::Realm);
            true
        }))
    }

    async fn last_change(&self) -> Stored<i64> {
        Ok(self.with(|state| state.feed.changes.last().map_or(0, |change| change.sequence)))
    }

    async fn changes_after(&self, sequence: i64, limit: u16) -> Stored<Vec<Change>> {
        Ok(self.with(|state| {
            let later = state
                .feed
                .changes
                .iter()
                .filter(|change| change.sequence > sequence);
            later.take(usize::from(limit)).cloned().collect()
        }))
    }

    async fn announce(&self, realm: RealmId, changed: Changed) -> Stored<()> {
        self.with(|state| state.feed.announce(realm, changed));
        Ok(())
    }

    async fn revocations(&self, realm: RealmId, now: Timestamp) -> Stored<Vec<Revocation>> {
        Ok(self.with(|state| {
            let all = state.room(realm).0.revocations.values();
            all.filter(|revocation| revocation.until > now).cloned().collect()
        }))
    }

    async fn claim_jobs(
        &self,
        kinds: &[JobKind],
        now: Timestamp,
        lease_until: Timestamp,
        limit: u16,
    ) -> Stored<Vec<ClaimedJob>> {
        Ok(self.with(|state| {
            let all = state
                .rooms
                .iter_mut()
                .flat_map(|(realm, room)| room.jobs.iter_mut().map(|job| (*realm, job)));
            let free = |job: &Job| job.lease_until.is_none_or(|end| end <= now);
            let mut due: Vec<_> = all
                .filter(|(_, job)| kinds.contains(&job.new.kind) && job.new.run_at <= now && free(job))
                .collect();
            due.sort_by_key(|(_, job)| (job.new.run_at, job.new.id));
            due.truncate(usize::from(limit));
            due.into_iter()
                .map(|(realm, job)| claim(realm, job, lease_until))
                .collect()
        }))
    }

    async fn complete_job(&self, job: &ClaimedJob, with: Vec<Event>) -> Stored<bool> {
        Ok(self.with(|state| {
            let (room, _) = state.room(job.realm);
            let before = room.jobs.len();
            room.jobs.retain(|stored| !holds(job, stored));
            let done = room.jobs.len() < before;
            if done {
                room.events.extend(with.into_iter().map(|event| (None, event)));
            }
            done
        }))
    }

    async fn retry_job(&self, job: &ClaimedJob, at: Timestamp) -> Stored<bool> {
        Ok(self.with(|state| {
            let mut jobs = state.room(job.realm).0.jobs.iter_mut();
            let Some(stored) = jobs.find(|stored| holds(job, stored)) else {
                return false;
            };
            stored.lease_until = None;
            stored.new.run_at = at;
            true
        }))
    }

    async fn has_job(&self, id: JobId) -> Stored<bool> {
        Ok(self.with(|state| {
            state
                .rooms
                .values()
                .flat_map(|room| &room.jobs)
                .any(|job| job.new.id == id)
        }))
    }

    async fn upstream_tokens_due(
        &self,
        now: Timestamp,
        limit: u16,
    ) -> Stored<Vec<(RealmName, LinkedIdentityId)>> {
        Ok(self.with(|state| {
            let named = |id: &RealmId| {
                let realm = state.realms.iter().find(|realm| realm.id == *id)?;
                Some(realm.name.clone())
            };
            let mut due = Vec::new();
            for (realm, room) in &state.rooms {
                let here = room.upstream_tokens.iter();
                let here = here
                    .filter(|(id, tokens)| tokens.kept.due_at <= now && room.identities.contains_key(*id));
                due.extend(here.filter_map(|(id, tokens)| Some((tokens.kept.due_at, *id, named(realm)?))));
            }
            due.sort_by_key(|(at, id, _)| (*at, *id));
            due.truncate(usize::from(limit));
            due.into_iter().map(|(_, id, name)| (name, id)).collect()
        }))
    }

    async fn sequence_events(&self, limit: u16) -> Stored<u64> {
        Ok(self.with(|state| {
            let mut last = last_place(state);
            let all = state.rooms.values_mut().flat_map(|room| room.events.iter_mut());
            let mut waiting: Vec<_> = all.filter(|(place, _)| place.is_none()).collect();
            waiting.sort_by_key(|(_, event)| (event.at, event.id));
            waiting.truncate(usize::from(limit));
            for (place, _) in &mut waiting {
                last += 1;
                *place = Some(last);
            }
            waiting.len() as u64
        }))
    }

    async fn events_for(&self, sink: &str, limit: u16) -> Stored<Vec<(i64, Event)>> {
        Ok(self.with(|state| {
            let reached = state.cursors.get(sink).copied().unwrap_or(0);
            let all = state.rooms.values().flat_map(|room| &room.events);
            let placed = all.filter_map(|(place, event)| Some(((*place)?, event.clone())));
            let mut later: Vec<_> = placed.filter(|(place, _)| *place > reached).collect();
            later.sort_by_key(|(place, _)| *place);
            later.truncate(usize::from(limit));
            later
        }))
    }

    async fn advance_sink(&self, sink: &str, sequence: i64) -> Stored<()> {
        self.with(|state| {
            let reached = state.cursors.entry(sink.to_owned()).or_default();
            *reached = (*reached).max(sequence);
        });
        Ok(())
    }

    async fn pass_events(&self, sink: &str) -> Stored<()> {
        self.with(|state| {
            let all = state.rooms.values().flat_map(|room| &room.events);
            let last = all.filter_map(|(place, _)| *place).max().unwrap_or(0);
            let reached = state.cursors.entry(sink.to_owned()).or_default();
            *reached = (*reached).max(last);
        });
        Ok(())
    }

    async fn sweep(&self, now: Timestamp, _limit: u16) -> Stored<u64> {
        Ok(self.with(|state| {
            let before = rows(state);
            for room in state.rooms.values_mut() {
                sweep(room, now);
            }
            before - rows(state)
        }))
    }

    async fn ping(&self) -> Stored<()> {
        Ok(())
    }
}

fn claim(realm: RealmId, job: &mut Job, lease_until: Timestamp) -> ClaimedJob {
    job.attempt += 1;
    job.lease_until = Some(lease_until);
    ClaimedJob {
        id: job.new.id,
        realm,
        kind: job.new.kind,
        payload: job.new.payload.clone(),
        attempt: job.attempt,
        lease_until,
    }
}

fn holds(claimed: &ClaimedJob, stored: &Job) -> bool {
    stored.new.id == claimed.id
        && stored.attempt == claimed.attempt
        && stored.lease_until == Some(claimed.lease_until)
}

fn last_place(state: &State) -> i64 {
    let given = state
        .rooms
        .values()
        .flat_map(|room| &room.events)
        .filter_map(|(place, _)| *place);
    given.chain(state.cursors.values().copied()).max().unwrap_or(0)
}

/// How many rows there are of the kinds that are swept.
fn rows(state: &State) -> u64 {
    let count = |room: &super::Room| {
        let secrets: usize = room.clients.values().map(secrets).sum();
        room.browsers.len()
            + room.sessions.len()
            + room.codes.len()
            + room.devices.len()
            + room.tokens.len()
            + room.access_tokens.len()
            + room.revocations.len()
            + room.authorizations.len()
            + room.registration_tokens.len()
            + secrets
    };
    state.rooms.values().map(count).sum::<usize>() as u64
}

fn secrets(client: &crate::client::Client) -> usize {
    match &client.oidc().client_type {
        ClientType::Public => 0,
        ClientType::Confidential { secrets, .. } => secrets.len(),
    }
}

fn sweep(room: &mut super::Room, now: Timestamp) {
    room.consents.retain(|_, consent| consent.stands(now));
    room.browsers.retain(|_, (_, end)| *end >= now);
    room.sessions.retain(|_, session| session.expires_at >= now);
    room.codes.retain(|mailed| mailed.code.expires_at >= now);
    room.devices
        .retain(|device| device.expires_at >= now - DEVICES_KEPT);
    room.tokens.retain(|_, token| token.expires_at >= now);
    room.access_tokens.retain(|_, token| token.expires_at >= now);
    room.revocations.retain(|_, revocation| revocation.until >= now);
    room.trusted_devices.retain(|device| device.expires_at >= now);
    room.sheets.retain(|_, sheet| sheet.expires_at >= now);
    room.registration_tokens
        .retain(|_, token| token.expires_at.is_none_or(|end| end >= now));
    for client in room.clients.values_mut() {
        let ClientProtocol::Oidc(oidc) = &mut client.protocol;
        match &mut oidc.client_type {
            ClientType::Public => {}
            ClientType::Confidential { secrets, .. } => {
                secrets.retain(|secret| secret.expires_at.is_none_or(|end| end >= now));
            }
        }
    }
    let holding: Vec<_> = room.tokens.values().map(|token| token.authorization_id).collect();
    let last_issued = &room.last_issued;
    room.authorizations.retain(|id, authorization| {
        let last = last_issued.get(id).copied().unwrap_or(authorization.created_at);
        // Who took part must be known when the session ends.
        let session = room.sessions.get(&authorization.login_session_id);
        let in_session = session.is_some_and(|session| session.ended_at.is_none());
        holding.contains(id) || in_session || last >= now - WITHOUT_TOKENS
    });
    let kept = &room.authorizations;
    room.last_issued.retain(|id, _| kept.contains_key(id));
    room.access_tokens
        .retain(|_, token| token.authorization_id.is_none_or(|id| kept.contains_key(&id)));
}
