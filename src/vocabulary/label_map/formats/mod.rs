//! Label maps in the formats of other tools.

mod json;
mod pbtxt;
mod yolo;

use super::{InvalidLabelMap, LabelMap, TextError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The largest file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 4 << 20;

/// A format of a file with labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LabelFormat {
    /// One label per line.
    List,
    /// Ultralytics' `data.yaml`: `names` as a list, or as a map from index to name. <https://docs.ultralytics.com/datasets/detect/>
    Yolo,
    /// The `categories` of a COCO annotation file, in the order of their ids. <https://cocodataset.org/#format-data>
    Coco,
    /// `id2label` of a Hugging Face `config.json`. <https://huggingface.co/docs/transformers/main_classes/configuration>
    Id2Label,
    /// TensorFlow's `StringIntLabelMap` as protobuf text; ids begin at 1, because 0 is the background.
    /// <https://github.com/tensorflow/models/blob/master/research/object_detection/protos/string_int_label_map.proto>
    Pbtxt,
}

impl LabelFormat {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::List, Self::Yolo, Self::Coco, Self::Id2Label, Self::Pbtxt];

    /// The word that addresses use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Yolo => "yolo",
            Self::Coco => "coco",
            Self::Id2Label => "id2label",
            Self::Pbtxt => "pbtxt",
        }
    }

    /// The words for people.
    pub fn for_people(self) -> &'static str {
        match self {
            Self::List => "Plain list",
            Self::Yolo => "YOLO data.yaml",
            Self::Coco => "COCO categories",
            Self::Id2Label => "id2label JSON",
            Self::Pbtxt => "TensorFlow pbtxt",
        }
    }

    /// The name that a file of this format usually has.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::List => "labels.txt",
            Self::Yolo => "data.yaml",
            Self::Coco => "categories.json",
            Self::Id2Label => "id2label.json",
            Self::Pbtxt => "label_map.pbtxt",
        }
    }
}

impl std::str::FromStr for LabelFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == text)
            .ok_or_else(|| format!("format is one of {}", known()))
    }
}

/// Why a file gives no label map.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLabelFile {
    /// More than [`MAX_FILE_BYTES`].
    #[error("the file is larger than {} MiB", MAX_FILE_BYTES >> 20)]
    TooLarge,
    /// Another encoding.
    #[error("the file is not UTF-8 (byte {0}); save it as UTF-8 and try again")]
    NotUtf8(usize),
    /// Not well-formed.
    #[error("the file looks like {} and cannot be read: {reason}", format.for_people())]
    Syntax { format: LabelFormat, reason: String },
    /// Well-formed, without labels.
    #[error("the file looks like {} and has no labels in it: {reason}", format.for_people())]
    NoLabels { format: LabelFormat, reason: &'static str },
    /// An index below 0, too high, or given twice.
    #[error("class indices begin at 0, are below {max} and come once; {0} does not", max = LabelMap::MAX_LABELS)]
    Index(i64),
    /// The labels break a rule.
    #[error(transparent)]
    Labels(#[from] InvalidLabelMap),
}

/// Reads labels from a file of any known format. The format is found by the content; the name decides between what looks alike.
///
/// UTF-8, with or without byte-order mark; at most [`MAX_FILE_BYTES`]. Empty lines at the end of a plain list are left out.
pub fn read_labels(bytes: &[u8], file_name: Option<&str>) -> Result<LabelMap, InvalidLabelFile> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(InvalidLabelFile::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| InvalidLabelFile::NotUtf8(error.valid_up_to()))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let labels = match detected(text, file_name.unwrap_or_default()) {
        LabelFormat::List => read_list(text),
        LabelFormat::Yolo => yolo::read(text)?,
        LabelFormat::Coco | LabelFormat::Id2Label => json::read(text)?,
        LabelFormat::Pbtxt => pbtxt::read(text)?,
    };
    Ok(LabelMap::parse_with_gaps(labels)?)
}

/// Writes a label map; [`read_labels`] reads it back, a plain list only if it does not look like another format.
pub fn write_labels(labels: &LabelMap, format: LabelFormat) -> String {
    match format {
        LabelFormat::List => labels.labels().iter().map(|label| format!("{label}\n")).collect(),
        LabelFormat::Yolo => yolo::write(labels),
        LabelFormat::Coco => json::write_coco(labels),
        LabelFormat::Id2Label => json::write_id2label(labels),
        LabelFormat::Pbtxt => pbtxt::write(labels),
    }
}

