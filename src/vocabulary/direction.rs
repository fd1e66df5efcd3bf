//! Which end of a metric is the good one, told by its name.

use serde::Serialize;
use utoipa::ToSchema;

/// Which end of a metric is the good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Such as a loss.
    LowerIsBetter,
    /// Such as an accuracy.
    HigherIsBetter,
}

impl Direction {
    /// In words.
    pub fn for_people(self) -> &'static str {
        match self {
            Self::LowerIsBetter => "lower is better",
            Self::HigherIsBetter => "higher is better",
        }
    }
}

/// The direction of a metric whose name says it; none for the others.
pub fn direction_of(key: &str) -> Option<Direction> {
    const LOW: [&str; 9] = ["loss", "error", "mae", "mse", "rmse", "perplexity", "wer", "cer", "fid"];
    const HIGH: [&str; 11] =
        ["accuracy", "acc", "precision", "recall", "f1", "map", "iou", "auc", "dice", "bleu", "score"];
    let last = last_part(key).to_ascii_lowercase();
    let mut words = last.split(|character: char| !character.is_ascii_alphanumeric());
    words.find_map(|word| match word {
        word if LOW.contains(&word) => Some(Direction::LowerIsBetter),
        word if HIGH.contains(&word) => Some(Direction::HigherIsBetter),
        _ => None,
    })
}

/// What follows the last slash: `loss` of `val/loss`.
pub fn last_part(key: &str) -> &str {
    key.rsplit('/').next().filter(|last| !last.is_empty()).unwrap_or(key)
}

/// Whether a metric tells of data that the training did not learn from.
pub fn is_validation(key: &str) -> bool {
    ["val", "valid", "validation", "test", "eval"].contains(&key.split('/').next().unwrap_or_default())
}

/// Sorts what people look at first to the front: validation before training, and what can be good or bad before the rest.
pub fn importance(key: &str) -> impl Ord + use<> {
    (!is_validation(key), direction_of(key).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_metric_says_which_end_is_good() {
        for (key, direction) in [
            ("val/loss", Some(Direction::LowerIsBetter)),
            ("train/box_loss", Some(Direction::LowerIsBetter)),
            ("val/mAP", Some(Direction::HigherIsBetter)),
            ("test/top-1 accuracy", Some(Direction::HigherIsBetter)),
            ("loss/learning_rate", None),
            ("closeness", None),
        ] {
            assert_eq!(direction_of(key), direction, "{key}");
        }
    }

    #[test]
    fn the_last_part_of_a_key_is_never_empty() {
        for (key, last) in [("val/loss", "loss"), ("loss", "loss"), ("a/", "a/"), ("/", "/")] {
            assert_eq!(last_part(key), last);
        }
    }
}
