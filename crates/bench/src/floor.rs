//! An HTTP server with nothing behind it.

use anyhow::Result;
use axum::{Router, routing::get};

/// Starts a server in this process that answers everything with `body`, and gives its address.
pub async fn start(body: String) -> Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new().route(
        "/",
        get(async move || ([("content-type", "application/json")], body.clone())),
    );
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(format!("http://{address}/"))
}
