//! Summary metrics as tiles.

use crate::vocabulary::{
    MetricSummary, MetricValue,
    direction::{Direction, direction_of, importance},
    quantity::grouped,
};
use leptos::prelude::*;

/// The last values, the important ones first, at most `limit` of them.
#[component]
pub fn MetricTiles(
    /// All of them.
    metrics: Vec<MetricSummary>,
    /// How many are shown.
    limit: usize,
    /// Whether each is one value, of which there is no more to say.
    #[prop(optional)]
    are_single: bool,
) -> impl IntoView {
    let mut metrics = metrics;
    metrics.sort_by_key(|metric| importance(&metric.key));
    let tiles = metrics.into_iter().take(limit).map(|metric| {
        let remark = (!are_single).then(|| view! { <dd>{remark(&metric)}</dd> });
        view! {
            <div class="stat">
                <dt><bdi>{metric.key}</bdi></dt>
                <dd title=metric.last.value.title()>{metric.last.value.to_string()}</dd>
                {remark}
            </div>
        }
    });
    view! { <dl class="stats">{tiles.collect_view()}</dl> }
}

/// One short line: the best value if the last is another, otherwise when the last was.
fn remark(metric: &MetricSummary) -> String {
    match best(metric) {
        Some((word, best)) if best != metric.last.value => format!("{word} {best}"),
        Some((word, _)) if metric.count > 1 => format!("{word} of {} points", grouped(metric.count)),
        _ => format!("at step {}", grouped(metric.last.step)),
    }
}

fn best(metric: &MetricSummary) -> Option<(&'static str, MetricValue)> {
    match direction_of(&metric.key)? {
        Direction::LowerIsBetter => metric.min.map(|min| ("lowest", MetricValue(min))),
        Direction::HigherIsBetter => metric.max.map(|max| ("best", MetricValue(max))),
    }
}
