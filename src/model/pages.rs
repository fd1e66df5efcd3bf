//! Pages of this slice.
use crate::ui::page::Page;
pub async fn registry() -> Page {
    Page::new("/", "registry", || leptos::prelude::IntoView::into_view(""))
}
pub async fn model() -> Page {
    Page::new("/", "model", || leptos::prelude::IntoView::into_view(""))
}
pub async fn version() -> Page {
    Page::new("/", "version", || leptos::prelude::IntoView::into_view(""))
}
pub async fn download_file() -> Page {
    Page::new("/", "download_file", || leptos::prelude::IntoView::into_view(""))
}
