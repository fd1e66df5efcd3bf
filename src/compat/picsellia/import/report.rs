//! What was brought over, and what was not.

use std::{collections::BTreeMap, fmt};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    Datasets,
    DatasetVersions,
    Projects,
    Experiments,
    Logs,
    Artifacts,
    Models,
    ModelVersions,
    ModelFiles,
}

impl Counted {
    const ALL: [Self; 9] = [
        Self::Datasets,
        Self::DatasetVersions,
        Self::Projects,
        Self::Experiments,
        Self::Logs,
        Self::Artifacts,
        Self::Models,
        Self::ModelVersions,
        Self::ModelFiles,
    ];

    fn words(self) -> &'static str {
        match self {
            Self::Datasets => "datasets",
            Self::DatasetVersions => "dataset versions",
            Self::Projects => "projects",
            Self::Experiments => "experiments",
            Self::Logs => "logs",
            Self::Artifacts => "artifacts",
            Self::Models => "models",
            Self::ModelVersions => "model versions",
            Self::ModelFiles => "model files",
        }
    }
}

/// What became of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// Brought over now.
    New,
    /// Brought over before, and now as it is there again.
    Changed,
    /// Here already.
    Same,
}

impl Became {
    /// Of an object that was made or was here.
    pub fn new_if(is_new: bool) -> Self {
        if is_new { Self::New } else { Self::Same }
    }
}

/// How many of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Brought over now.
    pub new: usize,
    /// Brought over before, and now as it is there again.
    pub changed: usize,
    /// Here already.
    pub here: usize,
}

/// Something that is not here as it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Which object, such as `experiment Digits › first`.
    pub what: String,
    pub why: String,
}

/// What became of everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub counts: BTreeMap<Counted, Count>,
    pub missed: Vec<Missed>,
}

impl Report {
    pub(super) fn count(&mut self, counted: Counted, became: Became) {
        let count = self.counts.entry(counted).or_default();
        *match became {
            Became::New => &mut count.new,
            Became::Changed => &mut count.changed,
            Became::Same => &mut count.here,
        } += 1;
    }

    pub(super) fn miss(&mut self, what: impl Into<String>, why: impl Into<String>) {
        let missed = Missed { what: printable(what.into()), why: printable(why.into()) };
        tracing::warn!(what = missed.what, why = missed.why, "not brought over as it is there");
        self.missed.push(missed);
    }
}

/// The other server's words, names included, must not steer a terminal.
fn printable(text: String) -> String {
    text.replace(|character: char| character.is_control(), " ")
}

/// For people, at a terminal.
impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{:<20}{:>8}{:>9}{:>14}", "", "new", "changed", "here already")?;
        for counted in Counted::ALL {
            let Count { new, changed, here } = self.counts.get(&counted).copied().unwrap_or_default();
            writeln!(formatter, "{:<20}{new:>8}{changed:>9}{here:>14}", counted.words())?;
        }
        if self.missed.is_empty() {
            return write!(formatter, "\nEverything that the other server tells is here.");
        }
        write!(formatter, "\nNot brought over, or not as it is there ({}):", self.missed.len())?;
        for Missed { what, why } in &self.missed {
            write!(formatter, "\n  {what}: {why}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_other_server_says_does_not_steer_the_terminal() {
        let mut report = Report::default();
        report.miss("project \u{1b}[2Jzoo", "no\nsuch\u{7}thing");
        let missed = Missed { what: "project  [2Jzoo".to_owned(), why: "no such thing".to_owned() };
        assert_eq!(report.missed, [missed]);
        assert!(!report.to_string().contains('\u{1b}'));
    }
}
