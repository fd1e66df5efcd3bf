//! The filters of the trail, and the ways to save what they let through.

use super::{PATH, words::kind_words};
use crate::{
    audit::{AuditQuery, Facets},
    error::AppError,
    ui::{
        address::with_query,
        form::{Field, FieldError, Select},
        icon::Icon,
    },
};
use leptos::prelude::*;

/// A GET form whose address is its whole state.
#[component]
pub fn Filters(
    /// What is chosen.
    query: AuditQuery,
    /// What can be chosen.
    facets: Facets,
    /// What is wrong with it.
    error: Option<AppError>,
) -> impl IntoView {
    let pairs = query.pairs();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let download = |kind: &'static str, extension: &str| {
        let href = with_query(&format!("{PATH}.{extension}"), &pairs);
        view! { <a class="button small" href=href download><Icon name="download" />{kind}</a> }
    };
    let others = [&query.action, &query.kind, &query.object, &query.from, &query.to];
    let set = others.into_iter().filter(|value| !value.is_empty()).count();
    let words = if set > 0 { format!("Filters ({set} set)") } else { "Filters".to_owned() };
    let (csv, json) = (download("CSV", "csv"), download("JSON", "json"));
    let is_open = error.is_some();
    view! {
        <form class="toolbar" role="search" method="get" action=PATH>
            <div class="search">
                <Icon name="search" />
                <input class="input" type="search" name="who" aria-label="Person or token" placeholder="Person or token" value=query.who.clone() />
            </div>
            <details class="toolbar-choice" open=is_open>
                <summary class="button">{words}</summary>
                <div class="toolbar-panel"><Conditions query facets error /></div>
            </details>
            <button class="button" type="submit">"Search"</button>
            <p class="end row">{csv}{json}</p>
        </form>
    }
}

#[component]
fn Conditions(query: AuditQuery, facets: Facets, error: Option<AppError>) -> impl IntoView {
    let options = |chosen: &str, values: Vec<String>, words: fn(&str) -> String| {
        // What does not occur (any more) stays chosen.
        let unknown = (!chosen.is_empty() && !values.iter().any(|value| value == chosen)).then(|| chosen.to_owned());
        let known = values.into_iter().chain(unknown).map(|value| {
            let shown = words(&value);
            (value, shown)
        });
        std::iter::once((String::new(), "Any".to_owned())).chain(known).collect::<Vec<_>>()
    };
    let message = |field: &str| error.as_ref().and_then(|error| error.message_for(field)).map(str::to_owned);
    let actions = options(&query.action, facets.actions, |action| action.replace('_', " "));
    let kinds = options(&query.kind, facets.kinds, |kind| match kind {
        "metrics" | "console" => kind.to_owned(),
        other => kind_words(other),
    });
    view! {
        <Select name="action" label="What was done" options=actions value=query.action />
        <Select name="kind" label="To what" options=kinds value=query.kind />
        <Field name="object" label="Id of the object" value=query.object />
        <Day name="from" label="First day (UTC)" value=query.from error=message("from") />
        <Day name="to" label="Last day (UTC)" value=query.to error=message("to") />
        <div class="row">
            <button class="button primary small" type="submit">"Filter"</button>
            <a class="button small" href=PATH>"Show all"</a>
        </div>
    }
}

#[component]
fn Day(name: &'static str, label: &'static str, value: String, error: Option<String>) -> impl IntoView {
    let error_id = error.as_ref().map(|_| format!("{name}-error"));
    let is_invalid = error.as_ref().map(|_| "true");
    // A browser shows nothing in a field for days that holds something else.
    let is_day = value.is_empty() || (value.len() == "2026-11-23".len() && error.is_none());
    let kind = if is_day { "date" } else { "text" };
    view! {
        <div class="field">
            <div class="field-head"><label for=name>{label}</label></div>
            <input class="input" type=kind id=name name=name value=value aria-invalid=is_invalid aria-describedby=error_id.clone() />
            {error.zip(error_id).map(|(message, id)| view! { <FieldError id message /> })}
        </div>
    }
}
