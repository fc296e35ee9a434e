//! Clients, and the consents people gave them.

use super::{InRealm, state::page};
use crate::{
    change::{Changed, Revoked},
    client::{Client, ClientId, ClientProtocol, ClientSecret, ClientType, Status},
    clock::Timestamp,
    consent::Consent,
    id::UserId,
    scope::ScopeSet,
    stores::{
        Alongside, ClientStore, Concerning, ConsentStore, Moment, Page, PageRequest, StoreError, Stored,
    },
};
use async_trait::async_trait;

#[async_trait]
impl ClientStore for InRealm {
    async fn create(&self, client: &Client, with: Alongside) -> Stored<()> {
        self.act(|room, feed| {
            if room.clients.contains_key(&client.id) {
                return Err(StoreError::Conflict);
            }
            room.clients.insert(client.id.clone(), client.clone());
            feed.announce(self.realm, Changed::Client(client.id.clone()));
            room.store(with);
            Ok(())
        })
    }

    async fn find(&self, id: &ClientId) -> Stored<Option<Client>> {
        Ok(self.act(|room, _| room.clients.get(id).cloned()))
    }

    async fn update(&self, client: &Client, with: Alongside) -> Stored<bool> {
        self.act(|room, feed| {
            let Some(stored) = room.clients.get_mut(&client.id) else {
                return Ok(false);
            };
            let (kept, mut new) = (secrets(stored).cloned(), client.protocol.clone());
            let ClientProtocol::Oidc(oidc) = &mut new;
            match (&mut oidc.client_type, kept) {
                (ClientType::Confidential { method, secrets }, Some(kept))
                    if method.uses_secret() && !kept.is_empty() =>
                {
                    *secrets = kept;
                }
                (ClientType::Confidential { .. } | ClientType::Public, _) => {}
            }
            stored.application = client.application.clone();
            stored.protocol = new;
            feed.announce(self.realm, Changed::Client(client.id.clone()));
            room.store(with);
            Ok(true)
        })
    }

    async fn list(&self, request: &PageRequest) -> Stored<Page<Client>> {
        Ok(self.act(|room, _| {
            let after = request.after.as_deref();
            let later = |client: &&Client| after.is_none_or(|after| client.id.as_str() > after);
            let clients = room.clients.values().filter(later);
            page(clients.cloned(), request, |client| client.id.to_string())
        }))
    }

    async fn set_status(
        &self,
        id: &ClientId,
        status: Status,
        moment: Moment,
        with: Alongside,
    ) -> Stored<bool> {
        self.act(|room, feed| {
            let Some(client) = room.clients.get_mut(id) else {
                return Ok(false);
            };
            client.status = status;
            match status {
                Status::Active => {}
                Status::Disabled => {
                    client.not_before = moment.at;
                    room.revoke_authorizations(moment.at, |authorization| authorization.client_id == *id);
                    room.revoke(feed, self.realm, Revoked::Client(id.clone()), moment);
                }
            }
            feed.announce(self.realm, Changed::Client(id.clone()));
            room.store(with);
            Ok(true)
        })
    }

    async fn rotate_secret(
        &self,
        id: &ClientId,
        new: &ClientSecret,
        others_until: Timestamp,
        with: Alongside,
    ) -> Stored<bool> {
        self.act(|room, feed| {
            let Some(secrets) = room.clients.get_mut(id).and_then(secrets) else {
                return Ok(false);
            };
            secrets.sort_by_key(|secret| std::cmp::Reverse((secret.created_at, secret.id)));
            secrets.truncate(1);
            for other in secrets.iter_mut() {
                let until = other.expires_at.map_or(others_until, |end| end.min(others_until));
                other.expires_at = Some(until);
            }
            secrets.insert(0, new.clone());
            feed.announce(self.realm, Changed::Client(id.clone()));
            room.store(with);
            Ok(true)
        })
    }

    async fn delete(&self, id: &ClientId, moment: Moment, with: Alongside) -> Stored<bool> {
        self.act(|room, feed| {
            if room.clients.remove(id).is_none() {
                return Ok(false);
            }
            room.consents.retain(|(_, client), _| client != id);
            room.delete_authorizations(|authorization| authorization.client_id == *id);
            room.devices.retain(|device| device.client_id != *id);
            room.access_tokens.retain(|_, token| token.client_id != *id);
            room.revoke(feed, self.realm, Revoked::Client(id.clone()), moment);
            feed.announce(self.realm, Changed::Client(id.clone()));
            room.store(with);
            Ok(true)
        })
    }
}

