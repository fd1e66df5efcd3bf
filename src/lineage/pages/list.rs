//! The graph as a list, for those who do not look at drawings.

use super::{address, icon};
use crate::{
    lineage::{
        Direction, Extent, Graph,
        outline::{Entry, outline},
    },
    ui::{
        icon::Icon,
        sections::{Nothing, Path as NamePath},
    },
};
use leptos::prelude::*;

/// What the start comes from, or what came of it, each with what follows it in a list of its own.
#[component]
pub fn Outline(
    /// What is told.
    graph: Graph,
    /// Which way.
    direction: Direction,
) -> impl IntoView {
    let entries = outline(&graph, direction);
    if entries.is_empty() {
        return match direction {
            Direction::Up => view! {
                <Nothing title="Nothing is shown"><p>"It began with nothing that is kept here, or no step in this direction is shown."</p></Nothing>
            }
            .into_any(),
            Direction::Down => view! {
                <Nothing title="Nothing is shown"><p>"Nothing was made from it yet, or no step in this direction is shown."</p></Nothing>
            }
            .into_any(),
        };
    }
    list(entries, direction).into_any()
}

fn list(entries: Vec<Entry>, direction: Direction) -> impl IntoView {
    let items: Vec<_> = entries.into_iter().map(|entry| item(entry, direction)).collect();
    view! { <ul class="outline">{items}</ul> }
}

fn item(entry: Entry, direction: Direction) -> AnyView {
    let node = entry.node.node;
    let hidden = match direction {
        Direction::Up => entry.node.hidden_sources,
        Direction::Down => entry.node.hidden_uses,
    };
    let kind = node.id.noun();
    let lineage = address(node.id, &Extent::default(), node.id);
    let name = view! { <NamePath whole=node.within part=node.name /> };
    let name = match node.address {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => view! { <strong>{name}</strong> }.into_any(),
    };
    let alias = entry.alias.map(|alias| view! { <span class="chip outline"><bdi>{alias}</bdi></span> });
    let deleted = node.is_deleted.then(|| view! { <span class="chip">"deleted"</span> });
    let archived = node.is_archived.then(|| view! { <span class="chip">"archived"</span> });
    let repeated = entry.is_repeated.then(|| view! { <span class="muted">"told above"</span> });
    let more = (hidden > 0).then(|| view! { <a class="muted" href=lineage>{format!("+{hidden} more")}</a> });
    let below = (!entry.below.is_empty()).then(|| list(entry.below, direction));
    view! {
        <li>
            <Icon name=icon(node.id) />
            <span class="visually-hidden">{kind}" "</span>
            {name} {alias} {deleted} {archived} {repeated} {more}
            {below}
        </li>
    }
    .into_any()
}
