//! What was made with a dataset version, on the dataset version's page.

use crate::{
    error::Failure,
    lineage::{Use, operations},
    services::Services,
    ui::{
        listing::Pager,
        parts::TableBox,
        sections::{Card, Nothing, Path as NamePath},
    },
    vocabulary::{Actor, DatasetVersionId, Page, paging::DEFAULT_LIMIT},
};
use leptos::prelude::*;
use serde::Deserialize;

const EXPERIMENTS: &str = "experiments";
const MODEL_VERSIONS: &str = "model-versions";

/// Which page of which of the two lists to show; the other one begins with its first page.
#[derive(Debug, Default, Deserialize)]
pub struct UsesQuery {
    #[serde(default)]
    list: String,
    cursor: Option<String>,
}

impl UsesQuery {
    fn cursor_of(&self, list: &str) -> Option<&str> {
        self.cursor.as_deref().filter(|_| self.list == list)
    }
}

/// A page of the experiments and a page of the model versions that were made with a dataset version.
#[derive(Clone, Debug)]
pub struct UsesOf {
    experiments: UsePage,
    model_versions: UsePage,
}

#[derive(Clone, Debug)]
struct UsePage {
    page: Page<Use>,
    is_first: bool,
}

/// Reads what `query` asks for.
pub async fn uses_of(
    services: &Services,
    actor: &Actor,
    id: DatasetVersionId,
    query: &UsesQuery,
) -> Result<UsesOf, Failure> {
    let (database, of) = (&services.database, |list| query.cursor_of(list));
    let (experiments, model_versions) = (of(EXPERIMENTS), of(MODEL_VERSIONS));
    Ok(UsesOf {
        experiments: UsePage {
            page: operations::using_experiments(database, actor, id, experiments, DEFAULT_LIMIT).await?,
            is_first: experiments.is_none(),
        },
        model_versions: UsePage {
            page: operations::using_model_versions(database, actor, id, model_versions, DEFAULT_LIMIT).await?,
            is_first: model_versions.is_none(),
        },
    })
}

/// Both lists.
#[component]
pub fn Uses(
    /// The lists.
    uses: UsesOf,
    /// The address of the page that they stand on.
    path: String,
) -> impl IntoView {
    let (experiments, model_versions) = (uses.experiments, uses.model_versions);
    view! {
        <div class="columns even">
            <UseCard list=EXPERIMENTS title="Used by experiments" head="Experiment" uses=experiments path=path.clone()>
                <p>"An experiment appears here when it is created with this dataset version attached, or begins from a model version that was made with it."</p>
            </UseCard>
            <UseCard list=MODEL_VERSIONS title="Used by model versions" head="Model version" uses=model_versions path>
                <p>"A model version appears here when an experiment on this dataset version, or one that begins from such a version, is exported."</p>
            </UseCard>
        </div>
    }
}

#[component]
fn UseCard(
    list: &'static str,
    title: &'static str,
    head: &'static str,
    uses: UsePage,
    path: String,
    children: Children,
) -> impl IntoView {
    let UsePage { page, is_first } = uses;
    let count = match is_first && page.next_cursor.is_none() {
        true => page.items.len().to_string(),
        false => format!("{} on this page", page.items.len()),
    };
    if page.items.is_empty() {
        return view! { <Card id=list title count><Nothing title="Nothing yet">{children()}</Nothing></Card> }
            .into_any();
    }
    let rows: Vec<_> = page.items.into_iter().map(|used| view! { <UseRow used /> }).collect();
    view! {
        <Card id=list title count>
            <TableBox label=format!("{title} table")>
                <table class="table">
                    <thead><tr><th scope="col">{head}</th><th scope="col">"As"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
            <Pager path query=vec![("list", list.to_owned())] is_first next_cursor=page.next_cursor />
        </Card>
    }
    .into_any()
}

#[component]
fn UseRow(used: Use) -> impl IntoView {
    let alias = match used.alias {
        Some(alias) => view! { <span class="chip outline"><bdi>{alias}</bdi></span> }.into_any(),
        None => view! { <span class="muted">"through its base"</span> }.into_any(),
    };
    let archived = used.node.is_archived.then(|| view! { " "<span class="chip">"archived"</span> });
    let name = view! { <NamePath whole=used.node.within part=used.node.name /> };
    view! {
        <tr>
            <th scope="row"><a href=used.node.address>{name}</a>{archived}</th>
            <td>{alias}</td>
        </tr>
    }
}
