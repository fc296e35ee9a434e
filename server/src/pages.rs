//! Mounts the pages of `app`: shows them, takes their forms, and answers their server functions.

mod document;
mod language;

use crate::{
    assets::Assets,
    browser::{Browser, makes_passkeys},
    extract::request_origin::Origins,
    wiring::Runtime,
};
use app::{
    Fields, Frame, Page, RequestContext, SessionChange, Shown, Submitted, UiError, Waits,
    pages::message::{Message, MessageKind},
};
use axum::{
    Extension,
    body::Bytes,
    extract::{FromRequestParts, RawQuery, Request, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use document::{document, frame};
use domain::{
    event::Actor, id::InteractionId, language::Language, realm::RealmName, realm_context::RealmContext,
    services::Act,
};
use language::{accepted, here, words};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

/// Fields a form may have.
const MAX_FIELDS: usize = 200;

/// What handlers share.
#[derive(Clone, axum::extract::FromRef)]
pub struct AppState {
    /// Everything the process works with.
    pub runtime: Arc<Runtime>,
    /// What is served as a file.
    pub assets: Arc<Assets>,
    /// The protocol on the process's ports.
    pub protocol: Arc<oidc::Protocol>,
}

impl AppState {
    /// What handlers share on `runtime`.
    pub fn new(runtime: Arc<Runtime>) -> Self {
        let protocol = Arc::new(oidc::Protocol::new(runtime.services.ports.clone()));
        Self {
            runtime,
            assets: Arc::new(Assets::load()),
            protocol,
        }
    }
}

/// A request as pages see it: who, where, in which words, and how documents are framed.
pub struct PageRequest {
    /// The realm.
    pub realm: Arc<RealmContext>,
    /// The browser.
    pub browser: Browser,
    /// What acts know of the request.
    pub cx: RequestContext,
    frame: Frame,
}

impl FromRequestParts<AppState> for PageRequest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let missing = || crate::error::not_found().into_response();
        let realm = parts
            .extensions
            .get::<Arc<RealmContext>>()
            .cloned()
            .ok_or_else(missing)?;
        let browser = parts.extensions.get::<Browser>().cloned().ok_or_else(missing)?;
        let origins = parts.extensions.get::<Origins>().cloned().ok_or_else(missing)?;
        let words = words(&browser, &parts.headers);
        let actor = browser
            .sessions
            .first()
            .map_or(Actor::Anonymous, |person| Actor::Person(person.user().id));
        let request_id = origins.request.request_id.clone();
        let act = Act {
            realm: realm.clone(),
            actor,
            origin: origins.request,
            locale: Some(words.language().as_str().to_owned()),
        };
        let cx = RequestContext {
            act,
            services: Arc::new(state.runtime.services.clone()),
            sessions: browser.sessions.clone(),
            remembered: browser.remembered.clone(),
            browser: browser.cookie,
            devices: browser.devices.clone(),
            makes_passkeys: browser.makes_passkeys,
            changes: browser.changes.clone(),
            words: words.clone(),
            waits: Waits::default(),
            places: state.runtime.places.clone(),
        };
        let mut frame = frame(state, &realm, words, request_id);
        frame.here = here(&parts.uri);
        let untold = !browser.makes_passkeys && cx.services.passkeys.relying_party().is_some();
        frame.makes_passkeys = untold.then(|| makes_passkeys::cookie(&realm));
        Ok(Self {
            realm,
            browser,
            cx,
            frame,
        })
    }
}

impl PageRequest {
    /// The same request in the language that the app asks for which sent the browser here, if there are words in it.
    pub fn asked_to_speak(&mut self, ui_locales: Option<&str>) {
        let asked = ui_locales.and_then(Language::of_list);
        self.cx.changes.leave(SessionChange::AskedToSpeak(asked));
        if let Some(asked) = asked {
            let words = self.cx.words.clone().in_language(asked);
            self.cx.words = words.clone();
            self.frame.words = words;
        }
    }

    /// The document that shows `page`, with this status.
    pub fn respond(&self, status: StatusCode, page: Page) -> Response {
        self.respond_with_frames(status, page, &BTreeSet::new())
    }

    /// The same, for a page that has frames from these origins. What only tells something is found again by its path:
    /// the rest of the address may be what went wrong.
    pub fn respond_with_frames(&self, status: StatusCode, page: Page, frames: &BTreeSet<String>) -> Response {
        let mut frame = self.frame.clone();
        frame.until = self.cx.waits.end();
        if matches!(page, Page::Message(_)) {
            frame
                .here
                .truncate(frame.here.find('?').unwrap_or(frame.here.len()));
        }
        document(&frame, status, page, frames)
    }

    /// The document that shows `page` with its own status.
    pub fn show(&self, page: Page) -> Response {
        self.respond(
            StatusCode::from_u16(page.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            page,
        )
    }

    /// What became of a form.
    pub fn submitted(&self, submitted: Submitted) -> Response {
        match submitted {
            Submitted::Next(next) => see_other(&next.to),
            Submitted::Again {
                status,
                retry_after,
                page,
            } => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                with_retry_after(self.respond(status, *page), retry_after)
            }
        }
    }

