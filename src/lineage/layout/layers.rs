//! Which column each node stands in.

/// The length of the longest path that leads to each node; what nothing leads to stands right before the first thing it leads to.
///
/// In a circle the node with the lowest number is taken as its beginning.
pub fn longest_path(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut layers = vec![0_usize; count];
    let mut is_done = vec![false; count];
    let mut missing = vec![0; count];
    for &(_, to) in edges {
        missing[to] += 1;
    }
    let mut ready: Vec<usize> = (0..count).filter(|node| missing[*node] == 0).collect();
    loop {
        let next = ready.pop().or_else(|| (0..count).find(|node| !is_done[*node]));
        let Some(node) = next else { break };
        if std::mem::replace(&mut is_done[node], true) {
            continue;
        }
        for &(_, to) in edges.iter().filter(|(from, _)| *from == node) {
            missing[to] -= 1;
            if !is_done[to] {
                layers[to] = layers[to].max(layers[node] + 1);
                if missing[to] == 0 {
                    ready.push(to);
                }
            }
        }
    }
    for node in 0..count {
        let is_origin = edges.iter().all(|(_, to)| *to != node);
        let first_use: Option<usize> = edges.iter().filter(|(from, _)| *from == node).map(|(_, to)| layers[*to]).min();
        if let Some(first_use) = first_use.filter(|_| is_origin) {
            layers[node] = first_use.saturating_sub(1);
        }
    }
    layers
}
