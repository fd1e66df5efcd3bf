//! Experiments are chosen by what they measured and what they were given (R4).

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    database::tags,
    experiment::{Cell, Column, ExperimentFilter, Order, Sort, operations as experiments},
    vocabulary::{ExperimentId, TagTarget, Tags, direction::Direction},
};
use serde_json::{Value, json};

async fn sorted(world: &World, column: &str, order: Order) -> Vec<String> {
    let mut filter = ExperimentFilter {
        project: Some(world.project),
        sort: column.parse().unwrap(),
        order,
        limit: 3,
        ..ExperimentFilter::default()
    };
    let mut names = Vec::new();
    loop {
        let page = experiments::list(world.database(), &world.viewer, &filter).await.unwrap();
        names.extend(page.items.into_iter().map(|item| item.name));
        filter.cursor = page.next_cursor;
        if filter.cursor.is_none() {
            return names;
        }
    }
}

async fn run(world: &World, name: &str, accuracy: Option<Value>, parameters: Value) -> ExperimentId {
    let experiment = an_experiment().named(name).with_parameters(parameters);
    match accuracy {
        Some(accuracy) => experiment.with_metric("val/accuracy", &[json!(0.01), accuracy]).create(world).await,
        None => experiment.create(world).await,
    }
}

fn to_vec<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).to_vec()
}

async fn five(world: &World) -> Vec<ExperimentId> {
    let mut ids = Vec::new();
    for (name, accuracy, parameters) in [
        ("a", Some(json!(0.9)), json!({ "lr": 0.1, "optimizer": "sgd" })),
        ("b", Some(json!(0.95)), json!({ "lr": 10, "optimizer": "Adam" })),
        ("c", None, json!({})),
        ("d", Some(json!("NaN")), json!({ "lr": 0.02 })),
        ("e", Some(json!(-0.5)), json!({ "lr": "auto" })),
    ] {
        ids.push(run(world, name, accuracy, parameters).await);
    }
    ids
}

