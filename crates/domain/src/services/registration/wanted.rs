//! What becomes of a sign-up: nobody's address gets an account and a code, that of a sign-up that waits a code again, and
//! the owner of any other is told. Only the mailbox learns which.

use super::RegistrationService;
use crate::{
    client::Status,
    event::{Actor, EventKind},
    id::{InteractionId, MailedCodeId, UserId},
    job::{ClaimedJob, JobKind},
    login_session::RequestOrigin,
    mail::{Chosen, WaitingSignUp},
    person::{DisplayName, Email, PasswordHash},
    realm::RealmName,
    realm_context::RealmContext,
    secret::Digest,
    services::{Act, addressee},
    stores::{Alongside, NewUser, Registration, StoreError},
    terms_of_use::AcceptedTerms,
    user::{Described, Role, User, UserSource},
};
use std::sync::Arc;

/// A sign-up, as it waits in its job.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct SignUpWanted {
    realm: String,
    email: String,
    name: Option<DisplayName>,
    phc: String,
    terms: Option<AcceptedTerms>,
    flow: MailedCodeId,
    browser: Digest,
    interaction: Option<InteractionId>,
    actor: Actor,
    origin: RequestOrigin,
    locale: Option<String>,
}

impl SignUpWanted {
    /// What somebody chose for an address, whose code is to be typed in `flow` in this browser.
    pub(super) fn new(
        act: &Act,
        (email, chosen): (&Email, Chosen),
        (flow, browser): (MailedCodeId, Digest),
        interaction: Option<InteractionId>,
    ) -> Self {
        Self {
            realm: act.realm.realm.name.as_str().to_owned(),
            email: email.as_str().to_owned(),
            name: chosen.name,
            phc: chosen.password.expose().to_owned(),
            terms: chosen.terms,
            flow,
            browser,
            interaction,
            actor: act.actor.clone(),
            origin: act.origin.clone(),
            locale: act.locale.clone(),
        }
    }

    /// In which realm.
    pub fn realm(&self) -> Option<RealmName> {
        self.realm.parse().ok()
    }

    fn waiting(&self) -> Box<WaitingSignUp> {
        let chosen = Chosen {
            password: PasswordHash::new(self.phc.clone()),
            name: self.name.clone(),
            terms: self.terms.clone(),
        };
        let browser = self.browser;
        Box::new(WaitingSignUp { browser, chosen })
    }
}

impl RegistrationService {
    /// What a job of kind [`JobKind::SignUp`] was asked for.
    pub fn open(&self, job: &ClaimedJob) -> Option<SignUpWanted> {
        self.ports.open_job(JobKind::SignUp, job)
    }

    /// Makes the account and mails a code, or tells whoever has the address; may be interrupted and done again.
    pub async fn take_up(&self, realm: Arc<RealmContext>, wanted: SignUpWanted) -> Result<(), StoreError> {
        let act = Act {
            realm,
            actor: wanted.actor.clone(),
            origin: wanted.origin.clone(),
            locale: wanted.locale.clone(),
        };
        let email = Email::parse(&wanted.email).map_err(StoreError::unavailable)?;
        let normalised = email.normalised();
        for _ in 0..2 {
            let found = act.realm.stores.users.find_by_email(&normalised).await?;
            match found.map(|found| found.user) {
                None => match self.register(&act, email.clone(), &wanted).await? {
                    Registration::Registered => return Ok(()),
                    // Two sign-ups at once: the second goes on as if it had come later.
                    Registration::IdentifierTaken => {}
                },
                Some(user) if user.awaits_confirmation() => {
                    return self.mail_again(&act, &user, &wanted).await;
                }
                Some(owner) => return self.tell_owner(&act, &owner).await,
            }
        }
        Err(StoreError::Conflict)
    }

    async fn register(
        &self,
        act: &Act,
        email: Email,
        wanted: &SignUpWanted,
    ) -> Result<Registration, StoreError> {
        let user = self.new_user(act, email);
        let fresh = self.fresh_code(act, &user, (wanted.flow, Some(wanted.waiting())));
        let with = Alongside {
            events: vec![self.ports.event(act, EventKind::UserRegistered { user: user.id })],
            jobs: vec![self.confirm_job(act, &user, &fresh, wanted.interaction)],
            ..Alongside::default()
        };
        let new = NewUser {
            user,
            password: None,
            mailed_code: Some(fresh.stored),
        };
        act.realm.stores.users.register(new, with).await
    }

    async fn mail_again(&self, act: &Act, user: &User, wanted: &SignUpWanted) -> Result<(), StoreError> {
        let flow = (wanted.flow, Some(wanted.waiting()));
        match self.mail_code(act, user, flow, wanted.interaction).await {
            // The job ran before, and its lease was lost before it could say so.
            Err(StoreError::Conflict) => Ok(()),
            sent => sent,
        }
    }

    /// Whoever cannot sign in is told too: the mails of an address say nothing of its account.
    async fn tell_owner(&self, act: &Act, owner: &User) -> Result<(), StoreError> {
        let issuer = &act.realm.issuer;
        let mail = self.ports.mail_writer.already_registered(
            &addressee(act, owner),
            &issuer.url("/login"),
            &issuer.url("/forgot-password"),
        );
        let with = Alongside {
            jobs: vec![self.ports.mail_job(&mail)],
            ..Alongside::default()
        };
        act.realm.stores.events.record(with).await
    }

    pub(in crate::services) fn new_user(&self, act: &Act, email: Email) -> User {
        let now = self.ports.clock.now();
        User {
            id: UserId::generate(now, &*self.ports.random),
            email,
            email_verified_at: None,
            name: None,
            locale: act.locale.clone(),
            zoneinfo: None,
            described: Described::default(),
            status: Status::Active,
            role: Role::Member,
            source: UserSource::SignUp,
            not_before: now,
            erase_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}
