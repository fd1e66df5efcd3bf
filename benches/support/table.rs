//! Tables in `docs/benchmarks.md`, each between markers of its own.

use std::path::Path;

/// Replaces the table of that name.
pub fn write(name: &str, table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/benchmarks.md");
    let begin = format!("<!-- {name}:begin (written by `make bench`) -->\n");
    let end = format!("<!-- {name}:end -->");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let (before, rest) = text.split_once(&begin).expect("docs/benchmarks.md has the marker where the table begins");
    let (_, after) = rest.split_once(&end).expect("docs/benchmarks.md has the marker where the table ends");
    std::fs::write(path, format!("{before}{begin}{table}{end}{after}")).unwrap();
}
