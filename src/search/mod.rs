//! Finding anything by a word, and what somebody looked at last.

pub mod operations;
pub mod pages;
mod request;
pub mod rest;
pub mod store;

use crate::vocabulary::{DatasetId, ExperimentId, ModelId, ProjectId};
use serde::Serialize;
use std::fmt;
use utoipa::ToSchema;

/// How many things of each kind a search finds.
pub const MAX_HITS: u32 = 20;
/// How many places are remembered.
pub const MAX_RECENT: usize = 8;

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Project,
    Experiment,
    Dataset,
    DatasetVersion,
    Model,
    ModelVersion,
}

impl Kind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 6] =
        [Self::ModelVersion, Self::Model, Self::Experiment, Self::Project, Self::DatasetVersion, Self::Dataset];
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Hit {
    pub kind: Kind,
    pub id: String,
    pub name: String,
    /// The name of the project, dataset or model that it belongs to.
    pub within: Option<String>,
    /// The path of its page.
    pub address: String,
    /// Why it was found, when not by its name or id: such as `tag: night` or `label: helmet`.
    pub because: Option<String>,
    pub is_archived: bool,
}

/// A page that somebody may want to go back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Project(ProjectId),
    Experiment(ExperimentId),
    Dataset(DatasetId),
    Model(ModelId),
    ModelVersion(ModelId, i64),
}

impl Place {
    /// The place that a path of ours, or a page below it, is about.
    pub fn of_path(path: &str) -> Option<Self> {
        let mut parts = path.strip_prefix('/')?.split('/');
        let (section, id) = (parts.next()?, parts.next()?);
        match section {
            "projects" => id.parse().ok().map(Self::Project),
            "experiments" => id.parse().ok().map(Self::Experiment),
            "datasets" => id.parse().ok().map(Self::Dataset),
            "registry" => {
                let model = id.parse().ok()?;
                let number = parts.next().and_then(|number| number.parse().ok());
                Some(number.map_or(Self::Model(model), |number| Self::ModelVersion(model, number)))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Project(id) => write!(formatter, "/projects/{id}"),
            Self::Experiment(id) => write!(formatter, "/experiments/{id}"),
            Self::Dataset(id) => write!(formatter, "/datasets/{id}"),
            Self::Model(id) => write!(formatter, "/registry/{id}"),
            Self::ModelVersion(id, number) => write!(formatter, "/registry/{id}/{number}"),
        }
    }
}

/// The places that somebody looked at last, newest first, as a cookie keeps them: addresses of ours and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent(Vec<Place>);

impl Recent {
    /// The cookie's name.
    pub const COOKIE: &'static str = "recent";

    /// Reads the cookie; what is no place of ours is left out.
    pub fn from_cookie(value: Option<&str>) -> Self {
        Self(value.unwrap_or_default().split('|').filter_map(Place::of_path).take(MAX_RECENT).collect())
    }

    /// The cookie's value.
    pub fn to_cookie(&self) -> String {
        self.0.iter().map(Place::to_string).collect::<Vec<_>>().join("|")
    }

    /// The same with `place` in front.
    pub fn with(&self, place: Place) -> Self {
        let others = self.0.iter().copied().filter(|other| *other != place);
        Self([place].into_iter().chain(others).take(MAX_RECENT).collect())
    }

    /// The places, newest first.
    pub fn places(&self) -> &[Place] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_below_a_place_is_about_the_place() {
        let id = "0192f3a0-0000-7000-8000-000000000001";
        for (path, place) in [
            (format!("/experiments/{id}/metrics"), Some(format!("/experiments/{id}"))),
            (format!("/registry/{id}/3/label-map"), Some(format!("/registry/{id}/3"))),
            (format!("/registry/{id}/compare"), Some(format!("/registry/{id}"))),
            ("/projects/new".to_owned(), None),
            ("/".to_owned(), None),
            ("/help/export".to_owned(), None),
        ] {
            assert_eq!(Place::of_path(&path).map(|place| place.to_string()), place, "{path}");
        }
    }

    #[test]
    fn the_newest_places_are_remembered_once() {
        let place = |number| Place::ModelVersion("0192f3a0-0000-7000-8000-000000000001".parse().unwrap(), number);
        let recent = (0..20).fold(Recent::default(), |recent, number| recent.with(place(number % 10)));
        assert_eq!(recent.places().len(), MAX_RECENT);
        assert_eq!(recent.places()[0], place(9));
        assert_eq!(Recent::from_cookie(Some(&recent.to_cookie())), recent);
        assert_eq!(Recent::from_cookie(Some("https://x|/etc/passwd|<script>")), Recent::default());
    }
}
