//! Signing up, and proving that an address is one's own.
//!
//! Whoever signs up with an address that has an account sees the same pages; only the mailbox learns more.

mod confirmation;
mod mailing;
mod wanted;

pub use confirmation::{ConfirmError, Confirmable, Typed};
pub use wanted::SignUpWanted;

use super::{
    Act, MailFlow, Ports,
    budgets::{AskError, Budgets, Demand},
    terms::in_force,
};
use crate::{
    id::InteractionId,
    job::JobKind,
    mail::Chosen,
    person::{DisplayName, Email, PasswordRefused, Personal},
    secret::Digest,
    stores::{Alongside, StoreError},
    terms_of_use::AcceptedTerms,
    work::{Shown, WorkForm},
};
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
    /// Digest of the cookie of the browser they do it in.
    pub browser: Digest,
    /// What their machine did for it.
    pub work: Shown,
    /// The version of the terms of use that they agreed to.
    pub terms: Option<String>,
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
    /// There are terms of use, and nobody agreed to those in force.
    #[error("the terms of use were not agreed to")]
    TermsNotAccepted,
    /// Too many sign-ups from this address.
    #[error("too many sign-ups")]
    TooMany {
        /// When to try again.
        retry_after: Duration,
    },
    /// The machine must work first, or the person wait.
    #[error("work is asked for")]
    Work(Demand),
    /// Too many passwords are being hashed.
    #[error("busy")]
    Busy,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AskError> for SignUpError {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Work(demand) => Self::Work(demand),
            AskError::Store(error) => Self::Store(error),
        }
    }
}

/// Signing up and confirming addresses.
#[derive(Clone)]
pub struct RegistrationService {
    ports: Ports,
    budgets: Budgets,
}

impl RegistrationService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        let budgets = Budgets::new(ports.clone());
        Self { ports, budgets }
    }

    /// Takes down that somebody signs up; a job finds out whose the address is, so that it costs the same whoever it
    /// belongs to. Gives the flow in which the mailed code can be typed; it exists in name only when the address has an
    /// account already. The password and the name count once the address is proven, in this browser: until then nobody
    /// knows whether the person who typed them reads the mail.
    pub async fn sign_up(&self, act: &Act, form: SignUp) -> Result<MailFlow, SignUpError> {
        let email = Email::parse(&form.email).map_err(|_| SignUpError::InvalidEmail)?;
        let name = parse_name(&form.name).map_err(|InvalidName| SignUpError::InvalidName)?;
        let personal = Personal {
            email: email.as_str(),
            name: &form.name,
        };
        let password = self.ports.check_password(act, form.password, personal)?;
        let terms = self.agreed(act, form.terms.as_deref())?;
        self.budgets.ask(act, WorkForm::SignUp, &form.work).await?;
        self.count(act).await?;
        let address = email.normalised();
        let password = self.ports.hash_password(act, &email, &password).await?;
        let chosen = Chosen {
            password,
            name,
            terms,
        };
        let flow = self.ports.flow();
        let mut with = Alongside::default();
        if self.mail_budget_left(act, &email).await? {
            let wanted = SignUpWanted::new(act, (&email, chosen), (flow, form.browser), form.interaction);
            with.jobs.push(self.ports.job(JobKind::SignUp, &wanted));
        }
        act.realm.stores.events.record(with).await?;
        Ok(self.ports.flow_about(flow, &address))
    }

    /// What somebody agreed to who was `shown` a version; needed where there are terms of use.
    fn agreed(&self, act: &Act, shown: Option<&str>) -> Result<Option<AcceptedTerms>, SignUpError> {
        if act.realm.settings.terms_of_use.is_none() {
            return Ok(None);
        }
        let agreed = in_force(act, shown.unwrap_or_default(), self.ports.clock.now());
        agreed.map(Some).ok_or(SignUpError::TermsNotAccepted)
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
}

/// The text is not a name that can be shown.
struct InvalidName;

/// The name somebody typed; none if they left it out.
fn parse_name(text: &str) -> Result<Option<DisplayName>, InvalidName> {
    match text.trim() {
        "" => Ok(None),
        name => DisplayName::parse(name).map(Some).map_err(|_| InvalidName),
    }
}

#[cfg(test)]
mod tests;
