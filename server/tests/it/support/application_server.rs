//! The server of an application on this machine: what it publishes, and how often it is asked.

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use domain::outbound::{FetchError, FetchRequest, Fetched, HttpFetch};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

#[derive(Default)]
struct Published {
    documents: HashMap<String, Vec<u8>>,
    requests: HashMap<String, usize>,
}

pub struct ApplicationServer {
    pub port: u16,
    published: Arc<Mutex<Published>>,
}

impl ApplicationServer {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let published = Arc::<Mutex<Published>>::default();
        let router = Router::new().fallback(answer).with_state(published.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { port, published }
    }

    /// From now on `path` is this document.
    pub fn serve(&self, path: &str, document: impl Into<Vec<u8>>) {
        let mut published = self.published.lock().unwrap();
        published.documents.insert(path.to_owned(), document.into());
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// How often `path` was asked for.
    pub fn requests(&self, path: &str) -> usize {
        let published = self.published.lock().unwrap();
        published.requests.get(path).copied().unwrap_or_default()
    }
}

/// Finds an application server behind `https://` and a name, as if something before it had the name's certificate.
/// Everybody else is asked as before.
pub struct ByName {
    pub name: &'static str,
    pub port: u16,
    pub others: Arc<dyn HttpFetch>,
}

#[async_trait::async_trait]
impl HttpFetch for ByName {
    async fn fetch(&self, request: &FetchRequest) -> Result<Fetched, FetchError> {
        let mut request = request.clone();
        if request.url.scheme() == "https" && request.url.host_str() == Some(self.name) {
            request.url.set_scheme("http").unwrap();
            request.url.set_host(Some("127.0.0.1")).unwrap();
            request.url.set_port(Some(self.port)).unwrap();
        }
        self.others.fetch(&request).await
    }
}

async fn answer(State(published): State<Arc<Mutex<Published>>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let mut published = published.lock().unwrap();
    *published.requests.entry(path.clone()).or_default() += 1;
    match published.documents.get(&path) {
        Some(document) => document.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
