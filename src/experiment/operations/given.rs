//! What an experiment is given after its creation: dataset versions, a base architecture, an experiment to go on from.

use super::{load, touch};
use crate::{
    artifact::{self, ArtifactError, MAX_ARTIFACTS, store::CopiedFile},
    audit::{self, Change},
    database::{Connection, Database, unless_taken},
    dataset,
    error::{AppError, ErrorKind, Failure},
    experiment::{
        BaseModelVersion, Experiment, ExperimentError, MAX_DATASET_VERSIONS, NewAttachment, Take,
        store::{
            experiments::{self, Changed},
            given, parts,
        },
    },
    model,
    vocabulary::{
        Actor, DatasetVersionId, ExperimentId, FileName, LabelMap, ModelVersionId, Timestamp, name::name_key,
    },
};

/// An experiment that is being changed, held until the transaction ends.
struct Held {
    transaction: crate::database::Transaction,
    before: Experiment,
    now: Timestamp,
}

async fn hold(database: &Database, actor: &Actor, id: ExperimentId, what: &str) -> Result<(Actor, Held), Failure> {
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    touch(&mut transaction, actor, id, now).await?;
    let before = load(&mut transaction, actor, id).await?;
    let actor = actor.entering(before.summary.project_id)?;
    actor.require_write(what)?;
    Ok((actor, Held { transaction, before, now }))
}

impl Held {
    async fn commit(mut self, actor: &Actor, action: &'static str) -> Result<Experiment, Failure> {
        let after = load(&mut self.transaction, actor, self.before.summary.id).await?;
        let change = Change::updated("experiment", &after.summary.id, self.before.facts(), after.facts())
            .named(action)
            .with("name", after.summary.name.as_str());
        audit::record(&mut self.transaction, actor, self.now, change).await?;
        self.transaction.commit().await?;
        Ok(after)
    }
}

/// Attaches a dataset version under an alias. The labels of the experiment stay as they are.
pub async fn attach_dataset_version(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    new: NewAttachment,
) -> Result<Experiment, Failure> {
    let (actor, mut held) = hold(database, actor, id, "attaching a dataset version").await?;
    let version = new.dataset_version_id;
    dataset::store::lock_version(&mut held.transaction, actor.organization_id, version).await?;
    let found = dataset::store::find_version(&mut held.transaction, actor.organization_id, version).await?;
    found.ok_or_else(|| ExperimentError::DatasetVersionNotFound(version.to_string()))?;
    if held.before.dataset_versions.len() >= MAX_DATASET_VERSIONS {
        return Err(ExperimentError::TooManyDatasetVersions.into());
    }
    let taken = || {
        let detail =
            format!("The alias {} is used already. Detach its dataset version first, or choose another.", new.alias);
        AppError::new(ErrorKind::Conflict, "alias_taken", detail)
    };
    given::insert_attachment(&mut held.transaction, actor.organization_id, id, &new)
        .await
        .map_err(|error| unless_taken(error, taken))?;
    held.commit(&actor, "attach").await
}

/// Detaches a dataset version under all its aliases. Model versions that were exported before keep their link (R40).
pub async fn detach_dataset_version(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    version: DatasetVersionId,
) -> Result<Experiment, Failure> {
    let (actor, mut held) = hold(database, actor, id, "detaching a dataset version").await?;
    match given::delete_attachments(&mut held.transaction, actor.organization_id, id, version).await? {
        true => held.commit(&actor, "detach").await,
        false => Err(AppError::not_found("dataset version in this experiment").into()),
    }
}

/// Gives the experiment a base architecture, in place of the one before. A version that came from this experiment may be its base, too.
pub async fn set_base_model_version(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    base: BaseModelVersion,
) -> Result<Experiment, Failure> {
    let (actor, mut held) = hold(database, actor, id, "choosing a base architecture").await?;
    let organization = actor.organization_id;
    model::store::lock_version(&mut held.transaction, organization, base.model_version_id).await?;
    let found = model::operations::load_version(&mut held.transaction, &actor, base.model_version_id).await.map_err(
        |failure| match failure.into_shown() {
            error if error.kind == ErrorKind::NotFound => ExperimentError::BaseNotFound.into(),
            error => Failure::from(error),
        },
    )?;
    given::set_base_model_version(&mut held.transaction, organization, id, found.id).await?;
    let takes_parameters = match base.parameters {
        Take::IfNone => held.before.parameters.is_empty(),
        Take::Replace => true,
        Take::Leave => false,
    };
    if takes_parameters {
        parts::replace_parameters(&mut held.transaction, organization, id, &found.parameters).await?;
    }
    let files: Vec<CopiedFile<'_>> = found.files.iter().map(CopiedFile::from).collect();
    take_files(&mut held, &actor, &files, base.files).await?;
    take_labels(&mut held, &actor, &found.labels, "base").await?;
    fill_words(&mut held, &actor, &found).await?;
    held.commit(&actor, "set_base").await
}

