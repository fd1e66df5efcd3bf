//! Conditions on metrics and parameters, by which a list of experiments is narrowed.

use super::{Column, SortValue};
use std::{fmt, str::FromStr};

/// How a value stands to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Less,
    AtMost,
    Equal,
    Other,
    AtLeast,
    Greater,
}

impl Relation {
    /// All of them; what begins like another one stands before it.
    pub const ALL: [Self; 6] = [Self::AtMost, Self::AtLeast, Self::Other, Self::Less, Self::Greater, Self::Equal];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::Other => "!=",
            Self::AtLeast => ">=",
            Self::Greater => ">",
        }
    }

    fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Equal => ordering.is_eq(),
            Self::Other => ordering.is_ne(),
            Self::AtLeast => ordering.is_ge(),
            Self::Greater => ordering.is_gt(),
        }
    }
}

/// What a metric or parameter has to be; written `metric:val/loss<0.3`. Names in which `<`, `=` or `>` occur cannot be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    pub column: Column,
    pub relation: Relation,
    /// As it was typed.
    pub value: String,
}

impl Condition {
    /// Whether `value` fulfils it. What is missing fulfils nothing, and numbers are only compared with numbers.
    pub fn holds(&self, value: &SortValue) -> bool {
        match (value, SortValue::of_text(&self.value)) {
            (SortValue::Number(value), SortValue::Number(wanted)) => {
                value.partial_cmp(&wanted).is_some_and(|ordering| self.relation.holds(ordering))
            }
            (SortValue::Text(value), SortValue::Text(wanted)) => self.relation.holds(value.cmp(&wanted)),
            (SortValue::Missing, _) | (_, SortValue::Missing) => false,
            (SortValue::Number(_), SortValue::Text(_)) | (SortValue::Text(_), SortValue::Number(_)) => {
                self.relation == Relation::Other
            }
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}{}", self.column, self.relation.as_str(), self.value)
    }
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a condition is written metric:NAME<VALUE or parameter:NAME=VALUE, with <, <=, =, !=, >= or >";
        let at = text.find(['<', '>', '=', '!']).ok_or_else(wrong)?;
        let (column, rest) = text.split_at(at);
        let (relation, value) = Relation::ALL
            .into_iter()
            .find_map(|relation| Some((relation, rest.strip_prefix(relation.as_str())?)))
            .ok_or_else(wrong)?;
        let value = value.trim();
        // An equals sign there would become part of the relation when the condition is written again.
        if value.is_empty() || value.starts_with('=') {
            return Err(wrong().to_owned());
        }
        Ok(Self { column: column.trim().parse()?, relation, value: value.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "metric:val/loss<0.3",
            "parameter:lr>=1e-3",
            "parameter:optimizer!=adam",
            "metric:größe=1",
            "parameter:a<=b=c",
        ] {
            assert_eq!(text.parse::<Condition>().unwrap().to_string(), text);
        }
        for wrong in ["", "metric:loss", "loss<1", "metric:loss<", "metric:<1", "metric:loss!1", "other:x=1"] {
            assert!(wrong.parse::<Condition>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_are_compared_as_numbers_and_words_without_case() {
        let holds = |text: &str, value| text.parse::<Condition>().unwrap().holds(&SortValue::of_parameter(&value));
        assert!(holds("parameter:lr<10", json!(9)) && !holds("parameter:lr<10", json!(10)));
        assert!(holds("parameter:lr=0.1", json!(0.1)) && holds("parameter:lr=1e-1", json!(0.1)));
        assert!(holds("parameter:lr>=-0", json!(0)) && holds("parameter:lr!=1", json!(2)));
        assert!(holds("parameter:o=ADAM", json!("adam")) && !holds("parameter:o=sgd", json!("adam")));
        assert!(holds("parameter:flag=true", json!(true)));
        assert!(!holds("parameter:lr<10", json!("9")) && holds("parameter:lr!=10", json!("none")));
        assert!(!holds("parameter:lr!=1", json!(null)) && !holds("metric:loss!=1", json!(null)));
    }
}
