//! Where things come from and what came of them: dataset versions → experiments → model versions → experiments …

pub mod drawing;
pub mod layout;
pub mod operations;
pub mod outline;
pub mod pages;
pub mod rest;
pub mod store;

use crate::vocabulary::{DatasetVersionId, ExperimentId, ModelVersionId};
use serde::Serialize;
use std::{collections::BTreeSet, fmt};
use utoipa::ToSchema;

/// A graph has no more nodes than this; it says so when it is cut off.
pub const MAX_NODES: usize = 500;
/// The farthest that is looked in one direction.
pub const MAX_DEPTH: u32 = 20;
/// How far it is looked in one direction unless asked otherwise: three trainings.
pub const DEFAULT_DEPTH: u32 = 6;
/// How many neighbours of one node are shown in one direction before the others are folded.
pub const FAN: u32 = 8;
/// How many neighbours of an opened node are shown in one direction.
pub const OPENED_FAN: u32 = 200;

/// What a node of the graph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum NodeId {
    DatasetVersion(DatasetVersionId),
    Experiment(ExperimentId),
    ModelVersion(ModelVersionId),
}

impl fmt::Display for NodeId {
    /// The id alone; ids are unique among all kinds.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DatasetVersion(id) => id.fmt(formatter),
            Self::Experiment(id) => id.fmt(formatter),
            Self::ModelVersion(id) => id.fmt(formatter),
        }
    }
}

impl NodeId {
    /// What it is called in a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Self::DatasetVersion(_) => "dataset version",
            Self::Experiment(_) => "experiment",
            Self::ModelVersion(_) => "model version",
        }
    }

    /// The page that draws its lineage.
    pub fn lineage_path(self) -> String {
        match self {
            Self::DatasetVersion(id) => format!("/lineage/dataset-versions/{id}"),
            Self::Experiment(id) => format!("/lineage/experiments/{id}"),
            Self::ModelVersion(id) => format!("/lineage/model-versions/{id}"),
        }
    }
}

/// Which way to go from a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// To what it was made from.
    Up,
    /// To what was made from it.
    Down,
}

/// A dataset version, an experiment or a model version, with the names that it has now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Node {
    #[serde(flatten)]
    pub id: NodeId,
    pub name: String,
    /// The name of its dataset, project or model.
    pub within: String,
    /// The path of its page; none if it was deleted.
    pub address: Option<String>,
    pub is_archived: bool,
    /// Of a deleted experiment, the name is left.
    pub is_deleted: bool,
}

/// A node, and how many of its neighbours the graph leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct GraphNode {
    #[serde(flatten)]
    pub node: Node,
    /// How many of the things that it was made from are not in this graph. Counted for the start and what is upstream of it.
    pub hidden_sources: usize,
    /// How many of the things that were made from it are not in this graph. Counted for the start and what is downstream of it.
    pub hidden_uses: usize,
}

/// `to` was made from `from`: trained on a dataset version, exported from an experiment, or begun from a model version or another experiment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct Edge {
    pub from: NodeId,
    pub to: NodeId,
    /// As what a dataset version was used, such as `train`.
    pub alias: Option<String>,
}

/// What a dataset version, experiment or model version comes from, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Graph {
    pub start: NodeId,
    /// Older ones first.
    pub nodes: Vec<GraphNode>,
    pub edges: Vec<Edge>,
    /// Whether there are more nodes than a graph may have, so that some are missing.
    pub is_cut_off: bool,
}

/// How much of the graph to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    /// How many steps towards the origins.
    pub up: u32,
    /// How many steps towards the uses.
    pub down: u32,
    /// Nodes whose neighbours are all shown, however far they are: their ids.
    pub opened: BTreeSet<String>,
}

impl Default for Extent {
    fn default() -> Self {
        Self { up: DEFAULT_DEPTH, down: DEFAULT_DEPTH, opened: BTreeSet::new() }
    }
}

impl Extent {
    /// Reads ids with commas between them; an id that names no node of the graph opens nothing.
    pub fn read_opened(text: &str) -> BTreeSet<String> {
        text.split(',').filter(|id| !id.is_empty()).map(str::to_lowercase).collect()
    }

    /// How many steps to go.
    pub fn depth(&self, direction: Direction) -> u32 {
        match direction {
            Direction::Up => self.up,
            Direction::Down => self.down,
        }
    }
}

/// Something that was made with a dataset version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Use {
    #[serde(flatten)]
    pub node: Node,
    /// As what it was used, such as `train`; null if only through the base architecture, or the base of that.
    pub alias: Option<String>,
}
