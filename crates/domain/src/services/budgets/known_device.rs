//! The cookie by which a browser is known again by the accounts that signed in on it.
//!
//! Nothing is stored: for each account the cookie carries a keyed digest that nobody else can make. Who holds it proves
//! nothing but where they are; it only gives the browser a budget of its own, whatever strangers try elsewhere.

use crate::{
    clock::Timestamp,
    id::{RealmId, UserId},
    opaque::{OpaqueKind, OpaqueToken},
    outbound::Sealer,
    random::Random,
    secret::Digest,
};
use std::time::Duration;

/// Accounts one browser is known by.
const ACCOUNTS: usize = 8;
const DAY: i64 = 86_400;
/// Days after which an account knows the browser no longer.
const DAYS: i64 = 400;
/// How long the cookie is kept.
pub const KEPT: Duration = Duration::from_secs(400 * 86_400);

/// What a browser showed of the accounts that signed in on it. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownDevice {
    token: OpaqueToken,
    marks: Vec<Mark>,
}

/// That an account signed in on a day.
#[derive(Clone, PartialEq, Eq)]
struct Mark {
    day: i64,
    mac: Digest,
}

impl std::fmt::Debug for KnownDevice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KnownDevice")
    }
}

impl KnownDevice {
    /// A browser that is known by nobody yet.
    pub fn new(random: &dyn Random) -> Self {
        Self {
            token: OpaqueToken::generate(OpaqueKind::KnownDevice, random),
            marks: Vec::new(),
        }
    }

    /// What a cookie says; what cannot be read of it is left out.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let token = OpaqueToken::parse(OpaqueKind::KnownDevice, parts.next()?)?;
        let marks = parts.take(ACCOUNTS).filter_map(|part| {
            let (day, mac) = part.split_once('~')?;
            Some(Mark {
                day: day.parse().ok()?,
                mac: Digest::from_base64url(mac)?,
            })
        });
        Some(Self {
            marks: marks.collect(),
            token,
        })
    }

    /// The cookie's text.
    pub fn expose(&self) -> String {
        let mut text = self.token.expose().to_owned();
        for mark in &self.marks {
            text.push_str(&format!(".{}~{}", mark.day, mark.mac.to_base64url()));
        }
        text
    }

    /// What stands for the browser where attempts are counted.
    pub fn digest(&self) -> Digest {
        self.token.digest()
    }

    /// Whether `user` signed in on this browser.
    pub fn knows(&self, sealer: &dyn Sealer, (realm, user): (RealmId, UserId), now: Timestamp) -> bool {
        let today = now.seconds().div_euclid(DAY);
        // Each mark is compared, so that the answer takes the same time whichever it is.
        let known = self.marks.iter().filter(|mark| {
            let fresh = (0..=DAYS).contains(&(today - mark.day));
            self.mac(sealer, (realm, user), mark.day) == mark.mac && fresh
        });
        known.count() > 0
    }

    /// The same browser after `user` signed in on it.
    pub fn with(mut self, sealer: &dyn Sealer, (realm, user): (RealmId, UserId), now: Timestamp) -> Self {
        let token = &self.token;
        let mut marks = std::mem::take(&mut self.marks);
        marks.retain(|mark| mac(sealer, token, (realm, user), mark.day) != mark.mac);
        let day = now.seconds().div_euclid(DAY);
        marks.insert(
            0,
            Mark {
                day,
                mac: mac(sealer, token, (realm, user), day),
            },
        );
        marks.truncate(ACCOUNTS);
        self.marks = marks;
        self
    }

    fn mac(&self, sealer: &dyn Sealer, whom: (RealmId, UserId), day: i64) -> Digest {
        mac(sealer, &self.token, whom, day)
    }
}

fn mac(sealer: &dyn Sealer, token: &OpaqueToken, (realm, user): (RealmId, UserId), day: i64) -> Digest {
    let message = format!("{realm}:{user}:{day}:{}", token.digest().to_base64url());
    sealer.mac("known-device", message.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeSealer, SeededRandom};

    #[test]
    fn a_browser_is_known_by_who_signed_in_on_it_and_by_nobody_else() {
        let random = SeededRandom::new(5);
        let now = Timestamp::from_seconds(1_800_000_000);
        let realm = RealmId::generate(now, &random);
        let users: Vec<UserId> = (0..10).map(|_| UserId::generate(now, &random)).collect();
        let device = users
            .iter()
            .take(2)
            .fold(KnownDevice::new(&random), |device, user| {
                device.with(&FakeSealer, (realm, *user), now)
            });
        let device = KnownDevice::parse(&device.expose()).unwrap();
        let known: Vec<bool> = users
            .iter()
            .map(|user| device.knows(&FakeSealer, (realm, *user), now))
            .collect();
        assert_eq!(known, (0..10).map(|at| at < 2).collect::<Vec<_>>());

        let other_realm = RealmId::generate(now, &random);
        assert!(!device.knows(&FakeSealer, (other_realm, users[0]), now));
        let much_later = now + KEPT + Duration::from_secs(2 * 86_400);
        assert!(!device.knows(&FakeSealer, (realm, users[0]), much_later));

        // A mark counts on the browser it was made for, and with the day it was made for.
        let text = device.expose();
        let (_, marks) = text.split_once('.').unwrap();
        let stranger = KnownDevice::new(&random).expose();
        let moved = KnownDevice::parse(&format!("{stranger}.{marks}")).unwrap();
        assert!(!moved.knows(&FakeSealer, (realm, users[0]), now));
        let (day, _) = marks.split_once('~').unwrap();
        let later = (day.parse::<i64>().unwrap() + 1).to_string();
        let dated = KnownDevice::parse(&text.replace(&format!(".{day}~"), &format!(".{later}~"))).unwrap();
        assert!(!dated.knows(&FakeSealer, (realm, users[0]), now + Duration::from_secs(86_400)));
    }

    #[test]
    fn a_browser_stays_as_small_as_it_is() {
        let random = SeededRandom::new(6);
        let now = Timestamp::from_seconds(1_800_000_000);
        let realm = RealmId::generate(now, &random);
        let first = UserId::generate(now, &random);
        let mut device = KnownDevice::new(&random);
        for _ in 0..3 {
            device = device.with(&FakeSealer, (realm, first), now);
        }
        assert_eq!(device.marks.len(), 1);
        for _ in 0..30 {
            let user = UserId::generate(now, &random);
            device = device.with(&FakeSealer, (realm, user), now);
        }
        assert!(device.expose().len() < 600, "{}", device.expose().len());
        assert!(!device.knows(&FakeSealer, (realm, first), now));
        let flood = format!("{}{}", device.expose(), ".1~x".repeat(9_999));
        assert_eq!(KnownDevice::parse(&flood).unwrap(), device);
        for text in ["", "sgn_kd_x", "x.1~x"] {
            assert!(KnownDevice::parse(text).is_none());
        }
    }
}
