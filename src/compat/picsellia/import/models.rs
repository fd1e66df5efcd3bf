//! Models and their versions.

use super::{
    Counted, Import, ImportError,
    answers::{Context, ContextData, File, ModelVersion, Named},
    is_there, name,
};
use crate::{
    artifact::{self, UploadOwner, UploadPurpose},
    compat::{origin::OriginKind, picsellia::words},
    error::{AppError, Failure},
    export::operations::{ExportedElsewhere, UsedDatasetVersion, receive},
    model::{NewEmptyModel, NewImportedVersion, operations},
    vocabulary::{ExperimentId, ModelId, ModelVersionId, Parameters, TagTarget, label_map::indices::from_index_object},
};
use uuid::Uuid;

impl Import<'_> {
    pub(super) async fn models(&mut self) -> Result<(), ImportError> {
        for item in self.oldest_first(&format!("/api/organization/{}/models", self.source.organization)).await? {
            let Some(listed) = self.read::<Named>("a model", item) else { continue };
            let what = format!("model {}", listed.name);
            let outcome = self.model(&what, listed.id).await;
            self.went(&what, outcome)?;
        }
        Ok(())
    }

    async fn model(&mut self, what: &str, id: Uuid) -> Result<(), ImportError> {
        let told: Named = self.source.get(&format!("/api/model/{id}"), &[]).await?;
        let new = NewEmptyModel {
            name: name(&told.name)?,
            description: self.description(what, told.description.as_deref())?,
        };
        let (database, actor) = (&self.services.database, self.actor);
        let namesake = operations::find_by_name(database, actor, &new.name).await?.map(ModelId::as_uuid);
        let is_here = async |id: Uuid| is_there(operations::find(database, actor, id.into()).await);
        let place = self.place(OriginKind::Model, told.id, namesake, is_here).await?;
        if place.is_free {
            operations::create::empty_model_with_id(database, actor, place.id.into(), new).await?;
        }
        self.report.count(Counted::Models, place.is_free);
        self.tags(what, (TagTarget::Model, place.id), told.tags).await?;
        let items = self.source.list(&format!("/api/model/{id}/versions")).await?;
        let mut versions: Vec<ModelVersion> = items.into_iter().filter_map(|item| self.read(what, item)).collect();
        versions.sort_by_key(|version| version.version);
        // Numbers begin at 1 here; those that begin at 0 there become one higher.
        let shift = versions.first().map_or(0, |first| (1 - first.version).max(0));
        if shift > 0 {
            self.report.miss(what, format!("its versions have other numbers here: those of there plus {shift}"));
        }
        for version in versions {
            let what = format!("model version {} › {}", told.name, version.name);
            let outcome = self.model_version(&what, place.id.into(), version.id, shift).await;
            self.went(&what, outcome)?;
        }
        Ok(())
    }

    async fn model_version(&mut self, what: &str, model: ModelId, id: Uuid, shift: i64) -> Result<(), ImportError> {
        let told: ModelVersion = self.source.get(&format!("/api/model/version/{id}"), &[]).await?;
        let (database, actor) = (&self.services.database, self.actor);
        let is_here = async |id: Uuid| is_there(operations::find_version(database, actor, id.into()).await);
        let place = self.place(OriginKind::ModelVersion, told.id, None, is_here).await?;
        let version: ModelVersionId = place.id.into();
        if place.is_free {
            let context: Context = self.source.get(&format!("/api/model/version/{id}/context"), &[]).await?;
            let number = told.version + shift;
            let new = ExportedElsewhere {
                id: version,
                model,
                number,
                content: self.content(what, &told)?,
                experiment: self.source_experiment(what, context.experiment_id),
                dataset_versions: self.used_dataset_versions(what, context.datas)?,
            };
            let created = receive(database, actor, new).await?;
            if created.number != number {
                self.report
                    .miss(what, format!("it is version {} there and version {} here", told.version, created.number));
            }
        }
        self.report.count(Counted::ModelVersions, place.is_free);
        self.model_versions.insert(told.id, version);
        self.tags(what, (TagTarget::ModelVersion, place.id), told.tags).await?;
        self.model_files(what, id, version).await
    }

    fn content(&mut self, what: &str, told: &ModelVersion) -> Result<NewImportedVersion, ImportError> {
        let labels = told.labels.as_ref().filter(|labels| !labels.is_null()).map(from_index_object).transpose();
        let labels = labels.map_err(|error| AppError::invalid_field("labels", error.to_string()).into());
        let parameters = told.parameters.clone().unwrap_or_default();
        let checked = parameters.validate().map(|()| parameters);
        let checked = checked.map_err(|error| AppError::invalid_field("parameters", error.to_string()).into());
        if told.docker.has_values() {
            self.report.miss(what, "environment variables are kept by their names, without values");
        }
        if told.thumbnail_object_name.as_ref().is_some_and(|thumbnail| !thumbnail.is_null()) {
            self.report.miss(what, "thumbnails are not kept");
        }
        Ok(NewImportedVersion {
            name: name(&told.name)?,
            description: self.description(what, told.description.as_deref())?,
            inference_type: self.or_nothing(what, words::inference_type(&told.kind).map_err(Failure::from))?,
            framework: self.or_nothing(what, words::framework(&told.framework).map_err(Failure::from))?,
            labels: self.or_nothing(what, labels)?.unwrap_or_default().labels().to_vec(),
            parameters: self.or_nothing::<Parameters>(what, checked)?,
            docker_image: self.or_nothing(what, told.docker.onto(None))?,
            notebook_url: told.notebook_link.clone().filter(|link| !link.is_empty()),
        })
    }

    fn source_experiment(&mut self, what: &str, told: Option<Uuid>) -> Option<ExperimentId> {
        let found = self.experiments.get(&told?).copied();
        if found.is_none() {
            self.report.miss(what, "the experiment that it came from is not here");
        }
        found
    }

    fn used_dataset_versions(
        &mut self,
        what: &str,
        told: Vec<ContextData>,
    ) -> Result<Vec<UsedDatasetVersion>, ImportError> {
        let mut used = Vec::with_capacity(told.len());
        for data in told {
            let Some(id) = self.dataset_versions.get(&data.version_id).copied() else {
                self.report.miss(what, format!("the dataset version that it calls {} is not here", data.name));
                continue;
            };
            let counts = data.repartition.unwrap_or_default();
            let label_counts = counts.into_iter().filter(|(_, count)| *count >= 0).collect();
            used.push(UsedDatasetVersion { alias: name(&data.name)?, id, label_counts });
        }
        Ok(used)
    }

    async fn model_files(&mut self, what: &str, id: Uuid, version: ModelVersionId) -> Result<(), ImportError> {
        let here = artifact::operations::list_model_files(&self.services.database, self.actor, version).await?;
        for item in self.source.list(&format!("/api/model/version/{id}/modelfiles")).await? {
            let Some(told) = self.read::<File>(what, item) else { continue };
            if here.iter().any(|known| known.name == told.name) {
                self.report.count(Counted::ModelFiles, false);
                continue;
            }
            let outcome = self.model_file(version, &told).await;
            if self.went(&format!("{what}, file {}", told.name), outcome)?.is_some() {
                self.report.count(Counted::ModelFiles, true);
            }
        }
        Ok(())
    }

    async fn model_file(&self, version: ModelVersionId, told: &File) -> Result<(), ImportError> {
        let new = self.file(UploadPurpose::ModelFile, UploadOwner::ModelVersion(version), told).await?;
        operations::files::put_upload(&self.services.database, self.actor, version, &new).await?;
        Ok(())
    }
}
