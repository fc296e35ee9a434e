//! Background loops: following changes, mail and other jobs, the log's relay and sink, sweeps, batched events.

mod erasures;
mod logouts;
mod mails;
mod strays;
mod upstream_tokens;

use crate::wiring::Runtime;
use domain::{
    event::{Actor, Event, EventKind},
    id::EventId,
    job::ClaimedJob,
    login_session::RequestOrigin,
    stores::{Alongside, StoreError, Stores as _},
};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinSet};

const LEASE: Duration = Duration::from_secs(120);
const BATCH: u16 = 200;
/// Events that are given their places, and handed to a sink, at a time.
const EVENTS: u16 = 2000;
const GIVE_UP_AFTER: u32 = 12;
/// How long what the loops have in hand may take once they are asked to end.
const IN_HAND: Duration = Duration::from_secs(20);

/// One background loop.
pub struct Loop {
    /// Its name in logs, and of its lease where one node works for all.
    pub name: &'static str,
    period: Duration,
    /// How long a node that takes its turn keeps it; `None` where every node works for itself.
    lease: Option<Duration>,
    step: Step,
}

/// Turns true when the process is to end.
type Stopped = watch::Receiver<bool>;
type Step = fn(Arc<Runtime>, Stopped) -> futures::future::BoxFuture<'static, Result<(), StoreError>>;

/// Every loop of the product.
pub const LOOPS: [Loop; 8] = [
    Loop {
        name: "batched events",
        period: Duration::from_millis(500),
        lease: None,
        step: |runtime, _| Box::pin(async move { flush_events(&runtime).await }),
    },
    Loop {
        name: "changes",
        period: Duration::from_millis(300),
        lease: None,
        step: |runtime, _| Box::pin(follow_changes(runtime)),
    },
    Loop {
        name: "erasures",
        period: Duration::from_secs(1),
        lease: None,
        step: |runtime, _| Box::pin(erasures::run(runtime)),
    },
    Loop {
        name: "jobs",
        period: Duration::from_millis(500),
        lease: None,
        step: |runtime, _| Box::pin(mails::run(runtime)),
    },
    Loop {
        name: "logouts",
        period: Duration::from_millis(500),
        lease: None,
        step: |runtime, stopped| Box::pin(logouts::run(runtime, stopped)),
    },
    Loop {
        name: "relay",
        period: Duration::from_millis(500),
        lease: Some(Duration::from_secs(10)),
        step: |runtime, _| Box::pin(relay_events(runtime)),
    },
    Loop {
        name: "sweep",
        period: Duration::from_secs(60),
        lease: Some(Duration::from_secs(90)),
        step: |runtime, _| Box::pin(sweep(runtime)),
    },
    Loop {
        name: "upstream tokens",
        period: Duration::from_secs(10),
        lease: Some(Duration::from_secs(60)),
        step: |runtime, _| Box::pin(upstream_tokens::run(runtime)),
    },
];

impl Loop {
    /// Does the loop's work once, unless it is another node's turn. Tells whether it was done.
    pub async fn run_once(&self, runtime: &Arc<Runtime>) -> Result<bool, StoreError> {
        let (_never, stopped) = watch::channel(false);
        self.take_turn(runtime, stopped).await
    }

    async fn take_turn(&self, runtime: &Arc<Runtime>, stopped: Stopped) -> Result<bool, StoreError> {
        if let Some(lease) = self.lease {
            let now = runtime.services.ports.clock.now();
            let leases = runtime.stores.leases();
            if !leases.take(self.name, runtime.node, now, now + lease).await? {
                return Ok(false);
            }
        }
        (self.step)(runtime.clone(), stopped).await?;
        Ok(true)
    }
}

/// The running loops; they end when asked to, after what they have in hand.
pub struct Loops {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    runtime: Arc<Runtime>,
}

impl Loops {
    /// Starts every loop of the product.
    pub fn start(runtime: &Arc<Runtime>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for background in LOOPS {
            tasks.spawn(repeat(background, runtime.clone(), stopped.clone()));
        }
        Self {
            stop,
            tasks,
            runtime: runtime.clone(),
        }
    }

