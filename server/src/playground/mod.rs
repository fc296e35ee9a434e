//! `/playground`: the product as a relying party of itself. Every message goes through the real endpoints and is
//! shown as it was sent and answered.

mod exchange;
mod run;

use crate::{
    demo,
    extract::request_origin::Origins,
    pages::{AppState, PageRequest, decode, see_other},
};
use app::{
    Page, UiError, UiErrorKind,
    pages::{
        playground::{Act, StepKind},
        theme_preview::ThemePreview,
    },
};
use axum::{
    Extension,
    body::Bytes,
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use exchange::Exchange;
use run::{Run, Tokens};

/// `GET /playground`.
pub async fn get(State(state): State<AppState>, page: PageRequest) -> Response {
    match Run::load(&state, &page).await {
        Ok(run) => page.show(Page::Playground(run.view(None))),
        Err(error) => crate::error::unavailable(&error),
    }
}

/// `GET /playground/theme`: how pages would look.
pub async fn theme(page: PageRequest, RawQuery(query): RawQuery) -> Response {
    let query = decode(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let preview = ThemePreview::read(&query, &page.cx.words);
    page.show(Page::ThemePreview(preview))
}

/// `POST /playground`: the next act of the run.
pub async fn post(
    State(state): State<AppState>,
    Extension(origins): Extension<Origins>,
    page: PageRequest,
    body: Bytes,
) -> Response {
    let act = decode(&body).and_then(|fields| fields.find("act").and_then(Act::parse));
    let mut run = match Run::load(&state, &page).await {
        Ok(run) => run,
        Err(error) => return crate::error::unavailable(&error),
    };
    let exchange = Exchange {
        state: &state,
        realm: &page.realm,
        origins: &origins,
    };
    let done = match (act, run.tokens.clone()) {
        (Some(Act::Start), _) if run.is_available() => start(&exchange, &mut run).await,
        (Some(Act::Refresh), Some(tokens)) => refresh(&exchange, &mut run, &tokens).await,
        (Some(Act::Userinfo), Some(tokens)) => userinfo(&exchange, &mut run, &tokens).await,
        (Some(Act::Revoke), Some(tokens)) => revoke(&exchange, &mut run, &tokens).await,
        (Some(Act::SignOut), Some(tokens)) => Ok(sign_out(&exchange, &mut run, &tokens)),
        (Some(Act::Start | Act::Refresh | Act::Userinfo | Act::Revoke | Act::SignOut), _) | (None, _) => {
            Err(nothing_to_do(&page))
        }
    };
    match done {
        Ok(to) => match run.save(&state, &page).await {
            Ok(()) => see_other(&to),
            Err(error) => crate::error::unavailable(&error),
        },
        Err(error) => {
            let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::BAD_REQUEST);
            page.respond(status, Page::Playground(run.view(Some(error))))
        }
    }
}

/// `GET /playground/callback`: the authorization response.
pub async fn callback(
    State(state): State<AppState>,
    Extension(origins): Extension<Origins>,
    RawQuery(query): RawQuery,
    page: PageRequest,
) -> Response {
    let query = query.unwrap_or_default();
    let mut run = match Run::load(&state, &page).await {
        Ok(run) => run,
        Err(error) => return crate::error::unavailable(&error),
    };
    let Some(fields) = decode(query.as_bytes()) else {
        return crate::error::ProtocolError::MalformedParameters.into_response();
    };
    // The defences a relying party owes its users: its own state (RFC 9700 §4.7), the right issuer (RFC 9207).
    let ours = run
        .pending
        .as_ref()
        .is_some_and(|pending| fields.find("state") == Some(&pending.state))
        && fields.find("iss") == Some(page.realm.issuer.as_str());
    if !ours {
        let error = nothing_to_do(&page);
        return page.respond(StatusCode::BAD_REQUEST, Page::Playground(run.view(Some(error))));
    }
    let answered = format!("GET /playground/callback?{query}");
    run.add(
        StepKind::AuthorizationResponse,
        fields.find("code").is_some(),
        None,
        Some(answered),
        None,
    );
    if let (Some(code), Some(pending)) = (fields.find("code"), run.pending.take()) {
        let exchange = Exchange {
            state: &state,
            realm: &page.realm,
            origins: &origins,
        };
        let redirect_uri = page.realm.issuer.url("/playground/callback");
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", &pending.verifier),
            ("client_id", demo::SPA),
        ];
        let answer = exchange.post("/token", &form).await;
        run.receive(&answer, &page);
        run.add_answer(StepKind::TokenRequest, &answer);
    }
    match run.save(&state, &page).await {
        Ok(()) => see_other(&page.realm.path("/playground")),
        Err(error) => crate::error::unavailable(&error),
    }
}

fn nothing_to_do(page: &PageRequest) -> UiError {
    UiError::new(UiErrorKind::InvalidInput, page.cx.words.get("error-expired"))
}

async fn start(exchange: &Exchange<'_>, run: &mut Run) -> Result<String, UiError> {
    *run = Run::begin(exchange);
    let discovery = exchange.get("/.well-known/openid-configuration", None).await;
    run.add_answer(StepKind::Discovery, &discovery);
    let url = run.authorization_url(exchange);
    run.add(
        StepKind::AuthorizationRequest,
        true,
        Some(format!("GET {url}")),
        None,
        None,
    );
    Ok(url)
}

async fn refresh(exchange: &Exchange<'_>, run: &mut Run, tokens: &Tokens) -> Result<String, UiError> {
    let token = tokens.refresh_token.clone().unwrap_or_default();
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
        ("client_id", demo::SPA),
    ];
    let answer = exchange.post("/token", &form).await;
    if let Some(fresh) = Tokens::read(&answer.body) {
        run.tokens = Some(fresh);
    }
    run.add_answer(StepKind::RefreshRequest, &answer);
    Ok(exchange.home())
}

async fn userinfo(exchange: &Exchange<'_>, run: &mut Run, tokens: &Tokens) -> Result<String, UiError> {
    let answer = exchange.get("/userinfo", Some(&tokens.access_token)).await;
    run.add_answer(StepKind::Userinfo, &answer);
    Ok(exchange.home())
}

async fn revoke(exchange: &Exchange<'_>, run: &mut Run, tokens: &Tokens) -> Result<String, UiError> {
    let token = tokens.refresh_token.as_ref().unwrap_or(&tokens.access_token);
    let answer = exchange
        .post("/revoke", &[("token", token), ("client_id", demo::SPA)])
        .await;
    run.add_answer(StepKind::Revocation, &answer);
    Ok(exchange.home())
}

fn sign_out(exchange: &Exchange<'_>, run: &mut Run, tokens: &Tokens) -> String {
    let back = exchange.realm.issuer.url("/playground");
    let hint = tokens.id_token.clone().unwrap_or_default();
    let query = serde_urlencoded::to_string([
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", &back),
    ])
    .unwrap_or_default();
    let url = exchange.realm.issuer.url(&format!("/logout?{query}"));
    *run = Run::default();
    run.add(StepKind::EndSession, true, Some(format!("GET {url}")), None, None);
    url
}
