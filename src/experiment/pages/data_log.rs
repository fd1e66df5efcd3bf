//! Logs that are kept as they came: values, lines, bars, tables, heatmaps, label maps, evaluations.

use crate::{
    experiment::{LogKind, Table},
    ui::parts::{TableBox, When},
    vocabulary::{Timestamp, quantity::counted},
};
use leptos::prelude::*;
use serde_json::Value;

/// More rows than this are not shown; the API has all.
const MAX_ROWS: usize = 100;
/// More columns than this are not shown, either.
const MAX_COLUMNS: usize = 50;
/// Of what is no table, so many characters are shown.
const MAX_CHARS: usize = 20_000;

/// One such log.
#[component]
pub fn DataLog(
    /// Its name.
    key: String,
    /// Its id, which is also that of its heading.
    id: String,
    /// What it shows.
    data_type: LogKind,
    /// What was logged.
    data: Value,
    /// When.
    at: Timestamp,
) -> impl IntoView {
    let heading = format!("log-{id}");
    let named_by = heading.clone();
    let remark = match data_type {
        LogKind::Value => "Value",
        LogKind::Line => "Lines",
        LogKind::Bar => "Bars",
        LogKind::Table => "Table",
        LogKind::Heatmap => "Heatmap",
        LogKind::LabelMap => "Label map",
        LogKind::Image => "Image",
        LogKind::Evaluation => "Evaluation",
    };
    let content = match (data_type, as_table(data_type, &data)) {
        (LogKind::Value, _) => view! { <p class="figure" dir="auto">{text_of(&data)}</p> }.into_any(),
        (LogKind::Line, Some(table)) if table.rows.is_empty() => {
            view! { <p class="muted">"No value yet."</p> }.into_any()
        }
        (kind, Some(table)) => {
            let name = key.clone();
            view! { <DataTable name table has_bars=kind == LogKind::Bar /> }.into_any()
        }
        (_, None) => view! { <Json data label=key.clone() /> }.into_any(),
    };
    view! {
        <section class="stack" aria-labelledby=named_by>
            <h2 id=heading><bdi>{key}</bdi></h2>
            <p class="muted small">{remark}", "<When at /></p>
            {content}
        </section>
    }
}

