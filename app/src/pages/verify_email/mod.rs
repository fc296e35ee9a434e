//! Proving that an address is one's own: by the mailed code in this browser, or by the mailed link in any.

mod api;

pub use api::{CodeForm, LinkForm, code, link, resend};
pub(crate) use api::{again, load, post};

use crate::{
    components::{App, field, field::Field, field::Kind, hidden, hidden_if, notice, submit},
    error::UiError,
    frame::Frame,
    pages::new_password::STRENGTH,
    words::Words,
};
use domain::person::PasswordPolicy;
use leptos::prelude::*;

/// Proving an address.
#[derive(Clone, Debug)]
pub struct VerifyEmail {
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
    /// The code, typed here.
    Code {
        /// The flow the code belongs to.
        flow: String,
        /// The address, masked.
        to: Option<String>,
        /// Whether a new code was just sent.
        resent: bool,
    },
    /// The link that was followed; it works by this page's button only, so that mail scanners use nothing up.
    Link {
        /// The link's token.
        token: String,
        /// What can be chosen, in another browser than the one that signed up.
        choice: Option<Choice>,
    },
}

/// What somebody chooses who confirms in another browser than the one that signed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Whether nothing else can be confirmed.
    pub needed: bool,
    /// The name typed.
    pub name: String,
    /// What the password must be.
    pub policy: PasswordPolicy,
}

impl VerifyEmail {
    pub(crate) fn title(&self, w: &Words) -> String {
        match self.by {
            By::Code { .. } => w.get("verify-page"),
            By::Link { .. } => w.get("verify-link-page"),
        }
    }
}

/// The page.
pub(crate) fn view(page: &VerifyEmail, frame: &Frame) -> AnyView {
    match &page.by {
        By::Code { flow, to, resent } => code_view(page, frame, flow, to.as_deref(), *resent),
        By::Link { token, choice } => link_view(page, frame, token, choice.as_ref()),
    }
}

fn code_view(page: &VerifyEmail, frame: &Frame, flow: &str, to: Option<&str>, resent: bool) -> AnyView {
    let w = &frame.words;
    let action = frame.path("/verify-email");
    let field = Field {
        name: "code",
        kind: Kind::Code,
        value: "",
        error: page.error.as_ref(),
    };
    let sent = match to {
        Some(to) => {
            let (before, after) = w.around("verify-sent", "email", &[]);
            view! { <p>{before}<strong>{to.to_owned()}</strong>{after}</p> }.into_any()
        }
        None => view! { <p>{w.get("verify-sent-unnamed")}</p> }.into_any(),
    };
    let status = if resent {
        w.get("verify-resent")
    } else {
        w.get("verify-nothing")
    };
    let carried = || {
        view! {
            {hidden("flow", flow)}
            {hidden_if("interaction", page.interaction.as_ref())}
            {to.map(|to| hidden("to", to))}
        }
    };
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("verify-title")}</h1>{sent}</div>
            {notice::error(page.error.as_ref())}
            <form class="stack" method="post" action=action.clone() data-act=frame.path("/api/verify-email/code")>
                {carried()}
                {field::view(&field, w)}
                {submit(w.get("verify-submit"))}
            </form>
            <div class="card__foot">
                <form class="actions" method="post" action=action data-act=frame.path("/api/verify-email/resend")>
                    {carried()}
                    {hidden("act", "resend")}
                    <span class="muted" role="status">{status}</span>" "
                    <button class="button button--plain" type="submit">{w.get("verify-resend")}</button>
                </form>
            </div>
        </div>
    }
    .into_any()
}

fn link_view(page: &VerifyEmail, frame: &Frame, token: &str, choice: Option<&Choice>) -> AnyView {
    let w = &frame.words;
    let form = |fields: Vec<AnyView>, button: &'static str| {
        view! {
            <form
                class="stack"
                method="post"
                action=frame.path("/verify-email")
                data-act=frame.path("/api/verify-email/link")
                data-strength=frame.path(STRENGTH)
            >
                {hidden("token", token)}
                {hidden_if("interaction", page.interaction.as_ref())}
                {fields}
                {submit(w.get(button))}
            </form>
        }
    };
    let choosing = |choice: &Choice| {
        form(
            choice_fields(choice, page.error.as_ref(), w),
            "verify-link-choose",
        )
    };
    let (why, forms) = match choice {
        None => (None, form(Vec::new(), "verify-submit").into_any()),
        Some(choice) if choice.needed => (Some(w.get("verify-link-needed")), choosing(choice).into_any()),
        Some(choice) => {
            let instead = view! {
                <details class="more" open=page.error.is_some()>
                    <summary>{w.get("verify-link-instead")}</summary>
                    {choosing(choice)}
                </details>
            };
            let forms = view! { {form(Vec::new(), "verify-submit")}{instead} };
            (Some(w.get("verify-link-elsewhere")), forms.into_any())
        }
    };
    view! {
        <div class="card stack">
            <div class="card__head">
                <h1>{w.get("verify-link-title")}</h1>
                <p>{w.get("verify-link-text")}</p>
                {why.map(|why| view! { <p>{why}</p> })}
            </div>
            {notice::error(page.error.as_ref())}
            {forms}
            <div class="card__foot"><p class="muted small">{w.get("verify-link-not-you")}</p></div>
        </div>
    }
    .into_any()
}

fn choice_fields(choice: &Choice, error: Option<&UiError>, w: &Words) -> Vec<AnyView> {
    let name = Field {
        name: "name",
        kind: Kind::Name,
        value: &choice.name,
        error,
    };
    let password = Field {
        name: "new_password",
        kind: Kind::NewPassword(choice.policy),
        value: "",
        error,
    };
    [name, password]
        .iter()
        .map(|field| field::view(field, w))
        .collect()
}
