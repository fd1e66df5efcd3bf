//! A whole product without its doors, on each database, and builders for what a test needs to be there.
#![allow(dead_code, reason = "every test program uses its own part of this file")]

use bytes::Bytes;
use heirloom::{
    artifact,
    auth::{self, NewMember, NewToken, TokenOwner, password::Passwords, secret::Secret, throttle::Throttle},
    database::{Database, DatabaseUrl},
    dataset::{self, NewDataset, NewDatasetVersion},
    error::{AppError, Failure},
    experiment::{self, Experiment, NewAttachment, NewExperiment, NewProject},
    export::operations::{Destination, ExportRequest, Exported, NewModel, NewModelVersion, export},
    model::ModelVersion,
    services::{Services, Settings, Signer},
    storage::{BlobStore, Expected, NewBlob},
    vocabulary::{
        Actor, DatasetVersionId, Description, DockerImage, ExperimentId, FileName, ModelId, ModelVersionId, Name,
        Parameters, ProjectId, Role, Scopes,
    },
};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, LazyLock},
};
use tokio::io::AsyncReadExt;

/// Runs one test on SQLite, and on PostgreSQL if there is one.
#[macro_export]
macro_rules! on_every_database {
    ($(async fn $name:ident($world:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn check($world: &World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let world = World::on_sqlite().await;
                check(&world).await;
                world.close().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                if let Some(world) = World::on_postgres().await {
                    check(&world).await;
                    world.close().await;
                }
            }
        }
    )*};
}

static PASSWORDS: LazyLock<Passwords> = LazyLock::new(|| Passwords::new().unwrap());

/// An empty product with two organizations, and a project in the first.
pub struct World {
    pub services: Services,
    pub owner: Actor,
    pub editor: Actor,
    pub viewer: Actor,
    /// Owns the other organization.
    pub stranger: Actor,
    pub project: ProjectId,
    /// The folder of the blobs.
    pub folder: PathBuf,
    pub is_sqlite: bool,
    /// Where the command line finds the data.
    pub data_args: Vec<String>,
    /// The PostgreSQL server and the database to remove at the end.
    postgres: Option<(String, String)>,
}

impl World {
    pub async fn on_sqlite() -> Self {
        let folder = new_folder();
        let url = DatabaseUrl::sqlite_file(&folder.join("heirloom.db"));
        Self::open(folder, url, None, Vec::new()).await
    }

    /// None when there is no server to test with.
    pub async fn on_postgres() -> Option<Self> {
        let Ok(server) = std::env::var("HEIRLOOM_TEST_POSTGRES_URL") else {
            println!("not tested on PostgreSQL: HEIRLOOM_TEST_POSTGRES_URL is not set (see scripts/with-postgres.sh)");
            return None;
        };
        sqlx::any::install_default_drivers();
        let name = format!("heirloom_{}", uuid::Uuid::now_v7().simple());
        let mut connection = sqlx::AnyConnection::connect(&server).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        let (address, options) = server.split_once('?').unwrap_or((&server, ""));
        let (address, _) = address.rsplit_once('/').unwrap();
        let url = format!("{address}/{name}?{options}");
        let args = vec!["--database-url".to_owned(), url.clone()];
        Some(Self::open(new_folder(), url.parse().unwrap(), Some((server, name)), args).await)
    }

    async fn open(
        folder: PathBuf,
        url: DatabaseUrl,
        postgres: Option<(String, String)>,
        mut data_args: Vec<String>,
    ) -> Self {
        data_args.extend(["--data".to_owned(), folder.display().to_string()]);
        let database = Database::open(&url).await.unwrap();
        let services = Services {
            signer: Signer::open(&folder).unwrap(),
            database,
            blobs: BlobStore::open(&folder).unwrap(),
            passwords: PASSWORDS.clone(),
            throttle: Throttle::default(),
            mailer: None,
            provider: None,
            settings: Arc::new(Settings { public_url: "http://127.0.0.1:3000".to_owned(), ..Settings::default() }),
        };
        let owner = member(&services, "Acme", "owner@acme.example").await;
        let stranger = member(&services, "Other", "owner@other.example").await;
        // Operations look at the actor alone, so these two need no rows (and no slow password hash) of their own.
        let editor = Actor { role: Role::Editor, email: "editor@acme.example".to_owned(), ..owner.clone() };
        let viewer = Actor { role: Role::Viewer, email: "viewer@acme.example".to_owned(), ..owner.clone() };
        let new = NewProject { name: name("Digits"), description: Description::default() };
        let project = experiment::operations::create_project(&services.database, &owner, new).await.unwrap().id;
        let is_sqlite = postgres.is_none();
        Self { services, owner, editor, viewer, stranger, project, folder, is_sqlite, data_args, postgres }
    }

    pub fn database(&self) -> &Database {
        &self.services.database
    }

