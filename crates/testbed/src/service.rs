//! A server process that cannot outlive the process that started it.

use std::{
    fs,
    io::Write,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

// The shell waits on a pipe that only its parent holds. A line asks it to stop the server; the end of the pipe means
// that the parent is gone, and then the folder goes too.
const KEEPER: &str = r#"
signal=$1 folder=$2; shift 2
"$@" <&- &
if read -r word; then signal=${word:-$signal}; folder=; fi
kill -"$signal" $! 2>/dev/null; wait $!
if [ -n "$folder" ]; then rm -rf "$folder"; fi
"#;

const POLL: Duration = Duration::from_millis(25);
const POLLS: u32 = 2_400;

/// How to run one server.
pub(crate) struct Recipe {
    /// The program and its arguments.
    pub(crate) command: Vec<String>,
    /// The signal that asks it to end in order.
    pub(crate) signal: &'static str,
}

/// A server with a scratch folder; stopped and removed when dropped, or when this process ends.
pub(crate) struct Service {
    folder: PathBuf,
    recipe: Recipe,
    keeper: Mutex<Option<Child>>,
}

impl Service {
    /// Takes over `folder` and starts the server in it.
    pub(crate) fn start(folder: PathBuf, recipe: Recipe) -> Result<Self> {
        let service = Self {
            folder,
            recipe,
            keeper: Mutex::new(None),
        };
        service.resume()?;
        Ok(service)
    }

    /// Starts the server again on the folder it left.
    pub(crate) fn resume(&self) -> Result<()> {
        let mut keeper = self.keeper();
        if keeper.is_some() {
            bail!("the server runs already");
        }
        let log = fs::File::create(self.folder.join("server.log"))?;
        let child = Command::new("sh")
            .args(["-c", KEEPER, "keeper", self.recipe.signal])
            .arg(&self.folder)
            .args(&self.recipe.command)
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            // A group of its own: an interrupt typed in the terminal reaches the keeper only through its parent.
            .process_group(0)
            .spawn()
            .context("cannot start a shell")?;
        *keeper = Some(child);
        Ok(())
    }

    /// Sends the server a signal (`TERM`, `KILL`, …; empty for the ordinary one) and waits until it has ended.
    pub(crate) fn stop(&self, signal: &str) -> Result<()> {
        let mut child = self.keeper().take().context("the server does not run")?;
        let mut pipe = child.stdin.take().context("the keeper has no pipe")?;
        writeln!(pipe, "{signal}")?;
        child.wait()?;
        Ok(())
    }

    /// Waits until `ready` says so; fails, with the end of the server's log, when it never does.
    pub(crate) fn wait_until(&self, ready: impl Fn() -> bool) -> Result<()> {
        for _ in 0..POLLS {
            if ready() {
                return Ok(());
            }
            thread::sleep(POLL);
        }
        let log = fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
        bail!("{} did not get ready:\n{log}", self.recipe.command.join(" "));
    }

    fn keeper(&self) -> MutexGuard<'_, Option<Child>> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(mut child) = self.keeper().take() {
            drop(child.stdin.take());
            let _ = child.wait();
        }
        // Nothing is left to remove unless the server had been stopped before.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A port of the loopback interface that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// A new scratch folder, and the words that run a command as its owner: servers refuse to run as root.
pub(crate) fn scratch(account: &str) -> Result<(PathBuf, Vec<String>)> {
    let folder = tempfile::Builder::new().prefix("signet-").tempdir()?.keep();
    if id(&["-u"])? != 0 {
        return Ok((folder, Vec::new()));
    }
    let (user, group) = (id(&["-u", account])?, id(&["-g", account])?);
    chown(&folder, Some(user), Some(group))?;
    let become_owner = [
        "setpriv".to_owned(),
        format!("--reuid={user}"),
        format!("--regid={group}"),
        "--clear-groups".to_owned(),
    ];
    Ok((folder, become_owner.into()))
}

/// Runs a command to its end.
pub(crate) fn run(words: &[String], folder: &Path) -> Result<()> {
    let [program, arguments @ ..] = words else {
        bail!("there is no command");
    };
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {program}"))?;
    if !output.status.success() {
        bail!("{program} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

fn id(arguments: &[&str]) -> Result<u32> {
    let output = Command::new("id").args(arguments).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim()
        .parse()
        .with_context(|| format!("there is no account {}", arguments.join(" ")))
}
