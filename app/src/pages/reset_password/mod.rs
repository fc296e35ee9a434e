//! Choosing a new password by a mailed link. Looking at the page uses nothing up. In another browser than the one
//! that asked for it the page says so, and the form counts only once it was shown.

use crate::{
    components::{field, field::Field, field::Kind, hidden, notice, submit},
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::{Page, new_password::STRENGTH, sign_up::refused_password},
    routes::{Next, Shown},
};
use domain::{
    person::PasswordPolicy,
    services::recovery::{AskedIn, ResetError, ResetLink},
};
use leptos::prelude::*;

/// Choosing a new password.
#[derive(Clone)]
pub struct ResetPassword {
    /// The link's token.
    pub token: String,
    /// Whether the link was asked for in another browser.
    pub elsewhere: bool,
    /// What the password must be.
    pub policy: PasswordPolicy,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let token = query.get("token");
    page(cx, token, None).await.map(Shown::from)
}

async fn page(cx: &RequestContext, token: String, error: Option<UiError>) -> Result<Page, UiError> {
    let asked = cx.services.recovery.asked_in(&cx.act, &token, cx.browser).await;
    let asked = asked.map_err(|error| cx.unavailable(&error))?;
    let asked = asked.ok_or_else(|| cx.error(UiErrorKind::Rejected, "error-link"))?;
    Ok(Page::ResetPassword(ResetPassword {
        token,
        elsewhere: asked == AskedIn::Elsewhere,
        policy: cx.act.realm.settings.password,
        error,
    }))
}

/// What the form posts to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let told = form.find("told").is_some();
    reset(cx, (&form.get("token"), told), form.get("new_password")).await
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    // A link that was refused is not found here.
    page(cx, form.get("token"), Some(error.clone())).await.ok()
}

/// Sets the new password; every session ends.
pub async fn reset(
    cx: &RequestContext,
    (token, told): (&str, bool),
    new_password: String,
) -> Result<Next, UiError> {
    let link = ResetLink {
        token,
        browser: cx.browser,
        told,
    };
    let done = cx.services.recovery.reset(&cx.act, link, new_password).await;
    done.map_err(|error| match error {
        ResetError::Refused => cx.error(UiErrorKind::Rejected, "error-link"),
        ResetError::AskedElsewhere => cx.invalid("new_password", "error-asked-elsewhere"),
        ResetError::Password(refused) => refused_password(cx, refused),
        ResetError::TooManyAttempts { retry_after } => cx.too_many(retry_after),
        ResetError::Busy => cx.busy(),
        ResetError::Store(error) => cx.unavailable(&error),
    })?;
    Ok(cx.next("/login?done=password"))
}

#[server(endpoint = "reset-password")]
pub(crate) async fn save_password(
    token: String,
    new_password: String,
    told: Option<String>,
) -> Result<Next, UiError> {
    answer(reset(&context()?, (&token, told.is_some()), new_password).await)
}

/// The page.
pub(crate) fn view(page: &ResetPassword, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let field = Field {
        name: "new_password",
        kind: Kind::NewPassword(page.policy),
        value: "",
        error: page.error.as_ref(),
    };
    let path = "/reset-password";
    let elsewhere = page
        .elsewhere
        .then(|| view! { <p>{w.get("reset-elsewhere")}</p> });
    view! {
        <div class="card stack">
            <div class="card__head">
                <h1>{w.get("reset-title")}</h1>
                {elsewhere}
                <p class="muted">{w.get("reset-text")}</p>
            </div>
            {notice::error(page.error.as_ref())}
            <form class="stack" method="post" action=frame.path(path) data-act=frame.path("/api/reset-password") data-strength=frame.path(STRENGTH)>
                {hidden("token", page.token.clone())}
                {page.elsewhere.then(|| hidden("told", "1"))}
                {field::view(&field, w)}
                {submit(w.get("reset-submit"))}
            </form>
        </div>
    }
    .into_any()
}
