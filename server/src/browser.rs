//! The browser behind a request: who is signed in on it, and the only place that reads and sets its cookies.
//!
//! Cookies, named per realm and, on loopback, per port (cookies ignore ports). One carries the tower-sessions id under
//! which the list of this browser's sign-in sessions is stored; another proves which browser started an interaction;
//! the third lets accounts that signed in here know the browser again. Those two are stored nowhere. One more has the
//! tokens by which accounts trust the browser. Two name the language chosen here and the one an app asked for. The last
//! is set by script, as this layer wrote it: whether the device makes passkeys.

mod changes;
mod devices;
mod languages;
pub(crate) mod makes_passkeys;
mod store;

use crate::{extract::request_origin::Origins, wiring::Runtime};
use app::{Remembered, SessionChange, SessionChanges};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use changes::Divided;
use domain::{
    id::LoginSessionId,
    language::Language,
    login_session::SignedInUser,
    opaque::{OpaqueKind, OpaqueToken},
    realm_context::RealmContext,
    secret::Digest,
    services::budgets::{KEPT, KnownDevice},
    stores::StoreError,
};
use std::{collections::HashMap, convert::Infallible, sync::Arc, time::Duration};
use store::RealmSessions;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_sessions::{Expiry, Session, SessionManagerLayer};

const SESSIONS: &str = "login_sessions";
const REMEMBERED: &str = "remembered";
/// Sign-in sessions one browser may hold at a time.
const MAX_SESSIONS: usize = 10;
/// Accounts a browser remembers to have been signed in on it.
const MAX_REMEMBERED: usize = 5;
/// How stale "last seen" may be.
const TOUCH_EVERY: Duration = Duration::from_secs(300);

/// The browser behind a request.
#[derive(Clone)]
pub struct Browser {
    /// Who is signed in, the one used last first.
    pub sessions: Vec<SignedInUser>,
    /// Who was, and how they proved it.
    pub remembered: Remembered,
    /// Digest of the cookie that proves which browser this is.
    pub cookie: Digest,
    /// Digests of the tokens by which the browser is trusted.
    pub devices: Vec<Digest>,
    /// The language that the app asked for or, where none did, the one chosen on this browser.
    pub language: Option<Language>,
    /// Whether script told that the device makes passkeys by itself.
    pub makes_passkeys: bool,
    /// What the request wants done to the sessions of this browser.
    pub changes: SessionChanges,
}

/// The cookies of a browser, each under a name of its own.
#[derive(Clone, Copy)]
enum Kept {
    /// Who is signed in.
    Session,
    /// Which browser it is.
    Browser,
    /// Whose known device it is.
    KnownDevice,
    /// Who trusts it without a second factor.
    TrustedDevice,
    /// Which language was chosen on it.
    Language,
    /// Which language an app asked for that sent it here.
    AskedLanguage,
    /// Whether its device makes passkeys.
    MakesPasskeys,
}

/// The name of a cookie in a realm.
fn cookie_name(kept: Kept, realm: &RealmContext) -> String {
    let kind = match kept {
        Kept::Session => "session",
        Kept::Browser => "browser",
        Kept::KnownDevice => "device",
        Kept::TrustedDevice => "trust",
        Kept::Language => "language",
        Kept::AskedLanguage => "asked-language",
        Kept::MakesPasskeys => "makes-passkeys",
    };
    let of_realm = match realm.realm.name.path_prefix().rsplit_once('/') {
        Some((_, slug)) => format!(".{slug}"),
        None => String::new(),
    };
    if realm.origin.is_https() {
        format!("__Host-signet-{kind}{of_realm}")
    } else {
        format!("signet-{kind}-{}{of_realm}", realm.origin.port())
    }
}

/// The language that a browser with these `headers` keeps in a realm; for pages that are shown to nobody in particular.
pub fn language(realm: &RealmContext, headers: &HeaderMap) -> Option<Language> {
    languages::Kept::of(realm, headers).spoken()
}

/// Finds out who is behind the request, answers it, and then changes the browser's sessions as it asked.
pub async fn with_browser(State(runtime): State<Arc<Runtime>>, request: Request, next: Next) -> Response {
    let Some(realm) = request.extensions().get::<Arc<RealmContext>>().cloned() else {
        return crate::error::not_found().into_response();
    };
    let store = RealmSessions {
        realm: realm.clone(),
        runtime: runtime.clone(),
    };
    let lifetime = realm.settings.lifetimes.session_absolute;
    let layer = SessionManagerLayer::new(store)
        .with_name(cookie_name(Kept::Session, &realm))
        .with_secure(realm.origin.is_https())
        .with_http_only(true)
        .with_same_site(tower_sessions::cookie::SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(
            lifetime.try_into().unwrap_or(time::Duration::DAY),
        ));
    let inner = service_fn(move |request: Request| {
        let (next, runtime, realm) = (next.clone(), runtime.clone(), realm.clone());
        async move { Ok::<_, Infallible>(answer(&runtime, &realm, request, next).await) }
    });
    match layer.layer(inner).oneshot(request).await {
        Ok(response) => response.map(axum::body::Body::new),
        Err(never) => match never {},
    }
}

