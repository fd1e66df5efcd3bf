//! What a training printed.

use crate::vocabulary::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The highest number of lines in one call, in and out.
pub const MAX_CONSOLE_BATCH: usize = 1_000;
/// The highest number of lines of one experiment.
pub const MAX_CONSOLE_LINES: i64 = 200_000;
/// The highest number of characters of one line; what is longer is cut.
pub const MAX_CONSOLE_CHARS: usize = 4_000;

/// Where a line was printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// What a program has to say.
    #[default]
    Stdout,
    /// What a program complains about.
    Stderr,
}

impl Stream {
    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }
}

impl std::str::FromStr for Stream {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "stdout" => Ok(Self::Stdout),
            "stderr" => Ok(Self::Stderr),
            other => Err(format!("{other} is no stream")),
        }
    }
}

/// A line as a script sends it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConsoleLine {
    /// Without its line break. Control characters are left out, and so is what goes beyond 4,000 characters.
    pub text: String,
    #[serde(default)]
    pub stream: Stream,
    /// When it was printed; when absent, the time of arrival.
    #[serde(default)]
    pub time: Option<Timestamp>,
    /// The part of the training that it belongs to: at most 60 characters of the text are kept.
    #[serde(default)]
    pub chapter: Option<String>,
}

/// A printed line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsoleLine {
    /// The order of arrival, from 0.
    pub seq: i64,
    pub time: Timestamp,
    pub stream: Stream,
    /// The part of the training that it belongs to.
    pub chapter: Option<String>,
    pub text: String,
}

/// Which lines to read.
#[derive(Clone, Debug, Default)]
pub struct ConsoleQuery {
    /// Part of the line; upper and lower case are the same.
    pub search: String,
    /// Only lines after this `seq`, from there on; without it, the newest.
    pub after: Option<i64>,
    /// At most so many.
    pub limit: usize,
}

/// The highest number of characters in the name of a chapter; what is longer is cut.
pub const MAX_CHAPTER_CHARS: usize = 60;

/// The name of a chapter as it is kept; none when nothing of it can be shown.
pub fn kept_chapter(text: &str) -> Option<String> {
    let kept: String = kept_text(text).trim().chars().take(MAX_CHAPTER_CHARS).collect();
    Some(kept).filter(|kept| !kept.is_empty())
}

/// The line as it is kept: the colours of a terminal and other control characters would be noise, and NUL cannot be stored.
pub fn kept_text(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // ECMA-48, section 5.4: a control sequence ends with a character from @ to ~.
            '\u{1b}' if characters.next_if_eq(&'[').is_some() => {
                characters.by_ref().find(|character| ('@'..='~').contains(character));
            }
            '\t' => kept.push('\t'),
            character if character.is_control() => {}
            character => kept.push(character),
        }
    }
    match kept.char_indices().nth(MAX_CONSOLE_CHARS) {
        Some((end, _)) => kept[..end].to_owned(),
        None => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_control_characters_are_left_out_and_long_lines_are_cut() {
        for (printed, kept) in [
            ("\u{1b}[1;31merror\u{1b}[0m: no\r\n", "error: no"),
            ("a\tb\0c", "a\tbc"),
            ("\u{1b}[31", ""),
            ("", ""),
            ("Größe ≥ 3", "Größe ≥ 3"),
        ] {
            assert_eq!(kept_text(printed), kept);
        }
        assert_eq!(kept_text(&"ß".repeat(5_000)).chars().count(), MAX_CONSOLE_CHARS);
    }
}
