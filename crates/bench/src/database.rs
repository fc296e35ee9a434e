//! The databases by themselves: how many single rows they make durable in a second.

use crate::load::{Load, Rate};
use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use std::{
    process::Command,
    sync::mpsc::{self, Receiver, SyncSender},
    thread,
    time::Instant,
};
use testbed::Postgres;

/// A row like the one a refresh token leaves.
const ROW: usize = 200;

/// One thread that commits whatever waits, for as many threads as there are connections; each waits for its commit.
pub fn bare_writer(load: Load) -> Result<Rate> {
    let folder = tempfile::tempdir()?;
    let database = Connection::open(folder.path().join("bare.db"))?;
    database.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)")?;
    let body = [7_u8; ROW];
    committing(load, database, move |database, _| {
        let mut insert = database.prepare_cached("INSERT INTO t (body) VALUES (?1)")?;
        insert.execute([&body])?;
        Ok(())
    })
}

/// A writer as in [`bare_writer`] whose acts are `act`, which is told for which client.
pub fn committing(
    load: Load,
    database: Connection,
    act: impl FnMut(&Connection, usize) -> Result<()> + Send + 'static,
) -> Result<Rate> {
    database.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")?;
    let (to_writer, waiting) = mpsc::channel();
    let writer = thread::spawn(move || write(&database, &waiting, act));
    let begun = Instant::now();
    let clients: Vec<_> = (0..load.connections)
        .map(|number| {
            let to_writer = to_writer.clone();
            thread::spawn(move || client(number, &to_writer, begun, load))
        })
        .collect();
    drop(to_writer);
    let mut done = 0;
    for client in clients {
        done += client.join().ok().context("a client ended badly")??;
    }
    let took = begun.elapsed();
    writer.join().ok().context("the writer ended badly")??;
    Ok(Rate {
        done,
        took,
        cpu: None,
    })
}

type Waits = (usize, SyncSender<()>);

fn client(number: usize, to_writer: &mpsc::Sender<Waits>, begun: Instant, load: Load) -> Result<u64> {
    let (committed, wait) = mpsc::sync_channel(1);
    let mut done = 0;
    while begun.elapsed() < load.lasts {
        to_writer.send((number, committed.clone()))?;
        wait.recv()?;
        done += 1;
    }
    Ok(done)
}

fn write(
    database: &Connection,
    waiting: &Receiver<Waits>,
    mut act: impl FnMut(&Connection, usize) -> Result<()>,
) -> Result<()> {
    while let Ok(first) = waiting.recv() {
        database.execute_batch("BEGIN IMMEDIATE")?;
        let mut group = vec![first];
        group.extend(waiting.try_iter());
        for (client, _) in &group {
            act(database, *client)?;
        }
        database.execute_batch("COMMIT")?;
        for (_, committed) in group {
            committed.send(())?;
        }
    }
    Ok(())
}

/// PostgreSQL's own benchmark: every transaction inserts one row.
pub fn pgbench(postgres: &Postgres, load: Load) -> Result<Rate> {
    let database = postgres.create_database(None)?;
    let url = postgres.url(&database);
    psql(
        postgres,
        &url,
        "CREATE TABLE t (id BIGSERIAL PRIMARY KEY, body TEXT)",
    )?;
    let script = format!("INSERT INTO t (body) VALUES (repeat('7', {ROW}));\n");
    pgbench_script(postgres, &url, &script, load)
}

/// PostgreSQL's own benchmark, with the transaction that `script` holds.
pub fn pgbench_script(postgres: &Postgres, url: &str, script: &str, load: Load) -> Result<Rate> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("script.sql");
    std::fs::write(&file, script)?;
    let clients = load.connections.to_string();
    let seconds = load.lasts.as_secs().to_string();
    let output = run(Command::new(postgres.programs().join("pgbench"))
        .args(["--no-vacuum", "--jobs=2", "--protocol=prepared", "--define=n=0"])
        .args(["--client", &clients, "--time", &seconds, "--file"])
        .arg(&file)
        .arg(url))?;
    let done = output
        .lines()
        .find_map(|line| line.strip_prefix("number of transactions actually processed: "))
        .context("pgbench gave no figure")?;
    let done = done.split('/').next().unwrap_or(done).trim().parse()?;
    Ok(Rate {
        done,
        took: load.lasts,
        cpu: None,
    })
}

/// Runs statements.
pub fn psql(postgres: &Postgres, url: &str, sql: &str) -> Result<()> {
    let program = postgres.programs().join("psql");
    run(Command::new(program).args([url, "--set=ON_ERROR_STOP=1", "-c", sql])).map(drop)
}

fn run(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}
