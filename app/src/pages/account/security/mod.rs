//! What guards the account: one section for each way to sign in, a file each.
//!
//! Every act here takes the witness that the person proved not long ago who they are, and asks for it otherwise.

pub mod password;

use super::{framed, sign_in_first};
use crate::{
    components::notice,
    context::RequestContext,
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::Page,
    routes::{Next, Shown},
};
use domain::interaction::AccountPage;
use leptos::prelude::*;

/// What guards the account.
#[derive(Clone, Debug)]
pub struct SecurityPage {
    /// The password.
    pub password: password::Section,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, _: &Fields) -> Result<Shown, UiError> {
    if cx.sessions.is_empty() {
        return sign_in_first(cx, AccountPage::Security).await;
    }
    Ok(Page::Security(read(cx, None).await?).into())
}

async fn read(cx: &RequestContext, error: Option<UiError>) -> Result<SecurityPage, UiError> {
    let person = cx.person()?;
    Ok(SecurityPage {
        password: password::read(person),
        error,
    })
}

/// What the forms post to the page itself: `act` says which.
pub(crate) async fn post(cx: &RequestContext, _: &Fields) -> Result<Next, UiError> {
    cx.person()?;
    Err(cx.error(UiErrorKind::NotFound, "error-not-found"))
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, _: &Fields, error: &UiError) -> Option<Page> {
    let at_a_field = error.field.is_some();
    let page = read(cx, Some(error.clone())).await.ok().filter(|_| at_a_field)?;
    Some(Page::Security(page))
}

/// The page.
pub(crate) fn view(page: &SecurityPage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let body = view! {
        {notice::error(page.error.as_ref())}
        {password::view(&page.password, frame)}
    };
    framed(
        AccountPage::Security,
        w.get("security-title"),
        body.into_any(),
        frame,
    )
}
