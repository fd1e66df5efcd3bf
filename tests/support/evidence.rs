//! The tests of the project by their names, for documents that say which test shows what.
//!
//! In such a document `file::name` is a test in Rust, or in Python with the SDK, and a text in quotation marks the title of a test in the browser.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Every test that there is.
pub struct Evidence {
    /// The functions of each file with tests, by the file's name without folder and ending.
    named: BTreeMap<String, BTreeSet<String>>,
    /// The titles of the tests in the browser.
    browser: BTreeSet<String>,
}

impl Evidence {
    /// Reads the sources of the project.
    pub fn gather(root: &Path) -> Self {
        Self { named: named_tests(root), browser: browser_tests(&root.join("end2end/tests")) }
    }

    /// What is wrong with a cell that names tests, if anything.
    pub fn trouble(&self, cell: &str) -> Option<String> {
        let mut count = 0;
        for (position, part) in cell.split('`').enumerate() {
            match position % 2 {
                1 => {
                    let (file, name) = part.split_once("::").unwrap_or(("", part));
                    if !self.named.get(file).is_some_and(|names| names.contains(name)) {
                        return Some(format!("there is no test {part}"));
                    }
                    count += 1;
                }
                _ => {
                    for title in part.split(['“', '”']).skip(1).step_by(2) {
                        if !self.browser.contains(title) {
                            return Some(format!("there is no browser test “{title}”"));
                        }
                        count += 1;
                    }
                }
            }
        }
        (count == 0).then(|| format!("no test is named in {cell:?}"))
    }
}

fn named_tests(root: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut tests = BTreeMap::<String, BTreeSet<String>>::new();
    let rust = files(&root.join("tests"), "rs").into_iter().chain(files(&root.join("src"), "rs"));
    for path in rust.chain(files(&root.join("end2end/picsellia"), "py")) {
        let text = fs::read_to_string(&path).unwrap();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let name = if stem == "mod" { path.parent().unwrap().file_name().unwrap().to_str().unwrap() } else { stem };
        let names = text.lines().filter_map(|line| {
            let line = line.trim_start();
            let rest = ["async fn ", "fn ", "def "].iter().find_map(|word| line.strip_prefix(word))?;
            Some(rest.split('(').next()?.to_owned())
        });
        tests.entry(name.to_owned()).or_default().extend(names);
    }
    tests
}

fn browser_tests(folder: &Path) -> BTreeSet<String> {
    let mut titles = BTreeSet::new();
    for path in files(folder, "ts") {
        for line in fs::read_to_string(&path).unwrap().lines() {
            let Some(rest) = line.trim_start().strip_prefix("test(") else { continue };
            let quote = rest.chars().next().unwrap();
            titles.extend(rest[1..].split_once(quote).map(|(title, _)| title.to_owned()));
        }
    }
    titles
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found
}
