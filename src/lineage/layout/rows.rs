//! At which height the slots of a column stand: near their neighbours, without touching.

use super::order::{Columns, Slot};

/// How often the means are taken from the left and from the right.
const ROUNDS: usize = 6;
/// A node with many neighbours stands no deeper than this below the first of them, so that it is seen beside the beginning of its fan.
const DEEPEST: f64 = 3.0;

/// The rows of all slots; the highest is 0.
pub fn placed(columns: &Columns) -> Vec<Vec<f64>> {
    let mut rows: Vec<Vec<f64>> = columns.slots.iter().map(|slots| stacked(slots)).collect();
    for _ in 0..ROUNDS {
        for column in 1..rows.len() {
            let links: Vec<_> = columns.links[column - 1].iter().map(|(previous, here)| (*here, *previous)).collect();
            rows[column] = moved(&columns.slots[column], &rows[column], &links, &rows[column - 1]);
        }
        for column in (0..rows.len().saturating_sub(1)).rev() {
            rows[column] = moved(&columns.slots[column], &rows[column], &columns.links[column], &rows[column + 1]);
        }
    }
    let first = rows.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    rows.iter_mut().flatten().for_each(|row| *row -= first);
    rows
}

/// How much room a slot takes.
fn height(slot: Slot) -> f64 {
    match slot {
        Slot::Node(_) => 1.0,
        Slot::Bend(_) => 0.4,
    }
}

/// How far from the first slot each one is, if they stand as close as they may.
fn stacked(slots: &[Slot]) -> Vec<f64> {
    let mut row = 0.0;
    let mut rows = Vec::with_capacity(slots.len());
    for (position, slot) in slots.iter().enumerate() {
        if position > 0 {
            row += (height(slots[position - 1]) + height(*slot)) / 2.0;
        }
        rows.push(row);
    }
    rows
}

/// The rows nearest to where the neighbours in `others` draw the slots, in the sense of least squares, keeping order and distance.
fn moved(slots: &[Slot], rows: &[f64], links: &[(usize, usize)], others: &[f64]) -> Vec<f64> {
    let stacked = stacked(slots);
    let wished: Vec<f64> = rows
        .iter()
        .enumerate()
        .map(|(slot, row)| {
            let ends: Vec<f64> = links.iter().filter(|(here, _)| *here == slot).map(|(_, end)| others[*end]).collect();
            let first = ends.iter().copied().fold(f64::INFINITY, f64::min);
            let mean = ends.iter().sum::<f64>() / ends.len() as f64;
            if ends.is_empty() { *row } else { mean.min(first + DEEPEST) }
        })
        .collect();
    // Without the distances that must be kept, the rows only have to ascend.
    let free: Vec<f64> = wished.iter().zip(&stacked).map(|(wished, stacked)| wished - stacked).collect();
    ascending(&free).into_iter().zip(&stacked).map(|(free, stacked)| free + stacked).collect()
}

/// The ascending numbers that are nearest to `wished` (pool adjacent violators).
fn ascending(wished: &[f64]) -> Vec<f64> {
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for &wish in wished {
        let (mut sum, mut count) = (wish, 1);
        while let Some(&(before, before_count)) = blocks.last()
            && before / before_count as f64 > sum / count as f64
        {
            sum += before;
            count += before_count;
            blocks.pop();
        }
        blocks.push((sum, count));
    }
    blocks.into_iter().flat_map(|(sum, count)| std::iter::repeat_n(sum / count as f64, count)).collect()
}
