//! What people see of their own account.

use super::{
    InRealm,
    state::{Room, page},
};
use crate::{
    authorization::Authorization,
    client::ClientId,
    clock::Timestamp,
    device::{DeviceAuthorization, DeviceState},
    event::Event,
    id::{AuthorizationId, EventId, LoginSessionId, UserId},
    login_session::LoginSession,
    mail::MailedCode,
    stores::{
        ActivityWanted, Alive, Guards, OwnStore, Page, PageRequest, Part, PartRequest, Position, SeenApp,
        SeenCredentials, SeenEvent, SeenSession, Stored,
    },
    terms_of_use::AcceptedTerms,
};
use async_trait::async_trait;
use std::{cmp::Reverse, collections::BTreeSet};

/// What is listed at once.
const LISTED: usize = 200;
/// Apps that are named with a session.
const APPS: usize = 10;

#[async_trait]
impl OwnStore for InRealm {
    async fn live_sessions(
        &self,
        user: UserId,
        alive: &Alive,
        wanted: &PartRequest<LoginSessionId>,
    ) -> Stored<Part<SeenSession, Position<LoginSessionId>>> {
        Ok(self.act(|room, _| {
            let live = |session: &&LoginSession| {
                session.user_id == user
                    && session.ended_at.is_none()
                    && session.expires_at > alive.now
                    && session.last_seen_at > alive.used_since
                    && session.created_at >= alive.begun_since
            };
            let live = room.sessions.values().filter(live).cloned().map(|session| {
                let position = alive.position(session.id, session.last_seen_at);
                let apps = names(room, session.id);
                (position, SeenSession { session, apps })
            });
            part(live.collect(), wanted)
        }))
    }

    async fn apps(
        &self,
        user: UserId,
        now: Timestamp,
        wanted: &PartRequest<ClientId>,
    ) -> Stored<Part<SeenApp, Position<ClientId>>> {
        Ok(self.act(|room, _| {
            let apps = apps(room, user, now).into_iter().map(|app| {
                let position = Position {
                    used: app.last,
                    id: app.client.id.clone(),
                };
                (position, app)
            });
            part(apps.collect(), wanted)
        }))
    }

    async fn guards(&self, user: UserId) -> Stored<Guards> {
        Ok(self.act(|room, _| {
            let passkeys = room.passkeys.values().filter(|passkey| passkey.user_id == user);
            let codes = room.recovery_codes.get(&user).into_iter().flatten();
            Guards {
                passkeys: u32::try_from(passkeys.count()).unwrap_or(u32::MAX),
                authenticator: room.has_authenticator(user),
                recovery_codes: u32::try_from(codes.filter(|(_, used)| !used).count()).unwrap_or(u32::MAX),
                password_set_at: room.passwords_set.get(&user).copied(),
            }
        }))
    }

    async fn credentials(&self, user: UserId, now: Timestamp) -> Stored<SeenCredentials> {
        Ok(self.act(|room, _| {
            let passkeys = room.passkeys.values().filter(|passkey| passkey.user_id == user);
            let identities = room.identities.values().filter(|one| one.user_id == user);
            let sheet = room.sheets.get(&user).filter(|sheet| sheet.expires_at > now);
            SeenCredentials {
                passkeys: passkeys.cloned().collect(),
                password: room.password_facts(user),
                factors: room.second_factors(user),
                sheet_of: sheet.map(|sheet| sheet.session),
                trusted_devices: room.trusted_devices(user, now),
                identities: identities.map(|one| one.provider.clone()).collect(),
            }
        }))
    }

    async fn activity(
        &self,
        user: UserId,
        which: &ActivityWanted,
        request: &PageRequest,
    ) -> Stored<Page<SeenEvent>> {
        let after = request.after.as_ref().map(|id| id.parse::<EventId>());
        let Ok(after) = after.transpose() else {
            return Ok(Page {
                items: Vec::new(),
                next: None,
            });
        };
        Ok(self.act(|room, _| {
            let wanted = |event: &&Event| {
                let topic = event.kind.activity().filter(|(of, _)| *of == user);
                let topic = topic.filter(|_| !room.forgotten.contains(&user));
                topic.is_some_and(|(_, topic)| which.topic.is_none_or(|wanted| wanted == topic))
                    && which.since.is_none_or(|since| event.id >= EventId::least(since))
                    && which
                        .before
                        .is_none_or(|before| event.id < EventId::least(before))
                    && after.is_none_or(|after| event.id < after)
            };
            let events = room.events.iter().map(|(_, event)| event);
            let mut events: Vec<Event> = events.filter(wanted).cloned().collect();
            events.sort_by_key(|event| Reverse(event.id));
            let seen = events.into_iter().map(|event| SeenEvent {
                app: event
                    .kind
                    .app()
                    .and_then(|id| Some(room.clients.get(id)?.application.name.as_str().to_owned())),
                event,
            });
            page(seen, request, |seen| seen.event.id.to_string())
        }))
    }

    async fn sessions(&self, user: UserId, request: &PageRequest) -> Stored<Page<LoginSession>> {
        let after = request.after.as_ref().map(|id| id.parse::<LoginSessionId>());
        let Ok(after) = after.transpose() else {
            return Ok(Page {
                items: Vec::new(),
                next: None,
            });
        };
        Ok(self.act(|room, _| {
            let kept = room
                .sessions
                .values()
                .filter(|session| session.user_id == user && after.is_none_or(|after| session.id > after));
            page(kept.cloned(), request, |session| session.id.to_string())
        }))
    }

