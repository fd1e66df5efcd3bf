//! What a dataset version shows.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a dataset version shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatasetKind {
    /// One label for a whole picture.
    Classification,
    /// Labelled boxes.
    ObjectDetection,
    /// Labelled shapes.
    Segmentation,
    /// Labelled points.
    Point,
    /// Points that belong together, such as the joints of a body.
    Keypoint,
    /// Labelled lines.
    Line,
    /// A label for every pixel.
    Mask,
    /// Several of these.
    Multi,
    /// Anything else.
    #[default]
    Other,
}

impl DatasetKind {
    /// All of them, in the order in which forms offer them.
    pub const ALL: [Self; 9] = [
        Self::Classification,
        Self::ObjectDetection,
        Self::Segmentation,
        Self::Point,
        Self::Keypoint,
        Self::Line,
        Self::Mask,
        Self::Multi,
        Self::Other,
    ];

    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::ObjectDetection => "object_detection",
            Self::Segmentation => "segmentation",
            Self::Point => "point",
            Self::Keypoint => "keypoint",
            Self::Line => "line",
            Self::Mask => "mask",
            Self::Multi => "multi",
            Self::Other => "other",
        }
    }

    /// The words for people.
    pub fn for_people(self) -> &'static str {
        match self {
            Self::Classification => "Classification",
            Self::ObjectDetection => "Object detection",
            Self::Segmentation => "Segmentation",
            Self::Point => "Points",
            Self::Keypoint => "Keypoints",
            Self::Line => "Lines",
            Self::Mask => "Masks",
            Self::Multi => "Several types",
            Self::Other => "Other",
        }
    }
}

impl std::str::FromStr for DatasetKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| format!("unknown kind {text:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_word_and_the_word_of_the_api_are_the_same_and_lead_back() {
        for kind in DatasetKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
    }
}
