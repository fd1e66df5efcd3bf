//! Models and versions that do not come from an experiment (R24).

use super::{
    life::{checked_notebook, checked_word},
    load_version,
};
use crate::{
    audit::{self, Change},
    database::{Connection, Database, unless_taken},
    error::Failure,
    model::{
        MAX_VERSIONS, Model, ModelError, ModelVersion, NewEmptyModel, NewImportedVersion, NewModelWithVersion,
        SourceFacts, store,
    },
    vocabulary::{Actor, ExperimentId, LabelMap, ModelId, ModelVersionId, Name, OrganizationId, Timestamp},
};

/// Creates a model without versions.
pub async fn empty_model(database: &Database, actor: &Actor, new: NewEmptyModel) -> Result<Model, Failure> {
    empty_model_with_id(database, actor, ModelId::generate(), new).await
}

/// Creates a model without versions whose id was made before.
pub async fn empty_model_with_id(
    database: &Database,
    actor: &Actor,
    id: ModelId,
    new: NewEmptyModel,
) -> Result<Model, Failure> {
    actor.require_write("creating a model")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    store::insert(&mut transaction, actor, id, &new.name, &new.description, now).await.map_err(|error| {
        unless_taken(error, || Failure::from(ModelError::NameTaken(new.name.to_string())).into_shown())
    })?;
    let model = store::find(&mut transaction, actor.organization_id, id).await?.ok_or(ModelError::NotFound)?;
    let created = Change::created("model", &id, model.facts()).with("name", model.name.as_str());
    audit::record(&mut transaction, actor, now, created).await?;
    transaction.commit().await?;
    Ok(model)
}

/// Creates a model with its first version.
pub async fn model(database: &Database, actor: &Actor, new: NewModelWithVersion) -> Result<ModelVersion, Failure> {
    actor.require_write("creating a model")?;
    let now = Timestamp::now();
    let id = ModelId::generate();
    let mut transaction = database.begin().await?;
    store::insert(&mut transaction, actor, id, &new.name, &new.description, now).await.map_err(|error| {
        unless_taken(error, || Failure::from(ModelError::NameTaken(new.name.to_string())).into_shown())
    })?;
    let version = insert_version(&mut transaction, actor, id, new.version, VersionBirth::default(), now).await?;
    let model = store::find(&mut transaction, actor.organization_id, id).await?.ok_or(ModelError::NotFound)?;
    let created = Change::created("model", &id, model.facts()).with("name", model.name);
    audit::record(&mut transaction, actor, now, created).await?;
    record_version(&mut transaction, actor, &version, now).await?;
    transaction.commit().await?;
    Ok(version)
}

/// Creates a version of a model of the registry.
pub async fn version(
    database: &Database,
    actor: &Actor,
    model: ModelId,
    new: NewImportedVersion,
) -> Result<ModelVersion, Failure> {
    actor.require_write("creating a model version")?;
    let now = Timestamp::now();
    let mut transaction = database.begin().await?;
    let version = insert_version(&mut transaction, actor, model, new, VersionBirth::default(), now).await?;
    record_version(&mut transaction, actor, &version, now).await?;
    transaction.commit().await?;
    Ok(version)
}

/// The name of a version that nobody names: that of its number, such as `v3`; when it is taken, `v3-2` and so on.
pub async fn next_name(database: &Database, actor: &Actor, model: ModelId) -> Result<Name, Failure> {
    let number = super::find(database, actor, model).await?.last_version + 1;
    let further = (2..).map(|further| format!("v{number}-{further}"));
    for candidate in std::iter::once(format!("v{number}")).chain(further) {
        if super::find_version_by_name(database, actor, model, &candidate).await?.is_none() {
            return Name::parse(&candidate).map_err(|error| Failure::Broken(error.to_string()));
        }
    }
    Err(Failure::Broken(format!("every name after v{number} is taken")))
}

/// What a version is given beside its content. Usually nothing is.
pub struct VersionBirth<'a> {
    /// Its id.
    pub id: ModelVersionId,
    /// Its number is not below this one.
    pub least_number: i64,
    /// The experiment that it was exported from, and what that was.
    pub source: Option<(ExperimentId, &'a SourceFacts)>,
}

impl Default for VersionBirth<'_> {
    fn default() -> Self {
        Self { id: ModelVersionId::generate(), least_number: 1, source: None }
    }
}

/// Writes a version with its label map and its parameters; the caller records it.
pub async fn insert_version(
    connection: &mut Connection,
    actor: &Actor,
    model: ModelId,
    new: NewImportedVersion,
    birth: VersionBirth<'_>,
    now: Timestamp,
) -> Result<ModelVersion, Failure> {
    let labels = LabelMap::parse_with_gaps(&new.labels).map_err(ModelError::Labels)?;
    new.parameters.validate().map_err(ModelError::Parameters)?;
    if let Some(image) = &new.docker_image {
        image.validate().map_err(ModelError::DockerImage)?;
    }
    let inference_type = checked_word("inference_type", &new.inference_type)?;
    let framework = checked_word("framework", &new.framework)?;
    let notebook_url = new.notebook_url.as_deref().map(checked_notebook).transpose()?.flatten();
    let organization = actor.organization_id;
    let number = take_number(connection, organization, model, birth.least_number, now).await?;
    let id = birth.id;
    let row = store::NewVersion {
        id,
        model,
        number,
        name: &new.name,
        description: &new.description,
        inference_type: inference_type.as_deref(),
        framework: framework.as_deref(),
        docker_image: new.docker_image.as_ref(),
        notebook_url: notebook_url.as_deref(),
        source: birth.source,
        base_model_version: None,
    };
    store::insert_version(connection, actor, &row, now).await.map_err(|error| {
        unless_taken(error, || Failure::from(ModelError::VersionNameTaken(new.name.to_string())).into_shown())
    })?;
    store::insert_label_map(connection, actor, id, &labels, now).await?;
    store::insert_parameters(connection, organization, id, &new.parameters).await?;
    load_version(connection, actor, id).await
}

async fn record_version(
    connection: &mut Connection,
    actor: &Actor,
    version: &ModelVersion,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let created = version.identify(Change::created("model_version", &version.id, version.facts()));
    audit::record(connection, actor, now, created).await
}

/// Takes the next version number of a model that is not below `least`; it is given once, whatever happens to the version.
///
/// # Errors
/// [`ModelError::NotFound`]; [`ModelError::TooManyVersions`] beyond [`MAX_VERSIONS`].
pub async fn take_number(
    connection: &mut Connection,
    organization: OrganizationId,
    model: ModelId,
    least: i64,
    now: Timestamp,
) -> Result<i64, Failure> {
    match store::take_number(connection, organization, model, least, now).await? {
        None => Err(ModelError::NotFound.into()),
        Some(number) if number > MAX_VERSIONS => Err(ModelError::TooManyVersions.into()),
        Some(number) => Ok(number),
    }
}
