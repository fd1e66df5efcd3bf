//! Datasets, their versions and labels.

use super::{
    Became, Counted, Import, ImportError,
    answers::{DatasetVersion, Label, LabelGroup, Named, Stats},
    if_there, kept_name, name,
};
use crate::{
    compat::{origin::OriginKind, picsellia::words},
    dataset::{DatasetLabelChange, NewDataset, NewDatasetVersion, NewLabelGroup, operations},
    error::Failure,
    vocabulary::{DatasetId, DatasetVersionId, LabelGroupId, TagTarget, name::name_key},
};
use std::collections::HashMap;
use uuid::Uuid;

/// More than any organization has.
const ALL: u32 = 10_000_000;

impl Import<'_> {
    pub(super) async fn datasets(&mut self) -> Result<(), ImportError> {
        for item in self.oldest_first(&format!("/api/organization/{}/datasets", self.source.organization)).await? {
            let Some(listed) = self.read::<Named>("a dataset", item) else { continue };
            let what = format!("dataset {}", listed.name);
            let outcome = self.dataset(&what, listed.id).await;
            self.went(&what, outcome)?;
        }
        Ok(())
    }

    async fn dataset(&mut self, what: &str, id: Uuid) -> Result<(), ImportError> {
        let told: Named = self.source.get(&format!("/api/dataset/{id}"), &[]).await?;
        let new =
            NewDataset { name: name(&told.name)?, description: self.description(what, told.description.as_deref())? };
        let (database, actor) = (&self.services.database, self.actor);
        let alike = operations::list(database, actor, new.name.as_str(), None, ALL).await?;
        let namesake = alike.items.into_iter().find(|dataset| name_key(&dataset.name) == new.name.key());
        let namesake = namesake.map(|dataset| dataset.id.as_uuid());
        let updated_at = async |id: Uuid| {
            let found = if_there(operations::find(database, actor, id.into()).await)?;
            Ok(found.map(|found| found.dataset.updated_at))
        };
        let place = self.place(OriginKind::Dataset, told.id, namesake, updated_at).await?;
        if place.is_new {
            operations::create_with_id(database, actor, place.id.into(), new).await?;
        }
        self.report.count(Counted::Datasets, Became::new_if(place.is_new));
        self.tags(what, (TagTarget::Dataset, place.id), told.tags).await?;
        for item in self.oldest_first(&format!("/api/dataset/{id}/versions")).await? {
            let Some(version) = self.read::<DatasetVersion>(what, item) else { continue };
            let what = format!("dataset version {} › {}", told.name, version.version);
            let outcome = self.dataset_version(&what, place.id.into(), version.id).await;
            self.went(&what, outcome)?;
        }
        Ok(())
    }

    async fn dataset_version(&mut self, what: &str, dataset: DatasetId, id: Uuid) -> Result<(), ImportError> {
        let told: DatasetVersion = self.source.get(&format!("/api/dataset/version/{id}"), &[]).await?;
        let mut labels: Vec<Label> = self.parts(what, &format!("/api/dataset/version/{id}/labels")).await?;
        labels.iter_mut().for_each(|label| label.name = kept_name(&label.name));
        let (database, actor) = (&self.services.database, self.actor);
        let version = name(&told.version)?;
        let namesake = operations::find_version_by_name(database, actor, dataset, version.as_str()).await;
        let namesake = if_there(namesake)?.map(|found| found.id.as_uuid());
        let updated_at = async |id: Uuid| {
            let found = if_there(operations::find_version(database, actor, id.into()).await)?;
            Ok(found.map(|version| version.updated_at))
        };
        let place = self.place(OriginKind::DatasetVersion, told.id, namesake, updated_at).await?;
        if place.is_new {
            let stats: Stats = self.source.get(&format!("/api/dataset/version/{id}/stats"), &[]).await?;
            let counts = stats.label_repartition.into_iter().map(|(label, count)| (kept_name(&label), count));
            let new = NewDatasetVersion {
                name: version,
                description: self.description(what, told.description.as_deref())?,
                kind: self.or_nothing(what, words::dataset_kind(&told.kind).map_err(Failure::from))?,
                item_count: told.size.filter(|size| *size >= 0),
                size_bytes: None,
                labels: labels.iter().map(|label| label.name.clone()).collect(),
                label_counts: counts.filter(|(counted, _)| labels.iter().any(|label| label.name == *counted)).collect(),
            };
            operations::create_version_with_id(database, actor, dataset, place.id.into(), new).await?;
        }
        self.report.count(Counted::DatasetVersions, Became::new_if(place.is_new));
        let here = operations::find_version(database, actor, place.id.into()).await?;
        if !here.labels.labels().iter().eq(labels.iter().map(|label| &label.name)) {
            let is_used = if place.is_own { "" } else { "; nothing is linked to it" };
            self.report.miss(what, format!("its labels are others there{is_used}"));
            // What was trained with other labels was not trained with this.
            if !place.is_own {
                return Ok(());
            }
        }
        self.dataset_versions.insert(told.id, here.id);
        self.tags(what, (TagTarget::DatasetVersion, place.id), told.tags).await?;
        if here.locked_at.is_none() {
            let groups: Vec<LabelGroup> = self.parts(what, &format!("/api/dataset/version/{id}/labelgroups")).await?;
            self.label_groups(what, here.id, &labels, groups).await?;
            if told.locked == Some(true) && place.is_own {
                operations::lock_version(database, actor, here.id).await?;
            }
        }
        let here = operations::find_version(database, actor, here.id).await?;
        Ok(self.settle(&place, Some(here.updated_at)).await?)
    }

    async fn parts<T: serde::de::DeserializeOwned>(&mut self, what: &str, path: &str) -> Result<Vec<T>, ImportError> {
        let items = self.source.list(path).await?;
        Ok(items.into_iter().filter_map(|item| self.read(what, item)).collect())
    }

    /// Puts labels into the groups that they are in there, parents before what is inside of them.
    async fn label_groups(
        &mut self,
        what: &str,
        version: DatasetVersionId,
        labels: &[Label],
        mut groups: Vec<LabelGroup>,
    ) -> Result<(), ImportError> {
        let (database, actor) = (&self.services.database, self.actor);
        let mut here = operations::list_label_groups(database, actor, version).await?;
        let mut places: HashMap<Uuid, LabelGroupId> = HashMap::new();
        while let Some(next) =
            groups.iter().position(|group| group.parent_id.is_none_or(|parent| places.contains_key(&parent)))
        {
            let mut group = groups.swap_remove(next);
            group.name = kept_name(&group.name);
            let parent_id = group.parent_id.and_then(|parent| places.get(&parent).copied());
            let known = here.iter().find(|known| known.name == group.name && known.parent_id == parent_id);
            let id = match known {
                Some(known) => known.id,
                None => {
                    let new = NewLabelGroup { name: name(&group.name)?, parent_id };
                    let added = operations::add_label_group(database, actor, version, new).await?;
                    here.push(added.clone());
                    added.id
                }
            };
            places.insert(group.id, id);
        }
        for group in groups {
            self.report.miss(what, format!("the group of labels {} is inside of one that is not there", group.name));
        }
        let known = operations::list_labels(database, actor, version).await?;
        for label in known.iter().filter(|label| label.group_id.is_none()) {
            let told = labels.iter().find(|told| told.name == label.name).and_then(|told| told.group_id);
            if let Some(group) = told.and_then(|group| places.get(&group)) {
                let change = DatasetLabelChange { group_id: Some(Some(*group)), ..DatasetLabelChange::default() };
                operations::change_label(database, actor, label.id, change).await?;
            }
        }
        Ok(())
    }
}
