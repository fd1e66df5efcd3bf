//! The export itself: one transaction, all or nothing; rows are copied, bytes never.

mod class_names;
mod elsewhere;
mod naming;

pub use elsewhere::{ExportedElsewhere, UsedDatasetVersion, receive};

use super::{ExportForm, ExportFormContext, ExportPreview, ExportTarget};
use crate::{
    artifact::{self, Artifact},
    audit::{self, Change},
    database::{
        Connection, Database,
        idempotency::{Claim, Repeatable},
        stored, unless_taken,
    },
    dataset,
    error::{AppError, ErrorKind, Failure},
    experiment::{self, Experiment, ExperimentError},
    model::{self, ModelChoice, ModelError, ModelVersion, SourceDatasetVersion, SourceFacts},
    services::Services,
    vocabulary::{
        Actor, Description, Digest, ExperimentId, ModelId, ModelVersionId, Name, OrganizationId, Timestamp,
        name::name_key,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tracing::Instrument as _;
use utoipa::ToSchema;

/// A model that the export creates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewModel {
    /// Unique in the organization.
    pub name: Name,
    #[serde(default)]
    pub description: Description,
}

/// The version that the export creates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewModelVersion {
    /// Unique in the model.
    pub name: Name,
    #[serde(default)]
    pub description: Description,
}

/// Where the version goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Destination {
    /// A new model with its first version.
    New(NewModel),
    /// A model of the registry.
    Existing(ModelId),
}

/// What to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExportRequest {
    pub destination: Destination,
    pub version: NewModelVersion,
}

/// What can go wrong with an export.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// Another model has this name.
    #[error("A model named {0} exists. Add a version to it instead, or choose another name.")]
    ModelNameTaken(String),
    /// Another version of this model has this name.
    #[error("This model has a version named {0}. Choose another name.")]
    VersionNameTaken(String),
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        let (code, field, short) = match &error {
            ExportError::ModelNameTaken(name) => {
                ("model_name_taken", "new_model.name", format!("A model named {name} exists."))
            }
            ExportError::VersionNameTaken(name) => (
                "version_name_taken",
                "version.name",
                format!("This model has a version named {name}. Choose another name."),
            ),
        };
        AppError::new(ErrorKind::Conflict, code, error.to_string()).on_field(field, short).into()
    }
}

/// The new version, and whether the same request had created it before.
#[derive(Clone, Debug)]
pub struct Exported {
    pub version: ModelVersion,
    pub was_replayed: bool,
}

const ROUTE: &str = "export";

/// Creates the version, and the model if it is new.
///
/// With an `idempotency_key`, the same request creates one version however often it arrives. Once begun, the export runs to its end
/// even if the client goes away.
pub async fn export(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
    request: ExportRequest,
    idempotency_key: Option<&str>,
) -> Result<Exported, Failure> {
    actor.require_export("exporting a model")?;
    let repeatable = idempotency_key
        .map(|key| Repeatable::new(actor, ROUTE, key, request_hash(experiment, &request)))
        .transpose()?;
    let ExportRequest { destination, version } = request;
    run(database, actor, experiment, destination, Some(version), repeatable).await
}

/// Exports into a version that nobody has named: it takes the experiment's name, with its number behind it when the model has a version of
/// that name.
pub async fn export_named_after_experiment(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
    destination: Destination,
) -> Result<Exported, Failure> {
    actor.require_export("exporting a model")?;
    run(database, actor, experiment, destination, None, None).await
}

async fn run(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
    destination: Destination,
    version: Option<NewModelVersion>,
    repeatable: Option<Repeatable>,
) -> Result<Exported, Failure> {
    let (database, actor) = (database.clone(), actor.clone());
    let work = async move {
        let version = version.as_ref();
        export_in_transaction(&database, &actor, experiment, (&destination, version), repeatable.as_ref()).await
    };
    tokio::spawn(work.in_current_span()).await.map_err(|error| Failure::Broken(error.to_string()))?
}

fn request_hash(experiment: ExperimentId, request: &ExportRequest) -> Digest {
    let text = json!([experiment, request]).to_string();
    Digest::from_bytes(Sha256::digest(text.as_bytes()).into())
}

