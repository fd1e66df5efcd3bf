//! Small parts that many pages share.

use super::{copy::CopyButton, icon::Icon};
use crate::vocabulary::Timestamp;
use leptos::prelude::*;

/// A link on the way from the top to where one is.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// What it leads to.
    pub label: String,
    /// Where that is.
    pub href: String,
}

impl Crumb {
    /// A step of the way.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// The way from the top to this page.
#[component]
pub fn Breadcrumb(
    /// The pages above this one.
    above: Vec<Crumb>,
    /// The name of this page.
    here: String,
) -> impl IntoView {
    let above = above.into_iter().map(|crumb| view! { <li><a href=crumb.href><bdi>{crumb.label}</bdi></a></li> });
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb">
            <ol>
                {above.collect_view()}
                <li aria-current="page"><bdi>{here}</bdi></li>
            </ol>
        </nav>
    }
}

/// A moment: relative for reading, exact on hover and for programs.
#[component]
pub fn When(
    /// The moment.
    at: Timestamp,
) -> impl IntoView {
    view! { <time datetime=at.to_string() title=at.for_people()>{at.relative_to(Timestamp::now())}</time> }
}

/// A message; errors are announced at once.
#[component]
pub fn Notice(
    /// `info`, `warning`, `error` or `success`.
    kind: &'static str,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let icon = match kind {
        "error" => "error",
        "warning" => "warning",
        "success" => "succeeded",
        _ => "info",
    };
    view! {
        <div class="notice" data-kind=kind role=(kind == "error").then_some("alert")>
            <Icon name=icon />
            <div>{children()}</div>
        </div>
    }
}

/// Says why there is nothing, and how it fills.
#[component]
pub fn EmptyState(
    /// An icon of the noun.
    icon: &'static str,
    /// What is missing.
    title: &'static str,
    /// Why, and what to do.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <Icon name=icon />
            <h2>{title}</h2>
            {children()}
        </div>
    }
}

/// The way to a form that makes something; those who may not write see why it is closed.
#[component]
pub fn NewAction(
    /// Whether the visitor may write.
    may_write: bool,
    /// Where the form is.
    #[prop(into)]
    href: String,
    /// Such as `New project`.
    label: &'static str,
    /// Where what the page shows is edited.
    #[prop(optional, into)]
    edit: String,
    /// Where its life is managed: locked, archived, deleted.
    #[prop(optional, into)]
    manage: String,
) -> impl IntoView {
    let manage =
        (!manage.is_empty()).then(|| view! { <a class="button" href=manage><Icon name="settings" />"Manage"</a> });
    let edit = (!edit.is_empty()).then(|| view! { <a class="button" href=edit><Icon name="edit" />"Edit"</a> });
    match may_write {
        true => view! {
            <div class="page-actions">
                {edit}
                {manage}
                <a class="button primary" href=href><Icon name="plus" />{label}</a>
            </div>
        }
        .into_any(),
        false => view! {
            <div class="page-actions">
                <div class="action">
                    <button class="button primary" type="button" aria-disabled="true" aria-describedby="why-not-new"><Icon name="plus" />{label}</button>
                    <p class="action-reason" id="why-not-new">"You are a viewer. Ask an owner for the editor role."</p>
                </div>
            </div>
        }
        .into_any(),
    }
}

/// Short text with a button that copies it.
#[component]
pub fn Copyable(
    /// The whole text.
    text: String,
    /// What is shown, when that is shorter.
    #[prop(optional, into)]
    shown: Option<String>,
    /// What the text is, such as `image reference`.
    what: String,
) -> impl IntoView {
    let shown = shown.unwrap_or_else(|| text.clone());
    view! {
        <span class="copyable">
            <code title=text.clone()>{shown}</code>
            <CopyButton text what />
        </span>
    }
}

/// A command with a button that copies it.
#[component]
pub fn CodeBlock(
    /// The command.
    text: String,
    /// What it does, for screen readers.
    label: String,
) -> impl IntoView {
    view! {
        <div class="code-block">
            <pre tabindex="0" aria-label=label.clone()><code>{text.clone()}</code></pre>
            <CopyButton text what=label />
        </div>
    }
}

/// A table that scrolls in its own box when the window is narrow.
#[component]
pub fn TableBox(
    /// What the table holds, for screen readers.
    label: String,
    /// The table.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="table-scroll" role="region" aria-label=label tabindex="0">
            {children()}
        </div>
    }
}
