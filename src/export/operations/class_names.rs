//! Compares what model files say of their classes with the label map.

use crate::{
    artifact::Artifact,
    error::Failure,
    export::class_names::{may_carry_names, read_names, warning},
    services::Services,
    storage,
    vocabulary::LabelMap,
};

/// The most files that are looked into.
const MAX_FILES: usize = 5;

/// One sentence for each artifact whose class names are not those of the label map.
pub async fn warnings(services: &Services, artifacts: &[Artifact], labels: &LabelMap) -> Result<Vec<String>, Failure> {
    if labels.is_empty() {
        return Ok(Vec::new());
    }
    let mut warnings = Vec::new();
    for artifact in artifacts.iter().filter(|artifact| may_carry_names(&artifact.name)).take(MAX_FILES) {
        let blob = storage::find(&mut *services.database.read().await?, artifact.sha256).await?;
        let Some(blob) = blob else { continue };
        let file = services.blobs.read(&blob.path).await?.into_std().await;
        let name = artifact.name.clone();
        let names = tokio::task::spawn_blocking(move || read_names(&name, file)).await;
        let names = names.map_err(|error| Failure::Broken(error.to_string()))?;
        warnings.extend(names.and_then(|names| warning(&artifact.name, &names, labels)));
    }
    Ok(warnings)
}
