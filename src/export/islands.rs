//! The export form in the browser: as a modal on the experiment page, and as a page of its own.
//!
//! Without the browser's code the same markup is an ordinary form: its tabs are buttons that send the form and get it back with
//! the other tab open and everything typed still there.

use super::{ExportForm, ExportTarget, server_fns::export_as_model};
use crate::{
    error::AppError,
    model::{ModelChoice, server_fns::search_models},
    ui::{
        combobox::{Combobox, Suggestion},
        field::{FieldSpec, TextField},
        icon::Icon,
    },
};
use leptos::{
    ev::{KeyboardEvent, MouseEvent, SubmitEvent},
    prelude::*,
};
use wasm_bindgen::JsCast;

const NAME_CHARS: usize = 200;
const DESCRIPTION_CHARS: usize = 10_000;

const MODEL_NAME: FieldSpec = FieldSpec {
    name: "model_name",
    label: "Model name",
    hint: "Say what the model is for, such as ppe-detection. Any name will do.",
    max_chars: NAME_CHARS,
    is_required: true,
    is_long: false,
};
const MODEL_DESCRIPTION: FieldSpec = FieldSpec {
    name: "model_description",
    label: "Model description",
    hint: "",
    max_chars: DESCRIPTION_CHARS,
    is_required: false,
    is_long: true,
};
const VERSION_NAME: FieldSpec = FieldSpec {
    name: "version_name",
    label: "Version name",
    hint: "Say what may change from version to version, or just count.",
    max_chars: NAME_CHARS,
    is_required: true,
    is_long: false,
};
const VERSION_DESCRIPTION: FieldSpec = FieldSpec {
    name: "version_description",
    label: "Version description",
    hint: "",
    max_chars: DESCRIPTION_CHARS,
    is_required: false,
    is_long: true,
};
const EXISTING_VERSION_NAME: FieldSpec = FieldSpec { name: "existing_version_name", ..VERSION_NAME };
const EXISTING_VERSION_DESCRIPTION: FieldSpec =
    FieldSpec { name: "existing_version_description", ..VERSION_DESCRIPTION };

/// The form while it is being filled in.
#[derive(Clone, Copy)]
struct FormState {
    target: RwSignal<ExportTarget>,
    model_name: RwSignal<String>,
    model_description: RwSignal<String>,
    version_name: RwSignal<String>,
    version_description: RwSignal<String>,
    existing_model: RwSignal<String>,
    existing_version_name: RwSignal<String>,
    existing_version_description: RwSignal<String>,
    idempotency_key: StoredValue<String>,
    /// The version name that was suggested last: as long as it stands unchanged, the next suggestion may replace it.
    suggested_version_name: RwSignal<String>,
    error: RwSignal<Option<AppError>>,
    is_sending: RwSignal<bool>,
    /// Under which name the browser remembers the tab that was used last in the project.
    memory_key: StoredValue<String>,
}

impl FormState {
    fn new(form: ExportForm, error: Option<AppError>, project_id: &str) -> Self {
        Self {
            target: RwSignal::new(form.target),
            model_name: RwSignal::new(form.model_name),
            model_description: RwSignal::new(form.model_description),
            version_name: RwSignal::new(form.version_name),
            version_description: RwSignal::new(form.version_description),
            existing_model: RwSignal::new(form.existing_model),
            suggested_version_name: RwSignal::new(form.existing_version_name.clone()),
            existing_version_name: RwSignal::new(form.existing_version_name),
            existing_version_description: RwSignal::new(form.existing_version_description),
            idempotency_key: StoredValue::new(form.idempotency_key),
            error: RwSignal::new(error),
            is_sending: RwSignal::new(false),
            memory_key: StoredValue::new(format!("export-target:{project_id}")),
        }
    }

    fn remember_tab(self) {
        if let Ok(Some(memory)) = window().local_storage() {
            // A browser without storage forgets, and nothing else.
            let _ = memory.set_item(&self.memory_key.get_value(), target_word(self.target.get_untracked()));
        }
    }