async fn answer(
    runtime: &Arc<Runtime>,
    realm: &Arc<RealmContext>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(session) = request.extensions().get::<Session>().cloned() else {
        return crate::error::not_found().into_response();
    };
    let (cookie, fresh) = browser_cookie(runtime, realm, &request);
    let sessions = match signed_in(runtime, realm, &session).await {
        Ok(sessions) => sessions,
        Err(error) => return crate::error::unavailable(&error).into_response(),
    };
    let devices = devices::tokens(realm, &request);
    let languages = languages::Kept::of(realm, request.headers());
    let remembered = session.get(REMEMBERED).await.ok().flatten();
    let remembered: Remembered = remembered.unwrap_or_default();
    let changes = SessionChanges::default();
    note_visitor(realm, &mut request, !sessions.is_empty());
    let browser = Browser {
        sessions,
        remembered: remembered.clone(),
        cookie: cookie.digest(),
        devices: devices.iter().map(OpaqueToken::digest).collect(),
        language: languages.spoken(),
        makes_passkeys: makes_passkeys::told(realm, &request),
        changes: changes.clone(),
    };
    let device = request
        .extensions()
        .get::<Origins>()
        .and_then(|origins| origins.request.device.clone());
    let held: Vec<LoginSessionId> = browser.sessions.iter().map(|held| held.session().id).collect();
    request.extensions_mut().insert(browser);
    let mut response = next.run(request).await;
    let Divided {
        sessions: wanted,
        trusted,
        languages: spoken,
    } = Divided::from(changes.take());
    for header in devices::header(realm, devices, trusted)
        .into_iter()
        .chain(languages.headers(realm, &spoken))
    {
        response.headers_mut().append(header::SET_COOKIE, header);
    }
    if !wanted.is_empty() {
        // Spawned, so that a browser that goes away in the middle cannot leave half of the change behind.
        let arrived = wanted.iter().rev().find_map(|change| match change {
            SessionChange::SignedIn(id) => Some(*id),
            SessionChange::Activate(_)
            | SessionChange::AskedToSpeak(_)
            | SessionChange::Forget(_)
            | SessionChange::SignedOut(_)
            | SessionChange::Speak(_)
            | SessionChange::Through(_)
            | SessionChange::Trust(_) => None,
        });
        let of = realm.clone();
        let changed = tokio::spawn(async move {
            let remembered = remember(&of, remembered, &wanted).await?;
            let applied = apply(&session, held, wanted, &remembered).await;
            applied.map_err(StoreError::unavailable)
        });
        if !matches!(changed.await, Ok(Ok(()))) {
            tracing::error!("the browser's sessions could not be changed");
            return crate::error::try_later().into_response();
        }
        if let Some(header) = known_from_now_on(runtime, realm, device, arrived).await {
            response.headers_mut().append(header::SET_COOKIE, header);
        }
    }
    if let Some(header) = fresh {
        response.headers_mut().append(header::SET_COOKIE, header);
    }
    response
}

