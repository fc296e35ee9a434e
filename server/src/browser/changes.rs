//! What a request wants done to its browser, sorted by where that is kept.

use app::SessionChange;
use domain::opaque::OpaqueToken;

/// The changes, by where they are kept.
#[derive(Default)]
pub(super) struct Divided {
    /// What is to be done to sessions and what is remembered beside them.
    pub(super) sessions: Vec<SessionChange>,
    /// Tokens by which the browser is trusted from now on.
    pub(super) trusted: Vec<OpaqueToken>,
    /// Languages chosen and asked for.
    pub(super) languages: Vec<SessionChange>,
}

impl From<Vec<SessionChange>> for Divided {
    fn from(changes: Vec<SessionChange>) -> Self {
        let mut divided = Self::default();
        for change in changes {
            match change {
                SessionChange::Trust(token) => divided.trusted.push(token),
                SessionChange::Speak(_) | SessionChange::AskedToSpeak(_) => divided.languages.push(change),
                SessionChange::Activate(_)
                | SessionChange::Forget(_)
                | SessionChange::SignedIn(_)
                | SessionChange::SignedOut(_)
                | SessionChange::Through(_) => divided.sessions.push(change),
            }
        }
        divided
    }
}
