//! Which series share a chart.

use super::{MAX_SERIES, Series};
use crate::vocabulary::direction::{direction_of, last_part};

/// Puts series with the same last part of their name (`train/loss`, `val/loss`) into one chart; a chart that would hold too
/// many lines is continued in another. Charts of what can be good or bad come first, otherwise in the order of appearance.
pub fn grouped_by_last_part(series: Vec<Series>) -> Vec<(String, Vec<Series>)> {
    let mut groups: Vec<(String, Vec<Series>)> = Vec::new();
    for series in series {
        let title = last_part(&series.name).to_owned();
        match groups.iter_mut().find(|(known, members)| *known == title && members.len() < MAX_SERIES) {
            Some((_, members)) => members.push(series),
            None => groups.push((title, vec![series])),
        }
    }
    groups.sort_by_key(|(title, _)| direction_of(title).is_none());
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(names: &[&str]) -> Vec<(String, usize)> {
        let series = names.iter().map(|name| Series {
            name: (*name).to_owned(),
            last: String::new(),
            gaps: 0,
            points: Vec::new(),
        });
        grouped_by_last_part(series.collect()).into_iter().map(|(title, members)| (title, members.len())).collect()
    }

    #[test]
    fn training_and_validation_share_a_chart() {
        let names = ["lr", "train/accuracy", "train/loss", "val/accuracy", "val/loss"];
        let expected = [("accuracy", 2), ("loss", 2), ("lr", 1)].map(|(title, count)| (title.to_owned(), count));
        assert_eq!(groups(&names), expected);
    }

    #[test]
    fn a_full_chart_is_continued() {
        let names: Vec<String> = (0..8).map(|fold| format!("fold-{fold}/recall")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(groups(&names), [("recall".to_owned(), 6), ("recall".to_owned(), 2)]);
    }
}
