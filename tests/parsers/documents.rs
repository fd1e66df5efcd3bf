//! Documents: label files, parameters, docker images.

use super::hostile::{settings, text};
use heirloom::vocabulary::{
    DockerImage, LabelMap, Parameters,
    docker_image::shell_quoted,
    label_map::formats::{LabelFormat, read_labels, write_labels},
    metric::MetricValue,
};
use proptest::prelude::*;

const LABEL_FILES: &[&str] = &[
    "helmet\nvest\n",
    "\nhelmet\n\nvest\n",
    "names:\n  0: helmet\n  1: vest\nnc: 2\n",
    "names: [helmet, vest]\n",
    r#"{"categories": [{"id": 1, "name": "helmet"}, {"id": 2, "name": "vest"}]}"#,
    r#"{"id2label": {"0": "helmet", "1": "vest"}}"#,
    r#"{"id2label": {"1": "helmet", "3": "vest"}}"#,
    r#"["helmet", "vest"]"#,
    "item {\n  id: 1\n  name: 'helmet'\n}\nitem {\n  id: 2\n  name: \"vest\"\n}\n",
    "a: &a [x, x]\nnames: *a\n",
];

/// The words that a POSIX shell makes of a command without expansions (POSIX.1-2017, Shell Command Language, 2.2).
fn shell_words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = command.chars();
    while let Some(character) = characters.next() {
        match character {
            ' ' => words.extend(word.take()),
            '\'' => word.get_or_insert_default().extend(characters.by_ref().take_while(|next| *next != '\'')),
            '\\' => word.get_or_insert_default().extend(characters.next()),
            plain => word.get_or_insert_default().push(plain),
        }
    }
    words.extend(word);
    words
}

proptest! {
    #![proptest_config(settings())]

    #[test]
    fn a_label_file_becomes_a_label_map_that_every_format_keeps(
        text in text(LABEL_FILES),
        name in prop::sample::select(vec![None, Some("labels.txt"), Some("data.yaml"), Some("coco.json"), Some("map.pbtxt")]),
    ) {
        if let Ok(labels) = read_labels(text.as_bytes(), name) {
            prop_assert!(labels.labels().len() <= LabelMap::MAX_LABELS);
            // An empty text is an index that no class has; there is none at the end.
            prop_assert!(labels.labels().last().is_none_or(|last| !last.is_empty()));
            prop_assert!(labels.classes().all(|(_, label)| label.trim() == label && !label.chars().any(char::is_control)));
            // An empty file of these formats says that something was forgotten.
            for format in LabelFormat::ALL.into_iter().filter(|_| !labels.is_empty()) {
                let written = write_labels(&labels, format);
                let again = read_labels(written.as_bytes(), Some(format.file_name())).map(|again| again.labels().to_vec());
                // The categories of COCO are numbered as they come.
                let expected: Vec<String> = match format {
                    LabelFormat::Coco => labels.classes().map(|(_, label)| label.to_owned()).collect(),
                    _ => labels.labels().to_vec(),
                };
                prop_assert_eq!(again, Ok(expected), "{:?}", format);
            }
        }
    }

    #[test]
    fn files_that_are_no_label_files_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        _ = read_labels(&bytes, None);
    }

    #[test]
    fn parameters_are_kept_as_they_were_sent(text in text(&[
        r#"{"lr": 0.001, "layers": [64, 32], "note": "größe", "nested": {"a": null, "b": true}}"#,
        r#"{"n": 1e308, "z": -0.0, "i": 9007199254740993}"#,
    ])) {
        if let Ok(parameters) = serde_json::from_str::<Parameters>(&text) {
            let written = serde_json::to_string(&parameters).unwrap();
            prop_assert_eq!(serde_json::from_str::<Parameters>(&written).ok(), Some(parameters.clone()));
            if parameters.validate().is_ok() {
                prop_assert!(parameters.len() <= Parameters::MAX_COUNT && !written.contains("\\u0000"));
            }
        }
    }

    #[test]
    fn metric_values_are_kept_to_the_last_bit(text in text(&["0.1", "-0.0", "\"NaN\"", "\"Infinity\"", "5e-324", "1.7976931348623157e308"])) {
        if let Ok(value) = serde_json::from_str::<MetricValue>(&text) {
            let again: MetricValue = serde_json::from_str(&serde_json::to_string(&value).unwrap()).unwrap();
            prop_assert!(again.0.to_bits() == value.0.to_bits() || (again.0.is_nan() && value.0.is_nan()));
        }
    }

    #[test]
    fn a_word_for_the_shell_is_that_word_again(text in text(&["--gpus all", "it's", "$(id)", "a b"])) {
        let quoted = shell_quoted(&text);
        prop_assert_eq!(shell_words(&quoted), vec![text]);
    }

    #[test]
    fn the_command_of_an_image_has_no_word_that_nobody_wrote(
        reference in text(&["ghcr.io/team/trainer:1.4", "localhost:5000/a/b", "python:3.11-slim"]),
        flags in prop::collection::vec(text(&["--gpus", "--cpus 2", "-v /data:/data"]), 0..4),
    ) {
        let image = DockerImage { reference: reference.clone(), run_flags: flags.clone(), environment: vec!["TOKEN".to_owned()] };
        if image.validate().is_ok() {
            let wanted = ["docker", "run", "--rm"].into_iter().chain(flags.iter().flat_map(|flag| flag.split_whitespace())).chain(["-e", "TOKEN", &reference]);
            prop_assert_eq!(shell_words(&image.docker_run_command()), wanted.map(str::to_owned).collect::<Vec<_>>());
        }
    }
}
