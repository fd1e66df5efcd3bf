//! Models without versions, and what changes of a version until it is sealed (R24, D12).

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    error::Failure,
    model::{ModelFilter, ModelVersion, ModelVersionChange, NewEmptyModel, operations as models},
    vocabulary::{Description, DockerImage, ModelVersionId},
};
use serde_json::json;

fn image(reference: &str) -> DockerImage {
    DockerImage { reference: reference.to_owned(), run_flags: vec!["--gpus all".to_owned()], environment: Vec::new() }
}

async fn change(world: &World, id: ModelVersionId, change: ModelVersionChange) -> Result<ModelVersion, Failure> {
    models::life::change(world.database(), &world.editor, id, change).await
}

fn with_notebook(address: &str) -> ModelVersionChange {
    ModelVersionChange { notebook_url: Some(address.to_owned()), ..ModelVersionChange::default() }
}

on_every_database! {
    async fn a_model_begins_without_versions_and_gets_its_first_by_an_export(world) {
        let new = || NewEmptyModel { name: name("Empty"), description: Description::parse("Later").unwrap() };
        let model = models::create::empty_model(world.database(), &world.editor, new()).await.unwrap();
        assert_eq!((model.name.as_str(), model.description.as_str(), model.version_count, model.last_version), ("Empty", "Later", 0, 0));
        let entries = world.texts("SELECT object_id FROM audit_entries WHERE action = 'create' AND object_kind = 'model'").await;
        assert_eq!(entries, [model.id.to_string()]);
        let listed = models::list(world.database(), &world.viewer, &ModelFilter { limit: 50, ..ModelFilter::default() }).await.unwrap().items;
        assert_eq!(listed.iter().map(|listed| listed.id).collect::<Vec<_>>(), [model.id]);
        assert_eq!(code(models::create::empty_model(world.database(), &world.editor, new()).await), "model_name_taken");
        assert_eq!(code(models::create::empty_model(world.database(), &world.viewer, new()).await), "role_too_low");
        let source = an_experiment().create(world).await;
        let version = world.export(source, version_of(model.id, "v1")).await.unwrap().version;
        assert_eq!((version.number, version.notebook_url), (1, None));
    }

    async fn parameters_and_image_change_until_the_version_is_sealed(world) {
        let source = an_experiment().with_parameters(json!({ "lr": 0.1, "seed": 7 })).with_image(image("a:1")).create(world).await;
        let id = world.exported(source, "Model").await.id;
        let new = || ModelVersionChange {
            parameters: Some(parameters(json!({ "z": 1, "a": [null, 1.5] }))),
            docker_image: Some(image("b:2")),
            ..ModelVersionChange::default()
        };
        let changed = change(world, id, new()).await.unwrap();
        assert_eq!(serde_json::to_string(&changed.parameters).unwrap(), r#"{"z":1,"a":[null,1.5]}"#);
        assert_eq!(changed.docker_image, Some(image("b:2")));
        assert_eq!(world.experiment(source).await.parameters.len(), 2, "the source stays");
        let text = change(world, id, ModelVersionChange { description: Some(Description::parse("x").unwrap()), ..Default::default() });
        assert_eq!(text.await.unwrap().docker_image, Some(image("b:2")), "what is left out stays");
        let before = world.rows().await;
        let unfit = ModelVersionChange { docker_image: Some(image("not an image")), ..Default::default() };
        assert_eq!(code(change(world, id, unfit).await), "invalid_docker_image");
        let unfit = ModelVersionChange { parameters: Some(parameters(json!({ "": 1 }))), ..Default::default() };
        assert_eq!(code(change(world, id, unfit).await), "invalid_parameters");
        assert_eq!(world.rows().await, before);

        models::life::seal(world.database(), &world.editor, id).await.unwrap();
        let before = world.rows().await;
        for part in [ModelVersionChange { parameters: None, ..new() }, ModelVersionChange { docker_image: None, ..new() }] {
            let refused = shown(change(world, id, part).await);
            assert_eq!((refused.code.as_str(), refused.kind.status()), ("sealed", 409));
        }
        assert_eq!(world.rows().await, before);
        let noted = change(world, id, with_notebook("https://example.org/n.ipynb")).await.unwrap();
        assert_eq!(noted.notebook_url.as_deref(), Some("https://example.org/n.ipynb"), "a notebook is only text about it");
    }

    async fn a_notebook_is_a_page_of_the_web(world) {
        let id = world.exported(an_experiment().create(world).await, "Model").await.id;
        let before = world.rows().await;
        let long = format!("https://example.org/{}", "x".repeat(2_000));
        for unfit in ["javascript:alert(1)", "ftp://example.org", "example.org", "https://me:secret@example.org/", long.as_str()] {
            let refused = shown(change(world, id, with_notebook(unfit)).await);
            assert_eq!((refused.code.as_str(), refused.errors[0].field.as_deref()), ("invalid_field", Some("notebook_url")));
        }
        assert_eq!(world.rows().await, before);
        change(world, id, with_notebook("http://127.0.0.1:8888/lab?x=1")).await.unwrap();
        assert!(world.version(id).await.notebook_url.is_some());
        change(world, id, with_notebook(" ")).await.unwrap();
        assert_eq!(world.version(id).await.notebook_url, None);
    }
}
