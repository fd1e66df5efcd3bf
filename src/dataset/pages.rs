//! Pages of this slice.
use crate::ui::page::Page;
pub async fn datasets() -> Page {
    Page::new("/", "datasets", || leptos::prelude::IntoView::into_view(""))
}
pub async fn dataset() -> Page {
    Page::new("/", "dataset", || leptos::prelude::IntoView::into_view(""))
}
pub async fn version() -> Page {
    Page::new("/", "version", || leptos::prelude::IntoView::into_view(""))
}
