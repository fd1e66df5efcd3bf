//! Demo data: records of real trainings (`examples/demo`), replayed through the same operations that scripts call.

use crate::{
    artifact::operations as artifacts,
    auth::{NewMember, operations as auth, secret::Secret},
    dataset::{self, NewDataset, NewDatasetVersion},
    error::Failure,
    experiment::{
        ExperimentChange, MAX_POINTS, NewAttachment, NewConsoleLine, NewExperiment, NewProject, Status, Stream, Table,
        operations as experiments,
    },
    export::operations::{self as export, Destination, ExportRequest, NewModel, NewModelVersion},
    services::Services,
    storage::{Expected, NewBlob},
    vocabulary::{
        Actor, DatasetVersionId, DockerImage, ExperimentId, FileName, MetricValue, Name, Parameters, ProjectId, Role,
        Timestamp,
    },
};
use bytes::Bytes;
use rust_embed::RustEmbed;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// The organization that `heirloom serve --demo` creates.
pub const ORGANIZATION: &str = "Demo";
/// The address of its owner.
pub const EMAIL: &str = "demo@heirloom.local";

/// The artifact that holds what a run printed.
const PRINTED: &str = "training.log";

#[derive(RustEmbed)]
#[folder = "examples/demo"]
struct Records;

#[derive(Deserialize)]
struct Demo {
    project: NewProject,
    dataset: DatasetRecord,
    runs: Vec<Run>,
    export: ExportRecord,
}

#[derive(Deserialize)]
struct DatasetRecord {
    #[serde(flatten)]
    dataset: NewDataset,
    versions: Vec<NewDatasetVersion>,
}

#[derive(Deserialize)]
struct Run {
    name: Name,
    description: crate::vocabulary::Description,
    status: Status,
    /// Seconds since the first run began.
    started_at: f64,
    dataset_versions: Vec<Attachment>,
    inference_type: Option<String>,
    framework: Option<String>,
    docker_image: Option<DockerImage>,
    parameters: Parameters,
    /// Step, seconds since the run began, value.
    metrics: BTreeMap<String, Vec<(i64, f64, MetricValue)>>,
    tables: BTreeMap<String, Table>,
    images: Vec<ImageRecord>,
    artifacts: Vec<ArtifactRecord>,
}

#[derive(Deserialize)]
struct Attachment {
    version: String,
    alias: Name,
}

#[derive(Deserialize)]
struct ImageRecord {
    key: Name,
    file: String,
}

#[derive(Deserialize)]
struct ArtifactRecord {
    name: FileName,
    file: String,
}

#[derive(Deserialize)]
struct ExportRecord {
    run: String,
    new_model: NewModel,
    version: NewModelVersion,
}

/// Fills an organization; does nothing if it has the demo's project already. Creates the owner, with `password`, if the address is new,
/// and says whether it did.
pub async fn fill(
    services: &Services,
    organization: &str,
    email: &str,
    password: Option<Secret>,
) -> Result<bool, Failure> {
    let demo: Demo = serde_json::from_slice(&record("demo.json")?)
        .map_err(|error| Failure::Broken(format!("demo.json: {error}")))?;
    let database = &services.database;
    let (actor, is_new) = match (auth::find_user(database, email).await, password) {
        (Ok(actor), _) => (actor, false),
        (Err(Failure::App(_)), Some(password)) => {
            let new = NewMember { organization, email, role: Role::Owner, password: Some(password) };
            (auth::create_user(services, new).await?, true)
        }
        (Err(failure), _) => return Err(failure),
    };
    let known = experiments::list_projects(database, &actor, demo.project.name.as_str(), None, 1).await?;
    if known.items.is_empty() {
        replay(services, &actor, demo).await?;
    }
    Ok(is_new)
}

async fn replay(services: &Services, actor: &Actor, demo: Demo) -> Result<(), Failure> {
    let database = &services.database;
    let dataset = dataset::operations::create(database, actor, demo.dataset.dataset).await?;
    let mut versions = HashMap::new();
    for version in demo.dataset.versions {
        let created = dataset::operations::create_version(database, actor, dataset.id, version).await?;
        versions.insert(created.name, created.id);
    }
    let project = experiments::create_project(database, actor, demo.project).await?;
    let began = Timestamp::now().plus_seconds(-3_600);
    let mut exported = None;
    for run in demo.runs {
        let name = run.name.to_string();
        let id = replay_run(services, actor, project.id, &versions, run, began).await?;
        if name == demo.export.run {
            exported = Some(id);
        }
    }
    let id =
        exported.ok_or_else(|| Failure::Broken(format!("demo.json exports an unknown run {}", demo.export.run)))?;
    let request = ExportRequest { destination: Destination::New(demo.export.new_model), version: demo.export.version };
    export::export(database, actor, id, request, None).await?;
    Ok(())
}

