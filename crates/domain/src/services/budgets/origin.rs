//! Where attempts come from, and how many came from there.

use super::WINDOW;
use crate::{
    ephemeral::Counted,
    services::{Act, address_block, network},
    stores::Stored,
};

/// What one attempt counted where it came from. Nothing is counted of a known device, and where no address is known.
#[derive(Debug, Default)]
pub(super) struct Origin {
    address: Option<(String, Counted)>,
    network: Option<(String, Counted)>,
}

impl Origin {
    /// Counts an attempt from the address and the network of `act`.
    pub(super) async fn count(act: &Act) -> Stored<Self> {
        let Some(address) = act.origin.address else {
            return Ok(Self::default());
        };
        let limits = &act.realm.ephemeral.limits;
        let by_address = format!("guess:address:{}", network(address));
        let by_network = format!("guess:network:{}", address_block(address));
        let from_address = limits.counted(&by_address, WINDOW).await?;
        let from_network = limits.counted(&by_network, WINDOW).await?;
        Ok(Self {
            address: Some((by_address, from_address)),
            network: Some((by_network, from_network)),
        })
    }

    /// Attempts from the address and from the network, this one included.
    pub(super) fn sums(&self) -> (u64, u64) {
        let sum = |of: &Option<(String, Counted)>| of.as_ref().map_or(0, |(_, counted)| counted.sum);
        (sum(&self.address), sum(&self.network))
    }

    /// Gives the attempt back, in the windows in which it was counted.
    pub(super) async fn give_back(self, act: &Act) -> Stored<()> {
        let limits = &act.realm.ephemeral.limits;
        for (key, counted) in self.address.into_iter().chain(self.network) {
            limits.give_back(&key, counted.until).await?;
        }
        Ok(())
    }
}
