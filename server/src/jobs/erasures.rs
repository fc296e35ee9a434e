//! Erasing accounts whose time of grace has ended, and forgetting whom they belonged to. Both may be interrupted and done
//! again.

use crate::wiring::Runtime;
use domain::{
    job::{ClaimedJob, JobKind},
    realm::RealmName,
    realm_context::RealmContext,
    stores::{StoreError, Stores as _},
};
use std::{sync::Arc, time::Duration};

/// What this loop does.
pub(super) const KINDS: [JobKind; 2] = [JobKind::EraseAccount, JobKind::ForgetPerson];
/// The log of a whole realm is read for one person.
const LEASE: Duration = Duration::from_secs(3_600);

/// Does what is due, one at a time.
pub(super) async fn run(runtime: Arc<Runtime>) -> Result<(), StoreError> {
    let now = runtime.services.ports.clock.now();
    let all = runtime.stores.all_realms();
    for job in all.claim_jobs(&KINDS, now, now + LEASE, 1).await? {
        if let Err(error) = carry_out(&runtime, &job).await {
            super::postpone(&runtime, &job).await?;
            return Err(error);
        }
    }
    Ok(())
}

/// Does one of them.
pub(super) async fn carry_out(runtime: &Runtime, job: &ClaimedJob) -> Result<(), StoreError> {
    let leaving = &runtime.services.leaving;
    match job.kind {
        JobKind::EraseAccount => {
            let wanted = leaving.open_erasure(job);
            let found = of_realm(runtime, wanted.as_ref().and_then(|wanted| wanted.realm())).await?;
            if let (Some(realm), Some(wanted)) = (found, wanted) {
                leaving.erase(realm, &wanted).await?;
            }
        }
        JobKind::ForgetPerson => {
            let wanted = leaving.open_forgetting(job);
            let found = of_realm(runtime, wanted.as_ref().and_then(|wanted| wanted.realm())).await?;
            if let (Some(realm), Some(wanted)) = (found, wanted) {
                leaving.forget(&realm, &wanted).await?;
            }
        }
        JobKind::SendMail
        | JobKind::SendResetLink
        | JobKind::SendSignInCode
        | JobKind::SignUp
        | JobKind::BackchannelLogout => {}
    }
    runtime.stores.all_realms().complete_job(job, Vec::new()).await?;
    Ok(())
}

/// The realm, unless it is gone, and everybody with it.
async fn of_realm(
    runtime: &Runtime,
    name: Option<RealmName>,
) -> Result<Option<Arc<RealmContext>>, StoreError> {
    let Some(name) = name else {
        tracing::error!("an erasure cannot be opened with this master key");
        return Err(StoreError::unavailable("the job cannot be opened"));
    };
    runtime.realms.get(&name).await.map_err(StoreError::unavailable)
}
