//! Parameters and images as people type them.

use crate::vocabulary::{DockerImage, Parameters};

/// Parameters as JSON; nothing typed is none.
pub(super) fn parameters(text: &str) -> Result<Parameters, String> {
    let told = |error: &dyn std::fmt::Display| format!("The parameters cannot be kept: {error}.");
    if text.trim().is_empty() {
        return Ok(Parameters::default());
    }
    let parameters: Parameters = serde_json::from_str(text).map_err(|error| told(&error))?;
    parameters.validate().map_err(|error| told(&error))?;
    Ok(parameters)
}

/// The image of a reference, run as `before` was; nothing typed is no image.
pub(super) fn image(reference: &str, before: Option<&DockerImage>) -> Result<Option<DockerImage>, String> {
    let reference = reference.trim().to_owned();
    if reference.is_empty() {
        return Ok(None);
    }
    let (run_flags, environment) =
        before.map(|image| (image.run_flags.clone(), image.environment.clone())).unwrap_or_default();
    let image = DockerImage { reference, run_flags, environment };
    image.validate().map_err(|error| format!("The docker image cannot be kept: {error}."))?;
    Ok(Some(image))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_reference_keeps_how_the_image_is_run() {
        let before = DockerImage {
            reference: "a:1".into(),
            run_flags: vec!["--gpus all".into()],
            environment: vec!["X".into()],
        };
        let after = DockerImage { reference: "b:2".into(), ..before.clone() };
        assert_eq!(image(" b:2 ", Some(&before)), Ok(Some(after)));
        assert_eq!(image(" ", Some(&before)), Ok(None));
        assert!(image("not an image", None).is_err() && parameters("[1]").is_err());
        assert_eq!(parameters(" "), Ok(Parameters::default()));
    }
}
