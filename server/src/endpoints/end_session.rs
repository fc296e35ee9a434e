//! The end session endpoint (OpenID Connect RP-Initiated Logout 1.0): asks the person unless a good hint says who
//! asks and for whom.

use super::authorize::message;
use crate::{
    extract::sent_form::SentForm,
    layers::same_origin::is_same_origin,
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
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use domain::{client::Client, login_session::SignedInUser, stores::StoreError};
use oidc::{
    discovery::path,
    end_session::{self, EndSession, EndSessionError},
    frontchannel_logout::{self, LogoutFrame},
    parameters::Parameters,
};

/// Parameters that a confirmation carries along.
const CARRIED: [&str; 6] = [
    "client_id",
    "id_token_hint",
    "logout_hint",
    "post_logout_redirect_uri",
    "state",
    "ui_locales",
];
/// When the page goes on without script: seconds.
const FRAMES_HAVE: u64 = 4;

/// `GET /logout`.
pub async fn get(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    mut page: PageRequest,
) -> Response {
    let Ok(parameters) = Parameters::parse(query.unwrap_or_default()) else {
        return message(&page, MessageKind::BadRequest);
    };
    if let Ok(Some(ui_locales)) = parameters.one("ui_locales") {
        page.asked_to_speak(Some(ui_locales));
    }
    match end_session::decide(&page.cx.act, &parameters, &page.cx.sessions).await {
        Ok(decided) if decided.needs_confirmation => ask(&page, &parameters, &decided).await,
        Ok(decided) => end(&state, &page, decided).await,
        Err(error) => refuse(&page, &error),
    }
}

/// `POST /logout`: an application's form, which comes without cookies and is asked to come back as a link; or the
/// person's answer on our own page.
pub async fn post(State(state): State<AppState>, headers: HeaderMap, form: SentForm) -> Response {
    let SentForm { page, parameters, .. } = &form;
    let decision = parameters
        .one("decision")
        .ok()
        .flatten()
        .filter(|_| is_same_origin(&headers, &page.realm.origin));
    match decision {
        Some("allow") => match end_session::decide(&page.cx.act, parameters, &page.cx.sessions).await {
            Ok(decided) => end(&state, page, decided).await,
            Err(error) => refuse(page, &error),
        },
        Some(_) => see_other(&page.realm.path("/account")),
        None => {
            let query = form.query(&CARRIED);
            see_other(&page.realm.path(&format!("{}?{query}", path::END_SESSION)))
        }
    }
}

async fn ask(page: &PageRequest, parameters: &Parameters, decided: &EndSession) -> Response {
    let client = match client_of(page, decided).await {
        Ok(client) => client,
        Err(error) => return crate::error::unavailable(&error),
    };
    let carried = CARRIED.iter().filter_map(|name| {
        let value = parameters.one(name).ok().flatten()?;
        Some(((*name).to_owned(), value.to_owned()))
    });
    page.show(Page::Logout(Logout {
        app: client.as_ref().map(Into::into),
        person: meant(page, decided).next().map(Into::into),
        hidden: carried.collect(),
    }))
}

async fn client_of(page: &PageRequest, decided: &EndSession) -> Result<Option<Client>, StoreError> {
    match &decided.client_id {
        Some(id) => page.realm.stores.clients.find(id).await,
        None => Ok(None),
    }
}

/// The people of this browser whose sessions are to end.
fn meant<'a>(page: &'a PageRequest, decided: &'a EndSession) -> impl Iterator<Item = &'a SignedInUser> {
    let sessions = page.cx.sessions.iter();
    sessions.filter(|person| decided.sessions.contains(&person.session().id))
}

async fn end(state: &AppState, page: &PageRequest, decided: EndSession) -> Response {
    for person in meant(page, &decided) {
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
        let ended = SessionChange::SignedOut(decided.sessions.clone());
        page.cx.changes.leave(ended);
    }
    let frames = frontchannel_logout::frames(&page.realm, &decided.sessions).await;
    let frames = frames.unwrap_or_else(|error| {
        // The person is signed out here already and goes on in any case.
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "apps do not hear of a logout by frames");
        Vec::new()
    });
    match &decided.return_to {
        Some(to) if frames.is_empty() => see_other(to),
        Some(_) | None => signed_out(page, &decided, frames).await,
    }
}

/// The page at the end, with the frames that tell apps of it. It leads on whether they load or not.
async fn signed_out(page: &PageRequest, decided: &EndSession, frames: Vec<LogoutFrame>) -> Response {
    let client = client_of(page, decided).await.ok().flatten();
    let back = decided.return_to.clone().map(|to| {
        let name = client.map(|client| client.application.name.as_str().to_owned());
        (name.unwrap_or_default(), to)
    });
    let refresh = back.as_ref().map(|(_, to)| format!("{FRAMES_HAVE};url={to}"));
    let origins = frames.iter().map(|frame| frame.origin.clone()).collect();
    let shown = Page::SignedOut(SignedOut {
        back,
        frames: frames.into_iter().map(|frame| frame.url).collect(),
    });
    let mut response = page.respond_with_frames(StatusCode::OK, shown, &origins);
    if let Some(refresh) = refresh.and_then(|refresh| HeaderValue::try_from(refresh).ok()) {
        response.headers_mut().insert(header::REFRESH, refresh);
    }
    response
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
