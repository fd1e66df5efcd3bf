//! The one gate. Every address is registered here with what it demands of whoever enters; there is no other way into the router.
//!
//! A route has passed two checks before its handler runs: the router's door has found out who is asking, and the route's own need
//! has been held against that actor, in the project that the address names. Operations check again what they do.

mod api;
mod calls;
mod pages;

pub use api::{Api, operations_of};
pub use calls::Calls;
pub use pages::Pages;

use crate::{
    auth::operations,
    error::{AppError, ErrorKind, Failure},
    services::Services,
    vocabulary::{Actor, ExperimentId, ProjectId},
};
use axum::{
    extract::{FromRequestParts, RawPathParams, Request},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};

/// What a route demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Any member, any token.
    Read,
    /// Editors and owners; the scope `write`.
    Write,
    /// Editors and owners; the scope `export`.
    Export,
    /// Owners; the scope `admin`.
    Manage,
    /// A person in a browser or a token with the scope `admin`, for what belongs to that person alone.
    Account,
}

impl Need {
    fn accept(self, actor: &Actor) -> Result<(), AppError> {
        const WHAT: &str = "this";
        match self {
            Self::Read => Ok(()),
            Self::Write => actor.require_write(WHAT),
            Self::Export => actor.require_export(WHAT),
            Self::Manage => actor.require_owner(WHAT),
            Self::Account => actor.require_own_account(WHAT),
        }
    }

    /// The word for the scope in the description of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Export => "export",
            Self::Manage | Self::Account => "admin",
        }
    }
}

/// A registered address.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The method.
    pub method: Method,
    /// The address, with names of its parts in braces.
    pub path: String,
    /// What it demands; nothing when anybody may enter.
    pub need: Option<Need>,
}

/// Whose project counts for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Project,
    Experiment,
}

impl Subject {
    /// What the first named part of the address is, if its project may narrow the actor's role.
    fn of(path: &str) -> Option<Self> {
        let (before, _) = path.split_once("/{")?;
        match before.rsplit('/').next()? {
            "projects" | "project" => Some(Self::Project),
            "experiments" | "experiment" => Some(Self::Experiment),
            _ => None,
        }
    }

    async fn project(self, services: &Services, actor: &Actor, id: &str) -> Result<ProjectId, Failure> {
        let nothing = || AppError::not_found("object");
        match self {
            Self::Project => Ok(id.parse().map_err(|_| nothing())?),
            Self::Experiment => {
                let id: ExperimentId = id.parse().map_err(|_| nothing())?;
                Ok(operations::project_of(&services.database, actor, id).await?.ok_or_else(nothing)?)
            }
        }
    }
}

/// Holds a route's need against the actor whom the door has let in.
async fn enter(need: Need, subject: Option<Subject>, request: Request, next: Next) -> Response {
    match admit(need, subject, request).await {
        Ok(request) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

async fn admit(need: Need, subject: Option<Subject>, request: Request) -> Result<Request, Failure> {
    let (mut parts, body) = request.into_parts();
    let broken = || Failure::Broken("a route has no door in front of it".to_owned());
    let mut actor = parts.extensions.get::<Actor>().cloned().ok_or_else(broken)?;
    if let Some(subject) = subject.filter(|_| !actor.reach.is_everywhere()) {
        let services = parts.extensions.get::<Services>().cloned().ok_or_else(broken)?;
        let named = RawPathParams::from_request_parts(&mut parts, &()).await;
        let named = named
            .map_err(|_| AppError::new(ErrorKind::Malformed, "invalid_name", "A name in the path must be UTF-8."))?;
        let id = named.iter().next().map(|(_, value)| value.to_owned()).unwrap_or_default();
        let project = subject.project(&services, &actor, &id).await?;
        actor = actor.entering(project)?;
        parts.extensions.insert(actor.clone());
    }
    need.accept(&actor)?;
    Ok(Request::from_parts(parts, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_of_an_address_is_known_from_its_first_name() {
        for (path, expected) in [
            ("/projects/{project}/compare", Some(Subject::Project)),
            ("/experiments/{id}/artifacts/{*name}", Some(Subject::Experiment)),
            ("/lineage/experiments/{id}", Some(Subject::Experiment)),
            ("/api/experiment/{id}/logs", Some(Subject::Experiment)),
            ("/registry/{model}/{number}", None),
            ("/projects/new", None),
        ] {
            assert_eq!(Subject::of(path), expected, "{path}");
        }
    }
}
