//! Signing in with a passkey: the form that script alone can fill, and its acts. Without script the page says what
//! else works.

use super::{SignInPage, finish};
use crate::{
    components::hidden,
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    routes::Next,
};
use domain::{
    acr::Method,
    services::{leaving::restore_path, passkeys::Asked as AskedOf, sign_in::SignInError},
};
use leptos::prelude::*;

/// What a browser is asked.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Asked {
    /// What the answer names.
    pub ceremony: String,
    /// The options, as JSON.
    pub options: String,
}

impl From<AskedOf> for Asked {
    fn from(asked: AskedOf) -> Self {
        Self {
            ceremony: asked.ceremony.to_string(),
            options: asked.options,
        }
    }
}

/// What a browser answers.
pub struct PasskeyForm {
    /// The request that waits.
    pub interaction: String,
    /// The ceremony.
    pub ceremony: String,
    /// The browser's answer, as JSON.
    pub answer: String,
}

impl PasskeyForm {
    pub(crate) fn of(form: &Fields) -> Self {
        Self {
            interaction: form.get("interaction"),
            ceremony: form.get("ceremony"),
            answer: form.get("answer"),
        }
    }
}

/// Asks the browser for a passkey.
pub async fn ask(cx: &RequestContext, interaction: &str) -> Result<Asked, UiError> {
    let interaction = cx.interaction(interaction.parse().ok()).await?;
    let asked = cx.services.sign_in.ask_for_passkey(&cx.act, &interaction).await;
    let asked = asked.map_err(|error| cx.unavailable(&error))?;
    let none = || cx.error(UiErrorKind::NotFound, "error-not-found");
    asked.map(Asked::from).ok_or_else(none)
}

/// Signs in who answers with a passkey.
pub async fn sign_in(cx: &RequestContext, form: PasskeyForm) -> Result<Next, UiError> {
    let interaction = cx.interaction(form.interaction.parse().ok()).await?;
    let refused = || cx.error(UiErrorKind::Rejected, "error-passkey");
    let ceremony = form.ceremony.parse().map_err(|_| refused())?;
    let given = (ceremony, form.answer.as_str());
    let sign_in = &cx.services.sign_in;
    let judged = sign_in.passkey(&cx.act, &interaction, given).await;
    if let Err(SignInError::Leaving(token)) = &judged {
        return Ok(cx.next(restore_path(token)));
    }
    let proven = judged.map_err(|error| match error {
        SignInError::WrongCredentials | SignInError::PasswordExpired | SignInError::Leaving(_) => refused(),
        SignInError::TooManyAttempts { retry_after } => cx.too_many(retry_after),
        SignInError::Busy => cx.busy(),
        SignInError::Store(error) => cx.unavailable(&error),
    })?;
    finish(cx, interaction, proven).await
}

#[server(endpoint = "sign-in/passkey/ask")]
pub(crate) async fn sign_in_passkey_ask(interaction: String) -> Result<Asked, UiError> {
    answer(ask(&context()?, &interaction).await)
}

#[server(endpoint = "sign-in/passkey")]
pub(crate) async fn sign_in_passkey(
    interaction: String,
    ceremony: String,
    answer: String,
) -> Result<Next, UiError> {
    let form = PasskeyForm {
        interaction,
        ceremony,
        answer,
    };
    crate::doors::answer(sign_in(&context()?, form).await)
}

/// The button, hidden until there is script to work it.
pub(super) fn view(page: &SignInPage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    if !page.passkeys {
        return view! { <p class="muted small">{w.get("passkey-not-here")}</p> }.into_any();
    }
    let last_used = page.known.last_method == Some(Method::Passkey);
    let badge = last_used.then(|| view! { " "<span class="badge">{w.get("last-used")}</span> });
    let text = view! { {w.get("passkey-sign-in")}{badge} };
    view! {
        {form(&page.interaction, text.into_any(), frame)}
        <noscript><p class="muted small">{w.get("passkey-needs-script")}</p></noscript>
    }
    .into_any()
}

/// The form by which script uses a passkey; hidden until there is script.
pub(crate) fn form(interaction: &str, text: AnyView, frame: &Frame) -> AnyView {
    view! {
        <form
            class="stack"
            method="post"
            action=frame.path("/login")
            data-act=frame.path("/api/sign-in/passkey")
            data-ask=frame.path("/api/sign-in/passkey/ask")
            data-passkey="get"
            data-failed=frame.words.get("passkey-none-used")
            hidden=true
        >
            {hidden("interaction", interaction)}
            {hidden("ceremony", "")}
            {hidden("answer", "")}
            <button class="button button--wide" type="submit">{text}</button>
        </form>
    }
    .into_any()
}