async fn export_in_transaction(
    database: &Database,
    actor: &Actor,
    experiment_id: ExperimentId,
    (destination, version): (&Destination, Option<&NewModelVersion>),
    repeatable: Option<&Repeatable>,
) -> Result<Exported, Failure> {
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    if let Some(repeatable) = repeatable
        && let Claim::Answered(id) = repeatable.claim(&mut transaction, now).await?
    {
        let version = model::operations::load_version(&mut transaction, actor, stored(&id)?).await?;
        return Ok(Exported { version, was_replayed: true });
    }
    let experiment = snapshot(&mut transaction, actor, experiment_id).await?;
    let artifacts = artifact::store::list(&mut transaction, actor.organization_id, experiment_id).await?;
    let model = find_or_create_model(&mut transaction, actor, destination, now).await?;
    let id = create_version(&mut transaction, actor, model, version, &experiment, now).await?;
    copy_items(&mut transaction, actor, id, &experiment, &artifacts, now).await?;
    if let Some(repeatable) = repeatable {
        repeatable.complete(&mut transaction, &id.to_string()).await?;
    }
    let version = model::operations::load_version(&mut transaction, actor, id).await?;
    record(&mut transaction, actor, &version, destination, now).await?;
    transaction.commit().await?;
    Ok(Exported { version, was_replayed: false })
}

async fn record(
    connection: &mut Connection,
    actor: &Actor,
    version: &ModelVersion,
    destination: &Destination,
    now: Timestamp,
) -> Result<(), Failure> {
    if matches!(destination, Destination::New(_)) {
        let model = model::store::find(connection, actor.organization_id, version.model_id).await?;
        let model = model.ok_or(ModelError::NotFound)?;
        let created = Change::created("model", &model.id, model.facts()).with("name", model.name.as_str());
        audit::record(connection, actor, now, created).await?;
    }
    let exported = Change::created("model_version", &version.id, version.facts()).named("export");
    let source = version.source_experiment.as_ref().map(|source| source.name.as_str());
    Ok(audit::record(connection, actor, now, version.identify(exported).with("experiment_name", source)).await?)
}

/// The experiment as it is at this moment; nobody changes it until the transaction ends.
async fn snapshot(connection: &mut Connection, actor: &Actor, id: ExperimentId) -> Result<Experiment, Failure> {
    if !experiment::store::experiments::lock(connection, actor.organization_id, id).await? {
        return Err(ExperimentError::NotFound.into());
    }
    let experiment = experiment::operations::load(connection, actor, id).await?;
    actor.entering(experiment.summary.project_id)?.require_export("exporting a model")?;
    Ok(experiment)
}

async fn find_or_create_model(
    connection: &mut Connection,
    actor: &Actor,
    destination: &Destination,
    now: Timestamp,
) -> Result<ModelId, Failure> {
    match destination {
        Destination::Existing(id) => Ok(*id),
        Destination::New(new) => {
            let id = ModelId::generate();
            let taken = || Failure::from(ExportError::ModelNameTaken(new.name.to_string())).into_shown();
            let inserted = model::store::insert(connection, actor, id, &new.name, &new.description, now).await;
            inserted.map_err(|error| unless_taken(error, taken))?;
            Ok(id)
        }
    }
}

async fn create_version(
    connection: &mut Connection,
    actor: &Actor,
    model: ModelId,
    version: Option<&NewModelVersion>,
    experiment: &Experiment,
    now: Timestamp,
) -> Result<ModelVersionId, Failure> {
    let organization = actor.organization_id;
    let number = model::operations::create::take_number(connection, organization, model, 1, now).await?;
    let version = match version {
        Some(version) => version.clone(),
        None => NewModelVersion {
            name: naming::free_name(connection, organization, model, number, &experiment.summary.name).await?,
            description: Description::default(),
        },
    };
    let id = ModelVersionId::generate();
    let new = model::store::NewVersion {
        id,
        model,
        number,
        name: &version.name,
        description: &version.description,
        inference_type: experiment.summary.inference_type.as_deref(),
        framework: experiment.summary.framework.as_deref(),
        docker_image: experiment.docker_image.as_ref(),
        notebook_url: None,
        source: Some((experiment.summary.id, &frozen_facts(experiment))),
        base_model_version: experiment.base_model_version.as_ref().map(|base| base.id),
    };
    let taken = || Failure::from(ExportError::VersionNameTaken(version.name.to_string())).into_shown();
    model::store::insert_version(connection, actor, &new, now).await.map_err(|error| unless_taken(error, taken))?;
    Ok(id)
}

