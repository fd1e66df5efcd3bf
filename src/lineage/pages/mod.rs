//! The page that draws where a thing comes from and what came of it.

mod controls;
mod graph;
mod list;
mod uses;

use super::{Direction, Extent, Graph, MAX_DEPTH, MAX_NODES, Node, NodeId, operations};
use crate::{
    auth::gate::{Need, Pages},
    error::{AppError, Failure},
    services::Services,
    ui::{
        address::with_query,
        icon::Icon,
        page::Page,
        parts::{Breadcrumb, Crumb, Notice},
        sections::{Card, Path as NamePath},
    },
    vocabulary::{Actor, quantity::counted},
};
use axum::extract::{Path, Query, State};
use controls::Controls;
use graph::GraphBox;
use leptos::prelude::*;
use list::Outline;
use serde::Deserialize;
use std::str::FromStr;

pub use uses::{Uses, UsesQuery, uses_of};

/// All pages of this slice; for members only.
pub fn routes() -> Pages {
    Pages::new()
        .get("/lineage/dataset-versions/{id}", Need::Read, of_dataset_version)
        .get("/lineage/experiments/{id}", Need::Read, of_experiment)
        .get("/lineage/model-versions/{id}", Need::Read, of_model_version)
}

/// What is asked for in the address; what cannot be read is as if it were not there.
#[derive(Debug, Default, Deserialize)]
struct ExtentQuery {
    #[serde(default)]
    up: String,
    #[serde(default)]
    down: String,
    #[serde(default)]
    open: String,
}

impl ExtentQuery {
    fn extent(&self) -> Extent {
        let depth = |text: &str, otherwise: u32| text.parse().map_or(otherwise, |depth: u32| depth.min(MAX_DEPTH));
        let Extent { up, down, .. } = Extent::default();
        Extent { up: depth(&self.up, up), down: depth(&self.down, down), opened: Extent::read_opened(&self.open) }
    }
}

/// Where a node is on the page.
fn anchor(id: NodeId) -> String {
    format!("node-{id}")
}

/// The address of the page that shows so much of the lineage of `start`, at the place of `focus`.
fn address(start: NodeId, extent: &Extent, focus: NodeId) -> String {
    let otherwise = Extent::default();
    let depth = |asked: u32, otherwise: u32| if asked == otherwise { String::new() } else { asked.to_string() };
    let opened: Vec<&str> = extent.opened.iter().map(String::as_str).collect();
    let pairs = [
        ("up", depth(extent.up, otherwise.up)),
        ("down", depth(extent.down, otherwise.down)),
        ("open", opened.join(",")),
    ];
    let address = with_query(&start.lineage_path(), &pairs.each_ref().map(|(key, value)| (*key, value.as_str())));
    format!("{address}#{}", anchor(focus))
}

async fn of_dataset_version(
    services: State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(query): Query<ExtentQuery>,
) -> Result<Page, Failure> {
    lineage(services, actor, NodeId::DatasetVersion(read_id(&id, "dataset version")?), query.extent()).await
}

async fn of_experiment(
    services: State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(query): Query<ExtentQuery>,
) -> Result<Page, Failure> {
    lineage(services, actor, NodeId::Experiment(read_id(&id, "experiment")?), query.extent()).await
}

async fn of_model_version(
    services: State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(query): Query<ExtentQuery>,
) -> Result<Page, Failure> {
    lineage(services, actor, NodeId::ModelVersion(read_id(&id, "model version")?), query.extent()).await
}

fn read_id<T: FromStr>(text: &str, noun: &str) -> Result<T, AppError> {
    text.parse().map_err(|_| AppError::not_found(noun))
}

async fn lineage(
    State(services): State<Services>,
    actor: Actor,
    start: NodeId,
    extent: Extent,
) -> Result<Page, Failure> {
    let graph = operations::graph(&services.database, &actor, start, &extent).await?;
    let node = graph.nodes.iter().map(|node| &node.node).find(|node| node.id == start);
    let node = node.cloned().ok_or_else(|| AppError::not_found(start.noun()))?;
    let title = format!("Lineage · {} › {}", node.within, node.name);
    Ok(Page::new(section(start).1, title, move || {
        view! {
            <Header node graph=graph.clone() />
            <Controls graph=graph.clone() extent=extent.clone() />
            <CutOff is_cut_off=graph.is_cut_off />
            <GraphBox graph=graph.clone() extent />
            <Lists graph />
        }
    }))
}

/// A link to the drawing of everything around a node.
#[component]
pub fn LineageLink(
    /// The node.
    of: NodeId,
) -> impl IntoView {
    view! { <p><a class="button small" href=address(of, &Extent::default(), of)><Icon name="arrow" />"Lineage graph"</a></p> }
}

/// The part of the product that the node belongs to, and its address.
fn section(id: NodeId) -> (&'static str, &'static str) {
    match id {
        NodeId::DatasetVersion(_) => ("Datasets", "/datasets"),
        NodeId::Experiment(_) => ("Projects", "/"),
        NodeId::ModelVersion(_) => ("Private registry", "/registry"),
    }
}

/// The icon of the node's kind.
fn icon(id: NodeId) -> &'static str {
    match id {
        NodeId::DatasetVersion(_) => "dataset",
        NodeId::Experiment(_) => "experiment",
        NodeId::ModelVersion(_) => "version",
    }
}

#[component]
fn Header(node: Node, graph: Graph) -> impl IntoView {
    let (section, address) = section(node.id);
    let whole_name = format!("{} › {}", node.within, node.name);
    let mut above = vec![Crumb::new(section, address)];
    above.extend(node.address.clone().map(|address| Crumb::new(whole_name, address)));
    let shown = counted(graph.nodes.len(), "node");
    view! {
        <header class="page-header">
            <Breadcrumb above here="Lineage".to_owned() />
            <div class="page-title"><h1>"Lineage"</h1></div>
            <p class="page-lead">
                "Where the "{node.id.noun()}" "<strong><NamePath whole=node.within part=node.name /></strong>
                " comes from, and what came of it: "{shown}"."
            </p>
        </header>
    }
}

#[component]
fn CutOff(is_cut_off: bool) -> impl IntoView {
    is_cut_off.then(|| {
        view! {
            <Notice kind="warning">
                <p>{format!("There is more than {MAX_NODES} nodes can show. What is farther away is missing: take fewer steps, or open the lineage of what is missing.")}</p>
            </Notice>
        }
    })
}

#[component]
fn Lists(graph: Graph) -> impl IntoView {
    let sources = graph.clone();
    view! {
        <div class="columns even">
            <Card id="sources" title="What it comes from">
                <Outline graph=sources direction=Direction::Up />
            </Card>
            <Card id="uses" title="What came of it">
                <Outline graph direction=Direction::Down />
            </Card>
        </div>
    }
}
