//! The larger parts that pages are put together from: cards, tabs, and the strip that tells where a thing comes from.

use super::icon::Icon;
use crate::vocabulary::quantity::grouped;
use leptos::prelude::*;

/// A card under a heading.
#[component]
pub fn Card(
    /// The id of the card, to link to; unique on the page.
    id: &'static str,
    /// The heading.
    #[prop(into)]
    title: String,
    /// How much there is, beside the heading.
    #[prop(optional, into)]
    count: String,
    /// A remark at the other end of the heading.
    #[prop(optional)]
    note: Option<AnyView>,
    /// What the card holds.
    children: Children,
) -> impl IntoView {
    let heading = format!("{id}-heading");
    let labelled_by = heading.clone();
    let count = (!count.is_empty()).then(|| view! { <span class="count">{count}</span> });
    view! {
        <section class="card" id=id aria-labelledby=labelled_by>
            <div class="card-head">
                <h2 id=heading>{title} " " {count}</h2>
                {note}
            </div>
            {children()}
        </section>
    }
}

/// Says inside a card why there is nothing, and how it fills.
#[component]
pub fn Nothing(
    /// What is missing.
    title: &'static str,
    /// Why, and what to do.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty-state compact">
            <h3>{title}</h3>
            {children()}
        </div>
    }
}

/// A tab that is a page of its own.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Its name.
    pub label: &'static str,
    /// Its address.
    pub href: String,
    /// How much there is behind it.
    pub count: Option<i64>,
    /// Whether it is the open one.
    pub is_open: bool,
}

/// Tabs, each with its own address.
#[component]
pub fn Tabs(
    /// Of what, for screen readers.
    label: &'static str,
    /// In their order.
    tabs: Vec<Tab>,
) -> impl IntoView {
    let tabs = tabs.into_iter().map(|tab| {
        let count = tab.count.map(|count| view! { <span class="count">{grouped(count)}</span> });
        view! { <a href=tab.href aria-current=tab.is_open.then_some("page")>{tab.label} {count}</a> }
    });
    view! { <nav class="tabs" aria-label=label>{tabs.collect_view()}</nav> }
}

/// One step of a `<ol class="lineage">`.
#[component]
pub fn LineageStep(
    /// An icon of the noun.
    icon: &'static str,
    /// What stands at this step.
    kind: &'static str,
    /// Links to it, or why there is none.
    children: Children,
) -> impl IntoView {
    view! {
        <li>
            <span class="lineage-kind"><Icon name=icon />{kind}</span>
            {children()}
        </li>
    }
}

/// A fact with an icon, for a `<ul class="meta">`.
#[component]
pub fn Fact(
    /// An icon of the fact.
    icon: &'static str,
    /// The fact.
    children: Children,
) -> impl IntoView {
    view! { <li><Icon name=icon /><span>{children()}</span></li> }
}

/// Two names, the second inside the first: `digits › v1`. Each keeps its own direction of writing.
#[component]
pub fn Path(
    /// The name of the whole.
    #[prop(into)]
    whole: String,
    /// The name of the part.
    #[prop(into)]
    part: String,
) -> impl IntoView {
    view! { <bdi>{whole}</bdi>" › "<bdi>{part}</bdi> }
}

/// Text of several paragraphs as somebody typed it.
#[component]
pub fn Prose(
    /// The text.
    text: String,
) -> impl IntoView {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let paragraphs: Vec<_> = paragraphs.map(|paragraph| view! { <p dir="auto">{paragraph.to_owned()}</p> }).collect();
    view! { <div class="prose stack">{paragraphs}</div> }
}
