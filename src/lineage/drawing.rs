//! The graph as a drawing: boxes and curves, in pixels.

use super::{
    Direction, Graph, GraphNode, NodeId,
    layout::{Layout, lay_out},
};
use std::{collections::BTreeMap, fmt::Write};

/// The width of a box.
pub const BOX_WIDTH: f64 = 208.0;
/// The height of a box.
pub const BOX_HEIGHT: f64 = 48.0;
const COLUMN: f64 = BOX_WIDTH + 64.0;
const ROW: f64 = BOX_HEIGHT + 14.0;
/// Room for the ring around what has the focus.
const MARGIN: f64 = 8.0;

/// Everything that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    pub width: f64,
    pub height: f64,
    pub boxes: Vec<DrawnBox>,
    pub curves: Vec<Curve>,
}

/// A box, and where its corner is.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnBox {
    pub x: f64,
    pub y: f64,
    pub content: Content,
}

/// What stands in a box.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Node(GraphNode),
    /// Stands for the neighbours of `of` that are not shown.
    More {
        of: NodeId,
        direction: Direction,
        count: usize,
    },
}

/// A line between two boxes.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The attribute `d` of its path.
    pub path: String,
    /// As what a dataset version was used.
    pub alias: Option<String>,
    /// Whether it leads to what is not shown.
    pub is_folded: bool,
}

impl Drawing {
    /// Draws `graph` from the left to the right, with a box for what is left out beside each node that has more neighbours.
    pub fn of(graph: &Graph) -> Self {
        let mut contents: Vec<Content> = graph.nodes.iter().cloned().map(Content::Node).collect();
        let positions: BTreeMap<NodeId, usize> =
            graph.nodes.iter().enumerate().map(|(position, node)| (node.node.id, position)).collect();
        let mut ends = Vec::new();
        let mut aliases = Vec::new();
        for edge in &graph.edges {
            if let (Some(from), Some(to)) = (positions.get(&edge.from), positions.get(&edge.to)) {
                ends.push((*from, *to));
                aliases.push(edge.alias.clone());
            }
        }
        let shown = ends.len();
        for (position, node) in graph.nodes.iter().enumerate() {
            let of = node.node.id;
            for (direction, count) in [(Direction::Up, node.hidden_sources), (Direction::Down, node.hidden_uses)] {
                if count > 0 {
                    ends.push(match direction {
                        Direction::Up => (contents.len(), position),
                        Direction::Down => (position, contents.len()),
                    });
                    contents.push(Content::More { of, direction, count });
                }
            }
        }
        let layout = lay_out(contents.len(), &ends);
        let curves = ends.iter().enumerate().map(|(edge, ends)| Curve {
            path: path(&layout, edge, *ends),
            alias: aliases.get(edge).cloned().flatten(),
            is_folded: edge >= shown,
        });
        let boxes = contents.into_iter().zip(&layout.places).map(|(content, place)| DrawnBox {
            x: left(place.column),
            y: middle(place.row) - BOX_HEIGHT / 2.0,
            content,
        });
        Self {
            width: left(layout.columns) - COLUMN + BOX_WIDTH + MARGIN,
            height: middle(layout.rows - 1.0) + BOX_HEIGHT / 2.0 + MARGIN,
            boxes: boxes.collect(),
            curves: curves.collect(),
        }
    }
}

fn left(column: usize) -> f64 {
    MARGIN + column as f64 * COLUMN
}

fn middle(row: f64) -> f64 {
    MARGIN + BOX_HEIGHT / 2.0 + row * ROW
}

/// From the right of the first box to the left of the second; straight where it passes a column, curved between columns.
fn path(layout: &Layout, edge: usize, (from, to): (usize, usize)) -> String {
    let (from, to) = (layout.places[from], layout.places[to]);
    let mut at = (left(from.column) + BOX_WIDTH, middle(from.row));
    let mut path = format!("M{:.1} {:.1}", at.0, at.1);
    let mut curve_to = |end: (f64, f64)| {
        let half = f64::midpoint(at.0, end.0);
        // Writing to a string cannot fail.
        _ = write!(path, " C{half:.1} {:.1} {half:.1} {:.1} {:.1} {:.1}", at.1, end.1, end.0, end.1);
        at = end;
    };
    for (position, row) in layout.bends[edge].iter().enumerate() {
        let x = left(from.column + 1 + position);
        curve_to((x, middle(*row)));
        curve_to((x + BOX_WIDTH, middle(*row)));
    }
    curve_to((left(to.column), middle(to.row)));
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lineage::{Edge, Node};

    fn node(number: u32, hidden_uses: usize) -> GraphNode {
        let id = NodeId::Experiment(format!("0192f3a0-0000-7000-8000-{number:012}").parse().unwrap());
        let node = Node {
            id,
            name: number.to_string(),
            within: String::new(),
            address: None,
            is_archived: false,
            is_deleted: false,
        };
        GraphNode { node, hidden_sources: 0, hidden_uses }
    }

    #[test]
    fn what_is_left_out_has_a_box_behind_its_node() {
        let nodes = vec![node(0, 0), node(1, 37)];
        let edges = vec![Edge { from: nodes[0].node.id, to: nodes[1].node.id, alias: Some("train".to_owned()) }];
        let of = nodes[1].node.id;
        let drawing = Drawing::of(&Graph { start: nodes[0].node.id, nodes, edges, is_cut_off: false });
        let more = &drawing.boxes[2];
        assert_eq!(more.content, Content::More { of, direction: Direction::Down, count: 37 });
        assert!(drawing.boxes[0].x < drawing.boxes[1].x && drawing.boxes[1].x < more.x);
        assert_eq!((more.x + BOX_WIDTH + MARGIN, more.y + BOX_HEIGHT + MARGIN), (drawing.width, drawing.height));
        let curves: Vec<_> = drawing.curves.iter().map(|curve| (curve.alias.as_deref(), curve.is_folded)).collect();
        assert_eq!(curves, [(Some("train"), false), (None, true)]);
    }

    #[test]
    fn a_curve_runs_from_box_to_box_and_straight_past_those_between() {
        let nodes = vec![node(0, 0), node(1, 0), node(2, 0)];
        let edge = |from: usize, to: usize| Edge { from: nodes[from].node.id, to: nodes[to].node.id, alias: None };
        let edges = vec![edge(0, 1), edge(1, 2), edge(0, 2)];
        let drawing = Drawing::of(&Graph { start: nodes[0].node.id, nodes: nodes.clone(), edges, is_cut_off: false });
        let [first, .., last] = drawing.boxes.as_slice() else { panic!("{drawing:?}") };
        let path = &drawing.curves[2].path;
        assert!(path.starts_with(&format!("M{:.1} {:.1} ", first.x + BOX_WIDTH, first.y + BOX_HEIGHT / 2.0)), "{path}");
        assert!(path.ends_with(&format!("{:.1} {:.1}", last.x, last.y + BOX_HEIGHT / 2.0)), "{path}");
        assert_eq!(path.matches('C').count(), 3, "{path}");
    }
}
