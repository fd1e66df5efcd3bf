//! Fields of forms that the server draws and a browser sends without JavaScript.

use super::{field::as_content, icon::Icon, parts::Notice};
use crate::{
    error::{AppError, ErrorKind, Failure, FieldError as WrongField},
    vocabulary::{Description, Name, Timestamp},
};
use axum::http::StatusCode;
use leptos::prelude::*;
use serde::Deserialize;

/// A text field with its label, hint, and what is wrong with what was typed.
#[component]
pub fn Field(
    /// The name in the form; also the id on the page, unless another one is given.
    #[prop(into)]
    name: String,
    /// The id on the page, where several forms have fields of this name.
    #[prop(optional, into)]
    id: String,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// What was typed so far.
    #[prop(into)]
    value: String,
    /// What is wrong with it.
    #[prop(optional_no_strip)]
    error: Option<String>,
    /// Advice, shown below.
    #[prop(optional, into)]
    hint: String,
    /// How many lines it shows; 1 is a field of one line.
    #[prop(default = 1)]
    lines: u32,
    /// Whether it must be filled.
    #[prop(optional)]
    is_required: bool,
    /// The type of a field of one line.
    #[prop(default = "text")]
    kind: &'static str,
    /// What a browser may fill in by itself.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The id of a list of what it is likely to be.
    #[prop(optional)]
    list: Option<&'static str>,
) -> impl IntoView {
    let id = if id.is_empty() { name.clone() } else { id };
    let hint_id = (!hint.is_empty()).then(|| format!("{id}-hint"));
    let error_id = error.as_ref().map(|_| format!("{id}-error"));
    let described_by = hint_id.clone().into_iter().chain(error_id.clone()).collect::<Vec<_>>().join(" ");
    let described_by = (!described_by.is_empty()).then_some(described_by);
    let is_invalid = error.as_ref().map(|_| "true");
    let input = match lines {
        1 => view! {
            <input
                class="input"
                id=id.clone()
                name=name
                type=kind
                list=list
                value=value
                autocomplete=autocomplete
                aria-required=is_required.then_some("true")
                aria-describedby=described_by
                aria-invalid=is_invalid
            />
        }
        .into_any(),
        // A browser takes the first line break of a text area away.
        _ => view! {
            <textarea
                class="input"
                id=id.clone()
                name=name
                rows=lines
                aria-required=is_required.then_some("true")
                aria-describedby=described_by
                aria-invalid=is_invalid
                inner_html=format!("\n{}", as_content(&value))
            ></textarea>
        }
        .into_any(),
    };
    let mark = match is_required {
        true => view! { <span class="required" aria-hidden="true">"*"</span> }.into_any(),
        false => view! { <span class="optional">"optional"</span> }.into_any(),
    };
    view! {
        <div class="field">
            <div class="field-head"><label for=id>{label}" "{mark}</label></div>
            {input}
            {hint_id.map(|id| view! { <p class="hint" id=id>{hint}</p> })}
            {error.zip(error_id).map(|(error, id)| view! { <FieldError id message=error /> })}
        </div>
    }
}

/// What is wrong with a field.
#[component]
pub fn FieldError(
    /// The id that the field refers to.
    #[prop(into)]
    id: String,
    /// A sentence.
    #[prop(into)]
    message: String,
) -> impl IntoView {
    view! { <p class="field-error" id=id><Icon name="error" /><span>{message}</span></p> }
}

/// A choice of one of a few.
#[component]
pub fn Select(
    /// The name in the form; also the id on the page.
    #[prop(into)]
    name: String,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// Values and their words.
    options: Vec<(String, String)>,
    /// The value that is chosen.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    let options: Vec<_> = options
        .into_iter()
        .map(|(option, words)| view! { <option value=option.clone() selected=option == value>{words}</option> })
        .collect();
    view! {
        <div class="field">
            <div class="field-head"><label for=name.clone()>{label}</label></div>
            <select class="input" id=name.clone() name=name>{options}</select>
        </div>
    }
}

/// What the Enter key does in a form with several buttons: browsers press the first one.
#[component]
pub fn DefaultAction(
    /// The value of the button named `action` that Enter stands for.
    value: &'static str,
) -> impl IntoView {
    view! { <button class="visually-hidden" type="submit" name="action" value=value tabindex="-1" aria-hidden="true">{value}</button> }
}

/// Says above a form what is wrong with the whole of it; screen readers announce it at once.
#[component]
pub fn FormError(
    /// The error, if there is one.
    error: Option<AppError>,
) -> impl IntoView {
    error.map(|error| view! { <Notice kind="error"><p>{error.detail}</p></Notice> })
}

