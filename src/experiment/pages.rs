//! Pages of this slice.
use crate::ui::page::Page;
pub async fn projects() -> Page {
    Page::new("/", "projects", || leptos::prelude::IntoView::into_view(""))
}
pub async fn project() -> Page {
    Page::new("/", "project", || leptos::prelude::IntoView::into_view(""))
}
pub async fn overview() -> Page {
    Page::new("/", "overview", || leptos::prelude::IntoView::into_view(""))
}
pub async fn metrics() -> Page {
    Page::new("/", "metrics", || leptos::prelude::IntoView::into_view(""))
}
pub async fn artifacts() -> Page {
    Page::new("/", "artifacts", || leptos::prelude::IntoView::into_view(""))
}
pub async fn download_artifact() -> Page {
    Page::new("/", "download_artifact", || leptos::prelude::IntoView::into_view(""))
}
pub async fn image() -> Page {
    Page::new("/", "image", || leptos::prelude::IntoView::into_view(""))
}
pub async fn parameters() -> Page {
    Page::new("/", "parameters", || leptos::prelude::IntoView::into_view(""))
}
pub async fn label_map() -> Page {
    Page::new("/", "label_map", || leptos::prelude::IntoView::into_view(""))
}
pub async fn datasets() -> Page {
    Page::new("/", "datasets", || leptos::prelude::IntoView::into_view(""))
}
