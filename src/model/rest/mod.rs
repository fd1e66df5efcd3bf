//! The scripts' door to the private registry.

mod label_map;
mod life;
mod models;

use crate::model::{
    Model, ModelFilter, ModelSort, ModelVersion, NewEmptyModel, NewImportedVersion, NewModelWithVersion,
    VersionSummary, operations,
};
use crate::{
    auth::gate::{Api, Need},
    error::Failure,
    server::{
        extract::{Body, CursorParams, Id, Params, limit},
        problem::Problem,
    },
    services::Services,
    vocabulary::{Actor, Description, ModelId, Name, Page},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

/// All routes of this slice.
pub fn routes() -> Api {
    Api::new()
        .add(Need::Read, routes!(list))
        .add(Need::Write, routes!(create))
        .add(Need::Read, routes!(list_versions))
        .add(Need::Write, routes!(create_version))
        .merge(label_map::routes())
        .merge(life::routes())
        .merge(models::routes())
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListModels {
    /// Part of the name or description, or a whole tag, alias or label.
    #[serde(default)]
    search: String,
    /// Only models with a version of this type.
    #[serde(default)]
    inference_type: String,
    /// Only models with a version of this framework.
    #[serde(default)]
    framework: String,
    /// Only models with a version that knows this label.
    #[serde(default)]
    label: String,
    /// Only models with a version that was trained on the dataset of this name.
    #[serde(default)]
    dataset: String,
    /// Only models with this tag, or with a version that has it.
    #[serde(default)]
    tag: String,
    /// Only models that this e-mail address has made.
    #[serde(default)]
    creator: String,
    /// Archived models instead of the others.
    #[serde(default)]
    archived: bool,
    /// The order: `created_at` unless given.
    #[serde(default)]
    #[param(required = false)]
    sort: ModelSort,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many items: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List the models of the private registry
#[utoipa::path(get, path = "/models", operation_id = "list_models", tag = "models", params(ListModels),
    responses((status = 200, body = Page<Model>), (status = "default", body = Problem)))]
async fn list(
    State(services): State<Services>,
    actor: Actor,
    Params(query): Params<ListModels>,
) -> Result<Json<Page<Model>>, Failure> {
    let filter = ModelFilter {
        search: query.search.trim().to_owned(),
        inference_type: query.inference_type,
        framework: query.framework,
        label: query.label,
        dataset: query.dataset,
        tag: query.tag,
        creator: query.creator,
        is_archived: query.archived,
        sort: query.sort,
        cursor: query.cursor,
        limit: limit(query.limit)?,
    };
    Ok(Json(operations::list(&services.database, &actor, &filter).await?))
}

/// List the versions of a model, the newest first
#[utoipa::path(get, path = "/models/{id}/versions", operation_id = "list_model_versions", tag = "models", params(("id" = ModelId, Path), CursorParams),
    responses((status = 200, body = Page<VersionSummary>), (status = "default", body = Problem)))]
async fn list_versions(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelId>,
    Params(query): Params<CursorParams>,
) -> Result<Json<Page<VersionSummary>>, Failure> {
    let limit = limit(query.limit)?;
    Ok(Json(operations::list_versions(&services.database, &actor, id, query.cursor.as_deref(), limit).await?))
}

/// A model, and its first version unless it begins without any.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateModel {
    /// Unique in the organization.
    name: Name,
    #[serde(default)]
    description: Description,
    #[serde(default)]
    version: Option<NewImportedVersion>,
}

/// What was created.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum CreatedModel {
    Version(Box<ModelVersion>),
    Model(Model),
}

/// Create a model without an experiment, with its first version or without any
///
/// Files are added to the version afterwards. To keep the link to a training, export the experiment instead.
#[utoipa::path(post, path = "/models", operation_id = "create_model", tag = "models", request_body = CreateModel,
    responses((status = 201, description = "The first version, or else the model", body = CreatedModel), (status = 409, description = "`model_name_taken`", body = Problem), (status = "default", body = Problem)))]
async fn create(
    State(services): State<Services>,
    actor: Actor,
    Body(new): Body<CreateModel>,
) -> Result<(StatusCode, Json<CreatedModel>), Failure> {
    let CreateModel { name, description, version } = new;
    let created = match version {
        Some(version) => {
            let new = NewModelWithVersion { name, description, version };
            CreatedModel::Version(Box::new(operations::create::model(&services.database, &actor, new).await?))
        }
        None => {
            let new = NewEmptyModel { name, description };
            CreatedModel::Model(operations::create::empty_model(&services.database, &actor, new).await?)
        }
    };
    Ok((StatusCode::CREATED, Json(created)))
}

/// Create a version of a model, without an experiment
#[utoipa::path(post, path = "/models/{id}/versions", operation_id = "create_model_version", tag = "models", params(("id" = ModelId, Path)), request_body = NewImportedVersion,
    responses((status = 201, body = ModelVersion), (status = 409, description = "`version_name_taken`", body = Problem), (status = "default", body = Problem)))]
async fn create_version(
    State(services): State<Services>,
    actor: Actor,
    Id(id): Id<ModelId>,
    Body(new): Body<NewImportedVersion>,
) -> Result<(StatusCode, Json<ModelVersion>), Failure> {
    Ok((StatusCode::CREATED, Json(operations::create::version(&services.database, &actor, id, new).await?)))
}
