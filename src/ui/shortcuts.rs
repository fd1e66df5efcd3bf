//! What is alive on every page: keys, the sheet that lists them, copy buttons, and exact times.

use super::copy::listen_for_copies;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// The id of the field that `/` goes to.
pub const SEARCH_FIELD: &str = "search-everything";

/// Keys, and what they do. Two keys are pressed one after the other.
pub const SHORTCUTS: [(&str, &str); 7] = [
    ("/", "Search everything"),
    ("g p", "Go to the projects"),
    ("g d", "Go to the datasets"),
    ("g r", "Go to the private registry"),
    ("g s", "Go to the search, with what was opened last"),
    ("?", "Show these shortcuts"),
    ("Esc", "Close a dialog"),
];

/// Listens for the keys. They do nothing while somebody types, nor together with Ctrl, Alt or the Command key.
///
/// The dialog is the sheet; its content is drawn by the server. Copy buttons begin to work, and times get their exact local form, in the browser's language, as a title.
#[island]
pub fn Shortcuts(
    /// The sheet.
    children: Children,
) -> impl IntoView {
    let is_alive = RwSignal::new(false);
    let sheet = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        localize_times();
        listen_for_copies();
        let is_going = StoredValue::new(false);
        let handle = window_event_listener(ev::keydown, move |event| {
            if event.ctrl_key() || event.alt_key() || event.meta_key() || is_typing(&event) {
                return;
            }
            let was_going = is_going.get_value();
            is_going.set_value(false);
            match (was_going, event.key().as_str()) {
                (true, "p") => go("/"),
                (true, "d") => go("/datasets"),
                (true, "r") => go("/registry"),
                (true, "s") => go("/search"),
                (_, "g") => is_going.set_value(true),
                (_, "/") => focus_search(),
                (_, "?") => {
                    if let Some(sheet) = sheet.get_untracked().filter(|sheet| !sheet.open()) {
                        // It fails only for a dialog that is open already.
                        let _ = sheet.show_modal();
                    }
                }
                _ => return,
            }
            event.prevent_default();
        });
        on_cleanup(move || handle.remove());
        is_alive.set(true);
    });
    view! {
        <dialog node_ref=sheet class="dialog" id="shortcuts" aria-labelledby="shortcuts-title" data-alive=move || is_alive.get().then_some("")>
            {children()}
        </dialog>
    }
}

fn is_typing(event: &ev::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| {
        target.closest("input, textarea, select, [contenteditable]").is_ok_and(|field| field.is_some())
    })
}

fn go(address: &str) {
    // A browser refuses only addresses that it cannot read.
    let _ = window().location().assign(address);
}

fn focus_search() {
    let field =
        document().get_element_by_id(SEARCH_FIELD).and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok());
    if let Some(field) = field {
        // Focusing does not fail; if it did, nothing would be lost.
        let _ = field.focus();
        field.select();
    }
}

fn localize_times() {
    let Ok(times) = document().query_selector_all("time[datetime]") else { return };
    for index in 0..times.length() {
        let Some(time) = times.item(index).and_then(|time| time.dyn_into::<web_sys::Element>().ok()) else { continue };
        let moment = time.get_attribute("datetime").unwrap_or_default();
        let local = js_sys::Date::new(&moment.into()).to_locale_string("default", &wasm_bindgen::JsValue::UNDEFINED);
        let _ = time.set_attribute("title", &String::from(local));
    }
}
