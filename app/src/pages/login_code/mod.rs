//! Signing in by mail: the code in the browser that asked for it, or the link in whichever it is opened. The page
//! is the same whether there is such an account.

mod api;

pub use api::{CodeForm, LinkForm, code, link, send};
pub(crate) use api::{again, load, post};

use crate::{
    components::{
        App, field,
        field::{Field, Kind},
        hidden, hidden_if, notice, submit, work,
    },
    error::UiError,
    frame::Frame,
    pages::with_interaction,
    words::Words,
};
use leptos::prelude::*;

/// Signing in by mail.
#[derive(Clone, Debug)]
pub struct LoginCode {
    /// The request that waits, if any.
    pub interaction: Option<String>,
    /// The app that waits.
    pub app: Option<App>,
    /// By code or by link.
    pub by: By,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// By code or by link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The code, which is still to be asked for: the machine must work for it first, or the person wait.
    Asking,
    /// The code, typed here.
    Code {
        /// The flow the code belongs to.
        flow: String,
        /// The address, masked; nothing when an address was not what was typed.
        to: Option<String>,
        /// Whether a new code was just sent.
        resent: bool,
    },
    /// The link that was followed; it works by this page's button only, so that mail scanners use nothing up.
    Link {
        /// The link's token.
        token: String,
        /// Whom it signs in.
        email: String,
        /// Whether it was asked for in another browser.
        elsewhere: bool,
    },
}

impl LoginCode {
    pub(crate) fn title(&self, w: &Words) -> String {
        match self.by {
            By::Asking => w.get("code-offer"),
            By::Code { .. } => w.get("code-page"),
            By::Link { .. } => w.get("code-link-page"),
        }
    }
}

/// The offer to be mailed a code, wherever somebody is asked to prove who they are.
pub(crate) fn offer(interaction: &str, last_used: bool, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let badge = last_used.then(|| view! { " "<span class="badge">{w.get("last-used")}</span> });
    view! {
        <form class="stack" method="post" action=frame.path("/login/code") data-act=frame.path("/api/sign-in/mail")>
            {hidden("interaction", interaction)}
            {hidden("act", "send")}
            <button class="button button--wide" type="submit">{w.get("code-offer")}{badge}</button>
        </form>
    }
    .into_any()
}

/// The page.
pub(crate) fn view(page: &LoginCode, frame: &Frame) -> AnyView {
    match &page.by {
        By::Asking => asking_view(page, frame),
        By::Code { flow, to, resent } => code_view(page, frame, flow, to.as_deref(), *resent),
        By::Link {
            token,
            email,
            elsewhere,
        } => link_view(page, frame, (token, email), *elsewhere),
    }
}

fn asking_view(page: &LoginCode, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let other = frame.path(&with_interaction("/login", page.interaction.as_ref()));
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("code-offer")}</h1></div>
            {notice::error(page.error.as_ref())}
            <form class="stack" method="post" action=frame.path("/login/code") data-act=frame.path("/api/sign-in/mail")>
                {hidden_if("interaction", page.interaction.as_ref())}
                {hidden("act", "send")}
                {work::asked_for(page.error.as_ref())}
                {submit(w.get("code-offer"))}
            </form>
            <div class="card__foot"><p><a class="link" href=other>{w.get("code-password")}</a></p></div>
        </div>
    }
    .into_any()
}

fn code_view(page: &LoginCode, frame: &Frame, flow: &str, to: Option<&str>, resent: bool) -> AnyView {
    let w = &frame.words;
    let action = frame.path("/login/code");
    let field = Field {
        name: "code",
        kind: Kind::Code,
        value: "",
        error: page.error.as_ref(),
    };
    let sent = match to {
        Some(to) => {
            let (before, after) = w.around("code-sent", "email", &[]);
            view! { <p>{before}<strong>{to.to_owned()}</strong>{after}</p> }.into_any()
        }
        None => view! { <p>{w.get("code-sent-unnamed")}</p> }.into_any(),
    };
    let status = if resent {
        w.get("code-resent")
    } else {
        w.get("code-nothing")
    };
    let carried = || {
        view! {
            {hidden_if("interaction", page.interaction.as_ref())}
            {hidden("flow", flow)}
        }
    };
    let other = frame.path(&with_interaction("/login", page.interaction.as_ref()));
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("code-title")}</h1>{sent}</div>
            {notice::error(page.error.as_ref())}
            <form class="stack" method="post" action=action.clone() data-act=frame.path("/api/sign-in/code")>
                {carried()}
                {field::view(&field, w)}
                {submit(w.get("code-submit"))}
            </form>
            <div class="card__foot stack">
                <form class="actions" method="post" action=action data-act=frame.path("/api/sign-in/mail")>
                    {carried()}
                    {hidden("act", "send")}
                    {work::asked_for(page.error.as_ref())}
                    <span class="muted" role="status">{status}</span>" "
                    <button class="button button--plain" type="submit">{w.get("code-resend")}</button>
                </form>
                <p><a class="link" href=other>{w.get("code-password")}</a></p>
            </div>
        </div>
    }
    .into_any()
}

fn link_view(page: &LoginCode, frame: &Frame, (token, email): (&str, &str), elsewhere: bool) -> AnyView {
    let w = &frame.words;
    let (before, after) = w.around("code-link-text", "email", &[]);
    let why = elsewhere.then(|| view! { <p>{w.get("code-link-elsewhere")}</p> });
    let button = if elsewhere {
        w.get("code-link-submit-elsewhere")
    } else {
        w.get("code-link-submit")
    };
    let path = frame.path("/login/code");
    view! {
        <div class="card stack">
            <div class="card__head">
                <h1>{w.get("code-link-title")}</h1>
                <p>{before}<strong>{email.to_owned()}</strong>{after}</p>
                {why}
            </div>
            {notice::error(page.error.as_ref())}
            <form class="stack" method="post" action=path data-act=frame.path("/api/sign-in/link")>
                {hidden("token", token)}
                {hidden_if("interaction", page.interaction.as_ref())}
                {elsewhere.then(|| hidden("told", "1"))}
                {submit(button)}
            </form>
            <div class="card__foot"><p class="muted small">{w.get("code-link-not-you")}</p></div>
        </div>
    }
    .into_any()
}
