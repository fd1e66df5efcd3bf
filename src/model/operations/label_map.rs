//! Editing the label map of a version, knowingly (R30, R31).

use crate::{
    audit::{self, Change},
    database::{Connection, Database},
    error::Failure,
    model::{LabelMapEdit, LabelMapReview, LabelMapRevision, ModelError, Reason, VersionLabelMap, store},
    vocabulary::{
        Actor, LabelMap, ModelVersionId, Page, Timestamp,
        label_map::comparison::{Comparison, compare},
        paging::checked_number,
    },
};
use serde_json::json;

/// The label map of a version as it is now, and how it differs from the inherited one.
pub async fn find(database: &Database, actor: &Actor, id: ModelVersionId) -> Result<VersionLabelMap, Failure> {
    load(&mut *database.read().await?, actor, id).await
}

/// The same, also inside a transaction.
pub async fn load(connection: &mut Connection, actor: &Actor, id: ModelVersionId) -> Result<VersionLabelMap, Failure> {
    let organization = actor.organization_id;
    let inherited = store::find_label_map_revision(connection, organization, id, Some(0)).await?;
    let current = store::find_label_map_revision(connection, organization, id, None).await?;
    let (inherited, current) = inherited.zip(current).ok_or(ModelError::VersionNotFound)?;
    let comparison = compare(&inherited.labels, &current.labels);
    Ok(VersionLabelMap { meaning: comparison.meaning().to_owned(), comparison, inherited: inherited.labels, current })
}

/// One revision of a version's label map.
pub async fn find_revision(
    database: &Database,
    actor: &Actor,
    id: ModelVersionId,
    revision: i64,
) -> Result<LabelMapRevision, Failure> {
    let mut connection = database.read().await?;
    let found = store::find_label_map_revision(&mut connection, actor.organization_id, id, Some(revision)).await?;
    found.ok_or_else(|| ModelError::RevisionNotFound.into())
}

/// The revisions of a version's label map, newest first.
pub async fn list_revisions(
    database: &Database,
    actor: &Actor,
    id: ModelVersionId,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<LabelMapRevision>, Failure> {
    let before = checked_number(cursor)?.unwrap_or(i64::MAX);
    let mut connection = database.read().await?;
    let revisions =
        store::list_label_map_revisions(&mut connection, actor.organization_id, id, before, limit + 1).await?;
    if revisions.is_empty() && cursor.is_none() {
        return Err(ModelError::VersionNotFound.into());
    }
    Ok(Page::cut(revisions, limit, |revision| revision.revision.to_string()))
}

/// What an edit to `labels` would mean; nothing is changed.
pub async fn review<T: AsRef<str>>(
    database: &Database,
    actor: &Actor,
    id: ModelVersionId,
    labels: &[T],
) -> Result<LabelMapReview, Failure> {
    let found = find(database, actor, id).await?;
    let labels = LabelMap::parse_with_gaps(labels).map_err(ModelError::Labels)?;
    let comparison = compare(&found.inherited, &labels);
    Ok(LabelMapReview { meaning: comparison.meaning().to_owned(), comparison })
}

/// Adds a revision. Labels that are the current ones already add none.
///
/// Refused with `label_map_changed` when somebody else has added a revision since the expected one.
pub async fn edit(
    database: &Database,
    actor: &Actor,
    id: ModelVersionId,
    edit: &LabelMapEdit,
) -> Result<VersionLabelMap, Failure> {
    actor.require_write("editing a label map")?;
    let labels = LabelMap::parse_with_gaps(&edit.labels).map_err(ModelError::Labels)?;
    let reason = Reason::parse(&edit.reason).map_err(ModelError::Reason)?;
    save(database, actor, id, Some(edit.expected_revision), move |_| labels, reason.as_str()).await
}

/// Adds a revision that equals the inherited map.
pub async fn restore_inherited(
    database: &Database,
    actor: &Actor,
    id: ModelVersionId,
) -> Result<VersionLabelMap, Failure> {
    actor.require_write("editing a label map")?;
    save(database, actor, id, None, |found| found.inherited.clone(), "Returned to the inherited label map").await
}

async fn save(
    database: &Database,
    actor: &Actor,
    id: ModelVersionId,
    expected_revision: Option<i64>,
    labels: impl FnOnce(&VersionLabelMap) -> LabelMap,
    reason: &str,
) -> Result<VersionLabelMap, Failure> {
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    if !store::touch_version(&mut transaction, actor.organization_id, id, now).await? {
        return Err(ModelError::VersionNotFound.into());
    }
    let found = load(&mut transaction, actor, id).await?;
    let newest = found.current.revision;
    if expected_revision.is_some_and(|expected| expected != newest) {
        return Err(ModelError::LabelMapChanged(newest).into());
    }
    let labels = labels(&found);
    if labels == found.current.labels {
        return Ok(found);
    }
    let revision = newest + 1;
    store::insert_label_map_revision(&mut transaction, actor, id, revision, &labels, reason, now).await?;
    let saved = load(&mut transaction, actor, id).await?;
    let link =
        store::find_link(&mut transaction, actor.organization_id, id).await?.ok_or(ModelError::VersionNotFound)?;
    let change = link.identify(label_map_edit(&id, revision, reason, &found, &labels));
    audit::record(&mut transaction, actor, now, change).await?;
    transaction.commit().await?;
    Ok(saved)
}

fn label_map_edit<'a>(
    id: &'a ModelVersionId,
    revision: i64,
    reason: &str,
    found: &VersionLabelMap,
    labels: &LabelMap,
) -> Change<'a> {
    let told = |comparison: Comparison| json!({ "verdict": comparison.verdict, "changes": comparison.changes.len() });
    let state = |revision: i64, labels: &LabelMap| json!({ "revision": revision, "labels": labels });
    let before = state(found.current.revision, &found.current.labels);
    Change::updated("model_version", id, before, state(revision, labels))
        .named("edit_label_map")
        .with("reason", reason)
        .with("to_inherited", told(compare(&found.inherited, labels)))
        .with("to_previous", told(compare(&found.current.labels, labels)))
}
