//! The graph of where versions come from and what came of them (R38 to R43).

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    experiment::operations as experiments,
    lineage::{Extent, FAN, Graph, MAX_NODES, NodeId, operations as lineage},
    vocabulary::{DatasetVersionId, ExperimentId},
};
use std::collections::BTreeSet;

async fn graph(world: &World, start: NodeId, extent: &Extent) -> Graph {
    lineage::graph(world.database(), &world.viewer, start, extent).await.unwrap()
}

async fn whole(world: &World, start: NodeId) -> Graph {
    graph(world, start, &Extent::default()).await
}

/// Every edge as `from > to`, in no order.
fn edges(graph: &Graph) -> BTreeSet<String> {
    let name = |id: NodeId| &graph.nodes.iter().find(|node| node.node.id == id).unwrap().node.name;
    graph.edges.iter().map(|edge| format!("{} > {}", name(edge.from), name(edge.to))).collect()
}

fn set(edges: &[&str]) -> BTreeSet<String> {
    edges.iter().map(|edge| (*edge).to_owned()).collect()
}

async fn rename(world: &World, id: DatasetVersionId, name: &str) {
    world.execute(format!("UPDATE dataset_versions SET name = '{name}', name_key = '{name}' WHERE id = '{id}'")).await;
}

/// `data > first > v1 > second > v2`, where the second experiment uses other data, too.
struct Chain {
    data: DatasetVersionId,
    first: ExperimentId,
    v1: NodeId,
    second: ExperimentId,
    v2: NodeId,
}

async fn chain(world: &World) -> Chain {
    let data = world.dataset_version("Digits", &["zero"]).await;
    let other = world.dataset_version("Night", &["zero"]).await;
    rename(world, data, "data").await;
    rename(world, other, "other").await;
    let first = an_experiment().named("first").with_dataset_version(data, "train").create(world).await;
    let v1 = world.exported(first, "Classifier").await;
    let second =
        an_experiment().named("second").with_dataset_version(other, "train").with_base(v1.id).create(world).await;
    let v2 = world.export(second, version_of(v1.model_id, "v2")).await.unwrap().version;
    Chain { data, first, v1: NodeId::ModelVersion(v1.id), second, v2: NodeId::ModelVersion(v2.id) }
}

/// Many experiments on one dataset version.
async fn fan_out(world: &World, count: usize) -> NodeId {
    let data = world.dataset_version("Digits", &["zero"]).await;
    for _ in 0..count {
        an_experiment().with_dataset_version(data, "train").create(world).await;
    }
    NodeId::DatasetVersion(data)
}

/// A model version that no experiment made, and as many that began from it; answers the id of the first.
async fn versions_from_nowhere(world: &World, number: u32, count: u32) -> String {
    let organization = world.owner.organization_id;
    let id = |kind: u32, version: u32| format!("0192f3a0-0000-7000-8{kind}00-{:012}", number * 1_000 + version);
    let model = id(1, 0);
    world
        .execute(format!(
            "INSERT INTO models (id, organization_id, name, name_key, description, last_version, created_at, created_by, updated_at)
             VALUES ('{model}', '{organization}', '{model}', '{model}', '', {count}, 1, 'x', 1)"
        ))
        .await;
    let rows: Vec<String> = (0..=count)
        .map(|version| {
            let base = if version == 0 { "NULL".to_owned() } else { format!("'{}'", id(2, 0)) };
            format!(
                "('{}', '{organization}', '{model}', {version} + 1, 'v{version}', 'v{version}', '', {base}, 1, 'x', 1)",
                id(2, version)
            )
        })
        .collect();
    world
        .execute(format!(
            "INSERT INTO model_versions (id, organization_id, model_id, number, name, name_key, description, base_model_version_id, created_at, created_by, updated_at)
             VALUES {}",
            rows.join(", ")
        ))
        .await;
    id(2, 0)
}

fn opened(ids: &[NodeId]) -> Extent {
    Extent { opened: ids.iter().map(NodeId::to_string).collect(), ..Extent::default() }
}

