//! Puts the files in place and removes what earlier builds left.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::{Files, paths_below, relative_name};

/// Makes the folder hold exactly these files. Unchanged ones are not touched, or the server that embeds them would be compiled again.
pub fn write(folder: &Path, files: &Files) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    for path in paths_below(folder)? {
        if !files.contains_key(&relative_name(folder, &path)?) {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    for (name, bytes) in files {
        let path = folder.join(name);
        if fs::read(&path).is_ok_and(|present| present == *bytes) {
            continue;
        }
        let parent = path.parent().context("a file of the site lies in a folder")?;
        fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    remove_empty_folders(folder)
}

fn remove_empty_folders(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_empty_folders(&path)?;
            if fs::read_dir(&path)?.next().is_none() {
                fs::remove_dir(&path)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_files_go_and_unchanged_ones_are_not_touched() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let names = || -> Result<Vec<String>> {
            paths_below(folder.path())?.iter().map(|path| relative_name(folder.path(), path)).collect()
        };
        let first = Files::from([("pkg/old/a.js".to_owned(), b"a".to_vec()), ("robots.txt".to_owned(), b"r".to_vec())]);
        write(folder.path(), &first)?;
        assert_eq!(names()?, ["pkg/old/a.js", "robots.txt"]);

        let written = fs::metadata(folder.path().join("robots.txt"))?.modified()?;
        write(folder.path(), &Files::from([("robots.txt".to_owned(), b"r".to_vec())]))?;
        assert_eq!(names()?, ["robots.txt"]);
        assert!(!folder.path().join("pkg").exists());
        assert_eq!(fs::metadata(folder.path().join("robots.txt"))?.modified()?, written);
        Ok(())
    }
}