    async fn authorizations(&self, user: UserId, request: &PageRequest) -> Stored<Page<Authorization>> {
        let after = request.after.as_ref().map(|id| id.parse::<AuthorizationId>());
        let Ok(after) = after.transpose() else {
            return Ok(Page {
                items: Vec::new(),
                next: None,
            });
        };
        Ok(self.act(|room, _| {
            let kept = room
                .authorizations
                .values()
                .filter(|one| one.user_id == user && after.is_none_or(|after| one.id > after));
            page(kept.cloned(), request, |one| one.id.to_string())
        }))
    }

    async fn devices(&self, user: UserId) -> Stored<Vec<DeviceAuthorization>> {
        Ok(self.act(|room, _| {
            let of_user = |device: &&DeviceAuthorization| match device.state {
                DeviceState::Approved { authorization } | DeviceState::Redeemed { authorization } => {
                    let allowed = room.authorizations.get(&authorization);
                    allowed.is_some_and(|one| one.user_id == user)
                }
                DeviceState::Pending { .. } | DeviceState::Denied => false,
            };
            let mut devices: Vec<_> = room.devices.iter().filter(of_user).cloned().collect();
            devices.sort_by_key(|device| Reverse(device.created_at));
            devices.truncate(LISTED);
            devices
        }))
    }

    async fn mailed_codes(&self, user: UserId) -> Stored<Vec<MailedCode>> {
        Ok(self.act(|room, _| {
            let of_user = room.codes.iter().map(|mailed| mailed.code.clone());
            let mut codes: Vec<_> = of_user.filter(|code| code.user_id == user).collect();
            codes.sort_by_key(|code| Reverse(code.id));
            codes.truncate(LISTED);
            codes
        }))
    }

    async fn accepted_terms(&self, user: UserId) -> Stored<Vec<AcceptedTerms>> {
        Ok(self.act(|room, _| {
            let theirs = room.terms.iter().filter(|((of, _), _)| *of == user);
            let mut theirs: Vec<AcceptedTerms> = theirs
                .map(|((_, version), at)| AcceptedTerms {
                    version: version.clone(),
                    at: *at,
                })
                .collect();
            theirs.sort_by_key(|accepted| accepted.at);
            theirs.truncate(LISTED);
            theirs
        }))
    }
}

/// The part of `all`, in whatever order it comes, that is wanted.
fn part<T, I: Clone + Ord>(mut all: Vec<(Position<I>, T)>, wanted: &PartRequest<I>) -> Part<T, Position<I>> {
    all.sort_by_key(|(position, _)| Reverse(position.clone()));
    let (total, limit) = (all.len(), usize::from(wanted.limit()));
    let passed = wanted.after.as_ref().map_or(0, |after| {
        let passed = all.iter().filter(|(position, _)| position >= after);
        passed.count()
    });
    let skipped = if passed < total {
        passed
    } else {
        total.saturating_sub(1) / limit * limit
    };
    let wanted = all.into_iter().skip(skipped).take(limit);
    Part::of(wanted.collect(), (count(skipped), count(total)))
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// What the apps are called that were signed in to in a session.
fn names(room: &Room, session: LoginSessionId) -> Vec<String> {
    let clients = room.participations(&[session]).into_iter();
    let clients = clients.filter_map(|one| room.clients.get(&one.client));
    let names: BTreeSet<String> = clients
        .map(|client| client.application.name.as_str().to_owned())
        .collect();
    names.into_iter().take(APPS).collect()
}

/// The apps that were allowed something or hold something.
fn apps(room: &Room, user: UserId, now: Timestamp) -> Vec<SeenApp> {
    let standing =
        |authorization: &&Authorization| authorization.user_id == user && authorization.stands(now);
    let standing: Vec<&Authorization> = room.authorizations.values().filter(standing).collect();
    let mut consents = room.consents.clone();
    consents.retain(|(of, _), consent| *of == user && consent.stands(now));
    let mut ids: BTreeSet<ClientId> = consents.keys().map(|(_, client)| client.clone()).collect();
    ids.extend(
        standing
            .iter()
            .map(|authorization| authorization.client_id.clone()),
    );
    ids.into_iter()
        .filter_map(|id| {
            let consent = consents.get(&(user, id.clone())).cloned();
            let of: Vec<_> = standing.iter().filter(|one| one.client_id == id).collect();
            let issued = |one: &Authorization| {
                let noted = room.last_issued.get(&one.id).copied();
                noted.unwrap_or(one.created_at)
            };
            let first = of.iter().map(|one| one.created_at);
            let first = first
                .chain(consent.iter().map(|consent| consent.granted_at))
                .min()?;
            let last = of.iter().map(|one| issued(one));
            let last = last
                .chain(consent.iter().map(|consent| consent.updated_at))
                .max()?;
            let held = of.iter().flat_map(|one| one.scopes.iter().cloned());
            Some(SeenApp {
                held: held.collect(),
                client: room.clients.get(&id)?.clone(),
                allowed: consent.map(|consent| consent.scopes),
                first,
                last,
                keeps_access: of.iter().any(|one| one.is_offline()),
            })
        })
        .collect()
}
