//! A button that copies text.

use super::icon::Icon;
use leptos::prelude::*;

/// Copies `text`, and says so to everybody: by an icon, and by a live region.
#[island]
pub fn CopyButton(
    /// What is copied.
    text: String,
    /// What the text is, such as `image reference`.
    what: String,
) -> impl IntoView {
    let is_copied = RwSignal::new(false);
    let copy = move |_| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            let written = window().navigator().clipboard().write_text(&text);
            if wasm_bindgen_futures::JsFuture::from(written).await.is_ok() {
                is_copied.set(true);
                set_timeout(move || is_copied.set(false), std::time::Duration::from_secs(2));
            }
        });
    };
    view! {
        <button class="copy" type="button" aria-label=format!("Copy {what}") data-copied=move || is_copied.get().then_some("") on:click=copy>
            <Icon name="copy" />
            <span class="visually-hidden" role="status">
                {move || if is_copied.get() { "Copied" } else { "" }}
            </span>
        </button>
    }
}
