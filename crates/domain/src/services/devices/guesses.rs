//! How many codes are looked at: all are counted, the right ones too, by account and by network (RFC 8628 §5.1).
//!
//! Eight letters are few enough to be guessed by whoever may try long enough. Only who is signed in may try at all.

use super::DeviceError;
use crate::{
    login_session::SignedInUser,
    services::{Act, network},
};
use std::time::Duration;

/// How far back typed codes count.
const WINDOW: Duration = Duration::from_secs(600);
/// Codes one account may type within [`WINDOW`].
const BY_ACCOUNT: u64 = 10;
/// Codes that may be typed from one network within [`WINDOW`], by whomever.
const FROM_NETWORK: u64 = 100;

/// Counts one code that `person` typed; refused past the budget, before it is looked at.
pub(super) async fn count(act: &Act, person: &SignedInUser) -> Result<(), DeviceError> {
    let limits = &act.realm.ephemeral.limits;
    let from_network = match act.origin.address {
        Some(address) => {
            let key = format!("user-code:ip:{}", network(address));
            limits.count(&key, WINDOW).await?
        }
        None => 0,
    };
    let key = format!("user-code:account:{}", person.user().id);
    let by_account = limits.count(&key, WINDOW).await?;
    if by_account <= BY_ACCOUNT && from_network <= FROM_NETWORK {
        Ok(())
    } else {
        Err(DeviceError::TooManyAttempts { retry_after: WINDOW })
    }
}
