//! What stands against deleting a dataset or one of its versions.

use crate::vocabulary::quantity::counted;
use std::fmt;

/// How many things were made from a dataset version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DatasetUses {
    pub experiments: i64,
    pub model_versions: i64,
}

impl DatasetUses {
    /// Whether there is nothing.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

impl fmt::Display for DatasetUses {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told =
            |count: i64, noun: &str| (count > 0).then(|| counted(usize::try_from(count).unwrap_or(usize::MAX), noun));
        let parts = [told(self.experiments, "experiment"), told(self.model_versions, "model version")];
        formatter.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_there_is_named() {
        let told = |experiments, model_versions| DatasetUses { experiments, model_versions }.to_string();
        assert_eq!(told(1, 0), "1 experiment");
        assert_eq!(told(2, 1), "2 experiments and 1 model version");
        assert_eq!(told(0, 3), "3 model versions");
        assert!(DatasetUses::default().is_empty());
    }
}
