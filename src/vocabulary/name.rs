//! Text that people type: names, the names of files, descriptions.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// What is wrong with some text; each says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing, or only spaces.
    #[error("must not be empty")]
    Empty,
    /// More characters than allowed.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// A control character, line break or invisible direction mark.
    #[error("must not contain control characters, line breaks or direction marks")]
    Unprintable,
    /// The path of a file has an empty, `.` or `..` part, or too many parts.
    #[error(
        "must be a relative path such as model/weights.onnx: no empty, '.' or '..' part, no backslash, at most 32 parts of 255 bytes"
    )]
    NotARelativePath,
}

fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The name of a thing: 1 to 200 printable characters, in Unicode NFC, without spaces around it.
///
/// No other convention is enforced (R16). Two names are the same when their keys are (D2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// The highest number of characters.
    pub const MAX_CHARS: usize = 200;

    /// Accepts what a person typed.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text: String = text.trim().nfc().collect();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.chars().any(is_unprintable) {
            return Err(TextError::Unprintable);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(TextError::TooLong(Self::MAX_CHARS));
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What must be unique: see [`name_key`].
    pub fn key(&self) -> String {
        name_key(&self.0)
    }
}

/// NFC and full case folding, computed here so that every database agrees on which names are the same (D2).
///
/// Text that is only looked for may hold NUL, which PostgreSQL cannot even compare with: it becomes another character that no name has.
pub fn name_key(text: &str) -> String {
    let folded = caseless::default_case_fold_str(&text.trim().nfc().collect::<String>());
    folded.nfc().map(|character| if character == '\0' { '\u{FFFF}' } else { character }).collect()
}

/// The name of an artifact or model file: a relative path with `/` between its parts, in Unicode NFC, at most 1,024 bytes.
///
/// It is a label, and never becomes a path on the server's disk.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileName(String);

impl FileName {
    /// The highest number of bytes in UTF-8.
    pub const MAX_BYTES: usize = 1_024;

    /// Accepts a relative path.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text: String = text.nfc().collect();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.chars().any(is_unprintable) {
            return Err(TextError::Unprintable);
        }
        if text.len() > Self::MAX_BYTES {
            return Err(TextError::TooLong(Self::MAX_BYTES));
        }
        let is_drive = |part: &str| part.len() == 2 && part.ends_with(':') && part.as_bytes()[0].is_ascii_alphabetic();
        let is_bad_part = |part: &str| part.trim().is_empty() || part == "." || part == ".." || part.len() > 255;
        let mut parts = text.split('/');
        if text.contains('\\')
            || parts.clone().count() > 32
            || is_drive(parts.clone().next().unwrap_or_default())
            || parts.any(is_bad_part)
        {
            return Err(TextError::NotARelativePath);
        }
        Ok(Self(text))
    }

    /// The whole path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the last `/`.
    pub fn last_part(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

/// Free text of at most 10,000 characters; line breaks and tabs are kept, other control characters refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description(String);

impl Description {
    /// The highest number of characters.
    pub const MAX_CHARS: usize = 10_000;

    /// Accepts what a person typed.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.replace("\r\n", "\n");
        if text.chars().any(|character| character != '\n' && character != '\t' && character.is_control()) {
            return Err(TextError::Unprintable);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(TextError::TooLong(Self::MAX_CHARS));
        }
        Ok(Self(text.trim_end().to_owned()))
    }

    /// The text, possibly empty.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! text_type {
    ($name:ident, $limit:expr, $minimum:expr, $about:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .min_length(Some($minimum))
                    .max_length(Some($limit))
                    .description(Some($about))
                    .into()
            }
        }

        impl ToSchema for $name {}
    };
}

text_type!(Name, Name::MAX_CHARS, 1, "1 to 200 printable characters; compared after Unicode NFC and case folding");
text_type!(
    FileName,
    FileName::MAX_BYTES,
    1,
    "A relative path: at most 1,024 bytes, 32 parts of 255 bytes, no '.', '..', empty part or backslash"
);
text_type!(Description, Description::MAX_CHARS, 0, "At most 10,000 characters; line breaks are kept");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_accepted_name_is_printable_and_stays_the_same(text in "\\PC{0,40}|.{0,260}") {
            if let Ok(name) = Name::parse(&text) {
                prop_assert_eq!(Name::parse(name.as_str()), Ok(name.clone()));
                prop_assert!(!name.as_str().chars().any(char::is_control));
                prop_assert_eq!(name_key(&name.key()), name.key());
            }
        }

        #[test]
        fn an_accepted_file_name_never_leaves_its_folder(text in "([a-z.\\\\/:\u{0}%]{0,12}|.{0,80})") {
            if let Ok(name) = FileName::parse(&text) {
                let path = std::path::Path::new(name.as_str());
                prop_assert!(path.components().all(|part| matches!(part, std::path::Component::Normal(_))));
            }
        }
    }

    #[test]
    fn names_that_differ_only_in_case_or_form_are_the_same() {
        for (one, other) in [("Détection", "DE\u{301}TECTION"), ("Straße", "STRASSE"), ("  a ", "A")] {
            assert_eq!(Name::parse(one).unwrap().key(), Name::parse(other).unwrap().key(), "{one} and {other}");
        }
        assert_ne!(name_key("a b"), name_key("a%20b"));
    }

    #[test]
    fn bad_names_are_refused_with_their_reason() {
        for (text, reason) in [
            ("", TextError::Empty),
            (" \t ", TextError::Empty),
            ("a\u{0}b", TextError::Unprintable),
            ("a\nb", TextError::Unprintable),
            ("a\u{202E}b", TextError::Unprintable),
            (&"😀".repeat(201), TextError::TooLong(200)),
        ] {
            assert_eq!(Name::parse(text), Err(reason), "{text:?}");
        }
        assert!(Name::parse(&"😀".repeat(200)).is_ok());
    }

    #[test]
    fn paths_that_could_mean_another_place_are_refused() {
        for text in [
            "/etc/passwd",
            "a//b",
            "a/",
            "./a",
            "a/../b",
            "..",
            ".",
            "C:\\x",
            "C:/x",
            "\\\\host\\share",
            "a\r\nb",
            " / ",
        ] {
            assert!(FileName::parse(text).is_err(), "{text:?}");
        }
        for text in ["model.onnx", "a b/c%20d", "日本/重み.onnx", "%2e%2e/x", ".hidden", "a..b"] {
            assert_eq!(FileName::parse(text).unwrap().as_str(), text);
        }
    }
}