/// Collects what is wrong with the fields of a form, so that all of it can be said at once.
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<WrongField>);

impl FieldErrors {
    /// The value, or nothing: then what is wrong is kept for `field`.
    pub fn take<T, E: std::fmt::Display>(&mut self, field: &str, outcome: Result<T, E>) -> Option<T> {
        outcome.map_err(|error| self.add(field, format!("This {error}."))).ok()
    }

    /// Keeps a sentence about `field`.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(WrongField { field: Some(field.to_owned()), index: None, message: message.into() });
    }

    /// Keeps what another error says about its fields.
    pub fn extend(&mut self, error: AppError) {
        self.0.extend(error.errors);
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The error of the whole form.
    pub fn into_error(self) -> AppError {
        AppError::invalid_fields("invalid_field", "Some fields need another look. Nothing you typed is lost.", self.0)
    }
}

/// The two fields that almost everything has, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct NamedForm {
    /// Checked by [`Name::parse`].
    pub name: String,
    /// Checked by [`Description::parse`].
    pub description: String,
    /// The time of the last change that the form shows; empty for something new.
    pub based_on: String,
}

impl NamedForm {
    /// Name and description, or what is wrong with them.
    pub fn checked(&self) -> Result<(Name, Description), AppError> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", Name::parse(&self.name));
        let description = errors.take("description", Description::parse(&self.description));
        name.zip(description).ok_or_else(|| errors.into_error())
    }

    /// The last change that was seen, if the browser sent it unharmed.
    pub fn based_on(&self) -> Option<Timestamp> {
        Timestamp::parse(&self.based_on).ok()
    }
}

/// The fields of a [`NamedForm`].
#[component]
pub fn NameAndDescription(
    /// What was typed.
    form: NamedForm,
    /// What is wrong, tied to `name` and `description`.
    error: Option<AppError>,
) -> impl IntoView {
    let message = |field: &str| error.as_ref().and_then(|error| error.message_for(field)).map(str::to_owned);
    let based_on =
        (!form.based_on.is_empty()).then(|| view! { <input type="hidden" name="based_on" value=form.based_on /> });
    view! {
        {based_on}
        <Field name="name" label="Name" value=form.name error=message("name") hint="At most 200 characters." is_required=true />
        <Field name="description" label="Description" value=form.description error=message("description") lines=3 />
    }
}

/// What an object is now, when somebody else changed it while a form was open: what was typed can be compared with it.
#[component]
pub fn Meanwhile(
    /// Names of the fields with what they hold now.
    facts: Vec<(&'static str, String)>,
) -> impl IntoView {
    let shown = |text: String| if text.is_empty() { "–".to_owned() } else { text };
    let facts: Vec<_> =
        facts.into_iter().map(|(name, now)| view! { <dt>{name}</dt><dd dir="auto">{shown(now)}</dd> }).collect();
    view! {
        <section class="stack" aria-labelledby="meanwhile">
            <h2 id="meanwhile">"What is there now"</h2>
            <dl class="facts">{facts}</dl>
        </section>
    }
}

/// A form that changes name and description.
#[component]
pub fn NamedEditor(
    /// What was typed.
    form: NamedForm,
    /// What is wrong with it.
    error: Option<AppError>,
    /// Name and description as they are now, if somebody else changed them.
    meanwhile: Option<(String, String)>,
    /// Where the form goes.
    action: String,
    /// Where to go without saving.
    cancel: String,
) -> impl IntoView {
    let meanwhile = meanwhile.map(|(name, description)| {
        view! { <Meanwhile facts=vec![("Name", name), ("Description", description)] /> }
    });
    view! {
        <form class="card form" method="post" action=action>
            <FormError error=error.clone() />
            {meanwhile}
            <NameAndDescription form error />
            <div class="row">
                <button class="button primary" type="submit">"Save"</button>
                <a class="button" href=cancel>"Cancel"</a>
            </div>
        </form>
    }
}

/// Separates what the form can show, with its status, from other failures.
pub fn shown_on_form(failure: Failure) -> Result<(AppError, StatusCode), Failure> {
    match failure {
        Failure::App(error)
            if !error.errors.is_empty()
                || matches!(
                    error.kind,
                    ErrorKind::Conflict | ErrorKind::Locked | ErrorKind::Unauthenticated | ErrorKind::TooManyRequests
                ) =>
        {
            let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            Ok((error, status))
        }
        failure => Err(failure),
    }
}
