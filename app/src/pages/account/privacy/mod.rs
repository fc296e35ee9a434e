//! Taking along everything that is kept, and leaving. Both take a recent proof of all that the account has.

use super::{framed, prove_again, sign_in_first};
use crate::{
    components::{hidden, notice},
    context::{RequestContext, SessionChange},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::Page,
    routes::{Next, Shown},
};
use domain::{
    interaction::AccountPage,
    services::leaving::{GRACE_DAYS, LeaveError},
};
use leptos::prelude::*;

/// Where the file with everything is answered.
pub const EXPORT: &str = "/account/privacy/export";

/// Taking along, and leaving.
#[derive(Clone, Debug)]
pub struct Privacy {
    /// Whether the person proved not long ago who they are.
    pub recent: bool,
    /// Whether leaving is to be confirmed.
    pub sure: bool,
    /// Where people read what happens to what they tell.
    pub policy: Option<String>,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    if cx.sessions.is_empty() {
        return sign_in_first(cx, AccountPage::Privacy).await;
    }
    let sure = query.find("leave").is_some();
    Ok(Page::Privacy(page(cx, sure, None)?).into())
}

fn page(cx: &RequestContext, sure: bool, error: Option<UiError>) -> Result<Privacy, UiError> {
    let policy = cx.act.realm.settings.privacy_uri.as_ref();
    Ok(Privacy {
        recent: cx.recently_proven()?.is_some(),
        sure,
        policy: policy.map(ToString::to_string),
        error,
    })
}

/// What the forms post to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    cx.person()?;
    match form.find("act") {
        Some("prove") => prove(cx).await,
        Some("leave") => leave(cx).await,
        _ => Err(cx.error(UiErrorKind::NotFound, "error-not-found")),
    }
}

/// The way to prove again who one is and come back.
pub async fn prove(cx: &RequestContext) -> Result<Next, UiError> {
    cx.person()?;
    prove_again(cx, AccountPage::Privacy).await
}

/// The page again, with its error.
pub(crate) fn again(cx: &RequestContext, error: &UiError) -> Option<Page> {
    let refused = error.kind == UiErrorKind::Rejected;
    let page = page(cx, true, Some(error.clone())).ok().filter(|_| refused)?;
    Some(Page::Privacy(page))
}

/// Ends the account; it can be restored for a while.
pub async fn leave(cx: &RequestContext) -> Result<Next, UiError> {
    let Some(person) = cx.fully_proven().await? else {
        return prove(cx).await;
    };
    let left = cx.services.leaving.leave(&cx.act, person).await;
    left.map_err(|error| match error {
        LeaveError::SignedOut => cx.error(UiErrorKind::SignedOut, "error-signed-out"),
        LeaveError::LastAdministrator => cx.error(UiErrorKind::Rejected, "error-last-administrator"),
        LeaveError::Store(error) => cx.unavailable(&error),
    })?;
    let user = person.user().id;
    let theirs = cx.sessions.iter().filter(|held| held.user().id == user);
    let theirs = theirs.map(|held| held.session().id).collect();
    cx.changes.leave(SessionChange::SignedOut(theirs));
    cx.changes.leave(SessionChange::Forget(user));
    Ok(cx.next("/restore-account?left=1"))
}

/// The page.
pub(crate) fn view(page: &Privacy, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let policy = page.policy.clone().map(|href| {
        view! { <p><a href=href rel="noopener noreferrer" target="_blank">{w.get("privacy-policy")}</a></p> }
    });
    let body = view! {
        {notice::error(page.error.as_ref())}
        <section class="card stack" aria-labelledby="export">
            <h2 id="export">{w.get("privacy-export-title")}</h2>
            <p>{w.get("privacy-export-text")}</p>
            {export(page, frame)}
            {policy}
        </section>
        {if page.sure { sure(frame) } else { leaving(frame) }}
    };
    framed(
        AccountPage::Privacy,
        w.get("privacy-title"),
        body.into_any(),
        frame,
    )
}

fn export(page: &Privacy, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let (path, act, text) = if page.recent {
        (EXPORT, "export", w.get("privacy-export-button"))
    } else {
        (
            AccountPage::Privacy.path(),
            "prove",
            w.get("privacy-export-prove"),
        )
    };
    view! {
        <form class="actions" method="post" action=frame.path(path)>
            {hidden("act", act)}
            <button class="button" type="submit">{text}</button>
        </form>
    }
    .into_any()
}

fn leaving(frame: &Frame) -> AnyView {
    let w = &frame.words;
    view! {
        <section class="card stack" aria-labelledby="leave">
            <h2 id="leave">{w.get("privacy-leave-title")}</h2>
            <p>{w.with("privacy-leave-text", &[("days", GRACE_DAYS.into())])}</p>
            <div class="actions">
                <a class="button button--danger" href=frame.path("/account/privacy?leave=1#leave")>{w.get("privacy-leave-next")}</a>
            </div>
        </section>
    }
    .into_any()
}

fn sure(frame: &Frame) -> AnyView {
    let w = &frame.words;
    view! {
        <section class="card stack" aria-labelledby="leave">
            <h2 id="leave" tabindex="-1">{w.get("privacy-leave-sure")}</h2>
            <ul class="stack">
                <li>{w.get("privacy-leave-list-out")}</li>
                <li>{w.get("privacy-leave-list-apps")}</li>
                <li>{w.with("privacy-leave-list-back", &[("days", GRACE_DAYS.into())])}</li>
                <li>{w.get("privacy-leave-list-gone")}</li>
            </ul>
            <form class="actions" method="post" action=frame.path(AccountPage::Privacy.path())>
                {hidden("act", "leave")}
                <button class="button button--danger" type="submit">{w.get("privacy-leave-button")}</button>
                <a class="button" href=frame.path(AccountPage::Privacy.path())>{w.get("privacy-leave-cancel")}</a>
            </form>
        </section>
    }
    .into_any()
}
