//! Buttons that copy text.

use super::icon::Icon;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// How long a button says that it has copied.
const SAID_FOR: std::time::Duration = std::time::Duration::from_secs(2);

/// Copies `text` once [`listen_for_copies`] was called, and says so to everybody: by an icon, and by a live region. It is plain HTML, so that
/// it can be drawn anew at any time.
#[component]
pub fn CopyButton(
    /// What is copied.
    text: String,
    /// What the text is, such as `image reference`.
    what: String,
) -> impl IntoView {
    view! {
        <button class="copy" type="button" aria-label=format!("Copy {what}") data-copy=text>
            <Icon name="copy" />
            <span class="visually-hidden" role="status"></span>
        </button>
    }
}

/// Makes all copy buttons of the page work, also those that come later.
pub fn listen_for_copies() {
    let handle = window_event_listener(ev::click, |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(button) = target.and_then(|target| target.closest("[data-copy]").ok().flatten()) {
            leptos::task::spawn_local(copy(button));
        }
    });
    on_cleanup(move || handle.remove());
}

async fn copy(button: Element) {
    let text = button.get_attribute("data-copy").unwrap_or_default();
    let written = window().navigator().clipboard().write_text(&text);
    if wasm_bindgen_futures::JsFuture::from(written).await.is_ok() {
        say(&button, true);
        set_timeout(move || say(&button, false), SAID_FOR);
    }
}

fn say(button: &Element, is_copied: bool) {
    // An attribute with a valid name can always be set.
    let _ = button.toggle_attribute_with_force("data-copied", is_copied);
    if let Some(status) = button.last_element_child() {
        status.set_text_content(is_copied.then_some("Copied"));
    }
}
