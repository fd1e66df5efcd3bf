//! What an experiment is given after its creation: dataset versions, a base architecture, an experiment to go on from.

use super::{load, touch};
use crate::{
    artifact::{self, ArtifactError, MAX_ARTIFACTS, store::CopiedFile},
    audit::{self, Change},
    database::{Connection, Database, Transaction, unless_taken},
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
        Actor, DatasetVersionId, DockerImage, ExperimentId, FileName, LabelMap, ModelVersionId, Timestamp,
        name::name_key,
    },
};
use serde_json::Value;
use std::collections::BTreeSet;

/// An experiment that is being changed, held until the transaction ends.
struct Held {
    transaction: Transaction,
    before: Experiment,
    /// What the trail keeps of it; with its files where these may change.
    facts: Value,
    now: Timestamp,
}

/// Holds the first of `ids`, which is to change, and with it the others.
async fn hold(database: &Database, actor: &Actor, ids: &[ExperimentId], what: &str) -> Result<(Actor, Held), Failure> {
    actor.require_write(what)?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    // In one order, so that two experiments that become each other's base cannot wait for each other.
    for &held in BTreeSet::from_iter(ids) {
        experiments::lock(&mut transaction, actor.organization_id, held).await?;
    }
    let id = *ids.first().ok_or(ExperimentError::NotFound)?;
    touch(&mut transaction, actor, id, now).await?;
    let before = load(&mut transaction, actor, id).await?;
    let actor = actor.entering(before.summary.project_id)?;
    actor.require_write(what)?;
    let facts = before.facts();
    Ok((actor, Held { transaction, before, facts, now }))
}

/// The facts with the artifacts.
async fn with_files(connection: &mut Connection, actor: &Actor, experiment: &Experiment) -> Result<Value, Failure> {
    let mut facts = experiment.facts();
    let artifacts = artifact::store::list(connection, actor.organization_id, experiment.summary.id).await?;
    facts["artifacts"] = artifacts.iter().map(|artifact| artifact.facts()).collect();
    Ok(facts)
}

impl Held {
    async fn commit(mut self, actor: &Actor, action: &'static str) -> Result<Experiment, Failure> {
        let after = load(&mut self.transaction, actor, self.before.summary.id).await?;
        let facts = match self.facts.get("artifacts") {
            Some(_) => with_files(&mut self.transaction, actor, &after).await?,
            None => after.facts(),
        };
        let change = Change::updated("experiment", &after.summary.id, self.facts, facts)
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
    let (actor, mut held) = hold(database, actor, &[id], "attaching a dataset version").await?;
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
        AppError::new(ErrorKind::Conflict, "alias_taken", detail.clone()).on_field("alias", detail)
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
    let (actor, mut held) = hold(database, actor, &[id], "detaching a dataset version").await?;
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
    let (actor, mut held) = hold(database, actor, &[id], "choosing a base architecture").await?;
    held.facts = with_files(&mut held.transaction, &actor, &held.before).await?;
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
        // A base without parameters has none to give.
        Take::Replace => !found.parameters.is_empty(),
        Take::Leave => false,
    };
    if takes_parameters {
        parts::replace_parameters(&mut held.transaction, organization, id, &found.parameters).await?;
    }
    let files: Vec<CopiedFile<'_>> = found.files.iter().map(CopiedFile::from).collect();
    take_files(&mut held, &actor, &files, base.files).await?;
    take_labels(&mut held, &actor, &found.labels, "base").await?;
    let former = match &held.before.base_model_version {
        Some(former) => {
            Words::of_version(&model::operations::load_version(&mut held.transaction, &actor, former.id).await?)
        }
        None => Words::default(),
    };
    take_words(&mut held, &actor, former, Words::of_version(&found)).await?;
    held.commit(&actor, "set_base").await
}

