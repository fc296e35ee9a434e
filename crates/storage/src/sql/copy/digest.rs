//! What a table holds, as one number: SHA-256 over its rows in the order of their key.
//!
//! Both databases order by bytes here, whatever their own ideas of an alphabet are.

use super::{
    super::catalogue::{Kind, Table, quoted},
    CopiedTable,
    rows::{self, Cell, Row},
};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    Statement, TransactionOptions, TransactionTrait as _,
};
use sha2::{Digest as _, Sha256};

/// Rows fetched at once.
const FETCH: usize = 1_000;

/// Every table as it is at one moment.
pub async fn of_tables(connection: &DatabaseConnection, tables: &[Table]) -> Result<Vec<CopiedTable>, DbErr> {
    let mut options = TransactionOptions::default();
    if connection.get_database_backend() == DbBackend::Postgres {
        options.isolation_level = Some(IsolationLevel::RepeatableRead);
        options.access_mode = Some(AccessMode::ReadOnly);
    }
    let tx = connection.begin_with_options(options).await?;
    let mut all = Vec::with_capacity(tables.len());
    for table in tables {
        all.push(of_table(&tx, table).await?);
    }
    tx.commit().await?;
    Ok(all)
}

async fn of_table(tx: &DatabaseTransaction, table: &Table) -> Result<CopiedTable, DbErr> {
    let mut hash = Sha256::new();
    let count = match tx.get_database_backend() {
        DbBackend::Postgres => by_cursor(tx, table, &mut hash).await?,
        _ => by_key(tx, table, &mut hash).await?,
    };
    Ok(CopiedTable {
        table: table.name.clone(),
        rows: count,
        digest: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

async fn by_key(tx: &DatabaseTransaction, table: &Table, hash: &mut Sha256) -> Result<u64, DbErr> {
    let (mut key, mut count) = (None, 0);
    loop {
        let batch = rows::after(tx, table, key.as_deref()).await?;
        batch.iter().for_each(|row| add(hash, row));
        count += batch.len() as u64;
        if (batch.len() as u64) < rows::batch_size(table) {
            return Ok(count);
        }
        key = rows::last_key(table, &batch);
    }
}

/// A cursor sorts once; paging by a collation that no index has would sort for every page.
async fn by_cursor(tx: &DatabaseTransaction, table: &Table, hash: &mut Sha256) -> Result<u64, DbErr> {
    let order: Vec<String> = rows::key_columns(table)
        .map(|column| match column.kind {
            Kind::Text => format!("{} COLLATE \"C\"", quoted(&column.name)),
            Kind::Bytes | Kind::Int | Kind::Bool | Kind::Uuid => quoted(&column.name),
        })
        .collect();
    let select = rows::select(table, DbBackend::Postgres);
    // The driver remembers the shape of what a statement gives by its text: every table needs its own.
    let cursor = quoted(&format!("digest_{}", table.name));
    let declare = format!(
        "DECLARE {cursor} NO SCROLL CURSOR FOR {select} ORDER BY {}",
        order.join(", ")
    );
    tx.execute_unprepared(&declare).await?;
    let fetch = format!("FETCH {FETCH} FROM {cursor}");
    let mut count = 0;
    loop {
        let fetched = Statement::from_string(DbBackend::Postgres, fetch.clone());
        let batch = tx.query_all_raw(fetched).await?;
        if batch.is_empty() {
            break;
        }
        for row in &batch {
            add(hash, &rows::read(table, row)?);
        }
        count += batch.len() as u64;
    }
    tx.execute_unprepared(&format!("CLOSE {cursor}")).await?;
    Ok(count)
}

/// Every value with its kind and length, so that no two rows read alike.
fn add(hash: &mut Sha256, row: &Row) {
    let mut put = |kind: u8, bytes: &[u8]| {
        hash.update([kind]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    for cell in row {
        match cell {
            Cell::Null => put(0, &[]),
            Cell::Text(text) => put(1, text.as_bytes()),
            Cell::Bytes(bytes) => put(2, bytes),
            Cell::Int(number) => put(3, &number.to_be_bytes()),
            Cell::Bool(truth) => put(4, &[u8::from(*truth)]),
            Cell::Uuid(uuid) => put(5, uuid.as_bytes()),
        }
    }
}
