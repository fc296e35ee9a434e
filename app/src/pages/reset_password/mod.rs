//! Choosing a new password by a mailed link. Looking at the page uses nothing up.

use crate::{
    components::{field, field::Field, field::Kind, hidden, notice, submit},
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::{Page, sign_up::refused_password},
    routes::{Next, Shown},
};
use domain::services::recovery::ResetError;
use leptos::prelude::*;

/// Choosing a new password.
#[derive(Clone)]
pub struct ResetPassword {
    /// The link's token.
    pub token: String,
    /// Fewest characters of a password.
    pub min: usize,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let token = query.get("token");
    let works = cx.services.recovery.link_works(&cx.act, &token).await;
    if !works.map_err(|error| cx.unavailable(&error))? {
        return Err(cx.error(UiErrorKind::Rejected, "error-link"));
    }
    Ok(page(cx, token, None).into())
}

fn page(cx: &RequestContext, token: String, error: Option<UiError>) -> Page {
    Page::ResetPassword(ResetPassword {
        token,
        min: cx.act.realm.settings.password.min_characters,
        error,
    })
}

/// What the form posts to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    reset(cx, &form.get("token"), form.get("new_password")).await
}

/// The page again, with its error.
pub(crate) fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    // A link that was refused will not work at a second try.
    (error.kind != UiErrorKind::Rejected).then(|| page(cx, form.get("token"), Some(error.clone())))
}

/// Sets the new password; every session ends.
pub async fn reset(cx: &RequestContext, token: &str, new_password: String) -> Result<Next, UiError> {
    let done = cx.services.recovery.reset(&cx.act, token, new_password).await;
    done.map_err(|error| match error {
        ResetError::Refused => cx.error(UiErrorKind::Rejected, "error-link"),
        ResetError::Password(refused) => refused_password(cx, refused),
        ResetError::TooManyAttempts { retry_after } => cx.too_many(retry_after),
        ResetError::Busy => cx.busy(),
        ResetError::Store(error) => cx.unavailable(&error),
    })?;
    Ok(cx.next("/login?done=password"))
}

#[server(endpoint = "reset-password")]
pub(crate) async fn save_password(token: String, new_password: String) -> Result<Next, UiError> {
    answer(reset(&context()?, &token, new_password).await)
}

/// The page.
pub(crate) fn view(page: &ResetPassword, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let field = Field {
        name: "new_password",
        kind: Kind::NewPassword { min: page.min },
        value: "",
        error: page.error.as_ref(),
    };
    let path = "/reset-password";
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("reset-title")}</h1><p class="muted">{w.get("reset-text")}</p></div>
            {notice::error(page.error.as_ref())}
            <form class="stack" method="post" action=frame.path(path) data-act=frame.path("/api/reset-password")>
                {hidden("token", page.token.clone())}
                {field::view(&field, w)}
                {submit(w.get("reset-submit"))}
            </form>
        </div>
    }
    .into_any()
}
