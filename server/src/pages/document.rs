//! The document around a page: what frames it, and the headers that bound what it may do.

use super::AppState;
use app::{Frame, Page, Words, frame::Script};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::realm_context::RealmContext;
use std::collections::BTreeSet;

/// The document that shows `page`, which has frames from these origins.
pub(super) fn document(frame: &Frame, status: StatusCode, page: Page, frames: &BTreeSet<String>) -> Response {
    let scripts = match page.has_forms() {
        true => with_island(&frame.nonce),
        false => without_island(&frame.nonce),
    };
    let html = app::render(page, frame);
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(content_security_policy(&scripts, frames)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let language = HeaderValue::from_static(frame.words.language().as_str());
    headers.insert(header::CONTENT_LANGUAGE, language);
    response
}

/// What frames the pages of `realm` in one answer.
pub(super) fn frame(
    state: &AppState,
    realm: &RealmContext,
    words: Words,
    request_id: Option<String>,
) -> Frame {
    let mut nonce = [0; 16];
    state.runtime.services.ports.random.fill(&mut nonce);
    let script = state.assets.islands.clone().map(|(js, wasm)| Script { js, wasm });
    Frame {
        nonce: URL_SAFE_NO_PAD.encode(nonce),
        words,
        prefix: realm.realm.name.path_prefix(),
        here: "/".to_owned(),
        host: realm.origin.authority().to_owned(),
        theme: realm.settings.theme.clone(),
        assets: app::Assets {
            stylesheet: state.assets.css.clone(),
            script,
        },
        request_id,
        until: None,
        makes_passkeys: None,
    }
}

/// No `form-action`: Chromium applies it to redirects too, and a form may end at an app.
fn content_security_policy(scripts: &str, frames: &BTreeSet<String>) -> String {
    let mut framed = "'self'".to_owned();
    for origin in frames {
        framed.push(' ');
        framed.push_str(origin);
    }
    format!(
        "default-src 'none'; {scripts}; style-src 'self'; img-src 'self'; frame-src {framed}; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

fn with_island(nonce: &str) -> String {
    format!("script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src 'self'")
}

/// What such a page runs is written into it, makes no markup of text (Trusted Types) and talks to nobody.
fn without_island(nonce: &str) -> String {
    format!("script-src 'nonce-{nonce}'; require-trusted-types-for 'script'; trusted-types 'none'")
}
