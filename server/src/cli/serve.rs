//! `signet serve`: listens until told to stop, then drains.

use super::Session;
use crate::{
    demo::{self, Demo},
    drain::{Door, Drain, Stage},
    jobs::{Loops, end_strays},
    wiring::{Adapters, Runtime},
};
use anyhow::Context as _;
use axum::Router;
use clap::Args;
use domain::{event::Actor, realm::RealmName};
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
    time::timeout,
};

/// How long a balancer that asks for readiness has to hear that it is over.
const UNREADY: Duration = Duration::from_secs(5);
/// How long requests in hand may take once the process was told to stop.
const DRAIN: Duration = Duration::from_secs(30);
/// How long the start may be held up by sessions whose providers are gone.
const STRAYS: Duration = Duration::from_secs(10);
/// How long closing the database may take.
const CLOSE: Duration = Duration::from_secs(10);

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
        let socket = Door::reserve(config.listen)
            .with_context(|| format!("SIGNET_LISTEN: {} cannot be bound", config.listen))?;
        let runtime = Runtime::start(config, Adapters::default()).await?;
        end_strays(&runtime, STRAYS).await;
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
        let drain = Drain::new();
        let door = Door::open(socket, &drain)
            .with_context(|| format!("SIGNET_LISTEN: {} cannot be listened on", config.listen))?;
        let signals = Signals::listen()?;
        let loops = Loops::start(&runtime);
        announce(session, demo.as_ref(), setup_url.as_deref())?;
        let stores = runtime.stores.clone();
        serve_until_told(drain, door, crate::router(runtime), signals).await;
        loops.stop().await;
        match timeout(CLOSE, stores.close()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "the database was not there to be closed");
            }
            Err(_) => tracing::warn!("somebody still works with the database; it is not closed in order"),
        }
        Ok(())
    }
}

/// Serves until a signal comes, and from then on what is under way. A second signal ends the process at once.
async fn serve_until_told(drain: Arc<Drain>, door: Door, app: Router, mut signals: Signals) {
    let (hang_up, hung_up) = oneshot::channel();
    let told = async { hung_up.await.unwrap_or(()) };
    let serving = tokio::spawn(drain.clone().serve(door, app, told));
    signals.next().await;
    tokio::spawn(async move {
        signals.next().await;
        tracing::warn!("told to stop again: what is under way is cut off");
        std::process::exit(1);
    });
    tracing::info!("draining");
    drain.enter(Stage::Unready);
    if drain.is_balanced() {
        tokio::time::sleep(UNREADY).await;
    }
    drain.enter(Stage::Closed);
    drain.linger().await;
    hang_up.send(()).ok();
    let ended = async {
        serving.await.ok();
        drain.finished().await;
    };
    if timeout(DRAIN, ended).await.is_err() {
        tracing::warn!("requests were still in hand when the time to drain was over");
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

/// What asks the process to end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
