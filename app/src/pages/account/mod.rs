//! What people see and change of their own account.

pub mod activity;
pub mod apps;
pub mod linked;
pub mod privacy;
pub mod profile;
pub mod security;
pub mod sessions;

use crate::{
    context::RequestContext,
    error::UiError,
    frame::Frame,
    pages::sign_in,
    routes::{Next, Shown},
};
use domain::interaction::AccountPage;
use leptos::prelude::*;

/// The way to sign in and come back to `page`.
pub(crate) async fn sign_in_first(cx: &RequestContext, page: AccountPage) -> Result<Shown, UiError> {
    sign_in::start(cx, page, None).await
}

/// The way to prove again who one is and come back to `page`.
pub(crate) async fn prove_again(cx: &RequestContext, page: AccountPage) -> Result<Next, UiError> {
    let interactions = &cx.services.interactions;
    let started = interactions
        .prove_again_for_account(&cx.act, cx.browser, page)
        .await;
    let id = started.map_err(|error| cx.unavailable(&error))?.id;
    Ok(cx.next(format_args!("/login?interaction={id}")))
}

/// The frame of the account's pages.
pub(crate) fn framed(current: AccountPage, title: String, body: AnyView, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let link = |page: AccountPage, text: String| {
        let current = (page == current).then_some("page");
        view! { <li><a href=frame.path(page.path()) aria-current=current>{text}</a></li> }
    };
    view! {
        <div class="account">
            <nav class="nav" aria-label=w.get("account-nav")>
                <ul>
                    {link(AccountPage::Overview, w.get("profile-title"))}
                    {link(AccountPage::Security, w.get("security-title"))}
                    {link(AccountPage::Linked, w.get("linked-title"))}
                    {link(AccountPage::Sessions, w.get("sessions-title"))}
                    {link(AccountPage::Apps, w.get("apps-title"))}
                    {link(AccountPage::Activity, w.get("activity-title"))}
                    {link(AccountPage::Privacy, w.get("privacy-title"))}
                </ul>
            </nav>
            <div class="stack"><h1>{title}</h1>{body}</div>
        </div>
    }
    .into_any()
}
