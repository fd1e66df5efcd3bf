//! Lists: the same order, the same pages and the same search on every database.

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    auth::{self, operations::Visitor},
    dataset,
    experiment::{
        ExperimentChange, ExperimentFilter, ExperimentSummary, NewProject, Order, Sort, Status,
        operations as experiments,
    },
    export::{ExportForm, ExportTarget},
    model::{self, ModelFilter},
    vocabulary::{Description, name::name_key},
};

/// Walks through all pages.
async fn walk(world: &World, filter: &ExperimentFilter) -> Vec<ExperimentSummary> {
    let mut filter = filter.clone();
    let mut found = Vec::new();
    loop {
        let page = experiments::list(world.database(), &world.viewer, &filter).await.unwrap();
        assert!(page.items.len() == filter.limit as usize || page.next_cursor.is_none());
        found.extend(page.items);
        filter.cursor = page.next_cursor;
        if filter.cursor.is_none() {
            return found;
        }
    }
}

async fn names_found(world: &World, search: &str) -> Vec<String> {
    let filter = ExperimentFilter {
        search: search.to_owned(),
        sort: Sort::Name,
        order: Order::Asc,
        limit: 50,
        ..ExperimentFilter::default()
    };
    walk(world, &filter).await.into_iter().map(|item| item.name).collect()
}

async fn many_experiments(world: &World) -> Vec<ExperimentSummary> {
    let elsewhere = NewProject { name: name("Elsewhere"), description: Description::default() };
    let elsewhere = experiments::create_project(world.database(), &world.editor, elsewhere).await.unwrap().id;
    for index in 0..250_usize {
        // Names in another order than their making, in scripts whose order depends on the collation, and some of them in both projects.
        let letters = ["a", "B", "ä", "Z", "_", "é", "ß", "Ω", "犬", "😀", "-", "'"];
        let text = format!("{}{}", letters[index * 7 % letters.len()], index * 31 % 97);
        let (project, number) = if index % 5 == 0 { (elsewhere, index / 97) } else { (world.project, index) };
        let new = an_experiment().named(&format!("{text} {number}")).to_new(project);
        let id = experiments::create(world.database(), &world.editor, new).await.unwrap().summary.id;
        let status = Status::ALL[index * 3 % 5];
        if status != Status::Pending {
            let change = ExperimentChange { status: Some(status), ..ExperimentChange::default() };
            experiments::change(world.database(), &world.editor, id, change).await.unwrap();
        }
    }
    let all = ExperimentFilter { limit: 200, ..ExperimentFilter::default() };
    walk(world, &all).await
}

