//! Every page, as a value: what it shows, without how. One folder a page, with its view and its acts.

pub mod account;
pub mod choose_account;
pub mod consent;
pub mod device;
pub mod enrolment;
pub mod federated;
pub mod forgot_password;
pub mod form_post;
pub mod leaving;
pub mod login_code;
pub mod logout;
pub mod mailbox;
pub mod message;
pub mod new_password;
pub mod passkey_offer;
pub mod playground;
pub mod proven_address;
pub mod reset_password;
pub mod restore_account;
pub mod restore_email;
pub mod second_factor;
pub mod setup;
pub mod sign_in;
pub mod sign_up;
pub mod terms;
pub mod theme_preview;
pub mod verify_email;

pub use crate::components::{App, Person};

use crate::{error::UiError, frame::Frame, words::Words};
use domain::theme::Theme;
use leptos::prelude::AnyView;

/// A page and what it shows.
#[allow(missing_docs, reason = "the page's module says it")]
pub enum Page {
    Activity(account::activity::Activity),
    Apps(account::apps::Apps),
    ChooseAccount(choose_account::ChooseAccount),
    Consent(consent::ConsentPage),
    Device(device::DevicePage),
    Enrolment(enrolment::EnrolmentPage),
    ForgotPassword(forgot_password::ForgotPassword),
    FormPost(form_post::FormPost),
    Leaving(leaving::Leaving),
    Linked(account::linked::LinkedPage),
    LoginCode(login_code::LoginCode),
    Logout(logout::Logout),
    Mailbox(mailbox::Mailbox),
    MailboxMail(mailbox::MailboxMail),
    Message(message::Message),
    PasskeyOffer(passkey_offer::PasskeyOffer),
    Playground(playground::Playground),
    Privacy(account::privacy::Privacy),
    Profile(account::profile::ProfilePage),
    ProvenAddress(proven_address::ProvenAddress),
    ResetPassword(reset_password::ResetPassword),
    SecondFactor(second_factor::SecondFactorPage),
    RestoreAccount(restore_account::RestoreAccount),
    RestoreEmail(restore_email::RestoreEmail),
    Security(account::security::SecurityPage),
    Sessions(account::sessions::Sessions),
    Setup(setup::Setup),
    SignIn(sign_in::SignInPage),
    SignUp(sign_up::SignUpPage),
    SignedOut(logout::SignedOut),
    Terms(terms::TermsPage),
    ThemePreview(theme_preview::ThemePreview),
    VerifyEmail(verify_email::VerifyEmail),
}

impl Page {
    /// The status of an answer that shows the page for its own sake.
    pub fn status(&self) -> u16 {
        match self {
            Self::Message(message) => message.kind.status(),
            Self::Device(page) => page.status(),
            Self::Leaving(_) => 400,
            _ => 200,
        }
    }

    pub(crate) fn title(&self, w: &Words) -> String {
        match self {
            Self::Activity(_) => w.get("activity-title"),
            Self::Apps(_) => w.get("apps-title"),
            Self::ChooseAccount(_) => w.get("choose-page"),
            Self::Consent(page) => w.with("consent-page", &[("app", page.app.name.as_str().into())]),
            Self::Device(page) => page.title(w),
            Self::Enrolment(_) => w.get("enrolment-page"),
            Self::ForgotPassword(page) => page.title(w),
            Self::FormPost(_) => w.get("form-post-title"),
            Self::Leaving(_) => w.get("leaving-title"),
            Self::Linked(_) => w.get("linked-title"),
            Self::LoginCode(page) => page.title(w),
            Self::Logout(_) => w.get("logout-page"),
            Self::Mailbox(_) => w.get("mailbox-title"),
            Self::MailboxMail(mail) => mail.subject.clone(),
            Self::Message(message) => message.title(w),
            Self::PasskeyOffer(_) => w.get("passkey-offer-page"),
            Self::Playground(_) => w.get("playground-title"),
            Self::Privacy(_) => w.get("privacy-title"),
            Self::Profile(_) => w.get("profile-title"),
            Self::ProvenAddress(page) => page.title(w),
            Self::ResetPassword(_) => w.get("reset-page"),
            Self::SecondFactor(_) => w.get("second-factor-page"),
            Self::RestoreAccount(page) => page.title(w),
            Self::RestoreEmail(_) => w.get("restore-page"),
            Self::Security(_) => w.get("security-title"),
            Self::Sessions(_) => w.get("sessions-title"),
            Self::Setup(_) => w.get("setup-title"),
            Self::SignIn(_) => w.get("sign-in-page"),
            Self::SignUp(_) => w.get("sign-up-page"),
            Self::SignedOut(_) => w.get("signed-out-title"),
            Self::Terms(_) => w.get("terms-page"),
            Self::ThemePreview(_) => w.get("theme-title"),
            Self::VerifyEmail(page) => page.title(w),
        }
    }

