//! The class names that model files carry, to be compared with the label map before an export.

use crate::vocabulary::{
    LabelMap,
    label_map::{
        comparison::{Verdict, compare},
        formats::read_labels,
    },
};
use std::io::{self, BufRead, BufReader, Read, Seek};

/// Longer metadata is not looked at, in bytes.
const MAX_TEXT_BYTES: u64 = 1 << 20;
/// `ModelProto.metadata_props`; see <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.
const METADATA_PROPS: u64 = 14;
/// The key under which exporters of detection models write class names, as a Python dictionary from index to name.
const NAMES_KEY: &[u8] = b"names";

/// Whether a file of this name may carry class names.
pub fn may_carry_names(file_name: &str) -> bool {
    let name = file_name.rsplit('/').next().unwrap_or(file_name).to_ascii_lowercase();
    name.ends_with(".onnx") || matches!(name.as_str(), "data.yaml" | "data.yml")
}

/// The class names in a file; nothing when there are none, or when they cannot be read.
pub fn read_names<R: Read + Seek>(file_name: &str, file: R) -> Option<LabelMap> {
    let yaml = if file_name.to_ascii_lowercase().ends_with(".onnx") {
        format!("names: {}", onnx_names(&mut BufReader::new(file)).ok()??)
    } else {
        let mut text = String::new();
        file.take(MAX_TEXT_BYTES).read_to_string(&mut text).ok()?;
        text
    };
    read_labels(yaml.as_bytes(), Some("data.yaml")).ok().filter(|labels| !labels.is_empty())
}

/// What an exporter should know about a file whose class names are not those of the label map.
pub fn warning(file_name: &str, names: &LabelMap, labels: &LabelMap) -> Option<String> {
    let comparison = compare(names, labels);
    (comparison.verdict != Verdict::Identical).then(|| {
        format!(
            "The class names inside {file_name} are not those of the label map ({}): {} Check which of the two is right.",
            comparison.verdict.as_str(),
            comparison.meaning()
        )
    })
}

/// The value of `names` in the metadata of an ONNX file. Everything else, such as the weights, is skipped unread.
fn onnx_names<R: BufRead + Seek>(file: &mut R) -> io::Result<Option<String>> {
    while let Some(tag) = read_varint(file)? {
        match (tag >> 3, tag & 7) {
            (METADATA_PROPS, 2) => {
                let length = required_varint(file)?;
                if length > MAX_TEXT_BYTES {
                    skip(file, length)?;
                    continue;
                }
                let mut entry = vec![0; length as usize];
                file.read_exact(&mut entry)?;
                if let Some(value) = value_of_names(&entry)? {
                    return Ok(Some(value));
                }
            }
            (_, 0) => _ = required_varint(file)?,
            (_, 1) => skip(file, 8)?,
            (_, 2) => {
                let length = required_varint(file)?;
                skip(file, length)?;
            }
            (_, 5) => skip(file, 4)?,
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// The value of a `StringStringEntryProto` whose key is `names`.
fn value_of_names(mut entry: &[u8]) -> io::Result<Option<String>> {
    let (mut is_names, mut value) = (false, None);
    while let Some(tag) = read_varint(&mut entry)? {
        let length = required_varint(&mut entry)? as usize;
        if tag & 7 != 2 || length > entry.len() {
            return Ok(None);
        }
        let (content, rest) = entry.split_at(length);
        match tag >> 3 {
            1 => is_names = content == NAMES_KEY,
            2 => value = String::from_utf8(content.to_vec()).ok(),
            _ => {}
        }
        entry = rest;
    }
    Ok(value.filter(|_| is_names))
}

fn skip<R: Seek>(file: &mut R, length: u64) -> io::Result<()> {
    file.seek_relative(i64::try_from(length).map_err(|_| io::ErrorKind::InvalidData)?)
}

/// A number in base 128; nothing at the end of the file.
fn read_varint<R: BufRead>(file: &mut R) -> io::Result<Option<u64>> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let mut byte = [0];
        match file.read(&mut byte)? {
            0 if shift == 0 => return Ok(None),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            _ => value |= u64::from(byte[0] & 0x7f) << shift,
        }
        if byte[0] < 0x80 {
            return Ok(Some(value));
        }
    }
    Err(io::ErrorKind::InvalidData.into())
}

fn required_varint<R: BufRead>(file: &mut R) -> io::Result<u64> {
    read_varint(file)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn varint(mut number: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while number >= 0x80 {
            bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        bytes.push(number as u8);
        bytes
    }

    fn field(number: u64, content: &[u8]) -> Vec<u8> {
        [varint(number << 3 | 2), varint(content.len() as u64), content.to_vec()].concat()
    }

    /// A model with a version, some weights, and metadata behind them.
    fn onnx(metadata: &[(&str, &str)]) -> Vec<u8> {
        let mut bytes = [varint(1 << 3), varint(8), field(7, &vec![0xff; 100_000])].concat();
        for (key, value) in metadata {
            bytes.extend(field(METADATA_PROPS, &[field(1, key.as_bytes()), field(2, value.as_bytes())].concat()));
        }
        bytes
    }

    fn names(file_name: &str, bytes: &[u8]) -> Option<Vec<String>> {
        read_names(file_name, Cursor::new(bytes)).map(|labels| labels.labels().to_vec())
    }

    #[test]
    fn names_are_read_from_the_metadata_behind_the_weights() {
        let bytes = onnx(&[("author", "somebody"), ("names", "{0: 'helmet', 1: \"hi-vis vest\"}"), ("stride", "32")]);
        assert_eq!(names("weights/best.ONNX", &bytes), Some(vec!["helmet".to_owned(), "hi-vis vest".to_owned()]));
        assert_eq!(names("best.onnx", &onnx(&[("author", "somebody")])), None);
        assert_eq!(names("best.onnx", &onnx(&[("names", "no dictionary")])), None);
        assert_eq!(
            names("data.yaml", b"nc: 2\nnames: [helmet, vest]\n"),
            Some(vec!["helmet".to_owned(), "vest".to_owned()])
        );
    }

    #[test]
    fn only_names_that_differ_are_worth_a_warning() {
        let map = |labels: &[&str]| LabelMap::parse(labels).unwrap();
        assert_eq!(warning("best.onnx", &map(&["a", "b"]), &map(&["a", "b"])), None);
        let told = warning("best.onnx", &map(&["a", "b"]), &map(&["b", "a"])).unwrap();
        assert!(told.contains("best.onnx") && told.contains("reordered"), "{told}");
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_fail(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            _ = names("x.onnx", &bytes);
            _ = names("data.yaml", &bytes);
        }

        #[test]
        fn a_file_that_is_cut_anywhere_is_no_reason_to_fail(cut in 0..100_100_usize) {
            let bytes = onnx(&[("names", "{0: 'helmet'}")]);
            _ = names("x.onnx", &bytes[..cut.min(bytes.len())]);
        }
    }
}
