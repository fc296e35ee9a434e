//! What an app names as its picture (`logo_uri`, RFC 7591 §2), fetched by this server and drawn anew: no browser asks the
//! app's server for it, which would learn from that who is about to sign in.

use super::picture::drawn;
use crate::{pages::InRealm, picture, wiring::Runtime};
use app::pages::account::profile::picture::Refused;
use axum::{
    body::Bytes,
    extract::{Extension, Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    outbound::{FetchRequest, HttpFetch},
    web_uri::WebUri,
};
use moka::{Expiry, future::Cache};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// Pictures that are kept, of at most a few dozen kilobytes each.
const PICTURES: u64 = 256;
/// How long one is kept, here and by browsers.
const KEPT: Duration = Duration::from_secs(3_600);
/// How long nobody asks again where there was none.
const LEFT_ALONE: Duration = Duration::from_secs(300);
/// Pictures that are fetched at the same time; whoever comes then is shown none.
const AT_ONCE: usize = 8;

/// Pictures of apps, in the memory of one process.
pub struct ClientLogos {
    kept: Cache<WebUri, Option<Bytes>>,
    turns: Semaphore,
}

impl Default for ClientLogos {
    fn default() -> Self {
        Self {
            kept: Cache::builder().max_capacity(PICTURES).expire_after(Ages).build(),
            turns: Semaphore::new(AT_ONCE),
        }
    }
}

struct Ages;

impl Expiry<WebUri, Option<Bytes>> for Ages {
    fn expire_after_create(&self, _: &WebUri, kept: &Option<Bytes>, _: Instant) -> Option<Duration> {
        Some(if kept.is_some() { KEPT } else { LEFT_ALONE })
    }
}

impl ClientLogos {
    /// The picture at `uri` as a PNG. `None` where there is none, or too many are fetched to look.
    async fn find(&self, uri: WebUri, http: &dyn HttpFetch) -> Option<Bytes> {
        let fetched = async {
            let _turn = self.turns.try_acquire().map_err(|_| Refused::Busy)?;
            match fetch(&uri, http).await {
                Err(Refused::Busy) => Err(Refused::Busy),
                found => Ok(found.ok()),
            }
        };
        self.kept.try_get_with(uri.clone(), fetched).await.ok().flatten()
    }
}

async fn fetch(uri: &WebUri, http: &dyn HttpFetch) -> Result<Bytes, Refused> {
    let url = uri.url().ok_or(Refused::Missing)?;
    let answer = http.fetch(&FetchRequest::get(url, "image/*")).await;
    let answer = answer.and_then(|answer| answer.ok()).map_err(|error| {
        tracing::debug!(
            error = &error as &dyn std::error::Error,
            "an app's picture cannot be fetched"
        );
        Refused::Missing
    })?;
    drawn(answer.body, picture::small).await.map(Bytes::from)
}

/// `GET /logos/of/{client_id}`.
pub async fn get(
    State(runtime): State<Arc<Runtime>>,
    Extension(realm): InRealm,
    Path(client): Path<String>,
) -> Response {
    let client = match client.parse() {
        Ok(id) => realm.stores.clients.find(&id).await,
        Err(_) => Ok(None),
    };
    let uri = match client {
        Ok(client) => client.and_then(|client| client.oidc().metadata.logo_uri.clone()),
        Err(error) => return crate::error::unavailable(&error),
    };
    let Some(uri) = uri else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let age = |age: Duration| {
        (
            header::CACHE_CONTROL,
            format!("public, max-age={}", age.as_secs()),
        )
    };
    match runtime
        .client_logos
        .find(uri, &*runtime.services.ports.http)
        .await
    {
        Some(png) => ([(header::CONTENT_TYPE, "image/png".to_owned()), age(KEPT)], png).into_response(),
        None => (StatusCode::NOT_FOUND, [age(LEFT_ALONE)]).into_response(),
    }
}