    pub(crate) fn view(self, frame: &Frame) -> AnyView {
        match self {
            Self::Activity(page) => account::activity::view(&page, frame),
            Self::Apps(page) => account::apps::view(&page, frame),
            Self::ChooseAccount(page) => choose_account::view(&page, frame),
            Self::Consent(page) => consent::view(&page, frame),
            Self::Device(page) => device::view(&page, frame),
            Self::Enrolment(page) => enrolment::view(&page, frame),
            Self::ForgotPassword(page) => forgot_password::view(&page, frame),
            Self::FormPost(page) => form_post::view(&page, frame),
            Self::Leaving(page) => leaving::view(&page, frame),
            Self::Linked(page) => account::linked::view(&page, frame),
            Self::LoginCode(page) => login_code::view(&page, frame),
            Self::Logout(page) => logout::view(&page, frame),
            Self::Mailbox(page) => mailbox::view(&page, frame),
            Self::MailboxMail(page) => mailbox::mail_view(&page, frame),
            Self::Message(page) => message::view(&page, frame),
            Self::PasskeyOffer(page) => passkey_offer::view(&page, frame),
            Self::Playground(page) => playground::view(&page, frame),
            Self::Privacy(page) => account::privacy::view(&page, frame),
            Self::Profile(page) => account::profile::view(&page, frame),
            Self::ProvenAddress(page) => proven_address::view(&page, frame),
            Self::ResetPassword(page) => reset_password::view(&page, frame),
            Self::SecondFactor(page) => second_factor::view(&page, frame),
            Self::RestoreAccount(page) => restore_account::view(&page, frame),
            Self::RestoreEmail(page) => restore_email::view(&page, frame),
            Self::Security(page) => account::security::view(&page, frame),
            Self::Sessions(page) => account::sessions::view(&page, frame),
            Self::Setup(page) => setup::view(&page, frame),
            Self::SignIn(page) => sign_in::view(&page, frame),
            Self::SignUp(page) => sign_up::view(&page, frame),
            Self::SignedOut(page) => logout::signed_out_view(&page, frame),
            Self::Terms(page) => terms::view(&page, frame),
            Self::ThemePreview(page) => theme_preview::view(&page, frame),
            Self::VerifyEmail(page) => verify_email::view(&page, frame),
        }
    }

    /// The app that waits, which leads the page.
    pub(crate) fn app(&self) -> Option<&App> {
        match self {
            Self::ChooseAccount(page) => page.app.as_ref(),
            Self::Consent(page) => Some(&page.app),
            Self::Device(page) => page.app(),
            Self::Enrolment(page) => page.app.as_ref(),
            Self::ForgotPassword(page) => page.app.as_ref(),
            Self::LoginCode(page) => page.app.as_ref(),
            Self::Logout(page) => page.app.as_ref(),
            Self::SecondFactor(page) => page.app.as_ref(),
            Self::PasskeyOffer(page) => page.app.as_ref(),
            Self::ProvenAddress(page) => page.app.as_ref(),
            Self::SignIn(page) => page.app.as_ref(),
            Self::SignUp(page) => page.app.as_ref(),
            Self::Terms(page) => page.app.as_ref(),
            Self::VerifyEmail(page) => page.app.as_ref(),
            _ => None,
        }
    }

