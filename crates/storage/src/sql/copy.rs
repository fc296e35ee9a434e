//! Carrying a whole database into an empty one, between SQLite and PostgreSQL in either direction.
//!
//! Rows go in batches in the order of their primary key, each batch with the place it reached in one
//! transaction, so that an interrupted copy goes on where it was. What was written to the source meanwhile is
//! not carried: counts and digests of both sides are compared at the end.

mod digest;
mod progress;
mod rows;
mod target;
#[cfg(test)]
mod tests;

pub use target::refuse_unfinished;

use super::{
    catalogue::{self, CatalogueError, Table},
    connect::{connect_once, sqlite_path},
    in_use, versions,
};
use domain::stores::StoreError;
use progress::{Place, Progress};
use sea_orm::{DatabaseConnection, DbErr, TransactionTrait as _};
use std::ops::ControlFlow;

/// From where to where.
#[derive(Clone, Copy)]
pub struct CopyRequest<'a> {
    /// The database that is read.
    pub from: &'a str,
    /// The database that is filled.
    pub to: &'a str,
    /// Whether a partly finished copy is emptied and begun again.
    pub restart: bool,
}

/// How far a copy is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyProgress {
    /// The table under way.
    pub table: String,
    /// How many of its rows are in the target.
    pub rows: u64,
    /// Whether that is all of them.
    pub finished: bool,
}

/// Told after every batch; answering [`ControlFlow::Break`] stops the copy, which can go on later.
pub type Watch<'a> = dyn Fn(&CopyProgress) -> ControlFlow<()> + Send + Sync + 'a;

/// A table that is the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedTable {
    /// Its name.
    pub table: String,
    /// How many rows it has.
    pub rows: u64,
    /// SHA-256 over its rows in the order of their key, in hexadecimal.
    pub digest: String,
}

/// A finished copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Every table of the schema.
    pub tables: Vec<CopiedTable>,
}

/// Why a copy is not finished.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The two addresses are one.
    #[error("the source and the target are the same database")]
    SameDatabase,
    /// There is no file at the source's path.
    #[error("there is no database at the source's path")]
    NoSource,
    /// The source's schema is older than this build's.
    #[error("the source lacks migrations; run `signet migrate` on it first")]
    SourceBehind,
    /// A schema is newer than this build's.
    #[error("the {0} was made by a newer build; use that one")]
    Newer(&'static str),
    /// The target holds something else.
    #[error("the target is not empty: {0} has rows")]
    NotEmpty(String),
    /// The target holds a part of another source.
    #[error("the target holds a partly finished copy of another database; --restart empties it")]
    OtherSource,
    /// The two schemas are not alike.
    #[error("the table {0} is not the same in both databases")]
    SchemaDiffers(String),
    /// The watcher said so.
    #[error("stopped; the same command goes on where it was")]
    Stopped,
    /// Another copy writes to the target, or the source changed under the copy.
    #[error("a batch of {0} did not fit: the source was written to meanwhile, or another copy is under way")]
    Disturbed(String, #[source] DbErr),
    /// The two sides are not the same at the end.
    #[error(
        "{0} differs between source and target: the source was written to meanwhile; stop what writes to it \
         and run again with --restart"
    )]
    Differs(String),
    /// A table cannot be carried.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A database could not be opened.
    #[error(transparent)]
    Open(#[from] StoreError),
    /// A database did not answer.
    #[error("a database did not answer")]
    Database(#[from] DbErr),
}

/// Copies every table, and compares.
pub async fn copy(request: CopyRequest<'_>, watch: &Watch<'_>) -> Result<Copied, CopyError> {
    if request.from == request.to || same_file(request.from, request.to) {
        return Err(CopyError::SameDatabase);
    }
    if sqlite_path(request.from).is_some_and(|path| !path.exists()) {
        return Err(CopyError::NoSource);
    }
    let _holds = [in_use::share(request.from), in_use::share(request.to)];
    for hold in &_holds {
        if let Err(error) = hold {
            return Err(StoreError::unavailable(error.to_string()).into());
        }
    }
    let source = connect_once(request.from).await?;
    let target = connect_once(request.to).await?;
    let copied = between(&source, &target, request.restart, watch).await;
    source.close().await?;
    target.close().await?;
    copied
}

fn same_file(one: &str, other: &str) -> bool {
    let real = |url| std::fs::canonicalize(sqlite_path(url)?).ok();
    real(one).is_some_and(|path| Some(path) == real(other))
}

async fn between(
    source: &DatabaseConnection,
    target: &DatabaseConnection,
    restart: bool,
    watch: &Watch<'_>,
) -> Result<Copied, CopyError> {
    let found = versions::read(source).await?;
    if found.newer {
        return Err(CopyError::Newer("source"));
    }
    if found.pending > 0 {
        return Err(CopyError::SourceBehind);
    }
    let tables = own(catalogue::tables(source).await?);
    let progress = target::prepare(source, target, &tables, restart).await?;
    for table in &tables {
        carry(source, target, (table, &progress), watch).await?;
    }
    target::count_on(target, &tables).await?;
    let copied = compare(source, target, &tables).await?;
    progress.forget(target).await?;
    Ok(copied)
}

/// The tables of the schema, without those that a copy or a backup keeps for itself.
fn own(tables: Vec<Table>) -> Vec<Table> {
    let kept = [progress::TABLE, super::backup::STAMP];
    tables
        .into_iter()
        .filter(|table| !kept.contains(&table.name.as_str()))
        .collect()
}

/// Carries what is left of one table.
async fn carry(
    source: &DatabaseConnection,
    target: &DatabaseConnection,
    (table, progress): (&Table, &Progress),
    watch: &Watch<'_>,
) -> Result<(), CopyError> {
    let mut place = progress.place(target, table).await?;
    while !place.finished {
        let batch = rows::after(source, table, place.key.as_deref()).await?;
        let next = Place {
            key: rows::last_key(table, &batch).or_else(|| place.key.clone()),
            rows: place.rows + batch.len() as u64,
            finished: (batch.len() as u64) < rows::batch_size(table),
        };
        store(target, (table, progress), batch, (&place, &next))
            .await
            .map_err(|error| CopyError::Disturbed(table.name.clone(), error))?;
        place = next;
        let told = CopyProgress {
            table: table.name.clone(),
            rows: place.rows,
            finished: place.finished,
        };
        if watch(&told).is_break() {
            return Err(CopyError::Stopped);
        }
    }
    Ok(())
}

/// One batch and the place it reaches, together or not at all.
async fn store(
    target: &DatabaseConnection,
    (table, progress): (&Table, &Progress),
    batch: Vec<rows::Row>,
    (before, after): (&Place, &Place),
) -> Result<(), DbErr> {
    let tx = target
        .begin_with_options(super::dialect::to_write(target.get_database_backend()))
        .await?;
    rows::insert(&tx, table, batch).await?;
    progress.advance(&tx, table, (before, after)).await?;
    tx.commit().await
}

async fn compare(
    source: &DatabaseConnection,
    target: &DatabaseConnection,
    tables: &[Table],
) -> Result<Copied, CopyError> {
    let ours = digest::of_tables(source, tables).await?;
    let theirs = digest::of_tables(target, tables).await?;
    for (one, other) in ours.iter().zip(&theirs) {
        if one != other {
            return Err(CopyError::Differs(one.table.clone()));
        }
    }
    Ok(Copied { tables: ours })
}
