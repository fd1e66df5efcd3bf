//! A labelled text field with hint, counter and error.

use super::icon::Icon;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// How a field looks and what it is for.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// The field's name in the form; also the end of its id.
    pub name: &'static str,
    /// What it asks for.
    pub label: &'static str,
    /// Advice, shown below; may be empty.
    pub hint: &'static str,
    /// The highest number of characters.
    pub max_chars: usize,
    /// Whether it must be filled.
    pub is_required: bool,
    /// Whether it takes several lines.
    pub is_long: bool,
}

/// Keeps a signal and an input in step. Before the browser's code has loaded people may have typed already: what they typed wins.
pub fn keep_in_step(element: impl Fn() -> Option<web_sys::Element> + 'static, value: RwSignal<String>) {
    Effect::new(move |is_later: Option<()>| {
        let wanted = value.get();
        let Some(element) = element() else { return };
        if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
            match is_later {
                Some(()) if input.value() != wanted => input.set_value(&wanted),
                None => value.set(input.value()),
                Some(()) => {}
            }
        } else if let Some(area) = element.dyn_ref::<web_sys::HtmlTextAreaElement>() {
            match is_later {
                Some(()) if area.value() != wanted => area.set_value(&wanted),
                None => value.set(area.value()),
                Some(()) => {}
            }
        }
    });
}

/// Text as the content of an element that holds nothing but text (a title, a text area; HTML standard, 13.1.2): Leptos writes children there as
/// they are, with marks of its own, and `</textarea>` in them would end the element.
pub fn as_content(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A field whose text is `value`; `error` stands below it and is tied to it.
#[component]
pub fn TextField(
    /// What it is.
    spec: FieldSpec,
    /// The text.
    value: RwSignal<String>,
    /// What is wrong with it.
    error: Signal<Option<String>>,
    /// A way out of the error, shown with it.
    #[prop(optional, into)]
    way_out: Option<ViewFn>,
) -> impl IntoView {
    let FieldSpec { name, label, hint, max_chars, is_required, is_long } = spec;
    let id = format!("export-{name}");
    let described_by = {
        let id = id.clone();
        move || {
            let hint = (!hint.is_empty()).then(|| format!("{id}-hint"));
            let error = error.get().map(|_| format!("{id}-error"));
            Some(hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")).filter(|ids| !ids.is_empty())
        }
    };
    let is_invalid = move || error.get().map(|_| "true");
    let initial = value.get_untracked();
    let input = if is_long {
        let node = NodeRef::<leptos::html::Textarea>::new();
        keep_in_step(move || node.get().map(|node| node.unchecked_into()), value);
        view! {
            <textarea
                class="input"
                id=id.clone()
                name=name
                rows="2"
                node_ref=node
                aria-describedby=described_by
                aria-invalid=is_invalid
                on:input=move |event| value.set(event_target_value(&event))
                inner_html=as_content(&initial)
            ></textarea>
        }
        .into_any()
    } else {
        let node = NodeRef::<leptos::html::Input>::new();
        keep_in_step(move || node.get().map(|node| node.unchecked_into()), value);
        view! {
            <input
                class="input"
                id=id.clone()
                name=name
                value=initial
                autocomplete="off"
                node_ref=node
                aria-required=is_required.then_some("true")
                aria-describedby=described_by
                aria-invalid=is_invalid
                on:input=move |event| value.set(event_target_value(&event))
            />
        }
        .into_any()
    };
    let count = move || value.with(|text| text.chars().count());
    let mark = if is_required {
        view! { <span class="required" aria-hidden="true">"*"</span> }.into_any()
    } else {
        view! { <span class="optional">"optional"</span> }.into_any()
    };
    view! {
        <div class="field">
            <div class="field-head">
                <label for=id.clone()>{label} " " {mark}</label>
                <span class="counter" data-over=move || (count() > max_chars).then_some("")>
                    {move || format!("{} / {max_chars}", count())}
                </span>
            </div>
            {input}
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            <FieldErrorText id=format!("{id}-error") error way_out />
        </div>
    }
}

/// What is wrong with a field, and a way out.
#[component]
pub fn FieldErrorText(
    /// The id that the field refers to.
    id: String,
    /// The message.
    error: Signal<Option<String>>,
    /// A way out, shown with it.
    way_out: Option<ViewFn>,
) -> impl IntoView {
    move || {
        error.get().map(|message| {
            view! {
                <p class="field-error" id=id.clone()>
                    <Icon name="error" />
                    <span>{message} " " {way_out.as_ref().map(|view| view.run())}</span>
                </p>
            }
        })
    }
}
