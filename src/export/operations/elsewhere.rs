//! Versions that were exported on another server, and are brought here with their content.

use super::{frozen_facts, snapshot};
use crate::{
    audit::{self, Change},
    database::Database,
    dataset,
    error::Failure,
    experiment::{self, ExperimentError},
    model::{
        self, ModelVersion, NewImportedVersion, SourceDatasetVersion,
        operations::create::{VersionBirth, insert_version},
    },
    vocabulary::{Actor, DatasetVersionId, ExperimentId, LabelCounts, ModelId, ModelVersionId, Name, Timestamp},
};

/// A version that was exported elsewhere. What it refers to is here already.
#[derive(Clone, Debug)]
pub struct ExportedElsewhere {
    /// The id that it is going to have.
    pub id: ModelVersionId,
    pub model: ModelId,
    /// The number that it has, if the model's next number is not above it.
    pub number: i64,
    pub content: NewImportedVersion,
    /// Where it came from, unless that is not known any more.
    pub experiment: Option<ExperimentId>,
    pub dataset_versions: Vec<UsedDatasetVersion>,
}

/// A dataset version as it was at the export.
#[derive(Clone, Debug)]
pub struct UsedDatasetVersion {
    pub alias: Name,
    pub id: DatasetVersionId,
    pub label_counts: LabelCounts,
}

/// Creates the version with the content that it had, linked to its experiment and its dataset versions. The metrics are those that the
/// experiment has now.
pub async fn receive(database: &Database, actor: &Actor, version: ExportedElsewhere) -> Result<ModelVersion, Failure> {
    actor.require_export("bringing a model version over")?;
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    let experiment = match version.experiment {
        Some(id) => Some(snapshot(&mut transaction, actor, id).await?),
        None => None,
    };
    let facts = experiment.as_ref().map(frozen_facts);
    let birth =
        VersionBirth { id: version.id, least_number: version.number, source: version.experiment.zip(facts.as_ref()) };
    insert_version(&mut transaction, actor, version.model, version.content, birth, now).await?;
    let mut sources = Vec::with_capacity(version.dataset_versions.len());
    for used in version.dataset_versions {
        let found = dataset::store::find_version(&mut transaction, organization, used.id).await?;
        let found = found.ok_or_else(|| ExperimentError::DatasetVersionNotFound(used.id.to_string()))?;
        sources.push(SourceDatasetVersion {
            alias: used.alias.to_string(),
            dataset_id: found.dataset_id,
            dataset_version_id: found.id,
            dataset_name: found.dataset_name,
            dataset_version_name: found.name,
            label_counts: used.label_counts,
        });
    }
    model::store::insert_dataset_versions(&mut transaction, organization, version.id, &sources).await?;
    if let Some(experiment::Experiment { metrics, .. }) = &experiment {
        model::store::insert_metrics(&mut transaction, organization, version.id, metrics).await?;
    }
    let created = model::operations::load_version(&mut transaction, actor, version.id).await?;
    let change = Change::created("model_version", &created.id, created.facts()).named("bring_over");
    audit::record(&mut transaction, actor, now, created.identify(change)).await?;
    transaction.commit().await?;
    Ok(created)
}
