//! The machine's clock and random generator.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use domain::{
    clock::{Clock, Timestamp},
    random::Random,
};

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the port's one adapter")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::default() + since
    }
}

/// The machine's random generator.
#[derive(Default)]
pub struct SystemRandomness(SystemRandom);

impl Random for SystemRandomness {
    #[expect(
        clippy::expect_used,
        reason = "without randomness nothing may go on; aws-lc never fails once seeded"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes).expect("the system has randomness");
    }
}
