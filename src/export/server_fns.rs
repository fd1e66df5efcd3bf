//! The browser's door to the export.

use super::{ExportForm, ExportOutcome};
use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};

/// Exports what the form says.
#[server(prefix = "/fn", endpoint = "export_as_model", input = Json)]
pub async fn export_as_model(experiment_id: String, form: ExportForm) -> Result<ExportOutcome, AppError> {
    let (services, actor) = crate::server::door::session().await?;
    let experiment = experiment_id.parse().map_err(|_| AppError::not_found("experiment"))?;
    let outcome = super::operations::export_form(&services.database, &actor, experiment, &form).await;
    crate::server::door::answer(
        outcome.map(|exported| ExportOutcome { location: super::pages::address_after_export(&exported.version) }),
    )
}
