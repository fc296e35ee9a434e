//! Which providers people may come through, for whoever judges a session or counts the ways into an account; and the end
//! of sessions that rest on others.

use super::FederatedService;
use crate::{
    event::EventKind,
    federation::ProviderId,
    login_session::SessionRules,
    realm_context::RealmContext,
    services::{Act, Ports},
    stores::{EndSessions, Stored},
};

impl Ports {
    /// What keeps a session of the realm alive.
    pub fn session_rules<'a>(&'a self, realm: &'a RealmContext) -> SessionRules<'a> {
        let idle = realm.settings.lifetimes.session_idle;
        SessionRules::new(idle, &self.upstreams, &realm.realm.name)
    }

    /// The providers that people of the realm may come through.
    pub fn open_providers(&self, realm: &RealmContext) -> Vec<ProviderId> {
        let open = self.upstreams.in_realm(&realm.realm.name);
        open.map(|upstream| upstream.provider().id.clone()).collect()
    }
}

impl FederatedService {
    /// Ends the sessions that rest on a provider people may not come through any more, and tells the apps; how many
    /// there were. None of them is good for anything before.
    pub async fn end_strays(&self, act: &Act) -> Stored<usize> {
        let (stores, open) = (&act.realm.stores, self.ports.open_providers(&act.realm));
        let mut ended = 0;
        loop {
            let strays = stores.identities.strays(&open).await?;
            if strays.is_empty() {
                return Ok(ended);
            }
            for (user, session) in strays {
                let kind = EventKind::SessionEnded { user, session };
                let moment = act.realm.moment(self.ports.clock.now());
                let (one, with) = (EndSessions::One(session), self.ports.ending(act, kind));
                ended += stores.sessions.end(user, one, moment, with).await?.len();
            }
        }
    }
}
