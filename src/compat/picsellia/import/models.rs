//! Models and their versions.

use super::{
    Became, Counted, Import, ImportError,
    answers::{Context, ContextData, File, ModelVersion, Named},
    changed_here, if_there, kept_name, name,
};
use crate::{
    artifact::{self, ArtifactError, ModelFile, UploadOwner, UploadPurpose},
    compat::{origin::OriginKind, picsellia::words},
    error::{AppError, Failure},
    export::operations::{ExportedElsewhere, UsedDatasetVersion, receive},
    model::{NewEmptyModel, NewImportedVersion, operations},
    vocabulary::{
        ExperimentId, FileName, ModelId, ModelVersionId, Parameters, TagTarget, label_map::indices::from_index_object,
    },
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
        let updated_at = async |id: Uuid| {
            let found = if_there(operations::find(database, actor, id.into()).await)?;
            Ok(found.map(|model| model.updated_at))
        };
        let place = self.place(OriginKind::Model, told.id, namesake, updated_at).await?;
        if place.is_new {
            operations::create::empty_model_with_id(database, actor, place.id.into(), new).await?;
        }
        self.report.count(Counted::Models, Became::new_if(place.is_new));
        self.tags(what, (TagTarget::Model, place.id), told.tags).await?;
        let items = self.source.list(&format!("/api/model/{id}/versions")).await?;
        let mut versions: Vec<ModelVersion> = items.into_iter().filter_map(|item| self.read(what, item)).collect();
        versions.sort_by_key(|version| version.version);
        let shift = self.shift(place.is_own, &versions).await?;
        if shift > 0 {
            self.report.miss(what, format!("its versions have other numbers here: those of there plus {shift}"));
        }
        for version in versions {
            let what = format!("model version {} › {}", told.name, version.name);
            let outcome = self.model_version(&what, place.id.into(), version.id, shift).await;
            let is_passing = matches!(&outcome, Err(ImportError::Source(error)) if error.is_passing());
            self.went(&what, outcome)?;
            // A later version would take its number.
            if is_passing {
                self.report
                    .miss(&what, "the versions after it come with the next import, so that each keeps its number");
                break;
            }
        }
        Ok(())
    }

    /// Numbers begin at 1 here. Those of a model that begins at 0 there become one higher, and do so with every import.
    async fn shift(&self, is_own: bool, versions: &[ModelVersion]) -> Result<i64, ImportError> {
        for version in versions.iter().filter(|_| is_own) {
            let brought = self.brought_before(OriginKind::ModelVersion, version.id).await?;
            let Some(id) = brought else { continue };
            let here = operations::find_version(&self.services.database, self.actor, id.into()).await;
            if let Some(here) = if_there(here)? {
                return Ok(here.number.saturating_sub(version.version).max(0));
            }
        }
        Ok(versions.first().map_or(0, |first| 1_i64.saturating_sub(first.version).max(0)))
    }

    async fn model_version(&mut self, what: &str, model: ModelId, id: Uuid, shift: i64) -> Result<(), ImportError> {
        let told: ModelVersion = self.source.get(&format!("/api/model/version/{id}"), &[]).await?;
        let (database, actor) = (&self.services.database, self.actor);
        let updated_at = async |id: Uuid| {
            let found = if_there(operations::find_version(database, actor, id.into()).await)?;
            Ok(found.map(|version| version.updated_at))
        };
        let place = self.place(OriginKind::ModelVersion, told.id, None, updated_at).await?;
        let version: ModelVersionId = place.id.into();
        if place.is_new {
            let context: Context = self.source.get(&format!("/api/model/version/{id}/context"), &[]).await?;
            let number = told.version.saturating_add(shift);
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
        } else {
            self.differences(what, &told, version).await?;
        }
        self.report.count(Counted::ModelVersions, Became::new_if(place.is_new));
        self.model_versions.insert(told.id, version);
        self.tags(what, (TagTarget::ModelVersion, place.id), told.tags).await?;
        self.model_files(what, id, (version, place.may_change)).await?;
        let here = operations::find_version(database, actor, version).await?;
        Ok(self.settle(&place, Some(here.updated_at)).await?)
    }

    /// What a version is stays as it was brought: it may be in use. Differences are told.
    async fn differences(
        &mut self,
        what: &str,
        told: &ModelVersion,
        version: ModelVersionId,
    ) -> Result<(), ImportError> {
        let here = operations::find_version(&self.services.database, self.actor, version).await?;
        let labels = told.labels.as_ref().filter(|labels| !labels.is_null()).map(from_index_object);
        let differs = [
            ("name", kept_name(&told.name) != here.name),
            ("description", told.description.as_ref().is_some_and(|text| text.trim() != here.description.trim())),
            ("label map", labels.and_then(Result::ok).unwrap_or_default() != here.labels),
            ("parameters", told.parameters.as_ref().is_some_and(|parameters| *parameters != here.parameters)),
        ];
        let words: Vec<&str> = differs.into_iter().filter(|(_, differs)| *differs).map(|(word, _)| word).collect();
        if !words.is_empty() {
            self.report.miss(what, format!("other there than here: {}; it is left as it is here", words.join(", ")));
        }
        Ok(())
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

    async fn model_files(
        &mut self,
        what: &str,
        id: Uuid,
        (version, may_change): (ModelVersionId, bool),
    ) -> Result<(), ImportError> {
        let here = artifact::operations::list_model_files(&self.services.database, self.actor, version).await?;
        for item in self.source.list(&format!("/api/model/version/{id}/modelfiles")).await? {
            let Some(told) = self.read::<File>(what, item) else { continue };
            let outcome = self.model_file((version, may_change), &here, &told).await;
            if let Some(became) = self.went(&format!("{what}, file {}", told.name), outcome)? {
                self.report.count(Counted::ModelFiles, became);
            }
        }
        Ok(())
    }

    async fn model_file(
        &self,
        (version, may_change): (ModelVersionId, bool),
        here: &[ModelFile],
        told: &File,
    ) -> Result<Became, ImportError> {
        let (database, actor) = (&self.services.database, self.actor);
        let name = FileName::parse(&told.name).map_err(ArtifactError::InvalidName).map_err(Failure::from)?;
        let known = here.iter().find(|known| known.name == name.as_str());
        if known.is_some_and(|known| told.may_be(known.sha256, known.size_bytes)) {
            return Ok(Became::Same);
        }
        if known.is_some() && !may_change {
            return Err(changed_here());
        }
        let new = self.file(UploadPurpose::ModelFile, UploadOwner::ModelVersion(version), told).await?;
        if let Some(known) = known {
            operations::files::remove(database, actor, version, &known.name).await?;
        }
        operations::files::put_upload(database, actor, version, &new).await?;
        Ok(if known.is_some() { Became::Changed } else { Became::New })
    }
}
