//! Fakes and builders for tests: time that stands still, randomness that repeats, stores in memory.
//!
//! Behind the feature `testing`; nothing here is meant for a running server.

mod clock;
mod random;

pub use clock::FixedClock;
pub use random::SeededRandom;