fn frozen_facts(experiment: &Experiment) -> SourceFacts {
    let summary = &experiment.summary;
    SourceFacts {
        experiment_name: summary.name.clone(),
        experiment_description: summary.description.clone(),
        project_id: summary.project_id,
        project_name: summary.project_name.clone(),
        status: summary.status.as_str().to_owned(),
        created_by: summary.created_by.clone(),
        created_at: summary.created_at,
        started_at: summary.started_at,
        finished_at: summary.finished_at,
    }
}

/// Gives the version everything that it inherits; what the experiment lacks stays empty (R23).
async fn copy_items(
    connection: &mut Connection,
    actor: &Actor,
    id: ModelVersionId,
    experiment: &Experiment,
    artifacts: &[Artifact],
    now: Timestamp,
) -> Result<(), Failure> {
    let organization = actor.organization_id;
    let sources = sources(connection, organization, experiment).await?;
    artifact::store::insert_inherited(connection, organization, id, artifacts, now).await?;
    model::store::insert_label_map(connection, actor, id, &experiment.labels, now).await?;
    model::store::insert_parameters(connection, organization, id, &experiment.parameters).await?;
    model::store::insert_dataset_versions(connection, organization, id, &sources).await?;
    model::store::insert_metrics(connection, organization, id, &experiment.metrics).await?;
    Ok(())
}

/// The dataset versions as they are at this moment; how many objects they have may change later.
async fn sources(
    connection: &mut Connection,
    organization: OrganizationId,
    experiment: &Experiment,
) -> Result<Vec<SourceDatasetVersion>, sqlx::Error> {
    let mut sources = Vec::with_capacity(experiment.dataset_versions.len());
    for attached in &experiment.dataset_versions {
        let labels = dataset::store::list_labels(connection, organization, attached.dataset_version_id).await?;
        sources.push(SourceDatasetVersion {
            alias: attached.alias.clone(),
            dataset_id: attached.dataset_id,
            dataset_version_id: attached.dataset_version_id,
            dataset_name: attached.dataset_name.clone(),
            dataset_version_name: attached.dataset_version_name.clone(),
            label_counts: dataset::label_counts(&labels),
        });
    }
    Ok(sources)
}

/// What an export of this experiment would do.
pub async fn preview(services: &Services, actor: &Actor, id: ExperimentId) -> Result<ExportPreview, Failure> {
    let experiment = experiment::operations::find(&services.database, actor, id).await?;
    preview_of(services, actor, &experiment).await
}

/// What an export of an experiment that was just read would do.
pub async fn preview_of(services: &Services, actor: &Actor, experiment: &Experiment) -> Result<ExportPreview, Failure> {
    let mut connection = services.database.read().await?;
    let artifacts = artifact::store::list(&mut connection, actor.organization_id, experiment.summary.id).await?;
    let base_model = match &experiment.base_model_version {
        Some(base) => model::store::find(&mut connection, actor.organization_id, base.model_id).await?,
        None => None,
    };
    drop(connection);
    let key = uuid::Uuid::new_v4().to_string();
    let mut preview = super::preview(experiment, &artifacts, base_model.map(ModelChoice::from).as_ref(), key);
    preview.warnings.extend(class_names::warnings(services, &artifacts, &experiment.labels).await?);
    Ok(preview)
}

/// What the form needs beside the preview.
pub async fn form_context(
    database: &Database,
    actor: &Actor,
    experiment: &Experiment,
) -> Result<ExportFormContext, Failure> {
    Ok(ExportFormContext {
        experiment_id: experiment.summary.id.to_string(),
        project_id: experiment.summary.project_id.to_string(),
        models: model::operations::choices(database, actor, "").await?,
    })
}

/// Exports what a form says. Errors are tied to the fields of the form.
pub async fn export_form(
    database: &Database,
    actor: &Actor,
    experiment: ExperimentId,
    form: &ExportForm,
) -> Result<Exported, Failure> {
    actor.require_export("exporting a model")?;
    let existing = match form.target {
        ExportTarget::NewModel => None,
        ExportTarget::ExistingModel => {
            model::store::find_by_name(
                &mut *database.read().await?,
                actor.organization_id,
                &name_key(&form.existing_model),
            )
            .await?
        }
    };
    let request = super::form::checked(form, existing)?;
    let key = Some(form.idempotency_key.as_str()).filter(|key| !key.is_empty());
    let outcome = export(database, actor, experiment, request, key).await;
    outcome.map_err(|failure| super::form::on_form_fields(failure, form.target))
}