    /// Opens the tab that was used last, unless the experiment itself suggests one.
    fn recall_tab(self) {
        let memory = window().local_storage().ok().flatten();
        let remembered = memory.and_then(|memory| memory.get_item(&self.memory_key.get_value()).ok().flatten());
        if remembered.as_deref() == Some(target_word(ExportTarget::ExistingModel)) {
            self.target.set(ExportTarget::ExistingModel);
        }
    }

    fn form(self) -> ExportForm {
        ExportForm {
            target: self.target.get_untracked(),
            model_name: self.model_name.get_untracked(),
            model_description: self.model_description.get_untracked(),
            version_name: self.version_name.get_untracked(),
            version_description: self.version_description.get_untracked(),
            existing_model: self.existing_model.get_untracked(),
            existing_version_name: self.existing_version_name.get_untracked(),
            existing_version_description: self.existing_version_description.get_untracked(),
            idempotency_key: self.idempotency_key.get_value(),
        }
    }

    fn error_on(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.error.with(|error| error.as_ref()?.message_for(field).map(str::to_owned)))
    }

    fn suggest_version_name(self, name: String) {
        let is_untouched = self.existing_version_name.with_untracked(|typed| typed.trim().is_empty())
            || self.existing_version_name.get_untracked() == self.suggested_version_name.get_untracked();
        if is_untouched {
            self.existing_version_name.set(name.clone());
        }
        self.suggested_version_name.set(name);
    }

    /// Opens the other tab with the model whose name is taken.
    fn add_version_instead(self) {
        let name = self.model_name.get_untracked();
        self.existing_model.set(name.clone());
        if self.existing_version_description.with_untracked(String::is_empty) {
            self.existing_version_description.set(self.version_description.get_untracked());
        }
        self.error.set(None);
        self.target.set(ExportTarget::ExistingModel);
        leptos::task::spawn_local(async move {
            if let Ok(found) = search_models(name.clone()).await
                && let Some(model) = found.into_iter().find(|model| model.name.eq_ignore_ascii_case(&name))
            {
                self.suggest_version_name(model.next_version_name);
            }
        });
    }

    /// Sends the form once; while it is on its way, further clicks do nothing.
    fn send(self, experiment_id: String) {
        if self.is_sending.get_untracked() {
            return;
        }
        self.is_sending.set(true);
        self.error.set(None);
        leptos::task::spawn_local(async move {
            match export_as_model(experiment_id, self.form()).await {
                Ok(outcome) => {
                    self.remember_tab();
                    if window().location().set_href(&outcome.location).is_err() {
                        self.is_sending.set(false);
                    }
                }
                Err(error) => {
                    self.is_sending.set(false);
                    self.error.set(Some(error));
                    focus_first_invalid();
                }
            }
        });
    }
}

/// After the errors have been drawn.
fn focus_first_invalid() {
    request_animation_frame(|| {
        let invalid =
            document().query_selector("form [role=tabpanel]:not([hidden]) [aria-invalid=true]").ok().flatten();
        if let Some(field) = invalid.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok())
            && let Err(error) = field.focus()
        {
            leptos::logging::error!("focus: {error:?}");
        }
    });
}

/// The button *Export as a Model* and its modal. `children` is the list of what will be exported.
#[island]
pub fn ExportDialog(
    experiment_id: String,
    experiment_name: String,
    project_id: String,
    form: ExportForm,
    models: Vec<ModelChoice>,
    children: Children,
) -> impl IntoView {
    let state = FormState::new(form, None, &project_id);
    Effect::new(move |_| state.recall_tab());
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let open = move |event: MouseEvent| {
        // Asked for in a new tab or window, the page of its own is right.
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        if let Some(dialog) = dialog.get()
            && dialog.show_modal().is_ok()
        {
            event.prevent_default();
        }
    };
    let close = Callback::new(move |()| {
        if let Some(dialog) = dialog.get() {
            dialog.close();
        }
    });
    let address = format!("/experiments/{experiment_id}/export");
    view! {
        <a class="button primary" href=address.clone() on:click=open>
            <Icon name="export" />
            "Export as a Model"
        </a>
        <dialog class="dialog" aria-labelledby="export-title" node_ref=dialog>
            <form method="post" action=address novalidate on:submit=submit(state, experiment_id)>
                <div class="dialog-head">
                    <h2 id="export-title">"Export as a Model"</h2>
                    <button class="button quiet icon-only" type="button" aria-label="Close" on:click=move |_| close.run(())>
                        <Icon name="close" />
                    </button>
                    <p>"From the experiment " <strong><bdi>{experiment_name}</bdi></strong> " into the Private Registry."</p>
                </div>
                <FormBody state models children />
                <Footer state>
                    <button class="button" type="button" on:click=move |_| close.run(())>"Cancel"</button>
                </Footer>
            </form>
        </dialog>
    }
}

