//! A realm at work on fakes.

use super::{FixedClock, MemoryEphemeral, MemoryStores, SeededRandom};
use crate::{
    clock::Clock,
    ephemeral::Ephemeral as _,
    id::RealmId,
    issuer::{Issuer, Origin},
    realm::{Realm, RealmName},
    realm_context::{RealmContext, RealmSettings, RevocationList},
    signing_key::KeyRing,
    stores::Stores as _,
    theme::Theme,
};
use std::sync::Arc;

/// A realm of this name; the same name gives the same id.
pub fn a_realm(name: RealmName) -> Realm {
    let created_at = FixedClock::default().now();
    let seed = name.as_str().bytes().fold(0, |seed: u64, byte| {
        seed.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    Realm {
        id: RealmId::generate(created_at, &SeededRandom::new(seed)),
        name,
        created_at,
        require_pushed_authorization_requests: false,
        theme: Theme::default(),
    }
}

/// The root realm at `https://id.example.com`, on `stores` and fresh ephemeral stores that tell time by
/// `clock`, signing with `keys`.
#[expect(clippy::expect_used, reason = "the address is a constant that parses")]
pub fn realm_context(stores: &MemoryStores, clock: Arc<dyn Clock>, keys: KeyRing) -> RealmContext {
    let realm = a_realm(RealmName::Root);
    stores.add_realm(realm.clone());
    let origin = Origin::parse("https://id.example.com").expect("an origin");
    RealmContext {
        issuer: Issuer::new(&origin, &realm.name),
        origin,
        settings: RealmSettings::default(),
        stores: stores.in_realm(realm.id),
        ephemeral: MemoryEphemeral::new(clock).in_realm(realm.id),
        keys,
        revocations: RevocationList::default(),
        realm,
    }
}
