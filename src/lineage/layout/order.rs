//! In which order the nodes of a column stand, so that few edges cross.

/// How often the columns are sorted in both directions; more rounds hardly ever find a better order.
const ROUNDS: usize = 12;

/// What stands in a column: a node, or an edge that passes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    Node(usize),
    Bend(usize),
}

/// The slots of each column in their order, and the links between neighbouring columns.
#[derive(Clone, Debug)]
pub struct Columns {
    pub slots: Vec<Vec<Slot>>,
    /// For each column: the links to the next one, as positions in both.
    pub links: Vec<Vec<(usize, usize)>>,
}

/// Sorts the nodes of `layers` by the barycenter method, and keeps the order with the fewest crossings.
pub fn ordered(layers: &[usize], edges: &[(usize, usize)]) -> Columns {
    let mut columns = unordered(layers, edges);
    let mut best = columns.clone();
    let mut fewest = crossings(&best);
    for _ in 0..ROUNDS {
        if fewest == 0 {
            break;
        }
        for column in 1..columns.slots.len() {
            columns.sort_by_previous(column);
        }
        for column in (0..columns.slots.len().saturating_sub(1)).rev() {
            columns.sort_by_next(column);
        }
        let crossed = crossings(&columns);
        if crossed < fewest {
            fewest = crossed;
            best = columns.clone();
        }
    }
    best
}

/// The columns in the order in which a walk through the graph meets the nodes: a tree has no crossings from the beginning.
fn unordered(layers: &[usize], edges: &[(usize, usize)]) -> Columns {
    let count = layers.iter().max().map_or(0, |last| last + 1);
    let mut columns = Columns { slots: vec![Vec::new(); count], links: vec![Vec::new(); count] };
    let mut positions: Vec<Option<usize>> = vec![None; layers.len()];
    let mut neighbours = vec![Vec::new(); layers.len()];
    for &(from, to) in edges {
        neighbours[from].push(to);
        neighbours[to].push(from);
    }
    for first in 0..layers.len() {
        let mut waiting = vec![first];
        while let Some(node) = waiting.pop() {
            if positions[node].is_none() {
                positions[node] = Some(columns.push(layers[node], Slot::Node(node)));
                waiting.extend(neighbours[node].iter().rev());
            }
        }
    }
    for (edge, &(from, to)) in edges.iter().enumerate() {
        let (Some(mut before), Some(end)) = (positions[from], positions[to]) else { continue };
        // What closes a circle runs backwards, and is drawn straight.
        if layers[from] >= layers[to] {
            continue;
        }
        for column in layers[from] + 1..layers[to] {
            let here = columns.push(column, Slot::Bend(edge));
            columns.links[column - 1].push((before, here));
            before = here;
        }
        columns.links[layers[to] - 1].push((before, end));
    }
    columns
}

impl Columns {
    fn push(&mut self, column: usize, slot: Slot) -> usize {
        self.slots[column].push(slot);
        self.slots[column].len() - 1
    }

    fn sort_by_previous(&mut self, column: usize) {
        let links: Vec<_> = self.links[column - 1].iter().map(|(previous, here)| (*here, *previous)).collect();
        self.sort(column, &links);
    }

    fn sort_by_next(&mut self, column: usize) {
        let links = self.links[column].clone();
        self.sort(column, &links);
    }

    /// Sorts a column by the means of the positions that `links` lead to; what is linked to nothing stays where it is.
    fn sort(&mut self, column: usize, links: &[(usize, usize)]) {
        let mut means: Vec<(f64, usize)> =
            (0..self.slots[column].len()).map(|slot| (mean_of(links, slot).unwrap_or(slot as f64), slot)).collect();
        means.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut places = vec![0; means.len()];
        for (place, (_, slot)) in means.iter().enumerate() {
            places[*slot] = place;
        }
        self.slots[column] = means.iter().map(|(_, slot)| self.slots[column][*slot]).collect();
        for link in &mut self.links[column] {
            link.0 = places[link.0];
        }
        if column > 0 {
            for link in &mut self.links[column - 1] {
                link.1 = places[link.1];
            }
        }
    }
}

fn mean_of(links: &[(usize, usize)], slot: usize) -> Option<f64> {
    let ends: Vec<usize> = links.iter().filter(|(here, _)| *here == slot).map(|(_, end)| *end).collect();
    (!ends.is_empty()).then(|| ends.iter().sum::<usize>() as f64 / ends.len() as f64)
}

/// How many pairs of links cross.
pub fn crossings(columns: &Columns) -> usize {
    columns.links.iter().map(|links| crossings_between(links)).sum()
}

fn crossings_between(links: &[(usize, usize)]) -> usize {
    let cross = |one: &(usize, usize), other: &(usize, usize)| {
        (one.0 < other.0 && one.1 > other.1) || (one.0 > other.0 && one.1 < other.1)
    };
    links
        .iter()
        .enumerate()
        .map(|(position, one)| links[..position].iter().filter(|other| cross(one, other)).count())
        .sum()
}
