//! What a version inherited, and what was empty and why (R21, R23).

use crate::{
    model::ModelVersion,
    ui::icon::Icon,
    vocabulary::quantity::{bytes_for_people, counted},
};
use leptos::prelude::*;

struct Item {
    label: &'static str,
    /// The part of the page that shows it.
    target: &'static str,
    /// How much there is; none when there was nothing to inherit.
    amount: Option<String>,
    why_empty: &'static str,
}

/// One line for each thing that can be inherited.
#[component]
pub fn Inherited(
    /// The version.
    version: ModelVersion,
) -> impl IntoView {
    let title = match &version.source_experiment {
        Some(source) => view! { "Inherited from "<bdi>{source.name.clone()}</bdi> }.into_any(),
        None => "What it holds".into_any(),
    };
    let rows: Vec<_> = items(&version).into_iter().map(|item| view! { <Row item /> }).collect();
    view! {
        <section class="manifest" aria-labelledby="inherited">
            <h2 id="inherited">{title}</h2>
            <ul>{rows}</ul>
        </section>
        <p class="muted small">
            "What was missing in the experiment was not exported. "<a href="/help/export">"What each item is for"</a>
        </p>
    }
}

#[component]
fn Row(item: Item) -> impl IntoView {
    match item.amount {
        Some(amount) => view! {
            <li><Icon name="check" /><span>{item.label}</span><span><a href=item.target>{amount}</a></span></li>
        }
        .into_any(),
        None => view! {
            <li class="absent"><Icon name="absent" /><span>{item.label}</span><span>{item.why_empty}</span></li>
        }
        .into_any(),
    }
}

fn items(version: &ModelVersion) -> Vec<Item> {
    let size_bytes = version.files.iter().map(|file| file.size_bytes).sum();
    let some = |count: usize, text: String| (count > 0).then_some(text);
    let number = |count: usize, noun: &str| some(count, counted(count, noun));
    let base = version.base_model_version.as_ref();
    vec![
        Item {
            label: "Files",
            target: "#files",
            amount: some(
                version.files.len(),
                format!("{}, {}", counted(version.files.len(), "file"), bytes_for_people(size_bytes)),
            ),
            why_empty: "none – the experiment had no artifacts",
        },
        Item {
            label: "Label map",
            target: "#labels",
            amount: number(version.labels.len(), "label"),
            why_empty: "none – the experiment had no labels",
        },
        Item {
            label: "Parameters",
            target: "#parameters",
            amount: number(version.parameters.len(), "parameter"),
            why_empty: "none – none were logged",
        },
        Item {
            label: "Docker image",
            target: "#docker",
            amount: version.docker_image.as_ref().map(|image| image.reference.clone()),
            why_empty: "none – none was stated",
        },
        Item {
            label: "Datasets",
            target: "#origin",
            amount: number(version.dataset_versions.len(), "dataset version"),
            why_empty: "none – none were attached",
        },
        Item {
            label: "Metrics",
            target: "#metrics",
            amount: number(version.metrics.len(), "metric"),
            why_empty: "none – none were logged",
        },
        Item {
            label: "Base",
            target: "#origin",
            amount: base.map(|base| format!("{} › {}", base.model_name, base.name)),
            why_empty: "none – trained from scratch",
        },
    ]
}
