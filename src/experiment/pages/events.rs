//! Tells open pages that an experiment changed: server-sent events (HTML standard, section 9.2).

use super::read_id;
use crate::{
    auth,
    error::Failure,
    experiment::operations,
    services::Services,
    vocabulary::{Actor, ExperimentId},
};
use axum::{
    extract::{Path, Query, State},
    http::HeaderMap,
    response::sse::{Event, Sse},
};
use futures::{Stream, stream};
use serde::Deserialize;
use std::{convert::Infallible, time::Duration};
use tokio::time::{Instant, sleep};

/// How often the experiment is looked at while somebody listens. What a training logs is committed by any process.
const PAUSE: Duration = Duration::from_secs(1);
/// How long one answer lasts: shorter than the server waits for open requests when it stops. A browser asks again by itself, and
/// whether its session still holds is checked anew.
const LIFETIME: Duration = Duration::from_secs(25);
/// How often is looked whether the session still holds.
const SESSION_PAUSE: Duration = Duration::from_secs(3);
/// How soon a browser asks again.
const RETRY: Duration = Duration::from_millis(500);

#[derive(Deserialize)]
pub struct Listen {
    /// The revision that the page shows.
    #[serde(default)]
    seen: String,
}

/// One event `change` for each change since the revision that was seen; its id is the new revision, from which a lost connection goes on.
pub async fn events(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
    Query(Listen { seen }): Query<Listen>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let id = read_id(&id)?;
    operations::revision(&services.database, &actor, id).await?;
    let resumed = headers.get("last-event-id").and_then(|revision| revision.to_str().ok());
    let seen = resumed.map_or(seen, str::to_owned);
    let now = Instant::now();
    let listener = Listener {
        services,
        actor,
        id,
        seen,
        until: now + LIFETIME,
        look_at_the_session_at: now + SESSION_PAUSE,
        has_begun: false,
    };
    Ok(Sse::new(stream::unfold(listener, Listener::next)))
}

struct Listener {
    services: Services,
    actor: Actor,
    id: ExperimentId,
    seen: String,
    until: Instant,
    look_at_the_session_at: Instant,
    has_begun: bool,
}

impl Listener {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        if !self.has_begun {
            self.has_begun = true;
            return Some((Ok(Event::default().comment("listening").retry(RETRY)), self));
        }
        while Instant::now() < self.until {
            if self.look_at_the_session_at <= Instant::now() {
                // Whoever was signed out or shut out meanwhile hears nothing more.
                auth::operations::still_in(&self.services.database, &self.actor, self.id).await.ok()?;
                self.look_at_the_session_at = Instant::now() + SESSION_PAUSE;
            }
            // An experiment that is gone, or a database that cannot answer, ends the stream; the next request says why.
            let revision = operations::revision(&self.services.database, &self.actor, self.id).await.ok()?;
            if revision != self.seen {
                self.seen.clone_from(&revision);
                return Some((Ok(Event::default().event("change").id(&revision).data(&revision)), self));
            }
            sleep(PAUSE).await;
        }
        None
    }
}
