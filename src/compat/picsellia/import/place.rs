//! Where objects go.

use super::{Import, Source};
use crate::{
    compat::{
        operations,
        origin::{Brought, Origin, OriginKind},
    },
    error::Failure,
    vocabulary::Timestamp,
};
use uuid::Uuid;

/// The id that an object has here, or is going to have.
pub struct Place {
    origin: Origin,
    pub id: Uuid,
    /// Whether it is still to be made.
    pub is_new: bool,
    /// Whether it was brought over, and not here before.
    pub is_own: bool,
    /// Whether nobody here has changed it since it was brought, so that what has changed there can be brought, too.
    pub may_change: bool,
}

fn origin(source: &Source, kind: OriginKind, id: Uuid) -> Origin {
    Origin { organization: source.organization, kind, id }
}

impl Import<'_> {
    /// Where an object goes: to where it was brought before, to the `namesake` that is here, or to a new id. `updated_at` says when an object
    /// here was changed last.
    pub async fn place(
        &self,
        kind: OriginKind,
        id: Uuid,
        namesake: Option<Uuid>,
        updated_at: impl AsyncFn(Uuid) -> Result<Option<Timestamp>, Failure>,
    ) -> Result<Place, Failure> {
        let database = &self.services.database;
        let origin = origin(self.source, kind, id);
        if let Some(known) = operations::find_brought(database, self.actor, &origin).await?
            && let Some(updated_at) = updated_at(known.id).await?
        {
            let is_untouched = known.settled_at.is_none_or(|settled_at| settled_at == updated_at);
            let may_change = !known.was_here && is_untouched;
            let place = Place { origin, id: known.id, is_new: false, is_own: !known.was_here, may_change };
            // While it is being brought, its changes are ours.
            if known.settled_at.is_some() {
                self.settle(&place, None).await?;
            }
            return Ok(place);
        }
        // Two objects of there are never one here.
        let namesake = match namesake {
            Some(id) if operations::is_brought(database, self.actor, kind, id).await? => None,
            namesake => namesake,
        };
        // An id that was remembered and is not here is not used again: what was deleted may have left something.
        let brought =
            Brought { id: namesake.unwrap_or_else(Uuid::now_v7), was_here: namesake.is_some(), settled_at: None };
        operations::remember_brought(database, self.actor, &origin, &brought).await?;
        let is_own = !brought.was_here;
        Ok(Place { origin, id: brought.id, is_new: is_own, is_own, may_change: is_own })
    }

    /// Writes down that an object is whole as it was changed last here, or that this is not known.
    pub async fn settle(&self, place: &Place, settled_at: Option<Timestamp>) -> Result<(), Failure> {
        if !place.may_change {
            return Ok(());
        }
        let brought = Brought { id: place.id, was_here: false, settled_at };
        operations::remember_brought(&self.services.database, self.actor, &place.origin, &brought).await
    }

    /// What was brought over before, whether or not it is still here.
    pub async fn brought_before(&self, kind: OriginKind, id: Uuid) -> Result<Option<Uuid>, Failure> {
        let origin = origin(self.source, kind, id);
        let found = operations::find_brought(&self.services.database, self.actor, &origin).await?;
        Ok(found.map(|brought| brought.id))
    }
}
