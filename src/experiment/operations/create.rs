//! Creating an experiment.

use super::load;
use crate::{
    artifact::{self, Artifact, ArtifactError, MAX_ARTIFACTS, store::CopiedFile},
    audit::{self, Change},
    database::{Connection, Database, unless_taken},
    dataset,
    error::Failure,
    experiment::{
        Experiment, ExperimentError, MAX_DATASET_VERSIONS, NewExperiment,
        labels::initial_labels,
        store::{experiments, given, parts, projects},
    },
    model,
    vocabulary::{Actor, DatasetVersionId, ExperimentId, LabelMap, Name, Timestamp},
};
use std::collections::HashSet;

/// Creates an experiment. Its label map begins with the labels of the dataset versions (R29); parameters and docker image that
/// are not given are the base architecture's (R34, R37), and its files become artifacts unless that is declined (R43).
pub async fn create(database: &Database, actor: &Actor, new: NewExperiment) -> Result<Experiment, Failure> {
    create_with_id(database, actor, ExperimentId::generate(), new).await
}

/// Creates an experiment whose id was made before.
pub async fn create_with_id(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    mut new: NewExperiment,
) -> Result<Experiment, Failure> {
    actor.entering(new.project_id)?.require_write("creating an experiment")?;
    accept_words(&mut new)?;
    require_distinct_aliases(&new)?;
    let now = Timestamp::now();
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    // Held, so that nobody deletes it while it has no experiments yet.
    projects::lock(&mut transaction, organization, new.project_id).await?;
    projects::find(&mut transaction, organization, new.project_id).await?.ok_or(ExperimentError::ProjectNotFound)?;
    let base = inherit_from_experiment(&mut transaction, actor, &mut new).await?;
    let datasets = labels_of_datasets(&mut transaction, actor, &new).await?;
    let base_labels = inherit_from_base(&mut transaction, actor, &mut new).await?;
    let experiment_labels = base.as_ref().map(|base| base.labels.clone()).filter(|labels| !labels.is_empty());
    let base_labels = experiment_labels.or(base_labels);
    let initial = initial_labels(&datasets, base_labels.as_ref(), new.labels_from.as_deref())?;
    let parameters = new.parameters.clone().unwrap_or_default();
    parameters.validate().map_err(ExperimentError::Parameters)?;
    experiments::insert(&mut transaction, actor, id, &new, &initial.from, now).await.map_err(|error| {
        unless_taken(error, || Failure::from(ExperimentError::NameTaken(new.name.to_string())).into_shown())
    })?;
    parts::insert_labels(&mut transaction, organization, id, &initial.labels).await?;
    parts::replace_parameters(&mut transaction, organization, id, &parameters).await?;
    parts::insert_dataset_versions(&mut transaction, organization, id, &new.dataset_versions).await?;
    if let Some(base) = new.base_model_version_id {
        parts::insert_base(&mut transaction, organization, id, base).await?;
    }
    if let Some(base) = &base {
        given::set_base_experiment(&mut transaction, organization, id, base.id).await?;
    }
    copy_files(&mut transaction, actor, id, &new, base.as_ref(), now).await?;
    let created = load(&mut transaction, actor, id).await?;
    let change = Change::created("experiment", &id, created.facts())
        .with("name", created.summary.name.as_str())
        .with("project_id", created.summary.project_id.to_string())
        .with("files_of_base", created.artifact_count);
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(created)
}

/// What a base experiment gives to a new one beside its parameters.
struct FromExperiment {
    id: ExperimentId,
    labels: LabelMap,
    artifacts: Vec<Artifact>,
}

/// Fills in what the base experiment has and `new` does not say.
async fn inherit_from_experiment(
    connection: &mut Connection,
    actor: &Actor,
    new: &mut NewExperiment,
) -> Result<Option<FromExperiment>, Failure> {
    let Some(id) = new.base_experiment_id else { return Ok(None) };
    if !experiments::lock(connection, actor.organization_id, id).await? {
        return Err(ExperimentError::BaseExperimentNotFound.into());
    }
    let base = load(connection, actor, id).await?;
    if base.summary.project_id != new.project_id {
        return Err(ExperimentError::BaseExperimentNotFound.into());
    }
    if new.parameters.is_none() && !base.parameters.is_empty() {
        new.parameters = Some(base.parameters);
    }
    new.docker_image = new.docker_image.take().or(base.docker_image);
    new.inference_type = new.inference_type.take().or(base.summary.inference_type);
    new.framework = new.framework.take().or(base.summary.framework);
    let artifacts = artifact::store::list(connection, actor.organization_id, id).await?;
    Ok(Some(FromExperiment { id, labels: base.labels, artifacts }))
}

