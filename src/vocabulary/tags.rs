//! Tags: free words by which people group things.

use super::name::{Name, TextError, name_key};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// The tags of one thing, in the order in which they were given; none comes twice (compared after NFC and case folding, as names are).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
pub struct Tags(Vec<String>);

/// What a tag is for: the same word on two kinds of things is two tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TagTarget {
    /// Experiments.
    Experiment,
    /// Models.
    Model,
    /// Model versions.
    ModelVersion,
    /// Datasets.
    Dataset,
    /// Dataset versions.
    DatasetVersion,
}

impl TagTarget {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Experiment, Self::Model, Self::ModelVersion, Self::Dataset, Self::DatasetVersion];

    /// The word that is stored; the audit trail has the same for the things.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Experiment => "experiment",
            Self::Model => "model",
            Self::ModelVersion => "model_version",
            Self::Dataset => "dataset",
            Self::DatasetVersion => "dataset_version",
        }
    }
}

impl std::str::FromStr for TagTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|target| target.as_str() == text).ok_or_else(|| format!("unknown target {text:?}"))
    }
}

/// What is wrong with a list of tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTags {
    /// More than [`Tags::MAX_TAGS`].
    #[error("at most {} tags are kept", Tags::MAX_TAGS)]
    TooMany,
    /// A tag that is no name, or too long.
    #[error("each tag {0}")]
    Tag(TextError),
    /// A comma, which is what parts tags in a field.
    #[error("a tag must not contain a comma")]
    Comma,
}

impl Tags {
    /// The highest number of tags of one thing.
    pub const MAX_TAGS: usize = 50;
    /// The highest number of characters of one tag.
    pub const MAX_CHARS: usize = 60;

    /// Accepts tags; those that come again are left out.
    pub fn parse<T: AsRef<str>>(tags: impl IntoIterator<Item = T>) -> Result<Self, InvalidTags> {
        let mut accepted: Vec<String> = Vec::new();
        let mut keys = std::collections::HashSet::new();
        for tag in tags {
            let tag = Self::parse_one(tag.as_ref())?;
            if keys.insert(tag.key()) {
                accepted.push(tag.to_string());
            }
        }
        if accepted.len() > Self::MAX_TAGS {
            return Err(InvalidTags::TooMany);
        }
        Ok(Self(accepted))
    }

    /// Accepts one tag.
    pub fn parse_one(text: &str) -> Result<Name, InvalidTags> {
        let tag = Name::parse(text).map_err(InvalidTags::Tag)?;
        if tag.as_str().chars().count() > Self::MAX_CHARS {
            return Err(InvalidTags::Tag(TextError::TooLong(Self::MAX_CHARS)));
        }
        match tag.as_str().contains(',') {
            true => Err(InvalidTags::Comma),
            false => Ok(tag),
        }
    }

    /// The same tags and one more.
    pub fn with(&self, tag: &str) -> Result<Self, InvalidTags> {
        Self::parse(self.iter().chain([tag]))
    }

    /// The same tags without one.
    pub fn without(&self, tag: &str) -> Self {
        let key = name_key(tag);
        Self(self.0.iter().filter(|kept| name_key(kept) != key).cloned().collect())
    }

    /// Accepts what a person typed into one field: tags with commas between them.
    pub fn parse_list(text: &str) -> Result<Self, InvalidTags> {
        Self::parse(text.split(',').map(str::trim).filter(|tag| !tag.is_empty()))
    }

    /// As one text for a field.
    pub fn as_list(&self) -> String {
        self.0.join(", ")
    }

    /// The tags, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Each tag with the key by which it is found.
    pub fn with_keys(&self) -> Vec<(String, String)> {
        self.0.iter().map(|tag| (tag.clone(), name_key(tag))).collect()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(Vec::<String>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_parted_by_commas_and_come_once() {
        let tags = Tags::parse_list(" night,  Fisheye ,, fisheye,NIGHT").unwrap();
        assert_eq!(tags.iter().collect::<Vec<_>>(), ["night", "Fisheye"]);
        assert_eq!(Tags::parse_list(&tags.as_list()), Ok(tags));
    }

    #[test]
    fn one_more_and_one_less() {
        let tags = Tags::parse(["night"]).unwrap();
        assert_eq!(tags.with("NIGHT").unwrap(), tags);
        let two = tags.with("rain").unwrap();
        assert_eq!(two.iter().collect::<Vec<_>>(), ["night", "rain"]);
        assert_eq!(two.without("Rain"), tags);
        assert_eq!(two.without("snow"), two);
        let full = Tags::parse((0..50).map(|tag| tag.to_string())).unwrap();
        assert_eq!(full.with("one more"), Err(InvalidTags::TooMany));
    }

    #[test]
    fn a_target_is_stored_by_the_word_of_the_api() {
        for target in TagTarget::ALL {
            assert_eq!(serde_json::to_value(target).unwrap(), target.as_str());
            assert_eq!(target.as_str().parse(), Ok(target));
        }
    }

    #[test]
    fn each_limit_is_checked() {
        assert_eq!(Tags::parse(["a,b"]), Err(InvalidTags::Comma));
        assert_eq!(Tags::parse([" "]), Err(InvalidTags::Tag(TextError::Empty)));
        assert_eq!(Tags::parse(["x".repeat(61)]), Err(InvalidTags::Tag(TextError::TooLong(60))));
        assert_eq!(Tags::parse((0..51).map(|tag| tag.to_string())), Err(InvalidTags::TooMany));
    }
}
