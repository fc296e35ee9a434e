//! What people may do here by the operator's rules about groups at providers. It is decided whenever it is asked for, by
//! what is kept of the last sign-in: nothing is written to the account that could be left behind.

use super::FederatedService;
use crate::{
    federation::{LinkedIdentity, Provider, ProviderId, role_of},
    login_session::SignedInUser,
    services::Act,
    stores::Stored,
    user::{Role, User},
};

impl FederatedService {
    /// What a person may do in their session: a rule counts while the session rests on the identity that it is about.
    pub async fn role(&self, act: &Act, person: &SignedInUser) -> Stored<Role> {
        let (user, session) = (person.user(), person.session());
        let provider = session.provider.as_ref();
        let provider = provider.and_then(|id| self.provider(act, id.as_str()));
        let Some(provider) = provider.filter(|provider| !provider.admin_groups.is_empty()) else {
            return Ok(user.role);
        };
        let rests_on = act.realm.stores.identities.of_session(session.id).await?;
        let theirs = rests_on.iter().filter(|identity| identity.user_id == user.id);
        Ok(role_of(user.role, theirs.map(|identity| (&provider, identity))))
    }

    /// The providers through which an account runs the realm, by what they said of it last.
    pub async fn administers_through(&self, act: &Act, user: &User) -> Stored<Vec<ProviderId>> {
        let mut providers = self.providers(act);
        providers.retain(|provider| !provider.admin_groups.is_empty());
        if providers.is_empty() {
            return Ok(Vec::new());
        }
        let identities = act.realm.stores.identities.list(user.id).await?;
        providers.retain(|provider| identities.iter().any(|identity| gives(provider, identity)));
        Ok(providers.into_iter().map(|provider| provider.id).collect())
    }
}

/// Whether the rule of a provider has members of a group of this identity run the realm.
pub(super) fn gives(provider: &Provider, identity: &LinkedIdentity) -> bool {
    role_of(Role::Member, [(provider, identity)]) == Role::Administrator
}
