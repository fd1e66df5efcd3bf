//! The export: an experiment becomes a model version, in a new model or in one that exists.

use super::{ask::Body, versions};
use crate::{
    auth::gate::{Calls, Need},
    error::Failure,
    export::operations::{Destination, NewModel, export_named_after_experiment},
    server::extract::Id,
    services::Services,
    vocabulary::{Actor, Description, ExperimentId, ModelId, Name},
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::Value;

pub fn calls() -> Calls {
    Calls::new().post("/api/experiment/{experiment}/publish", Need::Export, into_new_model).post(
        "/api/experiment/{experiment}/publish/version",
        Need::Export,
        into_existing_model,
    )
}

#[derive(Deserialize)]
struct New {
    name: Name,
}

async fn into_new_model(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    Body(New { name }): Body<New>,
) -> Result<Json<Value>, Failure> {
    let destination = Destination::New(NewModel { name, description: Description::default() });
    export(&services, &actor, experiment, destination).await
}

#[derive(Deserialize)]
struct Existing {
    model_id: ModelId,
}

async fn into_existing_model(
    State(services): State<Services>,
    actor: Actor,
    Id(experiment): Id<ExperimentId>,
    Body(Existing { model_id }): Body<Existing>,
) -> Result<Json<Value>, Failure> {
    export(&services, &actor, experiment, Destination::Existing(model_id)).await
}

async fn export(
    services: &Services,
    actor: &Actor,
    experiment: ExperimentId,
    destination: Destination,
) -> Result<Json<Value>, Failure> {
    let exported = export_named_after_experiment(&services.database, actor, experiment, destination).await?;
    Ok(Json(versions::shown(services, actor, &exported.version).await?))
}
