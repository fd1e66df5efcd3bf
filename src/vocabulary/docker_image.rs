//! The container image that a training ran in. It is text: the server never contacts a registry.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A container image, and how it was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DockerImage {
    /// `registry/name:tag@digest` after the OCI distribution grammar; at most 512 characters.
    #[schema(min_length = 1, max_length = 512)]
    pub reference: String,
    /// Flags of `docker run`, such as `--gpus all`; at most 50 of 200 characters.
    #[serde(default)]
    pub run_flags: Vec<String>,
    /// The names (never the values) of the environment variables that the image expects; at most 200.
    #[serde(default)]
    pub environment: Vec<String>,
}

/// What is wrong with an image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDockerImage {
    /// Not an image reference.
    #[error("{0:?} is not an image reference such as ghcr.io/team/trainer:1.4")]
    Reference(String),
    /// A flag with a control character, or one that does not begin with a dash, or too long.
    #[error("run flag {0:?} must begin with '-' and be printable, at most 200 characters")]
    RunFlag(String),
    /// Not the name of an environment variable.
    #[error("{0:?} is not the name of an environment variable (letters, digits and _, without a value)")]
    Environment(String),
    /// Too many flags or variables.
    #[error("at most 50 run flags and 200 environment variables are kept")]
    TooMany,
}

fn is_reference(text: &str) -> bool {
    if text.is_empty() || text.len() > 512 || !text.is_ascii() {
        return false;
    }
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (text, None),
    };
    let is_digest = |digest: &str| {
        digest.split_once(':').is_some_and(|(algorithm, hex)| {
            !algorithm.is_empty()
                && algorithm.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+._-".contains(&byte))
                && hex.len() >= 32
                && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    let last_slash = rest.rfind('/').map_or(0, |position| position + 1);
    let (path, tag) = match rest[last_slash..].split_once(':') {
        Some((last, tag)) => (&rest[..last_slash + last.len()], Some(tag)),
        None => (rest, None),
    };
    let is_tag = |tag: &str| {
        (1..=128).contains(&tag.len())
            && !tag.starts_with(['.', '-'])
            && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    let is_component = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte))
            && part.starts_with(|first: char| first.is_ascii_alphanumeric())
            && part.ends_with(|last: char| last.is_ascii_alphanumeric())
    };
    let is_host = |part: &str| {
        let (host, port) = part.split_once(':').unwrap_or((part, "0"));
        !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
            && port.parse::<u16>().is_ok()
    };
    let path_is_valid = match path.split_once('/') {
        Some((host, name)) if host.contains(['.', ':']) || host == "localhost" => {
            is_host(host) && name.split('/').all(is_component)
        }
        _ => path.split('/').all(is_component),
    };
    path_is_valid && tag.is_none_or(is_tag) && digest.is_none_or(is_digest)
}

impl DockerImage {
    /// Checks every part against its stated rule.
    pub fn validate(&self) -> Result<(), InvalidDockerImage> {
        if !is_reference(&self.reference) {
            return Err(InvalidDockerImage::Reference(self.reference.chars().take(80).collect()));
        }
        if self.run_flags.len() > 50 || self.environment.len() > 200 {
            return Err(InvalidDockerImage::TooMany);
        }
        let is_flag = |flag: &String| flag.starts_with('-') && flag.len() <= 200 && !flag.chars().any(char::is_control);
        if let Some(flag) = self.run_flags.iter().find(|flag| !is_flag(flag)) {
            return Err(InvalidDockerImage::RunFlag(flag.chars().take(80).collect()));
        }
        let is_variable = |name: &String| {
            (1..=200).contains(&name.len())
                && !name.starts_with(|first: char| first.is_ascii_digit())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        match self.environment.iter().find(|name| !is_variable(name)) {
            Some(name) => Err(InvalidDockerImage::Environment(name.chars().take(80).collect())),
            None => Ok(()),
        }
    }

    /// A command that a person can paste into a POSIX shell.
    pub fn docker_run_command(&self) -> String {
        let flags = self.run_flags.iter().flat_map(|flag| flag.split_whitespace()).map(shell_quoted);
        let variables = self.environment.iter().flat_map(|name| ["-e".to_owned(), name.clone()]);
        ["docker".to_owned(), "run".to_owned(), "--rm".to_owned()]
            .into_iter()
            .chain(flags)
            .chain(variables)
            .chain([self.reference.clone()])
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Quotes one word for a POSIX shell, only when it needs it.
pub fn shell_quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=./:,@%+".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(reference: &str) -> DockerImage {
        DockerImage { reference: reference.to_owned(), run_flags: Vec::new(), environment: Vec::new() }
    }

    #[test]
    fn usual_references_are_accepted() {
        let digest = "a".repeat(64);
        for reference in [
            "python:3.11-slim",
            "pytorch/pytorch",
            "ghcr.io/team/trainer:1.4",
            "localhost:5000/trainer",
            "registry.example.org:443/a/b/c:v1",
            &format!("python@sha256:{digest}"),
            &format!("ghcr.io/team/trainer:1.4@sha256:{digest}"),
        ] {
            assert_eq!(image(reference).validate(), Ok(()), "{reference}");
        }
    }

    #[test]
    fn text_that_is_no_reference_is_refused() {
        for reference in [
            "",
            "x; rm -rf /",
            "$(id)",
            "a b",
            "UPPER/case",
            "a:",
            "latest@sha256:zz",
            "a\r\nb",
            "-flag",
            "host:99999/a",
            &"a".repeat(600),
        ] {
            assert!(image(reference).validate().is_err(), "{reference}");
        }
    }

    #[test]
    fn flags_are_quoted_for_the_shell() {
        let image = DockerImage {
            run_flags: vec!["--gpus all".to_owned(), "--name=$(id)".to_owned()],
            environment: vec!["EPOCHS".to_owned()],
            ..image("python:3.11")
        };
        assert_eq!(image.docker_run_command(), "docker run --rm --gpus all '--name=$(id)' -e EPOCHS python:3.11");
    }
}
