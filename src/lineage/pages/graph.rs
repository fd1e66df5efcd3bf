//! The drawing, as SVG with links in it.

use super::{address, anchor, icon};
use crate::{
    lineage::{
        Direction, Extent, Graph, GraphNode, NodeId,
        drawing::{BOX_HEIGHT, BOX_WIDTH, Content, Curve, Drawing, DrawnBox},
    },
    ui::icon::Icon,
};
use leptos::prelude::*;

/// The drawing in a box of its own, which scrolls.
#[component]
pub fn GraphBox(
    /// What is drawn.
    graph: Graph,
    /// How much was asked for.
    extent: Extent,
) -> impl IntoView {
    let start = graph.start;
    let Drawing { width, height, boxes, curves } = Drawing::of(&graph);
    let curves: Vec<_> = curves.into_iter().map(|curve| view! { <CurvePath curve /> }).collect();
    let boxes: Vec<_> =
        boxes.into_iter().map(|drawn| view! { <GraphItem drawn start extent=extent.clone() /> }).collect();
    view! {
        <div class="graph-scroll" role="region" aria-label="Lineage graph" tabindex="0">
            <svg class="graph" width=width height=height viewBox=format!("0 0 {width} {height}")>
                <g class="graph-lines" aria-hidden="true">{curves}</g>
                {boxes}
            </svg>
        </div>
    }
}

#[component]
fn CurvePath(curve: Curve) -> impl IntoView {
    let title = curve.alias.map(|alias| view! { <title>{alias}</title> });
    view! { <path d=curve.path data-folded=curve.is_folded.then_some("")>{title}</path> }
}

#[component]
fn GraphItem(drawn: DrawnBox, start: NodeId, extent: Extent) -> impl IntoView {
    let content = match drawn.content {
        Content::Node(node) => view! { <NodeBox is_start=node.node.id == start node /> }.into_any(),
        Content::More { of, direction, count } => view! { <MoreLink start of direction count extent /> }.into_any(),
    };
    view! { <foreignObject x=drawn.x y=drawn.y width=BOX_WIDTH height=BOX_HEIGHT>{content}</foreignObject> }
}

#[component]
fn NodeBox(node: GraphNode, is_start: bool) -> impl IntoView {
    let node = node.node;
    let kind = match node.id {
        NodeId::DatasetVersion(_) => "dataset",
        NodeId::Experiment(_) => "experiment",
        NodeId::ModelVersion(_) => "version",
    };
    let state = match (node.is_deleted, node.is_archived) {
        (true, _) => Some("deleted"),
        (false, true) => Some("archived"),
        (false, false) => None,
    };
    let whole_name = format!("{} › {}", node.within, node.name);
    let content = view! {
        <Icon name=icon(node.id) />
        <span class="graph-words">
            <span class="visually-hidden">{node.id.noun()}" "</span>
            <small><bdi>{node.within}</bdi></small>
            <strong><bdi>{node.name}</bdi></strong>
        </span>
        {state.map(|state| view! { <span class="chip">{state}</span> })}
    };
    match node.address {
        Some(href) => view! {
            <a class="graph-node" id=anchor(node.id) data-kind=kind data-state=state href=href title=whole_name aria-current=is_start.then_some("true")>{content}</a>
        }
        .into_any(),
        None => view! {
            <span class="graph-node" id=anchor(node.id) data-kind=kind data-state=state title=whole_name>{content}</span>
        }
        .into_any(),
    }
}

#[component]
fn MoreLink(start: NodeId, of: NodeId, direction: Direction, count: usize, extent: Extent) -> impl IntoView {
    let mut other = extent;
    other.opened.insert(of.to_string());
    let href = address(start, &other, of);
    let (way, what) = match direction {
        Direction::Up => ("up", "it comes from"),
        Direction::Down => ("down", "came of it"),
    };
    let title = format!("Show {count} more that {what}");
    view! { <a class="graph-more" data-direction=way href=href title=title>{format!("+{count} more")}</a> }
}
