//! The two ceremonies of WebAuthn (Level 3, §7), as text in and text out. User verification is required, a credential
//! is discoverable, and nobody is asked to vouch for an authenticator.

use crate::passkey::{Aaguid, CredentialId, UserHandle};

/// A ceremony that begins.
#[derive(Clone, Debug)]
pub struct Begun {
    /// What the browser is asked, as JSON: `PublicKeyCredentialCreationOptionsJSON` or
    /// `PublicKeyCredentialRequestOptionsJSON`.
    pub options: String,
    /// What the server remembers until the answer comes; never shown to anybody.
    pub state: String,
}

/// For whom a passkey is made.
#[derive(Clone, Debug)]
pub struct ForWhom<'a> {
    /// What the authenticator calls the account.
    pub handle: UserHandle,
    /// The address, by which people tell accounts apart.
    pub name: &'a str,
    /// The name shown beside it.
    pub display_name: &'a str,
    /// Passkeys the account has already: their authenticators make no other.
    pub existing: Vec<CredentialId>,
}

/// A credential that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its id.
    pub credential_id: CredentialId,
    /// The model of its authenticator.
    pub aaguid: Aaguid,
    /// Whether it is kept on more than one device.
    pub synced: bool,
    /// How often it was used.
    pub sign_count: u32,
    /// What is needed to verify with it.
    pub public: String,
}

/// What an answer claims, before anything is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// By which credential.
    pub credential_id: CredentialId,
    /// What the authenticator calls the account.
    pub handle: Vec<u8>,
}

/// What a verified answer told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How often the credential was used.
    pub sign_count: u32,
    /// Whether it is kept on more than one device.
    pub synced: bool,
    /// What is needed to verify with it from now on.
    pub public: String,
}

/// Why an answer is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is not an answer to what was asked, or not by who claims it.
    #[error("the answer is not accepted")]
    NotAccepted,
    /// The authenticator's count went back, as that of a copy would.
    #[error("the authenticator's count went back")]
    CountWentBack,
    /// The credential could not be used without naming the account first.
    #[error("the credential is not discoverable")]
    NotDiscoverable,
    /// There are no passkeys at this address.
    #[error("there are no passkeys here")]
    Unavailable,
}

/// Both ceremonies, for one relying party.
pub trait WebAuthn: Send + Sync {
    /// The relying party's id; `None` where browsers know none, as for an IP address.
    fn relying_party(&self) -> Option<&str>;
    /// Begins to make a credential.
    fn begin_making(&self, whom: &ForWhom<'_>) -> Result<Begun, Refused>;
    /// Verifies what the browser made (§7.1).
    fn finish_making(&self, state: &str, answer: &str) -> Result<Made, Refused>;
    /// Begins to ask who is there.
    fn begin_asking(&self) -> Result<Begun, Refused>;
    /// What an answer claims.
    fn claimed(&self, answer: &str) -> Result<Claimed, Refused>;
    /// Verifies an answer by the credential it claims (§7.2), last used `sign_count` times.
    fn finish_asking(
        &self,
        state: &str,
        answer: &str,
        public: &str,
        sign_count: u32,
    ) -> Result<Verified, Refused>;
}
