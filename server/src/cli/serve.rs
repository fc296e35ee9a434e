//! `signet serve`: listens until told to stop, then drains.

use super::Session;
use crate::{
    demo::{self, Demo},
    jobs::Loops,
    wiring::{Adapters, Runtime},
};
use anyhow::Context as _;
use clap::Args;
use domain::{event::Actor, realm::RealmName};
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::json;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

/// How long requests in hand may take once the process was told to stop.
const DRAIN: Duration = Duration::from_secs(30);

#[derive(Args)]
pub(super) struct Serve {
    /// Make a demo person and demo clients.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub(super) async fn run(self, session: &Session) -> anyhow::Result<()> {
        let config = &session.config;
        if let Some(address) = config.metrics_listen {
            PrometheusBuilder::new()
                .with_http_listener(address)
                .install()
                .with_context(|| format!("SIGNET_METRICS_LISTEN: {address} cannot be used"))?;
        }
        let listener = TcpListener::bind(config.listen)
            .await
            .with_context(|| format!("SIGNET_LISTEN: {} cannot be bound", config.listen))?;
        let runtime = Runtime::start(config, Adapters::default()).await?;
        let root = runtime.realm(&RealmName::Root).await?;
        let act = Runtime::act(root, Actor::System);
        if let Some((email, password)) = &config.administrator {
            runtime
                .services
                .users
                .ensure_administrator(&act, email, password.expose())
                .await
                .context("SIGNET_ADMIN_EMAIL")?;
        }
        let demo = if self.demo {
            Some(demo::prepare(&runtime, &config.data_dir).await?)
        } else {
            None
        };
        let setup = runtime.services.users.setup_token(&act).await?;
        let setup_url = setup.map(|token| act.realm.issuer.url(&format!("/setup?token={}", token.expose())));
        let loops = Loops::start(&runtime);
        announce(session, demo.as_ref(), setup_url.as_deref())?;
        let app = crate::router(runtime).into_make_service_with_connect_info::<SocketAddr>();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let serving = tokio::spawn(async move {
            axum::serve(listener, app)
                .with_graceful_shutdown(async { stopped.await.unwrap_or(()) })
                .await
        });
        until_told_to_stop().await?;
        tracing::info!("draining");
        stop.send(()).ok();
        if tokio::time::timeout(DRAIN, serving).await.is_err() {
            tracing::warn!("requests were still in hand when the time to drain was over");
        }
        loops.stop().await;
        Ok(())
    }
}

fn announce(session: &Session, demo: Option<&Demo>, setup_url: Option<&str>) -> anyhow::Result<()> {
    let issuer = session.config.issuer.as_str();
    let mut text = format!("Signet is ready.\n\n  issuer      {issuer}\n");
    if let Some(demo) = demo {
        text.push_str(&format!(
            "  sign in as  {}\n  password    {}\n",
            demo.email, demo.password
        ));
    }
    if let Some(url) = setup_url {
        text.push_str(&format!("  set up      {url}\n"));
    }
    text.push_str(&format!("  try it      {issuer}/playground\n"));
    session.print(
        &json!({"issuer": issuer, "setup_url": setup_url, "demo": demo}),
        &text,
    )
}

async fn until_told_to_stop() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => {}
        result = tokio::signal::ctrl_c() => result?,
    }
    Ok(())
}
