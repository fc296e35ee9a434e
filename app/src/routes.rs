//! Which page answers which path, for reading ([`show`]) and for forms posted without script ([`submit`]).

use crate::{
    context::RequestContext,
    error::UiError,
    fields::Fields,
    pages::{
        Page, account, choose_account, consent, device, enrolment, forgot_password, login_code,
        passkey_offer, proven_address, reset_password, restore_account, restore_email, second_factor, setup,
        sign_in, sign_up, terms, verify_email,
    },
};

/// The paths that [`show`] and [`submit`] answer, below a realm's prefix.
pub const PAGES: [&str; 23] = [
    "/account",
    "/account/activity",
    "/account/apps",
    "/account/linked",
    "/account/privacy",
    "/account/security",
    "/account/sessions",
    "/consent",
    "/device",
    "/forgot-password",
    "/login",
    "/login/code",
    "/login/otp",
    "/login/passkey",
    "/reset-password",
    "/restore-account",
    "/restore-email",
    "/second-factor",
    "/setup",
    "/sign-up",
    "/sign-up/address",
    "/terms",
    "/verify-email",
];

/// The acts that the forms of a page tell apart by their field `act`, the empty one where they may leave it out; no other
/// is done there.
pub fn acts_of(path: &str) -> &'static [&'static str] {
    match path {
        "/account" => &["", "picture-remove"],
        "/account/apps" => &["", "narrow", "remove-all"],
        "/account/linked" => &["identity-link", "identity-unlink"],
        "/account/privacy" => &["leave", "prove"],
        "/account/security" => &[
            "address",
            "address-code",
            "authenticator-add",
            "authenticator-confirm",
            "authenticator-remove",
            "passkey-add",
            "passkey-remove",
            "passkey-rename",
            "password-remove",
            "password-set",
            "recovery-codes",
            "trusted-forget",
        ],
        "/account/sessions" => &["", "report"],
        "/login/code" | "/sign-up/address" => &["", "send"],
        "/login/passkey" => &["", "passkey-add"],
        "/second-factor" => &[
            "authenticator-add",
            "authenticator-confirm",
            "decline",
            "passkey-add",
        ],
        "/verify-email" => &["", "resend"],
        _ => &[""],
    }
}

/// Where the browser goes after an act: a path within the product, realm prefix included.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Next {
    /// The path.
    pub to: String,
}

/// What a path shows.
pub enum Shown {
    /// A page; [`Page::status`] says its status.
    Page(Box<Page>),
    /// Another path has the answer.
    SeeOther(String),
}

/// What became of a posted form.
pub enum Submitted {
    /// It was done: 303.
    Next(Next),
    /// It was not: the page again, with what was typed and why.
    Again {
        /// The status of the answer.
        status: u16,
        /// Seconds for `Retry-After`.
        retry_after: Option<u64>,
        /// The page.
        page: Box<Page>,
    },
}

impl From<Page> for Shown {
    fn from(page: Page) -> Self {
        Self::Page(Box::new(page))
    }
}

/// What `path` shows; an error has no page of its own and is shown as [`RequestContext::message`].
pub async fn show(path: &str, query: &Fields, cx: &RequestContext) -> Result<Shown, UiError> {
    match path {
        "/account" => account::profile::load(cx, query).await,
        "/account/activity" => account::activity::load(cx, query).await,
        "/account/apps" => account::apps::load(cx, query).await,
        "/account/linked" => account::linked::load(cx, query).await,
        "/account/privacy" => account::privacy::load(cx, query).await,
        "/account/security" => account::security::load(cx, query).await,
        "/account/sessions" => account::sessions::load(cx, query).await,
        "/consent" => consent::load(cx, query).await,
        "/device" => device::load(cx, query).await,
        "/forgot-password" => forgot_password::load(cx, query).await,
        "/login" => sign_in::load(cx, query).await,
        "/login/otp" => second_factor::load(cx, query).await,
        "/login/passkey" => passkey_offer::load(cx, query).await,
        "/login/code" => login_code::load(cx, query).await,
        "/reset-password" => reset_password::load(cx, query).await,
        "/restore-account" => restore_account::load(cx, query).await,
        "/restore-email" => restore_email::load(cx, query).await,
        "/second-factor" => enrolment::load(cx, query).await,
        "/setup" => setup::load(cx, query).await,
        "/sign-up" => sign_up::load(cx, query).await,
        "/sign-up/address" => proven_address::load(cx, query).await,
        "/terms" => terms::load(cx, query).await,
        "/verify-email" => verify_email::load(cx, query).await,
        _ => Err(cx.error(crate::UiErrorKind::NotFound, "error-not-found")),
    }
}

