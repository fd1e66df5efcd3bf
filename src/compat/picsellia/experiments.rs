//! Experiments, and what they are given: dataset versions, a base model version, a base experiment.

use super::{
    answer::{self, EVERYTHING},
    ask::{Asked, Body, Own, id},
    datasets,
    projects::DatasetVersionIds,
    words,
};
use crate::{
    auth::gate::{Calls, Need},
    dataset,
    error::{AppError, Failure},
    experiment::{
        BaseModelVersion, Experiment, ExperimentChange, ExperimentError, ExperimentFilter, ExperimentSummary,
        NewAttachment, NewExperiment, Take, operations,
    },
    server::extract::Id,
    services::Services,
    vocabulary::{
        Actor, DatasetVersionId, Description, ExperimentId, ModelVersionId, Name, Parameters, ProjectId, name::name_key,
    },
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

pub fn calls() -> Calls {
    Calls::new()
        .get("/api/project/{project}/experiments", list)
        .post("/api/project/{project}/experiments", Need::Write, create)
        .delete("/api/project/{project}/experiments", Need::Manage, delete_all)
        .get("/api/project/{project}/experiments/find", find_in_project)
        .get("/api/project/{project}/experiments/ids", ids)
        .get("/api/organization/{organization}/experiments/find", find)
        .get("/api/experiment/{experiment}", sync)
        .patch("/api/experiment/{experiment}", Need::Write, change)
        .delete("/api/experiment/{experiment}", Need::Manage, delete)
        .patch("/api/experiment/{experiment}/job/status", Need::Write, change_job_status)
        .post("/api/experiment/{experiment}/model", Need::Write, set_base_model_version)
        .post("/api/experiment/{experiment}/experiment", Need::Write, set_base_experiment)
        .get("/api/experiment/{experiment}/datasets", list_datasets)
        .post("/api/experiment/{experiment}/datasets", Need::Write, attach)
        .delete("/api/experiment/{experiment}/datasets", Need::Write, detach)
        .get("/api/experiment/{experiment}/datasets/find", find_dataset)
}

fn in_list(experiment: &ExperimentSummary) -> Value {
    json!({
        "id": experiment.id,
        "name": experiment.name,
        "description": experiment.description,
        "project_id": experiment.project_id,
        "status": words::of_status(experiment.status),
        "created_at": experiment.created_at,
        "updated_at": experiment.updated_at,
    })
}

/// What a single experiment is answered with: with its bases, which the SDK reads from there.
pub fn shown(experiment: &Experiment) -> Value {
    let mut shown = in_list(&experiment.summary);
    shown["base_model_version_id"] = json!(experiment.base_model_version.as_ref().map(|base| base.id));
    shown["base_experiment_id"] =
        json!(experiment.base_experiment.as_ref().filter(|base| !base.is_deleted).map(|base| base.id));
    shown
}

/// The experiments of a project, also those that are archived.
async fn all(services: &Services, actor: &Actor, project: ProjectId) -> Result<Vec<ExperimentSummary>, Failure> {
    operations::find_project(&services.database, actor, project).await?;
    let mut experiments = Vec::new();
    for is_archived in [false, true] {
        let filter =
            ExperimentFilter { project: Some(project), limit: EVERYTHING, is_archived, ..ExperimentFilter::default() };
        experiments.extend(operations::list(&services.database, actor, &filter).await?.items);
    }
    Ok(experiments)
}

async fn list(
    State(services): State<Services>,
    actor: Actor,
    Id(project): Id<ProjectId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    answer::list(all(&services, &actor, project).await?.iter().map(in_list).collect(), &asked)
}

async fn ids(
    State(services): State<Services>,
    actor: Actor,
    Id(project): Id<ProjectId>,
) -> Result<Json<Vec<ExperimentId>>, Failure> {
    Ok(Json(all(&services, &actor, project).await?.iter().map(|experiment| experiment.id).collect()))
}

#[derive(Deserialize)]
struct New {
    name: Name,
    description: Option<Description>,
    parameters: Option<Parameters>,
    base_experiment_id: Option<ExperimentId>,
    base_model_version_id: Option<ModelVersionId>,
}

async fn create(
    State(services): State<Services>,
    actor: Actor,
    Id(project_id): Id<ProjectId>,
    Body(new): Body<New>,
) -> Result<Json<Value>, Failure> {
    let new = NewExperiment {
        project_id,
        name: new.name,
        description: new.description.unwrap_or_default(),
        dataset_versions: Vec::new(),
        base_model_version_id: new.base_model_version_id,
        base_experiment_id: new.base_experiment_id,
        take_base_files: true,
        take_base_image: true,
        docker_image: None,
        parameters: new.parameters,
        labels_from: None,
        inference_type: None,
        framework: None,
    };
    Ok(Json(shown(&operations::create(&services.database, &actor, new).await?)))
}

async fn find_in_project(
    State(services): State<Services>,
    actor: Actor,
    Id(project): Id<ProjectId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let found = match asked.one_of(&["id", "name"])? {
        ("id", text) => id(text, "experiment")?,
        (_, name) => operations::find_by_name(&services.database, &actor, project, name)
            .await?
            .ok_or(ExperimentError::NotFound)?,
    };
    let experiment = operations::find(&services.database, &actor, found).await?;
    match experiment.summary.project_id == project {
        true => Ok(Json(shown(&experiment))),
        false => Err(ExperimentError::NotFound.into()),
    }
}

async fn find(State(services): State<Services>, actor: Actor, _: Own, asked: Asked) -> Result<Json<Value>, Failure> {
    let (_, text) = asked.one_of(&["id"])?;
    Ok(Json(shown(&operations::find(&services.database, &actor, id(text, "experiment")?).await?)))
}

async fn sync(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(shown(&operations::find(&services.database, &actor, experiment).await?)))
}

