//! Ceremonies under way: begun for one browser and one purpose, and taken once.

use super::{Act, Ports};
use crate::{
    clock::Timestamp,
    id::CeremonyId,
    outbound::{Begun, Refused},
    passkey::{Ceremony, CeremonyPurpose, MAX_RESPONSE},
    secret::Digest,
    stores::Stored,
};

/// What a browser is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What the answer names.
    pub ceremony: CeremonyId,
    /// The options, as JSON.
    pub options: String,
}

/// Remembers what was begun, for this browser and purpose until then.
pub(in crate::services) async fn begin(
    ports: &Ports,
    act: &Act,
    (browser, purpose, expires_at): (Digest, CeremonyPurpose, Timestamp),
    begun: Begun,
) -> Stored<Asked> {
    let id = CeremonyId::generate(ports.clock.now(), &*ports.random);
    let ceremony = Ceremony {
        browser,
        purpose,
        state: begun.state,
        expires_at,
    };
    act.realm.ephemeral.ceremonies.put(id, &ceremony).await?;
    Ok(Asked {
        ceremony: id,
        options: begun.options,
    })
}

/// The ceremony, once, if it is this browser's and for this purpose.
pub(in crate::services) async fn take(
    act: &Act,
    id: CeremonyId,
    browser: Digest,
    purpose: CeremonyPurpose,
) -> Stored<Option<Ceremony>> {
    let taken = act.realm.ephemeral.ceremonies.take(id).await?;
    Ok(taken.filter(|ceremony| ceremony.browser == browser && ceremony.purpose == purpose))
}

/// An answer that is not too long to be looked at.
pub(in crate::services) fn bounded(answer: &str) -> Result<&str, Refused> {
    (answer.len() <= MAX_RESPONSE)
        .then_some(answer)
        .ok_or(Refused::NotAccepted)
}
