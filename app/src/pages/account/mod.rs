//! What people see and change of their own account.

pub mod apps;
pub mod profile;
pub mod sessions;

use crate::{context::RequestContext, error::UiError, frame::Frame, pages::sign_in, routes::Shown};
use domain::interaction::AccountPage;
use leptos::prelude::*;

/// The way to sign in and come back to `page`.
pub(crate) async fn sign_in_first(cx: &RequestContext, page: AccountPage) -> Result<Shown, UiError> {
    sign_in::start(cx, page, None).await
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
                    {link(AccountPage::Sessions, w.get("sessions-title"))}
                    {link(AccountPage::Apps, w.get("apps-title"))}
                </ul>
            </nav>
            <div class="stack"><h1>{title}</h1>{body}</div>
        </div>
    }
    .into_any()
}