/// The same form as a page of its own. `children` is the list of what will be exported.
#[island]
pub fn ExportPageForm(
    experiment_id: String,
    project_id: String,
    form: ExportForm,
    models: Vec<ModelChoice>,
    error: Option<AppError>,
    children: Children,
) -> impl IntoView {
    let state = FormState::new(form, error, &project_id);
    let experiment = format!("/experiments/{experiment_id}");
    view! {
        <form class="dialog-page" method="post" novalidate on:submit=submit(state, experiment_id)>
            <FormBody state models children />
            <Footer state>
                <a class="button" href=experiment>"Cancel"</a>
            </Footer>
        </form>
    }
}

fn submit(state: FormState, experiment_id: String) -> impl Fn(SubmitEvent) {
    move |event| {
        event.prevent_default();
        state.send(experiment_id.clone());
    }
}

#[component]
fn FormBody(state: FormState, models: Vec<ModelChoice>, children: Children) -> impl IntoView {
    let is_registry_empty = models.is_empty();
    let general = move || {
        state
            .error
            .with(|error| error.as_ref().filter(|error| error.errors.is_empty()).map(|error| error.detail.clone()))
    };
    let notice = move || {
        general().map(|detail| view! { <div class="notice" data-kind="error" role="alert"><Icon name="error" /><p>{detail}</p></div> })
    };
    let is_hidden = move |target: ExportTarget| state.target.get() != target;
    view! {
        // Enter in a field presses the first button of a form, which must not be a tab.
        <button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true">"Export"</button>
        <input type="hidden" name="target" value=move || target_word(state.target.get()) />
        <input type="hidden" name="idempotency_key" value=state.idempotency_key.get_value() />
        <Tabs state />
        <div class="dialog-body">
            {notice}
            <div
                class="form"
                role="tabpanel"
                id="export-new"
                aria-labelledby="tab-new_model"
                hidden=move || is_hidden(ExportTarget::NewModel)
            >
                <NewModelFields state />
            </div>
            <div
                class="form"
                role="tabpanel"
                id="export-existing"
                aria-labelledby="tab-existing_model"
                hidden=move || is_hidden(ExportTarget::ExistingModel)
            >
                <ExistingModelFields state models is_registry_empty />
            </div>
            {children()}
        </div>
    }
}

fn target_word(target: ExportTarget) -> &'static str {
    match target {
        ExportTarget::NewModel => "new_model",
        ExportTarget::ExistingModel => "existing_model",
    }
}

const TABS: [(ExportTarget, &str, &str); 2] = [
    (ExportTarget::NewModel, "Create Model", "export-new"),
    (ExportTarget::ExistingModel, "Create Model Version", "export-existing"),
];

#[component]
fn Tabs(state: FormState) -> impl IntoView {
    // Without the browser's code the arrow keys do nothing, so each tab must be reached with the tab key.
    let is_live = RwSignal::new(false);
    Effect::new(move |_| is_live.set(true));
    let switch = move |target: ExportTarget| {
        state.target.set(target);
        let tab = document().get_element_by_id(&format!("tab-{}", target_word(target)));
        if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok())
            && let Err(error) = tab.focus()
        {
            leptos::logging::error!("focus: {error:?}");
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        let target = match event.key().as_str() {
            "Home" => ExportTarget::NewModel,
            "End" => ExportTarget::ExistingModel,
            "ArrowLeft" | "ArrowRight" if state.target.get() == ExportTarget::NewModel => ExportTarget::ExistingModel,
            "ArrowLeft" | "ArrowRight" => ExportTarget::NewModel,
            _ => return,
        };
        event.prevent_default();
        switch(target);
    };
    let tabs = TABS.map(|(target, label, panel)| {
        let is_selected = move || state.target.get() == target;
        view! {
            <button
                role="tab"
                type="submit"
                name="switch_to"
                value=target_word(target)
                id=format!("tab-{}", target_word(target))
                aria-controls=panel
                aria-selected=move || is_selected().to_string()
                tabindex=move || (is_live.get() && !is_selected()).then_some("-1")
                on:click=move |event| {
                    event.prevent_default();
                    switch(target);
                }
                on:keydown=on_keydown
            >
                {label}
            </button>
        }
    });
    view! { <div role="tablist" aria-label="Where to">{tabs}</div> }
}

