//! A fingerprint of files and folders, to tell whether work done before is still good.
//! It notices change; it is no defence against someone who wants it not to.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

use anyhow::{Context, Result};

/// Sums up the names and contents below each of `paths`, which are relative to `root` and may be missing.
pub fn fingerprint(root: &Path, paths: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        add(&mut hasher, root, Path::new(path)).with_context(|| format!("cannot read {path}"))?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn add(hasher: &mut DefaultHasher, root: &Path, path: &Path) -> Result<()> {
    let full = root.join(path);
    path.hash(hasher);
    if full.is_dir() {
        let entries = fs::read_dir(&full)?.collect::<std::io::Result<Vec<_>>>()?;
        let mut names: Vec<_> = entries.into_iter().map(|entry| entry.file_name()).collect();
        names.sort();
        for name in names {
            add(hasher, root, &path.join(name))?;
        }
    } else if full.is_file() {
        fs::read(&full)?.hash(hasher);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_contents_count_and_other_files_do_not() {
        let root = std::env::temp_dir().join(format!("fingerprint-{}", std::process::id()));
        fs::create_dir_all(root.join("in/deep")).unwrap();
        let now = || fingerprint(&root, &["in", "absent"]).unwrap();
        fs::write(root.join("in/deep/a"), "one").unwrap();
        let first = now();
        fs::write(root.join("out"), "one").unwrap();
        assert_eq!(now(), first);
        fs::write(root.join("in/deep/a"), "two").unwrap();
        let changed = now();
        assert_ne!(changed, first);
        fs::rename(root.join("in/deep/a"), root.join("in/deep/b")).unwrap();
        assert_ne!(now(), changed);
        fs::remove_dir_all(&root).unwrap();
    }
}
