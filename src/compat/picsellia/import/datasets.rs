//! Datasets, their versions and labels.

use super::{
    Counted, Import, ImportError,
    answers::{DatasetVersion, Label, LabelGroup, Named, Stats},
    is_there, name,
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
        let is_here = async |id: Uuid| is_there(operations::find(database, actor, id.into()).await);
        let place = self.place(OriginKind::Dataset, told.id, namesake, is_here).await?;
        if place.is_free {
            operations::create_with_id(database, actor, place.id.into(), new).await?;
        }
        self.report.count(Counted::Datasets, place.is_free);
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
        let labels: Vec<Label> = self.parts(what, &format!("/api/dataset/version/{id}/labels")).await?;
        let (database, actor) = (&self.services.database, self.actor);
        let version = name(&told.version)?;
        let namesake = match operations::find_version_by_name(database, actor, dataset, version.as_str()).await {
            Ok(found) => Some(found.id.as_uuid()),
            Err(failure) => is_there::<()>(Err(failure)).map(|_| None)?,
        };
        let is_here = async |id: Uuid| is_there(operations::find_version(database, actor, id.into()).await);
        let place = self.place(OriginKind::DatasetVersion, told.id, namesake, is_here).await?;
        if place.is_free {
            let stats: Stats = self.source.get(&format!("/api/dataset/version/{id}/stats"), &[]).await?;
            let mut label_counts = stats.label_repartition;
            label_counts.retain(|counted, _| labels.iter().any(|label| label.name == *counted));
            let new = NewDatasetVersion {
                name: version,
                description: self.description(what, told.description.as_deref())?,
                kind: self.or_nothing(what, words::dataset_kind(&told.kind).map_err(Failure::from))?,
                item_count: told.size.filter(|size| *size >= 0),
                size_bytes: None,
                labels: labels.iter().map(|label| label.name.clone()).collect(),
                label_counts,
            };
            operations::create_version_with_id(database, actor, dataset, place.id.into(), new).await?;
        }
        self.report.count(Counted::DatasetVersions, place.is_free);
        self.dataset_versions.insert(told.id, place.id.into());
        self.tags(what, (TagTarget::DatasetVersion, place.id), told.tags).await?;
        let here = operations::find_version(database, actor, place.id.into()).await?;
        if here.locked_at.is_none() {
            let groups: Vec<LabelGroup> = self.parts(what, &format!("/api/dataset/version/{id}/labelgroups")).await?;
            self.label_groups(what, here.id, &labels, groups).await?;
            if told.locked == Some(true) {
                operations::lock_version(database, actor, here.id).await?;
            }
        }
        Ok(())
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
            let group = groups.swap_remove(next);
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
