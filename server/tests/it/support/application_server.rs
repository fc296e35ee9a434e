//! The server of an application on this machine: what it publishes, and how often it is asked.

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

#[derive(Default)]
struct Published {
    documents: HashMap<String, String>,
    requests: HashMap<String, usize>,
}

pub struct ApplicationServer {
    port: u16,
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
    pub fn serve(&self, path: &str, document: String) {
        let mut published = self.published.lock().unwrap();
        published.documents.insert(path.to_owned(), document);
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

async fn answer(State(published): State<Arc<Mutex<Published>>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let mut published = published.lock().unwrap();
    *published.requests.entry(path.clone()).or_default() += 1;
    match published.documents.get(&path) {
        Some(document) => document.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
