//! The counts and groups of labels as they were typed: in a row each, or all of them as a table of text.

use crate::{
    dataset::{DatasetLabel, DatasetVersionChange, LabelGroup},
    error::AppError,
    ui::form::FieldErrors,
    vocabulary::{LabelGroupId, Timestamp, name::name_key},
};
use std::collections::{BTreeMap, HashMap};

/// More labels than this are typed as text.
pub(super) const MAX_ROWS: usize = 200;

/// What was typed for one label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub label: String,
    pub count: String,
    pub group: String,
}

/// The form as it was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct CountsForm {
    pub rows: Vec<Row>,
    /// Instead of rows: lines of label, count and group with tabs between them.
    pub table: Option<String>,
    pub based_on: String,
}

impl CountsForm {
    /// The labels as they are.
    pub fn of(labels: &[DatasetLabel], groups: &[LabelGroup], updated_at: Timestamp) -> Self {
        let names: HashMap<LabelGroupId, &str> = groups.iter().map(|group| (group.id, group.name.as_str())).collect();
        let row = |label: &DatasetLabel| Row {
            label: label.name.clone(),
            count: label.object_count.map(|count| count.to_string()).unwrap_or_default(),
            group: label.group_id.and_then(|id| names.get(&id).copied()).unwrap_or_default().to_owned(),
        };
        let rows: Vec<Row> = labels.iter().map(row).collect();
        let based_on = updated_at.to_string();
        match rows.len() > MAX_ROWS {
            false => Self { rows, table: None, based_on },
            true => {
                let lines = rows.iter().map(|row| format!("{}\t{}\t{}", row.label, row.count, row.group));
                let table = lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n");
                Self { rows: Vec::new(), table: Some(table), based_on }
            }
        }
    }

    /// Reads the fields of a request: `label`, `count` and `group` come once for each row.
    pub fn read(fields: Vec<(String, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in fields {
            match (name.as_str(), form.rows.last_mut()) {
                ("label", _) => form.rows.push(Row { label: value, ..Row::default() }),
                ("count", Some(row)) => row.count = value,
                ("group", Some(row)) => row.group = value,
                ("table", _) => form.table = Some(value),
                ("based_on", _) => form.based_on = value,
                _ => {}
            }
        }
        form
    }

    /// What the form says, or all that is wrong with it: on `count-3` and `group-3` for the row, on `table` for the text.
    pub fn checked(&self, groups: &[LabelGroup]) -> Result<DatasetVersionChange, AppError> {
        let ids: HashMap<String, LabelGroupId> = groups.iter().map(|group| (name_key(&group.name), group.id)).collect();
        let mut errors = FieldErrors::default();
        let (mut counts, mut chosen) = (BTreeMap::new(), BTreeMap::new());
        let rows = self.table.as_deref().map_or_else(|| self.rows.clone(), lines);
        for (index, row) in rows.into_iter().enumerate() {
            let mut wrong = |field: &str, words: &str| match self.table {
                Some(_) => errors.add("table", format!("Line {}: {words}", index + 1)),
                None => errors.add(&format!("{field}-{index}"), words),
            };
            match whole_number(&row.count) {
                Some(Some(count)) => _ = counts.insert(row.label.clone(), count),
                Some(None) => {}
                None => wrong("count", "This must be a whole number, 0 or more."),
            }
            match ids.get(&name_key(&row.group)) {
                Some(id) => _ = chosen.insert(row.label, *id),
                None if row.group.trim().is_empty() => {}
                None => wrong("group", "There is no such group."),
            }
        }
        match errors.is_empty() {
            true => Ok(DatasetVersionChange {
                label_counts: Some(counts),
                label_groups: Some(chosen),
                based_on: Timestamp::parse(&self.based_on).ok(),
                ..DatasetVersionChange::default()
            }),
            false => Err(errors.into_error()),
        }
    }
}

fn lines(text: &str) -> Vec<Row> {
    let row = |line: &str| {
        let mut cells = line.split('\t').map(|cell| cell.trim().to_owned());
        let mut cell = || cells.next().unwrap_or_default();
        Row { label: cell(), count: cell(), group: cell() }
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(row).collect()
}

/// Nothing inside when nothing was typed; spaces between digits do not matter.
fn whole_number(text: &str) -> Option<Option<i64>> {
    let digits: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    match digits.is_empty() {
        true => Some(None),
        false => digits.parse::<i64>().ok().filter(|count| *count >= 0).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str) -> LabelGroup {
        LabelGroup { id: LabelGroupId::generate(), name: name.to_owned(), parent_id: None }
    }

    fn fields(pairs: &[(&str, &str)]) -> CountsForm {
        CountsForm::read(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn rows_and_text_say_the_same() {
        let groups = [group("Pets")];
        let rows = fields(&[
            ("label", "cat"),
            ("count", "1 437"),
            ("group", "pets"),
            ("label", "dog"),
            ("count", ""),
            ("group", ""),
        ]);
        let text = fields(&[("table", "cat\t1437\tPets\r\n\ndog\n")]);
        for form in [rows, text] {
            let change = form.checked(&groups).unwrap();
            assert_eq!(change.label_counts, Some([("cat".to_owned(), 1437)].into()));
            assert_eq!(change.label_groups, Some([("cat".to_owned(), groups[0].id)].into()));
        }
    }

    #[test]
    fn what_is_wrong_is_said_where_it_stands() {
        let form = fields(&[("label", "cat"), ("count", "-1"), ("label", "dog"), ("count", "2"), ("group", "none")]);
        let error = form.checked(&[]).unwrap_err();
        assert!(error.message_for("count-0").is_some() && error.message_for("group-1").is_some());
        assert_eq!(error.errors.len(), 2);
        let error = fields(&[("table", "cat\t1\ndog\tmany")]).checked(&[]).unwrap_err();
        assert!(error.message_for("table").unwrap().starts_with("Line 2:"));
    }

    #[test]
    fn many_labels_are_shown_as_text_that_can_be_sent_back() {
        let groups = [group("Pets")];
        let labels: Vec<DatasetLabel> = (0..=MAX_ROWS as i64)
            .map(|index| DatasetLabel {
                id: crate::vocabulary::LabelId::generate(),
                name: format!("label {index}"),
                object_count: (index % 2 == 0).then_some(index),
                group_id: (index % 3 == 0).then_some(groups[0].id),
            })
            .collect();
        let form = CountsForm::of(&labels, &groups, Timestamp::now());
        let change = form.checked(&groups).unwrap();
        assert_eq!(change.label_counts.unwrap().len(), 101);
        assert_eq!(change.label_groups.unwrap().len(), 67);
    }
}
