//! The numbers behind a chart, as a table.

use super::{Series, Unit};
use crate::{
    ui::parts::TableBox,
    vocabulary::{
        MetricValue,
        quantity::{counted, grouped},
    },
};
use leptos::prelude::*;
use std::collections::BTreeMap;

const MAX_ROWS: usize = 50;

/// Opens on demand; of many rows it shows some, evenly, the first and the last among them.
#[component]
pub fn ValueTable(
    /// What is measured.
    title: String,
    /// The lines.
    series: Vec<Series>,
    /// What the rows are.
    unit: Unit,
) -> impl IntoView {
    let rows = rows(&series);
    let total = rows.len();
    let shown = evenly(rows);
    let summary = if shown.len() < total {
        format!("Values of {} of {}", shown.len(), counted(total, unit.noun()))
    } else {
        "Values".to_owned()
    };
    let head: Vec<_> = series
        .iter()
        .map(|series| view! { <th scope="col" class="num"><bdi>{series.name.clone()}</bdi></th> })
        .collect();
    let body: Vec<_> = shown.into_iter().map(|(step, values)| {
        let cells: Vec<_> = values.into_iter().map(|value| {
            view! { <td class="num" title=value.and_then(|value| MetricValue(value).title())>{value.map_or_else(|| "–".to_owned(), |value| MetricValue(value).to_string())}</td> }
        }).collect();
        view! { <tr><th scope="row" class="num">{grouped(step)}</th>{cells}</tr> }
    }).collect();
    let label = format!("Values of {title} for {}", series.first().map(|first| first.name.clone()).unwrap_or_default());
    view! {
        <details class="chart-values">
            <summary>{summary}<span class="visually-hidden">{format!(" of {title}, {}", counted(series.len(), "line"))}</span></summary>
            <TableBox label>
                <table class="table">
                    <thead><tr><th scope="col" class="num">{unit.word()}</th>{head}</tr></thead>
                    <tbody>{body}</tbody>
                </table>
            </TableBox>
        </details>
    }
}

type Rows = Vec<(i64, Vec<Option<f64>>)>;

/// One row for each place on the axis; where a step was logged twice, the later value.
fn rows(series: &[Series]) -> Rows {
    let mut rows = BTreeMap::new();
    for (index, series_points) in series.iter().map(|series| &series.points).enumerate() {
        for point in series_points {
            rows.entry(point.place).or_insert_with(|| vec![None; series.len()])[index] = Some(point.value);
        }
    }
    rows.into_iter().collect()
}

fn evenly(rows: Rows) -> Rows {
    let count = rows.len();
    if count <= MAX_ROWS {
        return rows;
    }
    let wanted: Vec<usize> = (0..MAX_ROWS).map(|row| row * (count - 1) / (MAX_ROWS - 1)).collect();
    rows.into_iter().enumerate().filter(|(index, _)| wanted.binary_search(index).is_ok()).map(|(_, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::Point, *};

    #[test]
    fn at_most_fifty_rows_with_both_ends() {
        let points = (0..1_000).map(|step| Point::at(step, step as f64)).collect();
        let other = vec![Point::at(999, 1.0), Point::at(999, 2.0)];
        let series = [points, other].map(|points| Series { name: String::new(), last: String::new(), gaps: 0, points });
        let shown = evenly(rows(&series));
        assert_eq!(shown.len(), MAX_ROWS);
        assert_eq!(shown.first(), Some(&(0, vec![Some(0.0), None])));
        assert_eq!(shown.last(), Some(&(999, vec![Some(999.0), Some(2.0)])));
    }
}