#[component]
fn NewModelFields(state: FormState) -> impl IntoView {
    let is_taken =
        move || state.error.with(|error| error.as_ref().is_some_and(|error| error.code == "model_name_taken"));
    let way_out = move || {
        is_taken().then(|| {
            view! {
                <button
                    class="button small"
                    type="submit"
                    name="switch_to"
                    value="model_of_that_name"
                    on:click=move |event| {
                        event.prevent_default();
                        state.add_version_instead();
                    }
                >
                    "Add a version to it instead"
                </button>
            }
        })
    };
    view! {
        <TextField spec=MODEL_NAME value=state.model_name error=state.error_on("model_name") way_out=ViewFn::from(way_out) />
        <TextField spec=MODEL_DESCRIPTION value=state.model_description error=state.error_on("model_description") />
        <TextField spec=VERSION_NAME value=state.version_name error=state.error_on("version_name") />
        <TextField spec=VERSION_DESCRIPTION value=state.version_description error=state.error_on("version_description") />
    }
}

#[component]
fn ExistingModelFields(state: FormState, models: Vec<ModelChoice>, is_registry_empty: bool) -> impl IntoView {
    let found = RwSignal::new(models);
    // Only the answer to the newest question counts.
    let asked = StoredValue::new(0_u32);
    Effect::new(move |is_later: Option<()>| {
        let search = state.existing_model.get();
        if is_later.is_none() {
            return;
        }
        asked.update_value(|count| *count += 1);
        let question = asked.get_value();
        leptos::task::spawn_local(async move {
            if let Ok(models) = search_models(search).await
                && asked.get_value() == question
            {
                found.set(models);
            }
        });
    });
    let suggestions = Signal::derive(move || {
        found.with(|models| {
            let about = |model: &ModelChoice| {
                format!("{} version{}", model.version_count, if model.version_count == 1 { "" } else { "s" })
            };
            models.iter().map(|model| Suggestion { value: model.name.clone(), about: about(model) }).collect::<Vec<_>>()
        })
    });
    let on_choice = Callback::new(move |chosen: Suggestion| {
        let next = found.with_untracked(|models| {
            models.iter().find(|model| model.name == chosen.value).map(|model| model.next_version_name.clone())
        });
        if let Some(next) = next {
            state.suggest_version_name(next);
        }
    });
    if is_registry_empty {
        return view! {
            <div class="notice" data-kind="info">
                <Icon name="info" />
                <p>"No model in this registry yet – create one in the first tab. Its next versions are added here."</p>
            </div>
        }
        .into_any();
    }
    view! {
        <Combobox name="existing_model" label="Model" value=state.existing_model suggestions error=state.error_on("existing_model") on_choice />
        <TextField spec=EXISTING_VERSION_NAME value=state.existing_version_name error=state.error_on("existing_version_name") />
        <TextField
            spec=EXISTING_VERSION_DESCRIPTION
            value=state.existing_version_description
            error=state.error_on("existing_version_description")
        />
    }
    .into_any()
}

#[component]
fn Footer(state: FormState, children: Children) -> impl IntoView {
    view! {
        <div class="dialog-foot">
            <p>"Files are shared, not copied: this takes a moment whatever their size. " <a href="/help/export">"What is exported?"</a></p>
            {children()}
            <button class="button primary" type="submit" aria-disabled=move || state.is_sending.get().then_some("true")>
                {move || if state.is_sending.get() { "Exporting…" } else { "Export" }}
            </button>
        </div>
    }
}
