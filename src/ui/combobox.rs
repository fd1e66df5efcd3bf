//! A text field with suggestions, after the combobox pattern of the WAI-ARIA Authoring Practices.

use super::{
    field::{FieldErrorText, keep_in_step},
    icon::Icon,
};
use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast;

/// A suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What is put into the field.
    pub value: String,
    /// What one wants to know before choosing.
    pub about: String,
}

/// A required field `name`, whose text is `value`. Without the browser's code the suggestions are the browser's own.
#[component]
pub fn Combobox(
    /// The field's name in the form.
    name: &'static str,
    /// What it asks for.
    label: &'static str,
    /// The text.
    value: RwSignal<String>,
    /// What fits the text; kept up to date by the owner.
    suggestions: Signal<Vec<Suggestion>>,
    /// What is wrong with the text.
    error: Signal<Option<String>>,
    /// Called when a suggestion is taken.
    on_choice: Callback<Suggestion>,
) -> impl IntoView {
    let is_live = RwSignal::new(false);
    let is_open = RwSignal::new(false);
    let active = RwSignal::new(None::<usize>);
    let node = NodeRef::<leptos::html::Input>::new();
    keep_in_step(move || node.get().map(|node| node.unchecked_into()), value);
    Effect::new(move |_| is_live.set(true));

    let choose = move |suggestion: Suggestion| {
        value.set(suggestion.value.clone());
        is_open.set(false);
        active.set(None);
        on_choice.run(suggestion);
    };
    let on_keydown = move |event: KeyboardEvent| {
        let count = suggestions.with(Vec::len);
        let step = |by: usize| {
            is_open.set(true);
            if count > 0 {
                active.update(|active| {
                    *active = Some(active.map_or(if by == 1 { 0 } else { count - 1 }, |active| (active + by) % count))
                });
            }
        };
        match event.key().as_str() {
            "ArrowDown" => step(1),
            "ArrowUp" => step(count.saturating_sub(1)),
            "Enter" if is_open.get() && active.get().is_some() => {
                if let Some(chosen) = active.get().and_then(|index| suggestions.with(|all| all.get(index).cloned())) {
                    choose(chosen);
                }
            }
            // Otherwise Escape would close the dialog around the open list.
            "Escape" if is_open.get() => {
                is_open.set(false);
                active.set(None);
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let option = move |(index, suggestion): (usize, Suggestion)| {
        let chosen = suggestion.clone();
        let is_selected = value.get_untracked() == suggestion.value;
        view! {
            <li
                role="option"
                id=format!("{name}-option-{index}")
                aria-selected=is_selected.to_string()
                data-active=move || (active.get() == Some(index)).then_some("")
                // Before the field loses the focus, which would close the list.
                on:mousedown=move |event| {
                    event.prevent_default();
                    choose(chosen.clone());
                }
            >
                <Icon name="check" />
                <span class="option-title"><bdi>{suggestion.value.clone()}</bdi></span>
                <span class="option-meta">{suggestion.about.clone()}</span>
            </li>
        }
    };
    let options = move || suggestions.get().into_iter().enumerate().map(option).collect_view();
    let is_list_shown = move || is_open.get() && suggestions.with(|all| !all.is_empty());
    let native = move || {
        suggestions.get_untracked().into_iter().map(|item| view! { <option value=item.value></option> }).collect_view()
    };
    view! {
        <div class="field">
            <div class="field-head">
                <label for=format!("export-{name}")>{label} " " <span class="required" aria-hidden="true">"*"</span></label>
            </div>
            <div class="combobox">
                <input
                    class="input"
                    id=format!("export-{name}")
                    name=name
                    value=value.get_untracked()
                    role="combobox"
                    aria-required="true"
                    aria-autocomplete="list"
                    aria-expanded=move || is_list_shown().to_string()
                    aria-controls=format!("{name}-options")
                    aria-activedescendant=move || active.get().filter(|_| is_list_shown()).map(|index| format!("{name}-option-{index}"))
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=move || error.get().map(|_| format!("export-{name}-error"))
                    autocomplete="off"
                    list=move || (!is_live.get()).then(|| format!("{name}-native"))
                    node_ref=node
                    on:input=move |event| {
                        value.set(event_target_value(&event));
                        active.set(None);
                        is_open.set(true);
                    }
                    on:click=move |_| is_open.set(true)
                    on:blur=move |_| is_open.set(false)
                    on:keydown=on_keydown
                />
                <Icon name="down" />
                <ul class="listbox" id=format!("{name}-options") role="listbox" aria-label=label hidden=move || !is_list_shown()>
                    {options}
                </ul>
                <datalist id=format!("{name}-native")>{native()}</datalist>
            </div>
            <FieldErrorText id=format!("export-{name}-error") error way_out=None />
        </div>
    }
}
