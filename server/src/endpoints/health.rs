//! Whether the process lives, and whether its stores answer. At the root only.

use crate::{drain::Leaving, pages::WithRuntime};
use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    federation::{Condition, Upstream},
    stores::{Stored, Stores as _},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// How long a store may take to answer before it counts as down.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /healthz`: the process lives.
pub async fn alive() -> Response {
    Json(json!({"status": "ok"})).into_response()
}

/// `GET /readyz`: every store it cannot do without answers, and the process is not about to end. It is `degraded` while
/// a provider that others sign in through is left alone.
pub async fn ready(State(runtime): WithRuntime, leaving: Option<Extension<Leaving>>) -> Response {
    if leaving.is_some() {
        return not_ready(Json(json!({"status": "draining"})));
    }
    let all_realms = runtime.stores.all_realms();
    let (database, ephemeral) = tokio::join!(answers(all_realms.ping()), answers(runtime.ephemeral.ping()));
    let word = |answers: bool| if answers { "ok" } else { "down" };
    let ready = database && ephemeral;
    let mut body = json!({
        "status": word(ready),
        "database": word(database),
        "ephemeral": word(ephemeral),
    });
    if !ready {
        return not_ready(Json(body));
    }
    // People have other ways in, so a provider that is down makes nobody unready.
    let upstreams = &runtime.services.ports.upstreams;
    if upstreams.all().iter().any(is_left_alone)
        && let Some(members) = body.as_object_mut()
    {
        members.insert("status".to_owned(), json!("degraded"));
        members.insert("providers".to_owned(), json!("degraded"));
    }
    Json(body).into_response()
}

fn is_left_alone(upstream: &Arc<dyn Upstream>) -> bool {
    match upstream.condition() {
        Condition::Closed => false,
        Condition::Open | Condition::HalfOpen => true,
    }
}

fn not_ready(body: Json<Value>) -> Response {
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, body).into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

async fn answers(ping: impl Future<Output = Stored<()>>) -> bool {
    matches!(tokio::time::timeout(PATIENCE, ping).await, Ok(Ok(())))
}
