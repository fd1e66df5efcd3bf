//! Tags of what is brought over.

use super::{Import, ImportError, answers::Tag};
use crate::{error::Failure, tag::operations, vocabulary::TagTarget};
use uuid::Uuid;

impl Import<'_> {
    /// Gives a thing the tags that it has there and not here.
    pub(super) async fn tags(
        &mut self,
        what: &str,
        (target, thing): (TagTarget, Uuid),
        tags: Option<Vec<Tag>>,
    ) -> Result<(), ImportError> {
        for tag in tags.unwrap_or_default() {
            let outcome = self.tag(target, thing, &tag.name).await;
            self.went(&format!("{what}, tag {}", tag.name), outcome.map_err(ImportError::from))?;
        }
        Ok(())
    }

    async fn tag(&self, target: TagTarget, thing: Uuid, name: &str) -> Result<(), Failure> {
        let database = &self.services.database;
        let tag = match operations::find_by_name(database, self.actor, target, name).await? {
            Some(tag) => tag,
            None => operations::create(database, self.actor, target, name).await?,
        };
        operations::attach(database, self.actor, tag.id, &[thing]).await?;
        Ok(())
    }
}
