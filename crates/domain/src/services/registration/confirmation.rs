//! Proving that an address is one's own: by the mailed code, typed, or by the mailed link.
//!
//! A mail may have been asked for by a stranger. In the browser that signed up confirming brings the password chosen
//! there and proves who is there; anywhere else whoever has the mail is told where it comes from, confirms it or chooses
//! one, and is signed in by neither.

use super::{InvalidName, RegistrationService, parse_name};
use crate::{
    acr::Method,
    clock::Timestamp,
    door::Door,
    event::EventKind,
    id::InteractionId,
    mail::{Chosen, MailedCode, MailedCodePurpose, MailedProof},
    opaque::{OpaqueKind, OpaqueToken},
    person::{Email, PasswordRefused, Personal},
    secret::Digest,
    services::{Act, MailFlow, budgets::BudgetError, sign_in::Proven},
    stores::{Alongside, MailedOutcome, StoreError},
    user::User,
};
use std::time::Duration;

/// Why an address was not confirmed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// Wrong, used, expired, tried too often, or the code of another browser's sign-up.
    #[error("the code or link does not work")]
    Refused,
    /// Nothing was chosen in the browser that had the mail sent again: a password must be chosen.
    #[error("a password must be chosen")]
    ChoiceMissing,
    /// Not a name that can be shown.
    #[error("not a name")]
    InvalidName,
    /// The password does not meet the policy.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// Too many attempts.
    #[error("too many attempts")]
    TooManyAttempts {
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

impl From<BudgetError> for ConfirmError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooManyAttempts { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}

/// What a link asks of the browser it was opened in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmable {
    /// A decision: this browser signed up.
    AsChosen,
    /// A decision, or a password instead of the one chosen elsewhere: somebody else may have signed up.
    ChosenElsewhere,
    /// A password: there is none that waits.
    WithChoice,
}

/// What somebody types who does not confirm what was chosen in another browser.
pub struct Typed {
    /// Their name; may be empty.
    pub name: String,
    /// The password they want.
    pub password: String,
}

impl RegistrationService {
    /// Mails a new code and link for the flow, within limits; says nothing about whether the flow exists. What was
    /// chosen at the sign-up moves on with it in the same `browser` only.
    pub async fn resend(
        &self,
        act: &Act,
        flow: &MailFlow,
        browser: Digest,
        interaction: Option<InteractionId>,
    ) -> Result<MailFlow, StoreError> {
        let stores = &act.realm.stores;
        let address = self.ports.address_of(flow).unwrap_or_default();
        let old = stores
            .mailed_codes
            .find(flow.id(), self.ports.clock.now())
            .await?;
        let old = old.filter(|old| old.purpose == MailedCodePurpose::ConfirmEmail);
        let user = match &old {
            Some(old) => stores.users.find(old.user_id).await?,
            None => None,
        };
        if let Some((user, old)) = user.filter(User::awaits_confirmation).zip(old)
            && self.mail_budget_left(act, &user.email).await?
        {
            let sign_up = old.sign_up.filter(|sign_up| sign_up.browser == browser);
            let sent = self.ports.flow();
            self.mail_code(act, &user, (sent, sign_up), interaction).await?;
            return Ok(self.ports.flow_about(sent, &address));
        }
        // A flow without a mail gets a new name too, so that names tell nothing; the link mailed last still works.
        stores.events.record(Alongside::default()).await?;
        Ok(self.ports.flow_about(self.flow_in_name_only(), &address))
    }

    /// Confirms an address by the code typed on the page of `flow`, in the browser that signed up: somebody who was
    /// sent to a stranger's flow would bring the stranger's password with the code. Gives who is there, unless the
    /// account was somebody's before and stays as it was.
    pub async fn confirm_with_code(
        &self,
        act: &Act,
        (flow, browser): (&MailFlow, Digest),
        typed: &str,
    ) -> Result<Option<Proven>, ConfirmError> {
        let address = self.ports.address_of(flow).ok_or(ConfirmError::Refused)?;
        let reserved = self.budgets.reserve_for(act, Door::SignUpCode, &address).await?;
        let codes = &act.realm.stores.mailed_codes;
        let found = codes.find(flow.id(), self.ports.clock.now()).await?;
        let found = found.and_then(|found| chosen_in(browser, found));
        // The write is tried even when nothing was found, so that a flow in name only costs the same.
        let id = match found {
            Some(_) => flow.id(),
            None => self.flow_in_name_only(),
        };
        let (proof, begun) = (self.ports.code_proof(id, typed), self.ports.clock.now());
        let confirmed = self.confirm(act, proof, found.as_ref()).await;
        if let Err(ConfirmError::Refused) = confirmed {
            self.budgets.keep(act, reserved).await?;
        } else {
            self.budgets.give_back(act, reserved).await?;
        }
        confirmed?;
        match &found {
            Some(found) => Ok(self.proven(act, found, begun).await?),
            None => Ok(None),
        }
    }

