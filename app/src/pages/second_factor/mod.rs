//! The second step of signing in: a code of the authenticator app, or a recovery code in its place.

mod api;

pub use api::{CodeForm, enter};
pub(crate) use api::{again, load, post};

use crate::{
    components::{App, field, field::Field, field::Kind, hidden, notice, submit},
    error::UiError,
    frame::Frame,
    pages::with_interaction,
    words::Words,
};
use leptos::prelude::*;

/// The second step of signing in.
#[derive(Clone, Debug)]
pub struct SecondFactorPage {
    /// The request that waits.
    pub interaction: String,
    /// The app that waits.
    pub app: Option<App>,
    /// What is asked for.
    pub with: With,
    /// Whether the browser is to be trusted.
    pub remember: bool,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// What the person has at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// The authenticator app.
    App,
    /// A recovery code.
    RecoveryCode,
}

impl With {
    fn parse(text: &str) -> Self {
        match text {
            "recovery" => Self::RecoveryCode,
            _ => Self::App,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::RecoveryCode => "recovery",
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::App => Self::RecoveryCode,
            Self::RecoveryCode => Self::App,
        }
    }
}

/// The page.
pub(crate) fn view(page: &SecondFactorPage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let (text, kind, other) = match page.with {
        With::App => (
            w.with("second-factor-text", &[("host", frame.host.as_str().into())]),
            Kind::TotpCode,
            w.get("second-factor-use-recovery"),
        ),
        With::RecoveryCode => (
            w.get("second-factor-recovery-text"),
            Kind::RecoveryCode,
            w.get("second-factor-use-app"),
        ),
    };
    let field = Field {
        name: "code",
        kind,
        value: "",
        error: page.error.as_ref(),
    };
    let here = |path: &str, more: &str| {
        let with = with_interaction(path, Some(&page.interaction));
        frame.path(&format!("{with}&{more}"))
    };
    let switch = here("/login/otp", &format!("with={}", page.with.other().as_str()));
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("second-factor-title")}</h1><p>{text}</p></div>
            {notice::error(page.error.as_ref())}
            <form class="stack" method="post" action=frame.path("/login/otp") data-act=frame.path("/api/sign-in/second-factor")>
                {hidden("interaction", page.interaction.clone())}
                {hidden("with", page.with.as_str())}
                {field::view(&field, w)}
                {remember(page.remember, w)}
                {submit(w.get("second-factor-submit"))}
            </form>
            <div class="card__foot">
                <p><a class="link" href=switch>{other}</a></p>
                <p><a class="link" href=here("/login", "change=1")>{w.get("second-factor-other")}</a></p>
            </div>
        </div>
    }
    .into_any()
}

fn remember(checked: bool, w: &Words) -> AnyView {
    view! {
        <label class="tick">
            <input class="tick__box" type="checkbox" name="remember" value="on" checked=checked aria-describedby="remember-hint"/>
            <span>
                {w.get("second-factor-remember")}
                <span class="field__hint tick__hint" id="remember-hint">{w.get("second-factor-remember-hint")}</span>
            </span>
        </label>
    }
    .into_any()
}
