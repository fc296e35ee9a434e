//! Fakes and builders for tests: time that stands still, randomness that repeats, stores in memory.
//!
//! Behind the feature `testing`; nothing here is meant for a running server.

mod builders;
mod clock;
mod ephemeral;
mod federation;
mod outbound;
mod random;
mod realm;
mod stores;
mod work;

pub use builders::{ClientBuilder, UserBuilder, a_client, a_user};
pub use clock::FixedClock;
pub use ephemeral::MemoryEphemeral;
pub use federation::{FakeUpstream, a_provider, vouched};
pub use outbound::{
    CollectedEvents, CollectedRefusals, FakeHasher, FakeHttp, FakeJudge, FakeSealer, FakeWebAuthn,
    PlainMailWriter,
};
pub use random::SeededRandom;
pub use realm::{a_realm, realm_context};
pub use stores::MemoryStores;
pub use work::solve;