    pub async fn close(self) {
        self.database().close().await;
        std::fs::remove_dir_all(&self.folder).unwrap();
        if let Some((server, name)) = &self.postgres {
            let mut connection = sqlx::AnyConnection::connect(server).await.unwrap();
            let text = format!("DROP DATABASE {name} WITH (FORCE)");
            sqlx::query(AssertSqlSafe(text)).execute(&mut connection).await.unwrap();
        }
    }

    /// Changes the database behind the product's back.
    /// A token of somebody, that may do at most so much.
    pub async fn token_of(&self, actor: &Actor, scopes: Scopes, project_id: Option<ProjectId>) -> String {
        let new = NewToken { name: "test".to_owned(), scopes, project_id, days: None };
        let made = auth::operations::create_token(self.database(), actor, TokenOwner::Own, &new).await.unwrap();
        made.1.expose().to_owned()
    }

    pub async fn execute(&self, text: impl Into<String>) {
        let mut transaction = self.database().begin().await.unwrap();
        sqlx::query(AssertSqlSafe(text.into())).execute(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
    }

    pub async fn texts(&self, text: impl Into<String>) -> Vec<String> {
        let mut connection = self.database().read().await.unwrap();
        sqlx::query_scalar(AssertSqlSafe(text.into())).fetch_all(&mut *connection).await.unwrap()
    }

    /// Every table of the product, from the catalogue, so that none can be forgotten.
    pub async fn tables(&self) -> Vec<String> {
        let catalogue = if self.is_sqlite {
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
        } else {
            "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public'"
        };
        let mut tables = self.texts(catalogue).await;
        tables.retain(|table| !table.starts_with('_') && !table.starts_with("sqlite_") && !table.starts_with("zz_"));
        tables.sort();
        tables
    }

    /// Every row of every table, as text.
    pub async fn rows(&self) -> BTreeMap<String, Vec<String>> {
        let mut rows = BTreeMap::new();
        for table in self.tables().await {
            let text = if self.is_sqlite {
                let columns = self.texts(format!("SELECT name FROM pragma_table_info('{table}')")).await;
                let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
                format!("SELECT {} FROM {table} ORDER BY 1", quoted.join(" || ',' || "))
            } else {
                format!("SELECT {table}::text FROM {table} ORDER BY 1")
            };
            rows.insert(table, self.texts(text).await);
        }
        rows
    }

    /// Makes bytes durable, as an upload does.
    pub async fn blob(&self, bytes: &[u8]) -> NewBlob {
        let stream = futures::stream::iter([Ok::<_, std::convert::Infallible>(Bytes::copy_from_slice(bytes))]);
        let expected = Expected { limit_bytes: u64::MAX, ..Expected::default() };
        self.services.blobs.write(stream, expected).await.unwrap()
    }

    pub async fn put(&self, experiment: ExperimentId, file: &str, bytes: &[u8]) {
        let blob = self.blob(bytes).await;
        let file = FileName::parse(file).unwrap();
        artifact::operations::put(&self.services, &self.editor, experiment, file, blob).await.unwrap();
    }

    /// The bytes of a version's file, as a download reads them.
    pub async fn model_file(&self, version: ModelVersionId, file: &str) -> Vec<u8> {
        let found = artifact::operations::find_model_file(self.database(), &self.viewer, version, file).await;
        let (_, blob) = found.unwrap();
        let mut bytes = Vec::new();
        self.services.blobs.read(&blob.path).await.unwrap().read_to_end(&mut bytes).await.unwrap();
        bytes
    }

    pub async fn experiment(&self, id: ExperimentId) -> Experiment {
        experiment::operations::find(self.database(), &self.viewer, id).await.unwrap()
    }

    pub async fn version(&self, id: ModelVersionId) -> ModelVersion {
        heirloom::model::operations::find_version(self.database(), &self.viewer, id).await.unwrap()
    }

    pub async fn export(&self, experiment: ExperimentId, request: ExportRequest) -> Result<Exported, Failure> {
        export(self.database(), &self.editor, experiment, request, None).await
    }

    /// Exports as the first version of a new model.
    pub async fn exported(&self, experiment: ExperimentId, model: &str) -> ModelVersion {
        self.export(experiment, new_model(model)).await.unwrap().version
    }

    /// A dataset with one version.
    pub async fn dataset_version(&self, dataset: &str, labels: &[&str]) -> DatasetVersionId {
        let new = NewDataset { name: name(dataset), description: Description::default() };
        let dataset = dataset::operations::create(self.database(), &self.editor, new).await.unwrap().id;
        let new = json!({ "name": "2026-11", "kind": "classification", "item_count": 1797, "labels": labels });
        let new: NewDatasetVersion = serde_json::from_value(new).unwrap();
        dataset::operations::create_version(self.database(), &self.editor, dataset, new).await.unwrap().id
    }
}

fn new_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("heirloom-test-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir(&folder).unwrap();
    folder
}

async fn member(services: &Services, organization: &str, email: &str) -> Actor {
    let new = NewMember { organization, email, role: Role::Owner, password: Some(password()) };
    auth::operations::create_user(services, new).await.unwrap()
}

/// The password of everybody in the tests.
pub fn password() -> Secret {
    "correct horse".to_owned().into()
}

pub fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub fn parameters(value: Value) -> Parameters {
    serde_json::from_value(value).unwrap()
}

/// The first version of a new model.
pub fn new_model(model: &str) -> ExportRequest {
    let destination = Destination::New(NewModel { name: name(model), description: Description::default() });
    ExportRequest { destination, version: new_version("v1") }
}

/// A version of a model that exists.
pub fn version_of(model: ModelId, version: &str) -> ExportRequest {
    ExportRequest { destination: Destination::Existing(model), version: new_version(version) }
}

pub fn new_version(version: &str) -> NewModelVersion {
    NewModelVersion { name: name(version), description: Description::default() }
}

/// What is shown of a failure that the product foresees; panics on the others, which would be logged as our fault.
pub fn shown<T: std::fmt::Debug>(outcome: Result<T, Failure>) -> AppError {
    match outcome.unwrap_err() {
        Failure::App(error) => error,
        cause => panic!("not foreseen: {cause:?}"),
    }
}

pub fn code<T: std::fmt::Debug>(outcome: Result<T, Failure>) -> String {
    shown(outcome).code
}

/// An experiment with a name alone; the rest is added by what follows.
pub fn an_experiment() -> ExperimentBuilder {
    ExperimentBuilder {
        name: format!("run {}", uuid::Uuid::now_v7().simple()),
        artifacts: Vec::new(),
        dataset_versions: Vec::new(),
        base: None,
        base_experiment: None,
        image: None,
        parameters: None,
        labels_from: None,
        points: Vec::new(),
    }
}

#[derive(Clone)]
pub struct ExperimentBuilder {
    name: String,
    artifacts: Vec<(String, Vec<u8>)>,
    dataset_versions: Vec<(DatasetVersionId, String)>,
    base: Option<ModelVersionId>,
    base_experiment: Option<ExperimentId>,
    image: Option<DockerImage>,
    parameters: Option<Parameters>,
    labels_from: Option<String>,
    points: Vec<Value>,
}

impl ExperimentBuilder {
    pub fn named(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }

