//! `signet backup` and `signet restore`: a SQLite database as one file, and back.

use super::Session;
use crate::{
    config::MasterKeySource,
    outbound::{
        master_key::MasterKey,
        system::{SystemClock, SystemRandomness},
    },
    wiring::{Adapters, Runtime},
};
use anyhow::Context as _;
use clap::Args;
use domain::{
    clock::{Clock as _, Timestamp},
    event::{Actor, EventKind},
    outbound::Sealer as _,
    realm::RealmName,
    secret::{Digest, Secret},
    services::Act,
    stores::PageRequest,
};
use serde_json::json;
use std::{path::PathBuf, sync::Arc};
use storage::{BackupRequest, Draft, Ended, Restored, Stamp};

/// Realms read at once.
const BATCH: u16 = 200;

#[derive(Args)]
pub(super) struct Backup {
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Replace the file if it is there.
    #[arg(long)]
    force: bool,
}

#[derive(Args)]
pub(super) struct Restore {
    /// The backup.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Put the database that is there aside.
    #[arg(long)]
    force: bool,
    /// Leave sessions, refresh tokens and mailed codes as they were, even those that were ended since.
    #[arg(long)]
    keep_sessions: bool,
}

impl Backup {
    pub(super) async fn run(self, session: &Session) -> anyhow::Result<()> {
        let key = existing_key(session)?;
        let made_at = SystemClock.now();
        let request = BackupRequest {
            url: session.config.database_url.expose(),
            to: &self.to,
            overwrite: self.force,
            stamp: Stamp {
                made_at,
                key_id: key.id().to_owned(),
                key_check: check(&key, made_at),
            },
        };
        let made = storage::back_up(request).await?;
        let file = self.to.display().to_string();
        let schema = made.schema_version.as_deref().unwrap_or("none");
        session.print(
            &json!({
                "file": file,
                "bytes": made.bytes,
                "tables": made.tables,
                "schema_version": made.schema_version,
                "master_key_id": key.id(),
            }),
            &format!(
                "{file}: {} bytes, {} tables, schema {schema}\nThe master key ({}) is not inside, and nobody can \
                 use the backup without it: keep a copy of the key, apart from the backup.",
                made.bytes,
                made.tables,
                key.id()
            ),
        )
    }
}

impl Restore {
    pub(super) async fn run(self, mut session: Session) -> anyhow::Result<()> {
        let key = existing_key(&session)?;
        let url = session.config.database_url.expose().clone();
        let draft = Draft::open(&url, &self.from, self.force).await?;
        if let Some(stamp) = draft.stamp() {
            recognise(&key, stamp)?;
        }
        session.config.database_url = Secret::new(draft.url());
        let act = try_out(&session).await?;
        let moment = act.realm.moment(SystemClock.now());
        let ended = if self.keep_sessions {
            Ended::default()
        } else {
            draft.end_what_was_issued(moment.at, moment.tokens_until).await?
        };
        drop(act);
        let restored = draft.put_in_place(moment.at).await?;
        report(&session, &restored, &ended)
    }
}

/// The master key, which these commands never make.
fn existing_key(session: &Session) -> anyhow::Result<MasterKey> {
    let source = &session.config.master_key;
    if let MasterKeySource::Made(path) = source {
        anyhow::ensure!(
            path.exists(),
            "SIGNET_MASTER_KEY_FILE: there is no master key at {}; put it there first",
            path.display()
        );
    }
    Ok(MasterKey::load(source, &SystemRandomness::default())?)
}

/// By what a backup recognises its key: it tells nothing about the key to who has only the backup.
fn check(key: &MasterKey, made_at: Timestamp) -> Digest {
    key.mac("backup", &made_at.micros().to_be_bytes())
}

fn recognise(key: &MasterKey, stamp: &Stamp) -> anyhow::Result<()> {
    anyhow::ensure!(
        check(key, stamp.made_at) == stamp.key_check,
        "the backup belongs to the master key {}, and the one at hand is {}",
        stamp.key_id,
        key.id()
    );
    Ok(())
}

/// Opens the copy as the server would, every realm with its keys, and records in it that it was restored.
async fn try_out(session: &Session) -> anyhow::Result<Act> {
    let runtime = Runtime::start(&session.config, Adapters::default())
        .await
        .context("the backup cannot be opened")?;
    let mut after = None;
    loop {
        let page = runtime
            .realm_service
            .list(&PageRequest::new(after, BATCH))
            .await?;
        for realm in &page.items {
            open_realm(&runtime, &realm.name).await?;
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let act = Runtime::act(runtime.realm(&RealmName::Root).await?, Actor::CommandLine);
    let with = runtime
        .services
        .ports
        .alongside(&act, EventKind::DatabaseRestored);
    act.realm.stores.events.record(with).await?;
    Ok(act)
}

async fn open_realm(runtime: &Arc<Runtime>, name: &RealmName) -> anyhow::Result<()> {
    let opened = runtime.realm(name).await;
    opened.with_context(|| format!("the master key does not open the keys of realm {}", name.as_str()))?;
    Ok(())
}

fn report(session: &Session, restored: &Restored, ended: &Ended) -> anyhow::Result<()> {
    let kept = restored.kept.as_ref().map(|path| path.display().to_string());
    let mut text = format!(
        "restored, schema {}\nended: {} sessions, {} authorizations with their refresh tokens, {} mailed codes, {} \
         waiting mails",
        restored.schema_version.as_deref().unwrap_or("none"),
        ended.sessions,
        ended.authorizations,
        ended.mailed_codes,
        ended.mails
    );
    if let Some(kept) = &kept {
        text.push_str(&format!("\nwhat was there before is kept as {kept}"));
    }
    session.print(
        &json!({
            "restored": true,
            "schema_version": restored.schema_version,
            "kept": kept,
            "ended": {
                "sessions": ended.sessions,
                "authorizations": ended.authorizations,
                "mailed_codes": ended.mailed_codes,
                "mails": ended.mails,
            },
        }),
        &text,
    )
}
