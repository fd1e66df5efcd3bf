//! Labels as rows that can be moved, by keyboard and by pointer, without JavaScript.

use super::{form::FieldError, icon::Icon};
use crate::vocabulary::label_map::InvalidLabelMap;
use leptos::prelude::*;

/// More labels than this are edited as text.
pub const MAX_ROWS: usize = 200;

/// What a button of a row asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowAction {
    /// One place towards the first.
    Up(usize),
    /// One place towards the last.
    Down(usize),
    Remove(usize),
}

impl RowAction {
    /// Reads the value of a button, such as `up:3`.
    pub fn parse(action: &str) -> Option<Self> {
        let (word, index) = action.split_once(':')?;
        let index = index.parse().ok()?;
        match word {
            "up" => Some(Self::Up(index)),
            "down" => Some(Self::Down(index)),
            "remove" => Some(Self::Remove(index)),
            _ => None,
        }
    }

    /// Does it; a row that does not exist is left alone.
    pub fn apply(self, labels: &mut Vec<String>) {
        match self {
            Self::Up(index) if (1..labels.len()).contains(&index) => labels.swap(index - 1, index),
            Self::Down(index) if index + 1 < labels.len() => labels.swap(index, index + 1),
            Self::Remove(index) if index < labels.len() => {
                labels.remove(index);
            }
            _ => {}
        }
    }
}

/// The lines of a text, without the empty ones at its end.
pub fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(|line| line.trim().to_owned()).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// What is wrong with a list of labels.
pub fn sentence(error: &InvalidLabelMap) -> String {
    format!("The labels cannot be used: {error}.")
}

/// The row that an error is about.
pub fn row_of(error: &InvalidLabelMap) -> Option<usize> {
    match error {
        InvalidLabelMap::TooMany | InvalidLabelMap::IndexTooLarge(_) => None,
        InvalidLabelMap::Label { index, .. } => Some(*index),
        InvalidLabelMap::Duplicate { second, .. } => Some(*second),
    }
}

/// A field for each label with buttons that move and remove it; the fields are named `label`, the buttons `action`.
#[component]
pub fn LabelRows(
    /// The labels as they were typed, in class order.
    labels: Vec<String>,
    /// What is wrong with them.
    error: Option<InvalidLabelMap>,
) -> impl IntoView {
    let last = labels.len().saturating_sub(1);
    let rows: Vec<_> = labels
        .into_iter()
        .enumerate()
        .map(|(index, label)| {
            let message = error.as_ref().filter(|error| row_of(error) == Some(index)).map(sentence);
            view! { <Row index label message is_last=index == last /> }
        })
        .collect();
    if rows.is_empty() {
        return view! { <p class="muted">"No labels. Add some below, or take them from a file."</p> }.into_any();
    }
    view! { <ol class="label-rows" start="0">{rows}</ol> }.into_any()
}

#[component]
fn Row(index: usize, label: String, message: Option<String>, is_last: bool) -> impl IntoView {
    let error_id = message.as_ref().map(|_| format!("label-{index}-error"));
    let button = move |action: &'static str, icon: &'static str, words: &'static str, is_off: bool| {
        view! {
            <button
                class="button small icon-only"
                type="submit"
                name="action"
                value=format!("{action}:{index}")
                aria-label=format!("{words} class {index}")
                title=words
                disabled=is_off
            >
                <Icon name=icon />
            </button>
        }
    };
    view! {
        <li>
            <span class="label-index">{index}</span>
            <input
                class="input"
                name="label"
                value=label
                placeholder="no class has this index"
                autocomplete="off"
                aria-label=format!("Label of class {index}")
                aria-invalid=message.as_ref().map(|_| "true")
                aria-describedby=error_id.clone()
            />
            {button("up", "up", "Move up", index == 0)}
            {button("down", "down", "Move down", is_last)}
            {button("remove", "close", "Remove", false)}
            {message.zip(error_id).map(|(message, id)| view! { <FieldError id message /> })}
        </li>
    }
}
