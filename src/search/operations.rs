//! Searching, and resolving what was looked at last.

use super::{Hit, Kind, MAX_HITS, Place, Recent, store};
use crate::{
    database::{Connection, Database},
    error::Failure,
    vocabulary::Actor,
};

/// Everything whose name, tag, label or alias contains `text`, or whose id is `text`: up to [`MAX_HITS`] of each kind, newest first.
pub async fn search(database: &Database, actor: &Actor, text: &str) -> Result<Vec<Hit>, Failure> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut connection = database.read().await?;
    let mut hits = Vec::new();
    for kind in Kind::ALL {
        hits.extend(store::search(&mut connection, actor, kind, text.trim(), MAX_HITS).await?);
    }
    Ok(hits)
}

/// What somebody looked at last, with the names that the things have now; what is gone is left out.
pub async fn recent(database: &Database, actor: &Actor, recent: &Recent) -> Result<Vec<Hit>, Failure> {
    let mut connection = database.read().await?;
    let mut hits = Vec::new();
    for place in recent.places() {
        hits.extend(resolve(&mut connection, actor, *place).await?);
    }
    Ok(hits)
}

async fn resolve(connection: &mut Connection, actor: &Actor, place: Place) -> Result<Option<Hit>, Failure> {
    let organization = actor.organization_id;
    let (kind, id) = match place {
        Place::Project(id) => (Kind::Project, id.to_string()),
        Place::Experiment(id) => (Kind::Experiment, id.to_string()),
        Place::Dataset(id) => (Kind::Dataset, id.to_string()),
        Place::Model(id) => (Kind::Model, id.to_string()),
        Place::ModelVersion(model, number) => {
            match crate::model::store::find_version_id(connection, organization, model, number).await? {
                Some(id) => (Kind::ModelVersion, id.to_string()),
                None => return Ok(None),
            }
        }
    };
    Ok(store::find(connection, actor, kind, &id).await?)
}
