//! A run of the authorization code flow against this server, every message shown.
//!
//! The run is made by the server as a relying party of itself; this page only shows it and offers what comes next.

use crate::{components::hidden, error::UiError, frame::Frame, words::Words};
use leptos::prelude::*;

/// A run so far.
#[derive(Clone, Default)]
pub struct Playground {
    /// What was sent and answered, in order.
    pub steps: Vec<Step>,
    /// What may come next, the likeliest first.
    pub next: Vec<Act>,
    /// Why the last act did not succeed.
    pub error: Option<UiError>,
}

/// One message and its answer.
#[derive(Clone)]
pub struct Step {
    /// Which.
    pub kind: StepKind,
    /// The answer's status line, such as `200 OK`.
    pub status: Option<String>,
    /// Whether the answer was the one hoped for.
    pub ok: bool,
    /// The request as sent.
    pub request: Option<String>,
    /// The response as received.
    pub response: Option<String>,
    /// Tokens in it.
    pub decoded: Vec<Decoded>,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as the endpoints and messages of the flow")]
pub enum StepKind {
    Discovery,
    AuthorizationRequest,
    AuthorizationResponse,
    TokenRequest,
    RefreshRequest,
    Userinfo,
    Revocation,
    EndSession,
}

/// A token, decoded.
#[derive(Clone)]
pub struct Decoded {
    /// Which.
    pub token: TokenKind,
    /// Its header, as indented JSON.
    pub header: String,
    /// Its claims, as indented JSON.
    pub claims: String,
    /// What checking the signature gave.
    pub signature: Signature,
}

/// Which token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as in the specifications")]
pub enum TokenKind {
    AccessToken,
    IdToken,
}

/// What checking a signature gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// It is valid.
    Valid {
        /// For this key.
        kid: String,
    },
    /// It is not.
    Invalid,
}

/// What may come next; posted as `act`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Begin a new run.
    Start,
    /// Use the refresh token.
    Refresh,
    /// Call the userinfo endpoint.
    Userinfo,
    /// Revoke the tokens.
    Revoke,
    /// Sign out at the end session endpoint.
    SignOut,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 5] = [
        Self::Start,
        Self::Refresh,
        Self::Userinfo,
        Self::Revoke,
        Self::SignOut,
    ];

    /// The value of the form field `act`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Refresh => "refresh",
            Self::Userinfo => "userinfo",
            Self::Revoke => "revoke",
            Self::SignOut => "sign-out",
        }
    }

    /// The act posted as `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == text)
    }

    fn words(self, w: &Words) -> String {
        match self {
            Self::Start => w.get("playground-start"),
            Self::Refresh => w.get("playground-act-refresh"),
            Self::Userinfo => w.get("playground-act-userinfo"),
            Self::Revoke => w.get("playground-act-revoke"),
            Self::SignOut => w.get("playground-act-sign-out"),
        }
    }
}

impl StepKind {
    fn words(self, w: &Words) -> String {
        match self {
            Self::Discovery => w.get("playground-discovery"),
            Self::AuthorizationRequest => w.get("playground-authorization"),
            Self::AuthorizationResponse => w.get("playground-callback"),
            Self::TokenRequest => w.get("playground-token"),
            Self::RefreshRequest => w.get("playground-refresh"),
            Self::Userinfo => w.get("playground-userinfo"),
            Self::Revocation => w.get("playground-revocation"),
            Self::EndSession => w.get("playground-end-session"),
        }
    }
}

/// The page.
pub(crate) fn view(page: &Playground, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let steps: Vec<_> = page.steps.iter().map(|step| step_view(step, w)).collect();
    let next = (!page.next.is_empty()).then(|| next_view(page, frame));
    view! {
        <div class="stack">
            <div class="card__head"><h1>{w.get("playground-title")}</h1><p class="muted">{w.get("playground-text")}</p></div>
            {crate::components::notice::error(page.error.as_ref())}
            <ol class="steps">{steps}{next}</ol>
        </div>
    }
    .into_any()
}

fn next_view(page: &Playground, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let title = if page.steps.is_empty() {
        w.get("playground-start-text")
    } else {
        w.get("playground-next")
    };
    let forms: Vec<_> = page
        .next
        .iter()
        .enumerate()
        .map(|(index, act)| {
            let class = if index == 0 {
                "button button--primary"
            } else {
                "button"
            };
            view! {
                <form method="post" action=frame.path("/playground")>
                    {hidden("act", act.as_str())}
                    <button class=class type="submit">{act.words(w)}</button>
                </form>
            }
        })
        .collect();
    view! { <li class="step card stack"><div class="step__head"><h2>{title}</h2></div><div class="actions">{forms}</div></li> }
        .into_any()
}

fn step_view(step: &Step, w: &Words) -> AnyView {
    let class = if step.ok {
        "badge badge--ok"
    } else {
        "badge badge--danger"
    };
    let status = step
        .status
        .clone()
        .map(|status| view! { " "<span class=class>{status}</span> });
    let panels = panels(
        [
            (w.get("playground-request"), &step.request),
            (w.get("playground-response"), &step.response),
        ]
        .into_iter()
        .filter_map(|(title, text)| Some((title, text.clone()?)))
        .collect(),
    );
    let panels = if step.kind == StepKind::Discovery {
        view! { <details class="more"><summary>{w.get("playground-both")}</summary>{panels}</details> }
            .into_any()
    } else {
        panels
    };
    let decoded: Vec<_> = step.decoded.iter().map(|token| decoded_view(token, w)).collect();
    view! {
        <li class="step step--done card stack">
            <div class="step__head"><h2>{step.kind.words(w)}</h2>{status}</div>
            {panels}
            {decoded}
        </li>
    }
    .into_any()
}

fn panels(texts: Vec<(String, String)>) -> AnyView {
    let class = if texts.len() > 1 {
        "panels panels--two"
    } else {
        "panels"
    };
    let panels: Vec<_> = texts
        .into_iter()
        .map(|(title, text)| {
            view! {
                <div class="panel">
                    <h3 class="panel__title">{title}</h3>
                    <pre class="pre--wrap" tabindex="0">{text}</pre>
                </div>
            }
        })
        .collect();
    view! { <div class=class>{panels}</div> }.into_any()
}

fn decoded_view(token: &Decoded, w: &Words) -> AnyView {
    let title = match token.token {
        TokenKind::AccessToken => w.get("playground-access-token"),
        TokenKind::IdToken => w.get("playground-id-token"),
    };
    let checked = match &token.signature {
        Signature::Valid { kid } => {
            let (before, after) = w.around("playground-signature-valid", "kid", &[]);
            view! { <p class="notice notice--ok">{before}<code>{kid.clone()}</code>{after}</p> }.into_any()
        }
        Signature::Invalid => {
            view! { <p class="notice notice--error">{w.get("playground-signature-invalid")}</p> }.into_any()
        }
    };
    let texts = vec![
        (w.get("playground-header"), token.header.clone()),
        (w.get("playground-payload"), token.claims.clone()),
    ];
    view! { <h3>{title}</h3>{panels(texts)}{checked} }.into_any()
}
