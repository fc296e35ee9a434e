//! Telling clients that sessions ended (OpenID Connect Back-Channel Logout 1.0 §2.5): many at a time and apart from
//! other work, so that a slow client holds up neither the others nor mail.

use super::{GIVE_UP_AFTER, LEASE, Stopped, event, postpone};
use crate::wiring::Runtime;
use domain::{
    client::ClientId,
    clock::Timestamp,
    event::EventKind,
    id::RealmId,
    job::{ClaimedJob, JobKind},
    services::logouts::Logout,
    stores::{StoreError, Stores as _},
};
use futures::{StreamExt as _, stream::FuturesUnordered};
use oidc::{
    Protocol,
    backchannel_logout::{self, LogoutError, Told},
};
use std::{collections::HashMap, sync::Arc, time::Duration};

/// Clients that are told at the same time.
const AT_ONCE: usize = 32;
/// How soon new work is looked for while some is going on.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// How long a client that did not answer is left alone, so that what waits for it cannot take every place.
const LEFT_ALONE: Duration = Duration::from_secs(10);

/// A client of a realm.
type Whom = (RealmId, ClientId);

/// Tells whoever is to be told, until there is nobody left or the process is to end.
pub(super) async fn run(runtime: Arc<Runtime>, stopped: Stopped) -> Result<(), StoreError> {
    let mut running = FuturesUnordered::new();
    let mut silent: HashMap<Whom, Timestamp> = HashMap::new();
    let mut failure = None;
    loop {
        let places = AT_ONCE.saturating_sub(running.len());
        let mut jobs = Vec::new();
        if !*stopped.borrow() && failure.is_none() {
            match claim(&runtime, places).await {
                Ok(claimed) => jobs = claimed,
                Err(error) => failure = Some(error),
            }
        }
        if jobs.is_empty() && running.is_empty() {
            return failure.map_or(Ok(()), Err);
        }
        let now = runtime.services.ports.clock.now();
        silent.retain(|_, until| now < *until);
        for job in jobs {
            let whom = whom(&runtime, &job);
            let alone = whom.is_some_and(|whom| silent.contains_key(&whom));
            running.push(attend(runtime.clone(), job, alone));
        }
        tokio::select! {
            Some(unanswered) = running.next() => {
                let until = runtime.services.ports.clock.now() + LEFT_ALONE;
                silent.extend(unanswered.map(|whom| (whom, until)));
            }
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
}

async fn claim(runtime: &Runtime, places: usize) -> Result<Vec<ClaimedJob>, StoreError> {
    let Ok(places @ 1..) = u16::try_from(places) else {
        return Ok(Vec::new());
    };
    let now = runtime.services.ports.clock.now();
    let all = runtime.stores.all_realms();
    all.claim_jobs(&[JobKind::BackchannelLogout], now, now + LEASE, places)
        .await
}

fn whom(runtime: &Runtime, job: &ClaimedJob) -> Option<Whom> {
    let logout = runtime.services.ports.open_logout(job)?;
    Some((job.realm, logout.client))
}

/// Does one job, or leaves it for later. Gives the client that did not answer.
async fn attend(runtime: Arc<Runtime>, job: ClaimedJob, later: bool) -> Option<Whom> {
    let done = match later && job.attempt < GIVE_UP_AFTER {
        true => postpone(&runtime, &job).await.map(|_| None),
        false => tell(&runtime, &job).await,
    };
    done.unwrap_or_else(|error| {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(job = %job.id, error, "a client is told again that a session ended");
        None
    })
}

/// Does one job. Gives the client that did not answer.
pub(super) async fn tell(runtime: &Runtime, job: &ClaimedJob) -> Result<Option<Whom>, StoreError> {
    let Some(logout) = runtime.services.ports.open_logout(job) else {
        tracing::error!(job = %job.id, "a job cannot be opened with this master key and is given up");
        return done(runtime, job, None).await;
    };
    let (client, session) = (logout.client.clone(), logout.session);
    match attempt(runtime, &logout).await {
        Ok(Told::Told) => {
            let sent = EventKind::BackchannelLogoutSent { client, session };
            done(runtime, job, Some(sent)).await
        }
        Ok(Told::NobodyToTell) => done(runtime, job, None).await,
        Err(error) => failed(runtime, job, logout, error).await,
    }
}

async fn done(
    runtime: &Runtime,
    job: &ClaimedJob,
    what: Option<EventKind>,
) -> Result<Option<Whom>, StoreError> {
    let events = what.into_iter().map(|kind| event(runtime, job, kind)).collect();
    runtime.stores.all_realms().complete_job(job, events).await?;
    Ok(None)
}

async fn failed(
    runtime: &Runtime,
    job: &ClaimedJob,
    logout: Logout,
    error: LogoutError,
) -> Result<Option<Whom>, StoreError> {
    let (client, session) = (logout.client, logout.session);
    tracing::warn!(
        job = %job.id,
        %client,
        attempt = job.attempt,
        error = &error as &dyn std::error::Error,
        "a client could not be told that a session ended"
    );
    if job.attempt < GIVE_UP_AFTER {
        postpone(runtime, job).await?;
    } else {
        let client = client.clone();
        let given_up = EventKind::BackchannelLogoutGivenUp { client, session };
        done(runtime, job, Some(given_up)).await?;
    }
    Ok(match error {
        LogoutError::Unreachable(_) => Some((job.realm, client)),
        LogoutError::Declined(_) | LogoutError::Signing(_) | LogoutError::Store(_) => None,
    })
}

/// Tells the client, if its realm is still there.
async fn attempt(runtime: &Runtime, logout: &Logout) -> Result<Told, LogoutError> {
    let Some(name) = logout.realm() else {
        return Ok(Told::NobodyToTell);
    };
    let found = runtime.realms.get(&name).await.map_err(StoreError::unavailable)?;
    let Some(realm) = found else {
        return Ok(Told::NobodyToTell);
    };
    let protocol = Protocol::new(runtime.services.ports.clone());
    backchannel_logout::tell(&protocol, &realm, logout).await
}

#[cfg(test)]
mod tests {
    use super::super::{erasures, mails};
    use super::*;

    #[test]
    fn every_kind_of_job_has_a_loop() {
        for kind in JobKind::ALL {
            let loops = [
                mails::KINDS.contains(&kind),
                erasures::KINDS.contains(&kind),
                kind == JobKind::BackchannelLogout,
            ];
            assert_eq!(loops.iter().filter(|has| **has).count(), 1, "{kind:?}");
        }
    }
}
