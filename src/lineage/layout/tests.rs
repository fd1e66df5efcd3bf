use super::{
    lay_out,
    layers::longest_path,
    order::{crossings, ordered},
};
use proptest::prelude::*;

/// Edges that only lead from lower to higher numbers make no circle.
fn graphs() -> impl Strategy<Value = (usize, Vec<(usize, usize)>)> {
    (1_usize..40).prop_flat_map(|count| {
        let edges = proptest::collection::btree_set((0..count, 0..count), 0..80);
        let ascending = |edges: std::collections::BTreeSet<(usize, usize)>| {
            edges.into_iter().filter(|(from, to)| from < to).collect::<Vec<_>>()
        };
        (Just(count), edges.prop_map(ascending))
    })
}

/// Every node but the first has one parent before it.
fn trees() -> impl Strategy<Value = Vec<(usize, usize)>> {
    proptest::collection::vec(any::<prop::sample::Index>(), 1..60).prop_map(|parents| {
        parents.into_iter().enumerate().map(|(node, parent)| (parent.index(node + 1), node + 1)).collect()
    })
}

proptest! {
    #[test]
    fn edges_run_to_the_right_and_pass_every_column_between((count, edges) in graphs()) {
        let layout = lay_out(count, &edges);
        for (edge, (from, to)) in edges.iter().enumerate() {
            let (from, to) = (layout.places[*from].column, layout.places[*to].column);
            prop_assert!(from < to);
            prop_assert_eq!(layout.bends[edge].len(), to - from - 1);
        }
    }

    #[test]
    fn nodes_stay_inside_and_apart((count, edges) in graphs()) {
        let layout = lay_out(count, &edges);
        for (number, place) in layout.places.iter().enumerate() {
            prop_assert!(place.column < layout.columns && (0.0..layout.rows).contains(&place.row));
            for other in layout.places[..number].iter().filter(|other| other.column == place.column) {
                prop_assert!((place.row - other.row).abs() > 0.999, "{place:?} {other:?}");
            }
        }
    }

    #[test]
    fn the_same_graph_is_drawn_the_same((count, edges) in graphs()) {
        prop_assert_eq!(lay_out(count, &edges), lay_out(count, &edges));
    }

    #[test]
    fn a_tree_is_drawn_without_crossings(edges in trees()) {
        let layers = longest_path(edges.len() + 1, &edges);
        prop_assert_eq!(crossings(&ordered(&layers, &edges)), 0);
    }

    #[test]
    fn circles_are_drawn_too(count in 1_usize..12, edges in proptest::collection::vec((0_usize..12, 0_usize..12), 0..40)) {
        let edges: Vec<_> = edges.into_iter().map(|(from, to)| (from % count, to % count)).collect();
        let layout = lay_out(count, &edges);
        prop_assert!(layout.places.iter().all(|place| place.row.is_finite() && place.column < layout.columns));
    }
}

#[test]
fn a_column_is_as_far_as_the_longest_way() {
    // 0 → 1 → 2 → 3, a shortcut from 0 to 3, and 4, which is first used by 3.
    assert_eq!(longest_path(5, &[(0, 1), (1, 2), (2, 3), (0, 3), (4, 3)]), [0, 1, 2, 3, 2]);
}

#[test]
fn two_edges_that_cross_are_untangled() {
    // 0 and 1 lead to 3 and 2: in the order of the numbers they would cross.
    let edges = [(0, 3), (1, 2), (0, 4), (1, 4)];
    assert_eq!(crossings(&ordered(&longest_path(5, &edges), &edges)), 0);
}

#[test]
fn a_chain_is_straight_and_a_fan_is_seen_from_its_beginning() {
    let chain = lay_out(4, &[(0, 1), (1, 2), (2, 3)]);
    assert!(chain.places.iter().all(|place| place.row.abs() < 1e-9), "{chain:?}");
    let fan: Vec<_> = (1..=100).map(|child| (0, child)).collect();
    let fan = lay_out(101, &fan);
    assert!(fan.places[0].row < 5.0, "{:?}", fan.places[0]);
    assert!((fan.rows - 100.0).abs() < 1e-9, "{}", fan.rows);
}

#[test]
fn nothing_is_drawn_of_nothing() {
    let nothing = lay_out(0, &[]);
    assert_eq!((nothing.columns, nothing.rows), (0, 0.0));
}
