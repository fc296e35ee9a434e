//! Load figures of a built `signet`, each beside what bounds it on the same machine in the same run: a writer that
//! does nothing but commit, PostgreSQL's own benchmark, an HTTP server that answers from memory.
//! The load comes from this process, which shares the machine's cores with what it measures: read the ratios.

mod database;
mod floor;
mod load;
mod refresh;
mod server;

use anyhow::Result;
use clap::Parser;
use load::{Load, Rate};
use server::Server;
use std::{path::PathBuf, time::Duration};
use testbed::Postgres;

#[derive(Parser)]
struct Cli {
    /// The program to measure, built for release.
    signet: PathBuf,
    /// Seconds that each load lasts.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Connections that are busy at the same time.
    #[arg(long, default_value_t = 64)]
    connections: usize,
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let load = Load {
        connections: cli.connections,
        lasts: Duration::from_secs(cli.seconds),
    };
    println!(
        "\n{} connections, {} s each\n{:<52}{:>10}{:>10}{:>12}{:>8}",
        cli.connections, cli.seconds, "", "per s", "CPU µs", "of the floor", "goal"
    );
    metadata(&cli, load).await?;
    on_sqlite(&cli, load).await?;
    on_postgres(&cli, load).await
}

async fn metadata(cli: &Cli, load: Load) -> Result<()> {
    let server = Server::start(&cli.signet, None).await?;
    let path = "/.well-known/openid-configuration";
    let body = reqwest::get(server.url(path)).await?.text().await?;
    let floor = floor::start(body).await?;
    let floor = row("bare axum answering from memory", load.get(&floor).await?, None);
    let discovery = server.measured(load.get(&server.url(path))).await?;
    row("discovery", discovery, Some((floor, "")));
    Ok(())
}

async fn on_sqlite(cli: &Cli, load: Load) -> Result<()> {
    let floor = database::bare_writer(load)?;
    let floor = row("bare writer on SQLite, a row each, group commit", floor, None);
    let server = Server::start(&cli.signet, None).await?;
    refreshes("SQLite", &server, load, (floor, "50 %")).await
}

async fn on_postgres(cli: &Cli, load: Load) -> Result<()> {
    let postgres = Postgres::start(&["fsync=on"])?;
    let floor = database::pgbench(&postgres, load)?;
    let floor = row("pgbench on PostgreSQL, a row and commit each", floor, None);
    let database = postgres.create_database(None)?;
    let server = Server::start(&cli.signet, Some(&postgres.url(&database))).await?;
    refreshes("PostgreSQL", &server, load, (floor, "40 %")).await
}

async fn refreshes(database: &str, server: &Server, load: Load, floor: (f64, &str)) -> Result<()> {
    for (scope, what) in [
        ("offline_access", "access token ES256"),
        ("openid offline_access", "and an ID token RS256"),
    ] {
        let families = refresh::families(server, scope, load.connections).await?;
        let rate = server.measured(refresh::rotate(server, &families, load)).await?;
        let goal = if scope == "offline_access" { floor.1 } else { "" };
        row(
            &format!("refresh on {database}, {what}"),
            rate,
            Some((floor.0, goal)),
        );
    }
    Ok(())
}

/// Prints a line and gives its rate.
fn row(what: &str, rate: Rate, floor: Option<(f64, &str)>) -> f64 {
    let per_second = rate.per_second();
    let cpu = rate
        .cpu_micros()
        .map_or_else(|| "-".to_owned(), |micros| format!("{micros:.0}"));
    let (ratio, goal) = floor.map_or_else(
        || ("-".to_owned(), ""),
        |(floor, goal)| (format!("{:.0} %", 100.0 * per_second / floor), goal),
    );
    println!("{what:<52}{per_second:>10.0}{cpu:>10}{ratio:>12}{goal:>8}");
    per_second
}
