//! How long the server takes for a page, and how large the page is, when there is much to show.
//!
//! The yardstick is the same page of an organization that has little: both are asked for in turns, in one run. The table goes to
//! `docs/benchmarks.md`.

#[path = "../tests/support/builders.rs"]
mod builders;
#[path = "support/table.rs"]
mod table;

use axum::{Router, body::Body, body::to_bytes, http::Request};
use builders::{World, password};
use heirloom::{auth, experiment::operations as experiments, server, vocabulary::Actor};
use serde_json::json;
use std::{
    fmt::Write,
    time::{Duration, Instant},
};
use tower::ServiceExt;

const ROUNDS: usize = 15;

/// How much an organization has.
struct Amount {
    experiments: u64,
    models: u64,
    /// Of the first model.
    versions: u64,
    /// Of the first version.
    labels: u64,
    /// Experiments on one dataset version, each of them exported: two nodes each.
    family: u64,
    /// Logged in one series of the first experiment.
    points: i64,
}

const LITTLE: Amount = Amount { experiments: 20, models: 20, versions: 20, labels: 20, family: 5, points: 100 };
const MUCH: Amount =
    Amount { experiments: 10_000, models: 10_000, versions: 1_000, labels: 1_000, family: 100, points: 1_000_000 };

/// What is measured, and its address in an organization whose ids begin with the given text.
const PAGES: [(&str, &str); 15] = [
    ("10,000 experiments of a project", "/projects/{p}1-000000000001"),
    ("the same, by name", "/projects/{p}1-000000000001?sort=name&order=asc"),
    ("the same, searched", "/projects/{p}1-000000000001?search=99"),
    ("the same, by a metric", "/projects/{p}1-000000000001?sort=metric:val/accuracy"),
    ("the same, under a condition", "/projects/{p}1-000000000001?where=parameter:lr%3E=10"),
    ("10,000 models", "/registry"),
    ("the same, searched", "/registry?search=99"),
    ("1,000 versions of a model", "/registry/{p}3-100000000001"),
    ("a version with 1,000 labels", "/registry/{p}3-100000000001/1"),
    ("everything, searched", "/search?q=99"),
    (
        "the lineage of a family of 201, drawn whole",
        "/lineage/dataset-versions/{p}6-000000000001?open={p}6-000000000001",
    ),
    ("the same, folded", "/lineage/dataset-versions/{p}6-000000000001"),
    ("a chart of 1,000,000 points", "/experiments/{p}2-100000000001/metrics"),
    ("the same, a tenth of it", "/experiments/{p}2-100000000001/metrics?from=450000&to=549999"),
    ("what was made with a dataset version", "/datasets/{p}5-000000000001/versions/v1"),
];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let measured = runtime.block_on(measured());
    println!("{measured}");
    table::write("pages", &measured);
}

