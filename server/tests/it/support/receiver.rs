//! A client's server that is told when sessions end.

use axum::{Router, extract::State, http::StatusCode, routing::post};
use std::{collections::HashMap, time::Duration};
use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
};

/// How the server answers.
#[derive(Clone, Copy)]
pub enum Manner {
    With(StatusCode),
    Never,
}

/// A server on a loopback address; it is gone with its owner.
pub struct Receiver {
    port: u16,
    tokens: UnboundedReceiver<String>,
    serving: JoinHandle<()>,
}

impl Receiver {
    pub async fn start(manner: Manner) -> Self {
        Self::at(0, manner).await
    }

    pub async fn at(port: u16, manner: Manner) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, tokens) = unbounded_channel();
        let router = Router::new()
            .route("/backchannel", post(receive))
            .with_state((sender, manner));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            port,
            tokens,
            serving,
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn uri(&self) -> String {
        uri(self.port)
    }

    /// The next logout token; it must come soon.
    pub async fn token(&mut self) -> String {
        let next = tokio::time::timeout(Duration::from_secs(4), self.tokens.recv());
        next.await.expect("nobody was told").unwrap()
    }

    /// Frees the address.
    pub async fn stop(mut self) {
        self.serving.abort();
        (&mut self.serving).await.unwrap_err();
    }

    /// How many more tokens have come.
    pub fn more(&mut self) -> usize {
        std::iter::from_fn(|| self.tokens.try_recv().ok()).count()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

pub fn uri(port: u16) -> String {
    format!("http://127.0.0.1:{port}/backchannel")
}

async fn receive(
    State((sender, manner)): State<(UnboundedSender<String>, Manner)>,
    body: String,
) -> StatusCode {
    let form: HashMap<String, String> = serde_urlencoded::from_str(&body).unwrap();
    sender.send(form["logout_token"].clone()).ok();
    match manner {
        Manner::With(status) => status,
        Manner::Never => std::future::pending().await,
    }
}
