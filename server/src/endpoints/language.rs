//! The choice of a language for everything on this browser, made at the foot of any page.

use super::authorize::message;
use crate::pages::{PageRequest, decode, see_other};
use app::{
    SessionChange,
    components::languages::{LANGUAGE, TO},
    pages::message::MessageKind,
};
use axum::{body::Bytes, extract::rejection::BytesRejection, response::Response};
use domain::language::Language;

/// `POST /language`: keeps the choice and goes back to the page that it was made on.
pub async fn post(page: PageRequest, body: Result<Bytes, BytesRejection>) -> Response {
    let fields = body.ok().and_then(|body| decode(&body));
    let chosen = fields.and_then(|fields| {
        let language = Language::parse(&fields.get(LANGUAGE))?;
        Some((language, fields.get(TO)))
    });
    let Some((language, to)) = chosen.filter(|(_, to)| is_ours(to)) else {
        return message(&page, MessageKind::BadRequest);
    };
    page.cx.changes.leave(SessionChange::Speak(language));
    see_other(&page.realm.path(&to))
}

/// Whether a path stays on this host: browsers take `//` and `/\\` for the beginning of another.
fn is_ours(path: &str) -> bool {
    let mut signs = path.chars();
    signs.next() == Some('/')
        && !matches!(signs.next(), Some('/' | '\\'))
        && path.chars().all(|sign| sign.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_of_language_leads_to_no_other_host() {
        for path in ["/", "/login?interaction=1&choose=1", "/account/security#passkeys"] {
            assert!(is_ours(path), "{path}");
        }
        for path in [
            "",
            "login",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/",
            "/\t/evil.example",
            "/a\r\nset-cookie: x",
            "/\u{202e}",
        ] {
            assert!(!is_ours(path), "{path:?}");
        }
    }
}