    /// The page that says what went wrong where there is no form to say it at.
    pub fn fail(&self, error: &UiError) -> Response {
        let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let response = self.respond(status, Page::Message(self.cx.message(error)));
        with_retry_after(response, error.kind.retry_after())
    }
}

/// The page that tells whoever asked too much to wait: nothing is known of them, and no store is asked.
pub async fn too_many(state: &AppState, headers: &HeaderMap, wait: Duration) -> Option<Response> {
    let realm = state.runtime.realm(&RealmName::Root).await.ok()?;
    let language = crate::browser::language(&realm, headers).or_else(|| accepted(headers));
    let frame = frame(state, &realm, language.unwrap_or_default().into(), None);
    let retry_after = wait.as_secs();
    let kind = MessageKind::TooMany { retry_after };
    let response = document(
        &frame,
        StatusCode::TOO_MANY_REQUESTS,
        Page::Message(Message { kind }),
        &BTreeSet::new(),
    );
    Some(with_retry_after(response, Some(retry_after)))
}

/// Shows the page at the request's path.
pub async fn get(page: PageRequest, uri: Uri, RawQuery(query): RawQuery) -> Response {
    let Some(fields) = decode(query.unwrap_or_default().as_bytes()) else {
        return crate::error::ProtocolError::MalformedParameters.into_response();
    };
    match app::show(uri.path(), &fields, &page.cx).await {
        Ok(Shown::Page(shown)) => page.show(*shown),
        Ok(Shown::SeeOther(to)) => see_other(&to),
        Err(error) => page.fail(&error),
    }
}

/// A body, or that it is cut off.
type Sent = Result<Bytes, BytesRejection>;

/// Does what the form posted to the request's path asks for.
pub async fn post(mut page: PageRequest, uri: Uri, headers: HeaderMap, body: Sent) -> Response {
    let mime = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !mime
        .to_ascii_lowercase()
        .starts_with("application/x-www-form-urlencoded")
    {
        return crate::error::ProtocolError::UnsupportedMediaType.into_response();
    }
    let Ok(body) = body else {
        return crate::error::ProtocolError::TooLarge.into_response();
    };
    let Some(fields) = decode(&body) else {
        return crate::error::ProtocolError::MalformedParameters.into_response();
    };
    let submitted = app::submit(uri.path(), &fields, &page.cx).await;
    if let Ok(interaction) = fields.get("interaction").parse::<InteractionId>() {
        page.frame.here = format!("{}?interaction={interaction}", uri.path());
    }
    page.submitted(submitted)
}

/// Answers a server function: the same acts, called by script.
pub async fn server_function(page: PageRequest, request: Request) -> Response {
    // Read here, because the framework takes a body that is cut off for a failure of its own.
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, crate::routes::BODY_LIMIT).await else {
        return crate::error::ProtocolError::TooLarge.into_response();
    };
    let mut request = Request::from_parts(parts, body.into());
    ask_for_json(request.headers_mut());
    let cx = page.cx;
    leptos_axum::handle_server_fns_with_context(move || leptos::context::provide_context(cx.clone()), request)
        .await
        .into_response()
}

/// Without these the framework answers as JSON only, never with a redirect to wherever the request came from.
fn ask_for_json(headers: &mut HeaderMap) {
    headers.remove(header::REFERER);
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
}

/// `GET /favicon.svg` below a realm and other addresses that have no page.
pub async fn not_found(page: PageRequest) -> Response {
    let kind = app::UiErrorKind::NotFound;
    page.fail(&UiError::new(kind, String::new()))
}

/// 303 See Other: after a form and wherever a browser is sent on (RFC 9700 §4.12 forbids 307).
pub fn see_other(to: &str) -> Response {
    let Ok(location) = HeaderValue::try_from(to) else {
        return crate::error::try_later();
    };
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Decodes a query or form; `None` when it is not text or has too many fields.
pub fn decode(bytes: &[u8]) -> Option<Fields> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes).ok()?;
    (pairs.len() <= MAX_FIELDS).then(|| Fields::new(pairs))
}

fn with_retry_after(mut response: Response, seconds: Option<u64>) -> Response {
    if let Some(seconds) = seconds {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The realm of a request outside pages.
pub type InRealm = Extension<Arc<RealmContext>>;

/// What handlers take out of the state.
pub type WithRuntime = State<Arc<Runtime>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_framework_learns_of_no_page_to_go_back_to() {
        let mut headers = HeaderMap::new();
        headers.insert(header::REFERER, HeaderValue::from_static("https://evil.example/"));
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/html"));
        ask_for_json(&mut headers);
        assert_eq!(headers.get(header::REFERER), None);
        assert_eq!(
            headers.get_all(header::ACCEPT).iter().collect::<Vec<_>>(),
            ["application/json"]
        );
    }
}
