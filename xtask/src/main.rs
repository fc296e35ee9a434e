//! The project's recipes, run as `cargo xtask RECIPE`: the only place where commands are written down.
//! Every recipe shows what it does, asks nothing and may be repeated. It depends on no crate of the product.

mod bench;
mod common_passwords;
mod environment;
mod fingerprint;
mod npm;
mod packages;
mod process;
mod product;
mod suites;
mod wasm;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

struct Recipe {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(&Workspace, &[String]) -> Result<ExitCode>,
}

const RECIPES: &[Recipe] = &[
    Recipe {
        name: "serve",
        arguments: "[ARGUMENT…]",
        about: "build the release product and start it with demo data",
        run: product::serve,
    },
    Recipe {
        name: "test",
        arguments: "[--long]",
        about: "install what is missing and run every suite; --long adds the slow ones",
        run: suites::test,
    },
    Recipe {
        name: "check",
        arguments: "",
        about: "format, lints and the tests of domain and oidc: the first run after every change",
        run: suites::check,
    },
    Recipe {
        name: "build",
        arguments: "[--release]",
        about: "the whole product as one file, signet, in the target folder",
        run: product::build,
    },
    Recipe {
        name: "wasm",
        arguments: "",
        about: "the browser bundle only",
        run: product::wasm,
    },
    Recipe {
        name: "e2e",
        arguments: "[ARGUMENT…]",
        about: "the browser journeys only; arguments go to Playwright",
        run: suites::journeys,
    },
    Recipe {
        name: "bench",
        arguments: "",
        about: "what the release build costs to start, to hold and to send",
        run: bench::run,
    },
    Recipe {
        name: "common-passwords",
        arguments: "",
        about: "the filter of common passwords, made anew from the list it comes from",
        run: common_passwords::make,
    },
    Recipe {
        name: "screenshots",
        arguments: "[ARGUMENT…]",
        about: "pictures of the pages, taken from the debug build",
        run: product::screenshots,
    },
];

fn main() -> ExitCode {
    match dispatch(&environment::arguments()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<ExitCode> {
    let Some((name, rest)) = arguments.split_first() else {
        list();
        return Ok(ExitCode::SUCCESS);
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        list();
        return Ok(ExitCode::SUCCESS);
    }
    let Some(recipe) = RECIPES.iter().find(|recipe| recipe.name == name) else {
        list();
        bail!("there is no recipe {name:?}");
    };
    (recipe.run)(&Workspace::find()?, rest)
}

fn list() {
    println!("cargo xtask RECIPE\n");
    for recipe in RECIPES {
        let usage = format!("{} {}", recipe.name, recipe.arguments);
        println!("  {usage:<26}{}", recipe.about);
    }
}

/// Tells whether `flag` was given, and refuses every other argument.
fn only_flag(arguments: &[String], flag: &str) -> Result<bool> {
    match arguments.iter().find(|argument| *argument != flag) {
        Some(other) => bail!("unexpected argument {other:?}"),
        None => Ok(!arguments.is_empty()),
    }
}
