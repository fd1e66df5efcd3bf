//! Start-up of a client: who am I, and in which organization.

use super::ask::{Asked, Own};
use crate::{
    auth::{self, gate::Calls},
    dataset,
    error::{AppError, ErrorKind, Failure},
    server::extract::Id,
    services::Services,
    vocabulary::{Actor, DatasetId, name::name_key},
};
use axum::{
    Json,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// The newest SDK that these calls were tried with.
const SDK_VERSION: &str = "6.37.0";

pub fn calls() -> Calls {
    Calls::new()
        .get("/api/home/ping", ping)
        .get("/api/organizations/find", find_organization)
        .get("/api/organization/{organization}", organization)
        .get("/api/access/organization/{organization}/users", users)
        .get("/api/access/dataset/{dataset}/users", users_of_dataset)
}

/// The header with which the SDK says in which organization it works.
const ORGANIZATION_HEADER: &str = "x-picsellia-organization";

/// Refuses requests that say another organization than that of their token.
pub async fn require_own_organization(actor: Actor, request: Request, next: Next) -> Response {
    let named = request.headers().get(ORGANIZATION_HEADER).map(|value| value.to_str().unwrap_or_default().parse());
    match named {
        None => next.run(request).await,
        Some(Ok(id)) if actor.organization_id == id => next.run(request).await,
        Some(_) => {
            let detail =
                "This token belongs to another organization than the one in the header X-Picsellia-Organization.";
            Failure::from(AppError::new(ErrorKind::Refused, "other_organization", detail)).into_response()
        }
    }
}

async fn ping(actor: Actor) -> Json<Value> {
    Json(json!({
        "sdk_version": SDK_VERSION,
        "username": actor.email,
        "default_organization": actor.organization_id,
    }))
}

/// Where the bytes are is no choice here: each organization has one connector, which has its id.
fn organization_of(actor: &Actor) -> Json<Value> {
    Json(json!({
        "id": actor.organization_id,
        "name": actor.organization_name,
        "default_connector_id": actor.organization_id,
    }))
}

async fn find_organization(actor: Actor, asked: Asked) -> Result<Json<Value>, Failure> {
    let (_, name) = asked.one_of(&["name"])?;
    match name_key(name) == name_key(&actor.organization_name) {
        true => Ok(organization_of(&actor)),
        false => Err(AppError::not_found("organization").into()),
    }
}

async fn organization(actor: Actor, _: Own) -> Json<Value> {
    organization_of(&actor)
}

async fn users(State(services): State<Services>, actor: Actor, _: Own, asked: Asked) -> Result<Json<Value>, Failure> {
    list_users(&services, &actor, &asked).await
}

/// Whoever is in the organization may see its datasets.
async fn users_of_dataset(
    State(services): State<Services>,
    actor: Actor,
    Id(dataset): Id<DatasetId>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    dataset::operations::find(&services.database, &actor, dataset).await?;
    list_users(&services, &actor, &asked).await
}

async fn list_users(services: &Services, actor: &Actor, asked: &Asked) -> Result<Json<Value>, Failure> {
    let colleagues = auth::operations::list_colleagues(&services.database, actor).await?;
    let wanted = asked.text("username").map(name_key);
    let users: Vec<Value> = colleagues
        .into_iter()
        .filter(|(_, email)| wanted.as_ref().is_none_or(|wanted| name_key(email) == *wanted))
        .map(|(id, email)| json!({ "id": id, "username": email }))
        .collect();
    Ok(Json(json!({ "users": users })))
}
