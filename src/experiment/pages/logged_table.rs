//! A logged table, which can be sorted by each of its columns.

use crate::{
    experiment::{Order, SortValue, Table},
    ui::{address::with_query, icon::Icon, parts::TableBox},
    vocabulary::{LogId, quantity::counted},
};
use leptos::prelude::*;
use serde_json::Value;

/// More rows than this are not shown; the API has all.
const MAX_ROWS: usize = 100;
/// The name in the address under which tables are sorted.
const PARAMETER: &str = "sorted";

/// The rows of one log as a table.
#[component]
pub fn LoggedTable(
    /// The address of the page.
    page: String,
    /// Which log it is.
    id: LogId,
    /// Its name.
    key: String,
    /// What was logged.
    table: Table,
    /// The state of the page, as its address holds it.
    pairs: Vec<(String, String)>,
) -> impl IntoView {
    let sorting = Sorting::of(&pairs, id, table.columns.len());
    let rows = sorting.sorted(table.rows);
    let total = rows.len();
    let count = match total {
        total if total > MAX_ROWS => format!("first {MAX_ROWS} of {}", counted(total, "row")),
        total => counted(total, "row"),
    };
    let is_number: Vec<bool> = (0..table.columns.len())
        .map(|column| rows.iter().all(|row| row[column].is_number() || row[column].is_null()))
        .collect();
    let class = |column: usize| is_number[column].then_some("num");
    let head: Vec<_> = table
        .columns
        .into_iter()
        .enumerate()
        .map(|(column, name)| {
            let state = (sorting.column == Some(column)).then_some(sorting.order);
            let href = sorting.toggled(column).address(&page, &pairs);
            let icon = state.map(|order| view! { <Icon name=if order == Order::Asc { "up" } else { "down" } /> });
            let spoken = state.map(|order| if order == Order::Asc { "ascending" } else { "descending" });
            view! { <th scope="col" class=class(column) aria-sort=spoken><a href=href><bdi>{name}</bdi>{icon}</a></th> }
        })
        .collect();
    let rows: Vec<_> = rows
        .into_iter()
        .take(MAX_ROWS)
        .map(|row| {
            let cells = row.into_iter().enumerate();
            let cells: Vec<_> = cells
                .map(|(column, cell)| view! { <td class=class(column)><bdi>{cell_text(cell)}</bdi></td> })
                .collect();
            view! { <tr>{cells}</tr> }
        })
        .collect();
    let heading = format!("table-{id}");
    let labelled_by = heading.clone();
    let label = format!("{key} table");
    view! {
        <section class="card" aria-labelledby=labelled_by>
            <div class="card-head"><h2 id=heading><bdi>{key}</bdi>" "<span class="count">{count}</span></h2></div>
            <TableBox label>
                <table class="table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
            </TableBox>
        </section>
    }
}

/// By which column one table is sorted: in the address `sorted=LOG:COLUMN:asc`, once for each table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sorting {
    id: LogId,
    /// None: as it was logged.
    column: Option<usize>,
    order: Order,
}

impl Sorting {
    fn of(pairs: &[(String, String)], id: LogId, columns: usize) -> Self {
        let as_logged = Self { id, column: None, order: Order::Asc };
        let mine = pairs.iter().filter(|(name, _)| name == PARAMETER).find_map(|(_, value)| {
            let (column, order) = value.strip_prefix(&format!("{id}:"))?.split_once(':')?;
            let order = if order == "desc" { Order::Desc } else { Order::Asc };
            Some(Self { id, column: column.parse().ok().filter(|column| *column < columns), order })
        });
        mine.unwrap_or(as_logged)
    }

    fn sorted(&self, rows: Vec<Vec<Value>>) -> Vec<Vec<Value>> {
        let Some(column) = self.column else { return rows };
        let mut rows: Vec<_> = rows.into_iter().map(|row| (SortValue::of_parameter(&row[column]), row)).collect();
        rows.sort_by(|(one, _), (other, _)| one.compare(other, self.order));
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// Sorted by `column`; once more turns the order around.
    fn toggled(&self, column: usize) -> Self {
        let is_ascending = self.column == Some(column) && self.order == Order::Asc;
        Self { id: self.id, column: Some(column), order: if is_ascending { Order::Desc } else { Order::Asc } }
    }

    /// The address of the page with this table sorted so, and everything else as it is.
    fn address(&self, page: &str, pairs: &[(String, String)]) -> String {
        let prefix = format!("{}:", self.id);
        let order = if self.order == Order::Asc { "asc" } else { "desc" };
        let mine = self.column.map(|column| format!("{prefix}{column}:{order}"));
        let others = pairs.iter().filter(|(name, value)| !(name == PARAMETER && value.starts_with(&prefix)));
        let others = others.map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<_> = others.chain(mine.as_deref().map(|value| (PARAMETER, value))).collect();
        format!("{}#table-{}", with_query(page, &all), self.id)
    }
}

fn cell_text(cell: Value) -> String {
    match cell {
        Value::Null => "–".to_owned(),
        Value::String(text) => text,
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map_or_else(String::new, |value| crate::vocabulary::MetricValue(value).to_string())
        }
        cell => cell.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_table_is_sorted_by_the_column_in_the_address() {
        let (id, other) = (LogId::generate(), LogId::generate());
        let pairs = |text: String| vec![("from".to_owned(), "1".to_owned()), (PARAMETER.to_owned(), text)];
        let rows = || [json!(10), json!(null), json!(9), json!("x")].map(|cell| vec![json!(0), cell]).to_vec();
        let cells =
            |sorting: &Sorting| sorting.sorted(rows()).into_iter().map(|row| row[1].clone()).collect::<Vec<_>>();
        let sorting = Sorting::of(&pairs(format!("{id}:1:desc")), id, 2);
        assert_eq!(cells(&sorting), [json!("x"), json!(10), json!(9), json!(null)]);
        let turned = sorting.toggled(1);
        assert_eq!(cells(&turned), [json!(9), json!(10), json!("x"), json!(null)]);
        assert_eq!(turned.toggled(1), sorting);
        let kept = turned.address("/m", &pairs(format!("{other}:0:asc")));
        assert_eq!(kept, format!("/m?from=1&sorted={other}%3A0%3Aasc&sorted={id}%3A1%3Aasc#table-{id}"));
        for wrong in [format!("{id}:2:asc"), format!("{id}:x:asc"), format!("{other}:1:asc"), String::new()] {
            assert_eq!(Sorting::of(&pairs(wrong), id, 2).column, None);
        }
    }

    #[test]
    fn cells_are_shown_as_people_write_them() {
        for (cell, shown) in [
            (json!(null), "–"),
            (json!("<b>"), "<b>"),
            (json!(0.987_654_321), "0.987654"),
            (json!(36), "36"),
            (json!([1, true]), "[1,true]"),
        ] {
            assert_eq!(cell_text(cell), shown);
        }
    }
}
