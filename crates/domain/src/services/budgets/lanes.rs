//! Which lanes an attempt takes.

use super::{BEYOND_GUESSING, Budgets, EVERYWHERE, HARD, NEARBY, Whom};
use crate::{
    budget::Allowance,
    door::Door,
    id::UserId,
    secret::Digest,
    services::{Act, network},
};

/// What an attempt is counted in besides where it comes from.
pub(super) struct Lanes {
    /// Whose account it is about, if that is known.
    pub user: Option<UserId>,
    /// Whether the browser is one that they signed in on; where it comes from is not counted then.
    pub known: bool,
    /// The keys of the lanes and what each allows, the nearest first.
    pub all: Vec<(String, Allowance)>,
}

impl Lanes {
    /// Of a browser that nobody knows.
    fn new(user: Option<UserId>, all: Vec<(String, Allowance)>) -> Self {
        Self {
            user,
            known: false,
            all,
        }
    }
}

impl Budgets {
    /// The lanes of an attempt with what nobody guesses, of the account `whose` if that is known: one, on a browser that
    /// they signed in on. It is apart from that of guesses, so that whoever mistypes a password may use a passkey.
    pub(super) fn lanes_beyond_guessing(&self, act: &Act, whose: Option<UserId>) -> Lanes {
        let device = whose.and_then(|user| Some((user, self.known_device(act, Whom::Account(user))?)));
        let device = device.filter(|_| !act.realm.settings.hard_lockout);
        let lane = device.map(|(user, device)| {
            let key = format!("arrive:on:{}:account:{user}", device.to_base64url());
            (key, BEYOND_GUESSING)
        });
        Lanes {
            user: whose,
            known: lane.is_some(),
            all: lane.into_iter().collect(),
        }
    }

    /// The lane of an attempt at `door` in a browser on which one of these `accounts` signed in. It is apart from that of
    /// each of them: a page elsewhere that uses it up keeps nobody from their passkey.
    pub(super) fn lanes_among(&self, act: &Act, door: Door, accounts: &[UserId]) -> Option<Lanes> {
        if act.realm.settings.hard_lockout {
            return None;
        }
        let mut known = accounts.iter().map(|user| Whom::Account(*user));
        let device = known.find_map(|whom| self.known_device(act, whom))?;
        let key = format!("arrive:on:{}:door:{}", device.to_base64url(), door.as_str());
        Some(Lanes {
            user: None,
            known: true,
            all: vec![(key, BEYOND_GUESSING)],
        })
    }

    /// The lanes of an attempt to prove to be `whom`.
    pub(super) fn lanes(&self, act: &Act, whom: Whom<'_>) -> Lanes {
        let hard = act.realm.settings.hard_lockout;
        let (user, subject) = match whom {
            Whom::Account(user) => (Some(user), format!("account:{user}")),
            Whom::Nobody(typed) => (None, format!("nobody:{}", Digest::of(typed).to_base64url())),
            Whom::By { user, address } => return Lanes::new(Some(user), lanes_by(hard, user, address)),
        };
        if hard {
            return Lanes::new(user, vec![(format!("guess:hard:{subject}"), HARD)]);
        }
        if let Some(device) = self.known_device(act, whom) {
            let key = format!("guess:on:{}:{subject}", device.to_base64url());
            return Lanes {
                user,
                known: true,
                all: vec![(key, NEARBY)],
            };
        }
        let from = act.origin.address.map(network);
        let from = from.map_or_else(String::new, |address| address.to_string());
        let lanes = vec![
            (format!("guess:from:{from}:{subject}"), NEARBY),
            (format!("guess:all:{subject}"), EVERYWHERE),
        ];
        Lanes::new(user, lanes)
    }

    fn known_device(&self, act: &Act, whom: Whom<'_>) -> Option<Digest> {
        let device = act.origin.device.as_ref()?;
        let Whom::Account(user) = whom else {
            return None;
        };
        let account = (act.realm.realm.id, user);
        let known = device.knows(&*self.ports.sealer, account, self.ports.clock.now());
        known.then(|| device.digest())
    }
}

fn lanes_by(hard: bool, user: UserId, address: Option<&str>) -> Vec<(String, Allowance)> {
    let (own, of_address) = if hard { (HARD, HARD) } else { (NEARBY, EVERYWHERE) };
    let address = address.map(|address| {
        let address = Digest::of(address).to_base64url();
        (format!("guess:at:{address}"), of_address)
    });
    let own = (format!("guess:by:{user}"), own);
    std::iter::once(own).chain(address).collect()
}
