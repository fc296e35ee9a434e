//! Starting other programs: shown before they run, without standard input, so that nothing can ask.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::environment;

/// A command in a folder, freed of what `cargo run` set for this program.
pub fn command(program: impl AsRef<Path>, folder: &Path) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(folder).stdin(Stdio::null());
    for name in environment::set_by_cargo_run() {
        command.env_remove(name);
    }
    command
}

/// Runs a command in view and fails unless it succeeds.
pub fn run(command: &mut Command) -> Result<()> {
    show(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", name(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", name(command));
    }
    Ok(())
}

/// Runs a command in view, hands on every line of its standard output and tells whether it succeeded.
pub fn run_reading(command: &mut Command, mut line_read: impl FnMut(&str)) -> Result<bool> {
    show(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", name(command)))?;
    let output = child.stdout.take().context("the output is not readable")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        line_read(&line);
    }
    Ok(child.wait()?.success())
}

/// The standard output of a command that is quick and of no interest to the reader.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("cannot start {}", name(command)))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        bail!(
            "{} ended with {}: {}",
            name(command),
            output.status,
            message.trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Prints a command as it could be typed.
pub fn show(command: &Command) {
    let arguments: Vec<_> = command
        .get_args()
        .map(|argument| argument.to_string_lossy())
        .collect();
    eprintln!("$ {} {}", name(command), arguments.join(" "));
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = command("sh", Path::new("."));
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_failing_command_is_an_error() {
        assert!(run(&mut shell("exit 3")).is_err());
        assert!(output(&mut shell("exit 3")).is_err());
        assert!(run(&mut shell("exit 0")).is_ok());
    }

    #[test]
    fn lines_are_read_up_to_the_last_one_and_the_outcome_is_told() {
        let mut lines = Vec::new();
        let succeeded = run_reading(&mut shell("echo one; printf two; exit 1"), |line| {
            lines.push(line.to_owned())
        });
        assert_eq!(lines, ["one", "two"]);
        assert!(!succeeded.unwrap());
    }

    #[test]
    fn nothing_can_wait_for_an_answer() {
        assert!(run(&mut shell("! read answer")).is_ok());
    }
}