#[component]
fn DataTable(name: String, table: Table, has_bars: bool) -> impl IntoView {
    let total = table.rows.len();
    let cut = (total > MAX_ROWS)
        .then(|| view! { <p class="muted small">{format!("The first {MAX_ROWS} of {}; the API has all.", counted(total, "row"))}</p> });
    let numbers = || table.rows.iter().filter_map(|row| row.get(1).and_then(Value::as_f64));
    let (lowest, highest) = (numbers().fold(0.0, f64::min), numbers().fold(0.0, f64::max));
    let head: Vec<_> =
        table.columns.iter().map(|column| view! { <th scope="col"><bdi>{column.clone()}</bdi></th> }).collect();
    let bar_head = has_bars.then(|| view! { <th scope="col"><span class="visually-hidden">"Bar"</span></th> });
    let rows: Vec<_> = table
        .rows
        .into_iter()
        .take(MAX_ROWS)
        .map(|row| {
            let bar = has_bars.then(|| {
                let value = row.get(1).and_then(Value::as_f64).unwrap_or_default();
                view! { <td><meter min=lowest.to_string() max=highest.to_string() value=value.to_string() aria-hidden="true"></meter></td> }
            });
            let cells: Vec<_> = row
                .iter()
                .map(|cell| view! { <td class=cell.is_number().then_some("num") dir="auto">{text_of(cell)}</td> })
                .collect();
            view! { <tr>{cells}{bar}</tr> }
        })
        .collect();
    view! {
        <TableBox label=name>
            <table class="table">
                <thead><tr>{head}{bar_head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </TableBox>
        {cut}
    }
}

#[component]
fn Json(data: Value, label: String) -> impl IntoView {
    let json = serde_json::to_string_pretty(&data).unwrap_or_default();
    let total = json.chars().count();
    let shown: String = json.chars().take(MAX_CHARS).collect();
    let cut = (total > MAX_CHARS)
        .then(|| view! { <p class="muted small">{format!("The first {MAX_CHARS} of {total} characters; the API has all.")}</p> });
    view! {
        <div class="console" role="region" aria-label=label tabindex="0"><pre>{shown}</pre></div>
        {cut}
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "–".to_owned(),
        other => other.to_string(),
    }
}

/// The data as rows and columns, if it has such a shape.
fn as_table(kind: LogKind, data: &Value) -> Option<Table> {
    let table = match (kind, data) {
        (LogKind::Heatmap, Value::Object(_)) => matrix(data, "categories", "values"),
        (LogKind::Table, Value::Object(fields)) if fields.contains_key("data") => matrix(data, "columns", "data"),
        (LogKind::Evaluation, _) => None,
        (_, Value::Object(fields)) if !fields.is_empty() && fields.values().all(Value::is_array) => Some(columns(data)),
        (_, Value::Object(fields)) => Some(Table {
            columns: vec!["Key".to_owned(), "Value".to_owned()],
            rows: fields.iter().map(|(key, value)| vec![Value::from(key.as_str()), value.clone()]).collect(),
        }),
        (LogKind::Table | LogKind::Heatmap, Value::Array(rows)) if rows.iter().all(Value::is_array) => {
            Some(rectangle(Vec::new(), rows))
        }
        (_, Value::Array(items)) => Some(Table {
            columns: vec!["Index".to_owned(), "Value".to_owned()],
            rows: items.iter().enumerate().map(|(index, value)| vec![Value::from(index), value.clone()]).collect(),
        }),
        _ => None,
    };
    table.map(|mut table| {
        table.columns.truncate(MAX_COLUMNS);
        table.rows.iter_mut().for_each(|row| row.truncate(MAX_COLUMNS));
        table
    })
}

/// Rows with names of their columns, and of themselves where there are any.
fn matrix(data: &Value, columns: &str, rows: &str) -> Option<Table> {
    let cells = data.get(rows)?.as_array()?;
    let names = |key: &str| -> Vec<Value> { data.get(key).and_then(Value::as_array).cloned().unwrap_or_default() };
    let columns: Vec<String> = names(columns).iter().map(text_of).collect();
    let of_rows = if data.get("rows").is_some() {
        names("rows")
    } else {
        columns.iter().map(|name| Value::from(name.as_str())).collect()
    };
    let has_row_names = !of_rows.is_empty() && (data.get("rows").is_some() || rows == "values");
    if !has_row_names {
        return Some(rectangle(columns, cells));
    }
    let named: Vec<Value> = cells
        .iter()
        .enumerate()
        .map(|(index, row)| {
            let name = of_rows.get(index).cloned().unwrap_or_default();
            std::iter::once(name).chain(row.as_array().cloned().unwrap_or_default()).collect()
        })
        .collect();
    Some(rectangle(std::iter::once(String::new()).chain(columns).collect(), &named))
}

/// Lists side by side, as long as the longest.
fn columns(data: &Value) -> Table {
    let lists: Vec<(&String, &Vec<Value>)> =
        data.as_object().into_iter().flatten().filter_map(|(key, list)| Some((key, list.as_array()?))).collect();
    let longest = lists.iter().map(|(_, list)| list.len()).max().unwrap_or(0);
    Table {
        columns: lists.iter().map(|(key, _)| (*key).clone()).collect(),
        rows: (0..longest)
            .map(|row| lists.iter().map(|(_, list)| list.get(row).cloned().unwrap_or_default()).collect())
            .collect(),
    }
}

/// Rows that are all as wide as the widest.
fn rectangle(mut columns: Vec<String>, rows: &[Value]) -> Table {
    let rows: Vec<Vec<Value>> = rows.iter().map(|row| row.as_array().cloned().unwrap_or_default()).collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or(0).max(columns.len());
    let known = columns.len();
    columns.extend((known..width).map(|column| (column + 1).to_string()));
    let widened = rows.into_iter().map(|mut row| {
        row.resize(width, Value::Null);
        row
    });
    Table { columns, rows: widened.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(kind: LogKind, data: Value) -> Option<(Vec<String>, Value)> {
        as_table(kind, &data).map(|table| (table.columns, json!(table.rows)))
    }

    #[test]
    fn every_usual_shape_becomes_rows_and_columns() {
        let words = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        for (kind, data, columns, rows) in [
            (LogKind::Table, json!({"lr": 0.1}), "Key,Value", json!([["lr", 0.1]])),
            (
                LogKind::Table,
                json!({"data": [[1, 2]], "columns": ["a", "b"], "rows": ["r"]}),
                ",a,b",
                json!([["r", 1, 2]]),
            ),
            (LogKind::Table, json!({"data": [[1], [2, 3]], "columns": ["a"]}), "a,2", json!([[1, null], [2, 3]])),
            (
                LogKind::Heatmap,
                json!({"categories": ["x", "y"], "values": [[1, 2], [3, 4]]}),
                ",x,y",
                json!([["x", 1, 2], ["y", 3, 4]]),
            ),
            (LogKind::Bar, json!({"x": ["cat"], "y": [3]}), "x,y", json!([["cat", 3]])),
            (LogKind::Bar, json!([5, 6]), "Index,Value", json!([[0, 5], [1, 6]])),
            (LogKind::Line, json!({"train": [1, 2], "val": [3]}), "train,val", json!([[1, 3], [2, null]])),
            (LogKind::LabelMap, json!({"1": "cat"}), "Key,Value", json!([["1", "cat"]])),
        ] {
            assert_eq!(told(kind, data.clone()), Some((words(columns), rows)), "{data}");
        }
        assert_eq!(told(LogKind::Evaluation, json!({"a": 1})), None);
    }
}
