//! What narrows the list of a project: status, tags, conditions on metrics and parameters, and which columns are shown.

use super::query::{MAX_COLUMNS, ProjectQuery};
use crate::{
    experiment::{Column, Order, Relation, Sort, Status},
    ui::icon::Icon,
};
use leptos::prelude::*;

/// Status, tags and archive; hidden, what the form keeps.
#[component]
pub fn FilterFields(query: ProjectQuery) -> impl IntoView {
    let options: Vec<_> = Status::ALL
        .into_iter()
        .map(|status| {
            let word = status.as_str();
            view! { <option value=word selected=query.status == Some(status)>{format!("{}{}", word[..1].to_uppercase(), &word[1..])}</option> }
        })
        .collect();
    let sort = (query.sort != Sort::default()).then(|| query.sort.to_string());
    let order = matches!(query.order, Order::Asc).then_some("asc");
    view! {
        <select class="input" name="status" aria-label="Status">
            <option value="">"Any status"</option>
            {options}
        </select>
        <input class="input" name="tags" aria-label="Tags" placeholder="Tags, with commas" value=query.tags />
        {sort.map(|sort| view! { <input type="hidden" name="sort" value=sort /> })}
        {order.map(|order| view! { <input type="hidden" name="order" value=order /> })}
    }
}

/// One more condition on a metric or parameter, and whether the archive is shown.
#[component]
pub fn ConditionFields(query: ProjectQuery, available: Vec<Column>) -> impl IntoView {
    let kept: Vec<_> = query
        .conditions
        .iter()
        .map(|condition| view! { <input type="hidden" name="where" value=condition.to_string() /> })
        .collect();
    let group = |label: &'static str, of_metrics: bool| {
        let wanted = available.iter().filter(|column| matches!(column, Column::Metric(_)) == of_metrics);
        let options: Vec<_> = wanted
            .map(|column| view! { <option value=column.to_string()>{column.key().to_owned()}</option> })
            .collect();
        (!options.is_empty()).then(|| view! { <optgroup label=label>{options}</optgroup> })
    };
    let (metrics, parameters) = (group("Metrics", true), group("Parameters", false));
    let relations =
        [Relation::Less, Relation::AtMost, Relation::Equal, Relation::Other, Relation::AtLeast, Relation::Greater]
            .map(|relation| view! { <option value=relation.as_str()>{relation.as_str()}</option> });
    view! {
        {kept}
        <details class="toolbar-choice">
            <summary class="button">"Conditions"</summary>
            <div class="toolbar-panel">
                <fieldset class="condition">
                    <legend>"Only experiments whose"</legend>
                    <select class="input" name="where_what" aria-label="Metric or parameter">{metrics}{parameters}</select>
                    <select class="input" name="where_is" aria-label="Relation">{relations.collect_view()}</select>
                    <input class="input" name="where_value" aria-label="Value" placeholder="0.3" autocomplete="off" />
                </fieldset>
                <label class="choice">
                    <input type="checkbox" name="archived" value="yes" checked=query.is_archived />
                    "Archived experiments"
                </label>
                <button class="button primary small" type="submit">"Show these experiments"</button>
            </div>
        </details>
    }
}

/// The conditions that hold now, each a link to the list without it.
#[component]
pub fn ConditionChips(query: ProjectQuery, path: String) -> impl IntoView {
    if query.conditions.is_empty() {
        return ().into_any();
    }
    let chips: Vec<_> = query
        .conditions
        .iter()
        .map(|condition| {
            let words = format!("{} {} {}", condition.column.key(), condition.relation.as_str(), condition.value);
            let label = format!("Without the condition {words}");
            let href = query.without(condition).address(&path);
            view! { <li><a class="chip accent" href=href aria-label=label><bdi>{words}</bdi><Icon name="close" /></a></li> }
        })
        .collect();
    view! { <ul class="row plain" aria-label="Conditions">{chips}</ul> }.into_any()
}

/// Which metrics and parameters are columns.
#[component]
pub fn ColumnChoice(available: Vec<Column>, columns: Vec<Column>) -> impl IntoView {
    let missing = columns.iter().filter(|column| !available.contains(column));
    let all: Vec<Column> = missing.chain(&available).cloned().collect();
    if all.is_empty() {
        return ().into_any();
    }
    let boxes = |of_metrics: bool| {
        let wanted = all.iter().filter(move |column| matches!(column, Column::Metric(_)) == of_metrics);
        let boxes = wanted.map(|column| {
            view! {
                <label class="choice">
                    <input type="checkbox" name="column" value=column.to_string() checked=columns.contains(column) />
                    <bdi>{column.key().to_owned()}</bdi>
                </label>
            }
        });
        boxes.collect_view()
    };
    let (metrics, parameters) = (boxes(true), boxes(false));
    view! {
        <details class="toolbar-choice">
            <summary class="button">"Columns"</summary>
            <div class="toolbar-panel">
                <fieldset><legend>"Metrics"</legend>{metrics}</fieldset>
                <fieldset><legend>"Parameters"</legend>{parameters}</fieldset>
                <p class="muted small">{format!("At most {MAX_COLUMNS}.")}</p>
                <button class="button primary small" type="submit">"Show these columns"</button>
            </div>
        </details>
    }
    .into_any()
}
