//! What the editor's form holds, read from the pairs that a browser sends.

use crate::{
    model::LabelMapRevision,
    ui::label_rows::{MAX_ROWS, RowAction, lines},
    vocabulary::{LabelMap, label_map::comparison::compare},
};

/// The labels as they were typed; nothing has been checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The revision that the edit began with.
    pub expected_revision: i64,
    pub labels: Vec<String>,
    /// Whether the labels are edited in one field, a label in each line.
    pub is_text: bool,
    pub reason: String,
    /// The verdict and number of changes that the review showed; empty before it.
    pub reviewed: String,
    /// Why a file could not be read.
    pub import_error: Option<String>,
}

/// What a button of the form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Go back to the editor with everything typed.
    Edit,
    /// Move or remove a row.
    Row(RowAction),
    /// Add these labels at the end.
    Add(String),
    AsText,
    AsRows,
    Review,
    Save,
    Restore,
    /// Continue with the same labels on top of what somebody else has saved meanwhile.
    Continue(i64),
}

/// Reads the pairs of the form. An unknown button goes back to the editor.
pub fn read(pairs: Vec<(String, String)>) -> (Draft, Action) {
    let mut draft = Draft::default();
    let (mut action, mut added) = (String::new(), String::new());
    for (name, value) in pairs {
        match name.as_str() {
            "expected_revision" => draft.expected_revision = value.parse().unwrap_or(-1),
            "label" => draft.labels.push(value),
            "labels" => {
                draft.is_text = true;
                draft.labels = lines(&value);
            }
            // The review carries them in one field whatever the editor was.
            "layout" => draft.is_text = value == "text",
            "added" => added = value,
            "reason" => draft.reason = value,
            "reviewed" => draft.reviewed = value,
            "action" => action = value,
            _ => {}
        }
    }
    let (word, argument) = action.split_once(':').unwrap_or((&action, ""));
    let index = argument.parse::<usize>();
    let action = match (word, index) {
        ("up" | "down" | "remove", _) => RowAction::parse(&action).map_or(Action::Edit, Action::Row),
        ("add", _) => Action::Add(added),
        ("text", _) => Action::AsText,
        ("rows", _) => Action::AsRows,
        ("review", _) => Action::Review,
        ("save", _) => Action::Save,
        ("restore", _) => Action::Restore,
        ("continue", Ok(revision)) => Action::Continue(i64::try_from(revision).unwrap_or(-1)),
        _ => Action::Edit,
    };
    (draft, action)
}

impl Draft {
    /// The editor as it begins: with a revision's labels.
    pub fn of(revision: &LabelMapRevision, is_text: bool) -> Self {
        let labels = revision.labels.labels().to_vec();
        Self {
            expected_revision: revision.revision,
            is_text: is_text || labels.len() > MAX_ROWS,
            labels,
            ..Self::default()
        }
    }

    /// Other labels in place of all.
    pub fn replace(&mut self, labels: Vec<String>) {
        self.is_text = self.is_text || labels.len() > MAX_ROWS;
        self.labels = labels;
    }

    /// Does what a button of the editor asks for; a row that does not exist is left alone.
    pub fn apply(&mut self, action: Action) {
        match action {
            Action::Row(action) => action.apply(&mut self.labels),
            Action::Add(text) => {
                let labels = self.labels.iter().cloned().chain(lines(&text)).collect();
                self.replace(labels);
            }
            Action::AsText => self.is_text = true,
            Action::AsRows => self.is_text = self.labels.len() > MAX_ROWS,
            Action::Continue(revision) => self.expected_revision = revision,
            _ => {}
        }
    }

    /// What the review of these labels shows, in short.
    pub fn review_mark(inherited: &LabelMap, labels: &LabelMap) -> String {
        let comparison = compare(inherited, labels);
        format!("{}:{}", comparison.verdict.as_str(), comparison.changes.len())
    }

    /// Whether the review that was shown is the one of these labels.
    pub fn was_reviewed(&self, inherited: &LabelMap, labels: &LabelMap) -> bool {
        self.reviewed == Self::review_mark(inherited, labels)
    }

    /// The labels as text, a label in each line.
    pub fn text(&self) -> String {
        self.labels.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_rows(labels: &[&str], action: &str) -> (Draft, Action) {
        let rows = labels.iter().map(|label| ("label".to_owned(), (*label).to_owned()));
        read(rows.chain([("action".to_owned(), action.to_owned())]).collect())
    }

    fn after(labels: &[&str], action: &str) -> Vec<String> {
        let (mut draft, action) = read_rows(labels, action);
        draft.apply(action);
        draft.labels
    }

    #[test]
    fn buttons_move_and_remove_rows() {
        assert_eq!(after(&["a", "b", "c"], "up:2"), ["a", "c", "b"]);
        assert_eq!(after(&["a", "b", "c"], "down:0"), ["b", "a", "c"]);
        assert_eq!(after(&["a", "b", "c"], "remove:1"), ["a", "c"]);
        for nothing in ["up:0", "down:2", "remove:3", "up:99", "down:-1", "remove:", "nonsense", ""] {
            assert_eq!(after(&["a", "b", "c"], nothing), ["a", "b", "c"], "{nothing}");
        }
    }

    #[test]
    fn what_was_typed_stays_as_it_was_typed() {
        let (draft, _) = read_rows(&["  a", "", "a"], "review");
        assert_eq!(draft.labels, ["  a", "", "a"]);
    }

    #[test]
    fn pasted_lines_come_at_the_end() {
        let pairs = [("label", "a"), ("added", "b\r\n c \n\n"), ("action", "add")];
        let (mut draft, action) = read(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        draft.apply(action);
        assert_eq!(draft.labels, ["a", "b", "c"]);
    }

    #[test]
    fn only_what_was_reviewed_counts_as_reviewed() {
        let map = |labels: &[&str]| LabelMap::parse(labels).unwrap();
        let (inherited, labels) = (map(&["a", "b"]), map(&["b", "a"]));
        let mut draft = Draft::default();
        assert!(!draft.was_reviewed(&inherited, &labels));
        draft.reviewed = Draft::review_mark(&inherited, &labels);
        assert!(draft.was_reviewed(&inherited, &labels));
        assert!(!draft.was_reviewed(&inherited, &map(&["a", "c"])));
    }
}
