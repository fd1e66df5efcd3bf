//! Versions that are named after their experiment.

use super::builders::*;
use crate::on_every_database;
use futures::future::join_all;
use heirloom::{
    error::Failure,
    export::operations::{Destination, NewModel, export_named_after_experiment},
    model::{ModelVersion, operations as models},
    vocabulary::{Description, ExperimentId},
};
use std::collections::BTreeSet;

async fn export(world: &World, id: ExperimentId, destination: Destination) -> Result<ModelVersion, Failure> {
    let exported = export_named_after_experiment(world.database(), &world.editor, id, destination).await?;
    Ok(exported.version)
}

on_every_database! {
    async fn a_taken_name_gets_the_number_of_the_version(world) {
        let id = an_experiment().named("run").create(world).await;
        let model = world.exported(id, "Model").await.model_id;
        for version in ["Run", "run 4", "RUN 6"] {
            world.export(id, version_of(model, version)).await.unwrap();
        }
        let named = async |id| export(world, id, Destination::Existing(model)).await.unwrap();
        let versions = [named(id).await, named(id).await];
        assert_eq!(versions.map(|version| (version.number, version.name)), [(5, "run 5".to_owned()), (6, "run 6-2".to_owned())]);
        let long = "ä".repeat(200);
        let id = an_experiment().named(&long).create(world).await;
        assert_eq!([named(id).await.name, named(id).await.name], [long, format!("{} 8", "ä".repeat(198))]);

        let found = models::find_version_by_name(world.database(), &world.viewer, model, " RUN 4 ").await.unwrap();
        assert_eq!(world.version(found.unwrap()).await.number, 3);
        let nothing = models::find_version_by_name(world.database(), &world.stranger, model, "run 4").await.unwrap();
        assert_eq!(nothing, None);
    }

    async fn many_exports_of_one_name_at_once_all_succeed(world) {
        let id = an_experiment().named("nightly").create(world).await;
        let new = Destination::New(NewModel { name: name("Model"), description: Description::default() });
        let first = export(world, id, new.clone()).await.unwrap();
        assert_eq!((first.number, first.name.as_str(), first.description.as_str()), (1, "nightly", ""));
        assert_eq!(code(export(world, id, new).await), "model_name_taken");
        let into = Destination::Existing(first.model_id);
        let exports = (0..12).map(|_| {
            let (database, actor, into) = (world.database().clone(), world.editor.clone(), into.clone());
            tokio::spawn(async move { export_named_after_experiment(&database, &actor, id, into).await })
        });
        let versions: Vec<_> = join_all(exports).await.into_iter().map(|done| done.unwrap().unwrap().version).collect();
        let numbers: BTreeSet<i64> = versions.iter().map(|version| version.number).collect();
        assert_eq!(numbers, (2..=13).collect(), "a try that lost burns no number");
        let names: BTreeSet<String> = versions.iter().map(|version| version.name.clone()).collect();
        assert_eq!(names, (2..=13).map(|number| format!("nightly {number}")).collect());
        let viewers = export_named_after_experiment(world.database(), &world.viewer, id, into).await;
        assert_eq!(code(viewers), "role_too_low");
    }
}