    /// Confirms an address by the mailed link's token. `typed` counts where the browser is not the one that signed
    /// up; there it takes the place of what was chosen, and is needed where nothing was. Gives who is there, in the
    /// browser that signed up only.
    pub async fn confirm_with_link(
        &self,
        act: &Act,
        (token, browser): (&str, Digest),
        typed: Option<Typed>,
    ) -> Result<Option<Proven>, ConfirmError> {
        let purpose = MailedCodePurpose::ConfirmEmail;
        let (reserved, found) = self.budgets.arrive_by_link(act, token, purpose).await?;
        let confirmed = self.confirm_found(act, (found, browser), typed).await;
        let was_right = match &confirmed {
            Ok(_) => Some(true),
            Err(ConfirmError::Refused) => Some(false),
            Err(_) => None,
        };
        self.budgets.judged(act, reserved, was_right).await?;
        confirmed
    }

    async fn confirm_found(
        &self,
        act: &Act,
        (found, browser): (Option<MailedCode>, Digest),
        typed: Option<Typed>,
    ) -> Result<Option<Proven>, ConfirmError> {
        let found = found.ok_or(ConfirmError::Refused)?;
        let link = found.link;
        let waiting = found.sign_up.clone();
        let (chosen, here) = match (waiting, typed) {
            (Some(waiting), _) if waiting.browser == browser => (waiting.chosen, true),
            (_, Some(typed)) => (self.choose(act, &found.email, typed).await?, false),
            (Some(waiting), None) => (waiting.chosen, false),
            (None, None) => return Err(ConfirmError::ChoiceMissing),
        };
        let (found, begun) = ((found, chosen), self.ports.clock.now());
        self.confirm(act, MailedProof::Link { link }, Some(&found))
            .await?;
        match here {
            true => Ok(self.proven(act, &found, begun).await?),
            false => Ok(None),
        }
    }

    /// What a link would ask of this browser now, if it works; uses nothing up, so mail scanners may follow it.
    pub async fn confirmable(
        &self,
        act: &Act,
        token: &str,
        browser: Digest,
    ) -> Result<Option<Confirmable>, StoreError> {
        let found = self.find_link(act, token).await?;
        Ok(found.map(|found| match found.sign_up {
            Some(waiting) if waiting.browser == browser => Confirmable::AsChosen,
            Some(_) => Confirmable::ChosenElsewhere,
            None => Confirmable::WithChoice,
        }))
    }

    async fn find_link(&self, act: &Act, token: &str) -> Result<Option<MailedCode>, StoreError> {
        let Some(token) = OpaqueToken::parse(OpaqueKind::MailedLink, token) else {
            return Ok(None);
        };
        let link = token.digest();
        let codes = &act.realm.stores.mailed_codes;
        let found = codes.find_by_link(&link, self.ports.clock.now()).await?;
        Ok(found.filter(|found| found.purpose == MailedCodePurpose::ConfirmEmail))
    }

    async fn choose(&self, act: &Act, email: &Email, typed: Typed) -> Result<Chosen, ConfirmError> {
        let name = parse_name(&typed.name).map_err(|InvalidName| ConfirmError::InvalidName)?;
        let personal = Personal {
            email: email.as_str(),
            name: &typed.name,
        };
        let password = self.ports.check_password(act, typed.password, personal)?;
        let password = self.ports.hash_password(act, email, &password).await?;
        // Whoever chooses anew is asked for what else is needed when they sign in.
        Ok(Chosen {
            password,
            name,
            terms: None,
        })
    }

    async fn confirm(
        &self,
        act: &Act,
        proof: MailedProof,
        found: Option<&(MailedCode, Chosen)>,
    ) -> Result<(), ConfirmError> {
        let (with, chosen) = match found {
            Some((code, chosen)) => {
                let user = code.user_id;
                let mut with = self.ports.alongside(act, EventKind::EmailVerified { user });
                let agreed = chosen.terms.clone().map(|terms| EventKind::TermsAccepted {
                    user,
                    terms: terms.version,
                });
                with.events.extend(agreed.map(|kind| self.ports.event(act, kind)));
                (with, Some(chosen.clone()))
            }
            None => (Alongside::default(), None),
        };
        let (codes, now) = (&act.realm.stores.mailed_codes, self.ports.clock.now());
        match codes.confirm_email(proof, chosen, now, with).await? {
            MailedOutcome::Redeemed(_) => Ok(()),
            MailedOutcome::Refused => Err(ConfirmError::Refused),
        }
    }

    /// Whoever reads the mail in the browser that signed up. The password was not typed again, so the mail alone counts,
    /// and only where it brought the password: an account that was proven meanwhile keeps its own.
    async fn proven(
        &self,
        act: &Act,
        (code, chosen): &(MailedCode, Chosen),
        begun: Timestamp,
    ) -> Result<Option<Proven>, StoreError> {
        let users = &act.realm.stores.users;
        let found = users.find_by_email(&code.email.normalised()).await?;
        let brought = found.filter(|found| found.password.as_ref() == Some(&chosen.password));
        Ok(brought.and_then(|found| Proven::new(found.user, Method::MailedCode, begun)))
    }
}

/// The code and what was chosen with it, if `browser` is the one that signed up.
fn chosen_in(browser: Digest, found: MailedCode) -> Option<(MailedCode, Chosen)> {
    let sign_up = found.sign_up.as_ref();
    let chosen = sign_up
        .filter(|sign_up| sign_up.browser == browser)?
        .chosen
        .clone();
    Some((found, chosen))
}
