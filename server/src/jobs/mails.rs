//! Mails, and what leads to one: whoever asked for it was not told whether there is somebody to be mailed.

use super::{GIVE_UP_AFTER, LEASE, erasures, event, logouts, postpone};
use crate::wiring::Runtime;
use domain::{
    event::EventKind,
    job::{ClaimedJob, JobKind},
    outbound::MailError,
    realm::RealmName,
    realm_context::RealmContext,
    stores::{StoreError, Stores as _},
};
use std::sync::Arc;

/// What this loop does; every other kind has a loop of its own.
pub(super) const KINDS: [JobKind; 4] = [
    JobKind::SendMail,
    JobKind::SendResetLink,
    JobKind::SendSignInCode,
    JobKind::SignUp,
];

/// Does what is due, a batch a turn: a long queue must not keep the process from ending.
pub(super) async fn run(runtime: Arc<Runtime>) -> Result<(), StoreError> {
    let all = runtime.stores.all_realms();
    let now = runtime.services.ports.clock.now();
    let jobs = all.claim_jobs(&KINDS, now, now + LEASE, 20).await?;
    if jobs.is_empty() {
        return Ok(());
    }
    let running = jobs.iter().map(|job| carry_out(&runtime, job));
    for result in futures::future::join_all(running).await {
        result?;
    }
    runtime.stores.job_signal().notify_one();
    Ok(())
}

async fn carry_out(runtime: &Runtime, job: &ClaimedJob) -> Result<(), StoreError> {
    let services = &runtime.services;
    let (recovery, sign_in) = (&services.recovery, &services.sign_in);
    let registration = &services.registration;
    match job.kind {
        JobKind::SendMail => send(runtime, job).await,
        JobKind::SendResetLink => {
            let wanted = in_realm(recovery.open(job), |wanted| wanted.realm());
            take_up(runtime, job, wanted, |realm, wanted| {
                recovery.send_link(realm, wanted)
            })
            .await
        }
        JobKind::SendSignInCode => {
            let wanted = in_realm(sign_in.open(job), |wanted| wanted.realm());
            take_up(runtime, job, wanted, |realm, wanted| {
                sign_in.send_code(realm, wanted)
            })
            .await
        }
        JobKind::SignUp => {
            let wanted = in_realm(registration.open(job), |wanted| wanted.realm());
            take_up(runtime, job, wanted, |realm, wanted| {
                registration.take_up(realm, wanted)
            })
            .await
        }
        JobKind::BackchannelLogout => logouts::tell(runtime, job).await.map(|_| ()),
        JobKind::EraseAccount | JobKind::ForgetPerson => erasures::carry_out(runtime, job).await,
    }
}

/// What was wanted with the realm it was wanted in.
fn in_realm<Wanted>(
    wanted: Option<Wanted>,
    realm: impl Fn(&Wanted) -> Option<RealmName>,
) -> Option<(RealmName, Wanted)> {
    wanted.and_then(|wanted| Some((realm(&wanted)?, wanted)))
}

/// Does what was wanted. It is done also when the realm is gone or there is nobody to send anything to; the mail itself is
/// a job of its own.
async fn take_up<Wanted, Done>(
    runtime: &Runtime,
    job: &ClaimedJob,
    wanted: Option<(RealmName, Wanted)>,
    act: impl FnOnce(Arc<RealmContext>, Wanted) -> Done,
) -> Result<(), StoreError>
where
    Done: Future<Output = Result<(), StoreError>>,
{
    match wanted {
        Some((name, wanted)) => {
            let realm = runtime.realms.get(&name).await;
            if let Some(realm) = realm.map_err(StoreError::unavailable)? {
                act(realm, wanted).await?;
            }
        }
        None => tracing::error!(job = %job.id, "a job cannot be opened with this master key and is given up"),
    }
    runtime.stores.all_realms().complete_job(job, Vec::new()).await?;
    Ok(())
}

async fn send(runtime: &Runtime, job: &ClaimedJob) -> Result<(), StoreError> {
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
            postpone(runtime, job).await?
        }
        Err(MailError::Later(cause) | MailError::Never(cause)) => {
            tracing::error!(job = %job.id, error = &*cause as &dyn std::error::Error, "a mail is given up");
            all.complete_job(job, vec![event(runtime, job, EventKind::MailGivenUp)])
                .await?
        }
    };
    Ok(())
}
