//! COCO categories, `id2label`, and plain lists, as JSON.

use super::{InvalidLabelFile, LabelFormat, in_order};
use crate::vocabulary::LabelMap;
use serde_json::{Map, Value, json};

pub fn read(text: &str) -> Result<Vec<String>, InvalidLabelFile> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| InvalidLabelFile::Syntax { format: LabelFormat::Coco, reason: error.to_string() })?;
    match &value {
        Value::Array(items) if items.iter().all(Value::is_string) => {
            Ok(items.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        }
        Value::Array(items) => categories(items),
        Value::Object(fields) => match (fields.get("categories"), fields.get("id2label")) {
            (Some(Value::Array(items)), _) => categories(items),
            (None, Some(Value::Object(labels))) => by_index(labels),
            (None, None) => by_index(fields),
            _ => Err(no_labels()),
        },
        _ => Err(no_labels()),
    }
}

fn no_labels() -> InvalidLabelFile {
    InvalidLabelFile::NoLabels {
        format: LabelFormat::Coco,
        reason: "expected a list of texts, COCO's `categories` with `id` and `name`, or `id2label`",
    }
}

/// The ids of COCO have gaps, so only their order counts.
fn categories(items: &[Value]) -> Result<Vec<String>, InvalidLabelFile> {
    let category = |item: &Value| {
        let name = item.get("name")?.as_str()?;
        Some((item.get("id")?.as_i64()?, name.to_owned()))
    };
    let mut labels: Vec<(i64, String)> = items.iter().map(category).collect::<Option<_>>().ok_or_else(no_labels)?;
    labels.sort_by_key(|(id, _)| *id);
    match labels.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(InvalidLabelFile::Syntax {
            format: LabelFormat::Coco,
            reason: format!("the id {} comes twice", pair[0].0),
        }),
        None => Ok(labels.into_iter().map(|(_, label)| label).collect()),
    }
}

fn by_index(labels: &Map<String, Value>) -> Result<Vec<String>, InvalidLabelFile> {
    let label = |(index, label): (&String, &Value)| Some((index.parse().ok()?, label.as_str()?.to_owned()));
    in_order(labels.iter().map(label).collect::<Option<_>>().ok_or_else(no_labels)?)
}

pub fn write_coco(labels: &LabelMap) -> String {
    let category = |(index, name): (usize, &str)| json!({ "id": index + 1, "name": name, "supercategory": "" });
    let categories: Vec<Value> = labels.classes().map(category).collect();
    format!("{:#}\n", json!({ "categories": categories }))
}

pub fn write_id2label(labels: &LabelMap) -> String {
    let id2label: Map<String, Value> = labels.classes().map(|(index, name)| (index.to_string(), json!(name))).collect();
    let label2id: Map<String, Value> = labels.classes().map(|(index, name)| (name.to_owned(), json!(index))).collect();
    format!("{:#}\n", json!({ "id2label": id2label, "label2id": label2id }))
}
