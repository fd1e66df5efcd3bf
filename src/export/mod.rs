//! The heart: an experiment becomes a model version in the private registry.
//!
//! Here is the pure part, the same for the browser, the API and the tests: what will be exported, what to warn of, which
//! names to suggest, and what a form holds. The act itself is one transaction in `operations`.

#[cfg(feature = "ssr")]
mod class_names;
#[cfg(feature = "ssr")]
mod form;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod operations;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod preview;
#[cfg(feature = "ssr")]
pub mod rest;
pub mod server_fns;

#[cfg(feature = "ssr")]
pub use preview::preview;

use crate::model::ModelChoice;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One of the things that a version inherits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExportItem {
    /// What it is, in the words of the page.
    pub label: String,
    /// How much of it there is; for a missing item, that it will be empty.
    pub summary: String,
    /// Whether the experiment lacks it (R23).
    pub is_empty: bool,
}

/// What an export would do, shown before it happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExportPreview {
    /// What the version will inherit, the missing items included.
    pub items: Vec<ExportItem>,
    /// What the exporter should know; nothing here prevents the export.
    pub warnings: Vec<String>,
    /// The versions that the experiment was exported into already (D4).
    pub exported_as: Vec<String>,
    /// What the form begins with.
    #[schema(value_type = Object)]
    pub form: ExportForm,
}

/// Into what the export goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportTarget {
    /// A new model with its first version.
    #[default]
    NewModel,
    /// A new version of a model that exists.
    ExistingModel,
}

/// The export form as it was typed; nothing in it has been checked. Fields that were not sent are empty: with an empty registry the form
/// does not ask for an existing model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExportForm {
    /// The open tab.
    pub target: ExportTarget,
    pub model_name: String,
    pub model_description: String,
    pub version_name: String,
    pub version_description: String,
    /// The name of the chosen model.
    pub existing_model: String,
    pub existing_version_name: String,
    pub existing_version_description: String,
    /// Made when the form was opened, so that the same form makes one version however often it is sent.
    pub idempotency_key: String,
}

/// Where the new version is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportOutcome {
    /// The address of its page.
    pub location: String,
}

/// What the form needs beside the preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFormContext {
    /// The experiment's id.
    pub experiment_id: String,
    /// Its project's id.
    pub project_id: String,
    /// The first models of the registry; empty if there is none.
    pub models: Vec<ModelChoice>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_were_not_sent_are_empty() {
        let form: ExportForm = serde_json::from_str(r#"{"model_name":"digits"}"#).unwrap();
        assert_eq!(form, ExportForm { model_name: "digits".to_owned(), ..ExportForm::default() });
    }
}
