//! `names` of a `data.yaml`.
//!
//! The events of the parser are read one by one and aliases are refused, so that a small file cannot unfold into a large one.

use super::{InvalidLabelFile, LabelFormat, in_order};
use crate::vocabulary::LabelMap;
use serde_json::Value;
use yaml_rust2::parser::{Event, Parser};

pub fn read(text: &str) -> Result<Vec<String>, InvalidLabelFile> {
    let mut events = Events(Parser::new_from_str(text));
    loop {
        match events.next()? {
            Event::MappingStart(..) => break,
            Event::StreamStart | Event::DocumentStart | Event::Nothing => {}
            _ => return Err(no_names()),
        }
    }
    let mut names = None;
    loop {
        match events.next()? {
            Event::MappingEnd => break,
            Event::Scalar(key, ..) if key == "names" && names.is_none() => names = Some(events.names()?),
            key => {
                events.skip(key)?;
                let value = events.next()?;
                events.skip(value)?;
            }
        }
    }
    names.ok_or_else(no_names)
}

fn no_names() -> InvalidLabelFile {
    InvalidLabelFile::NoLabels {
        format: LabelFormat::Yolo,
        reason: "expected `names` as a list, or as a map from index to name",
    }
}

fn syntax(reason: impl ToString) -> InvalidLabelFile {
    InvalidLabelFile::Syntax { format: LabelFormat::Yolo, reason: reason.to_string() }
}

struct Events<'a>(Parser<std::str::Chars<'a>>);

impl Events<'_> {
    fn next(&mut self) -> Result<Event, InvalidLabelFile> {
        match self.0.next_token().map_err(syntax)?.0 {
            Event::Alias(_) => Err(syntax("an alias (*name) is not followed; write the value out")),
            Event::StreamEnd => Err(no_names()),
            event => Ok(event),
        }
    }

    /// Passes over the rest of a value that began with `event`.
    fn skip(&mut self, event: Event) -> Result<(), InvalidLabelFile> {
        let mut depth = 0_usize;
        let mut event = event;
        loop {
            match event {
                Event::MappingStart(..) | Event::SequenceStart(..) => depth += 1,
                Event::MappingEnd | Event::SequenceEnd => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
            event = self.next()?;
        }
    }

    fn names(&mut self) -> Result<Vec<String>, InvalidLabelFile> {
        match self.next()? {
            Event::SequenceStart(..) => self.scalars(|event| matches!(event, Event::SequenceEnd)),
            Event::MappingStart(..) => {
                let texts = self.scalars(|event| matches!(event, Event::MappingEnd))?;
                let pair = |pair: &[String]| match pair {
                    [index, name] => Ok((index.parse().map_err(|_| no_names())?, name.clone())),
                    _ => Err(no_names()),
                };
                in_order(texts.chunks(2).map(pair).collect::<Result<_, _>>()?)
            }
            _ => Err(no_names()),
        }
    }

    fn scalars(&mut self, is_end: impl Fn(&Event) -> bool) -> Result<Vec<String>, InvalidLabelFile> {
        let mut texts = Vec::new();
        loop {
            match self.next()? {
                Event::Scalar(text, ..) => texts.push(text),
                event if is_end(&event) => return Ok(texts),
                _ => return Err(no_names()),
            }
        }
    }
}

/// Double-quoted text of YAML 1.2 is a superset of JSON's (YAML 1.2.2, section 7.3.1).
pub fn write(labels: &LabelMap) -> String {
    if labels.is_empty() {
        return "nc: 0\nnames: []\n".to_owned();
    }
    let mut text = format!("nc: {}\nnames:\n", labels.labels().len());
    for (index, label) in labels.classes() {
        text.push_str(&format!("  {index}: {}\n", Value::from(label)));
    }
    text
}
