//! Recovery codes: how many are left, and new ones, shown once.

use super::{act_form, authenticator::after};
use crate::{
    components::notice, context::RequestContext, error::UiError, frame::Frame, pages::account::prove_again,
    routes::Next,
};
use domain::{
    interaction::AccountPage, recovery_code::FEW_RECOVERY_CODES, services::account::OwnCredentials,
};
use leptos::prelude::*;

/// Recovery codes of an account that has an authenticator app.
#[derive(Clone, Debug)]
pub struct Section {
    /// How many are left.
    pub left: u32,
    /// New ones, which are never shown again.
    pub new: Option<Vec<String>>,
}

/// What the section shows, if the account has one. Where the page is shown for its own sake (`fresh`), it shows new
/// codes.
pub(super) async fn read(
    cx: &RequestContext,
    own: &OwnCredentials,
    fresh: bool,
) -> Result<Option<Section>, UiError> {
    if own.factors.authenticator.is_none() {
        return Ok(None);
    }
    let taken = match fresh && own.new_recovery_codes {
        true => {
            cx.services
                .second_factors
                .take_recovery_codes(&cx.act, cx.person()?)
                .await
        }
        false => Ok(None),
    };
    Ok(Some(Section {
        left: own.factors.recovery_codes,
        new: taken.map_err(|error| cx.unavailable(&error))?,
    }))
}

/// Makes new codes.
pub(super) async fn make(cx: &RequestContext) -> Result<Next, UiError> {
    let Some(person) = cx.recently_proven()? else {
        return prove_again(cx, AccountPage::Security).await;
    };
    let done = cx
        .services
        .second_factors
        .new_recovery_codes(&cx.act, &person)
        .await;
    after(cx, done, "#recovery-codes").await
}

pub(super) fn view(section: &Section, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let left = [("left", section.left.into())];
    let (class, text) = if section.left <= FEW_RECOVERY_CODES {
        ("notice notice--warn", w.with("recovery-codes-few", &left))
    } else {
        ("muted", w.with("recovery-codes-left", &left))
    };
    let new = section.new.as_ref().map(|codes| sheet(codes, frame));
    let button = view! {
        <button class="button" type="submit" aria-describedby="recovery-codes-new">{w.get("recovery-codes-new")}</button>
    };
    view! {
        <section class="card stack" aria-labelledby="recovery-codes">
            <h2 id="recovery-codes" tabindex="-1">{w.get("recovery-codes-title")}</h2>
            <p>{w.get("recovery-codes-text")}</p>
            {new}
            <p class=class>{text}</p>
            <div class="actions">
                {act_form("recovery-codes", button.into_any(), frame)}
                <span class="muted small" id="recovery-codes-new">{w.get("recovery-codes-new-text")}</span>
            </div>
        </section>
    }
    .into_any()
}

/// New codes, with the buttons that script works to copy, print and save them. Without script they are text to select.
pub(crate) fn sheet(codes: &[String], frame: &Frame) -> AnyView {
    let w = &frame.words;
    let codes: Vec<_> = codes
        .iter()
        .map(|code| view! { <li>{code.clone()}</li> })
        .collect();
    let act = |act: &'static str, text: String| {
        view! { <button class="button" type="button" data-sheet=act hidden=true>{text}</button> }
    };
    let title = w.with("recovery-codes-of", &[("host", frame.host.as_str().into())]);
    view! {
        {notice::done(Some(w.get("recovery-codes-shown")))}
        <div class="sheet">
            <p class="sheet__title" id="sheet-title">{title}</p>
            <ul class="codes" aria-labelledby="sheet-title">{codes}</ul>
        </div>
        <div class="actions">
            {act("copy", w.get("recovery-codes-copy"))}
            {act("print", w.get("recovery-codes-print"))}
            {act("download", w.get("recovery-codes-download"))}
            <span class="muted small" role="status" data-sheet-copied=w.get("recovery-codes-copied")></span>
        </div>
    }
    .into_any()
}
