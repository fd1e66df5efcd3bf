//! Lists as the SDK reads them: everything unless it asks for less.

use super::ask::Asked;
use crate::error::Failure;
use axum::Json;
use serde_json::{Value, json};
use std::cmp::Ordering;

/// More than any list of an organization has: the SDK never asks for a second page.
pub const EVERYTHING: u32 = 10_000_000;

/// The items in the asked order, from `offset` on, `limit` of them.
pub fn list(mut items: Vec<Value>, asked: &Asked) -> Result<Json<Value>, Failure> {
    let order: Vec<(&str, bool)> = asked
        .all("order_by")
        .map(|field| field.strip_prefix('-').map_or((field, false), |field| (field, true)))
        .collect();
    items.sort_by(|first, second| {
        let compared = order.iter().map(|(field, is_descending)| {
            let ordering = compare(&first[*field], &second[*field]);
            if *is_descending { ordering.reverse() } else { ordering }
        });
        compared.fold(Ordering::Equal, Ordering::then)
    });
    let offset = asked.parsed("offset")?.unwrap_or(0);
    let limit = asked.parsed("limit")?.unwrap_or(usize::MAX);
    let items: Vec<Value> = items.into_iter().skip(offset).take(limit).collect();
    Ok(Json(json!({ "items": items })))
}

/// Fields that an item has not, or that are no text and no number, do not order it.
fn compare(first: &Value, second: &Value) -> Ordering {
    match (first, second) {
        (Value::String(first), Value::String(second)) => first.cmp(second),
        (Value::Number(first), Value::Number(second)) => {
            first.as_f64().partial_cmp(&second.as_f64()).unwrap_or(Ordering::Equal)
        }
        _ => Ordering::Equal,
    }
}
