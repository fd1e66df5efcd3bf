//! `docs/requirements.md` says which test shows each requirement; this keeps it from going stale.
//!
//! Each of R1-R43 and D1-D12 has one row with tests of the API and of the pages. `file::name` is a test in Rust, a text in quotation marks
//! the title of a test in the browser; both must exist. A cell that says `missing` must say why.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

struct Row {
    id: String,
    /// Of the API, then of the pages.
    cells: [String; 2],
}

#[test]
fn every_requirement_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rows = rows(&fs::read_to_string(root.join("docs/requirements.md")).unwrap());
    let expected = (1..=43).map(|number| format!("R{number}")).chain((1..=12).map(|number| format!("D{number}")));
    let found: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(found, expected.collect::<Vec<_>>(), "one row for each requirement, in order");
    let rust = rust_tests(root);
    let browser = browser_tests(&root.join("end2end/tests"));
    let mut troubles = Vec::new();
    for row in &rows {
        for cell in &row.cells {
            troubles.extend(trouble(cell, &rust, &browser).map(|trouble| format!("{}: {trouble}", row.id)));
        }
    }
    assert!(troubles.is_empty(), "{}", troubles.join("\n"));
}

fn rows(document: &str) -> Vec<Row> {
    let row = |line: &str| {
        let cells: Vec<String> = line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
        match <[String; 4]>::try_from(cells) {
            Ok([id, _, api, pages]) => Row { id, cells: [api, pages] },
            Err(cells) => panic!("four cells are expected: {cells:?}"),
        }
    };
    document.lines().filter(|line| line.starts_with("| R") || line.starts_with("| D")).map(row).collect()
}

/// What is wrong with a cell, if anything.
fn trouble(cell: &str, rust: &BTreeMap<String, BTreeSet<String>>, browser: &BTreeSet<String>) -> Option<String> {
    if let Some(reason) = cell.strip_prefix("missing: ") {
        return reason.is_empty().then(|| "a missing test needs a reason".to_owned());
    }
    let mut count = 0;
    for (position, part) in cell.split('`').enumerate() {
        match position % 2 {
            1 => {
                let (file, name) = part.split_once("::").unwrap_or(("", part));
                if !rust.get(file).is_some_and(|names| names.contains(name)) {
                    return Some(format!("there is no test {part}"));
                }
                count += 1;
            }
            _ => {
                for title in part.split(['“', '”']).skip(1).step_by(2) {
                    if !browser.contains(title) {
                        return Some(format!("there is no browser test “{title}”"));
                    }
                    count += 1;
                }
            }
        }
    }
    (count == 0).then(|| format!("no test is named in {cell:?}"))
}

/// The functions of each file with tests, by the file's name without folder and ending.
fn rust_tests(root: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut tests = BTreeMap::<String, BTreeSet<String>>::new();
    for path in files(&root.join("tests"), "rs").into_iter().chain(files(&root.join("src"), "rs")) {
        let text = fs::read_to_string(&path).unwrap();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let name = if stem == "mod" { path.parent().unwrap().file_name().unwrap().to_str().unwrap() } else { stem };
        let names = text.lines().filter_map(|line| {
            let line = line.trim_start();
            let rest = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn "))?;
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
