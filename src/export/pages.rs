//! Pages of this slice.
use crate::ui::page::Page;
pub async fn export_form() -> Page {
    Page::new("/", "export_form", || leptos::prelude::IntoView::into_view(""))
}
pub async fn export() -> Page {
    Page::new("/", "export", || leptos::prelude::IntoView::into_view(""))
}
pub async fn help() -> Page {
    Page::new("/", "help", || leptos::prelude::IntoView::into_view(""))
}
/// The address of a version's page, right after its export.
pub fn address_after_export(version: &crate::model::ModelVersion) -> String {
    format!("/registry/{}/{}?exported", version.model_id, version.number)
}
