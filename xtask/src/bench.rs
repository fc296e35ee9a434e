//! `cargo xtask bench`: what the release build costs to start, to hold and to send, beside what the same machine
//! needs at least in the same minute; then the load figures of the crate `bench`. To be read, not asserted.

mod http;

use crate::{only_flag, packages, process, product, wasm, workspace::Workspace};
use anyhow::{Context, Result, ensure};
use http::get;
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

const RUNS: usize = 5;

/// Builds the product and prints its figures.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    only_flag(arguments, "")?;
    packages::ensure(&[packages::POSTGRESQL])?;
    wasm::build(workspace)?;
    product::server(workspace, "release")?;
    let signet = workspace.signet("release");
    let folder = std::env::temp_dir().join(format!("signet-bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let figures = measure(&signet, &folder);
    fs::remove_dir_all(&folder)?;
    figures?;
    let islands = compressed_bytes(&workspace.site().join("pkg"))?;
    row(
        "all islands, compressed",
        &format!("{:.1} KiB", islands as f64 / 1024.0),
        "150 KiB",
        "-",
    );
    let mut load = workspace.cargo(&["run", "--release", "-p", "bench", "--"]);
    process::run(load.arg(&signet))?;
    Ok(ExitCode::SUCCESS)
}

fn measure(signet: &Path, folder: &Path) -> Result<()> {
    let floor = median((0..RUNS).map(|_| timed_version(signet)).collect::<Result<_>>()?);
    let empty = median(
        (0..RUNS)
            .map(|run| Ok(start(signet, &folder.join(format!("empty-{run}")))?.ready))
            .collect::<Result<_>>()?,
    );
    let kept = folder.join("kept");
    drop(start(signet, &kept)?);
    let existing = median(
        (0..RUNS)
            .map(|_| Ok(start(signet, &kept)?.ready))
            .collect::<Result<_>>()?,
    );
    let running = start(signet, &kept)?;
    std::thread::sleep(Duration::from_secs(3));
    let resident = running.resident_kib()?;
    let page = running.sign_in_page_bytes()?;
    let binary = fs::metadata(signet)?.len();

    println!(
        "\n{:<44}{:>12}{:>12}{:>14}",
        "", "measured", "goal", "to the floor"
    );
    row("start of a process that does nothing", &ms(floor), "-", "1.0");
    row(
        "start on existing data, to the first answer",
        &ms(existing),
        "100 ms",
        &ratio(existing, floor),
    );
    row(
        "start on an empty folder, to the first answer",
        &ms(empty),
        "1000 ms",
        &ratio(empty, floor),
    );
    row(
        "resident when idle",
        &format!("{:.1} MiB", resident / 1024.0),
        "35 MiB",
        "-",
    );
    row(
        "sign-in page and its style, compressed",
        &format!("{:.1} KiB", page / 1024.0),
        "20 KiB",
        "-",
    );
    row(
        "binary",
        &format!("{:.1} MiB", binary as f64 / 1048576.0),
        "40 MiB",
        "-",
    );
    Ok(())
}

/// How large the files of a folder are as they are sent.
fn compressed_bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for file in fs::read_dir(folder)? {
        let file = file?;
        if file.path().extension().is_some_and(|kind| kind == "br") {
            bytes += file.metadata()?.len();
        }
    }
    ensure!(bytes > 0, "no island is compressed");
    Ok(bytes)
}

fn row(what: &str, measured: &str, goal: &str, ratio: &str) {
    println!("{what:<44}{measured:>12}{goal:>12}{ratio:>14}");
}

fn ms(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1000.0)
}

fn ratio(time: Duration, floor: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() / floor.as_secs_f64())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn timed_version(signet: &Path) -> Result<Duration> {
    let begun = Instant::now();
    process::output(Command::new(signet).arg("--version"))?;
    Ok(begun.elapsed())
}

/// A running server; it ends with this value.
struct Running {
    child: Child,
    port: u16,
    ready: Duration,
}

fn start(signet: &Path, data: &PathBuf) -> Result<Running> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let begun = Instant::now();
    let child = Command::new(signet)
        .arg("serve")
        .env("SIGNET_DATA_DIR", data)
        .env("SIGNET_ISSUER", format!("http://localhost:{port}"))
        .env("SIGNET_LISTEN", format!("127.0.0.1:{port}"))
        .env("SIGNET_METRICS_LISTEN", "off")
        .env("SIGNET_REQUEST_LIMIT", "0")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("the server cannot be started")?;
    let mut running = Running {
        child,
        port,
        ready: Duration::ZERO,
    };
    while !get(port, "/readyz", "").is_ok_and(|answer| answer.status == 200) {
        ensure!(
            begun.elapsed() < Duration::from_secs(60),
            "the server does not get ready"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    running.ready = begun.elapsed();
    Ok(running)
}

impl Running {
    fn resident_kib(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("no resident size")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    /// What a browser without script receives until the page can be used.
    fn sign_in_page_bytes(&self) -> Result<f64> {
        let away = get(self.port, "/login", "")?;
        let to = away.header("location").context("no way to the page")?.to_owned();
        let cookie = away
            .header("set-cookie")
            .and_then(|cookie| cookie.split(';').next())
            .context("no cookie")?
            .to_owned();
        let plain = get(self.port, &to, &format!("Cookie: {cookie}\r\n"))?;
        let page = get(
            self.port,
            &to,
            &format!("Cookie: {cookie}\r\nAccept-Encoding: gzip\r\n"),
        )?;
        ensure!(
            page.header("content-encoding") == Some("gzip"),
            "the page is not compressed"
        );
        let text = String::from_utf8_lossy(&plain.body).into_owned();
        let style = text
            .split("href=\"")
            .filter_map(|rest| rest.split('"').next())
            .find(|href| href.ends_with(".css"))
            .context("no style")?
            .to_owned();
        let style = get(self.port, &style, "Accept-Encoding: gzip\r\n")?;
        Ok((page.body.len() + style.body.len()) as f64)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