on_every_database! {
    async fn a_walk_sees_each_experiment_once_in_the_right_order(world) {
        let all = many_experiments(world).await;
        assert_eq!(all.len(), 250);
        for sort in [Sort::CreatedAt, Sort::Name, Sort::Status] {
            for order in [Order::Asc, Order::Desc] {
                for (limit, project, status) in [(7, None, None), (200, None, None), (10, Some(world.project), None), (9, Some(world.project), Some(Status::Failed))] {
                    let mut expected: Vec<&ExperimentSummary> = all
                        .iter()
                        .filter(|item| project.is_none_or(|project| item.project_id == project))
                        .filter(|item| status.is_none_or(|status| item.status == status))
                        .collect();
                    let key = |item: &ExperimentSummary| match sort {
                        Sort::CreatedAt | Sort::Column(_) => String::new(),
                        Sort::Name => name_key(&item.name),
                        Sort::Status => item.status.as_str().to_owned(),
                    };
                    expected.sort_by_key(|item| (key(item), item.id));
                    if order == Order::Desc {
                        expected.reverse();
                    }
                    let filter = ExperimentFilter { sort: sort.clone(), order, limit, project, status, ..ExperimentFilter::default() };
                    let found = walk(world, &filter).await;
                    let ids = |items: &mut dyn Iterator<Item = &ExperimentSummary>| items.map(|item| item.id).collect::<Vec<_>>();
                    assert_eq!(ids(&mut found.iter()), ids(&mut expected.into_iter()), "{sort:?} {order:?} {limit}");
                }
            }
        }
    }

    async fn what_arrives_during_a_walk_does_not_disturb_it(world) {
        for index in 0..10 {
            an_experiment().named(&format!("m{index}")).create(world).await;
        }
        let mut filter = ExperimentFilter { sort: Sort::Name, order: Order::Asc, limit: 3, ..ExperimentFilter::default() };
        let mut seen = Vec::new();
        for round in 0.. {
            let page = experiments::list(world.database(), &world.viewer, &filter).await.unwrap();
            seen.extend(page.items.into_iter().map(|item| item.name).filter(|name| name.starts_with('m')));
            an_experiment().named(&format!("a{round}")).create(world).await;
            filter.cursor = page.next_cursor;
            if filter.cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, (0..10).map(|index| format!("m{index}")).collect::<Vec<_>>());
    }

    async fn a_search_is_literal(world) {
        let names = ["100 % done", "100 x done", "a_b", "axb", r"back\slash", "back/slash", "it's", "DE\u{301}TECTION", "Straße", "%", "\"quoted\""];
        for name in names {
            an_experiment().named(name).create(world).await;
        }
        for (search, expected) in [
            ("%", vec!["%", "100 % done"]),
            ("0 %", vec!["100 % done"]),
            ("a_b", vec!["a_b"]),
            ("_", vec!["a_b"]),
            (r"\", vec![r"back\slash"]),
            (r"k\s", vec![r"back\slash"]),
            ("'", vec!["it's"]),
            ("'; DROP TABLE experiments; --", vec![]),
            ("\"", vec!["\"quoted\""]),
            ("dét", vec!["D\u{c9}TECTION"]),
            ("STRASSE", vec!["Straße"]),
            (" a_b ", vec!["a_b"]),
            (r"\%", vec![]),
            ("%%", vec![]),
            ("a\u{0}b", vec![]),
            ("\u{0}", vec![]),
        ] {
            assert_eq!(names_found(world, search).await, expected, "{search:?}");
        }
        assert_eq!(names_found(world, "").await.len(), names.len());
        assert_eq!(names_found(world, &"x".repeat(100_000)).await.len(), 0);
    }

    async fn a_cursor_that_is_none_is_refused_and_breaks_nothing(world) {
        an_experiment().create(world).await;
        for cursor in ["", "x", "[]", "[1,2]", "[\"a\"]", "[\"a\",\"b\",\"c\"]", "[\"a\\u0000\",\"b\"]", "\u{0}"] {
            let filter = ExperimentFilter { cursor: Some(cursor.to_owned()), limit: 5, ..ExperimentFilter::default() };
            assert_eq!(code(experiments::list(world.database(), &world.viewer, &filter).await), "invalid_query", "{cursor:?}");
        }
        for cursor in ["", "x", "g", "\u{0}", "' OR 1 = 1"] {
            let (database, viewer) = (world.database(), &world.viewer);
            let projects = experiments::list_projects(database, viewer, "", Some(cursor), 5).await;
            let datasets = dataset::operations::list(database, viewer, "", Some(cursor), 5).await;
            let filter = ModelFilter { cursor: Some(cursor.to_owned()), limit: 5, ..ModelFilter::default() };
            let models = model::operations::list(database, viewer, &filter).await;
            assert_eq!([code(projects), code(datasets), code(models)], ["invalid_query"; 3], "{cursor:?}");
        }
    }

    async fn lists_in_the_order_of_ids_are_walked_through(world) {
        for index in 0..11 {
            let id = an_experiment().create(world).await;
            world.exported(id, &format!("model {index}")).await;
        }
        let mut cursor = None;
        let mut seen = Vec::new();
        loop {
            let filter = ModelFilter { search: "MODEL".to_owned(), cursor, limit: 4, ..ModelFilter::default() };
            let page = model::operations::list(world.database(), &world.viewer, &filter).await.unwrap();
            seen.extend(page.items.into_iter().map(|model| model.name));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, (0..11).rev().map(|index| format!("model {index}")).collect::<Vec<_>>());
    }

    async fn a_name_with_nul_is_found_nowhere(world) {
        let (database, services) = (world.database(), &world.services);
        let dataset = world.dataset_version("data", &[]).await;
        let dataset = dataset::operations::find_version(database, &world.viewer, dataset).await.unwrap().dataset_id;
        let found = dataset::operations::find_version_by_name(database, &world.viewer, dataset, "2026-11\u{0}").await;
        assert_eq!(code(found), "not_found");
        let nobody = Visitor::default();
        let sign_in = auth::operations::sign_in(services, &nobody, "owner@acme.example\u{0}", password());
        assert_eq!(code(sign_in.await.map(|_| ())), "wrong_password");
        assert_eq!(code(auth::operations::find_user(database, "\u{0}").await), "unknown_user");
        let id = an_experiment().create(world).await;
        let form = ExportForm { target: ExportTarget::ExistingModel, existing_model: "a\u{0}".to_owned(), existing_version_name: "v1".to_owned(), ..ExportForm::default() };
        let exported = heirloom::export::operations::export_form(database, &world.editor, id, &form).await;
        assert_eq!(code(exported), "invalid_form");
    }

    async fn deleted_and_foreign_experiments_are_not_listed(world) {
        let id = an_experiment().named("Deleted").create(world).await;
        an_experiment().named("Kept").create(world).await;
        experiments::delete(world.database(), &world.owner, id).await.unwrap();
        assert_eq!(names_found(world, "").await, ["Kept"]);
        let filter = ExperimentFilter { limit: 50, ..ExperimentFilter::default() };
        let theirs = experiments::list(world.database(), &world.stranger, &filter).await.unwrap();
        assert_eq!(theirs.items.len(), 0);
        let filter = ExperimentFilter { project: Some(world.project), ..filter };
        assert_eq!(experiments::list(world.database(), &world.stranger, &filter).await.unwrap().items.len(), 0);
    }
}