/// The token of the browser's cookie, and the header that sets it when it is new.
fn browser_cookie(
    runtime: &Runtime,
    realm: &RealmContext,
    request: &Request,
) -> (OpaqueToken, Option<HeaderValue>) {
    let name = cookie_name(Kept::Browser, realm);
    let jar = CookieJar::from_headers(request.headers());
    if let Some(token) = jar
        .get(&name)
        .and_then(|cookie| OpaqueToken::parse(OpaqueKind::Browser, cookie.value()))
    {
        return (token, None);
    }
    let token = OpaqueToken::generate(OpaqueKind::Browser, &*runtime.services.ports.random);
    let cookie = Cookie::build((name, token.expose().to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(realm.origin.is_https())
        .build();
    let header = HeaderValue::try_from(cookie.to_string()).ok();
    (token, header)
}

/// Notes what the browser shows of the accounts that signed in on it, and whether somebody is signed in.
fn note_visitor(realm: &RealmContext, request: &mut Request, signed_in: bool) {
    let jar = CookieJar::from_headers(request.headers());
    let device = jar
        .get(&cookie_name(Kept::KnownDevice, realm))
        .and_then(|cookie| KnownDevice::parse(cookie.value()));
    if let Some(origins) = request.extensions_mut().get_mut::<Origins>() {
        origins.request.device = device;
        if signed_in {
            origins.recognised.note();
        }
    }
}

/// The header by which the browser is known from now on by who signed in with session `arrived`. Without it they are
/// signed in all the same.
async fn known_from_now_on(
    runtime: &Runtime,
    realm: &RealmContext,
    device: Option<KnownDevice>,
    arrived: Option<LoginSessionId>,
) -> Option<HeaderValue> {
    let found = realm.stores.sessions.find_many(&[arrived?]).await.ok()?;
    let (_, user) = found.into_iter().next()?;
    let ports = &runtime.services.ports;
    let device = device.unwrap_or_else(|| KnownDevice::new(&*ports.random));
    let device = device.with(&*ports.sealer, (realm.realm.id, user.id), ports.clock.now());
    let cookie = Cookie::build((cookie_name(Kept::KnownDevice, realm), device.expose()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(realm.origin.is_https())
        .max_age(KEPT.try_into().ok()?)
        .build();
    HeaderValue::try_from(cookie.to_string()).ok()
}

async fn signed_in(
    runtime: &Runtime,
    realm: &RealmContext,
    session: &Session,
) -> Result<Vec<SignedInUser>, StoreError> {
    let ids: Vec<LoginSessionId> = session
        .get(SESSIONS)
        .await
        .map_err(StoreError::unavailable)?
        .unwrap_or_default();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let now = runtime.services.ports.clock.now();
    let rules = runtime.services.ports.session_rules(realm);
    let mut found: HashMap<LoginSessionId, SignedInUser> = HashMap::new();
    for (row, user) in realm.stores.sessions.find_many(&ids).await? {
        if let Some(signed_in) = row.signed_in(user, now, rules) {
            found.insert(signed_in.session().id, signed_in);
        }
    }
    let sessions: Vec<SignedInUser> = ids.iter().filter_map(|id| found.remove(id)).collect();
    if let Some(active) = sessions.first()
        && now.since(active.session().last_seen_at) > TOUCH_EVERY
    {
        realm.stores.sessions.touch(active.session().id, now).await?;
    }
    Ok(sessions)
}

/// What the browser remembers after `changes`.
async fn remember(
    realm: &RealmContext,
    mut remembered: Remembered,
    changes: &[SessionChange],
) -> Result<Remembered, StoreError> {
    for change in changes {
        match change {
            SessionChange::SignedIn(id) => {
                for (session, user) in realm.stores.sessions.find_many(&[*id]).await? {
                    remembered.accounts.retain(|other| *other != user.id);
                    remembered.accounts.insert(0, user.id);
                    remembered.accounts.truncate(MAX_REMEMBERED);
                    remembered.last_method = session.methods.first().copied();
                }
            }
            SessionChange::Through(provider) => remembered.last_provider = Some(provider.clone()),
            SessionChange::Forget(user) => remembered.accounts.retain(|other| other != user),
            SessionChange::Activate(_)
            | SessionChange::AskedToSpeak(_)
            | SessionChange::SignedOut(_)
            | SessionChange::Speak(_)
            | SessionChange::Trust(_) => {}
        }
    }
    Ok(remembered)
}

async fn apply(
    session: &Session,
    mut held: Vec<LoginSessionId>,
    changes: Vec<SessionChange>,
    remembered: &Remembered,
) -> Result<(), tower_sessions::session::Error> {
    for change in changes {
        match change {
            SessionChange::SignedIn(id) => {
                held.retain(|other| *other != id);
                held.insert(0, id);
                held.truncate(MAX_SESSIONS);
            }
            SessionChange::Activate(id) if held.contains(&id) => {
                held.retain(|other| *other != id);
                held.insert(0, id);
            }
            SessionChange::Activate(_)
            | SessionChange::AskedToSpeak(_)
            | SessionChange::Forget(_)
            | SessionChange::Speak(_)
            | SessionChange::Through(_)
            | SessionChange::Trust(_) => {}
            SessionChange::SignedOut(ids) => held.retain(|other| !ids.contains(other)),
        }
    }
    // A cookie somebody planted before the sign-in, or kept after the sign-out, is worth nothing.
    session.cycle_id().await?;
    session.insert(REMEMBERED, remembered).await?;
    session.insert(SESSIONS, held).await
}