on_every_database! {
    async fn the_chain_is_seen_from_each_of_its_ends(world) {
        let Chain { data, first, v1, second, v2 } = chain(world).await;
        let upstream_of_v1 = ["data > first", "first > v1"];
        let downstream_of_v1 = ["v1 > second", "second > v2"];
        let path = set(&[upstream_of_v1, downstream_of_v1].concat());
        let with_other = set(&["data > first", "first > v1", "v1 > second", "second > v2", "other > second"]);
        for (start, expected) in [
            (NodeId::DatasetVersion(data), &path),
            (NodeId::Experiment(first), &path),
            (v1, &path),
            (NodeId::Experiment(second), &with_other),
            (v2, &with_other),
        ] {
            let graph = whole(world, start).await;
            assert_eq!(edges(&graph), *expected, "{start:?}");
            assert!(!graph.is_cut_off);
        }
        let aliases = whole(world, v2).await.edges.into_iter().filter_map(|edge| edge.alias);
        assert_eq!(aliases.collect::<Vec<_>>(), ["train", "train"]);
    }

    async fn depth_limits_each_direction_and_the_rest_is_counted(world) {
        let Chain { v1, .. } = chain(world).await;
        let near = graph(world, v1, &Extent { up: 1, down: 0, ..Extent::default() }).await;
        assert_eq!(edges(&near), set(&["first > v1"]));
        let hidden = |name: &str| {
            let node = near.nodes.iter().find(|node| node.node.name == name).unwrap();
            (node.hidden_sources, node.hidden_uses)
        };
        assert_eq!((hidden("first"), hidden("v1")), ((1, 0), (0, 1)));
        let opened = Extent { up: 0, down: 0, ..opened(&[v1]) };
        assert_eq!(edges(&graph(world, v1, &opened).await), set(&["first > v1", "v1 > second"]));
    }

    async fn a_long_fan_out_is_folded_until_it_is_opened(world) {
        let data = fan_out(world, 12).await;
        let folded = whole(world, data).await;
        assert_eq!((folded.edges.len(), folded.nodes[0].hidden_uses), (FAN as usize, 12 - FAN as usize));
        let newest = folded.nodes.iter().map(|node| node.node.id).max();
        let all = graph(world, data, &opened(&[data])).await;
        assert_eq!((all.edges.len(), all.nodes[0].hidden_uses), (12, 0));
        assert_eq!(newest, all.nodes.iter().map(|node| node.node.id).max());
    }

    async fn a_deleted_source_leaves_its_name_and_the_data(world) {
        let Chain { first, v1, .. } = chain(world).await;
        experiments::delete(world.database(), &world.owner, first).await.unwrap();
        let graph = whole(world, v1).await;
        let source = graph.nodes.iter().map(|node| &node.node).find(|node| node.id == NodeId::Experiment(first)).unwrap();
        assert_eq!((source.name.as_str(), source.is_deleted, &source.address), ("first", true, &None));
        assert_eq!(edges(&graph), set(&["first > v1", "data > v1", "v1 > second", "second > v2"]));
        let from_the_tombstone = whole(world, NodeId::Experiment(first)).await;
        assert!(edges(&from_the_tombstone).contains("first > v1"));
    }

    async fn a_deleted_experiment_does_not_break_the_chain_to_its_base(world) {
        let Chain { second, v1, .. } = chain(world).await;
        experiments::delete(world.database(), &world.owner, second).await.unwrap();
        assert!(edges(&whole(world, v1).await).contains("v1 > v2"));
    }

    async fn what_was_detached_later_stays_with_the_version(world) {
        let Chain { v1, first, .. } = chain(world).await;
        world.execute(format!("DELETE FROM experiment_dataset_versions WHERE experiment_id = '{first}'")).await;
        assert!(edges(&whole(world, v1).await).contains("data > v1"));
    }

    async fn archived_things_are_marked(world) {
        let Chain { v1, first, .. } = chain(world).await;
        world.execute(format!("UPDATE experiments SET archived_at = 1 WHERE id = '{first}'")).await;
        world.execute(format!("UPDATE model_versions SET archived_at = 1 WHERE id = '{v1}'")).await;
        let graph = whole(world, v1).await;
        let archived = graph.nodes.iter().filter(|node| node.node.is_archived).map(|node| node.node.name.as_str());
        assert_eq!(archived.collect::<BTreeSet<_>>(), BTreeSet::from(["first", "v1"]));
    }

    async fn a_circle_made_behind_the_products_back_ends(world) {
        let Chain { data, first, v2, .. } = chain(world).await;
        let organization = world.owner.organization_id;
        world.execute(format!("INSERT INTO experiment_bases VALUES ('{organization}', '{first}', '{v2}')")).await;
        assert_eq!(edges(&whole(world, v2).await).len(), 6);
        let uses = lineage::using_experiments(world.database(), &world.viewer, data, None, 50).await.unwrap();
        assert_eq!(uses.items.len(), 2);
    }

    async fn too_large_a_graph_is_cut_off_and_says_so(world) {
        let data = world.dataset_version("Digits", &["zero"]).await;
        let (parents, children) = (200, 3);
        for number in 1..=parents {
            let version = versions_from_nowhere(world, number, children).await;
            world.execute(format!("INSERT INTO model_version_dataset_versions (organization_id, model_version_id, position, alias, dataset_version_id, dataset_name, dataset_version_name) VALUES ('{}', '{version}', 0, 'train', '{data}', '', '')", world.owner.organization_id)).await;
        }
        let data = NodeId::DatasetVersion(data);
        let cut = graph(world, data, &opened(&[data])).await;
        assert_eq!((cut.nodes.len(), cut.is_cut_off), (MAX_NODES, true));
        assert!(!graph(world, data, &Extent { down: 1, ..opened(&[data]) }).await.is_cut_off);
    }

    async fn uses_are_listed_directly_and_through_the_base_page_by_page(world) {
        let Chain { data, first, second, .. } = chain(world).await;
        let mut found = Vec::new();
        let mut cursor = None;
        loop {
            let page = lineage::using_experiments(world.database(), &world.viewer, data, cursor.as_deref(), 1).await.unwrap();
            found.extend(page.items.into_iter().map(|found| (found.node.id, found.alias)));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        let direct = Some("train".to_owned());
        assert_eq!(found, [(NodeId::Experiment(second), None), (NodeId::Experiment(first), direct.clone())]);
        let versions = lineage::using_model_versions(world.database(), &world.viewer, data, None, 50).await.unwrap();
        let versions: Vec<_> = versions.items.into_iter().map(|found| (found.node.name, found.alias)).collect();
        assert_eq!(versions, [("v2".to_owned(), None), ("v1".to_owned(), direct)]);
    }

    async fn other_organizations_have_other_graphs(world) {
        let Chain { data, first, v1, .. } = chain(world).await;
        for start in [NodeId::DatasetVersion(data), NodeId::Experiment(first), v1] {
            let refused = lineage::graph(world.database(), &world.stranger, start, &Extent::default()).await;
            assert_eq!(code(refused), "not_found");
        }
        assert_eq!(code(lineage::using_experiments(world.database(), &world.stranger, data, None, 50).await), "not_found");
        assert_eq!(code(lineage::using_model_versions(world.database(), &world.stranger, data, None, 50).await), "not_found");
    }
}
