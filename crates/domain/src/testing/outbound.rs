//! Fakes of the ports that are not storage: quick, and of no use against anybody.

mod http_fetch;
mod web_authn;

pub use http_fetch::FakeHttp;
pub use web_authn::FakeWebAuthn;

use crate::{
    door::{Door, Refusal},
    event::Event,
    mail::Mail,
    outbound::{
        AccountNotice, Addressee, EventQueue, Guessed, HashError, HashFor, MailWriter, OpenError,
        PasswordHasher, PasswordJudge, Refusals, Sealed, Sealer, SecondFactorNotice, Verdict,
    },
    person::{NewPassword, PasswordHash, Personal, TypedPassword},
    secret::{Digest, Secret},
};
use async_trait::async_trait;
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};
use std::task::Poll;

/// Knows one password, and guesses what contains the owner's address.
#[derive(Debug, Default)]
pub struct FakeJudge;

impl FakeJudge {
    /// The password that many people have.
    pub const KNOWN: &str = "passwordpassword";
}

impl PasswordJudge for FakeJudge {
    fn guess(&self, password: &TypedPassword, personal: Personal<'_>) -> Guessed {
        if password.expose() == Self::KNOWN {
            return Guessed::Known;
        }
        if !personal.email.is_empty() && password.expose().contains(personal.email) {
            return Guessed::Soon;
        }
        Guessed::WithEffort
    }
}

/// Hashes at once and counts how often it was asked.
#[derive(Debug, Default)]
pub struct FakeHasher {
    calls: AtomicU64,
}

impl FakeHasher {
    const OUTDATED: &str = "old:";
    const CURRENT: &str = "fake:";

    /// How often anything was hashed or verified.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    /// A hash of `password` under parameters no longer used.
    pub fn outdated(password: &str) -> PasswordHash {
        PasswordHash::new(Self::digest(Self::OUTDATED, password))
    }

    /// The hash that [`PasswordHasher::hash`] gives for `password`.
    pub fn hash_of(password: &str) -> PasswordHash {
        PasswordHash::new(Self::digest(Self::CURRENT, password))
    }

    fn digest(prefix: &str, password: &str) -> String {
        format!("{prefix}{}", Digest::of(password).to_base64url())
    }

