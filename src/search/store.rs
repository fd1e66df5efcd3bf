//! SQL that finds things by words.

use super::{Hit, Kind};
use crate::{
    database::{Connection, contains_pattern},
    vocabulary::{Actor, Reach},
};
use sqlx::AssertSqlSafe;

/// Every statement gives the same columns. `$1` is the organization, `$2` a pattern of name keys, `$3` an id, `$4` the limit.
#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    /// The page below which it is: of the model or dataset, for versions.
    parent_id: Option<String>,
    within: Option<String>,
    /// A version's number.
    number: i64,
    tag: Option<String>,
    alias: Option<String>,
    label: Option<String>,
    archived_at: Option<i64>,
}

const PROJECTS: &str = r"
SELECT id, name, CAST(NULL AS TEXT) AS parent_id, CAST(NULL AS TEXT) AS within, CAST(0 AS BIGINT) AS number,
       CAST(NULL AS TEXT) AS tag, CAST(NULL AS TEXT) AS alias, CAST(NULL AS TEXT) AS label, CAST(NULL AS BIGINT) AS archived_at
FROM projects
WHERE organization_id = $1 AND deleted_at IS NULL{reach} AND (name_key LIKE $2 ESCAPE '\' OR id = $3)
ORDER BY id DESC LIMIT $4";

const EXPERIMENTS: &str = r"
SELECT experiments.id, experiments.name, CAST(NULL AS TEXT) AS parent_id, projects.name AS within, CAST(0 AS BIGINT) AS number,
       (SELECT MIN(tag) FROM experiment_tags WHERE experiment_tags.experiment_id = experiments.id AND tag_key LIKE $2 ESCAPE '\') AS tag,
       CAST(NULL AS TEXT) AS alias, CAST(NULL AS TEXT) AS label, experiments.archived_at
FROM experiments
JOIN projects ON projects.id = experiments.project_id
WHERE experiments.organization_id = $1 AND experiments.deleted_at IS NULL{reach}
  AND (experiments.name_key LIKE $2 ESCAPE '\' OR experiments.id = $3
       OR experiments.id IN (SELECT experiment_id FROM experiment_tags WHERE organization_id = $1 AND tag_key LIKE $2 ESCAPE '\'))
ORDER BY experiments.id DESC LIMIT $4";

const DATASETS: &str = r"
SELECT id, name, CAST(NULL AS TEXT) AS parent_id, CAST(NULL AS TEXT) AS within, CAST(0 AS BIGINT) AS number,
       (SELECT MIN(tag) FROM dataset_tags WHERE dataset_tags.dataset_id = datasets.id AND tag_key LIKE $2 ESCAPE '\') AS tag,
       CAST(NULL AS TEXT) AS alias, CAST(NULL AS TEXT) AS label, CAST(NULL AS BIGINT) AS archived_at
FROM datasets
WHERE organization_id = $1
  AND (name_key LIKE $2 ESCAPE '\' OR id = $3
       OR id IN (SELECT dataset_id FROM dataset_tags WHERE organization_id = $1 AND tag_key LIKE $2 ESCAPE '\'))
ORDER BY id DESC LIMIT $4";

const DATASET_VERSIONS: &str = r"
SELECT dataset_versions.id, dataset_versions.name, datasets.id AS parent_id, datasets.name AS within, CAST(0 AS BIGINT) AS number,
       (SELECT MIN(tag) FROM dataset_version_tags WHERE dataset_version_tags.dataset_version_id = dataset_versions.id AND tag_key LIKE $2 ESCAPE '\') AS tag,
       CAST(NULL AS TEXT) AS alias, CAST(NULL AS TEXT) AS label, CAST(NULL AS BIGINT) AS archived_at
FROM dataset_versions
JOIN datasets ON datasets.id = dataset_versions.dataset_id
WHERE dataset_versions.organization_id = $1
  AND (dataset_versions.name_key LIKE $2 ESCAPE '\' OR dataset_versions.id = $3
       OR dataset_versions.id IN (SELECT dataset_version_id FROM dataset_version_tags WHERE organization_id = $1 AND tag_key LIKE $2 ESCAPE '\'))
ORDER BY dataset_versions.id DESC LIMIT $4";

const MODELS: &str = r"
SELECT id, name, CAST(NULL AS TEXT) AS parent_id, CAST(NULL AS TEXT) AS within, CAST(0 AS BIGINT) AS number,
       (SELECT MIN(tag) FROM model_tags WHERE model_tags.model_id = models.id AND tag_key LIKE $2 ESCAPE '\') AS tag,
       CAST(NULL AS TEXT) AS alias, CAST(NULL AS TEXT) AS label, archived_at
FROM models
WHERE organization_id = $1
  AND (name_key LIKE $2 ESCAPE '\' OR id = $3
       OR id IN (SELECT model_id FROM model_tags WHERE organization_id = $1 AND tag_key LIKE $2 ESCAPE '\'))
ORDER BY id DESC LIMIT $4";

const MODEL_VERSIONS: &str = r"
SELECT model_versions.id, model_versions.name, models.id AS parent_id, models.name AS within, model_versions.number,
       (SELECT MIN(tag) FROM model_version_tags WHERE model_version_tags.model_version_id = model_versions.id AND tag_key LIKE $2 ESCAPE '\') AS tag,
       (SELECT MIN(alias) FROM model_aliases WHERE model_aliases.model_version_id = model_versions.id AND alias_key LIKE $2 ESCAPE '\') AS alias,
       (SELECT MIN(name) FROM model_version_labels WHERE model_version_labels.model_version_id = model_versions.id AND name_key LIKE $2 ESCAPE '\') AS label,
       model_versions.archived_at
FROM model_versions
JOIN models ON models.id = model_versions.model_id
WHERE model_versions.organization_id = $1
  AND (model_versions.name_key LIKE $2 ESCAPE '\' OR model_versions.id = $3
       OR model_versions.id IN (SELECT model_version_id FROM model_version_tags WHERE organization_id = $1 AND tag_key LIKE $2 ESCAPE '\')
       OR model_versions.id IN (SELECT model_version_id FROM model_aliases WHERE organization_id = $1 AND alias_key LIKE $2 ESCAPE '\')
       OR model_versions.id IN (SELECT model_version_id FROM model_version_labels WHERE organization_id = $1 AND name_key LIKE $2 ESCAPE '\'))
ORDER BY model_versions.id DESC LIMIT $4";

fn statement(kind: Kind, reach: &Reach) -> String {
    match kind {
        Kind::Project => PROJECTS.replace("{reach}", &reach.condition("projects.id")),
        Kind::Experiment => EXPERIMENTS.replace("{reach}", &reach.condition("experiments.project_id")),
        Kind::Dataset => DATASETS.to_owned(),
        Kind::DatasetVersion => DATASET_VERSIONS.to_owned(),
        Kind::Model => MODELS.to_owned(),
        Kind::ModelVersion => MODEL_VERSIONS.to_owned(),
    }
}

pub async fn search(
    connection: &mut Connection,
    actor: &Actor,
    kind: Kind,
    text: &str,
    limit: u32,
) -> Result<Vec<Hit>, sqlx::Error> {
    let pattern = contains_pattern(text);
    rows(connection, actor, kind, &pattern, &text.to_ascii_lowercase(), limit).await
}

/// One thing by its id.
pub async fn find(
    connection: &mut Connection,
    actor: &Actor,
    kind: Kind,
    id: &str,
) -> Result<Option<Hit>, sqlx::Error> {
    let hits = rows(connection, actor, kind, "", id, 1).await?;
    Ok(hits.into_iter().next())
}

async fn rows(
    connection: &mut Connection,
    actor: &Actor,
    kind: Kind,
    pattern: &str,
    id: &str,
    limit: u32,
) -> Result<Vec<Hit>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(statement(kind, &actor.reach)))
        .bind(actor.organization_id.to_string())
        .bind(pattern)
        .bind(id.replace('\0', "\u{FFFF}"))
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| hit(kind, row)).collect())
}

fn hit(kind: Kind, row: Row) -> Hit {
    let parent = row.parent_id.unwrap_or_default();
    let address = match kind {
        Kind::Project => format!("/projects/{}", row.id),
        Kind::Experiment => format!("/experiments/{}", row.id),
        Kind::Dataset => format!("/datasets/{}", row.id),
        Kind::DatasetVersion => format!("/dataset-versions/{}", row.id),
        Kind::Model => format!("/registry/{}", row.id),
        Kind::ModelVersion => format!("/registry/{parent}/{}", row.number),
    };
    let because = [("alias", row.alias), ("tag", row.tag), ("label", row.label)];
    let because = because.into_iter().find_map(|(what, found)| found.map(|found| format!("{what}: {found}")));
    Hit {
        kind,
        id: row.id,
        name: row.name,
        within: row.within,
        address,
        because,
        is_archived: row.archived_at.is_some(),
    }
}
