//! The code that proves an address for somebody whom a provider vouched for without one. It goes to whoever reads the mails
//! of the address, whether there is an account or not; it signs nobody in by itself, and there is no link.

use super::{CodeWanted, SignIn};
use crate::{
    event::EventKind,
    federation::ProviderId,
    interaction::Interaction,
    mail::MailedCodePurpose,
    person::Email,
    services::{
        Act, MailFlow, addressee,
        budgets::AskError,
        mailed::{CodeFor, FreshCode},
        registration::RegistrationService,
    },
    stores::{Alongside, NewUser, Registration, StoreError, Stored},
    user::User,
    work::{Shown, WorkForm},
};

impl SignIn {
    /// Takes down that somebody whom a provider vouched for wants to prove an address.
    pub(in crate::services) async fn ask_for_address(
        &self,
        act: &Act,
        interaction: &Interaction,
        (email, through): (&Email, ProviderId),
        work: &Shown,
    ) -> Result<MailFlow, AskError> {
        self.budgets.ask(act, WorkForm::SignInCode, work).await?;
        let wanted = CodeWanted {
            realm: act.realm.realm.name.as_str().to_owned(),
            email: email.as_str().to_owned(),
            locale: act.locale.clone(),
            flow: self.ports.flow(),
            browser: interaction.browser,
            interaction: interaction.id,
            through: Some(through),
        };
        Ok(self.take_down(act, wanted).await?)
    }

    /// Mails the code to the account that has the address, or else to the one that is made to wait for its proof.
    pub(super) async fn send_address_code(
        &self,
        act: &Act,
        found: Option<User>,
        (wanted, through): (&CodeWanted, &ProviderId),
    ) -> Result<(), StoreError> {
        let Some(upstream) = self.ports.upstreams.find(&act.realm.realm.name, through.as_str()) else {
            return Ok(());
        };
        let Ok(email) = Email::parse(&wanted.email) else {
            return Ok(());
        };
        let known = found.is_some();
        let user = found.unwrap_or_else(|| RegistrationService::new(self.ports.clone()).new_user(act, email));
        let of = CodeFor {
            id: wanted.flow,
            user: user.id,
            purpose: MailedCodePurpose::ProveAddress,
            email: &user.email,
            browser: Some(wanted.browser),
        };
        let fresh = self.ports.fresh_code(act, &of);
        let label = &upstream.provider().label;
        let to = addressee(act, &user);
        let mail = self.ports.mail_writer.prove_address(&to, &fresh.code, label);
        let mut with = Alongside {
            jobs: vec![self.ports.mail_job(&mail)],
            ..Alongside::default()
        };
        if known {
            return match act.realm.stores.mailed_codes.send(&fresh.stored, with).await {
                // The job ran before, and its lease was lost before it could say so.
                Err(StoreError::Conflict) => Ok(()),
                sent => sent,
            };
        }
        let kind = EventKind::UserRegistered { user: user.id };
        with.events.push(self.ports.event(act, kind));
        self.register(act, (user, fresh), with).await
    }

    /// The account gives way once the address is proven, as every sign-up does that nobody confirmed.
    async fn register(&self, act: &Act, (user, fresh): (User, FreshCode), with: Alongside) -> Stored<()> {
        let new = NewUser {
            user,
            password: None,
            mailed_code: Some(fresh.stored),
        };
        match act.realm.stores.users.register(new, with).await? {
            // Somebody was quicker: the person asks again.
            Registration::Registered | Registration::IdentifierTaken => Ok(()),
        }
    }
}
