//! What a new experiment has (R29, R34, R37, D1, D2, D9).

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    dataset::{self, NewDataset},
    experiment::{NewProject, operations as experiments},
    model::operations as models,
    vocabulary::{Description, DockerImage, ExperimentId, ModelVersionId},
};
use serde_json::json;

fn image(reference: &str) -> DockerImage {
    DockerImage {
        reference: reference.to_owned(),
        run_flags: vec!["--gpus all".to_owned()],
        environment: vec!["EPOCHS".to_owned()],
    }
}

/// A version with the labels `cat`, `dog`, an image and two parameters.
async fn a_base(world: &World) -> ModelVersionId {
    let data = world.dataset_version("Base data", &["cat", "dog"]).await;
    let first = an_experiment()
        .with_dataset_version(data, "train")
        .with_image(image("python:3.11"))
        .with_parameters(json!({ "z": 1, "a": { "nested": [1.5, null] } }))
        .create(world)
        .await;
    world.exported(first, "Base").await.id
}

/// The code of the refusal; checks that nothing was written.
async fn refusal(world: &World, experiment: ExperimentBuilder) -> String {
    let before = world.rows().await;
    let outcome = experiment.try_create(world).await;
    assert_eq!(world.rows().await, before);
    code(outcome)
}

on_every_database! {
    async fn labels_come_from_the_dataset_versions_when_these_agree(world) {
        let labels = ["zero", "One", "ä", "zero "];
        let train = world.dataset_version("train", &labels[..3]).await;
        let test = world.dataset_version("test", &labels[..3]).await;
        let plain = world.dataset_version("plain", &[]).await;
        let created = an_experiment()
            .with_dataset_version(train, "train")
            .with_dataset_version(plain, "extra")
            .with_dataset_version(test, "test")
            .try_create(world)
            .await
            .unwrap();
        assert_eq!(created.labels.labels(), &labels[..3]);
        assert_eq!(created.labels_from, "dataset_versions");
        let aliases: Vec<&str> = created.dataset_versions.iter().map(|attached| attached.alias.as_str()).collect();
        assert_eq!(aliases, ["train", "extra", "test"]);
        let found = world.experiment(created.summary.id).await;
        assert_eq!(serde_json::to_value(&found).unwrap(), serde_json::to_value(&created).unwrap());
    }

    async fn different_labels_need_a_choice_which_is_recorded(world) {
        let first = world.dataset_version("first", &["b", "a"]).await;
        let second = world.dataset_version("second", &["a", "c"]).await;
        let both = || an_experiment().with_dataset_version(first, "train").with_dataset_version(second, "test");
        assert_eq!(refusal(world, both()).await, "label_choice_needed");
        for (choice, labels) in [
            ("union".to_owned(), vec!["b", "a", "c"]),
            (first.to_string(), vec!["b", "a"]),
            (second.to_string(), vec!["a", "c"]),
        ] {
            let created = both().with_labels_from(&choice).try_create(world).await.unwrap();
            assert_eq!(created.labels.labels(), labels);
            assert_eq!(created.labels_from, choice);
        }
        for choice in ["base", "intersection", "", &ExperimentId::generate().to_string()] {
            assert_eq!(refusal(world, both().with_labels_from(choice)).await, "unknown_label_choice", "{choice:?}");
        }
    }

    async fn labels_of_a_base_are_taken_when_no_dataset_version_has_some_or_when_chosen(world) {
        let base = a_base(world).await;
        let own = world.dataset_version("own", &["bird"]).await;
        let alone = an_experiment().with_base(base).try_create(world).await.unwrap();
        assert_eq!((alone.labels.labels(), alone.labels_from.as_str()), (&["cat".to_owned(), "dog".to_owned()][..], "base"));
        let with_own = || an_experiment().with_base(base).with_dataset_version(own, "train");
        let created = with_own().try_create(world).await.unwrap();
        assert_eq!((created.labels.labels(), created.labels_from.as_str()), (&["bird".to_owned()][..], "dataset_versions"));
        let created = with_own().with_labels_from("base").try_create(world).await.unwrap();
        assert_eq!((created.labels.len(), created.labels_from.as_str()), (2, "base"));
        assert_eq!(created.base_model_version.unwrap().id, base);
    }

    async fn an_experiment_with_a_name_alone_is_empty(world) {
        let created = an_experiment().named("  Bare  ").try_create(world).await.unwrap();
        assert_eq!(created.summary.name, "Bare");
        assert_eq!((created.labels.len(), created.labels_from.as_str()), (0, "none"));
        assert!(created.parameters.is_empty() && created.docker_image.is_none() && created.base_model_version.is_none());
        assert_eq!((created.summary.started_at, created.summary.finished_at), (None, None));
        assert_eq!(created.summary.created_by, world.editor.email);
    }

    async fn a_base_prefills_parameters_and_image(world) {
        let base = a_base(world).await;
        let text = |parameters| serde_json::to_string(parameters).unwrap();
        let created = an_experiment().with_base(base).try_create(world).await.unwrap();
        assert_eq!(text(&created.parameters), r#"{"z":1,"a":{"nested":[1.5,null]}}"#);
        assert_eq!(created.docker_image, Some(image("python:3.11")));
        let own = an_experiment().with_base(base).with_parameters(json!({ "z": 2 })).with_image(image("own:1"));
        let created = own.try_create(world).await.unwrap();
        assert_eq!((text(&created.parameters).as_str(), created.docker_image), (r#"{"z":2}"#, Some(image("own:1"))));
        let opted_out = an_experiment().with_base(base).with_parameters(json!({})).try_create(world).await.unwrap();
        assert!(opted_out.parameters.is_empty());
        assert_eq!(text(&world.version(base).await.parameters), r#"{"z":1,"a":{"nested":[1.5,null]}}"#);
    }

    async fn a_base_is_either_taken_or_deleted_when_both_are_wanted_at_once(world) {
        for round in 0..10 {
            let first = an_experiment().named(&format!("First {round}")).create(world).await;
            let base = world.exported(first, &format!("Base {round}")).await.id;
            let experiment = an_experiment().named(&format!("Next {round}")).with_base(base);
            let delete = models::life::delete(world.database(), &world.owner, base);
            let (created, deleted) = tokio::join!(experiment.try_create(world), delete);
            let codes = (created.map(|_| "created".to_owned()).unwrap_or_else(|failure| failure.into_shown().code),
                deleted.map(|_| "deleted".to_owned()).unwrap_or_else(|failure| failure.into_shown().code));
            let expected = [("created", "in_use"), ("unknown_base", "deleted")];
            assert!(expected.contains(&(codes.0.as_str(), codes.1.as_str())), "{codes:?}");
        }
    }

    async fn what_is_not_in_the_organization_cannot_be_used(world) {
        let new = NewDataset { name: name("Theirs"), description: Description::default() };
        let theirs = dataset::operations::create(world.database(), &world.stranger, new).await.unwrap().id;
        let version = serde_json::from_value(json!({ "name": "1" })).unwrap();
        let theirs = dataset::operations::create_version(world.database(), &world.stranger, theirs, version).await.unwrap().id;
        assert_eq!(refusal(world, an_experiment().with_dataset_version(theirs, "train")).await, "unknown_dataset_version");
        assert_eq!(refusal(world, an_experiment().with_base(ModelVersionId::generate())).await, "unknown_base");
        let elsewhere = an_experiment().to_new(world.project);
        assert_eq!(code(experiments::create(world.database(), &world.stranger, elsewhere).await), "not_found");
        let base = a_base(world).await;
        let new = NewProject { name: name("P"), description: Description::default() };
        let project = experiments::create_project(world.database(), &world.stranger, new).await.unwrap().id;
        let stolen = an_experiment().with_base(base).to_new(project);
        assert_eq!(code(experiments::create(world.database(), &world.stranger, stolen).await), "unknown_base");
        let viewed = an_experiment().to_new(world.project);
        assert_eq!(code(experiments::create(world.database(), &world.viewer, viewed).await), "role_too_low");
    }

    async fn two_aliases_must_differ_in_more_than_case_and_form(world) {
        let data = world.dataset_version("data", &["a"]).await;
        for (one, other) in [("train", "Train"), ("é", "e\u{301}")] {
            let twice = an_experiment().with_dataset_version(data, one).with_dataset_version(data, other);
            assert_eq!(refusal(world, twice).await, "alias_taken");
        }
        an_experiment().with_dataset_version(data, "train").with_dataset_version(data, "test").create(world).await;
    }

    async fn names_that_differ_in_case_or_form_alone_collide(world) {
        for (one, other) in [("Détection", "DE\u{301}TECTION"), ("Straße", "STRASSE"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("ﬁt", "FIT"), ("a", " A ")] {
            an_experiment().named(one).create(world).await;
            assert_eq!(refusal(world, an_experiment().named(other)).await, "name_taken", "{one} and {other}");
            let project = |text: &str| NewProject { name: name(text), description: Description::default() };
            experiments::create_project(world.database(), &world.editor, project(one)).await.unwrap();
            assert_eq!(code(experiments::create_project(world.database(), &world.editor, project(other)).await), "name_taken");
            let dataset = |text: &str| NewDataset { name: name(text), description: Description::default() };
            dataset::operations::create(world.database(), &world.editor, dataset(one)).await.unwrap();
            assert_eq!(code(dataset::operations::create(world.database(), &world.editor, dataset(other)).await), "name_taken");
        }
        let elsewhere = NewProject { name: name("Elsewhere"), description: Description::default() };
        let elsewhere = experiments::create_project(world.database(), &world.editor, elsewhere).await.unwrap().id;
        let same = an_experiment().named("Détection").to_new(elsewhere);
        experiments::create(world.database(), &world.editor, same).await.unwrap();
    }
}
