//! The REST API, put together from the slices, and its description.

use super::problem::Problem;
use crate::{
    artifact, audit,
    auth::{
        self,
        gate::{Api, Need, operations_of},
    },
    dataset,
    error::{AppError, ErrorKind, Failure},
    experiment, export, lineage, model, search,
    services::Services,
    tag,
    vocabulary::{Actor, OrganizationId, Role, UserId, label_map::formats::LabelFormat},
};
use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    middleware::from_fn_with_state,
    routing::{any, get},
};
use serde::Serialize;
use std::sync::OnceLock;
use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        Content, OpenApi as Document, RefOr, Response,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::routes;

/// Where the API is.
const PREFIX: &str = "/api/v1";
/// The largest JSON body, metrics excepted.
const MAX_BODY_BYTES: usize = 2 << 20;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Heirloom",
        description = "A model registry: log experiments from a script, export them as model versions, fetch the files.\n\n\
            Every request carries an API token: `Authorization: Bearer hlm_...`. Errors are `application/problem+json` (RFC 9457) with a stable \
            `code`. Unknown fields, repeated keys and unknown query parameters are refused, and so are compressed bodies.\n\n\
            Limits: JSON bodies have at most 2 MiB, metrics 8 MiB, uploads what the operator allows (50 GiB unless chosen otherwise), images \
            20 MiB; names 200 characters, descriptions 10,000; lists answer 1 to 200 items and a `next_cursor`. Names of files may contain `/`, \
            and are decoded once. Objects of other organizations do not exist: 404."
    ),
    components(schemas(
        Problem,
        LabelFormat,
        experiment::Order,
        experiment::Sort,
        experiment::Status,
        crate::model::ModelSort,
        crate::vocabulary::TagTarget
    ))
)]
struct Description;

/// Who is asking.
#[derive(Serialize, ToSchema)]
struct Me {
    user_id: UserId,
    email: String,
    organization_id: OrganizationId,
    organization_name: String,
    #[schema(value_type = String, example = "editor")]
    role: Role,
}

/// See whose token this is
#[utoipa::path(get, path = "/me", operation_id = "find_me", tag = "account", responses((status = 200, body = Me), (status = "default", body = Problem)))]
async fn me(actor: Actor) -> Json<Me> {
    Json(Me {
        user_id: actor.user_id,
        email: actor.email,
        organization_id: actor.organization_id,
        organization_name: actor.organization_name,
        role: actor.role,
    })
}

/// Every operation, with what it demands.
pub fn operations() -> Api {
    Api::new()
        .add(Need::Read, routes!(me))
        .merge(auth::rest::routes())
        .merge(experiment::rest::routes())
        .merge(artifact::rest::routes())
        .merge(export::rest::routes())
        .merge(model::rest::routes())
        .merge(dataset::rest::routes())
        .merge(tag::rest::routes())
        .merge(search::rest::routes())
        .merge(audit::rest::routes())
        .merge(lineage::rest::routes())
}

/// The whole API behind its door, and the description in front of it.
pub fn router(services: Services) -> Router {
    let (api, _) = operations().into_parts(PREFIX, Description::openapi());
    let gated = api
        .route(PREFIX, any(nowhere))
        .route("/api/v1/", any(nowhere))
        .route("/api/v1/{*nowhere}", any(nowhere))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn_with_state(services.clone(), auth::request::require_token));
    let open = Router::new()
        .route("/api/v1/openapi.json", get(async || Json(description())))
        .method_not_allowed_fallback(wrong_method);
    open.merge(gated.with_state(services))
}

/// The OpenAPI 3.1 document of everything that the API serves.
pub fn description() -> &'static Document {
    static DESCRIPTION: OnceLock<Document> = OnceLock::new();
    DESCRIPTION.get_or_init(|| {
        let (_, mut document) = operations().into_parts(PREFIX, Description::openapi());
        let token =
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("hlm_...").build());
        document.components.get_or_insert_default().security_schemes.insert("token".to_owned(), token);
        // The star, by which the router knows a name with slashes in it, means nothing to OpenAPI.
        let paths = std::mem::take(&mut document.paths.paths);
        document.paths.paths = paths.into_iter().map(|(path, item)| (path.replace("{*", "{"), item)).collect();
        let operations = document.paths.paths.values_mut().flat_map(operations_of);
        for response in operations.flat_map(|(_, operation)| operation.responses.responses.values_mut()) {
            if let RefOr::T(response) = response {
                declare_problem(response);
            }
        }
        document
    })
}

/// Errors have a content type of their own; utoipa declares JSON for everything.
fn declare_problem(response: &mut Response) {
    let is_problem = |content: &Content| match &content.schema {
        Some(RefOr::Ref(reference)) => reference.ref_location.ends_with("/Problem"),
        _ => false,
    };
    if response.content.get("application/json").is_some_and(is_problem)
        && let Some(content) = response.content.shift_remove("application/json")
    {
        response.content.insert("application/problem+json".to_owned(), content);
    }
}

async fn nowhere() -> Failure {
    AppError::new(ErrorKind::NotFound, "not_found", "The API has no such address. /api/docs lists what there is.")
        .into()
}

async fn wrong_method() -> Failure {
    AppError::new(
        ErrorKind::MethodNotAllowed,
        "method_not_allowed",
        "This address does not take this method. /api/docs lists what it takes.",
    )
    .into()
}
