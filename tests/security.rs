//! `docs/security.md` says which test shows each failure case, and each requirement of the ASVS; this keeps it from going stale.
//!
//! Each section has its rows in order and without a gap. A row names tests that exist, or says why there is none: `not applicable: …` if
//! the product does not do what could fail, `missing: …` if the proof is still owed, and for requirements `by construction: …` with the
//! files that meet it. Tests and files that a reason names exist, too.

#[path = "support/evidence.rs"]
mod evidence;

use evidence::Evidence;
use std::{fs, path::Path};

/// How many cases each group has.
const GROUPS: [(&str, usize); 7] = [("A", 16), ("Z", 15), ("W", 10), ("N", 16), ("I", 10), ("X", 13), ("H", 9)];

/// How many requirements of level 1 each chapter of the ASVS 5.0.0 has: 70 in all, none in chapters 16 and 17.
const CHAPTERS: [usize; 15] = [8, 4, 8, 2, 4, 13, 6, 4, 4, 5, 3, 3, 1, 2, 3];

#[test]
fn every_case_names_tests_that_exist_or_a_reason() {
    let rows = rows(is_case);
    let found: Vec<&str> = rows.iter().map(|[case, _]| case.as_str()).collect();
    let expected =
        GROUPS.into_iter().flat_map(|(group, count)| (1..=count).map(move |number| format!("{group}{number}")));
    assert_eq!(found, expected.collect::<Vec<_>>(), "one row for each case, in order");
    check(&rows, &["not applicable: ", "missing: "]);
}

#[test]
fn every_requirement_of_the_standard_names_tests_that_exist_or_a_reason() {
    let rows = rows(|cell| numbers(cell).is_some());
    let found: Vec<[usize; 3]> = rows.iter().filter_map(|[number, _]| numbers(number)).collect();
    assert!(found.is_sorted_by(|one, next| one < next), "in order, none twice: {found:?}");
    let count = |chapter: usize| found.iter().filter(|[first, ..]| *first == chapter).count();
    assert_eq!((1..=CHAPTERS.len()).map(count).collect::<Vec<_>>(), CHAPTERS);
    assert_eq!(found.len(), CHAPTERS.iter().sum::<usize>());
    check(&rows, &["not applicable: ", "missing: ", "by construction: "]);
}

/// The first and the last cell of every row of three whose first cell is wanted.
fn rows(is_wanted: fn(&str) -> bool) -> Vec<[String; 2]> {
    let document = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [name, _, proof] = <[&str; 3]>::try_from(cells).ok()?;
        is_wanted(name).then(|| [name.to_owned(), proof.to_owned()])
    };
    document.lines().filter_map(row).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Such as `A12`.
fn is_case(cell: &str) -> bool {
    let number = cell.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
    number.len() < cell.len() && number.parse::<usize>().is_ok()
}

/// Such as `6.2.1`.
fn numbers(cell: &str) -> Option<[usize; 3]> {
    let numbers: Option<Vec<usize>> = cell.split('.').map(|number| number.parse().ok()).collect();
    numbers?.try_into().ok()
}

fn check(rows: &[[String; 2]], reasons: &[&str]) {
    let evidence = Evidence::gather(root());
    let troubles: Vec<String> = rows
        .iter()
        .filter_map(|[name, proof]| trouble(&evidence, proof, reasons).map(|trouble| format!("{name}: {trouble}")))
        .collect();
    assert!(troubles.is_empty(), "{}", troubles.join("\n"));
}

/// What is wrong with a proof, if anything.
fn trouble(evidence: &Evidence, proof: &str, reasons: &[&str]) -> Option<String> {
    let Some((word, reason)) = reasons.iter().find_map(|word| Some((*word, proof.strip_prefix(word)?))) else {
        return evidence.trouble(proof);
    };
    let mut files = reason.split('`').skip(1).step_by(2).filter(|name| name.ends_with(".rs") || name.ends_with(".md"));
    if reason.is_empty() || (word.starts_with("by construction") && files.clone().next().is_none()) {
        return Some("a reason is expected, with the files in which it is done".to_owned());
    }
    if let Some(file) = files.find(|file| !root().join(file).exists()) {
        return Some(format!("there is no file {file}"));
    }
    // Of what stands in backquotes, a reason may name more than tests.
    let parts = reason.split('`').enumerate().map(|(position, part)| match position % 2 {
        0 => part.to_owned(),
        _ if part.contains("::") => format!("`{part}`"),
        _ => String::new(),
    });
    let tests: String = parts.collect();
    tests.contains(['`', '“']).then(|| evidence.trouble(&tests)).flatten()
}
