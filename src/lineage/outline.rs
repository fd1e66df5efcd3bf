//! The graph as a list inside a list, for reading instead of looking.

use super::{Direction, Edge, Graph, GraphNode, NodeId};
use std::collections::BTreeSet;

/// A node, and what follows it in one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub node: GraphNode,
    /// As what a dataset version was used.
    pub alias: Option<String>,
    pub below: Vec<Entry>,
    /// Whether what follows has been told already, where the node stood before.
    pub is_repeated: bool,
}

/// The neighbours of the start in one direction, with their neighbours below them; each node's are told once.
pub fn outline(graph: &Graph, direction: Direction) -> Vec<Entry> {
    entries(graph, direction, graph.start, &mut BTreeSet::from([graph.start]))
}

fn entries(graph: &Graph, direction: Direction, of: NodeId, told: &mut BTreeSet<NodeId>) -> Vec<Entry> {
    let ends = |edge: &Edge| match direction {
        Direction::Up => (edge.to, edge.from),
        Direction::Down => (edge.from, edge.to),
    };
    let mut found = Vec::new();
    for edge in graph.edges.iter().filter(|edge| ends(edge).0 == of) {
        let id = ends(edge).1;
        let Some(node) = graph.nodes.iter().find(|node| node.node.id == id) else { continue };
        let is_new = told.insert(id);
        let below = if is_new { entries(graph, direction, id, told) } else { Vec::new() };
        let is_repeated = !is_new && graph.edges.iter().any(|edge| ends(edge).0 == id);
        found.push(Entry { node: node.clone(), alias: edge.alias.clone(), below, is_repeated });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lineage::Node;

    fn id(number: u32) -> NodeId {
        NodeId::Experiment(format!("0192f3a0-0000-7000-8000-{number:012}").parse().unwrap())
    }

    /// A graph of experiments with these links.
    fn graph(start: u32, edges: &[(u32, u32)]) -> Graph {
        let numbers: BTreeSet<u32> = edges.iter().flat_map(|(from, to)| [*from, *to]).collect();
        let node = |number: u32| GraphNode {
            node: Node {
                id: id(number),
                name: number.to_string(),
                within: String::new(),
                address: None,
                is_archived: false,
                is_deleted: false,
            },
            hidden_sources: 0,
            hidden_uses: 0,
        };
        Graph {
            start: id(start),
            nodes: numbers.into_iter().map(node).collect(),
            edges: edges.iter().map(|(from, to)| Edge { from: id(*from), to: id(*to), alias: None }).collect(),
            is_cut_off: false,
        }
    }

    /// `1(2 3(4))`, with a star behind what was told before.
    fn told(entries: &[Entry]) -> String {
        let one = |entry: &Entry| {
            let star = if entry.is_repeated { "*" } else { "" };
            let below = if entry.below.is_empty() { String::new() } else { format!("({})", told(&entry.below)) };
            format!("{}{star}{below}", entry.node.node.name)
        };
        entries.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn both_directions_are_told_from_the_start() {
        let graph = graph(3, &[(1, 3), (2, 3), (0, 1), (3, 4), (4, 5), (3, 6)]);
        assert_eq!(told(&outline(&graph, Direction::Up)), "1(0) 2");
        assert_eq!(told(&outline(&graph, Direction::Down)), "4(5) 6");
    }

    #[test]
    fn what_is_reached_twice_is_told_once_and_circles_end() {
        assert_eq!(
            told(&outline(&graph(1, &[(1, 2), (1, 3), (2, 4), (3, 4), (4, 5)]), Direction::Down)),
            "2(4(5)) 3(4*)"
        );
        assert_eq!(told(&outline(&graph(1, &[(1, 2), (2, 1)]), Direction::Down)), "2(1*)");
    }
}
