//! Texts that look for the places where a parser is careless.

use proptest::{prelude::*, sample::Index};

/// How many texts each target gets, unless `PROPTEST_CASES` says otherwise.
const CASES: u32 = 1_000;

/// The usual settings with our number of cases.
pub fn settings() -> ProptestConfig {
    let is_chosen = std::env::var_os("PROPTEST_CASES").is_some();
    let usual = ProptestConfig::default();
    ProptestConfig { cases: if is_chosen { usual.cases } else { CASES }, ..usual }
}

/// What means something to one parser or another, and what is easily forgotten.
const PIECES: [&str; 48] = [
    "",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "\u{7f}",
    "\u{85}",
    "\u{feff}",
    "\u{202e}",
    "\u{301}",
    "é",
    "e\u{301}",
    "İ",
    "ﬁ",
    "👩‍🔬",
    "\u{10ffff}",
    "/",
    "//",
    "\\",
    "..",
    "./",
    "%",
    "%2e%2e%2f",
    "%00",
    "%ff",
    "+",
    "'",
    "\"",
    "`",
    "$(id)",
    ";",
    "|",
    "~",
    "&lt;",
    "<script>",
    "</textarea>",
    "javascript:",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "=",
    "-1",
    "1e999",
    "18446744073709551616",
];

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..20).prop_map(|pieces| pieces.concat())
}

/// Takes an example, and cuts, doubles or replaces parts of it.
fn mutated(examples: &'static [&'static str]) -> impl Strategy<Value = String> {
    let edit = (any::<Index>(), any::<Index>(), prop::sample::select(PIECES.to_vec()), 0..3_u8);
    (prop::sample::select(examples), prop::collection::vec(edit, 0..6)).prop_map(|(example, edits)| {
        let mut text: Vec<char> = example.chars().collect();
        for (one, other, piece, kind) in edits {
            let (one, other) = (one.index(text.len() + 1), other.index(text.len() + 1));
            let (from, to) = (one.min(other), one.max(other));
            let part: Vec<char> = text[from..to].to_vec();
            match kind {
                0 => drop(text.splice(from..to, piece.chars())),
                1 => drop(text.splice(to..to, part)),
                _ => drop(text.splice(from..from, piece.chars())),
            }
        }
        text.into_iter().collect()
    })
}

/// Any text, hostile pieces, and what almost is one of the examples.
pub fn text(examples: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![1 => any::<String>(), 1 => soup(), 1 => "[ -~]{0,300}", 4 => mutated(examples)]
}
