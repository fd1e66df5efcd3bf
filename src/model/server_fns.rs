//! What the browser asks of the registry.

use super::ModelChoice;
use crate::error::AppError;
use leptos::prelude::*;

/// The first 20 models whose name contains `search`, for the picker of the export (R18).
#[server(prefix = "/fn", endpoint = "search_models")]
pub async fn search_models(search: String) -> Result<Vec<ModelChoice>, AppError> {
    let (services, actor) = crate::server::door::session().await?;
    crate::server::door::answer(super::operations::choices(&services.database, &actor, &search).await)
}
