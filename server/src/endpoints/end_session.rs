//! The end session endpoint (OpenID Connect RP-Initiated Logout 1.0): asks the person unless a good hint says who
//! asks and for whom.

use super::authorize::{is_query, message};
use crate::{
    browser::is_same_origin,
    pages::{AppState, PageRequest, see_other},
};
use app::{
    Page, SessionChange,
    pages::{
        logout::{Logout, SignedOut},
        message::MessageKind,
    },
};
use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use oidc::{
    end_session::{self, EndSession, EndSessionError},
    parameters::Parameters,
};

/// Parameters that a confirmation carries along.
const CARRIED: [&str; 4] = ["client_id", "id_token_hint", "post_logout_redirect_uri", "state"];

/// `GET /logout`.
pub async fn get(State(state): State<AppState>, RawQuery(query): RawQuery, page: PageRequest) -> Response {
    let Ok(parameters) = Parameters::parse(query.unwrap_or_default()) else {
        return message(&page, MessageKind::BadRequest);
    };
    match end_session::decide(&page.cx.act, &parameters, &page.cx.sessions).await {
        Ok(decided) if decided.needs_confirmation => ask(&page, &parameters, &decided).await,
        Ok(decided) => end(&state, &page, decided).await,
        Err(error) => refuse(&page, &error),
    }
}

/// `POST /logout`: an application's form, which comes without cookies and is asked to come back as a link; or the
/// person's answer on our own page.
pub async fn post(
    State(state): State<AppState>,
    headers: HeaderMap,
    page: PageRequest,
    body: String,
) -> Response {
    let Ok(parameters) = Parameters::parse(&body) else {
        return message(&page, MessageKind::BadRequest);
    };
    let decision = parameters
        .one("decision")
        .ok()
        .flatten()
        .filter(|_| is_same_origin(&headers, &page.realm.origin));
    match decision {
        Some("allow") => match end_session::decide(&page.cx.act, &parameters, &page.cx.sessions).await {
            Ok(decided) => end(&state, &page, decided).await,
            Err(error) => refuse(&page, &error),
        },
        Some(_) => see_other(&page.realm.path("/account")),
        None if is_query(&body) => see_other(&page.realm.path(&format!("/logout?{body}"))),
        None => message(&page, MessageKind::BadRequest),
    }
}

async fn ask(page: &PageRequest, parameters: &Parameters, decided: &EndSession) -> Response {
    let client = match &decided.client_id {
        Some(id) => page.realm.stores.clients.find(id).await,
        None => Ok(None),
    };
    let client = match client {
        Ok(client) => client,
        Err(error) => return crate::error::unavailable(&error),
    };
    let carried = CARRIED.iter().filter_map(|name| {
        let value = parameters.one(name).ok().flatten()?;
        Some(((*name).to_owned(), value.to_owned()))
    });
    page.show(Page::Logout(Logout {
        app: client.as_ref().map(Into::into),
        person: page.cx.sessions.first().map(Into::into),
        hidden: carried.collect(),
    }))
}

async fn end(state: &AppState, page: &PageRequest, decided: EndSession) -> Response {
    for person in page
        .cx
        .sessions
        .iter()
        .filter(|person| decided.sessions.contains(&person.session().id))
    {
        if let Err(error) = state
            .runtime
            .services
            .account
            .end_session(&page.cx.act, person, person.session().id)
            .await
        {
            return crate::error::unavailable(&error);
        }
    }
    if !decided.sessions.is_empty() {
        page.cx.changes.leave(SessionChange::SignedOut(decided.sessions));
    }
    match decided.return_to {
        Some(to) => see_other(&to),
        None => page.show(Page::SignedOut(SignedOut { back: None })),
    }
}

fn refuse(page: &PageRequest, error: &EndSessionError) -> Response {
    tracing::info!(
        error = error as &dyn std::error::Error,
        "a logout request was refused"
    );
    match error {
        EndSessionError::Store(error) => crate::error::unavailable(error),
        EndSessionError::Repeated
        | EndSessionError::StateTooLong
        | EndSessionError::ClientMismatch
        | EndSessionError::RedirectUriUnregistered => message(page, MessageKind::AppRefused),
    }
}