#[derive(Deserialize)]
struct Changed {
    name: Option<Name>,
    description: Option<Description>,
    status: Option<String>,
}

async fn change(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    Body(changed): Body<Changed>,
) -> Result<Json<Value>, Failure> {
    let change = ExperimentChange {
        name: changed.name,
        description: changed.description,
        status: changed.status.as_deref().map(words::status).transpose()?,
        ..ExperimentChange::default()
    };
    Ok(Json(shown(&operations::change(&services.database, &actor, experiment, change).await?)))
}

#[derive(Deserialize)]
struct JobStatus {
    status: String,
}

/// The words for jobs are among those for experiments.
async fn change_job_status(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    Body(JobStatus { status }): Body<JobStatus>,
) -> Result<Json<Value>, Failure> {
    const JOB_STATUSES: [&str; 4] = ["RUNNING", "SUCCESS", "TERMINATED", "FAILED"];
    if !JOB_STATUSES.contains(&status.as_str()) {
        return Err(words::unknown("status", &status, JOB_STATUSES.into_iter()).into());
    }
    let change = ExperimentChange { status: Some(words::status(&status)?), ..ExperimentChange::default() };
    Ok(Json(shown(&operations::change(&services.database, &actor, experiment, change).await?)))
}

async fn delete(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
) -> Result<StatusCode, Failure> {
    operations::delete(&services.database, &actor, experiment).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Ids {
    ids: Vec<ExperimentId>,
}

async fn delete_all(
    State(services): State<Services>,
    actor: Actor,
    Id(project): Id<ProjectId>,
    Body(Ids { ids }): Body<Ids>,
) -> Result<StatusCode, Failure> {
    let mut experiments = all(&services, &actor, project).await?;
    experiments.retain(|experiment| ids.contains(&experiment.id));
    for experiment in experiments {
        operations::delete(&services.database, &actor, experiment.id).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct NewBase {
    model_version_id: ModelVersionId,
    attach_base_parameters: Option<bool>,
    attach_model_files: Option<bool>,
}

/// Nothing said means: only what the experiment has not.
fn take(switch: Option<bool>) -> Take {
    match switch {
        None => Take::IfNone,
        Some(true) => Take::Replace,
        Some(false) => Take::Leave,
    }
}

async fn set_base_model_version(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    Body(base): Body<NewBase>,
) -> Result<Json<Value>, Failure> {
    let base = BaseModelVersion {
        model_version_id: base.model_version_id,
        parameters: take(base.attach_base_parameters),
        files: take(base.attach_model_files),
    };
    Ok(Json(shown(&operations::set_base_model_version(&services.database, &actor, experiment, base).await?)))
}

#[derive(Deserialize)]
struct NewBaseExperiment {
    base_experiment_id: ExperimentId,
}

async fn set_base_experiment(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    Body(base): Body<NewBaseExperiment>,
) -> Result<Json<Value>, Failure> {
    let changed =
        operations::set_base_experiment(&services.database, &actor, experiment, base.base_experiment_id).await?;
    Ok(Json(shown(&changed)))
}

async fn attached(
    services: &Services,
    actor: &Actor,
    experiment: ExperimentId,
) -> Result<Vec<(String, Value)>, Failure> {
    let found = operations::find(&services.database, actor, experiment).await?;
    let mut attached = Vec::new();
    for link in found.dataset_versions {
        let version = dataset::operations::find_version(&services.database, actor, link.dataset_version_id).await?;
        attached.push((link.alias, datasets::version_shown(&version)));
    }
    Ok(attached)
}

async fn list_datasets(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let attached = attached(&services, &actor, experiment).await?.into_iter();
    answer::list(
        attached.map(|(alias, version)| json!({ "name": alias, "dataset_version": version })).collect(),
        &asked,
    )
}

async fn find_dataset(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let (_, name) = asked.one_of(&["name"])?;
    let attached = attached(&services, &actor, experiment).await?;
    let found = attached.into_iter().find(|(alias, _)| name_key(alias) == name_key(name));
    let (alias, version) = found.ok_or_else(|| AppError::not_found("dataset version in this experiment"))?;
    Ok(Json(json!({ "name": alias, "dataset_version": version })))
}

#[derive(Deserialize)]
struct Attached {
    name: Name,
    dataset_version_id: DatasetVersionId,
}

async fn attach(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    Body(attached): Body<Attached>,
) -> Result<Json<Value>, Failure> {
    let new = NewAttachment { dataset_version_id: attached.dataset_version_id, alias: attached.name };
    Ok(Json(shown(&operations::attach_dataset_version(&services.database, &actor, experiment, new).await?)))
}

async fn detach(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    Body(detached): Body<DatasetVersionIds>,
) -> Result<StatusCode, Failure> {
    for id in detached.ids {
        operations::detach_dataset_version(&services.database, &actor, experiment, id).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