/// Does what a form posted to `path` asks for.
pub async fn submit(path: &str, form: &Fields, cx: &RequestContext) -> Submitted {
    match act(path, form, cx).await {
        Ok(next) => Submitted::Next(next),
        Err(error) => {
            let (status, retry_after) = (error.kind.status(), error.kind.retry_after());
            let page = again(path, form, cx, error).await;
            Submitted::Again {
                status,
                retry_after,
                page: Box::new(page),
            }
        }
    }
}

async fn act(path: &str, form: &Fields, cx: &RequestContext) -> Result<Next, UiError> {
    let named = form.find("act").filter(|named| !named.is_empty());
    if named.is_some_and(|named| !acts_of(path).contains(&named)) {
        return Err(cx.error(crate::UiErrorKind::NotFound, "error-not-found"));
    }
    match path {
        "/account" => account::profile::post(cx, form).await,
        "/account/apps" => account::apps::post(cx, form).await,
        "/account/linked" => account::linked::post(cx, form).await,
        "/account/privacy" => account::privacy::post(cx, form).await,
        "/account/security" => account::security::post(cx, form).await,
        "/account/sessions" => account::sessions::post(cx, form).await,
        "/consent" => consent::post(cx, form).await,
        "/device" => device::post(cx, form).await,
        "/forgot-password" => forgot_password::post(cx, form).await,
        "/login" if choose_account::is_choice(form) => choose_account::post(cx, form).await,
        "/login" => sign_in::post(cx, form).await,
        "/login/otp" => second_factor::post(cx, form).await,
        "/login/passkey" => passkey_offer::post(cx, form).await,
        "/login/code" => login_code::post(cx, form).await,
        "/reset-password" => reset_password::post(cx, form).await,
        "/restore-account" => restore_account::post(cx, form).await,
        "/restore-email" => restore_email::post(cx, form).await,
        "/second-factor" => enrolment::post(cx, form).await,
        "/setup" => setup::post(cx, form).await,
        "/sign-up" => sign_up::post(cx, form).await,
        "/sign-up/address" => proven_address::post(cx, form).await,
        "/terms" => terms::post(cx, form).await,
        "/verify-email" => verify_email::post(cx, form).await,
        _ => Err(cx.error(crate::UiErrorKind::NotFound, "error-not-found")),
    }
}

async fn again(path: &str, form: &Fields, cx: &RequestContext, error: UiError) -> Page {
    let shown = match path {
        "/account" => account::profile::again(cx, form, &error).await,
        "/account/linked" => account::linked::again(cx, &error).await,
        "/account/privacy" => account::privacy::again(cx, &error),
        "/account/security" => account::security::again(cx, form, &error).await,
        "/consent" => consent::again(cx, form, &error).await,
        "/device" => device::again(cx, form, &error).await,
        "/forgot-password" => forgot_password::again(cx, form, &error).await,
        "/login" => sign_in::again(cx, form, &error).await,
        "/login/otp" => second_factor::again(cx, form, &error).await,
        "/login/passkey" => passkey_offer::again(cx, form, &error).await,
        "/login/code" => login_code::again(cx, form, &error).await,
        "/reset-password" => reset_password::again(cx, form, &error).await,
        "/restore-account" => restore_account::again(cx, form, &error).await,
        "/restore-email" => restore_email::again(cx, form, &error).await,
        "/second-factor" => enrolment::again(cx, form, &error).await,
        "/setup" => setup::again(cx, form, &error),
        "/sign-up" => sign_up::again(cx, form, &error).await,
        "/sign-up/address" => proven_address::again(cx, form, &error).await,
        "/terms" => terms::again(cx, form, &error).await,
        "/verify-email" => verify_email::again(cx, form, &error).await,
        _ => None,
    };
    shown.unwrap_or_else(|| Page::Message(cx.message(&error)))
}

#[cfg(test)]
mod tests;
