//! The folder whose files become part of the server: filled so that the server is compiled again
//! when, and only when, a file in it has changed.

use std::{
    fs::{self, File},
    path::Path,
    time::SystemTime,
};

use anyhow::Result;

use crate::workspace::Workspace;

/// Makes the folder; the server compiles without a bundle, but not without its folder.
pub fn make_folder(workspace: &Workspace) -> Result<()> {
    fs::create_dir_all(workspace.site().join("pkg"))?;
    Ok(())
}

/// Copies the bundle into the folder, file by file where they differ.
pub fn publish(workspace: &Workspace, bundle: &Path) -> Result<()> {
    let names_changed = copy_changed(bundle, &workspace.site().join("pkg"))?;
    if names_changed {
        // Cargo watches the files the server embedded last time and cannot know of a new one.
        for source in ["server/src/lib.rs", "server/src/main.rs"] {
            touch(&workspace.root.join(source))?;
        }
    }
    Ok(())
}

/// Makes `to` hold what `from` holds, and tells whether a file was added or taken away.
fn copy_changed(from: &Path, to: &Path) -> Result<bool> {
    fs::create_dir_all(to)?;
    let mut names_changed = remove_absent(from, to)?;
    for entry in fs::read_dir(from)? {
        let source = entry?.path();
        let Some(name) = source.file_name() else { continue };
        let copy = to.join(name);
        if source.is_dir() {
            names_changed |= copy_changed(&source, &copy)?;
            continue;
        }
        names_changed |= !copy.exists();
        let content = fs::read(&source)?;
        if fs::read(&copy).ok().as_ref() != Some(&content) {
            fs::write(&copy, content)?;
        }
    }
    Ok(names_changed)
}

fn remove_absent(from: &Path, to: &Path) -> Result<bool> {
    let mut removed = false;
    for entry in fs::read_dir(to)? {
        let copy = entry?.path();
        if copy.file_name().is_some_and(|name| !from.join(name).exists()) {
            if copy.is_dir() {
                fs::remove_dir_all(&copy)?
            } else {
                fs::remove_file(&copy)?
            }
            removed = true;
        }
    }
    Ok(removed)
}

#[expect(
    clippy::disallowed_methods,
    reason = "file times come from the machine's clock"
)]
fn touch(file: &Path) -> Result<()> {
    if file.is_file() {
        File::options()
            .append(true)
            .open(file)?
            .set_modified(SystemTime::now())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_new_and_missing_names_ask_for_a_new_server() {
        let root = std::env::temp_dir().join(format!("site-{}", std::process::id()));
        let (from, to) = (root.join("from"), root.join("to"));
        fs::create_dir_all(from.join("snippets")).unwrap();
        fs::write(from.join("a"), "one").unwrap();
        fs::write(from.join("snippets/b"), "two").unwrap();
        assert!(copy_changed(&from, &to).unwrap());
        assert!(!copy_changed(&from, &to).unwrap());
        fs::write(from.join("a"), "changed").unwrap();
        assert!(!copy_changed(&from, &to).unwrap());
        assert_eq!(fs::read(to.join("a")).unwrap(), b"changed");
        fs::remove_file(from.join("snippets/b")).unwrap();
        assert!(copy_changed(&from, &to).unwrap());
        assert!(!to.join("snippets/b").exists());
        fs::remove_dir_all(&root).unwrap();
    }
}