/// Lets the experiment go on from another one of its project: what it lacks is taken from there.
pub async fn set_base_experiment(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    base: ExperimentId,
) -> Result<Experiment, Failure> {
    let (actor, mut held) = hold(database, actor, id, "choosing a base experiment").await?;
    let organization = actor.organization_id;
    let found = find_base_experiment(&mut held.transaction, &actor, &held.before, base).await?;
    given::set_base_experiment(&mut held.transaction, organization, id, base).await?;
    if held.before.parameters.is_empty() {
        parts::replace_parameters(&mut held.transaction, organization, id, &found.parameters).await?;
    }
    let artifacts = artifact::store::list(&mut held.transaction, organization, base).await?;
    let files: Vec<CopiedFile<'_>> = artifacts.iter().map(CopiedFile::from).collect();
    take_files(&mut held, &actor, &files, Take::IfNone).await?;
    take_labels(&mut held, &actor, &found.labels, "base").await?;
    if let (None, Some(version)) = (&held.before.base_model_version, &found.base_model_version) {
        let version: ModelVersionId = version.id;
        given::set_base_model_version(&mut held.transaction, organization, id, version).await?;
    }
    held.commit(&actor, "set_base").await
}

async fn find_base_experiment(
    connection: &mut Connection,
    actor: &Actor,
    of: &Experiment,
    base: ExperimentId,
) -> Result<Experiment, Failure> {
    if !experiments::lock(connection, actor.organization_id, base).await? || base == of.summary.id {
        return Err(ExperimentError::BaseExperimentNotFound.into());
    }
    let found = load(connection, actor, base).await?;
    match found.summary.project_id == of.summary.project_id {
        true => Ok(found),
        false => Err(ExperimentError::BaseExperimentNotFound.into()),
    }
}

async fn take_labels(held: &mut Held, actor: &Actor, labels: &LabelMap, from: &str) -> Result<(), Failure> {
    if held.before.labels.is_empty() && !labels.is_empty() {
        let id = held.before.summary.id;
        given::replace_labels(&mut held.transaction, actor.organization_id, id, labels, from).await?;
    }
    Ok(())
}

async fn take_files(held: &mut Held, actor: &Actor, files: &[CopiedFile<'_>], take: Take) -> Result<(), Failure> {
    let (organization, id) = (actor.organization_id, held.before.summary.id);
    match take {
        Take::Leave => return Ok(()),
        Take::IfNone if held.before.artifact_count > 0 => return Ok(()),
        Take::IfNone | Take::Replace => {}
    }
    for file in files {
        let name = FileName::parse(file.name).map_err(ArtifactError::InvalidName)?;
        artifact::store::delete(&mut held.transaction, organization, id, &name).await?;
        if let Some(other) = artifact::store::find_overlapping(&mut held.transaction, organization, id, &name).await? {
            return Err(ArtifactError::Overlapping(other).into());
        }
    }
    artifact::store::insert_copies(&mut held.transaction, actor, id, files, held.now).await?;
    match artifact::store::count(&mut held.transaction, organization, id).await? > MAX_ARTIFACTS {
        true => Err(ArtifactError::TooMany.into()),
        false => Ok(()),
    }
}

/// Docker image, type and framework of the base, where the experiment has none.
async fn fill_words(held: &mut Held, actor: &Actor, base: &model::ModelVersion) -> Result<(), Failure> {
    let Experiment { summary, notes, edited_at, docker_image, .. } = &held.before;
    let changed = Changed {
        name: &summary.name,
        name_key: &name_key(&summary.name),
        description: &summary.description,
        status: summary.status,
        inference_type: summary.inference_type.as_deref().or(base.inference_type.as_deref()),
        framework: summary.framework.as_deref().or(base.framework.as_deref()),
        docker_image: docker_image.as_ref().or(base.docker_image.as_ref()),
        started_at: summary.started_at,
        finished_at: summary.finished_at,
        notes,
        edited_at: *edited_at,
        updated_at: held.now,
    };
    Ok(experiments::update(&mut held.transaction, actor.organization_id, summary.id, &changed).await?)
}
