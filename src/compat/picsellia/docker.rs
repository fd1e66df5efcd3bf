//! The container image of a version, which the protocol keeps in four fields.

use crate::{
    error::{AppError, Failure},
    model::ModelError,
    vocabulary::DockerImage,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What a request says of the image.
#[derive(Default, Deserialize)]
pub struct Said {
    docker_image: Option<String>,
    docker_tag: Option<String>,
    docker_flags: Option<Vec<String>>,
    docker_env_variables: Option<Map<String, Value>>,
}

impl Said {
    /// Whether it says nothing.
    pub fn is_silent(&self) -> bool {
        self.docker_image.is_none()
            && self.docker_tag.is_none()
            && self.docker_flags.is_none()
            && self.docker_env_variables.is_none()
    }

    /// Whether a variable of the environment has a value, which is not kept.
    pub fn has_values(&self) -> bool {
        self.docker_env_variables.iter().flat_map(Map::values).any(|value| value.as_str() != Some(""))
    }

    /// The image after what is said. Of the environment, the names are kept and never the values: these are secrets too often.
    pub fn onto(&self, before: Option<&DockerImage>) -> Result<Option<DockerImage>, Failure> {
        if self.is_silent() {
            return Ok(before.cloned());
        }
        let (known_image, known_tag) = before.map_or((None, None), |before| {
            let (image, tag) = parts(&before.reference);
            (Some(image.to_owned()), tag.map(str::to_owned))
        });
        let image = self.docker_image.clone().filter(|image| !image.is_empty()).or(known_image);
        let Some(image) = image else {
            let detail = "is needed before its tag, flags and environment can be kept";
            return Err(AppError::invalid_field("docker_image", detail).into());
        };
        // Each field stays until it is said anew; a tag or a digest in the image's name is its own.
        let (bare, own_tag) = parts(&image);
        let tag = match &self.docker_tag {
            Some(tag) => Some(tag.as_str()).filter(|tag| !tag.is_empty()),
            None => own_tag.or(known_tag.as_deref()),
        };
        let reference = match tag {
            Some(tag) if !image.contains('@') => format!("{bare}:{tag}"),
            _ => image,
        };
        let known =
            |list: fn(&DockerImage) -> &Vec<String>| before.map(|before| list(before).clone()).unwrap_or_default();
        let names = |variables: &Map<String, Value>| variables.keys().cloned().collect();
        let accepted = DockerImage {
            reference,
            run_flags: self.docker_flags.clone().unwrap_or_else(|| known(|image| &image.run_flags)),
            environment: self.docker_env_variables.as_ref().map_or_else(|| known(|image| &image.environment), names),
        };
        accepted.validate().map_err(ModelError::DockerImage)?;
        Ok(Some(accepted))
    }
}

/// The reference without its tag, and the tag. One with a digest stays whole.
fn parts(reference: &str) -> (&str, Option<&str>) {
    let last = reference.rfind('/').map_or(0, |slash| slash + 1);
    match reference[last..].rfind(':') {
        Some(colon) if !reference.contains('@') => (&reference[..last + colon], Some(&reference[last + colon + 1..])),
        _ => (reference, None),
    }
}

/// Puts the four fields into an answer.
pub fn show(image: Option<&DockerImage>, shown: &mut Value) {
    let (reference, tag) = image.map_or((None, None), |image| {
        let (reference, tag) = parts(&image.reference);
        (Some(reference), tag)
    });
    let variables = |image: &DockerImage| -> Map<String, Value> {
        image.environment.iter().map(|name| (name.clone(), json!(""))).collect()
    };
    shown["docker_image"] = json!(reference);
    shown["docker_tag"] = json!(tag);
    shown["docker_flags"] = json!(image.map(|image| &image.run_flags));
    shown["docker_env_variables"] = json!(image.map(variables));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(value: Value) -> Said {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn image_and_tag_are_one_reference_and_come_apart_again() {
        let image = |value: Value, before: Option<&DockerImage>| said(value).onto(before).unwrap().unwrap();
        let first = image(
            json!({ "docker_image": "localhost:5000/team/yolo", "docker_tag": "1.0", "docker_flags": ["--gpus all"],
                    "docker_env_variables": { "WANDB_KEY": "secret" } }),
            None,
        );
        assert_eq!(first.reference, "localhost:5000/team/yolo:1.0");
        assert_eq!((first.run_flags.len(), first.environment.as_slice()), (1, ["WANDB_KEY".to_owned()].as_slice()));
        let second = image(json!({ "docker_tag": "2.0" }), Some(&first));
        assert_eq!((second.reference.as_str(), &second.run_flags), ("localhost:5000/team/yolo:2.0", &first.run_flags));
        for (name, reference) in [("team/other", "team/other:2.0"), ("team/other:3", "team/other:3")] {
            let renamed = image(json!({ "docker_image": name }), Some(&second));
            assert_eq!((renamed.reference.as_str(), renamed.run_flags), (reference, first.run_flags.clone()));
        }
        assert_eq!(image(json!({ "docker_tag": "" }), Some(&second)).reference, "localhost:5000/team/yolo");
        let mut shown = json!({});
        show(Some(&second), &mut shown);
        assert_eq!((&shown["docker_image"], &shown["docker_tag"]), (&json!("localhost:5000/team/yolo"), &json!("2.0")));
        assert!(said(json!({ "docker_tag": "1.0" })).onto(None).is_err());
        assert!(said(json!({})).onto(None).unwrap().is_none());
    }
}
