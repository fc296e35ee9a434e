//! Load figures of a built `signet`, each beside what bounds it on the same machine in the same run: a writer that
//! does nothing but commit, PostgreSQL's own benchmark, an HTTP server that answers from memory.
//! The load comes from this process, which shares the machine's cores with what it measures: read the ratios.

#![allow(clippy::disallowed_methods, reason = "what is measured is reached directly")]

mod account;
mod database;
mod floor;
mod load;
mod passkeys;
mod passwords;
mod people;
mod probe;
mod refresh;
mod same_statements;
mod server;
mod timing;
mod tokens;

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
    /// How often each act is timed at each kind of account.
    #[arg(long, default_value_t = 200)]
    tries: usize,
    /// Measures this part alone.
    #[arg(long)]
    only: Option<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Metadata,
    Tokens,
    Passwords,
    Account,
    Timing,
    Sqlite,
    Postgres,
}

/// Tokens to show in turn: more than the server remembers the signatures of, so that each is as good as new.
const NEW_TOKENS: usize = 20_000;

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let load = Load {
        connections: cli.connections,
        lasts: Duration::from_secs(cli.seconds),
    };
    println!(
        "\n{} connections, {} s each\n{:<56}{:>10}{:>10}{:>12}{:>8}",
        cli.connections, cli.seconds, "", "per s", "CPU µs", "of the floor", "goal"
    );
    let wanted = |part| cli.only.is_none_or(|only| only == part);
    if wanted(Part::Metadata) {
        metadata(&cli, load).await?;
    }
    if wanted(Part::Tokens) {
        tokens(&cli, load).await?;
    }
    if wanted(Part::Passwords) {
        passwords(&cli, load).await?;
    }
    if wanted(Part::Account) {
        account(&cli, load).await?;
    }
    if wanted(Part::Sqlite) {
        on_sqlite(&cli, load).await?;
    }
    if wanted(Part::Postgres) {
        on_postgres(&cli, load).await?;
    }
    if wanted(Part::Timing) {
        let server = Server::configured(&cli.signet, people::PROVIDER).await?;
        timing::compare(&server, cli.tries).await?;
    }
    Ok(())
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

async fn tokens(cli: &Cli, load: Load) -> Result<()> {
    let server = Server::start(&cli.signet, None).await?;
    let machine = tokens::Machine::register(&server).await?;
    let floor = machine.ask(&floor::signing().await?, load).await?;
    let floor = row("bare axum that reads the same and signs ES256", floor, None);
    let own = server.measured(machine.ask(&server.url("/token"), load)).await?;
    row("client_credentials, ES256", own, Some((floor, "50 %")));
    let many = machine.tokens(&server, NEW_TOKENS).await?;
    for (which, tokens) in [
        (
            "the same one again (goal 66 µs)",
            many.iter().take(1).cloned().collect(),
        ),
        ("each for the first time", many),
    ] {
        let told = server.measured(machine.introspect(&server, tokens, load)).await?;
        row(&format!("introspection of a JWT, {which}"), told, None);
    }
    let many = refresh::access_tokens(&server, NEW_TOKENS, load.connections).await?;
    for (which, tokens) in [
        (
            "the same token again (goal 66 µs)",
            many.iter().take(1).cloned().collect(),
        ),
        ("each token for the first time", many),
    ] {
        let told = server.measured(refresh::userinfo(&server, tokens, load)).await?;
        row(&format!("userinfo, {which}"), told, None);
    }
    Ok(())
}

/// Connections of people: enough that no core waits, and fewer than passwords may wait.
const PEOPLE: usize = 16;

async fn passwords(cli: &Cli, load: Load) -> Result<()> {
    let server = Server::start(&cli.signet, None).await?;
    let load = Load {
        connections: PEOPLE,
        ..load
    };
    people::Account::WithPassword.make(&server, PEOPLE).await?;
    let floor = row(
        "argon2id alone on every core",
        passwords::bare_hash(load).await?,
        None,
    );
    let own = server.measured(passwords::sign_ins(&server, load)).await?;
    row("sign-in with a password", own, Some((floor, "80 %")));
    let own = passkeys::sign_ins(&server, load).await?;
    row("sign-in with a passkey (goal 2000 µs)", own, None);
    let machine = tokens::Machine::register(&server).await?;
    let token = refresh::access_tokens(&server, 1, 1).await?.concat();
    let userinfo = reqwest::Client::builder().no_proxy().build()?;
    let userinfo = userinfo.get(server.url("/userinfo")).bearer_auth(token);
    for (what, request) in [("/userinfo", userinfo), ("/token", machine.request(&server)?)] {
        let (alone, beside) = passwords::felt(&server, load, &probe::Probe::new(request)).await?;
        waits(what, &alone, &beside);
    }
    Ok(())
}

