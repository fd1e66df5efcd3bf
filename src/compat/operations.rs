//! Knowing again what was brought over before.

use super::{origin::Origin, store};
use crate::{
    database::Database,
    error::Failure,
    vocabulary::{Actor, Timestamp},
};
use uuid::Uuid;

/// The id that an object of another server has here, if it was brought over or is being brought over.
pub async fn find_brought(database: &Database, actor: &Actor, origin: &Origin) -> Result<Option<Uuid>, Failure> {
    Ok(store::find(&mut *database.read().await?, actor.organization_id, origin).await?)
}

/// Writes down under which id an object of another server is, or is going to be, here. Before the object exists, so that what breaks off in
/// between goes on with the same id.
pub async fn remember_brought(database: &Database, actor: &Actor, origin: &Origin, local: Uuid) -> Result<(), Failure> {
    actor.require_write("bringing objects over")?;
    let mut transaction = database.begin().await?;
    store::put(&mut transaction, actor.organization_id, origin, local, Timestamp::now()).await?;
    Ok(transaction.commit().await?)
}
