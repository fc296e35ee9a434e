//! Background loops: following changes, mail and other jobs, the log's relay and sink, sweeps, batched events.

use crate::wiring::Runtime;
use domain::{
    event::{Actor, Event, EventKind},
    id::EventId,
    job::{ClaimedJob, JobKind},
    login_session::RequestOrigin,
    outbound::MailError,
    stores::{StoreError, Stores as _},
};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinSet};

const LEASE: Duration = Duration::from_secs(120);
const BATCH: u16 = 200;
const GIVE_UP_AFTER: u32 = 12;

/// The running loops; they end when asked to, after what they have in hand.
pub struct Loops {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Loops {
    /// Starts every loop of the product.
    pub fn start(runtime: &Arc<Runtime>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let mut every = |name: &'static str, period: Duration, step: Step| {
            tasks.spawn(repeat(name, runtime.clone(), period, step, stopped.clone()));
        };
        every("changes", Duration::from_millis(300), |runtime| {
            Box::pin(follow_changes(runtime))
        });
        every("jobs", Duration::from_millis(500), |runtime| {
            Box::pin(run_jobs(runtime))
        });
        every("relay", Duration::from_millis(500), |runtime| {
            Box::pin(relay_events(runtime))
        });
        every("sweep", Duration::from_secs(60), |runtime| {
            Box::pin(sweep(runtime))
        });
        Self { stop, tasks }
    }

    /// Ends the loops and waits for what they have in hand.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

type Step = fn(Arc<Runtime>) -> futures::future::BoxFuture<'static, Result<(), StoreError>>;

async fn repeat(
    name: &'static str,
    runtime: Arc<Runtime>,
    period: Duration,
    step: Step,
    mut stopped: watch::Receiver<bool>,
) {
    let signal = runtime.stores.job_signal();
    while !*stopped.borrow() {
        if let Err(error) = step(runtime.clone()).await {
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

async fn run_jobs(runtime: Arc<Runtime>) -> Result<(), StoreError> {
    let all = runtime.stores.all_realms();
    loop {
        let now = runtime.services.ports.clock.now();
        let jobs = all.claim_jobs(now, now + LEASE, 20).await?;
        if jobs.is_empty() {
            return Ok(());
        }
        let running = jobs.iter().map(|job| match job.kind {
            JobKind::SendMail => send_mail(&runtime, job),
        });
        for result in futures::future::join_all(running).await {
            result?;
        }
    }
}

async fn send_mail(runtime: &Runtime, job: &ClaimedJob) -> Result<(), StoreError> {
    let all = runtime.stores.all_realms();
    let Some(mail) = runtime.services.ports.open_mail(job) else {
        tracing::error!(job = %job.id, "a mail cannot be opened with this master key and is given up");
        all.complete_job(job, vec![event(runtime, job, EventKind::MailGivenUp)])
            .await?;
        return Ok(());
    };
    match runtime.mailer.send(&mail).await {
        Ok(()) => {
            all.complete_job(job, vec![event(runtime, job, EventKind::MailSent)])
                .await?
        }
        Err(MailError::Later(cause)) if job.attempt < GIVE_UP_AFTER => {
            tracing::warn!(job = %job.id, attempt = job.attempt, error = &*cause as &dyn std::error::Error, "a mail waits");
            let pause = Duration::from_secs(1 << job.attempt.min(12));
            all.retry_job(job, runtime.services.ports.clock.now() + pause)
                .await?
        }
        Err(MailError::Later(cause) | MailError::Never(cause)) => {
            tracing::error!(job = %job.id, error = &*cause as &dyn std::error::Error, "a mail is given up");
            all.complete_job(job, vec![event(runtime, job, EventKind::MailGivenUp)])
                .await?
        }
    };
    Ok(())
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
    while all.sequence_events(BATCH).await? == u64::from(BATCH) {}
    loop {
        let events = all.events_for(LOG, BATCH).await?;
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

async fn sweep(runtime: Arc<Runtime>) -> Result<(), StoreError> {
    let now = runtime.services.ports.clock.now();
    runtime.realms.sweep(now);
    while runtime.stores.all_realms().sweep(now, BATCH).await? > 0 {}
    Ok(())
}
