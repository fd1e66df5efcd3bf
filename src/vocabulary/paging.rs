//! Lists that arrive page by page.

use crate::error::{AppError, ErrorKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The number of items on a page unless asked otherwise.
pub const DEFAULT_LIMIT: u32 = 50;
/// The highest number of items that may be asked for.
pub const MAX_LIMIT: u32 = 200;

/// Some items of a list, and where the rest begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the order that was asked for.
    pub items: Vec<T>,
    /// Give it back as `cursor` to get the next page; null on the last one.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A list that has always only one page.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }

    /// Cuts `items`, which were asked for with one more than `limit`, into a page.
    pub fn cut(mut items: Vec<T>, limit: u32, cursor_after: impl Fn(&T) -> String) -> Self {
        let limit = limit as usize;
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = has_more.then(|| items.last().map(cursor_after)).flatten();
        Self { items, next_cursor }
    }
}

/// Refuses a cursor that no page of a list in the order of ids has given.
pub fn checked_cursor(cursor: Option<&str>) -> Result<Option<&str>, AppError> {
    match cursor {
        Some(text) if uuid::Uuid::try_parse(text).is_err() => Err(foreign_cursor()),
        accepted => Ok(accepted),
    }
}

/// Refuses a cursor that no page of a list in the order of numbers has given.
pub fn checked_number(cursor: Option<&str>) -> Result<Option<i64>, AppError> {
    cursor.map(|text| text.parse().map_err(|_| foreign_cursor())).transpose()
}

fn foreign_cursor() -> AppError {
    AppError::new(ErrorKind::Malformed, "invalid_query", "cursor must be the next_cursor of the page before.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_its_successor_only_if_there_is_one() {
        let page = Page::cut(vec![1, 2, 3], 2, i32::to_string);
        assert_eq!((page.items, page.next_cursor), (vec![1, 2], Some("2".to_owned())));
        assert_eq!(Page::cut(vec![1, 2], 2, i32::to_string).next_cursor, None);
    }
}