    /// How the page looks: the app leads where one waits.
    pub(crate) fn theme(&self, realm: &Theme) -> Theme {
        match self {
            Self::ThemePreview(page) => page.theme.over(realm),
            _ => self
                .app()
                .map_or_else(|| realm.clone(), |app| app.theme.over(realm)),
        }
    }

    pub(crate) fn has_error(&self) -> bool {
        self.error().is_some()
    }

    fn error(&self) -> Option<&UiError> {
        match self {
            Self::Consent(page) => page.error.as_ref(),
            Self::Device(page) => page.error.as_ref(),
            Self::Enrolment(page) => page.error.as_ref(),
            Self::ForgotPassword(page) => page.error.as_ref(),
            Self::Linked(page) => page.error.as_ref(),
            Self::PasskeyOffer(page) => page.error.as_ref(),
            Self::Privacy(page) => page.error.as_ref(),
            Self::Profile(page) => page.error.as_ref(),
            Self::ProvenAddress(page) => page.error.as_ref(),
            Self::ResetPassword(page) => page.error.as_ref(),
            Self::SecondFactor(page) => page.error.as_ref(),
            Self::LoginCode(page) => page.error.as_ref(),
            Self::RestoreAccount(page) => page.error(),
            Self::RestoreEmail(page) => page.error.as_ref(),
            Self::Security(page) => page.error.as_ref(),
            Self::Setup(page) => page.error.as_ref(),
            Self::SignIn(page) => page.error.as_ref(),
            Self::SignUp(page) => page.error.as_ref(),
            Self::Terms(page) => page.error.as_ref(),
            Self::ThemePreview(page) => page.error.as_ref(),
            Self::VerifyEmail(page) => page.error.as_ref(),
            _ => None,
        }
    }

    /// Whether the page has forms that the island sends.
    pub fn has_forms(&self) -> bool {
        match self {
            Self::Apps(_)
            | Self::Enrolment(_)
            | Self::ForgotPassword(_)
            | Self::Linked(_)
            | Self::LoginCode(_)
            | Self::PasskeyOffer(_)
            | Self::Profile(_)
            | Self::ProvenAddress(_)
            | Self::ResetPassword(_)
            | Self::RestoreEmail(_)
            | Self::SecondFactor(_)
            | Self::Security(_)
            | Self::Sessions(_)
            | Self::Setup(_)
            | Self::SignIn(_)
            | Self::SignUp(_)
            | Self::VerifyEmail(_) => true,
            Self::Activity(_)
            | Self::ChooseAccount(_)
            | Self::Consent(_)
            | Self::Device(_)
            | Self::FormPost(_)
            | Self::Leaving(_)
            | Self::Logout(_)
            | Self::Mailbox(_)
            | Self::MailboxMail(_)
            | Self::Message(_)
            | Self::Playground(_)
            | Self::Privacy(_)
            | Self::RestoreAccount(_)
            | Self::SignedOut(_)
            | Self::Terms(_)
            | Self::ThemePreview(_) => false,
        }
    }

    pub(crate) fn width(&self) -> &'static str {
        match self {
            Self::Activity(_)
            | Self::Apps(_)
            | Self::Linked(_)
            | Self::Playground(_)
            | Self::Privacy(_)
            | Self::Profile(_)
            | Self::Security(_)
            | Self::Sessions(_) => " page--wide",
            Self::Mailbox(_) | Self::MailboxMail(_) => " page--medium",
            _ => "",
        }
    }
}

/// An address as it may be shown where anyone could have typed it: the first letter and the domain.
pub(crate) fn masked(typed: &str) -> Option<String> {
    let email = domain::person::Email::parse(typed).ok()?;
    let (local, host) = email.as_str().rsplit_once('@')?;
    Some(format!("{}***@{host}", local.chars().next()?))
}

/// A value for a query: everything but unreserved characters is percent-encoded (RFC 3986 §2.1).
pub(crate) fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// `path` with the interaction it belongs to, if any.
pub(crate) fn with_interaction(path: &str, interaction: Option<&String>) -> String {
    match interaction {
        Some(id) => format!("{path}?interaction={}", encoded(id)),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests;
