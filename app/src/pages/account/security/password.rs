//! The password: setting, changing and removing it. The forms act for whoever proved not long ago who they are.

use super::super::prove_again;
use crate::{
    components::{day, field, field::Field, field::Kind, hidden},
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    frame::Frame,
    pages::{new_password::OWN_STRENGTH, sign_up::refused_password},
    routes::Next,
};
use domain::{
    interaction::AccountPage,
    login_session::SignedInUser,
    services::{
        account::OwnCredentials,
        passwords::{OwnPassword, PasswordError},
    },
};
use leptos::prelude::*;

/// Where on the page it is.
pub(super) const HERE: &str = "password";

/// The password.
#[derive(Clone, Debug)]
pub struct Section {
    /// The address, for password managers.
    pub email: String,
    /// What is known of the password, and what the next one must be.
    pub own: OwnPassword,
    /// Whether the person proved not long ago who they are.
    pub recent: bool,
}

pub(super) fn section(person: &SignedInUser, own: &OwnCredentials) -> Section {
    Section {
        email: person.user().email.as_str().to_owned(),
        own: own.password,
        recent: own.fully_proven,
    }
}

/// Sets or changes the password.
pub async fn set(cx: &RequestContext, new_password: String) -> Result<Next, UiError> {
    let Some(person) = cx.fully_proven().await? else {
        return prove_again(cx, AccountPage::Security).await;
    };
    let done = cx.services.passwords.set(&cx.act, &person, new_password).await;
    after(cx, done, "?done=password").await
}

/// Removes the password.
pub(super) async fn remove(cx: &RequestContext) -> Result<Next, UiError> {
    let Some(person) = cx.fully_proven().await? else {
        return prove_again(cx, AccountPage::Security).await;
    };
    let done = cx.services.passwords.remove(&cx.act, &person).await;
    after(cx, done, "?done=no-password").await
}

async fn after(cx: &RequestContext, done: Result<(), PasswordError>, to: &str) -> Result<Next, UiError> {
    match done {
        Ok(()) => Ok(cx.next(format_args!("{}{to}", AccountPage::Security.path()))),
        Err(PasswordError::NotProven) => prove_again(cx, AccountPage::Security).await,
        Err(PasswordError::Password(refused)) => Err(refused_password(cx, refused)),
        Err(PasswordError::Missing) => Err(cx.error(UiErrorKind::NotFound, "error-not-found")),
        Err(PasswordError::LastWayIn) => Err(cx.error(UiErrorKind::Rejected, "error-password-last")),
        Err(PasswordError::TooManyAttempts { retry_after }) => Err(cx.too_many(retry_after)),
        Err(PasswordError::Busy) => Err(cx.busy()),
        Err(PasswordError::Store(error)) => Err(cx.unavailable(&error)),
    }
}

#[server(endpoint = "account/password")]
pub(crate) async fn account_password(new_password: String) -> Result<Next, UiError> {
    answer(set(&context()?, new_password).await)
}

pub(super) fn view(section: &Section, error: Option<&UiError>, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let form = match section.recent {
        true => set_form(section, error, frame),
        false => prove_form(section, frame),
    };
    view! {
        <section class="card stack" aria-labelledby=HERE>
            <h2 id=HERE tabindex="-1">{w.get("password-section-title")}</h2>
            {facts(section, frame)}
            {form}
            {section.own.can_be_removed.then(|| remove_form(frame))}
        </section>
    }
    .into_any()
}

fn facts(section: &Section, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let Some(present) = section.own.present else {
        return view! { <p>{w.get("password-section-none")}</p> }.into_any();
    };
    let since = [("since", day::day(present.set_at, w).into())];
    let short = present
        .needs_second_factor
        .then(|| w.get("password-section-short"));
    view! {
        <p class="muted">{w.with("password-section-since", &since)}" "{short}</p>
        <p>{w.get("password-section-ends")}</p>
    }
    .into_any()
}

fn set_form(section: &Section, error: Option<&UiError>, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let field = Field {
        name: "new_password",
        kind: Kind::NewPassword(section.own.policy),
        value: "",
        error,
    };
    let save = match section.own.present {
        Some(_) => w.get("password-section-save"),
        None => w.get("password-section-save-first"),
    };
    view! {
        <form
            class="stack"
            method="post"
            action=frame.path(AccountPage::Security.path())
            data-act=frame.path("/api/account/password")
            data-strength=frame.path(OWN_STRENGTH)
        >
            {hidden("act", "password-set")}
            <input type="text" name="username" autocomplete="username" value=section.email.clone() readonly hidden/>
            {field::view(&field, w)}
            <div class="actions"><button class="button" type="submit">{save}</button></div>
        </form>
    }
    .into_any()
}

/// Leads to the proof first: a password typed before would be lost.
fn prove_form(section: &Section, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let button = match section.own.present {
        Some(_) => w.get("password-section-change"),
        None => w.get("password-section-set"),
    };
    let button = view! {
        <button class="button" type="submit" aria-describedby="password-prove">{button}</button>
    };
    view! {
        <div class="actions">
            {super::act_form("password-set", button.into_any(), frame)}
            <span class="muted small" id="password-prove">{w.get("password-section-prove")}</span>
        </div>
    }
    .into_any()
}

fn remove_form(frame: &Frame) -> AnyView {
    let w = &frame.words;
    let button = view! {
        <button class="button button--danger" type="submit" aria-describedby="password-remove">
            {w.get("password-section-remove")}
        </button>
    };
    view! {
        <div class="actions">
            {super::act_form("password-remove", button.into_any(), frame)}
            <span class="muted small" id="password-remove">{w.get("password-section-remove-text")}</span>
        </div>
    }
    .into_any()
}
