//! TensorFlow's label map: `item { id: 1 name: "cat" }` for each class.

use super::{InvalidLabelFile, LabelFormat, in_order};
use crate::vocabulary::LabelMap;
use std::{iter::Peekable, str::Chars};

pub fn read(text: &str) -> Result<Vec<String>, InvalidLabelFile> {
    let mut tokens = Tokens(text.chars().peekable());
    let mut labels = Vec::new();
    while let Some(token) = tokens.next()? {
        if token != Token::Word("item".to_owned()) {
            return Err(syntax("expected `item {`"));
        }
        labels.push(tokens.item()?);
    }
    match labels.is_empty() {
        true => Err(InvalidLabelFile::NoLabels {
            format: LabelFormat::Pbtxt,
            reason: "expected `item { id: 1 name: \"...\" }`",
        }),
        false => in_order(from_zero(labels)),
    }
}

/// Ids begin at 1, but files that begin at 0 are about.
fn from_zero(labels: Vec<(i64, String)>) -> Vec<(i64, String)> {
    let first = if labels.iter().any(|(id, _)| *id == 0) { 0 } else { 1 };
    labels.into_iter().map(|(id, label)| (id.saturating_sub(first), label)).collect()
}

fn syntax(reason: &str) -> InvalidLabelFile {
    InvalidLabelFile::Syntax { format: LabelFormat::Pbtxt, reason: reason.to_owned() }
}

#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Sign(char),
}

struct Tokens<'a>(Peekable<Chars<'a>>);

impl Tokens<'_> {
    fn next(&mut self) -> Result<Option<Token>, InvalidLabelFile> {
        loop {
            match self.0.next() {
                None => return Ok(None),
                Some('#') => while self.0.next_if(|character| *character != '\n').is_some() {},
                Some(quote @ ('"' | '\'')) => return self.quoted(quote).map(|text| Some(Token::Text(text))),
                Some(sign @ ('{' | '}' | ':')) => return Ok(Some(Token::Sign(sign))),
                Some(blank) if blank.is_whitespace() || matches!(blank, ',' | ';') => {}
                Some(first) => {
                    let mut word = String::from(first);
                    while let Some(next) = self.0.next_if(|next| next.is_alphanumeric() || "_-.".contains(*next)) {
                        word.push(next);
                    }
                    return Ok(Some(Token::Word(word)));
                }
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, InvalidLabelFile> {
        let mut text = String::new();
        loop {
            match self.0.next() {
                None | Some('\n') => return Err(syntax("a quotation mark is missing")),
                Some('\\') => text.push(self.0.next().ok_or_else(|| syntax("a quotation mark is missing"))?),
                Some(end) if end == quote => return Ok(text),
                Some(character) => text.push(character),
            }
        }
    }

    /// The id and the name; `display_name` is taken when there is one, as TensorFlow's own tools do.
    fn item(&mut self) -> Result<(i64, String), InvalidLabelFile> {
        if self.next()? != Some(Token::Sign('{')) {
            return Err(syntax("expected `{` after `item`"));
        }
        let (mut id, mut name, mut display_name) = (None, None, None);
        loop {
            let key = match self.next()? {
                Some(Token::Sign('}')) => break,
                Some(Token::Word(key)) => key,
                _ => return Err(syntax("expected a field or `}`")),
            };
            if self.next()? != Some(Token::Sign(':')) {
                return Err(syntax("expected `:` after a field's name"));
            }
            match (key.as_str(), self.next()?) {
                ("id", Some(Token::Word(number))) => id = number.parse::<i64>().ok(),
                ("name", Some(Token::Text(text))) => name = Some(text),
                ("display_name", Some(Token::Text(text))) => display_name = Some(text),
                (_, Some(Token::Word(_) | Token::Text(_))) => {}
                _ => return Err(syntax("expected a value after `:`")),
            }
        }
        match (id, display_name.or(name)) {
            (Some(id), Some(name)) => Ok((id, name)),
            _ => Err(syntax("an item has no id or no name")),
        }
    }
}

pub fn write(labels: &LabelMap) -> String {
    let item = |(index, label): (usize, &str)| {
        let id = index + 1;
        format!("item {{\n  id: {id}\n  name: \"{}\"\n}}\n", label.replace('\\', "\\\\").replace('"', "\\\""))
    };
    labels.classes().map(item).collect()
}
