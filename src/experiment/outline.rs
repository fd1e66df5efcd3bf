//! The outline of a series: few points that look like all of them.
//!
//! Min-max decimation: of every block of points the lowest and the highest are kept, on either scale, so that no extreme is lost (Steinarsson,
//! "Downsampling Time Series for Visual Representation", 2013, section 2). Blocks can be joined, and the block of a joint is the joint of the
//! blocks; so the blocks of a long series are kept beside its points, and nobody reads all of these to draw it.

use crate::vocabulary::SeriesPoint;

/// The most numbers that remain of a block.
const NUMBERS_OF_A_BLOCK: usize = 3;

/// What remains of some successive points.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// How many there were.
    pub count: i64,
    /// How many of them were NaN or infinite.
    pub special: i64,
    /// How many of them were numbers, but not above zero.
    pub not_positive: i64,
    /// The lowest step.
    pub first_step: i64,
    /// The highest step.
    pub last_step: i64,
    /// The first of the lowest, of the highest, of the lowest above zero (the lowest that a logarithmic scale can show), and of each special
    /// value, in the order of arrival.
    pub points: Vec<SeriesPoint>,
}

impl Block {
    /// The block of a single point.
    pub fn of(point: SeriesPoint) -> Self {
        let value = point.value.0;
        Self {
            count: 1,
            special: i64::from(!value.is_finite()),
            not_positive: i64::from(value.is_finite() && value <= 0.0),
            first_step: point.step,
            last_step: point.step,
            points: vec![point],
        }
    }

    /// The block of some points; none of none.
    pub fn of_all(points: impl Iterator<Item = SeriesPoint>) -> Option<Self> {
        points.map(Self::of).reduce(Self::joined)
    }

    /// The block of these points and the following ones.
    pub fn joined(mut self, next: Self) -> Self {
        self.count += next.count;
        self.special += next.special;
        self.not_positive += next.not_positive;
        self.first_step = self.first_step.min(next.first_step);
        self.last_step = self.last_step.max(next.last_step);
        self.points.extend(next.points);
        self.thin_out();
        self
    }

    fn thin_out(&mut self) {
        let values: Vec<f64> = self.points.iter().map(|point| point.value.0).collect();
        let first = |is_it: &dyn Fn(f64) -> bool| values.iter().position(|value| is_it(*value));
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let lowest = finite().reduce(f64::min);
        let highest = finite().reduce(f64::max);
        let lowest_positive = finite().filter(|value| *value > 0.0).reduce(f64::min);
        let kept = [
            first(&|value| Some(value) == lowest),
            first(&|value| Some(value) == highest),
            first(&|value| Some(value) == lowest_positive),
            first(&|value| value.is_nan()),
            first(&|value| value == f64::INFINITY),
            first(&|value| value == f64::NEG_INFINITY),
        ];
        let mut place = 0..;
        self.points.retain(|_| kept.contains(&place.next()));
    }
}

/// Thins points out while they come: as soon as there are too many blocks, neighbours are joined.
#[derive(Clone, Debug)]
pub struct Outline {
    /// How many numbers may remain.
    max_points: usize,
    /// How many points a block has before the next one begins.
    block_size: i64,
    blocks: Vec<Block>,
}

impl Outline {
    /// An outline that keeps at most `max_points` numbers (3 at least), and no more of each special value.
    pub fn new(max_points: usize) -> Self {
        Self { max_points: max_points.max(NUMBERS_OF_A_BLOCK), block_size: 1, blocks: Vec::new() }
    }

    /// The next point, or what remains of the next ones.
    pub fn push(&mut self, next: Block) {
        match self.blocks.pop_if(|last| last.count < self.block_size) {
            Some(last) => self.blocks.push(last.joined(next)),
            None => self.blocks.push(next),
        }
        while self.is_too_long() {
            self.block_size *= 2;
            let mut blocks = std::mem::take(&mut self.blocks).into_iter().peekable();
            while let Some(mut block) = blocks.next() {
                while let Some(next) = blocks.next_if(|_| block.count < self.block_size) {
                    block = block.joined(next);
                }
                self.blocks.push(block);
            }
        }
    }

    /// Single points may all remain; of larger blocks there are two numbers each, and a third one where some are not above zero.
    fn is_too_long(&self) -> bool {
        let numbers_of_each = if self.blocks.iter().all(|block| block.count == 1) {
            1
        } else if self.blocks.iter().all(|block| block.not_positive == 0) {
            2
        } else {
            NUMBERS_OF_A_BLOCK
        };
        self.blocks.len() > self.max_points / numbers_of_each
    }

