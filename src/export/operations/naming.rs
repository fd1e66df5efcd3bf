//! Names of versions that nobody has named.

use crate::{
    database::Connection,
    error::Failure,
    model,
    vocabulary::{ModelId, Name, OrganizationId},
};

/// `wanted`; with the version's number behind it when the model has a version of that name. The model is held, so that nobody takes the
/// name before the version is written.
pub async fn free_name(
    connection: &mut Connection,
    organization: OrganizationId,
    model: ModelId,
    number: i64,
    wanted: &str,
) -> Result<Name, Failure> {
    for candidate in candidates(wanted, number) {
        let name = Name::parse(&candidate).map_err(|error| Failure::Broken(error.to_string()))?;
        if model::store::find_version_by_name(connection, organization, model, &name.key()).await?.is_none() {
            return Ok(name);
        }
    }
    Err(Failure::Broken(format!("every name after {wanted} is taken")))
}

/// `run`, `run 3` for version 3, and then `run 3-2`, `run 3-3` and so on; cut so that the numbers have room.
fn candidates(wanted: &str, number: i64) -> impl Iterator<Item = String> {
    let numbered = move |end: String| {
        let kept: String = wanted.chars().take(Name::MAX_CHARS - end.len()).collect();
        format!("{}{end}", kept.trim_end())
    };
    let further = (2..).map(move |further| numbered(format!(" {number}-{further}")));
    [wanted.to_owned(), numbered(format!(" {number}"))].into_iter().chain(further)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_name_is_the_wanted_one_and_the_next_has_the_number() {
        assert_eq!(candidates("run", 3).take(4).collect::<Vec<_>>(), ["run", "run 3", "run 3-2", "run 3-3"]);
    }

    proptest! {
        #[test]
        fn every_candidate_is_a_name_and_none_comes_twice(wanted in "[a-zß ]{1,200}", number in 1..1_000_000_i64) {
            let Ok(wanted) = Name::parse(&wanted) else { return Ok(()) };
            let names: Vec<Name> = candidates(wanted.as_str(), number).take(150).map(|name| Name::parse(&name).unwrap()).collect();
            let keys: std::collections::HashSet<String> = names.iter().map(Name::key).collect();
            prop_assert_eq!(keys.len(), names.len());
        }
    }
}
