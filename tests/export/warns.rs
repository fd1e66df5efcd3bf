//! What an exporter is told before the export; nothing of it prevents the export (D7).

use super::builders::*;
use crate::on_every_database;
use heirloom::export::operations::preview;

async fn warnings(world: &World, file: &str, bytes: &str, labels: &[&str]) -> Vec<String> {
    let data = world.dataset_version(&format!("{file} {}", labels.len()), labels).await;
    let experiment = an_experiment().with_dataset_version(data, "train").with_artifact_of(file, bytes.into());
    let experiment = experiment.create(world).await;
    let found = preview(&world.services, &world.editor, experiment).await.unwrap().warnings;
    world.exported(experiment, &format!("{file} {}", labels.len())).await;
    found.into_iter().filter(|warning| warning.contains(file)).collect()
}

on_every_database! {
    async fn class_names_inside_a_file_are_compared_with_the_label_map(world) {
        let yaml = "nc: 2\nnames: [helmet, vest]\n";
        assert_eq!(warnings(world, "run/data.yaml", yaml, &["helmet", "vest"]).await, [""; 0]);
        let told = warnings(world, "run/data.yaml", yaml, &["vest", "helmet", "person"]).await;
        assert!(told[0].contains("not those of the label map (superset)"), "{told:?}");
        assert_eq!(warnings(world, "run/data.yaml", yaml, &[]).await, [""; 0], "nothing to compare with");
        assert_eq!(warnings(world, "broken.onnx", "no protobuf at all", &["a"]).await, [""; 0]);
    }
}
