//! Many rows in one statement.

use super::Connection;
use sqlx::{Any, AssertSqlSafe, any::AnyArguments, query::Query};
use std::fmt::Write;

/// A statement whose values are being bound.
pub type Binding<'q> = Query<'q, Any, AnyArguments>;

/// SQLite stops at 32,766 bound values and PostgreSQL at 65,535; smaller statements are parsed faster and remembered.
const MAX_BOUND_VALUES: usize = 900;

/// Inserts all `rows`; `insert` is the text up to and including `VALUES`, and `bind` binds the `columns` values of a row in order.
pub async fn insert_rows<'r, T>(
    connection: &mut Connection,
    insert: &'static str,
    columns: usize,
    rows: &'r [T],
    bind: impl Fn(Binding<'r>, &'r T) -> Binding<'r>,
) -> Result<(), sqlx::Error> {
    for chunk in rows.chunks(MAX_BOUND_VALUES / columns) {
        let mut text = String::from(insert);
        for row in 0..chunk.len() {
            text.push_str(if row == 0 { " (" } else { ", (" });
            for column in 1..=columns {
                let comma = if column == 1 { "" } else { ", " };
                write!(text, "{comma}${}", row * columns + column)
                    .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
            }
            text.push(')');
        }
        let statement = chunk.iter().fold(sqlx::query(AssertSqlSafe(text)), &bind);
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}
