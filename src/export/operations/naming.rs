//! Exports whose version nobody has named: it takes the name of the experiment.

use super::{Destination, ExportRequest, Exported, NewModelVersion, export};
use crate::{
    database::Database,
    error::Failure,
    experiment, model,
    vocabulary::{Actor, Description, ExperimentId, Name},
};

/// So many names are tried; more versions of one name would be found by nobody.
const MAX_TRIES: usize = 10_000;

/// Exports into a version that has the experiment's name, with a number behind it when the model has a version of that name.
pub async fn export_named_after_experiment(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
    destination: Destination,
) -> Result<Exported, Failure> {
    let wanted = experiment::operations::find(database, actor, experiment).await?.summary.name;
    let mut names = candidates(&wanted);
    loop {
        let name = free_name(database, actor, &destination, &mut names).await?;
        let version = NewModelVersion { name, description: Description::default() };
        let request = ExportRequest { destination: destination.clone(), version };
        match export(database, actor, experiment, request, None).await.map_err(Failure::into_shown) {
            // Somebody has taken the name in between: the next one is tried.
            Err(error) if error.code == "version_name_taken" => {}
            outcome => return Ok(outcome?),
        }
    }
}

async fn free_name(
    database: &Database,
    actor: &Actor,
    destination: &Destination,
    names: &mut impl Iterator<Item = String>,
) -> Result<Name, Failure> {
    for candidate in names {
        let name = Name::parse(&candidate).map_err(|error| Failure::Broken(error.to_string()))?;
        let is_taken = match destination {
            Destination::New(_) => false,
            Destination::Existing(model) => {
                model::operations::find_version_by_name(database, actor, *model, name.as_str()).await?.is_some()
            }
        };
        if !is_taken {
            return Ok(name);
        }
    }
    Err(Failure::Broken(format!("{MAX_TRIES} versions have the name of one experiment")))
}

/// `wanted`, `wanted 2`, `wanted 3` and so on, cut so that the number has room.
fn candidates(wanted: &str) -> impl Iterator<Item = String> {
    let numbered = (2..=MAX_TRIES).map(move |number| {
        let end = format!(" {number}");
        let kept: String = wanted.chars().take(Name::MAX_CHARS - end.len()).collect();
        format!("{}{end}", kept.trim_end())
    });
    std::iter::once(wanted.to_owned()).chain(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_name_is_the_wanted_one_and_the_others_are_numbered() {
        assert_eq!(candidates("run").take(3).collect::<Vec<_>>(), ["run", "run 2", "run 3"]);
    }

    proptest! {
        #[test]
        fn every_candidate_is_a_name_and_none_comes_twice(wanted in "[a-zß ]{1,200}") {
            let Ok(wanted) = Name::parse(&wanted) else { return Ok(()) };
            let names: Vec<Name> = candidates(wanted.as_str()).take(150).map(|name| Name::parse(&name).unwrap()).collect();
            let keys: std::collections::HashSet<String> = names.iter().map(Name::key).collect();
            prop_assert_eq!(keys.len(), names.len());
        }
    }
}
