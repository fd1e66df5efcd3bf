//! The words of the protocol for what we call otherwise.

use crate::{
    dataset::DatasetKind,
    error::{AppError, ErrorKind},
    experiment::Status,
};

/// The kinds of inference that exist there. What we have beside them is not configured there.
const INFERENCE_TYPES: [&str; 8] =
    ["CLASSIFICATION", "OBJECT_DETECTION", "SEGMENTATION", "POINT", "KEYPOINT", "LINE", "MASK", "MULTI"];
const FRAMEWORKS: [&str; 3] = ["TENSORFLOW", "PYTORCH", "ONNX"];
/// What stands for nothing.
const NOT_CONFIGURED: &str = "NOT_CONFIGURED";

const STATUSES: [(&str, Status); 6] = [
    ("WAITING", Status::Pending),
    ("RUNNING", Status::Running),
    ("SUCCESS", Status::Succeeded),
    ("FAILED", Status::Failed),
    ("CANCELED", Status::Aborted),
    ("TERMINATED", Status::Terminated),
];

const DATASET_KINDS: [(&str, DatasetKind); 9] = [
    (NOT_CONFIGURED, DatasetKind::Other),
    ("CLASSIFICATION", DatasetKind::Classification),
    ("OBJECT_DETECTION", DatasetKind::ObjectDetection),
    ("SEGMENTATION", DatasetKind::Segmentation),
    ("POINT", DatasetKind::Point),
    ("KEYPOINT", DatasetKind::Keypoint),
    ("LINE", DatasetKind::Line),
    ("MASK", DatasetKind::Mask),
    ("MULTI", DatasetKind::Multi),
];

/// The word for an experiment's status.
pub fn of_status(status: Status) -> &'static str {
    word(&STATUSES, status)
}

/// The status that a word stands for.
pub fn status(word: &str) -> Result<Status, AppError> {
    meaning(&STATUSES, "status", word)
}

/// The word for what a dataset version shows.
pub fn of_dataset_kind(kind: DatasetKind) -> &'static str {
    word(&DATASET_KINDS, kind)
}

/// What a dataset version shows.
pub fn dataset_kind(word: &str) -> Result<DatasetKind, AppError> {
    meaning(&DATASET_KINDS, "type", word)
}

/// The word for a free word of ours.
pub fn of_inference_type(word: Option<&str>) -> String {
    known(&INFERENCE_TYPES, word)
}

/// Our free word; empty for nothing.
pub fn inference_type(word: &str) -> Result<String, AppError> {
    accepted(&INFERENCE_TYPES, "type", word)
}

/// The word for a free word of ours.
pub fn of_framework(word: Option<&str>) -> String {
    known(&FRAMEWORKS, word)
}

/// Our free word; empty for nothing.
pub fn framework(word: &str) -> Result<String, AppError> {
    accepted(&FRAMEWORKS, "framework", word)
}

fn known(words: &[&'static str], word: Option<&str>) -> String {
    let spelled = word.unwrap_or_default().to_ascii_uppercase().replace([' ', '-'], "_");
    words.iter().find(|known| **known == spelled).copied().unwrap_or(NOT_CONFIGURED).to_owned()
}

fn accepted(words: &[&'static str], field: &str, word: &str) -> Result<String, AppError> {
    match word {
        NOT_CONFIGURED => Ok(String::new()),
        word if words.contains(&word) => Ok(word.to_ascii_lowercase()),
        _ => Err(unknown(field, word, words.iter().copied().chain([NOT_CONFIGURED]))),
    }
}

fn word<T: PartialEq>(words: &[(&'static str, T)], meaning: T) -> &'static str {
    words.iter().find(|(_, known)| *known == meaning).map_or(NOT_CONFIGURED, |(word, _)| word)
}

fn meaning<T: Copy>(words: &[(&'static str, T)], field: &str, word: &str) -> Result<T, AppError> {
    let found = words.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning);
    found.ok_or_else(|| unknown(field, word, words.iter().map(|(word, _)| *word)))
}

/// Says which words there are.
pub fn unknown(field: &str, word: &str, words: impl Iterator<Item = &'static str>) -> AppError {
    let words = words.collect::<Vec<_>>().join(", ");
    let shown: String = word.chars().take(60).collect();
    let detail = format!("{field} {shown:?} is not known; it is one of {words}.");
    AppError::new(ErrorKind::Invalid, "unknown_word", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_comes_back_as_itself() {
        for (word, meaning) in STATUSES {
            assert_eq!((status(word).unwrap(), of_status(meaning)), (meaning, word));
        }
        for (word, meaning) in DATASET_KINDS {
            assert_eq!((dataset_kind(word).unwrap(), of_dataset_kind(meaning)), (meaning, word));
        }
        for word in INFERENCE_TYPES {
            assert_eq!(of_inference_type(Some(&inference_type(word).unwrap())), word);
        }
        for word in FRAMEWORKS {
            assert_eq!(of_framework(Some(&framework(word).unwrap())), word);
        }
    }

    #[test]
    fn words_of_ours_that_do_not_exist_there_are_not_configured() {
        assert_eq!(of_inference_type(Some("regression")), "NOT_CONFIGURED");
        assert_eq!(of_inference_type(Some("Object detection")), "OBJECT_DETECTION");
        assert_eq!(of_framework(None), "NOT_CONFIGURED");
        assert!(
            inference_type("object_detection").is_err() && framework("KERAS").is_err() && status("Success").is_err()
        );
    }
}
