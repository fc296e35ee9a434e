//! Ports that are not storage.

mod http_fetch;
mod web_authn;

pub use http_fetch::{FetchBody, FetchError, FetchRequest, Fetched, HttpFetch};
pub use web_authn::{Begun, Claimed, ForWhom, Made, Refused, Verified, WebAuthn};

use crate::{
    door::{Door, Refusal},
    event::Event,
    mail::Mail,
    person::{DisplayName, Email, NewPassword, PasswordHash, Personal, TypedPassword},
    secret::{Digest, Secret},
};
use async_trait::async_trait;
use std::net::IpAddr;

/// For whom a password is hashed, so that nobody has more than their share of a pool that is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashFor {
    /// What stands for the account, or for the name of one that there is not.
    pub whose: Option<Digest>,
    /// The network that the request comes from.
    pub network: Option<IpAddr>,
}

/// Hashes passwords on a bounded pool. Where it is full, whoever has most waiting is told `Busy` first.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// The hash of a password somebody chose.
    async fn hash(&self, who: &HashFor, password: &NewPassword) -> Result<PasswordHash, HashError>;
    /// Judges a password against a hash. Without a hash it does the same work and answers `Wrong`.
    async fn verify(
        &self,
        who: &HashFor,
        password: &TypedPassword,
        hash: Option<&PasswordHash>,
    ) -> Result<Verdict, HashError>;
    /// A fresh hash of a password that was just verified, under today's parameters.
    async fn rehash(&self, who: &HashFor, password: &TypedPassword) -> Result<PasswordHash, HashError>;
    /// A hash that another program made, if [`verify`](Self::verify) can judge passwords by it at a cost that a sign-in
    /// may have.
    fn import(&self, text: &str) -> Option<PasswordHash>;
}

/// Tells how soon a password would be guessed.
pub trait PasswordJudge: Send + Sync {
    /// How soon somebody would guess it who knows what is `personal` about its owner.
    fn guess(&self, password: &TypedPassword, personal: Personal<'_>) -> Guessed;
}

/// How soon a password would be guessed, soonest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guessed {
    /// At once: it is among those that many people have.
    Known,
    /// Within the few attempts that a service allows.
    Soon,
    /// By somebody who has the hash and much time.
    WithEffort,
    /// By nobody.
    Hardly,
}

/// What a password was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the password.
    Right,
    /// It is the password, hashed with parameters no longer used.
    RightButOutdated,
    /// It is not.
    Wrong,
}

/// Why nothing was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// The queue is full; try again shortly.
    #[error("too many passwords are being hashed")]
    Busy,
    /// The hash is not one this product made.
    #[error("the stored hash could not be read")]
    Unreadable,
}

