//! Signing up, and proving that an address is one's own.
//!
//! Whoever signs up with an address that has an account sees the same pages; only the mailbox learns more.

use super::{Act, Ports};
use crate::{
    client::Status,
    event::EventKind,
    id::{InteractionId, MailedCodeId, UserId},
    mail::{MailedCode, MailedCodePurpose, MailedProof},
    opaque::{OpaqueKind, OpaqueToken},
    outbound::{Addressee, HashError},
    person::{DisplayName, Email, PasswordHash, PasswordRefused},
    secret::Digest,
    stores::{Alongside, MailedOutcome, NewUser, Registration, StoreError},
    user::{Role, User, UserSource},
};
use std::time::Duration;

const DIGITS: u32 = 6;
const MAIL_WINDOW: Duration = Duration::from_secs(3_600);
const MAILS_PER_WINDOW: u64 = 6;
const SIGN_UPS_PER_ADDRESS: u64 = 60;

/// What somebody types to sign up.
pub struct SignUp {
    /// Their address.
    pub email: String,
    /// Their name; may be empty.
    pub name: String,
    /// The password they want.
    pub password: String,
    /// The request they came with, kept in the mailed link.
    pub interaction: Option<InteractionId>,
}

/// Why nobody was signed up.
#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    InvalidEmail,
    /// Not a name that can be shown.
    #[error("not a name")]
    InvalidName,
    /// The password does not meet the policy.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// Too many sign-ups from this address.
    #[error("too many sign-ups")]
    TooMany {
        /// When to try again.
        retry_after: Duration,
    },
    /// Too many passwords are being hashed.
    #[error("busy")]
    Busy,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an address was not confirmed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// Wrong, used, expired or tried too often.
    #[error("the code or link does not work")]
    Refused,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A code and link about to be mailed, and what is stored of them.
struct FreshCode {
    code: String,
    link: OpaqueToken,
    stored: MailedCode,
}

/// Signing up and confirming addresses.
#[derive(Clone)]
pub struct RegistrationService {
    ports: Ports,
}