async fn account(cli: &Cli, load: Load) -> Result<()> {
    let server = Server::start(&cli.signet, None).await?;
    let load = Load {
        connections: PEOPLE,
        ..load
    };
    let busy = account::Busy::make(&server).await?;
    for (path, rate) in busy.pages(&server, load).await? {
        let goal = account::GOAL.as_micros();
        row(
            &format!("{path}, 100 sessions and apps (goal {goal} µs)"),
            rate,
            None,
        );
    }
    Ok(())
}

/// Prints how long an answer takes alone, and beside people who sign in.
fn waits(what: &str, alone: &probe::Latencies, beside: &probe::Latencies) {
    for hundredth in [50, 99] {
        let (alone, beside) = (alone.percentile(hundredth), beside.percentile(hundredth));
        println!(
            "{:<56}{:>10}{:>10}{:>12}{:>8}",
            format!("{what}, {hundredth} of 100 take µs alone, and beside sign-ins"),
            alone.as_micros(),
            beside.as_micros(),
            format!("{:.1} x", beside.as_secs_f64() / alone.as_secs_f64()),
            if hundredth == 99 { "5 x" } else { "" }
        );
    }
}

async fn on_sqlite(cli: &Cli, load: Load) -> Result<()> {
    let floor = database::bare_writer(load)?;
    let floor = row("bare writer on SQLite, a row each, group commit", floor, None);
    let same = same_statements::on_sqlite(&cli.signet, load).await?;
    row(
        "bare writer on SQLite, what a refresh reads and writes",
        same,
        Some((floor, "")),
    );
    let server = Server::start(&cli.signet, None).await?;
    let floors = Floors {
        row: floor,
        goal: "50 %",
        same: same.per_second(),
    };
    refreshes("SQLite", &server, load, floors).await
}

async fn on_postgres(cli: &Cli, load: Load) -> Result<()> {
    let postgres = Postgres::start(&["fsync=on"])?;
    let floor = database::pgbench(&postgres, load)?;
    let floor = row("pgbench on PostgreSQL, a row and commit each", floor, None);
    let same = same_statements::on_postgres(&cli.signet, &postgres, load).await?;
    row(
        "pgbench on PostgreSQL, what a refresh reads and writes",
        same,
        Some((floor, "")),
    );
    let database = postgres.create_database(None)?;
    let server = Server::start(&cli.signet, Some(&postgres.url(&database))).await?;
    let floors = Floors {
        row: floor,
        goal: "40 %",
        same: same.per_second(),
    };
    refreshes("PostgreSQL", &server, load, floors).await
}

/// What the database alone does in a second.
struct Floors {
    /// Single rows.
    row: f64,
    goal: &'static str,
    /// What a refresh reads and writes.
    same: f64,
}

async fn refreshes(database: &str, server: &Server, load: Load, floors: Floors) -> Result<()> {
    for (scope, what) in [
        ("offline_access", "access token ES256"),
        ("openid offline_access", "and an ID token RS256"),
    ] {
        let families = refresh::families(server, scope, load.connections).await?;
        let rate = server.measured(refresh::rotate(server, &families, load)).await?;
        let goal = if scope == "offline_access" {
            floors.goal
        } else {
            ""
        };
        row(
            &format!("refresh on {database}, {what}"),
            rate,
            Some((floors.row, goal)),
        );
        println!(
            "{:<56}{:>32}",
            "  of what the database alone does of a refresh",
            format!("{:.0} %", 100.0 * rate.per_second() / floors.same)
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
    println!("{what:<56}{per_second:>10.0}{cpu:>10}{ratio:>12}{goal:>8}");
    per_second
}