    /// Everything as one block, with all points that remain; none if nothing has come.
    pub fn finish(self) -> Option<Block> {
        let points = self.blocks.iter().flat_map(|block| block.points.iter().copied()).collect();
        let whole = self.blocks.into_iter().reduce(Block::joined)?;
        Some(Block { points, ..whole })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{MetricValue, Timestamp};
    use proptest::prelude::*;

    fn points(values: &[f64]) -> Vec<SeriesPoint> {
        let time = Timestamp::from_micros(0).unwrap();
        (0..).zip(values).map(|(step, value)| SeriesPoint { step, time, value: MetricValue(*value) }).collect()
    }

    fn outline(values: &[f64], max_points: usize) -> Block {
        let mut outline = Outline::new(max_points);
        points(values).into_iter().for_each(|point| outline.push(Block::of(point)));
        outline.finish().unwrap()
    }

    fn value() -> impl Strategy<Value = f64> {
        prop_oneof![
            20 => -1e6..1e6_f64,
            1 => Just(f64::NAN),
            1 => Just(f64::INFINITY),
            1 => Just(f64::NEG_INFINITY),
            1 => Just(0.0),
        ]
    }

    /// The lowest, the highest, and the lowest above zero.
    fn extremes(points: &[SeriesPoint]) -> [Option<f64>; 3] {
        let finite = || points.iter().map(|point| point.value.0).filter(|value| value.is_finite());
        [finite().reduce(f64::min), finite().reduce(f64::max), finite().filter(|value| *value > 0.0).reduce(f64::min)]
    }

    proptest! {
        #[test]
        fn an_outline_is_small_and_keeps_extremes_order_and_counts(values in prop::collection::vec(value(), 1..3_000), max_points in 3..300_usize) {
            let outline = outline(&values, max_points);
            let all = points(&values);
            prop_assert_eq!(outline.count, values.len() as i64);
            prop_assert_eq!(outline.special, values.iter().filter(|value| !value.is_finite()).count() as i64);
            prop_assert_eq!(outline.not_positive, values.iter().filter(|value| value.is_finite() && **value <= 0.0).count() as i64);
            prop_assert_eq!((outline.first_step, outline.last_step), (0, values.len() as i64 - 1));
            prop_assert!(outline.points.windows(2).all(|pair| pair[0].step < pair[1].step));
            prop_assert!(outline.points.iter().all(|point| all[point.step as usize] == *point));
            prop_assert_eq!(extremes(&outline.points), extremes(&all));
            let count = |is_it: fn(f64) -> bool| outline.points.iter().filter(|point| is_it(point.value.0)).count();
            prop_assert!(count(f64::is_finite) <= max_points);
            for (is_it, name) in [(f64::is_nan as fn(f64) -> bool, "NaN"), (|value| value == f64::INFINITY, "Infinity"), (|value| value == f64::NEG_INFINITY, "-Infinity")] {
                let kept = count(is_it);
                prop_assert!(kept <= max_points, "{} {}", kept, name);
                prop_assert_eq!(kept > 0, values.iter().any(|value| is_it(*value)), "{}", name);
            }
        }

        #[test]
        fn few_points_remain_as_they_are(values in prop::collection::vec(value(), 1..100)) {
            prop_assert_eq!(outline(&values, 100).points, points(&values));
        }

        #[test]
        fn blocks_of_blocks_are_blocks(values in prop::collection::vec(value(), 2..200), cut in 1..200_usize) {
            let all = points(&values);
            let (one, other) = all.split_at(cut.min(all.len() - 1));
            let [one, other] = [one, other].map(|part| Block::of_all(part.iter().copied()).unwrap());
            prop_assert_eq!(one.joined(other), Block::of_all(all.iter().copied()).unwrap());
        }

        #[test]
        fn an_outline_of_blocks_keeps_the_extremes_as_well(values in prop::collection::vec(value(), 1..3_000), block in 1..50_usize) {
            let all = points(&values);
            let mut outline = Outline::new(40);
            all.chunks(block).filter_map(|part| Block::of_all(part.iter().copied())).for_each(|block| outline.push(block));
            let outline = outline.finish().unwrap();
            prop_assert_eq!(extremes(&outline.points), extremes(&all));
            prop_assert_eq!(outline.count, values.len() as i64);
            prop_assert!(outline.points.iter().filter(|point| point.value.0.is_finite()).count() <= 40);
        }
    }

    #[test]
    fn a_series_without_numbers_stays_small() {
        let outline = outline(&vec![f64::NAN; 100_000], 400);
        assert_eq!(outline.special, 100_000);
        assert!(outline.points.len() <= 400, "{}", outline.points.len());
    }
}
