//! The suites of `cargo xtask test`: what they are called, in which order they run and how they are summed up.
//! A suite that could not run, or that ran nothing, has failed.

mod browser;
mod fuzzing;
mod rust;

use std::process::ExitCode;

use anyhow::Result;

use crate::{only_flag, workspace::Workspace};

/// How many passed and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that passed.
    pub passed: u64,
    /// Those that failed.
    pub failed: u64,
}

impl Tally {
    const FAILURE: Self = Self { passed: 0, failed: 1 };

    /// One step, passed or failed.
    pub fn of(outcome: Result<()>) -> Self {
        match outcome {
            Ok(()) => Self { passed: 1, failed: 0 },
            Err(error) => {
                eprintln!("error: {error:#}");
                Self::FAILURE
            }
        }
    }

    /// Adds another tally to this one.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// The tally of a suite whose command ended with or without success: a failure nobody counted is one.
    pub fn ended(mut self, succeeded: bool) -> Self {
        if self.failed == 0 && (!succeeded || self.passed == 0) {
            self.failed = 1;
        }
        self
    }
}

struct Suite {
    name: &'static str,
    long: bool,
    run: fn(&Workspace) -> Result<Tally>,
}

// The bundle comes before all that compiles the server in full, which carries it inside.
const SUITES: &[Suite] = &[
    Suite {
        name: "format",
        long: false,
        run: rust::format,
    },
    Suite {
        name: "lints",
        long: false,
        run: rust::lints,
    },
    Suite {
        name: "wasm build",
        long: false,
        run: rust::bundle,
    },
    Suite {
        name: "rust tests",
        long: false,
        run: rust::tests,
    },
    Suite {
        name: "server binary",
        long: false,
        run: rust::server,
    },
    Suite {
        name: "journeys",
        long: false,
        run: browser::journeys,
    },
    Suite {
        name: "scripts for the stores, many more",
        long: true,
        run: rust::many_scripts,
    },
    Suite {
        name: "fuzzing",
        long: true,
        run: fuzzing::run,
    },
    Suite {
        name: "journeys, again and again",
        long: true,
        run: browser::repeated_journeys,
    },
];

const CHECK: &[Suite] = &[
    Suite {
        name: "format",
        long: false,
        run: rust::format,
    },
    Suite {
        name: "lints",
        long: false,
        run: rust::lints,
    },
    Suite {
        name: "rust tests of domain and oidc",
        long: false,
        run: rust::core_tests,
    },
];

/// `cargo xtask test [--long]`
pub fn test(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    let long = only_flag(arguments, "--long")?;
    Ok(run(workspace, SUITES.iter().filter(|suite| long || !suite.long)))
}

/// `cargo xtask check`
pub fn check(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    only_flag(arguments, "")?;
    Ok(run(workspace, CHECK.iter()))
}

/// `cargo xtask e2e [ARGUMENT…]`
pub fn journeys(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    rust::bundle(workspace)?;
    rust::server(workspace)?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Ok(summary(&[(
        "journeys",
        browser::playwright(workspace, &arguments)?,
    )]))
}

fn run<'a>(workspace: &Workspace, suites: impl Iterator<Item = &'a Suite>) -> ExitCode {
    let mut results = Vec::new();
    for suite in suites {
        eprintln!("\n== {} ==", suite.name);
        let tally = (suite.run)(workspace).unwrap_or_else(|error| Tally::of(Err(error)));
        results.push((suite.name, tally.ended(true)));
    }
    summary(&results)
}

fn summary(results: &[(&str, Tally)]) -> ExitCode {
    let mut total = Tally::default();
    println!();
    for (name, tally) in results {
        println!("{name}: {} passed, {} failed", tally.passed, tally.failed);
        total.add(*tally);
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_that_ran_nothing_or_ended_badly_has_failed() {
        let passed = Tally { passed: 3, failed: 0 };
        assert_eq!(Tally::default().ended(true), Tally::FAILURE);
        assert_eq!(passed.ended(false), Tally { passed: 3, failed: 1 });
        assert_eq!(passed.ended(true), passed);
        let counted = Tally { passed: 3, failed: 2 };
        assert_eq!(counted.ended(false), counted);
    }

    #[test]
    fn one_failure_anywhere_fails_the_whole() {
        let passed = Tally { passed: 1, failed: 0 };
        assert_eq!(summary(&[("a", passed), ("b", passed)]), ExitCode::SUCCESS);
        assert_eq!(
            summary(&[("a", passed), ("b", Tally::FAILURE)]),
            ExitCode::FAILURE
        );
    }
}
