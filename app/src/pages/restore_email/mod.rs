//! Bringing back the address that an account had, by the link mailed there. It takes a new password, for whoever
//! changed the address may know the one before.

use crate::{
    components::{breakable, field, field::Field, field::Kind, hidden, notice, submit},
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::{Page, new_password::STRENGTH, sign_up::refused_password},
    routes::{Next, Shown},
};
use domain::{person::PasswordPolicy, services::addresses::UndoError};
use leptos::prelude::*;

/// Bringing an address back.
#[derive(Clone)]
pub struct RestoreEmail {
    /// The link's token.
    pub token: String,
    /// The address that comes back.
    pub email: String,
    /// What the password must be.
    pub policy: PasswordPolicy,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    page(cx, query.get("token"), None).await.map(Shown::from)
}

async fn page(cx: &RequestContext, token: String, error: Option<UiError>) -> Result<Page, UiError> {
    let email = cx.services.addresses.undoable(&cx.act, &token).await;
    let email = email.map_err(|error| cx.unavailable(&error))?;
    let email = email.ok_or_else(|| cx.error(UiErrorKind::Rejected, "error-link"))?;
    Ok(Page::RestoreEmail(RestoreEmail {
        token,
        email: email.as_str().to_owned(),
        policy: cx.act.realm.settings.password,
        error,
    }))
}

/// What the form posts to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    restore(cx, &form.get("token"), form.get("new_password")).await
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    // A link that was refused does not work at a second try.
    if error.kind == UiErrorKind::Rejected {
        return None;
    }
    page(cx, form.get("token"), Some(error.clone())).await.ok()
}

/// Brings the address back with a new password; every session ends.
pub async fn restore(cx: &RequestContext, token: &str, new_password: String) -> Result<Next, UiError> {
    let done = cx.services.addresses.undo(&cx.act, token, new_password).await;
    done.map_err(|error| match error {
        UndoError::Refused => cx.error(UiErrorKind::Rejected, "error-link"),
        UndoError::Password(refused) => refused_password(cx, refused),
        UndoError::TooManyAttempts { retry_after } => cx.too_many(retry_after),
        UndoError::Busy => cx.busy(),
        UndoError::Store(error) => cx.unavailable(&error),
    })?;
    Ok(cx.next("/login?done=restored"))
}

#[server(endpoint = "restore-email")]
pub(crate) async fn bring_back(token: String, new_password: String) -> Result<Next, UiError> {
    answer(restore(&context()?, &token, new_password).await)
}

/// The page.
pub(crate) fn view(page: &RestoreEmail, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let field = Field {
        name: "new_password",
        kind: Kind::NewPassword(page.policy),
        value: "",
        error: page.error.as_ref(),
    };
    let (before, after) = w.around("restore-text", "email", &[]);
    let path = "/restore-email";
    view! {
        <div class="card stack">
            <div class="card__head">
                <h1>{w.get("restore-title")}</h1>
                <p>{before}<strong>{breakable(&page.email)}</strong>{after}</p>
                <p>{w.get("restore-drops")}</p>
            </div>
            {notice::error(page.error.as_ref())}
            <form class="stack" method="post" action=frame.path(path) data-act=frame.path("/api/restore-email") data-strength=frame.path(STRENGTH)>
                {hidden("token", page.token.clone())}
                {field::view(&field, w)}
                {submit(w.get("restore-submit"))}
            </form>
        </div>
    }
    .into_any()
}