    /// Ends the loops, waits for what they have in hand, stores the events still queued and hands its turns on.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let in_hand = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(IN_HAND, in_hand).await.is_err() {
            tracing::warn!("background work is cut off; what was not done is done again later");
            self.tasks.shutdown().await;
        }
        if let Err(error) = flush_events(&self.runtime).await {
            tracing::error!(error = &error as &dyn std::error::Error, "queued events are lost");
        }
        if let Err(error) = self.runtime.stores.leases().release(self.runtime.node).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "leases run out by themselves"
            );
        }
    }
}

async fn repeat(background: Loop, runtime: Arc<Runtime>, mut stopped: watch::Receiver<bool>) {
    let Loop { name, period, .. } = background;
    let signal = runtime.stores.job_signal();
    while !*stopped.borrow() {
        if let Err(error) = background.take_turn(&runtime, stopped.clone()).await {
            tracing::warn!(
                r#loop = name,
                error = &error as &dyn std::error::Error,
                "a background step failed and is tried again"
            );
        }
        tokio::select! {
            () = tokio::time::sleep(period) => {}
            () = signal.notified(), if name == "jobs" => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn follow_changes(runtime: Arc<Runtime>) -> Result<(), StoreError> {
    let all = runtime.stores.all_realms();
    let mut seen = runtime.change_cursor.lock().await;
    loop {
        let changes = all.changes_after(*seen, BATCH).await?;
        runtime.realms.apply(&changes);
        match changes.last() {
            Some(last) => *seen = last.sequence,
            None => return Ok(()),
        }
    }
}

/// The work is tried again, later each time. False if the lease was lost.
async fn postpone(runtime: &Runtime, job: &ClaimedJob) -> Result<bool, StoreError> {
    let pause = Duration::from_secs(1 << job.attempt.min(12));
    let at = runtime.services.ports.clock.now() + pause;
    runtime.stores.all_realms().retry_job(job, at).await
}

fn event(runtime: &Runtime, job: &ClaimedJob, kind: EventKind) -> Event {
    let ports = &runtime.services.ports;
    let at = ports.clock.now();
    Event {
        id: EventId::generate(at, &*ports.random),
        version: Event::VERSION,
        at,
        realm: job.realm,
        actor: Actor::System,
        origin: RequestOrigin::default(),
        kind,
    }
}

/// Gives events their order, then hands them to the log, each in its own transaction: a sink that fails holds
/// up nobody but itself.
async fn relay_events(runtime: Arc<Runtime>) -> Result<(), StoreError> {
    const LOG: &str = "log";
    let all = runtime.stores.all_realms();
    while all.sequence_events(EVENTS).await? == u64::from(EVENTS) {}
    // Where nobody reads the log, nothing is read for it either.
    if !tracing::enabled!(target: "signet::event", tracing::Level::INFO) {
        return all.pass_events(LOG).await;
    }
    loop {
        let events = all.events_for(LOG, EVENTS).await?;
        for (sequence, event) in &events {
            let text = serde_json::to_string(event).unwrap_or_default();
            tracing::info!(target: "signet::event", sequence, event = text);
        }
        match events.last() {
            Some((sequence, _)) => all.advance_sink(LOG, *sequence).await?,
            None => return Ok(()),
        }
    }
}

async fn flush_events(runtime: &Runtime) -> Result<(), StoreError> {
    let store = |realm, events| async move {
        let with = Alongside {
            events,
            ..Alongside::default()
        };
        runtime.stores.in_realm(realm).events.record(with).await
    };
    runtime.event_queue.flush(store).await
}

/// Ends, before anybody is answered, what rests on providers that were taken out of the configuration while the process was
/// down: whoever checks a token by itself finds no other way to it. What takes longer than `patience` is left to the sweep.
pub async fn end_strays(runtime: &Arc<Runtime>, patience: Duration) {
    match tokio::time::timeout(patience, strays::end(runtime)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "sessions whose providers are gone end with the next sweep");
        }
        Err(_) => tracing::warn!("there are many sessions whose providers are gone; the sweep ends the rest"),
    }
}

async fn sweep(runtime: Arc<Runtime>) -> Result<(), StoreError> {
    let now = runtime.services.ports.clock.now();
    runtime.realms.sweep(now);
    while runtime.stores.all_realms().sweep(now, BATCH).await? > 0 {}
    strays::end(&runtime).await
}
