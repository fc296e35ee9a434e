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
use tokio::{sync::Semaphore, time::timeout};

/// Pictures that are kept, of at most a few dozen kilobytes each.
const PICTURES: u64 = 256;
/// How long one is kept, here and by browsers.
const KEPT: Duration = Duration::from_secs(3_600);
/// How long nobody asks again where there was none.
const LEFT_ALONE: Duration = Duration::from_secs(300);
/// Pictures that are fetched at the same time.
const AT_ONCE: usize = 8;
/// How long one waits for its turn; whoever waited in vain is shown none this time.
const PATIENCE: Duration = Duration::from_secs(3);

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

/// Too many are fetched to look.
#[derive(Debug, PartialEq, Eq)]
struct Busy;

struct Ages;

impl Expiry<WebUri, Option<Bytes>> for Ages {
    fn expire_after_create(&self, _: &WebUri, kept: &Option<Bytes>, _: Instant) -> Option<Duration> {
        Some(if kept.is_some() { KEPT } else { LEFT_ALONE })
    }
}

impl ClientLogos {
    /// The picture at `uri` as a PNG, if there is one.
    async fn find(&self, uri: WebUri, http: &dyn HttpFetch) -> Result<Option<Bytes>, Busy> {
        let fetched = async {
            let turn = timeout(PATIENCE, self.turns.acquire()).await;
            let Ok(Ok(_turn)) = turn else {
                return Err(Busy);
            };
            match fetch(&uri, http).await {
                Err(Refused::Busy) => Err(Busy),
                found => Ok(found.ok()),
            }
        };
        self.kept
            .try_get_with(uri.clone(), fetched)
            .await
            .map_err(|_| Busy)
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
        Ok(Some(png)) => ([(header::CONTENT_TYPE, "image/png".to_owned()), age(KEPT)], png).into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, [age(LEFT_ALONE)]).into_response(),
        Err(Busy) => crate::error::try_later(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use domain::outbound::{FetchError, Fetched};

    /// Servers that never answer.
    struct Silent;

    #[async_trait]
    impl HttpFetch for Silent {
        async fn fetch(&self, _: &FetchRequest) -> Result<Fetched, FetchError> {
            std::future::pending().await
        }
    }

    #[tokio::test]
    async fn who_finds_no_turn_is_told_to_come_again_and_nothing_is_kept_of_it() {
        let logos = ClientLogos::default();
        let uri = |name: &str| -> WebUri { format!("https://{name}.example/logo").parse().unwrap() };
        let names: Vec<String> = (0..AT_ONCE).map(|at| format!("slow{at}")).collect();
        let slow = futures::future::join_all(names.iter().map(|name| logos.find(uri(name), &Silent)));
        tokio::select! {
            biased;
            _ = slow => panic!("they never answer"),
            found = logos.find(uri("app"), &Silent) => assert_eq!(found, Err(Busy)),
        }
        assert!(logos.kept.get(&uri("app")).await.is_none());
    }
}
