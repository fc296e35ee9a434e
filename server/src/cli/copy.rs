//! `signet copy`: a whole database into an empty one, SQLite and PostgreSQL in either direction.

use super::Session;
use clap::Args;
use domain::secret::Secret;
use serde_json::json;
use std::{
    io::Write as _,
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use storage::{CopiedTable, CopyProgress, CopyRequest};

/// How many rows pass between two words about a table.
const A_WORD: u64 = 10_000;

#[derive(Args)]
pub(super) struct Copy {
    /// The database to read: sqlite://… or postgres://…
    #[arg(long, value_name = "URL", value_parser = secret)]
    from: Secret<String>,
    /// The empty database to fill, or the one a copy was begun in.
    #[arg(long, value_name = "URL", value_parser = secret)]
    to: Secret<String>,
    /// Empty a partly finished copy and begin again.
    #[arg(long)]
    restart: bool,
}

#[expect(clippy::unnecessary_wraps, reason = "what clap asks for")]
fn secret(text: &str) -> Result<Secret<String>, String> {
    Ok(Secret::new(text.to_owned()))
}

impl Copy {
    pub(super) async fn run(self, session: &Session) -> anyhow::Result<()> {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = stop.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                asked.store(true, Ordering::Relaxed);
            }
        });
        let watch = |progress: &CopyProgress| {
            tell(progress);
            if stop.load(Ordering::Relaxed) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        say("what is written to the source from now on is not carried");
        let request = CopyRequest {
            from: self.from.expose(),
            to: self.to.expose(),
            restart: self.restart,
        };
        let copied = storage::copy(request, &watch).await?;
        let rows: u64 = copied.tables.iter().map(|table| table.rows).sum();
        let tables: Vec<_> = copied.tables.iter().map(describe).collect();
        session.print(
            &json!({"tables": tables, "rows": rows}),
            &format!(
                "{rows} rows in {} tables are the same on both sides\nThe target needs the same master key.",
                tables.len()
            ),
        )
    }
}

fn tell(progress: &CopyProgress) {
    let CopyProgress {
        table,
        rows,
        finished,
    } = progress;
    if *finished {
        say(&format!("{table}: {rows} rows, done"));
    } else if rows.is_multiple_of(A_WORD) {
        say(&format!("{table}: {rows} rows"));
    }
}

/// Progress that nobody listens to any more is no reason to stop.
fn say(text: &str) {
    writeln!(std::io::stderr(), "signet: {text}").ok();
}

fn describe(table: &CopiedTable) -> serde_json::Value {
    json!({"table": table.table, "rows": table.rows, "sha256": table.digest})
}
