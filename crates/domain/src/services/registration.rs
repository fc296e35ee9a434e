//! Signing up, and proving that an address is one's own.
//!
//! Whoever signs up with an address that has an account sees the same pages; only the mailbox learns more.

mod confirmation;
mod mailing;

pub use confirmation::ConfirmError;

use super::{Act, Ports};
use crate::{
    client::Status,
    event::EventKind,
    id::{InteractionId, MailedCodeId, UserId},
    outbound::HashError,
    person::{DisplayName, Email, PasswordHash, PasswordRefused},
    stores::{Alongside, NewUser, Registration, StoreError},
    user::{Role, User, UserSource},
};
use mailing::FreshCode;
use std::time::Duration;

const WINDOW: Duration = Duration::from_secs(3_600);
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

    async fn count(&self, act: &Act) -> Result<(), SignUpError> {
        let Some(address) = act.origin.address else {
            return Ok(());
        };
        let count = act
            .realm
            .ephemeral
            .limits
            .count(&format!("sign-up:ip:{}", super::network(address)), WINDOW)
            .await?;
        if count > SIGN_UPS_PER_ADDRESS {
            return Err(SignUpError::TooMany { retry_after: WINDOW });
        }
        Ok(())
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
                &super::addressee(act, owner),
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
}
