//! `docs/requirements.md` says which test shows each requirement; this keeps it from going stale.
//!
//! Each of R1-R43 and D1-D12 has one row with tests of the API and of the pages. `file::name` is a test in Rust, a text in quotation marks
//! the title of a test in the browser; both must exist. A cell that says `missing` must say why.

#[path = "support/evidence.rs"]
mod evidence;

use evidence::Evidence;
use std::{fs, path::Path};

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
    let evidence = Evidence::gather(root);
    let mut troubles = Vec::new();
    for row in &rows {
        for cell in &row.cells {
            troubles.extend(trouble(&evidence, cell).map(|trouble| format!("{}: {trouble}", row.id)));
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
fn trouble(evidence: &Evidence, cell: &str) -> Option<String> {
    match cell.strip_prefix("missing: ") {
        Some(reason) => reason.is_empty().then(|| "a missing test needs a reason".to_owned()),
        None => evidence.trouble(cell),
    }
}