fn secrets(client: &mut Client) -> Option<&mut Vec<ClientSecret>> {
    let ClientProtocol::Oidc(oidc) = &mut client.protocol;
    match &mut oidc.client_type {
        ClientType::Public => None,
        ClientType::Confidential { secrets, .. } => Some(secrets),
    }
}

#[async_trait]
impl ConsentStore for InRealm {
    async fn find(&self, user: UserId, client: &ClientId) -> Stored<Option<Consent>> {
        Ok(self.act(|room, _| room.consents.get(&(user, client.clone())).cloned()))
    }

    async fn allow(&self, consent: &Consent, with: Alongside) -> Stored<()> {
        self.act(|room, _| {
            if !room.users.contains_key(&consent.user_id) || !room.clients.contains_key(&consent.client_id) {
                return Err(StoreError::Conflict);
            }
            room.allow(consent);
            room.store(with);
            Ok(())
        })
    }

    async fn list(&self, user: UserId) -> Stored<Vec<Consent>> {
        Ok(self.act(|room, _| {
            let theirs = room.consents.values().filter(|consent| consent.user_id == user);
            let mut theirs: Vec<Consent> = theirs.cloned().collect();
            theirs.sort_by_key(|consent| std::cmp::Reverse(consent.granted_at));
            theirs.truncate(200);
            theirs
        }))
    }

    async fn narrow(
        &self,
        user: UserId,
        client: &ClientId,
        scopes: &ScopeSet,
        moment: Moment,
        with: Alongside,
    ) -> Stored<bool> {
        Ok(self.act(|room, feed| {
            let Some(consent) = room.consents.get_mut(&(user, client.clone())) else {
                return false;
            };
            let narrowed = consent.clone().narrowed(scopes);
            if narrowed == *consent {
                return true;
            }
            let left = narrowed.scopes.clone();
            *consent = narrowed;
            let revoked = room.revoke_authorizations(moment.at, |authorization| {
                authorization.user_id == user
                    && authorization.client_id == *client
                    && !authorization.scopes.is_subset(&left)
            });
            for id in &revoked {
                room.revoke(feed, self.realm, Revoked::Authorization(*id), moment);
            }
            room.store(with);
            true
        }))
    }

    async fn page(&self, which: &Concerning, request: &PageRequest) -> Stored<Page<Consent>> {
        let Ok(after) = request.after.as_deref().map(pair).transpose() else {
            return Ok(Page {
                items: Vec::new(),
                next: None,
            });
        };
        Ok(self.act(|room, _| {
            let chosen = |(key, _): &(&(UserId, ClientId), &Consent)| {
                after.as_ref().is_none_or(|after| *key > after)
                    && which.user.is_none_or(|user| key.0 == user)
                    && which.client.as_ref().is_none_or(|client| key.1 == *client)
            };
            let consents = room.consents.iter().filter(chosen);
            page(consents.map(|(_, consent)| consent.clone()), request, |consent| {
                format!("{}:{}", consent.user_id, consent.client_id)
            })
        }))
    }

    async fn revoke(&self, user: UserId, client: &ClientId, moment: Moment, with: Alongside) -> Stored<bool> {
        self.act(|room, feed| {
            let forgotten = room.consents.remove(&(user, client.clone())).is_some();
            let revoked = room.revoke_authorizations(moment.at, |authorization| {
                authorization.user_id == user && authorization.client_id == *client
            });
            for id in &revoked {
                room.revoke(feed, self.realm, Revoked::Authorization(*id), moment);
            }
            let any = forgotten || !revoked.is_empty();
            if any {
                room.store(with);
            }
            Ok(any)
        })
    }
}

/// The person and client that a place in the list names.
fn pair(place: &str) -> Result<(UserId, ClientId), ()> {
    let (user, client) = place.split_once(':').ok_or(())?;
    Ok((user.parse().map_err(|_| ())?, client.parse().map_err(|_| ())?))
}
