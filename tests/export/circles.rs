//! A version can become the base of the experiment that it came from, so the graph has circles (R38, R43).

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    experiment::{BaseModelVersion, Take, operations as experiments},
    lineage::{Extent, NodeId, drawing::Drawing, operations as lineage},
};
use std::collections::BTreeSet;

on_every_database! {
    async fn the_graph_of_a_circle_is_walked_drawn_and_ends(world) {
        let data = world.dataset_version("Digits", &["zero"]).await;
        let first = an_experiment().named("first").with_dataset_version(data, "train").create(world).await;
        let version = world.exported(first, "Model").await;
        let base = BaseModelVersion { model_version_id: version.id, parameters: Take::IfNone, files: Take::IfNone };
        experiments::set_base_model_version(world.database(), &world.editor, first, base).await.unwrap();
        let second = an_experiment().named("second").with_base_experiment(first).create(world).await;
        experiments::set_base_experiment(world.database(), &world.editor, first, second).await.unwrap();
        let next = world.export(first, version_of(version.model_id, "v2")).await.unwrap().version;
        assert_eq!(next.base_model_version.unwrap().id, version.id);

        let expected = BTreeSet::from([
            (NodeId::DatasetVersion(data), NodeId::Experiment(first)),
            (NodeId::Experiment(first), NodeId::ModelVersion(version.id)),
            (NodeId::ModelVersion(version.id), NodeId::Experiment(first)),
            (NodeId::Experiment(first), NodeId::Experiment(second)),
            (NodeId::Experiment(second), NodeId::Experiment(first)),
            (NodeId::Experiment(first), NodeId::ModelVersion(next.id)),
        ]);
        for start in [NodeId::Experiment(first), NodeId::Experiment(second), NodeId::ModelVersion(version.id), NodeId::DatasetVersion(data)] {
            let graph = lineage::graph(world.database(), &world.viewer, start, &Extent::default()).await.unwrap();
            let edges: BTreeSet<_> = graph.edges.iter().map(|edge| (edge.from, edge.to)).collect();
            assert_eq!(edges, expected, "{start:?}");
            let drawing = Drawing::of(&graph);
            assert_eq!((drawing.boxes.len(), drawing.curves.len()), (5, 6));
        }
        let uses = lineage::using_experiments(world.database(), &world.viewer, data, None, 50).await.unwrap().items;
        let using: BTreeSet<NodeId> = uses.iter().map(|found| found.node.id).collect();
        assert_eq!(using, BTreeSet::from([NodeId::Experiment(first), NodeId::Experiment(second)]));
    }
}
