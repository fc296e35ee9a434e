//! Restoring an account that was left, by the link that was mailed or by the token of a sign-in. Nobody is signed in by
//! it.

use crate::{
    components::{day, hidden, notice, submit},
    context::RequestContext,
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::Page,
    routes::{Next, Shown},
    words::Words,
};
use domain::{
    clock::Timestamp,
    services::leaving::{GRACE_DAYS, RestoreError},
};
use leptos::prelude::*;

/// Restoring an account.
#[derive(Clone)]
pub enum RestoreAccount {
    /// It was just left.
    Left,
    /// It can be restored.
    Offered {
        /// The token.
        token: String,
        /// When it is erased.
        until: Timestamp,
        /// Why the last try did not succeed.
        error: Option<UiError>,
    },
}

impl RestoreAccount {
    pub(crate) fn title(&self, w: &Words) -> String {
        match self {
            Self::Left => w.get("restore-account-left-page"),
            Self::Offered { .. } => w.get("restore-account-page"),
        }
    }

    pub(crate) fn error(&self) -> Option<&UiError> {
        match self {
            Self::Left => None,
            Self::Offered { error, .. } => error.as_ref(),
        }
    }
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    if query.find("left").is_some() {
        return Ok(Page::RestoreAccount(RestoreAccount::Left).into());
    }
    page(cx, query.get("token"), None).await.map(Shown::from)
}

async fn page(cx: &RequestContext, token: String, error: Option<UiError>) -> Result<Page, UiError> {
    let until = cx.services.leaving.restorable(&cx.act, &token).await;
    let until = until.map_err(|error| cx.unavailable(&error))?;
    let until = until.ok_or_else(|| cx.error(UiErrorKind::Rejected, "error-link"))?;
    Ok(Page::RestoreAccount(RestoreAccount::Offered {
        token,
        until,
        error,
    }))
}

/// What the form posts to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    restore(cx, &form.get("token")).await
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    // A link that was refused does not work at a second try.
    if error.kind == UiErrorKind::Rejected {
        return None;
    }
    page(cx, form.get("token"), Some(error.clone())).await.ok()
}

/// Restores the account.
pub async fn restore(cx: &RequestContext, token: &str) -> Result<Next, UiError> {
    let restored = cx.services.leaving.restore(&cx.act, token).await;
    restored.map_err(|error| match error {
        RestoreError::Refused => cx.error(UiErrorKind::Rejected, "error-link"),
        RestoreError::TooManyAttempts { retry_after } => cx.too_many(retry_after),
        RestoreError::Store(error) => cx.unavailable(&error),
    })?;
    Ok(cx.next("/login?done=back"))
}

/// The page.
pub(crate) fn view(page: &RestoreAccount, frame: &Frame) -> AnyView {
    match page {
        RestoreAccount::Left => left(frame),
        RestoreAccount::Offered { token, until, error } => offered((token, *until), error.as_ref(), frame),
    }
}

fn left(frame: &Frame) -> AnyView {
    let w = &frame.words;
    view! {
        <div class="card stack">
            <div class="card__head">
                <h1 tabindex="-1" autofocus=true>{w.get("restore-account-left-title")}</h1>
                <p>{w.with("restore-account-left-text", &[("days", GRACE_DAYS.into())])}</p>
            </div>
            <a class="button button--wide" href=frame.path("/login")>{w.get("restore-account-left-on")}</a>
        </div>
    }
    .into_any()
}

fn offered((token, until): (&str, Timestamp), error: Option<&UiError>, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let text = w.with("restore-account-text", &[("day", day::day(until, w).into())]);
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("restore-account-title")}</h1><p>{text}</p></div>
            {notice::error(error)}
            <form class="stack" method="post" action=frame.path("/restore-account")>
                {hidden("token", token)}
                {submit(w.get("restore-account-submit"))}
            </form>
        </div>
    }
    .into_any()
}