/// Lets the experiment go on from another one of its project: what it lacks is taken from there.
pub async fn set_base_experiment(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    base: ExperimentId,
) -> Result<Experiment, Failure> {
    let (actor, mut held) = hold(database, actor, &[id, base], "choosing a base experiment").await?;
    held.facts = with_files(&mut held.transaction, &actor, &held.before).await?;
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
        given::set_base_model_version(&mut held.transaction, organization, id, version.id).await?;
    }
    take_words(&mut held, &actor, Words::default(), Words::of_experiment(&found)).await?;
    held.commit(&actor, "set_base").await
}

/// Links an experiment that was brought over to its bases. It has what it took from them already, so nothing is taken.
pub async fn link_bases(
    database: &Database,
    actor: &Actor,
    id: ExperimentId,
    model_version: Option<ModelVersionId>,
    experiment: Option<ExperimentId>,
) -> Result<Experiment, Failure> {
    let ids: Vec<ExperimentId> = [id].into_iter().chain(experiment).collect();
    let (actor, mut held) = hold(database, actor, &ids, "choosing bases").await?;
    let organization = actor.organization_id;
    if let Some(version) = model_version {
        model::store::lock_version(&mut held.transaction, organization, version).await?;
        let found = model::store::find_version(&mut held.transaction, organization, version).await?;
        found.ok_or(ExperimentError::BaseNotFound)?;
        given::set_base_model_version(&mut held.transaction, organization, id, version).await?;
    }
    if let Some(base) = experiment {
        find_base_experiment(&mut held.transaction, &actor, &held.before, base).await?;
        given::set_base_experiment(&mut held.transaction, organization, id, base).await?;
    }
    held.commit(&actor, "set_base").await
}

async fn find_base_experiment(
    connection: &mut Connection,
    actor: &Actor,
    of: &Experiment,
    base: ExperimentId,
) -> Result<Experiment, Failure> {
    let found = experiments::find(connection, actor.organization_id, base).await?;
    let is_sibling = found.is_some_and(|found| found.project_id == of.summary.project_id);
    match is_sibling && base != of.summary.id {
        true => load(connection, actor, base).await,
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

/// What a base has to say beside its parts.
#[derive(Default)]
struct Words {
    inference_type: Option<String>,
    framework: Option<String>,
    docker_image: Option<DockerImage>,
}

impl Words {
    fn of_version(version: &model::ModelVersion) -> Self {
        Self {
            inference_type: version.inference_type.clone(),
            framework: version.framework.clone(),
            docker_image: version.docker_image.clone(),
        }
    }

    fn of_experiment(experiment: &Experiment) -> Self {
        Self {
            inference_type: experiment.summary.inference_type.clone(),
            framework: experiment.summary.framework.clone(),
            docker_image: experiment.docker_image.clone(),
        }
    }
}

/// Type, framework and docker image of the base, where the experiment has none, or those of its former base.
async fn take_words(held: &mut Held, actor: &Actor, former: Words, base: Words) -> Result<(), Failure> {
    fn taken<T: PartialEq>(own: Option<T>, former: Option<T>, base: Option<T>) -> Option<T> {
        if own == former { base.or(own) } else { own.or(base) }
    }
    let own = Words::of_experiment(&held.before);
    let inference_type = taken(own.inference_type, former.inference_type, base.inference_type);
    let framework = taken(own.framework, former.framework, base.framework);
    let docker_image = taken(own.docker_image, former.docker_image, base.docker_image);
    let Experiment { summary, notes, .. } = &held.before;
    let changed = Changed {
        name: &summary.name,
        name_key: &name_key(&summary.name),
        description: &summary.description,
        status: summary.status,
        inference_type: inference_type.as_deref(),
        framework: framework.as_deref(),
        docker_image: docker_image.as_ref(),
        started_at: summary.started_at,
        finished_at: summary.finished_at,
        notes,
        edited_at: held.now,
        updated_at: held.now,
    };
    Ok(experiments::update(&mut held.transaction, actor.organization_id, summary.id, &changed).await?)
}
