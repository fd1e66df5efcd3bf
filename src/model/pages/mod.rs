//! The pages of the private registry.

mod inherited;
pub mod label_map;
mod lineage;
mod model;
mod parts;
mod registry;
mod use_it;
mod version;

pub use model::model;
pub use registry::registry;
pub use version::{download_file, version};

use super::VersionLink;
use crate::{error::AppError, ui::sections::Path, vocabulary::ModelId};
use leptos::prelude::*;

/// The address of a version's page.
pub fn version_address(model: ModelId, number: i64) -> String {
    format!("/registry/{model}/{number}")
}

/// The address of the version that a link leads to.
pub fn address_of(version: &VersionLink) -> String {
    version_address(version.model_id, version.number)
}

/// The name of a version with its model: `digits-classifier › v1`.
#[component]
pub fn VersionName(
    /// The version.
    version: VersionLink,
) -> impl IntoView {
    view! { <Path whole=version.model_name part=version.name /> }
}

fn read_model_id(text: &str) -> Result<ModelId, AppError> {
    text.parse().map_err(|_| AppError::not_found("model"))
}
