//! The table of a project's experiments.

use super::query::ProjectQuery;
use crate::{
    experiment::{
        Cell, Column, ExperimentSummary, Order, Sort,
        operations::Cells,
        pages::{StatusMark, address},
    },
    ui::{
        icon::Icon,
        parts::{TableBox, When},
    },
    vocabulary::direction::{Direction, direction_of},
};
use leptos::prelude::*;

/// Experiments as rows that can be chosen for a comparison.
#[component]
pub fn Experiments(
    /// In their order.
    experiments: Vec<ExperimentSummary>,
    /// Which columns stand beside the fixed ones.
    columns: Vec<Column>,
    /// What they hold.
    cells: Cells,
    /// The state of the list.
    query: ProjectQuery,
    /// The address of the list.
    path: String,
) -> impl IntoView {
    let best: Vec<Option<f64>> = columns.iter().map(|column| best(column, &experiments, &cells)).collect();
    let rows: Vec<_> = experiments
        .into_iter()
        .map(|experiment| {
            let shown = columns.iter().zip(&best).map(|(column, best)| {
                let cell = cells.get(&(experiment.id, column.clone()));
                let is_best = matches!((cell, best), (Some(Cell::Metric(value)), Some(best)) if value.0 == *best);
                ShownCell { is_best, ..ShownCell::of(cell) }
            });
            let shown = shown.collect();
            view! { <Row experiment shown /> }
        })
        .collect();
    let list = path.clone();
    let head = move |label: String, sort: Sort, is_number: bool| {
        view! { <SortHead label sort is_number query=query.clone() path=list.clone() /> }
    };
    let column_heads: Vec<_> =
        columns.into_iter().map(|column| head(column.key().to_owned(), Sort::Column(column), true)).collect();
    view! {
        <form class="card" method="get" action=format!("{path}/compare")>
            <TableBox label="Experiments table".to_owned()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col"><span class="visually-hidden">"Compare"</span></th>
                            {head("Experiment".to_owned(), Sort::Name, false)}
                            {head("Status".to_owned(), Sort::Status, false)}
                            {column_heads}
                            <th scope="col">"Exported"</th>
                            {head("Created".to_owned(), Sort::CreatedAt, false)}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
            <div class="row table-actions">
                <button class="button" type="submit"><Icon name="compare" />"Compare the chosen ones"</button>
                <p class="muted small">"2 to 20; the first is what the others are compared with."</p>
            </div>
        </form>
    }
}

/// The best finite value of a metric on this page, when its name says which end is good and there is something to compare.
fn best(column: &Column, experiments: &[ExperimentSummary], cells: &Cells) -> Option<f64> {
    let Column::Metric(key) = column else { return None };
    let direction = direction_of(key)?;
    let values = experiments.iter().filter_map(|experiment| match cells.get(&(experiment.id, column.clone())) {
        Some(Cell::Metric(value)) if value.is_finite() => Some(value.0),
        _ => None,
    });
    let values: Vec<f64> = values.collect();
    let best = values.iter().copied().reduce(|one, other| match direction {
        Direction::LowerIsBetter => one.min(other),
        Direction::HigherIsBetter => one.max(other),
    });
    best.filter(|_| values.len() > 1)
}

/// A cell of the table.
struct ShownCell {
    text: String,
    /// The exact number, if the text is another.
    title: Option<String>,
    is_best: bool,
}

impl ShownCell {
    fn of(cell: Option<&Cell>) -> Self {
        let (text, title) = match cell {
            Some(Cell::Metric(value)) => (value.to_string(), value.title()),
            Some(cell) => (text_of(cell), None),
            None => ("–".to_owned(), None),
        };
        Self { text, title, is_best: false }
    }
}

/// A cell of a file, with every digit.
pub fn text_of(cell: &Cell) -> String {
    match cell {
        Cell::Metric(value) => value.exact(),
        Cell::Parameter(serde_json::Value::String(text)) => text.clone(),
        Cell::Parameter(value) => value.to_string(),
    }
}

/// A heading that sorts; once more turns the order around.
#[component]
fn SortHead(label: String, sort: Sort, is_number: bool, query: ProjectQuery, path: String) -> impl IntoView {
    let is_sorted = query.sort == sort;
    let href = query.sorted_by(&sort).address(&path);
    let (icon, state) = match query.order {
        Order::Asc => ("up", "ascending"),
        Order::Desc => ("down", "descending"),
    };
    view! {
        <th scope="col" class=is_number.then_some("num") aria-sort=is_sorted.then_some(state)>
            <a href=href><bdi>{label}</bdi>{is_sorted.then(|| view! { <Icon name=icon /> })}</a>
        </th>
    }
}

#[component]
fn Row(experiment: ExperimentSummary, shown: Vec<ShownCell>) -> impl IntoView {
    let cells: Vec<_> = shown
        .into_iter()
        .map(|cell| {
            let class = if cell.is_best { "num best" } else { "num" };
            view! { <td class=class title=cell.title>{cell.text}</td> }
        })
        .collect();
    let first_line = experiment.description.lines().next().unwrap_or_default().to_owned();
    let sub = (!first_line.is_empty()).then(|| view! { <span class="sub" dir="auto">{first_line}</span> });
    let exported = match experiment.export_count {
        0 => None,
        1 => Some("Exported".to_owned()),
        count => Some(format!("Exported {count} times")),
    };
    let exported = exported.map(|text| view! { <span class="chip accent"><Icon name="version" />{text}</span> });
    view! {
        <tr>
            <td><input type="checkbox" name="experiment" value=experiment.id.to_string() aria-label=format!("Compare {}", experiment.name) /></td>
            <th scope="row" class="name"><a href=address(experiment.id)><bdi>{experiment.name.clone()}</bdi></a>{sub}</th>
            <td><StatusMark status=experiment.status /></td>
            {cells}
            <td>{exported}</td>
            <td class="nowrap"><When at=experiment.created_at /></td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::MetricValue;

    #[test]
    fn a_table_shows_six_digits_and_a_file_has_all() {
        let cell = Cell::Metric(MetricValue(0.1 + 0.2));
        let shown = ShownCell::of(Some(&cell));
        assert_eq!((shown.text.as_str(), shown.title.as_deref()), ("0.3", Some("0.30000000000000004")));
        assert_eq!(text_of(&cell), "0.30000000000000004");
        assert_eq!(ShownCell::of(Some(&Cell::Metric(MetricValue(0.5)))).title, None);
    }
}
