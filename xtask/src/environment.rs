//! What a recipe takes from its surroundings: arguments, variables and programs on the path.
//! Nothing else in this crate reads the environment.
#![expect(
    clippy::disallowed_methods,
    reason = "recipes run outside the product and have no configuration"
)]

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

/// The arguments after the program's name.
pub fn arguments() -> Vec<String> {
    env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect()
}

/// Tells whether a variable has exactly this value.
pub fn is(name: &str, value: &str) -> bool {
    env::var_os(name).is_some_and(|found| found == value)
}

/// The first file of that name in a folder of `PATH`.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// The folder that holds the manifest of this crate, as it was when it was built.
pub fn manifest_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The variables `cargo run` sets for this program and no program started by it should see:
/// some build scripts would be run again for them.
pub fn set_by_cargo_run() -> Vec<OsString> {
    let set = |name: &str| {
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "LD_LIBRARY_PATH"
    };
    env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| name.to_str().is_some_and(set))
        .collect()
}