async fn measured() -> String {
    let mut table = String::from(
        "| Database | Page | With little | With much | Ratio | Bytes with much |\n|---|---|---:|---:|---:|---:|\n",
    );
    let worlds = [("SQLite", Some(World::on_sqlite().await)), ("PostgreSQL", World::on_postgres().await)];
    for (name, world) in worlds {
        let Some(world) = world else { continue };
        fill(&world, &world.stranger, "a", &LITTLE).await;
        fill(&world, &world.owner, "b", &MUCH).await;
        world.execute("ANALYZE").await;
        let little = Visitor::new(&world, &world.stranger, "a").await;
        let much = Visitor::new(&world, &world.owner, "b").await;
        for (page, address) in PAGES {
            let mut times = [Vec::new(), Vec::new()];
            let mut bytes = 0;
            for _ in 0..ROUNDS {
                times[0].push(little.open(address).await.0);
                let (time, size) = much.open(address).await;
                times[1].push(time);
                bytes = size;
            }
            let [small, large] = times.map(median).map(|median| median.as_secs_f64() * 1e3);
            writeln!(table, "| {name} | {page} | {small:.1} ms | {large:.1} ms | {:.1} | {bytes} |", large / small)
                .unwrap();
        }
        world.close().await;
    }
    table
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Somebody who is signed in.
struct Visitor {
    router: Router,
    cookie: String,
    prefix: String,
}

impl Visitor {
    async fn new(world: &World, actor: &Actor, letter: &str) -> Self {
        let services = world.services.clone();
        let nobody = auth::operations::Visitor::default();
        let signed_in = auth::operations::sign_in(&services, &nobody, &actor.email, password()).await.unwrap();
        let cookie = format!("{}={}", auth::request::cookie_name(false), signed_in.secret.expose());
        Self { router: server::router(services), cookie, prefix: prefix(letter) }
    }

    async fn open(&self, address: &str) -> (Duration, usize) {
        let address = address.replace("{p}", &self.prefix);
        let request = Request::get(&address).header("cookie", &self.cookie).body(Body::empty()).unwrap();
        let begin = Instant::now();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let time = begin.elapsed();
        assert_eq!(status, 200, "{address}");
        (time, body.len())
    }
}

/// Ids are made of the organization's letter, a digit for the kind and a number.
fn prefix(letter: &str) -> String {
    format!("0192f3a0-0000-7000-8{letter}0")
}

async fn fill(world: &World, actor: &Actor, letter: &str, amount: &Amount) {
    let Amount { experiments, models, versions, labels, family, points } = amount;
    let (organization, p) = (actor.organization_id, prefix(letter));
    let numbers = |count: u64| {
        format!("WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})")
    };
    // Both databases write a number of twelve digits this way.
    let id = |kind: u32, n: &str| format!("'{p}{kind}-' || CAST(100000000000 + {n} AS TEXT)");
    let text = |begin: &str| format!("'{begin}' || CAST(n AS TEXT)");
    let project = format!("{p}1-000000000001");
    let dataset = format!("{p}5-000000000001");
    let (name, experiment, model, version) = (text("run "), id(2, "n"), id(3, "n"), id(4, "n"));
    for statement in [
        format!("INSERT INTO projects (id, organization_id, name, name_key, description, created_at, created_by) VALUES ('{project}', '{organization}', 'Big', 'big', '', 1, 'x')"),
        format!(
            "{} INSERT INTO experiments (id, organization_id, project_id, name, name_key, description, status, labels_from, created_at, created_by, updated_at)
             SELECT {experiment}, '{organization}', '{project}', {name}, {name}, 'one of many', 'succeeded', 'none', n, 'x', n FROM numbers",
            numbers(*experiments)
        ),
        format!(
            "{} INSERT INTO metric_series (organization_id, experiment_id, key, count, last_step, last_time, last_value, last_kind, min_value, max_value)
             SELECT '{organization}', {experiment}, 'val/accuracy', 1, 1, 1, 1.0 / n, 0, 1.0 / n, 1.0 / n FROM numbers",
            numbers(*experiments)
        ),
        format!(
            "{} INSERT INTO experiment_parameters (organization_id, experiment_id, position, key, value)
             SELECT '{organization}', {experiment}, 0, 'lr', CAST(n AS TEXT) FROM numbers",
            numbers(*experiments)
        ),
        format!(
            "{} INSERT INTO models (id, organization_id, name, name_key, description, last_version, created_at, created_by, updated_at)
             SELECT {model}, '{organization}', {}, {}, 'one of many', 1, n, 'x', n FROM numbers",
            numbers(*models),
            text("model "),
            text("model ")
        ),
        format!(
            "{} INSERT INTO model_versions (id, organization_id, model_id, number, name, name_key, description, created_at, created_by, updated_at)
             SELECT {version}, '{organization}', {model}, 1, 'v1', 'v1', '', n, 'x', n FROM numbers",
            numbers(*models)
        ),
        format!(
            "{} INSERT INTO model_versions (id, organization_id, model_id, number, name, name_key, description, created_at, created_by, updated_at)
             SELECT {}, '{organization}', {}, n + 1, {name}, {name}, '', n, 'x', n FROM numbers",
            numbers(versions - 1),
            id(4, "50000 + n"),
            id(3, "1"),
            name = text("v "),
        ),
        format!("UPDATE models SET last_version = {versions} WHERE organization_id = '{organization}' AND id = {}", id(3, "1")),
        format!(
            "{} INSERT INTO model_version_labels (organization_id, model_version_id, position, name, name_key)
             SELECT '{organization}', {}, n - 1, {label}, {label} FROM numbers",
            numbers(*labels),
            id(4, "1"),
            label = text("label "),
        ),
        format!(
            "INSERT INTO label_map_revisions (organization_id, model_version_id, revision, labels, reason, created_at, created_by)
             SELECT organization_id, id, 0, CASE WHEN id = {} THEN '{}' ELSE '[]' END, 'inherited', 1, 'x' FROM model_versions WHERE organization_id = '{organization}'",
            id(4, "1"),
            serde_json::to_string(&(1..=*labels).map(|label| format!("label {label}")).collect::<Vec<_>>()).unwrap(),
        ),
        format!("INSERT INTO datasets (id, organization_id, name, name_key, description, created_at, created_by) VALUES ('{dataset}', '{organization}', 'Pictures', 'pictures', '', 1, 'x')"),
        format!("INSERT INTO dataset_versions (id, organization_id, dataset_id, name, name_key, description, kind, created_at, created_by) VALUES ('{p}6-000000000001', '{organization}', '{dataset}', 'v1', 'v1', '', 'other', 1, 'x')"),
        format!(
            "{} INSERT INTO experiment_dataset_versions (organization_id, experiment_id, position, alias, alias_key, dataset_version_id)
             SELECT '{organization}', {experiment}, 0, 'train', 'train', '{p}6-000000000001' FROM numbers",
            numbers(*family)
        ),
        format!(
            "{} UPDATE model_versions SET source_experiment_id = '{p}2-' || substr(id, {}) WHERE organization_id = '{organization}' AND id IN (SELECT {version} FROM numbers)",
            numbers(*family),
            p.len() + 3
        ),
    ] {
        world.execute(statement).await;
    }
    log_points(world, actor, &format!("{p}2-100000000001"), *points).await;
}

/// As a training does it, because blocks of points are made while they come.
async fn log_points(world: &World, actor: &Actor, experiment: &str, count: i64) {
    const AT_ONCE: usize = 10_000;
    let id = experiment.parse().unwrap();
    let steps: Vec<i64> = (0..count).collect();
    for steps in steps.chunks(AT_ONCE) {
        let point = |step: &i64| json!({ "key": "loss", "step": step, "value": (*step as f64 / 1e4).sin() });
        let points = steps.iter().map(point).collect();
        experiments::log_metrics(world.database(), actor, id, points).await.unwrap();
    }
}
