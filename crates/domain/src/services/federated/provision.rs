//! The account of somebody new: what the provider vouched for, as far as it can be kept. It has no password.

use super::{FederatedService, Setback, arrived::Arrived, found::Found};
use crate::{
    client::Status,
    clock::Timestamp,
    event::EventKind,
    federation::VouchedProfile,
    id::UserId,
    person::{DisplayName, Email},
    services::{Act, Ports},
    stores::{Provisioned, Stored},
    user::{Described, Role, User, UserSource},
};

impl FederatedService {
    /// Makes the account, with the identity. Nothing if the identity or the address was taken meanwhile.
    pub(super) async fn provision(
        &self,
        act: &Act,
        arrived: &Arrived,
        email: Email,
    ) -> Stored<Option<Result<Found, Setback>>> {
        let user = user(&self.ports, act, (&arrived.profile, arrived.begun), email);
        let (identity, mut with) = self.link_of(act, &user, &arrived.seen);
        // Whoever has the new account knows how it came about.
        with.jobs.clear();
        let registered = EventKind::UserRegistered { user: user.id };
        with.events.insert(0, self.ports.event(act, registered));
        let identities = &act.realm.stores.identities;
        match identities.provision(&user, &identity, with).await? {
            Provisioned::Provisioned => {
                self.keep(act, identity.id, &arrived.seen).await?;
                Ok(Some(arrived.proves(user, &identity)))
            }
            Provisioned::IdentityTaken | Provisioned::AddressTaken => Ok(None),
        }
    }
}

/// The account, with the address that is proven. The sign-in that makes it began at `begun`, before
/// the provider was asked: that session is the account's first.
fn user(ports: &Ports, act: &Act, (vouched, begun): (&VouchedProfile, Timestamp), email: Email) -> User {
    let now = ports.clock.now();
    let named = |text: Option<&String>| text.and_then(|text| DisplayName::parse(text).ok());
    let (given, family) = (
        named(vouched.given_name.as_ref()),
        named(vouched.family_name.as_ref()),
    );
    let whole = || {
        let parts = [given.as_ref(), family.as_ref()].into_iter().flatten();
        let parts: Vec<&str> = parts.map(DisplayName::as_str).collect();
        DisplayName::parse(&parts.join(" ")).ok()
    };
    User {
        id: UserId::generate(now, &*ports.random),
        email,
        email_verified_at: Some(now),
        name: named(vouched.name.as_ref()).or_else(whole),
        locale: vouched
            .locale
            .clone()
            .filter(|tag| is_language(tag))
            .or_else(|| act.locale.clone()),
        zoneinfo: None,
        described: Described {
            given_name: given,
            family_name: family,
            ..Described::default()
        },
        status: Status::Active,
        role: Role::Member,
        source: UserSource::Provider,
        not_before: begun,
        erase_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Whether it may be a language tag (RFC 5646 §4.4.1 has the longest that need be kept).
fn is_language(tag: &str) -> bool {
    (1..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}
