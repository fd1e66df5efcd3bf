//! What surrounds a list: the search above it, and the way to the rest below it.

use super::{address::with_query, icon::Icon, parts::EmptyState};
use crate::vocabulary::quantity::counted;
use leptos::prelude::*;

/// A search box, with room for further fields before its button. Sends a plain GET form.
#[component]
pub fn SearchBar(
    /// The address of the list.
    action: String,
    /// What is searched, such as `Search models`.
    label: &'static str,
    /// What is searched for so far.
    search: String,
    /// How many are shown.
    shown: String,
    /// Further fields.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <form class="toolbar" role="search" method="get" action=action>
            <div class="search">
                <Icon name="search" />
                <input class="input" type="search" name="search" aria-label=label placeholder="Part of the name" value=search />
            </div>
            {children.map(|children| children())}
            <button class="button" type="submit">"Search"</button>
            <p class="end">{shown}</p>
        </form>
    }
}

/// How many items stand on this page, and whether there are others.
pub fn shown(count: usize, noun: &str, is_whole: bool) -> String {
    format!("{}{}", counted(count, noun), if is_whole { "" } else { " on this page" })
}

/// Links to the first and to the next page of a list; nothing when all is on one page.
#[component]
pub fn Pager(
    /// The address of the list.
    path: String,
    /// What else the address holds: search, filter, sorting.
    query: Vec<(&'static str, String)>,
    /// Whether this is the first page.
    is_first: bool,
    /// Where the next page begins.
    next_cursor: Option<String>,
) -> impl IntoView {
    if is_first && next_cursor.is_none() {
        return ().into_any();
    }
    let mut pairs: Vec<(&str, &str)> = query.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let first = with_query(&path, &pairs);
    let next = next_cursor.as_deref().map(|cursor| {
        pairs.push(("cursor", cursor));
        with_query(&path, &pairs)
    });
    let first = match is_first {
        true => {
            view! { <span class="button small" aria-disabled="true"><Icon name="left" />"First page"</span> }.into_any()
        }
        false => view! { <a class="button small" href=first><Icon name="left" />"First page"</a> }.into_any(),
    };
    let next = match next {
        Some(next) => {
            view! { <a class="button small" rel="next" href=next>"Next page"<Icon name="right" /></a> }.into_any()
        }
        None => {
            view! { <span class="button small" aria-disabled="true">"Next page"<Icon name="right" /></span> }.into_any()
        }
    };
    view! {
        <nav class="pagination" aria-label="Pages">
            <ul><li>{first}</li><li>{next}</li></ul>
        </nav>
    }
    .into_any()
}

/// Says that a search found nothing, and how to see everything.
#[component]
pub fn NoMatch(
    /// Such as `No project matches`.
    title: &'static str,
    /// What was searched for.
    search: String,
    /// The address of the whole list.
    path: String,
) -> impl IntoView {
    view! {
        <EmptyState icon="search" title>
            <p>"Nothing here has "<strong><bdi>{search}</bdi></strong>" in its name."</p>
            <div class="row"><a class="button" href=path>"Show all"</a></div>
        </EmptyState>
    }
}
