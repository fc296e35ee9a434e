//! Which lanes an attempt takes.

use super::{Budgets, EVERYWHERE, HARD, NEARBY, Whom};
use crate::{
    budget::Allowance,
    id::UserId,
    secret::Digest,
    services::{Act, network},
};

impl Budgets {
    /// Whether the browser is one that `whom` signed in on, and the lanes of an attempt, the nearest first.
    pub(super) fn lanes(&self, act: &Act, whom: Whom<'_>) -> (bool, Vec<(String, Allowance)>) {
        let hard = act.realm.settings.hard_lockout;
        let subject = match whom {
            Whom::Account(user) => format!("account:{user}"),
            Whom::Nobody(typed) => format!("nobody:{}", Digest::of(typed).to_base64url()),
            Whom::By { user, address } => return (false, lanes_by(hard, user, address)),
        };
        if hard {
            return (false, vec![(format!("guess:hard:{subject}"), HARD)]);
        }
        if let Some(device) = self.known_device(act, whom) {
            let key = format!("guess:on:{}:{subject}", device.to_base64url());
            return (true, vec![(key, NEARBY)]);
        }
        let from = act.origin.address.map(network);
        let from = from.map_or_else(String::new, |address| address.to_string());
        let lanes = vec![
            (format!("guess:from:{from}:{subject}"), NEARBY),
            (format!("guess:all:{subject}"), EVERYWHERE),
        ];
        (false, lanes)
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