    fn count(&self) {
        self.calls.fetch_add(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl PasswordHasher for FakeHasher {
    async fn hash(&self, _: &HashFor, password: &NewPassword) -> Result<PasswordHash, HashError> {
        self.count();
        Ok(Self::hash_of(password.expose()))
    }

    async fn verify(
        &self,
        _: &HashFor,
        password: &TypedPassword,
        hash: Option<&PasswordHash>,
    ) -> Result<Verdict, HashError> {
        self.count();
        others_first().await;
        let Some(hash) = hash.map(PasswordHash::expose) else {
            return Ok(Verdict::Wrong);
        };
        if !hash.starts_with(Self::CURRENT) && !hash.starts_with(Self::OUTDATED) {
            return Err(HashError::Unreadable);
        }
        if hash == Self::digest(Self::CURRENT, password.expose()) {
            return Ok(Verdict::Right);
        }
        if hash == Self::digest(Self::OUTDATED, password.expose()) {
            return Ok(Verdict::RightButOutdated);
        }
        Ok(Verdict::Wrong)
    }

    async fn rehash(&self, _: &HashFor, password: &TypedPassword) -> Result<PasswordHash, HashError> {
        self.count();
        Ok(Self::hash_of(password.expose()))
    }

    fn import(&self, text: &str) -> Option<PasswordHash> {
        let known = text.starts_with(Self::OUTDATED);
        known.then(|| PasswordHash::new(text.to_owned()))
    }
}

/// Lets everything else that can run do so first, as it does while a password is hashed.
async fn others_first() {
    let mut waited = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Seals by writing the context in front: opens under the same context only, and hides nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct FakeSealer;

impl FakeSealer {
    const KEY: &str = "fake";

    fn prefix(context: &str) -> Vec<u8> {
        [context.as_bytes(), &[0]].concat()
    }
}

impl Sealer for FakeSealer {
    fn seal(&self, context: &str, plain: &[u8]) -> Sealed {
        Sealed {
            key_id: Self::KEY.to_owned(),
            bytes: [Self::prefix(context).as_slice(), plain].concat(),
        }
    }

    fn open(&self, context: &str, sealed: &Sealed) -> Result<Secret<Vec<u8>>, OpenError> {
        let plain = sealed.bytes.strip_prefix(Self::prefix(context).as_slice());
        match plain {
            Some(plain) if sealed.key_id == Self::KEY => Ok(Secret::new(plain.to_vec())),
            Some(_) | None => Err(OpenError),
        }
    }

    fn mac(&self, context: &str, message: &[u8]) -> Digest {
        Digest::of([Self::prefix(context).as_slice(), message].concat())
    }
}

/// Writes mails that say what they are for and carry the code and link on lines of their own.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainMailWriter;

fn mail(to: &Addressee<'_>, subject: &str, lines: &[&str]) -> Mail {
    let text = lines.join("\n");
    Mail {
        to: to.email.clone(),
        subject: format!("{subject} ({})", to.issuer_host),
        html: format!("<pre>{text}</pre>"),
        text,
    }
}

impl MailWriter for PlainMailWriter {
    fn confirm_email(&self, to: &Addressee<'_>, code: &str, link: &str) -> Mail {
        mail(to, "confirm", &[code, link])
    }

    fn already_registered(&self, to: &Addressee<'_>, sign_in_link: &str, reset_link: &str) -> Mail {
        mail(to, "already registered", &[sign_in_link, reset_link])
    }

    fn reset_password(&self, to: &Addressee<'_>, link: &str) -> Mail {
        mail(to, "reset", &[link])
    }

    fn sign_in_code(&self, to: &Addressee<'_>, code: &str, link: &str) -> Mail {
        mail(to, "sign in", &[code, link])
    }

    fn change_email(&self, to: &Addressee<'_>, code: &str) -> Mail {
        mail(to, "change address", &[code])
    }

    fn prove_address(&self, to: &Addressee<'_>, code: &str, provider: &str) -> Mail {
        mail(to, "prove address", &[code, provider])
    }

    fn email_taken(&self, to: &Addressee<'_>, sign_in_link: &str) -> Mail {
        mail(to, "address taken", &[sign_in_link])
    }

    fn email_changed(&self, to: &Addressee<'_>, undo_link: &str, hours: u64) -> Mail {
        mail(to, "address changed", &[&hours.to_string(), undo_link])
    }

    fn email_restored(&self, to: &Addressee<'_>) -> Mail {
        mail(to, "address restored", &[])
    }

    fn password_changed(&self, to: &Addressee<'_>) -> Mail {
        mail(to, "changed", &[])
    }

    fn password_removed(&self, to: &Addressee<'_>) -> Mail {
        mail(to, "password removed", &[])
    }

    fn account(&self, to: &Addressee<'_>, what: AccountNotice<'_>) -> Mail {
        match what {
            AccountNotice::Leaving { link, days } => mail(to, "leaving", &[&days.to_string(), link]),
            AccountNotice::Restored => mail(to, "restored", &[]),
            AccountNotice::Exported => mail(to, "exported", &[]),
            AccountNotice::Reported { reset_link } => mail(to, "reported", &[reset_link]),
        }
    }

    fn second_factor(&self, to: &Addressee<'_>, what: SecondFactorNotice<'_>) -> Mail {
        mail(to, &format!("{what:?}"), &[])
    }

    fn passkey_added(&self, to: &Addressee<'_>, provider: Option<&str>) -> Mail {
        mail(to, "passkey added", &[provider.unwrap_or_default()])
    }

    fn passkey_removed(&self, to: &Addressee<'_>, provider: Option<&str>) -> Mail {
        mail(to, "passkey removed", &[provider.unwrap_or_default()])
    }

    fn identity_linked(&self, to: &Addressee<'_>, provider: &str) -> Mail {
        mail(to, "identity linked", &[provider])
    }

    fn identity_unlinked(&self, to: &Addressee<'_>, provider: &str) -> Mail {
        mail(to, "identity unlinked", &[provider])
    }
}

/// Keeps the events it is given.
#[derive(Debug, Default)]
pub struct CollectedEvents(Mutex<Vec<Event>>);

impl CollectedEvents {
    /// The events so far, in their order.
    pub fn all(&self) -> Vec<Event> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl EventQueue for CollectedEvents {
    fn push(&self, event: Event) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }
}

/// Keeps the refusals it is told of.
#[derive(Debug, Default)]
pub struct CollectedRefusals(Mutex<Vec<(Door, Refusal)>>);

impl CollectedRefusals {
    /// How often something was refused at this door for this reason.
    pub fn count(&self, door: Door, why: Refusal) -> usize {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().filter(|refused| **refused == (door, why)).count()
    }
}

impl Refusals for CollectedRefusals {
    fn refused(&self, door: Door, why: Refusal) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((door, why));
    }
}