/// The artifacts of the base experiment, and the files of the base architecture that have other names.
async fn copy_files(
    connection: &mut Connection,
    actor: &Actor,
    id: ExperimentId,
    new: &NewExperiment,
    base: Option<&FromExperiment>,
    now: Timestamp,
) -> Result<(), Failure> {
    let organization = actor.organization_id;
    let mut files: Vec<CopiedFile<'_>> = base.iter().flat_map(|base| &base.artifacts).map(CopiedFile::from).collect();
    let model_files = match new.base_model_version_id.filter(|_| new.take_base_files) {
        Some(version) => artifact::store::list_model_files(connection, organization, version).await?,
        None => Vec::new(),
    };
    let taken: HashSet<&str> = files.iter().map(|file| file.name).collect();
    let others = model_files.iter().filter(|file| !taken.contains(file.name.as_str()));
    files.extend(others.map(CopiedFile::from));
    require_places(&files)?;
    Ok(artifact::store::insert_copies(connection, actor, id, &files, now).await?)
}

/// The files of two bases must be able to lie together.
fn require_places(files: &[CopiedFile<'_>]) -> Result<(), ArtifactError> {
    let names: HashSet<&str> = files.iter().map(|file| file.name).collect();
    let mut folders = names.iter().flat_map(|name| name.match_indices('/').map(|(end, _)| &name[..end]));
    if let Some(other) = folders.find(|folder| names.contains(folder)) {
        return Err(ArtifactError::Overlapping(other.to_owned()));
    }
    match i64::try_from(files.len()).is_ok_and(|count| count > MAX_ARTIFACTS) {
        true => Err(ArtifactError::TooMany),
        false => Ok(()),
    }
}

fn accept_words(new: &mut NewExperiment) -> Result<(), ExperimentError> {
    new.inference_type = accepted_word("inference_type", new.inference_type.take())?;
    new.framework = accepted_word("framework", new.framework.take())?;
    if let Some(image) = &new.docker_image {
        image.validate()?;
    }
    Ok(())
}

/// A free word follows the rule for names; an empty one is none.
pub(super) fn accepted_word(field: &'static str, word: Option<String>) -> Result<Option<String>, ExperimentError> {
    let word = word.filter(|word| !word.trim().is_empty());
    word.map(|word| {
        Name::parse(&word).map(|name| name.to_string()).map_err(|error| ExperimentError::Text(field, error))
    })
    .transpose()
}

fn require_distinct_aliases(new: &NewExperiment) -> Result<(), ExperimentError> {
    if new.dataset_versions.len() > MAX_DATASET_VERSIONS {
        return Err(ExperimentError::TooManyDatasetVersions);
    }
    let mut seen = HashSet::new();
    match new.dataset_versions.iter().find(|attachment| !seen.insert(attachment.alias.key())) {
        Some(attachment) => Err(ExperimentError::AliasTaken(attachment.alias.to_string())),
        None => Ok(()),
    }
}

async fn labels_of_datasets(
    connection: &mut Connection,
    actor: &Actor,
    new: &NewExperiment,
) -> Result<Vec<(DatasetVersionId, LabelMap)>, Failure> {
    // In one order, so that two creations cannot wait for each other.
    let mut ids: Vec<_> = new.dataset_versions.iter().map(|attachment| attachment.dataset_version_id).collect();
    ids.sort();
    for id in ids {
        dataset::store::lock_version(connection, actor.organization_id, id).await?;
    }
    let mut datasets = Vec::new();
    for attachment in &new.dataset_versions {
        let id = attachment.dataset_version_id;
        let version = dataset::store::find_version(connection, actor.organization_id, id).await?;
        datasets.push((id, version.ok_or_else(|| ExperimentError::DatasetVersionNotFound(id.to_string()))?.labels));
    }
    Ok(datasets)
}

/// Fills in what the base architecture has and `new` does not say; returns the base's labels.
async fn inherit_from_base(
    connection: &mut Connection,
    actor: &Actor,
    new: &mut NewExperiment,
) -> Result<Option<LabelMap>, Failure> {
    let Some(id) = new.base_model_version_id else {
        return Ok(None);
    };
    let organization = actor.organization_id;
    // Held until the experiment refers to it, so that nobody deletes it in between.
    model::store::lock_version(connection, organization, id).await?;
    let base = model::store::find_version(connection, organization, id).await?.ok_or(ExperimentError::BaseNotFound)?;
    if new.parameters.is_none() {
        new.parameters = Some(model::store::list_parameters(connection, organization, id).await?);
    }
    let image = base.docker_image.filter(|_| new.take_base_image);
    new.docker_image = new.docker_image.take().or(image);
    new.inference_type = new.inference_type.take().or(base.inference_type);
    new.framework = new.framework.take().or(base.framework);
    let newest = model::store::find_label_map_revision(connection, organization, id, None).await?;
    Ok(Some(newest.map(|found| found.labels).unwrap_or_default()))
}
