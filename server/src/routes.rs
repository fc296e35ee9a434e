//! Every path of the product on one screen.
//!
//! A request passes, from outside in: request id, security headers, where it came from, how much
//! came from there, its realm (which takes
//! the prefix off the path), and only then the routes below.

use crate::{
    assets, browser, endpoints as e, error, extract::request_origin, layers, pages, pages::AppState,
    playground, wiring::Runtime,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::{any, get, post},
};
use oidc::discovery::path;
use std::sync::Arc;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    request_id::{PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};

/// The most a request body may hold, but for pictures of people.
pub const BODY_LIMIT: usize = 64 * 1024;

/// What belongs to the deployment and not to a realm.
pub fn is_root_only(path: &str) -> bool {
    [
        "/healthz",
        "/health",
        "/readyz",
        "/setup",
        "/api/setup",
        "/dev/mailbox.json",
    ]
    .contains(&path)
        || path.starts_with("/dev/mailbox")
}

/// The canonical path of an alias.
pub fn canonical(asked: &str) -> Option<&'static str> {
    path::ALIASES
        .into_iter()
        .chain([("/health", "/healthz")])
        .find(|(alias, _)| *alias == asked)
        .map(|(_, canonical)| canonical)
}

/// The whole product as one service.
pub fn router(runtime: Arc<Runtime>) -> Router {
    service(AppState::new(runtime))
}

/// The product on what its handlers share.
pub fn service(state: AppState) -> Router {
    let runtime = state.runtime.clone();
    let routed = protocol(&state)
        .merge(browsers(&state))
        .merge(files())
        .method_not_allowed_fallback(error_405)
        .layer(from_fn(layers::note_route))
        .with_state(state.clone());
    // The realm is found before routing: a layer of a router runs after it, so the routes are nested as a fallback.
    // Each call of `layer` puts a box around what is below, to be cloned for every request: there are as few as the
    // types of bodies allow.
    let inner = ServiceBuilder::new()
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(runtime.clone(), layers::in_realm));
    let limited = from_fn_with_state(state.clone(), layers::request_limit::limit);
    let outer = ServiceBuilder::new()
        .map_request(layers::forget_request_id)
        .layer(SetRequestIdLayer::x_request_id(layers::RequestIds(
            runtime.clone(),
        )))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http().make_span_with(layers::span))
        .layer(from_fn_with_state(runtime.clone(), layers::answer))
        .layer(CatchPanicLayer::custom(|_| error::try_later()))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(runtime, request_origin::note_origin))
        .layer(limited)
        .layer(from_fn(layers::body_limit::bounded));
    Router::new().fallback_service(routed).layer(inner).layer(outer)
}

/// What applications call.
fn protocol(state: &AppState) -> Router<AppState> {
    let public = Router::new()
        .route(
            path::OPENID_CONFIGURATION,
            get(e::discovery::metadata).options(e::cors::preflight),
        )
        .route(
            path::OAUTH_AUTHORIZATION_SERVER,
            get(e::discovery::metadata).options(e::cors::preflight),
        )
        .route(path::JWKS, get(e::discovery::jwk_set).options(e::cors::preflight))
        .layer(e::cors::for_everyone());
    let for_clients = Router::new()
        .route(
            path::REGISTRATION,
            get(e::elsewhere::sign_up)
                .post(e::registration::post)
                .options(e::cors::preflight),
        )
        .route(
            &format!("{}/{{client_id}}", path::REGISTRATION),
            get(e::registration::get)
                .put(e::registration::put)
                .delete(e::registration::delete)
                .options(e::cors::preflight),
        )
        .route(path::TOKEN, post(e::token::post).options(e::cors::preflight))
        .route(
            path::PUSHED_AUTHORIZATION_REQUEST,
            post(e::pushed_authorization_request::post).options(e::cors::preflight),
        )
        .route(
            path::REVOCATION,
            post(e::revocation::post).options(e::cors::preflight),
        )
        .route(
            path::USERINFO,
            get(e::userinfo::get)
                .post(e::userinfo::post)
                .options(e::cors::preflight),
        )
        .layer(from_fn_with_state(state.runtime.clone(), e::cors::for_clients));
    // Devices have no browser whose scripts could ask.
    let devices = Router::new().route(path::DEVICE_AUTHORIZATION, post(e::device_authorization::post));
    // Resource servers are no scripts of a page.
    let for_servers = Router::new()
        .route(path::INTROSPECTION, post(e::introspection::post))
        .route(
            "/login/{provider}/backchannel-logout",
            post(e::federation::logged_out),
        );
    let process = Router::new()
        .route("/healthz", get(e::health::alive))
        .route("/readyz", get(e::health::ready));
    public
        .merge(for_clients)
        .merge(devices)
        .merge(for_servers)
        .merge(process)
}

/// What people's browsers visit: everything that knows who is signed in.
fn browsers(state: &AppState) -> Router<AppState> {
    let mut forms = Router::new()
        .route("/resume/{interaction}", get(e::authorize::resume))
        .route(
            app::pages::account::privacy::EXPORT,
            post(e::own_data::everything),
        )
        .route(app::pages::account::activity::EXPORT, get(e::own_data::activity))
        .merge(e::picture::upload())
        .route("/playground", get(playground::get).post(playground::post))
        .route("/playground/callback", get(playground::callback))
        .route("/language", post(e::language::post))
        .route("/login/{provider}", get(e::federation::start))
        .route("/playground/theme", get(playground::theme))
        .route("/dev/mailbox", get(e::mailbox::list))
        .route("/dev/mailbox/{mail}", get(e::mailbox::one))
        .route("/dev/mailbox/{mail}/html", get(e::mailbox::html))
        .route("/dev/mailbox.json", get(e::mailbox::json))
        .route("/api/{*function}", any(pages::server_function))
        .route("/", get(e::authorize::home));
    for page in app::routes::PAGES {
        forms = forms.route(page, get(pages::get).post(pages::post));
    }
    // Applications and providers send people here from their own origin, by link or by form.
    let arrivals = Router::new()
        .route(
            path::AUTHORIZATION,
            get(e::authorize::get).post(e::authorize::post),
        )
        .route(
            path::END_SESSION,
            get(e::end_session::get).post(e::end_session::post),
        )
        .route(
            "/login/{provider}/callback",
            get(e::federation::callback).post(e::federation::callback_form),
        );
    forms
        .layer(from_fn_with_state(
            state.clone(),
            layers::same_origin::same_origin,
        ))
        .merge(arrivals)
        .fallback(pages::not_found)
        .layer(from_fn_with_state(state.runtime.clone(), browser::with_browser))
}

/// What is served as a file, and addresses that only lead elsewhere.
fn files() -> Router<AppState> {
    Router::new()
        .route("/assets/{name}", get(assets::get))
        .route("/logos/{name}", get(assets::logo))
        .route("/logos/of/{client_id}", get(e::client_logo::get))
        .route("/pictures/{name}", get(e::picture::of_person))
        .route("/favicon.svg", get(assets::favicon))
        .route("/seal.svg", get(assets::seal))
        .route("/favicon.ico", get(assets::favicon))
        .route("/.well-known/change-password", get(e::elsewhere::change_password))
        .route(
            "/.well-known/passkey-endpoints",
            get(e::elsewhere::passkey_endpoints),
        )
}

async fn error_405() -> axum::response::Response {
    error::method_not_allowed()
}
