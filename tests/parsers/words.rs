//! Words: names, paths, tags, ids, digests, times, roles.

use super::hostile::{settings, text};
use heirloom::{
    auth::provider::Luggage,
    dataset::DatasetKind,
    experiment::{Column, Condition, Sort, Status},
    model::ModelSort,
    search::Recent,
    vocabulary::{
        Description, Digest, ExperimentId, FileName, Name, Role, Scopes, Timestamp, label_map::formats::LabelFormat,
        name::name_key, tags::Tags,
    },
};
use proptest::prelude::*;

const NAMES: &[&str] = &["digits-classifier", "Größe 1", "résumé.v2", "日本"];
const PATHS: &[&str] = &["model/best.pt", "a", "logs/2026/11/train.log", "größe 1.bin"];

fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

proptest! {
    #![proptest_config(settings())]

    #[test]
    fn a_name_is_short_trimmed_and_one_line_and_stays_itself(text in text(NAMES)) {
        if let Ok(name) = Name::parse(&text) {
            prop_assert!((1..=Name::MAX_CHARS).contains(&name.as_str().chars().count()));
            prop_assert!(!has_control(name.as_str()) && name.as_str().trim() == name.as_str());
            prop_assert_eq!(Name::parse(name.as_str()).map(|again| again.to_string()), Ok(name.to_string()));
            prop_assert_eq!(name.key(), name_key(name.as_str()));
        }
    }

    #[test]
    fn names_that_are_the_same_have_the_same_key(text in text(NAMES)) {
        let key = name_key(&text);
        prop_assert_eq!(name_key(&key), key.clone());
        prop_assert_eq!(name_key(&text.to_ascii_uppercase()), key);
    }

    #[test]
    fn the_name_of_a_file_never_leaves_its_folder(text in text(PATHS)) {
        if let Ok(name) = FileName::parse(&text) {
            prop_assert!(name.as_str().len() <= FileName::MAX_BYTES && !has_control(name.as_str()));
            prop_assert!(!name.as_str().contains('\\'));
            for part in name.as_str().split('/') {
                prop_assert!(!["", ".", ".."].contains(&part));
            }
            prop_assert_eq!(FileName::parse(name.as_str()).map(|again| again.to_string()), Ok(name.to_string()));
        }
    }

    #[test]
    fn a_description_keeps_its_limit(text in text(NAMES)) {
        if let Ok(description) = Description::parse(&text) {
            prop_assert!(description.as_str().chars().count() <= Description::MAX_CHARS);
            prop_assert!(!description.as_str().contains('\0'));
        }
    }

    #[test]
    fn tags_are_read_as_they_are_written(text in text(&["night, gpu, größe", "a,b,,a", ""])) {
        if let Ok(tags) = Tags::parse_list(&text) {
            prop_assert_eq!(Tags::parse_list(&tags.as_list()), Ok(tags));
        }
    }

    #[test]
    fn ids_digests_and_times_are_what_they_write(text in text(&[
        "0192f3a0-0000-7000-8000-000000000001",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "2026-11-23T12:00:00.123456Z",
        "2026-11-23T12:00:00+14:00",
    ])) {
        if let Ok(id) = text.parse::<ExperimentId>() {
            prop_assert_eq!(id.to_string().parse::<ExperimentId>().ok(), Some(id));
        }
        if let Ok(digest) = text.parse::<Digest>() {
            prop_assert_eq!(digest.to_string().parse(), Ok(digest));
        }
        if let Ok(time) = Timestamp::parse(&text) {
            prop_assert_eq!(Timestamp::parse(&time.to_string()), Ok(time));
        }
    }

    #[test]
    fn words_of_a_list_are_what_they_write(text in text(&["owner", "running", "read,write", "classification", "coco", "name"])) {
        if let Ok(role) = text.parse::<Role>() {
            prop_assert_eq!(role.as_str(), text.as_str());
        }
        if let Ok(status) = text.parse::<Status>() {
            prop_assert_eq!(status.as_str(), text.as_str());
        }
        if let Ok(scopes) = text.parse::<Scopes>() {
            prop_assert_eq!(scopes.to_string().parse(), Ok(scopes));
        }
        _ = text.parse::<DatasetKind>();
        _ = text.parse::<LabelFormat>();
        _ = text.parse::<ModelSort>();
    }

    #[test]
    fn conditions_columns_and_sorts_are_what_they_write(text in text(&["metric:val/loss<0.3", "parameter:lr>=1e-3", "metric:a!=b", "created_at", "parameter:optimizer = adam"])) {
        if let Ok(condition) = text.parse::<Condition>() {
            prop_assert_eq!(condition.to_string().parse(), Ok(condition));
        }
        if let Ok(column) = text.parse::<Column>() {
            prop_assert_eq!(column.to_string().parse(), Ok(column));
        }
        if let Ok(sort) = text.parse::<Sort>() {
            prop_assert_eq!(sort.to_string().parse(), Ok(sort));
        }
    }

    #[test]
    fn a_cookie_leads_to_places_of_ours_alone(text in text(&[
        "/projects/0192f3a0-0000-7000-8000-000000000001|/registry/0192f3a0-0000-7000-8000-000000000001/3",
        "a~b~c",
    ])) {
        let recent = Recent::from_cookie(Some(&text));
        prop_assert_eq!(Recent::from_cookie(Some(&recent.to_cookie())), recent.clone());
        for place in recent.places() {
            prop_assert!(place.to_string().starts_with('/') && !place.to_string().starts_with("//"));
        }
        if let Some(luggage) = Luggage::from_cookie(&text) {
            prop_assert_eq!(luggage.to_cookie(), text);
        }
    }
}