on_every_database! {
    async fn a_list_is_sorted_by_metrics_and_parameters_over_all_pages(world) {
        five(world).await;
        assert_eq!(sorted(world, "metric:val/accuracy", Order::Desc).await, ["b", "a", "e", "d", "c"]);
        assert_eq!(sorted(world, "metric:val/accuracy", Order::Asc).await, ["e", "a", "b", "d", "c"]);
        assert_eq!(sorted(world, "parameter:lr", Order::Asc).await, ["d", "a", "b", "e", "c"]);
        assert_eq!(sorted(world, "parameter:optimizer", Order::Asc).await, ["b", "a", "e", "d", "c"]);
        assert_eq!(sorted(world, "metric:unknown", Order::Asc).await.len(), 5);
    }

    async fn cells_hold_what_was_asked_for_and_nothing_else(world) {
        let ids = five(world).await;
        let columns = [Column::Metric("val/accuracy".into()), Column::Parameter("lr".into()), Column::Parameter("none".into())];
        let cells = experiments::list_cells(world.database(), &world.viewer, &ids, &columns).await.unwrap();
        assert_eq!(cells.len(), 8);
        assert_eq!(cells[&(ids[1], columns[1].clone())], Cell::Parameter(json!(10)));
        assert!(experiments::list_cells(world.database(), &world.stranger, &ids, &columns).await.unwrap().is_empty());
        let known = experiments::list_columns(world.database(), &world.viewer, world.project).await.unwrap();
        assert_eq!(known, ["metric:val/accuracy", "parameter:lr", "parameter:optimizer"].map(|text| text.parse().unwrap()));
    }

    async fn conditions_on_metrics_and_parameters_narrow_a_list_over_all_pages(world) {
        five(world).await;
        for (conditions, found) in [
            (vec!["metric:val/accuracy>=0.9"], vec!["b", "a"]),
            (vec!["metric:val/accuracy!=7"], vec!["e", "b", "a"]),
            (vec!["parameter:lr<1", "metric:val/accuracy>0"], vec!["a"]),
            (vec!["parameter:optimizer=ADAM"], vec!["b"]),
            (vec!["parameter:lr=auto"], vec!["e"]),
            (vec!["metric:unknown>0"], vec![]),
        ] {
            let mut filter = ExperimentFilter {
                project: Some(world.project),
                conditions: conditions.iter().map(|text| text.parse().unwrap()).collect(),
                limit: 1,
                ..ExperimentFilter::default()
            };
            let mut names = Vec::new();
            loop {
                let page = experiments::list(world.database(), &world.viewer, &filter).await.unwrap();
                names.extend(page.items.into_iter().map(|item| item.name));
                filter.cursor = page.next_cursor;
                if filter.cursor.is_none() {
                    break;
                }
            }
            assert_eq!(names, found, "{conditions:?}");
            filter.sort = Sort::Column(Column::Parameter("lr".into()));
            filter.limit = 9;
            assert_eq!(experiments::list(world.database(), &world.viewer, &filter).await.unwrap().items.len(), found.len());
        }
    }

    async fn archived_experiments_are_listed_apart_and_keep_their_page(world) {
        let ids = five(world).await;
        let archived = experiments::set_archived(world.database(), &world.editor, ids[1], true).await.unwrap();
        assert!(archived.summary.archived_at.is_some());
        let again = experiments::set_archived(world.database(), &world.editor, ids[1], true).await.unwrap();
        assert_eq!(again.summary.archived_at, archived.summary.archived_at);
        let names = async |is_archived| {
            let filter = ExperimentFilter { is_archived, sort: Sort::Name, limit: 9, ..ExperimentFilter::default() };
            let page = experiments::list(world.database(), &world.viewer, &filter).await.unwrap();
            page.items.into_iter().map(|item| item.name).collect::<Vec<_>>()
        };
        assert_eq!((names(false).await, names(true).await), (to_vec(["e", "d", "c", "a"]), to_vec(["b"])));
        assert_eq!(world.experiment(ids[1]).await.summary.name, "b");
        let restored = experiments::set_archived(world.database(), &world.editor, ids[1], false).await.unwrap();
        assert_eq!(restored.summary.archived_at, None);
        assert_eq!(names(true).await.len(), 0);
        assert_eq!(code(experiments::set_archived(world.database(), &world.viewer, ids[1], true).await), "role_too_low");
        assert_eq!(code(experiments::set_archived(world.database(), &world.stranger, ids[1], true).await), "not_found");
    }

    async fn only_experiments_with_all_of_the_tags_are_listed(world) {
        let ids = five(world).await;
        let mut transaction = world.database().begin().await.unwrap();
        for (id, list) in [(ids[0], "night, Yard"), (ids[1], "night")] {
            let list = Tags::parse_list(list).unwrap();
            tags::replace(&mut transaction, world.editor.organization_id, TagTarget::Experiment, id, &list).await.unwrap();
        }
        transaction.commit().await.unwrap();
        for (wanted, found) in [(vec!["night"], vec!["b", "a"]), (vec!["NIGHT", "yard"], vec!["a"]), (vec!["day"], vec![])] {
            let tags = wanted.iter().map(|&tag| tag.to_owned()).collect();
            let filter = ExperimentFilter { tags, limit: 9, ..ExperimentFilter::default() };
            let page = experiments::list(world.database(), &world.viewer, &filter).await.unwrap();
            assert_eq!(page.items.into_iter().map(|item| item.name).collect::<Vec<_>>(), found, "{wanted:?}");
            let filter = ExperimentFilter { sort: Sort::Column(Column::Metric("val/accuracy".into())), ..filter };
            let page = experiments::list(world.database(), &world.viewer, &filter).await.unwrap();
            assert_eq!(page.items.len(), found.len());
        }
    }

    async fn a_comparison_names_the_differences_and_the_best(world) {
        let ids = five(world).await;
        let mut found = experiments::compare(world.database(), &world.viewer, &[ids[0], ids[1], ids[3]]).await.unwrap();
        assert_eq!(found.experiments.iter().map(|experiment| experiment.summary.name.as_str()).collect::<Vec<_>>(), ["a", "b", "d"]);
        let lr = found.parameters.iter().find(|row| row.name == "lr").unwrap();
        assert_eq!((lr.is_different, &lr.values), (true, &vec![Some(json!(0.1)), Some(json!(10)), Some(json!(0.02))]));
        let accuracy = &found.metrics[0];
        assert_eq!((accuracy.key.as_str(), &accuracy.best, accuracy.is_different), ("val/accuracy", &vec![1], true));
        assert!(found.facts.iter().all(|fact| !fact.is_different));
        found.set_direction("val/accuracy", Some(Direction::LowerIsBetter));
        assert_eq!(found.metrics[0].best, [0]);
        let twice = experiments::compare(world.database(), &world.viewer, &[ids[0], ids[0]]).await.unwrap();
        assert_eq!(twice.experiments.len(), 1);
        assert_eq!(code(experiments::compare(world.database(), &world.stranger, &ids).await), "not_found");
        assert_eq!(code(experiments::compare(world.database(), &world.viewer, &[ids[0]; 21]).await), "too_many");
    }

    async fn label_maps_are_compared_with_that_of_the_first(world) {
        let one = world.dataset_version("one", &["helmet", "vest"]).await;
        let two = world.dataset_version("two", &["vest", "helmet"]).await;
        let first = an_experiment().with_dataset_version(one, "train").create(world).await;
        let second = an_experiment().with_dataset_version(two, "train").create(world).await;
        let found = experiments::compare(world.database(), &world.viewer, &[first, second]).await.unwrap();
        let verdicts: Vec<_> = found.label_maps.iter().map(|labels| labels.comparison.verdict.as_str()).collect();
        assert_eq!(verdicts, ["identical", "reordered"]);
        assert!(found.facts.iter().any(|fact| fact.name == "Dataset versions" && fact.is_different));
    }
}