impl RegistrationService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Signs somebody up and mails a code and link. Gives the flow in which the code can be typed; it exists
    /// in name only when the address has an account already.
    pub async fn sign_up(&self, act: &Act, form: SignUp) -> Result<MailedCodeId, SignUpError> {
        let email = Email::parse(&form.email).map_err(|_| SignUpError::InvalidEmail)?;
        let name = match form.name.trim() {
            "" => None,
            name => Some(DisplayName::parse(name).map_err(|_| SignUpError::InvalidName)?),
        };
        let password = act.realm.settings.password.check(form.password)?;
        self.count(act).await?;
        let hash = self
            .ports
            .hasher
            .hash(&password)
            .await
            .map_err(|error| match error {
                HashError::Busy => SignUpError::Busy,
                HashError::Unreadable => SignUpError::Store(StoreError::unavailable(error)),
            })?;
        let user = self.new_user(act, email, name);
        let fresh = self.fresh_code(act, user.id, &user.email);
        let flow = fresh.stored.id;
        let existing = act
            .realm
            .stores
            .users
            .find_by_email(&user.email.normalised())
            .await?;
        match existing {
            Some(existing) => self.tell_owner(act, &existing.user).await?,
            None => self.store(act, user, hash, fresh, form.interaction).await?,
        }
        Ok(flow)
    }

    /// Mails a new code and link for the flow, within limits; says nothing about whether the flow exists.
    pub async fn resend(
        &self,
        act: &Act,
        flow: MailedCodeId,
        interaction: Option<InteractionId>,
    ) -> Result<MailedCodeId, StoreError> {
        let now = self.ports.clock.now();
        let stores = &act.realm.stores;
        let old = stores.mailed_codes.find(flow, now).await?;
        let user = match &old {
            Some(old) if old.purpose == MailedCodePurpose::ConfirmEmail => {
                stores.users.find(old.user_id).await?
            }
            Some(_) | None => None,
        };
        if let Some(user) = user.filter(|user| !user.email_verified() && user.is_active())
            && self.mail_budget_left(act, &user.email).await?
        {
            let fresh = self.fresh_code(act, user.id, &user.email);
            let id = fresh.stored.id;
            let with = Alongside {
                jobs: vec![self.confirm_job(act, &user, &fresh, interaction)],
                ..Alongside::default()
            };
            stores.mailed_codes.send(&fresh.stored, with).await?;
            return Ok(id);
        }
        // A flow without a mail gets a new name too, so that names tell nothing; the link mailed last still works.
        stores.events.record(Alongside::default()).await?;
        Ok(MailedCodeId::generate(now, &*self.ports.random))
    }

    /// Confirms an address by the code typed on the page of `flow`.
    pub async fn confirm_with_code(
        &self,
        act: &Act,
        flow: MailedCodeId,
        typed: &str,
    ) -> Result<(), ConfirmError> {
        let digits: String = typed
            .chars()
            .filter(char::is_ascii_digit)
            .take(DIGITS as usize + 1)
            .collect();
        let code = self.code_digest(flow, &digits);
        let found = act
            .realm
            .stores
            .mailed_codes
            .find(flow, self.ports.clock.now())
            .await?;
        self.confirm(act, MailedProof::Code { id: flow, code }, found)
            .await
    }

    /// Confirms an address by the mailed link's token.
    pub async fn confirm_with_link(&self, act: &Act, token: &str) -> Result<(), ConfirmError> {
        let token = OpaqueToken::parse(OpaqueKind::MailedLink, token).ok_or(ConfirmError::Refused)?;
        let link = token.digest();
        let found = act
            .realm
            .stores
            .mailed_codes
            .find_by_link(&link, self.ports.clock.now())
            .await?;
        self.confirm(act, MailedProof::Link { link }, found).await
    }

    /// Whether a link's token would work now; uses nothing up, so mail scanners may follow the link.
    pub async fn link_works(
        &self,
        act: &Act,
        token: &str,
        purpose: MailedCodePurpose,
    ) -> Result<bool, StoreError> {
        let Some(token) = OpaqueToken::parse(OpaqueKind::MailedLink, token) else {
            return Ok(false);
        };
        let found = act
            .realm
            .stores
            .mailed_codes
            .find_by_link(&token.digest(), self.ports.clock.now())
            .await?;
        Ok(found.is_some_and(|code| code.purpose == purpose))
    }

    async fn confirm(
        &self,
        act: &Act,
        proof: MailedProof,
        found: Option<MailedCode>,
    ) -> Result<(), ConfirmError> {
        // The write is tried even when nothing was found, so that a flow in name only costs the same.
        let with = match found {
            Some(code) => self
                .ports
                .alongside(act, EventKind::EmailVerified { user: code.user_id }),
            None => Alongside::default(),
        };
        match act
            .realm
            .stores
            .mailed_codes
            .confirm_email(proof, self.ports.clock.now(), with)
            .await?
        {
            MailedOutcome::Redeemed(_) => Ok(()),
            MailedOutcome::Refused => Err(ConfirmError::Refused),
        }
    }

    async fn count(&self, act: &Act) -> Result<(), SignUpError> {
        let Some(address) = act.origin.address else {
            return Ok(());
        };
        let count = act
            .realm
            .ephemeral
            .limits
            .count(&format!("sign-up:ip:{}", super::network(address)), MAIL_WINDOW)
            .await?;
        if count > SIGN_UPS_PER_ADDRESS {
            return Err(SignUpError::TooMany {
                retry_after: MAIL_WINDOW,
            });
        }
        Ok(())
    }

    async fn mail_budget_left(&self, act: &Act, email: &Email) -> Result<bool, StoreError> {
        let key = format!("mail:{}", Digest::of(email.normalised()).to_base64url());
        Ok(act.realm.ephemeral.limits.count(&key, MAIL_WINDOW).await? <= MAILS_PER_WINDOW)
    }

    async fn store(
        &self,
        act: &Act,
        user: User,
        hash: PasswordHash,
        fresh: FreshCode,
        interaction: Option<InteractionId>,
    ) -> Result<(), StoreError> {
        // Counted so that both ways of signing up cost the same.
        self.mail_budget_left(act, &user.email).await?;
        let with = Alongside {
            events: vec![self.ports.event(act, EventKind::UserRegistered { user: user.id })],
            jobs: vec![self.confirm_job(act, &user, &fresh, interaction)],
        };
        let new = NewUser {
            user,
            password: Some(hash),
            mailed_code: Some(fresh.stored),
        };
        match act.realm.stores.users.register(new, with).await? {
            // Two sign-ups at once: the second is answered as if it had come later.
            Registration::Registered | Registration::IdentifierTaken => Ok(()),
        }
    }

    async fn tell_owner(&self, act: &Act, owner: &User) -> Result<(), StoreError> {
        let mut with = Alongside::default();
        if self.mail_budget_left(act, &owner.email).await? && owner.is_active() {
            let issuer = &act.realm.issuer;
            let mail = self.ports.mail_writer.already_registered(
                &self.addressee(act, owner),
                &issuer.url("/login"),
                &issuer.url("/forgot-password"),
            );
            with.jobs.push(self.ports.mail_job(&mail));
        }
        act.realm.stores.events.record(with).await
    }

    fn new_user(&self, act: &Act, email: Email, name: Option<DisplayName>) -> User {
        let now = self.ports.clock.now();
        User {
            id: UserId::generate(now, &*self.ports.random),
            email,
            email_verified_at: None,
            name,
            locale: act.locale.clone(),
            zoneinfo: None,
            status: Status::Active,
            role: Role::Member,
            source: UserSource::SignUp,
            not_before: now,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    fn fresh_code(&self, act: &Act, user_id: UserId, email: &Email) -> FreshCode {
        let now = self.ports.clock.now();
        let id = MailedCodeId::generate(now, &*self.ports.random);
        let code = self.ports.random.decimal_code(DIGITS);
        let link = OpaqueToken::generate(OpaqueKind::MailedLink, &*self.ports.random);
        let stored = MailedCode {
            id,
            user_id,
            purpose: MailedCodePurpose::ConfirmEmail,
            email: email.clone(),
            code: self.code_digest(id, &code),
            link: link.digest(),
            created_at: now,
            expires_at: now + act.realm.settings.lifetimes.mailed_code,
        };
        FreshCode { code, link, stored }
    }

    fn code_digest(&self, id: MailedCodeId, digits: &str) -> Digest {
        self.ports
            .sealer
            .mac("mailed-code", format!("{id}:{digits}").as_bytes())
    }

    fn confirm_job(
        &self,
        act: &Act,
        user: &User,
        fresh: &FreshCode,
        interaction: Option<InteractionId>,
    ) -> crate::job::NewJob {
        let mut link = act
            .realm
            .issuer
            .url(&format!("/verify-email?token={}", fresh.link.expose()));
        if let Some(interaction) = interaction {
            link.push_str(&format!("&interaction={interaction}"));
        }
        let mail = self
            .ports
            .mail_writer
            .confirm_email(&self.addressee(act, user), &fresh.code, &link);
        self.ports.mail_job(&mail)
    }

    fn addressee<'a>(&self, act: &'a Act, user: &'a User) -> Addressee<'a> {
        super::addressee(act, user)
    }
}
