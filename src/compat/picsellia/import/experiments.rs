//! Projects, and experiments with what they logged.

use super::{
    Counted, Import, ImportError,
    answers::{Attached, Experiment, File, Log, LogImage, LoggingFile, Named, Reference},
    is_there, name,
};
use crate::{
    artifact::{self, UploadOwner, UploadPurpose, operations::uploads},
    compat::{
        origin::OriginKind,
        picsellia::{logs, words},
    },
    error::{AppError, Failure},
    experiment::{
        ExperimentChange, IfThere, LogKind, NewAttachment, NewExperiment, NewNamedLog, NewProject, Status, operations,
    },
    vocabulary::{ExperimentId, ModelVersionId, ProjectId},
};
use std::collections::HashSet;
use uuid::Uuid;

/// What an experiment is based on, by the ids there.
pub struct Bases {
    what: String,
    experiment: ExperimentId,
    base_model_version: Option<Uuid>,
    base_experiment: Option<Uuid>,
}

impl Import<'_> {
    pub(super) async fn projects(&mut self) -> Result<(), ImportError> {
        for item in self.oldest_first(&format!("/api/organization/{}/projects", self.source.organization)).await? {
            let Some(listed) = self.read::<Named>("a project", item) else { continue };
            let what = format!("project {}", listed.name);
            let outcome = self.project(&what, listed.id).await;
            self.went(&what, outcome)?;
        }
        Ok(())
    }

    async fn project(&mut self, what: &str, id: Uuid) -> Result<(), ImportError> {
        let told: Named = self.source.get(&format!("/api/project/{id}"), &[]).await?;
        let new =
            NewProject { name: name(&told.name)?, description: self.description(what, told.description.as_deref())? };
        let (database, actor) = (&self.services.database, self.actor);
        let namesake = operations::find_project_by_name(database, actor, new.name.as_str()).await?;
        let is_here = async |id: Uuid| is_there(operations::find_project(database, actor, id.into()).await);
        let namesake = namesake.map(|project| project.id.as_uuid());
        let place = self.place(OriginKind::Project, told.id, namesake, is_here).await?;
        if place.is_free {
            operations::create_project_with_id(database, actor, place.id.into(), new).await?;
        }
        self.report.count(Counted::Projects, place.is_free);
        for item in self.source.list(&format!("/api/project/{id}/datasets")).await? {
            let Some(version) = self.read::<Reference>(what, item) else { continue };
            match self.dataset_versions.get(&version.id) {
                Some(version) => operations::attach_to_project(database, actor, place.id.into(), *version).await?,
                None => self.report.miss(what, format!("its dataset version {} is not here", version.id)),
            }
        }
        for item in self.oldest_first(&format!("/api/project/{id}/experiments")).await? {
            let Some(listed) = self.read::<Experiment>(what, item) else { continue };
            let what = format!("experiment {} › {}", told.name, listed.name);
            let outcome = self.experiment(&what, place.id.into(), listed.id).await;
            self.went(&what, outcome)?;
        }
        Ok(())
    }

    async fn experiment(&mut self, what: &str, project_id: ProjectId, id: Uuid) -> Result<(), ImportError> {
        let told: Experiment = self.source.get(&format!("/api/experiment/{id}"), &[]).await?;
        let (database, actor) = (&self.services.database, self.actor);
        let is_here = async |id: Uuid| is_there(operations::find(database, actor, id.into()).await);
        let place = self.place(OriginKind::Experiment, told.id, None, is_here).await?;
        let experiment: ExperimentId = place.id.into();
        if place.is_free {
            let new = NewExperiment {
                project_id,
                name: name(&told.name)?,
                description: self.description(what, told.description.as_deref())?,
                dataset_versions: Vec::new(),
                base_model_version_id: None,
                base_experiment_id: None,
                take_base_files: false,
                take_base_image: false,
                docker_image: None,
                parameters: None,
                labels_from: None,
                inference_type: None,
                framework: None,
            };
            operations::create_with_id(database, actor, experiment, new).await?;
        }
        self.report.count(Counted::Experiments, place.is_free);
        self.experiments.insert(told.id, experiment);
        self.bases.push(Bases {
            what: what.to_owned(),
            experiment,
            base_model_version: told.base_model_version_id,
            base_experiment: told.base_experiment_id,
        });
        self.attachments(what, id, experiment).await?;
        self.logs(what, id, experiment).await?;
        self.artifacts(what, id, experiment).await?;
        self.console_file(what, id, experiment).await?;
        self.status(what, experiment, &told.status).await
    }

    /// Comes last: an experiment whose import broke off is still pending.
    async fn status(&mut self, what: &str, experiment: ExperimentId, told: &str) -> Result<(), ImportError> {
        let (database, actor) = (&self.services.database, self.actor);
        let here = operations::find(database, actor, experiment).await?.summary.status;
        let told = self.or_nothing(what, words::status(told).map(Some).map_err(Failure::from))?;
        if let Some(status) = told.filter(|told| here == Status::Pending && *told != here) {
            let change = ExperimentChange { status: Some(status), ..ExperimentChange::default() };
            operations::change(database, actor, experiment, change).await?;
        }
        Ok(())
    }

    async fn attachments(&mut self, what: &str, id: Uuid, experiment: ExperimentId) -> Result<(), ImportError> {
        let here = operations::find(&self.services.database, self.actor, experiment).await?.dataset_versions;
        for item in self.source.list(&format!("/api/experiment/{id}/datasets")).await? {
            let Some(attached) = self.read::<Attached>(what, item) else { continue };
            if here.iter().any(|known| known.alias == attached.name) {
                continue;
            }
            let Some(version) = self.dataset_versions.get(&attached.dataset_version.id) else {
                self.report.miss(what, format!("the dataset version that it calls {} is not here", attached.name));
                continue;
            };
            let new = NewAttachment { alias: name(&attached.name)?, dataset_version_id: *version };
            operations::attach_dataset_version(&self.services.database, self.actor, experiment, new).await?;
        }
        Ok(())
    }

    async fn logs(&mut self, what: &str, id: Uuid, experiment: ExperimentId) -> Result<(), ImportError> {
        let here = operations::list_named_logs(&self.services.database, self.actor, experiment).await?;
        let here: HashSet<String> = here.into_iter().map(|log| log.name).collect();
        for item in self.source.list(&format!("/api/experiment/{id}/logs/extended")).await? {
            let Some(log) = self.read::<Log>(what, item) else { continue };
            if here.contains(log.name.trim()) {
                self.report.count(Counted::Logs, false);
                continue;
            }
            let what = format!("{what}, log {}", log.name);
            let outcome = self.log(experiment, log).await;
            if self.went(&what, outcome)?.is_some() {
                self.report.count(Counted::Logs, true);
            }
        }
        Ok(())
    }

    async fn log(&self, experiment: ExperimentId, log: Log) -> Result<(), ImportError> {
        let (services, actor) = (self.services, self.actor);
        let key = name(&log.name)?;
        let kind = logs::kind(&log.kind)?;
        if kind != LogKind::Image {
            let new = NewNamedLog { name: key, kind, data: log.data };
            operations::log_named(&services.database, actor, experiment, new, IfThere::Refuse).await?;
            return Ok(());
        }
        let unreadable = |_| AppError::invalid_field("data", "of an image has object_name and filename");
        let image: LogImage = serde_json::from_value(log.data).map_err(unreadable)?;
        let file = File::of_object(image.object_name, image.filename);
        let upload = self.fetch(UploadPurpose::LogImage, UploadOwner::Experiment(experiment), &file).await?;
        let (_, blob) = uploads::find_content(&services.database, actor, upload).await?;
        operations::put_uploaded_image(services, actor, experiment, key, blob, &file.filename).await?;
        Ok(())
    }

    async fn artifacts(&mut self, what: &str, id: Uuid, experiment: ExperimentId) -> Result<(), ImportError> {
        let here = artifact::operations::list(&self.services.database, self.actor, experiment).await?;
        for item in self.source.list(&format!("/api/experiment/{id}/artifacts")).await? {
            let Some(told) = self.read::<File>(what, item) else { continue };
            if here.iter().any(|known| known.name == told.name) {
                self.report.count(Counted::Artifacts, false);
                continue;
            }
            let outcome = self.artifact(experiment, &told).await;
            if self.went(&format!("{what}, artifact {}", told.name), outcome)?.is_some() {
                self.report.count(Counted::Artifacts, true);
            }
        }
        Ok(())
    }

    async fn artifact(&self, experiment: ExperimentId, told: &File) -> Result<(), ImportError> {
        let new = self.file(UploadPurpose::Artifact, UploadOwner::Experiment(experiment), told).await?;
        artifact::operations::put_upload(&self.services.database, self.actor, experiment, &new).await?;
        Ok(())
    }

    /// The file with what the training printed.
    async fn console_file(&mut self, what: &str, id: Uuid, experiment: ExperimentId) -> Result<(), ImportError> {
        let (database, actor) = (&self.services.database, self.actor);
        if operations::find_console_file(database, actor, experiment).await?.is_some() {
            return Ok(());
        }
        let told: LoggingFile = match self.source.get(&format!("/api/experiment/{id}/logging"), &[]).await {
            Ok(told) => told,
            Err(error) if error.is_missing() => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let file_name = told.object_name.rsplit('/').next().unwrap_or_default().to_owned();
        let file = File::of_object(told.object_name, file_name);
        let outcome = self.fetch(UploadPurpose::LogFile, UploadOwner::Experiment(experiment), &file).await;
        if let Some(upload) = self.went(&format!("{what}, logging file"), outcome)? {
            operations::put_console_file(database, actor, experiment, upload).await?;
        }
        Ok(())
    }

    /// Links experiments to what they are based on, once all of it is here.
    pub(super) async fn link_bases(&mut self) -> Result<(), ImportError> {
        for bases in std::mem::take(&mut self.bases) {
            let version = bases.base_model_version.and_then(|base| self.model_versions.get(&base).copied());
            let experiment = bases.base_experiment.and_then(|base| self.experiments.get(&base).copied());
            if version.is_none() && bases.base_model_version.is_some() {
                self.report.miss(&bases.what, "its base model version is not here");
            }
            if experiment.is_none() && bases.base_experiment.is_some() {
                self.report.miss(&bases.what, "its base experiment is not here");
            }
            let outcome = self.link(bases.experiment, version, experiment).await;
            self.went(&bases.what, outcome.map_err(ImportError::from))?;
        }
        Ok(())
    }

    async fn link(
        &self,
        id: ExperimentId,
        version: Option<ModelVersionId>,
        experiment: Option<ExperimentId>,
    ) -> Result<(), Failure> {
        let here = operations::find(&self.services.database, self.actor, id).await?;
        let version = version.filter(|_| here.base_model_version.is_none());
        let experiment = experiment.filter(|_| here.base_experiment.is_none());
        if version.is_some() || experiment.is_some() {
            operations::link_bases(&self.services.database, self.actor, id, version, experiment).await?;
        }
        Ok(())
    }
}
