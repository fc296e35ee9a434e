//! A page that only says something: an error without a form, or a way on.

use crate::{frame::Frame, words::Words};
use leptos::prelude::*;

/// A page that only says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it says.
    pub kind: MessageKind,
}

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// An app sent a request that cannot be answered at a redirect URI.
    AppRefused,
    /// A request that cannot be read.
    BadRequest,
    /// The sign-in this belonged to is gone.
    Expired,
    /// A form of another site.
    Forbidden,
    /// A mailed or set-up link that does not work.
    LinkRefused,
    /// There is no such page.
    NotFound,
    /// The session ended meanwhile.
    SignedOut,
    /// Too many requests.
    TooMany {
        /// Seconds until another try makes sense.
        retry_after: u64,
    },
    /// A store or pool does not answer.
    Unavailable,
}

impl MessageKind {
    /// The status that says the same.
    pub const fn status(self) -> u16 {
        match self {
            Self::AppRefused | Self::BadRequest => 400,
            Self::Expired | Self::LinkRefused => 410,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::SignedOut => 401,
            Self::TooMany { .. } => 429,
            Self::Unavailable => 503,
        }
    }
}

impl Message {
    pub(crate) fn title(self, w: &Words) -> String {
        match self.kind {
            MessageKind::AppRefused => w.get("message-app-title"),
            MessageKind::BadRequest => w.get("message-bad-request-title"),
            MessageKind::Expired => w.get("message-expired-title"),
            MessageKind::Forbidden => w.get("message-forbidden-title"),
            MessageKind::LinkRefused => w.get("message-link-title"),
            MessageKind::NotFound => w.get("message-not-found-title"),
            MessageKind::SignedOut => w.get("message-signed-out-title"),
            MessageKind::TooMany { .. } => w.get("message-too-many-title"),
            MessageKind::Unavailable => w.get("message-unavailable-title"),
        }
    }

    fn paragraphs(self, w: &Words) -> Vec<String> {
        match self.kind {
            MessageKind::AppRefused => vec![w.get("message-app-text"), w.get("message-app-more")],
            MessageKind::BadRequest => vec![w.get("message-bad-request-text")],
            MessageKind::Expired => vec![w.get("message-expired-text")],
            MessageKind::Forbidden => vec![w.get("message-forbidden-text")],
            MessageKind::LinkRefused => vec![w.get("message-link-text")],
            MessageKind::NotFound => vec![w.get("message-not-found-text")],
            MessageKind::SignedOut => vec![w.get("message-signed-out-text")],
            MessageKind::TooMany { .. } => vec![w.get("message-too-many-text")],
            MessageKind::Unavailable => vec![w.get("message-unavailable-text")],
        }
    }

    fn way_on(self, w: &Words) -> (&'static str, String) {
        match self.kind {
            MessageKind::Expired => ("/login", w.get("message-expired-action")),
            MessageKind::LinkRefused => ("/login", w.get("message-link-action")),
            MessageKind::SignedOut => ("/login", w.get("message-signed-out-action")),
            MessageKind::AppRefused
            | MessageKind::BadRequest
            | MessageKind::Forbidden
            | MessageKind::NotFound
            | MessageKind::TooMany { .. }
            | MessageKind::Unavailable => ("/account", w.get("message-account-action")),
        }
    }
}

/// The page.
pub(crate) fn view(message: &Message, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let (href, text) = message.way_on(w);
    let paragraphs: Vec<_> = message
        .paragraphs(w)
        .into_iter()
        .map(|text| view! { <p>{text}</p> })
        .collect();
    let number = frame.request_id.clone().map(|id| {
        view! {
            <div class="card__foot">
                <p class="ref"><span>{w.get("request-number")}</span>" "<code>{id}</code></p>
            </div>
        }
    });
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{message.title(w)}</h1></div>
            {paragraphs}
            <div class="actions"><a class="button" href=frame.path(href)>{text}</a></div>
            {number}
        </div>
    }
    .into_any()
}