    /// With bytes of its own.
    pub fn with_artifact(self, file: &str) -> Self {
        let bytes = format!("the bytes of {file}").into_bytes();
        self.with_artifact_of(file, bytes)
    }

    pub fn with_artifact_of(mut self, file: &str, bytes: Vec<u8>) -> Self {
        self.artifacts.push((file.to_owned(), bytes));
        self
    }

    pub fn with_dataset_version(mut self, id: DatasetVersionId, alias: &str) -> Self {
        self.dataset_versions.push((id, alias.to_owned()));
        self
    }

    pub fn with_base(mut self, base: ModelVersionId) -> Self {
        self.base = Some(base);
        self
    }

    pub fn with_base_experiment(mut self, base: ExperimentId) -> Self {
        self.base_experiment = Some(base);
        self
    }

    pub fn with_image(mut self, image: DockerImage) -> Self {
        self.image = Some(image);
        self
    }

    pub fn with_parameters(mut self, value: Value) -> Self {
        self.parameters = Some(parameters(value));
        self
    }

    pub fn with_labels_from(mut self, choice: &str) -> Self {
        self.labels_from = Some(choice.to_owned());
        self
    }

    /// One point for each value, in steps from 0.
    pub fn with_metric(mut self, key: &str, values: &[Value]) -> Self {
        self.points.extend(
            (0..).zip(values).map(|(step, value): (i64, _)| json!({ "key": key, "step": step, "value": value })),
        );
        self
    }

    pub fn to_new(&self, project_id: ProjectId) -> NewExperiment {
        NewExperiment {
            project_id,
            name: name(&self.name),
            description: Description::default(),
            dataset_versions: self
                .dataset_versions
                .iter()
                .map(|(id, alias)| NewAttachment { dataset_version_id: *id, alias: name(alias) })
                .collect(),
            base_model_version_id: self.base,
            take_base_files: true,
            take_base_image: true,
            base_experiment_id: self.base_experiment,
            docker_image: self.image.clone(),
            parameters: self.parameters.clone(),
            labels_from: self.labels_from.clone(),
            inference_type: None,
            framework: None,
        }
    }

    pub async fn try_create(&self, world: &World) -> Result<Experiment, Failure> {
        experiment::operations::create(world.database(), &world.editor, self.to_new(world.project)).await
    }

    pub async fn create(self, world: &World) -> ExperimentId {
        let id = self.try_create(world).await.unwrap().summary.id;
        for (file, bytes) in &self.artifacts {
            world.put(id, file, bytes).await;
        }
        if !self.points.is_empty() {
            experiment::operations::log_metrics(world.database(), &world.editor, id, self.points).await.unwrap();
        }
        id
    }
}
