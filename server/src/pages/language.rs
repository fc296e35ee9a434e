//! In which language a page is shown, and where it is found again when somebody chooses another.

use crate::browser::Browser;
use app::Words;
use axum::http::{HeaderMap, Uri, header};
use domain::{language::Language, login_session::SignedInUser};

/// The words for whoever is at the browser. What was chosen on it goes before what the person's account says, which may
/// have come from elsewhere, and that before what the browser was set up with.
pub(super) fn words(browser: &Browser, headers: &HeaderMap) -> Words {
    let person = browser.sessions.first().map(SignedInUser::user);
    let language = browser
        .language
        .or_else(|| Language::of_tag(person?.locale.as_deref()?))
        .or_else(|| accepted(headers))
        .unwrap_or_default();
    Words::from(language).in_zone(person.and_then(|person| person.zoneinfo.as_deref()))
}

/// The language that the browser accepts before others.
pub(super) fn accepted(headers: &HeaderMap) -> Option<Language> {
    Language::accepted(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?)
}

/// What addresses of pages carry that say which of them is shown.
const SAYS_WHICH: [&str; 8] = [
    "after",
    "choose",
    "flow",
    "interaction",
    "since",
    "token",
    "topic",
    "until",
];

/// Where the page is found again that answers a request for `uri`; nothing of an address that is no page's own, for
/// whoever made it up would read it there.
pub(super) fn here(uri: &Uri) -> String {
    let path = uri.path();
    if !app::routes::PAGES.contains(&path) {
        return "/".to_owned();
    }
    let sent = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let kept = sent.filter(|(name, _)| SAYS_WHICH.contains(&name.as_ref()));
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .finish();
    match query.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_of_language_keeps_what_says_which_page_it_is_and_nothing_else() {
        for (uri, kept) in [
            (
                "/login?interaction=1&choose=1&x=made+up",
                "/login?interaction=1&choose=1",
            ),
            (
                "/account/activity?topic=apps&since=2026-01-01",
                "/account/activity?topic=apps&since=2026-01-01",
            ),
            (
                "/account/apps?after=7.x.id&done=all",
                "/account/apps?after=7.x.id",
            ),
            ("/sign-up?login_hint=evil", "/sign-up"),
            ("/authorize?client_id=evil", "/"),
            ("/logout?post_logout_redirect_uri=https://evil.example/", "/"),
            ("/nowhere", "/"),
        ] {
            assert_eq!(here(&uri.parse().unwrap()), kept, "{uri}");
        }
    }
}
