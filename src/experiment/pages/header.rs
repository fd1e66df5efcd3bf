//! What stands above every tab of an experiment: where one is, how the training stands, and the button that exports.

use super::{StatusMark, address, exports::ExportChips};
use crate::{
    experiment::{Experiment, ExperimentSummary},
    export::pages::{ExportAction, ExportModal},
    ui::{
        icon::Icon,
        life::ArchivedNotice,
        live::LiveMark,
        page::Page,
        parts::{Breadcrumb, Crumb, When},
        sections::{Fact, Tab, Tabs},
        tags::TagList,
    },
    vocabulary::{Timestamp, quantity::duration_for_people},
};
use leptos::prelude::*;

/// The parts of an experiment that have an address of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExperimentTab {
    Overview,
    Metrics,
    Console,
    Artifacts,
    Parameters,
    LabelMap,
    Datasets,
}

impl ExperimentTab {
    const ALL: [Self; 7] = [
        Self::Overview,
        Self::Metrics,
        Self::Console,
        Self::Artifacts,
        Self::Parameters,
        Self::LabelMap,
        Self::Datasets,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Metrics => "Metrics",
            Self::Console => "Console",
            Self::Artifacts => "Artifacts",
            Self::Parameters => "Parameters",
            Self::LabelMap => "Label map",
            Self::Datasets => "Dataset versions",
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Metrics => "/metrics",
            Self::Console => "/console",
            Self::Artifacts => "/artifacts",
            Self::Parameters => "/parameters",
            Self::LabelMap => "/label-map",
            Self::Datasets => "/datasets",
        }
    }

    fn count(self, experiment: &Experiment) -> Option<i64> {
        match self {
            Self::Overview | Self::Console => None,
            Self::Metrics => Some(experiment.metrics.len() as i64),
            Self::Artifacts => Some(experiment.artifact_count),
            Self::Parameters => Some(experiment.parameters.len() as i64),
            Self::LabelMap => Some(experiment.labels.len() as i64),
            Self::Datasets => Some(experiment.dataset_versions.len() as i64),
        }
    }
}

/// The page of one tab.
pub fn tab_page<V: IntoView + 'static>(
    experiment: Experiment,
    modal: ExportModal,
    tab: ExperimentTab,
    body: impl FnOnce(Experiment) -> V + Send + 'static,
) -> Page {
    let title = match tab {
        ExperimentTab::Overview => experiment.summary.name.clone(),
        tab => format!("{} · {}", experiment.summary.name, tab.label()),
    };
    Page::new("/", title, move || {
        view! {
            <ExperimentHeader experiment=experiment.clone() open=tab modal />
            {body(experiment)}
        }
    })
}

#[component]
fn ExperimentHeader(experiment: Experiment, open: ExperimentTab, modal: ExportModal) -> impl IntoView {
    let summary = experiment.summary.clone();
    let above = vec![
        Crumb::new("Projects", "/"),
        Crumb::new(summary.project_name.clone(), format!("/projects/{}", summary.project_id)),
    ];
    let tabs = ExperimentTab::ALL.map(|tab| Tab {
        label: tab.label(),
        href: format!("{}{}", address(summary.id), tab.suffix()),
        count: tab.count(&experiment),
        is_open: tab == open,
    });
    let duration =
        duration(&summary, Timestamp::now()).map(|duration| view! { <Fact icon="pending">{duration}</Fact> });
    let page = address(summary.id);
    let events = format!("{page}/events?seen={}", summary.revision());
    // Who may export may write.
    let edit = modal.is_some().then(|| {
        view! {
            <a class="button" href=format!("{page}/edit")><Icon name="edit" />"Edit"</a>
            <a class="button" href=format!("{page}/manage")><Icon name="settings" />"Manage"</a>
        }
    });
    view! {
        <header class="page-header">
            <Breadcrumb above here=summary.name.clone() />
            <div class="page-title" data-live="title"><h1><bdi>{summary.name.clone()}</bdi></h1><StatusMark status=summary.status /></div>
            <div class="page-actions">{edit}<ExportAction experiment_name=summary.name.clone() modal /></div>
            <div class="live-part" data-live="exports"><ExportChips versions=experiment.exported_as /></div>
            <div class="live-part" data-live="tags"><TagList tags=experiment.tags /></div>
            <ul class="meta" data-live="facts">
                <Fact icon="person">"Created by "<bdi>{summary.created_by}</bdi></Fact>
                <Fact icon="calendar"><When at=summary.created_at /></Fact>
                {duration}
            </ul>
            <div class="live-part" data-live="archived"><ArchivedNotice since=summary.archived_at hidden_from="the list of its project does" /></div>
            <LiveMark events />
        </header>
        <div class="live-part" data-live="tabs"><Tabs label="Experiment" tabs=tabs.to_vec() /></div>
    }
}

/// How long the training took, or takes already.
fn duration(summary: &ExperimentSummary, now: Timestamp) -> Option<String> {
    let started = summary.started_at?;
    Some(match summary.finished_at {
        Some(finished) => format!("Took {}", duration_for_people(finished.seconds_since(started))),
        None => format!("Running for {}", duration_for_people(now.seconds_since(started))),
    })
}
