//! `docs/security.md` says which test shows each failure case; this keeps it from going stale.
//!
//! Each section has its cases in order and without a gap. A case names tests that exist, or says why there is none: `not applicable: …` if
//! the product does not do what could fail, `missing: …` if the proof is still owed.

#[path = "support/evidence.rs"]
mod evidence;

use evidence::Evidence;
use std::{fs, path::Path};

/// How many cases each group has.
const GROUPS: [(&str, usize); 7] = [("A", 16), ("Z", 15), ("W", 10), ("N", 16), ("I", 10), ("X", 13), ("H", 9)];

#[test]
fn every_case_names_tests_that_exist_or_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join("docs/security.md")).unwrap();
    let rows: Vec<[&str; 3]> = document.lines().filter_map(row).collect();
    let found: Vec<String> = rows.iter().map(|[case, ..]| (*case).to_owned()).collect();
    let expected =
        GROUPS.into_iter().flat_map(|(group, count)| (1..=count).map(move |number| format!("{group}{number}")));
    assert_eq!(found, expected.collect::<Vec<_>>(), "one row for each case, in order");
    let evidence = Evidence::gather(root);
    let troubles: Vec<String> = rows
        .iter()
        .filter_map(|[case, _, proof]| trouble(&evidence, proof).map(|trouble| format!("{case}: {trouble}")))
        .collect();
    assert!(troubles.is_empty(), "{}", troubles.join("\n"));
}

/// The cells of a line of a table about cases.
fn row(line: &str) -> Option<[&str; 3]> {
    let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
    let cells = <[&str; 3]>::try_from(cells).ok()?;
    let number = cells[0].trim_start_matches(|letter: char| letter.is_ascii_uppercase());
    (number.len() < cells[0].len() && number.parse::<usize>().is_ok()).then_some(cells)
}

/// What is wrong with the proof of a case, if anything.
fn trouble(evidence: &Evidence, proof: &str) -> Option<String> {
    match ["not applicable: ", "missing: "].iter().find_map(|word| proof.strip_prefix(word)) {
        Some(reason) => reason.is_empty().then(|| "a reason is expected".to_owned()),
        None => evidence.trouble(proof),
    }
}