/// Delivers mails.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one mail.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// Why a mail was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It may go through later.
    #[error("the mail could not be delivered now")]
    Later(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It never will.
    #[error("the mail was refused")]
    Never(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Writes mails in a person's language. Links are built from the realm's issuer only.
pub trait MailWriter: Send + Sync {
    /// Asks to confirm an address, by code or link.
    fn confirm_email(&self, to: &Addressee<'_>, code: &str, link: &str) -> Mail;
    /// Tells somebody who signs up again that there is an account.
    fn already_registered(&self, to: &Addressee<'_>, sign_in_link: &str, reset_link: &str) -> Mail;
    /// Lets somebody choose a new password, by link.
    fn reset_password(&self, to: &Addressee<'_>, link: &str) -> Mail;
    /// Lets somebody sign in, by code or link.
    fn sign_in_code(&self, to: &Addressee<'_>, code: &str, link: &str) -> Mail;
    /// Asks to prove the address that an account is to have, by code.
    fn change_email(&self, to: &Addressee<'_>, code: &str) -> Mail;
    /// Asks somebody whom a provider, by its label, vouched for to prove an address, by code.
    fn prove_address(&self, to: &Addressee<'_>, code: &str, provider: &str) -> Mail;
    /// Tells somebody that an account was to have the address of theirs.
    fn email_taken(&self, to: &Addressee<'_>, sign_in_link: &str) -> Mail;
    /// Tells the address that an account had until now, and how to bring it back within so many hours.
    fn email_changed(&self, to: &Addressee<'_>, undo_link: &str, hours: u64) -> Mail;
    /// Tells the address that an account has again, with a new password, and what was dropped.
    fn email_restored(&self, to: &Addressee<'_>) -> Mail;
    /// Tells somebody whose password was changed.
    fn password_changed(&self, to: &Addressee<'_>) -> Mail;
    /// Tells somebody whose account no longer has a password.
    fn password_removed(&self, to: &Addressee<'_>) -> Mail;
    /// Tells somebody what was done with their account as a whole.
    fn account(&self, to: &Addressee<'_>, what: AccountNotice<'_>) -> Mail;
    /// Tells somebody what was done to the second factor of their account.
    fn second_factor(&self, to: &Addressee<'_>, what: SecondFactorNotice<'_>) -> Mail;
    /// Tells somebody whose account has a new passkey; `provider` is what keeps it, if that is known.
    fn passkey_added(&self, to: &Addressee<'_>, provider: Option<&str>) -> Mail;
    /// Tells somebody whose account has one passkey less.
    fn passkey_removed(&self, to: &Addressee<'_>, provider: Option<&str>) -> Mail;
    /// Tells somebody whose account can be signed in to through a provider, by its label, from now on.
    fn identity_linked(&self, to: &Addressee<'_>, provider: &str) -> Mail;
    /// Tells somebody whose account can no longer be signed in to through a provider.
    fn identity_unlinked(&self, to: &Addressee<'_>, provider: &str) -> Mail;
}

/// What was done with an account as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountNotice<'a> {
    /// It is to be erased.
    Leaving {
        /// Restores it.
        link: &'a str,
        /// Days until it is erased.
        days: u64,
    },
    /// It is not erased.
    Restored,
    /// Everything that is kept was handed out.
    Exported,
    /// One of its sessions was ended as somebody else's.
    Reported {
        /// Where a new password is asked for.
        reset_link: &'a str,
    },
}

/// What was done to the second factor of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactorNotice<'a> {
    /// An authenticator app was added.
    AuthenticatorAdded,
    /// Another authenticator app took the place of the one before.
    AuthenticatorReplaced,
    /// The authenticator app was removed.
    AuthenticatorRemoved,
    /// New recovery codes were made.
    RecoveryCodesMade,
    /// A recovery code was used.
    RecoveryCodeUsed {
        /// How many are left.
        left: u32,
    },
    /// A browser is not asked for it any more.
    BrowserTrusted {
        /// What the browser says it is.
        user_agent: Option<&'a str>,
    },
}

/// To whom a mail goes and in whose name.
#[derive(Clone, Copy, Debug)]
pub struct Addressee<'a> {
    /// The address.
    pub email: &'a Email,
    /// The person's name, if known.
    pub name: Option<&'a DisplayName>,
    /// The language to write in: the account's or the request's, a BCP 47 tag.
    pub locale: Option<&'a str>,
    /// Host of the issuer, which the mail names as its sender.
    pub issuer_host: &'a str,
    /// Minutes until a code or link in the mail expires.
    pub minutes: u64,
}

/// Something sealed with the master key: the key's id and the ciphertext.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sealed {
    /// Which master key.
    pub key_id: String,
    /// Nonce and ciphertext.
    pub bytes: Vec<u8>,
}

/// The master key at work.
pub trait Sealer: Send + Sync {
    /// Seals `plain`; `context` must be given again to open it, so that sealed values cannot be swapped.
    fn seal(&self, context: &str, plain: &[u8]) -> Sealed;
    /// Opens what was sealed under the same `context`.
    fn open(&self, context: &str, sealed: &Sealed) -> Result<Secret<Vec<u8>>, OpenError>;
    /// A keyed digest: of short codes, which a plain digest would not hide, and of tokens that must be
    /// derived again.
    fn mac(&self, context: &str, message: &[u8]) -> Digest;
}

/// Takes events of issuance that writes no row: they are stored in bulk soon after, never before the answer.
pub trait EventQueue: Send + Sync {
    /// Queues an event at once. A full queue drops it and counts that.
    fn push(&self, event: Event);
}

/// Is told of every credential that was refused, for the metrics.
pub trait Refusals: Send + Sync {
    /// One was refused at `door`. Fixed words only: nothing of who tried, or what.
    fn refused(&self, door: Door, why: Refusal);
}

/// The master key does not open what was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the master key does not open what is stored")]
pub struct OpenError;
