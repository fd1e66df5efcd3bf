//! How far the graph is shown, as links.

use super::address;
use crate::{
    lineage::{Direction, Extent, Graph, MAX_DEPTH, Node, NodeId},
    ui::{icon::Icon, sections::Path as NamePath},
};
use leptos::prelude::*;

/// The depths that are offered.
const DEPTHS: [(u32, &str); 6] = [(0, "None"), (1, "1 step"), (2, "2"), (4, "4"), (6, "6"), (MAX_DEPTH, "All")];

/// Links to less and more of the graph, and to fold what was opened.
#[component]
pub fn Controls(
    /// What is shown.
    graph: Graph,
    /// How much was asked for.
    extent: Extent,
) -> impl IntoView {
    let opened = graph.nodes.iter().map(|node| &node.node).filter(|node| extent.opened.contains(&node.id.to_string()));
    let opened: Vec<_> = opened
        .map(|node| view! { <li><Fold start=graph.start extent=extent.clone() node=node.clone() /></li> })
        .collect();
    let opened = (!opened.is_empty())
        .then(|| view! { <nav aria-label="Opened"><p>"Opened"</p><ul class="chips">{opened}</ul></nav> });
    view! {
        <div class="graph-controls">
            <Depths start=graph.start extent=extent.clone() direction=Direction::Up />
            <Depths start=graph.start extent direction=Direction::Down />
            {opened}
        </div>
    }
}

#[component]
fn Depths(start: NodeId, extent: Extent, direction: Direction) -> impl IntoView {
    let label = match direction {
        Direction::Up => "What it comes from",
        Direction::Down => "What came of it",
    };
    let links: Vec<_> = DEPTHS
        .into_iter()
        .map(|(depth, label)| {
            let is_current = extent.depth(direction) == depth;
            let other = match direction {
                Direction::Up => Extent { up: depth, ..extent.clone() },
                Direction::Down => Extent { down: depth, ..extent.clone() },
            };
            let class = if is_current { "chip accent" } else { "chip" };
            view! { <li><a class=class href=address(start, &other, start) aria-current=is_current.then_some("true")>{label}</a></li> }
        })
        .collect();
    view! { <nav aria-label=label><p>{label}</p><ul class="chips">{links}</ul></nav> }
}

#[component]
fn Fold(start: NodeId, extent: Extent, node: Node) -> impl IntoView {
    let mut other = extent;
    other.opened.remove(&node.id.to_string());
    view! {
        <a class="chip accent" href=address(start, &other, start)>
            <span class="visually-hidden">"Fold "</span>
            <NamePath whole=node.within part=node.name />
            <Icon name="close" />
        </a>
    }
}
