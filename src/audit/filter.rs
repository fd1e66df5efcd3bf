//! Which entries somebody wants to see.

use crate::{error::AppError, vocabulary::Timestamp};
use serde::Deserialize;

/// The conditions as an address holds them; an empty one lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AuditQuery {
    /// Part of an e-mail address or of a token's name, or a whole id of either.
    pub who: String,
    pub action: String,
    pub kind: String,
    /// A whole id.
    pub object: String,
    /// A day or a time.
    pub from: String,
    /// A day, which is included, or a time.
    pub to: String,
    pub cursor: String,
}

/// The conditions, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub who: String,
    pub action: String,
    pub kind: String,
    pub object: String,
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The moment after the last one.
    pub before: Option<Timestamp>,
}

impl AuditQuery {
    /// The conditions, or what is wrong with the dates.
    ///
    /// # Errors
    /// `from` or `to` is neither a day nor a time.
    pub fn checked(&self) -> Result<AuditFilter, AppError> {
        let trimmed = |text: &str| text.trim().to_owned();
        Ok(AuditFilter {
            who: trimmed(&self.who),
            action: trimmed(&self.action),
            kind: trimmed(&self.kind),
            object: trimmed(&self.object).to_lowercase(),
            from: moment("from", &self.from, 0)?,
            before: moment("to", &self.to, 1)?,
        })
    }

    /// The conditions without the place in the list, for an address.
    pub fn pairs(&self) -> [(&'static str, String); 6] {
        [
            ("who", self.who.clone()),
            ("action", self.action.clone()),
            ("kind", self.kind.clone()),
            ("object", self.object.clone()),
            ("from", self.from.clone()),
            ("to", self.to.clone()),
        ]
    }

    /// Whether everything is let through.
    pub fn is_empty(&self) -> bool {
        self.pairs().iter().all(|(_, value)| value.trim().is_empty())
    }
}

/// A time, or the beginning (in UTC) of the day that is `days` after the given one.
fn moment(field: &str, text: &str, days: i64) -> Result<Option<Timestamp>, AppError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = Timestamp::parse(&format!("{text}T00:00:00Z")).map(|day| day.plus_seconds(days * 86_400));
    let time = day.or_else(|_| Timestamp::parse(text));
    time.map(Some).map_err(|_| AppError::invalid_field(field, "write a day such as 2026-11-23, or an RFC 3339 time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_included_and_times_are_taken_as_they_are() {
        let query =
            |from: &str, to: &str| AuditQuery { from: from.to_owned(), to: to.to_owned(), ..AuditQuery::default() };
        let filter = query("2026-11-23", " 2026-11-23 ").checked().unwrap();
        assert_eq!(filter.from.unwrap().to_string(), "2026-11-23T00:00:00.000000Z");
        assert_eq!(filter.before.unwrap().to_string(), "2026-11-24T00:00:00.000000Z");
        let filter = query("", "2026-11-23T12:00:00+02:00").checked().unwrap();
        assert_eq!((filter.from, filter.before.unwrap().to_string()), (None, "2026-11-23T10:00:00.000000Z".to_owned()));
        assert_eq!(query("yesterday", "").checked().unwrap_err().errors[0].field.as_deref(), Some("from"));
        assert_eq!(query("", "2026-02-30").checked().unwrap_err().errors[0].field.as_deref(), Some("to"));
    }
}
