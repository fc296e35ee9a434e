//! The authorization endpoint, and the way back to it once a person has done what it waits for.

use crate::{
    extract::sent_form::SentForm,
    pages::{AppState, PageRequest, see_other},
};
use app::{
    Page, SessionChange,
    pages::{
        form_post::FormPost,
        leaving::{Leaving, Way},
        message::{Message, MessageKind},
    },
};
use axum::{
    extract::{Path, RawQuery, State, rejection::PathRejection},
    response::Response,
};
use domain::{
    federation::ProviderId,
    id::{InteractionId, LoginSessionId},
    interaction::{AccountPage, Continuation, Interaction},
    services::interactions::InteractionError,
    stores::Stored,
};
use oidc::{
    authorize::{self, AuthorizationResponse, Delivery, Held, Outcome, PageError, Step},
    discovery::path,
    parameters::Parameters,
};

/// `GET /authorize`.
pub async fn get(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    mut page: PageRequest,
) -> Response {
    let Ok(parameters) = Parameters::parse(query.unwrap_or_default()) else {
        return message(&page, MessageKind::BadRequest);
    };
    let outcome = authorize::start(
        &state.protocol,
        &page.cx.act,
        &parameters,
        &page.cx.sessions,
        page.cx.browser,
    )
    .await;
    if let Outcome::Interact(interaction, _) = &outcome {
        page.asked_to_speak(interaction.requirement.ui_locales.as_deref());
    }
    match outcome {
        Outcome::Interact(interaction, Step::SignIn) => sign_in(&page, &interaction),
        outcome => answer(&page, outcome),
    }
}

/// To the provider that the app names, if there is one of this name; it says there whether it may be used.
fn sign_in(page: &PageRequest, interaction: &Interaction) -> Response {
    let named = interaction.requirement.provider.as_ref();
    let known = |id: &&ProviderId| {
        page.cx
            .services
            .federated
            .provider(&page.cx.act, id.as_str())
            .is_some()
    };
    match named.filter(known) {
        Some(id) => {
            let interaction = interaction.id;
            see_other(&page.realm.path(&format!("/login/{id}?interaction={interaction}")))
        }
        None => wait(page, interaction, Step::SignIn),
    }
}

/// `POST /authorize`: the same, sent as a form. It comes from an application's page, so the browser left its
/// cookies at home; it is asked to come back with them.
pub async fn post(form: SentForm) -> Response {
    let query = form.query(&authorize::PARAMETERS);
    see_other(&form.page.realm.path(&format!("{}?{query}", path::AUTHORIZATION)))
}

/// `GET /resume/{interaction}`: the person did something; what now?
pub async fn resume(
    State(state): State<AppState>,
    id: Result<Path<String>, PathRejection>,
    page: PageRequest,
) -> Response {
    let Some(id) = id.ok().and_then(|Path(id)| id.parse::<InteractionId>().ok()) else {
        return message(&page, MessageKind::Expired);
    };
    let services = &state.runtime.services;
    let interaction = match services
        .interactions
        .load(&page.cx.act, id, page.cx.browser)
        .await
    {
        Ok(interaction) => interaction,
        Err(InteractionError::Unknown) => return message(&page, MessageKind::Expired),
        Err(InteractionError::Store(error)) => return crate::error::unavailable(&error),
    };
    match interaction.continuation.clone() {
        Continuation::Account(to) => to_account(&page, &interaction, to).await,
        Continuation::Device(_) => to_device(&page, &interaction),
        Continuation::Authorization(_) => {
            let outcome =
                authorize::resume(&state.protocol, &page.cx.act, interaction, &page.cx.sessions).await;
            answer(&page, outcome)
        }
    }
}

/// `GET /`: people have their account here.
pub async fn home(page: PageRequest) -> Response {
    see_other(&page.realm.path("/account"))
}

async fn to_account(page: &PageRequest, interaction: &Interaction, to: AccountPage) -> Response {
    let Some(session) = chosen(page, interaction) else {
        return wait(page, interaction, Step::SignIn);
    };
    page.cx.changes.leave(SessionChange::Activate(session));
    match owes_terms(page, session).await {
        Ok(false) => {}
        Ok(true) => return wait(page, interaction, Step::Terms),
        Err(error) => return crate::error::unavailable(&error),
    }
    match page.realm.ephemeral.interactions.take(interaction.id).await {
        Ok(_) => see_other(&page.realm.path(to.path())),
        Err(error) => crate::error::unavailable(&error),
    }
}