async fn replay_run(
    services: &Services,
    actor: &Actor,
    project_id: ProjectId,
    versions: &HashMap<String, DatasetVersionId>,
    run: Run,
    first_began: Timestamp,
) -> Result<ExperimentId, Failure> {
    let database = &services.database;
    let attach = |attachment: Attachment| match versions.get(&attachment.version) {
        Some(&dataset_version_id) => Ok(NewAttachment { dataset_version_id, alias: attachment.alias }),
        None => Err(Failure::Broken(format!("demo.json names an unknown dataset version {}", attachment.version))),
    };
    let new = NewExperiment {
        project_id,
        name: run.name,
        description: run.description,
        dataset_versions: run.dataset_versions.into_iter().map(attach).collect::<Result<_, _>>()?,
        base_model_version_id: None,
        take_base_files: true,
        take_base_image: true,
        base_experiment_id: None,
        docker_image: run.docker_image,
        parameters: Some(run.parameters),
        labels_from: None,
        inference_type: run.inference_type,
        framework: run.framework,
    };
    let id = experiments::create(database, actor, new).await?.summary.id;
    let began = plus(first_began, run.started_at)?;
    let change = ExperimentChange { status: Some(Status::Running), started_at: Some(began), ..Default::default() };
    experiments::change(database, actor, id, change).await?;
    let seconds = run.metrics.values().flatten().map(|(_, seconds, _)| *seconds).fold(0.0, f64::max);
    for points in all_points(run.metrics, began)?.chunks(MAX_POINTS) {
        experiments::log_metrics(database, actor, id, points.to_vec()).await?;
    }
    for (key, table) in run.tables {
        experiments::put_table(database, actor, id, accepted_name(&key)?, table).await?;
    }
    for image in run.images {
        let blob = store(services, &image.file).await?;
        experiments::put_image(services, actor, id, image.key, blob, "image/png").await?;
    }
    for artifact in run.artifacts {
        if artifact.name.as_str() == PRINTED {
            experiments::log_console(database, actor, id, printed_lines(&artifact.file, began)?).await?;
        }
        let blob = store(services, &artifact.file).await?;
        artifacts::put(services, actor, id, artifact.name, blob).await?;
    }
    let ended = plus(began, seconds)?;
    let change = ExperimentChange { status: Some(run.status), finished_at: Some(ended), ..Default::default() };
    experiments::change(database, actor, id, change).await?;
    Ok(id)
}

fn all_points(
    metrics: BTreeMap<String, Vec<(i64, f64, MetricValue)>>,
    began: Timestamp,
) -> Result<Vec<Value>, Failure> {
    let mut points = Vec::new();
    for (key, series) in metrics {
        for (step, seconds, value) in series {
            points.push(json!({ "key": key, "step": step, "value": value, "time": plus(began, seconds)? }));
        }
    }
    Ok(points)
}

/// What a run printed; each line begins with its time, such as `[  0.010 s]`.
fn printed_lines(file: &str, began: Timestamp) -> Result<Vec<NewConsoleLine>, Failure> {
    let text = record(file)?;
    let lines = String::from_utf8_lossy(&text).into_owned();
    let line = |line: &str| {
        let seconds =
            line.trim_start_matches('[').split_once(" s]").and_then(|(seconds, _)| seconds.trim().parse().ok());
        let time = seconds.map(|seconds| plus(began, seconds)).transpose()?;
        Ok(NewConsoleLine { text: line.to_owned(), stream: Stream::Stdout, time, chapter: None })
    };
    lines.lines().map(line).collect()
}

fn plus(time: Timestamp, seconds: f64) -> Result<Timestamp, Failure> {
    let micros = time.as_micros() + (seconds * 1e6) as i64;
    Timestamp::from_micros(micros).ok_or_else(|| Failure::Broken("demo.json has an impossible time".to_owned()))
}

fn accepted_name(text: &str) -> Result<Name, Failure> {
    Name::parse(text).map_err(|error| Failure::Broken(format!("demo.json: {text}: {error}")))
}

fn record(file: &str) -> Result<Bytes, Failure> {
    let found = Records::get(file).ok_or_else(|| Failure::Broken(format!("the demo record {file} is missing")))?;
    Ok(Bytes::from(found.data.into_owned()))
}

async fn store(services: &Services, file: &str) -> Result<NewBlob, Failure> {
    let bytes = record(file)?;
    let expected = Expected { size_bytes: Some(bytes.len() as u64), limit_bytes: u64::MAX, sha256: None };
    let stream = futures::stream::iter([Ok::<_, std::convert::Infallible>(bytes)]);
    Ok(services.blobs.write(stream, expected).await?)
}
