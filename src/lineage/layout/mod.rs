//! Where the nodes of a directed graph are drawn, by the method of Sugiyama, Tagawa and Toda (1981): layers by the longest path, order
//! by barycenters, places by the means of the neighbours. Pure, and the same for the same graph.

mod layers;
mod order;
mod rows;

use order::Slot;

/// Places in units of columns and rows, counted from 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// For each node.
    pub places: Vec<Place>,
    /// For each edge: the rows at which it passes the columns between its ends.
    pub bends: Vec<Vec<f64>>,
    /// How many columns there are.
    pub columns: usize,
    /// How many rows there are.
    pub rows: f64,
}

/// Where the middle of a node is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub column: usize,
    pub row: f64,
}

/// Lays out a graph of `count` nodes with edges from the first to the second.
///
/// Every edge runs from a lower to a higher column, but for those that close a circle, and nodes never overlap.
pub fn lay_out(count: usize, edges: &[(usize, usize)]) -> Layout {
    let layers = layers::longest_path(count, edges);
    let columns = order::ordered(&layers, edges);
    let rows = rows::placed(&columns);

    let mut places = vec![Place { column: 0, row: 0.0 }; count];
    let mut bends = vec![Vec::new(); edges.len()];
    // Column by column, so that the bends of an edge come in their order.
    for (column, (slots, rows)) in columns.slots.iter().zip(&rows).enumerate() {
        for (slot, row) in slots.iter().zip(rows) {
            match *slot {
                Slot::Node(node) => places[node] = Place { column, row: *row },
                Slot::Bend(edge) => bends[edge].push(*row),
            }
        }
    }
    let last = rows.iter().flatten().copied().fold(0.0, f64::max);
    Layout { places, bends, columns: columns.slots.len(), rows: if count == 0 { 0.0 } else { last + 1.0 } }
}

#[cfg(test)]
mod tests;