/// The device is decided about in the same interaction, which stays until then.
fn to_device(page: &PageRequest, interaction: &Interaction) -> Response {
    let Some(session) = chosen(page, interaction) else {
        return wait(page, interaction, Step::SignIn);
    };
    page.cx.changes.leave(SessionChange::Activate(session));
    let id = interaction.id;
    see_other(&page.realm.path(&format!("/device?interaction={id}")))
}

/// Whether somebody who signed in must agree to the terms of use before they go on.
async fn owes_terms(page: &PageRequest, session: LoginSessionId) -> Stored<bool> {
    let mut people = page.cx.sessions.iter();
    let Some(person) = people.find(|person| person.session().id == session) else {
        return Ok(false);
    };
    let owed = page.cx.services.terms.owed(&page.cx.act, person.user().id);
    Ok(owed.await?.is_some())
}

fn chosen(page: &PageRequest, interaction: &Interaction) -> Option<LoginSessionId> {
    interaction
        .session()
        .filter(|id| page.cx.sessions.iter().any(|person| person.session().id == *id))
}

fn answer(page: &PageRequest, outcome: Outcome) -> Response {
    match outcome {
        Outcome::Page(error) => refuse(page, &error),
        Outcome::Respond(response) => respond(page, response),
        Outcome::Hold(held) => hold(page, *held),
        Outcome::Interact(interaction, step) => wait(page, &interaction, step),
    }
}

fn wait(page: &PageRequest, interaction: &Interaction, step: Step) -> Response {
    let id = interaction.id;
    let path = match step {
        Step::SignIn => format!("/login?interaction={id}"),
        Step::SecondFactor => format!("/login/otp?interaction={id}"),
        Step::Enrol => format!("/second-factor?interaction={id}"),
        Step::SignUp => format!("/sign-up?interaction={id}"),
        Step::SelectAccount => format!("/login?interaction={id}&choose=1"),
        Step::Terms => format!("/terms?interaction={id}"),
        Step::Consent => format!("/consent?interaction={id}"),
    };
    see_other(&page.realm.path(&path))
}

fn respond(page: &PageRequest, response: AuthorizationResponse) -> Response {
    note(&response);
    match response.delivery {
        Delivery::Redirect(to) => see_other(&to),
        Delivery::FormPost { action, fields } => {
            let fields = owned(fields);
            page.show(Page::FormPost(FormPost { action, fields }))
        }
    }
}

/// The person decides whether to go to where the error leads.
fn hold(page: &PageRequest, held: Held) -> Response {
    note(&held.response);
    let way = match held.response.delivery {
        Delivery::Redirect(to) => Way::Link(to),
        Delivery::FormPost { action, fields } => Way::Form(FormPost {
            action,
            fields: owned(fields),
        }),
    };
    let host = held.host;
    page.show(Page::Leaving(Leaving { host, way }))
}

fn note(response: &AuthorizationResponse) {
    if let Some(error) = &response.error {
        tracing::info!(error = error as &dyn std::error::Error, code = %error.code(), "an authorization request was declined");
    }
}

fn owned(fields: Vec<(&'static str, String)>) -> Vec<(String, String)> {
    let owned = |(name, value): (&str, String)| (name.to_owned(), value);
    fields.into_iter().map(owned).collect()
}

fn refuse(page: &PageRequest, error: &PageError) -> Response {
    tracing::info!(
        error = error as &dyn std::error::Error,
        "an authorization request ended on a page"
    );
    match error {
        PageError::Store(error) => crate::error::unavailable(error),
        PageError::InteractionOver | PageError::RequestUri => message(page, MessageKind::Expired),
        PageError::ClientMissing
        | PageError::ClientUnknown
        | PageError::ClientDisabled
        | PageError::RedirectUriMissing
        | PageError::RedirectUriUnregistered
        | PageError::Repeated
        | PageError::RequestObject(_) => message(page, MessageKind::AppRefused),
    }
}

/// A page that says one thing.
pub fn message(page: &PageRequest, kind: MessageKind) -> Response {
    page.show(Page::Message(Message { kind }))
}
