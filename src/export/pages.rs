//! To come.
pub fn address_after_export(version: &crate::model::ModelVersion) -> String {
    format!("/registry/{}/{}?exported=1", version.model_id, version.number)
}
