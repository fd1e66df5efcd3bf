//! Projects, and experiments.

use super::{
    Became, Counted, Import, ImportError,
    answers::{Attached, Experiment, Named, Reference},
    bases::Bases,
    if_there, name,
};
use crate::{
    compat::{origin::OriginKind, picsellia::words},
    error::{AppError, ErrorKind, Failure},
    experiment::{AttachedDatasetVersion, ExperimentChange, NewAttachment, NewExperiment, NewProject, operations},
    vocabulary::{ExperimentId, ProjectId, name::name_key},
};
use uuid::Uuid;

/// An experiment on its way.
pub struct Run<'a> {
    /// For the report.
    pub what: &'a str,
    /// Its id there.
    pub id: Uuid,
    pub experiment: ExperimentId,
    /// Whether what has changed there may be changed here.
    pub may_change: bool,
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
        let updated_at = async |id: Uuid| {
            let found = if_there(operations::find_project(database, actor, id.into()).await)?;
            Ok(found.map(|project| project.updated_at))
        };
        let namesake = namesake.map(|project| project.id.as_uuid());
        let place = self.place(OriginKind::Project, told.id, namesake, updated_at).await?;
        if place.is_new {
            operations::create_project_with_id(database, actor, place.id.into(), new).await?;
        }
        self.report.count(Counted::Projects, Became::new_if(place.is_new));
        let outcome = self.project_datasets(what, id, place.id.into()).await;
        self.went(what, outcome)?;
        for item in self.oldest_first(&format!("/api/project/{id}/experiments")).await? {
            let Some(listed) = self.read::<Experiment>(what, item) else { continue };
            let what = format!("experiment {} › {}", told.name, listed.name);
            let outcome = self.experiment(&what, place.id.into(), listed.id).await;
            self.went(&what, outcome)?;
        }
        Ok(())
    }

    async fn project_datasets(&mut self, what: &str, id: Uuid, project: ProjectId) -> Result<(), ImportError> {
        for item in self.source.list(&format!("/api/project/{id}/datasets")).await? {
            let Some(version) = self.read::<Reference>(what, item) else { continue };
            let Some(here) = self.dataset_versions.get(&version.id).copied() else {
                self.report.miss(what, format!("its dataset version {} is not here", version.id));
                continue;
            };
            let attached = operations::attach_to_project(&self.services.database, self.actor, project, here).await;
            self.went(what, attached.map_err(ImportError::from))?;
        }
        Ok(())
    }

    async fn experiment(&mut self, what: &str, project_id: ProjectId, id: Uuid) -> Result<(), ImportError> {
        let told: Experiment = self.source.get(&format!("/api/experiment/{id}"), &[]).await?;
        let (database, actor) = (&self.services.database, self.actor);
        let updated_at = async |id: Uuid| {
            let found = if_there(operations::find(database, actor, id.into()).await)?;
            Ok(found.map(|experiment| experiment.summary.updated_at))
        };
        let place = self.place(OriginKind::Experiment, told.id, None, updated_at).await?;
        let experiment: ExperimentId = place.id.into();
        if place.is_new {
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
        self.report.count(Counted::Experiments, Became::new_if(place.is_new));
        self.experiments.insert(told.id, experiment);
        let run = Run { what, id, experiment, may_change: place.may_change };
        self.bases.push(Bases {
            what: what.to_owned(),
            place,
            model_version: told.base_model_version_id,
            experiment: told.base_experiment_id,
        });
        // What goes wrong with one part does not keep the others away.
        let outcome = self.attachments(&run).await;
        self.went(what, outcome)?;
        let outcome = self.logs(&run).await;
        self.went(&format!("{what}, logs"), outcome)?;
        let outcome = self.artifacts(&run).await;
        self.went(&format!("{what}, artifacts"), outcome)?;
        let outcome = self.console_file(&run).await;
        self.went(&format!("{what}, logging file"), outcome)?;
        self.words(&run, &told).await
    }

    /// Name, description and status as they are there now.
    async fn words(&mut self, run: &Run<'_>, told: &Experiment) -> Result<(), ImportError> {
        let (database, actor) = (&self.services.database, self.actor);
        let here = operations::find(database, actor, run.experiment).await?.summary;
        let status = self.or_nothing(run.what, words::status(&told.status).map(Some).map_err(Failure::from))?;
        let description = self.description(run.what, told.description.as_deref())?;
        let change = ExperimentChange {
            name: Some(name(&told.name)?).filter(|name| name.as_str() != here.name),
            description: Some(description).filter(|description| description.as_str() != here.description),
            status: status.filter(|status| *status != here.status),
            ..ExperimentChange::default()
        };
        let is_same = change.name.is_none() && change.description.is_none() && change.status.is_none();
        match (is_same, run.may_change) {
            (true, _) => {}
            (false, true) => {
                operations::change(database, actor, run.experiment, change).await?;
            }
            (false, false) => {
                let why =
                    "its name, description or status is other there, but it was changed here; it is left as it is";
                self.report.miss(run.what, why);
            }
        }
        Ok(())
    }

    async fn attachments(&mut self, run: &Run<'_>) -> Result<(), ImportError> {
        let here = operations::find(&self.services.database, self.actor, run.experiment).await?.dataset_versions;
        for item in self.source.list(&format!("/api/experiment/{}/datasets", run.id)).await? {
            let Some(attached) = self.read::<Attached>(run.what, item) else { continue };
            let outcome = self.attachment(run, &here, &attached).await;
            self.went(run.what, outcome)?;
        }
        Ok(())
    }

    async fn attachment(
        &self,
        run: &Run<'_>,
        here: &[AttachedDatasetVersion],
        told: &Attached,
    ) -> Result<(), ImportError> {
        let alias = name(&told.name)?;
        let known = here.iter().find(|known| name_key(&known.alias) == alias.key());
        let version = self.dataset_versions.get(&told.dataset_version.id).copied();
        let version = match (version, known) {
            (Some(version), Some(known)) if known.dataset_version_id == version => return Ok(()),
            (Some(version), _) => version,
            (None, Some(_)) => return Ok(()),
            (None, None) => {
                let detail = format!("the dataset version that it calls {alias} is not here");
                return Err(AppError::new(ErrorKind::NotFound, "not_found", detail).into());
            }
        };
        let new = NewAttachment { alias, dataset_version_id: version };
        operations::attach_dataset_version(&self.services.database, self.actor, run.experiment, new).await?;
        Ok(())
    }
}