fn detected(text: &str, file_name: &str) -> LabelFormat {
    let extension = file_name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "yaml" | "yml" => return LabelFormat::Yolo,
        "json" => return LabelFormat::Coco,
        "pbtxt" => return LabelFormat::Pbtxt,
        "txt" | "names" => return LabelFormat::List,
        _ => {}
    }
    let begin = text.trim_start();
    if begin.starts_with(['{', '[']) {
        LabelFormat::Coco
    } else if begin.strip_prefix("item").is_some_and(|rest| rest.trim_start().starts_with('{')) {
        LabelFormat::Pbtxt
    } else if text
        .lines()
        .any(|line| line.trim_end() == "names:" || line.starts_with("names: [") || line.starts_with("names: {"))
    {
        LabelFormat::Yolo
    } else {
        LabelFormat::List
    }
}

fn read_list(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(|line| line.trim().to_owned()).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Puts labels at their stated class indices, with an empty text at those that no class has.
fn in_order(labels: Vec<(i64, String)>) -> Result<Vec<String>, InvalidLabelFile> {
    let mut placed: Vec<String> = Vec::new();
    for (index, label) in labels {
        let refused = InvalidLabelFile::Index(index);
        let Some(place) = usize::try_from(index).ok().filter(|place| *place < LabelMap::MAX_LABELS) else {
            return Err(refused);
        };
        if label.trim().is_empty() {
            return Err(InvalidLabelMap::Label { index: place, reason: TextError::Empty }.into());
        }
        if placed.len() <= place {
            placed.resize(place + 1, String::new());
        }
        if !placed[place].is_empty() {
            return Err(refused);
        }
        placed[place] = label;
    }
    Ok(placed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, name: &str) -> Result<Vec<String>, String> {
        let name = Some(name).filter(|name| !name.is_empty());
        read_labels(text.as_bytes(), name).map(|map| map.labels().to_vec()).map_err(|error| error.to_string())
    }

    #[test]
    fn each_format_is_found_by_its_content() {
        for text in [
            "cat\r\ndog\n\n",
            "\u{FEFF}cat\ndog",
            "train: images\nnc: 2\nnames:\n  0: cat\n  1: dog\n",
            "names: [cat, 'dog']\n",
            "names:\n- cat\n- dog\n",
            r#"{"categories": [{"id": 7, "name": "dog"}, {"id": 3, "name": "cat"}], "images": []}"#,
            r#"[{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]"#,
            r#"{"id2label": {"1": "dog", "0": "cat"}, "label2id": {"cat": 0}}"#,
            r#"{"0": "cat", "1": "dog"}"#,
            r#"["cat", "dog"]"#,
            "item {\n  id: 2\n  name: \"dog\"\n}\nitem { name: 'cat', id: 1 } # one",
        ] {
            assert_eq!(read(text, ""), Ok(vec!["cat".to_owned(), "dog".to_owned()]), "{text}");
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        let map = LabelMap::parse(["cat", "a: \"b\" \\ 'c'", "#1", "寿司 🍣", "yes", "12", "null", "{x}"]).unwrap();
        for format in LabelFormat::ALL {
            let text = write_labels(&map, format);
            assert_eq!(read_labels(text.as_bytes(), Some(format.file_name())).unwrap(), map, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_reason() {
        assert_eq!(read_labels(b"caf\xe9", None), Err(InvalidLabelFile::NotUtf8(3)));
        assert_eq!(read_labels(&vec![b'a'; MAX_FILE_BYTES + 1], None), Err(InvalidLabelFile::TooLarge));
        for (text, name, expected) in [
            ("a\nb\na", "", "0 and 2 are the same"),
            ("names:\n  0: cat\n  0: dog", "data.yaml", "come once; 0"),
            ("{\"-1\": \"cat\"}", "", "come once; -1"),
            ("{\"10000\": \"cat\"}", "", "come once; 10000"),
            ("{\"0\": \"\"}", "", "label 0"),
            ("names: &x [a]\nother: *x", "data.yaml", "alias"),
            ("train: x", "data.yaml", "no labels"),
            ("{\"categories\": 3}", "", "no labels"),
            ("{\"0\": \"cat\"", "", "cannot be read"),
            ("item { id: 1 ", "map.pbtxt", "cannot be read"),
        ] {
            let error = read(text, name).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn indices_that_no_class_has_are_written_and_read_back() {
        let map = LabelMap::parse_with_gaps(["", "cat", "", "dog"]).unwrap();
        for format in LabelFormat::ALL.into_iter().filter(|format| *format != LabelFormat::Coco) {
            let text = write_labels(&map, format);
            assert_eq!(read_labels(text.as_bytes(), Some(format.file_name())).unwrap(), map, "{text}");
        }
        let coco = write_labels(&map, LabelFormat::Coco);
        assert!(coco.contains("\"id\": 2") && coco.contains("\"id\": 4"), "{coco}");
    }

    #[test]
    fn too_many_lines_are_refused() {
        let text: String = (0..100_000).map(|line| format!("label {line}\n")).collect();
        assert_eq!(read(&text, "labels.txt"), Err("at most 10000 labels are kept".to_owned()));
    }
}
