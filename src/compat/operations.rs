//! Knowing again what was brought over before.

use super::{
    origin::{Brought, Origin, OriginKind},
    store,
};
use crate::{
    database::Database,
    error::Failure,
    vocabulary::{Actor, Timestamp},
};
use uuid::Uuid;

/// What an object of another server is here, if it was brought over or is being brought over.
pub async fn find_brought(database: &Database, actor: &Actor, origin: &Origin) -> Result<Option<Brought>, Failure> {
    Ok(store::find(&mut *database.read().await?, actor.organization_id, origin).await?)
}

/// Whether an object here is one of another server already.
pub async fn is_brought(database: &Database, actor: &Actor, kind: OriginKind, id: Uuid) -> Result<bool, Failure> {
    Ok(store::has_local(&mut *database.read().await?, actor.organization_id, kind, id).await?)
}

/// Writes down what an object of another server is, or is going to be, here. Before the object exists, so that what breaks off in between
/// is known again.
pub async fn remember_brought(
    database: &Database,
    actor: &Actor,
    origin: &Origin,
    brought: &Brought,
) -> Result<(), Failure> {
    actor.require_write("bringing objects over")?;
    let mut transaction = database.begin().await?;
    store::put(&mut transaction, actor.organization_id, origin, brought, Timestamp::now()).await?;
    Ok(transaction.commit().await?)
}
