//! Two versions side by side: what changed from the one to the other.

use super::{read_model_id, version_address};
use crate::{
    error::{AppError, Failure},
    model::{Difference, DifferenceKind, ModelVersion, VersionDifference, operations},
    services::Services,
    ui::{
        label_comparison::LabelComparison,
        page::Page,
        parts::{Breadcrumb, Crumb, TableBox},
        sections::Card,
    },
    vocabulary::{Actor, quantity::counted},
};
use axum::extract::{Path, Query, State};
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::Value;

/// Which versions.
#[derive(Debug, Deserialize)]
pub struct CompareQuery {
    /// A number; the version before `to` unless given.
    #[serde(default)]
    from: String,
    /// A number.
    #[serde(default)]
    to: String,
}

/// The comparison of two versions of a model.
pub async fn compare(
    State(services): State<Services>,
    actor: Actor,
    Path(model): Path<String>,
    Query(query): Query<CompareQuery>,
) -> Result<Page, Failure> {
    let database = &services.database;
    let id = read_model_id(&model)?;
    let model = operations::find(database, &actor, id).await?;
    let number = |text: &str| text.trim().parse::<i64>().map_err(|_| AppError::not_found("model version"));
    let to = if query.to.is_empty() { model.last_version } else { number(&query.to)? };
    let after = operations::find_version_by_number(database, &actor, id, to).await?;
    let before = match query.from.as_str() {
        "" => operations::find_previous(database, &actor, id, to).await?.unwrap_or_else(|| after.clone()),
        from => operations::find_version_by_number(database, &actor, id, number(from)?).await?,
    };
    Ok(Page::new("/registry", format!("Compare versions · {}", model.name), move || {
        let address = format!("/registry/{}", model.id);
        let above = vec![Crumb::new("Private registry", "/registry"), Crumb::new(model.name, address.clone())];
        let difference = VersionDifference::between(&before, &after);
        view! {
            <header class="page-header">
                <Breadcrumb above here="Compare".to_owned() />
                <div class="page-title"><h1>"Compare versions"</h1></div>
                <p class="page-lead"><Names before=before.clone() after=after.clone() /></p>
            </header>
            <Choice action=format!("{address}/compare") before=before.number after=after.number />
            <Differences difference before=before.name after=after.name />
        }
    }))
}

#[component]
fn Names(before: ModelVersion, after: ModelVersion) -> impl IntoView {
    let link = |version: &ModelVersion| {
        let href = version_address(version.model_id, version.number);
        view! { <a href=href><bdi>{version.name.clone()}</bdi></a> }
    };
    view! { "From "{link(&before)}" to "{link(&after)}"." }
}

#[component]
fn Choice(action: String, before: i64, after: i64) -> impl IntoView {
    view! {
        <form class="toolbar" method="get" action=action>
            <label for="from">"From number"</label>
            <input class="input number" id="from" name="from" inputmode="numeric" value=before />
            <label for="to">"to number"</label>
            <input class="input number" id="to" name="to" inputmode="numeric" value=after />
            <button class="button" type="submit">"Compare"</button>
        </form>
    }
}

#[component]
fn Differences(difference: VersionDifference, before: String, after: String) -> impl IntoView {
    let lists = [
        ("properties", "Docker image, type and framework", difference.properties),
        ("metrics", "Summary metrics", difference.metrics),
        ("parameters", "Parameters", difference.parameters),
        ("files", "Files", difference.files),
        ("dataset-versions", "Dataset versions", difference.dataset_versions),
    ];
    let cards: Vec<_> = lists
        .into_iter()
        .filter(|(_, _, list)| !list.is_empty())
        .map(|(id, title, list)| {
            view! { <List id title list before=before.clone() after=after.clone() /> }
        })
        .collect();
    view! {
        {cards}
        <Card id="labels" title="Label map">
            <LabelComparison comparison=difference.labels before after />
        </Card>
    }
}

#[component]
fn List(id: &'static str, title: &'static str, list: Vec<Difference>, before: String, after: String) -> impl IntoView {
    let all = list.len();
    let rows: Vec<_> = list
        .into_iter()
        .filter(|difference| difference.kind != DifferenceKind::Same)
        .map(|difference| {
            view! {
                <tr>
                    <th scope="row"><bdi>{difference.name}</bdi></th>
                    <td><span class="chip outline">{difference.kind.for_people()}</span></td>
                    <td dir="auto">{shown(&difference.before)}</td>
                    <td dir="auto">{shown(&difference.after)}</td>
                </tr>
            }
        })
        .collect();
    let same = all - rows.len();
    let count = if same > 0 { format!("{} the same", counted(same, "item")) } else { String::new() };
    let content = match rows.is_empty() {
        true => view! { <p class="muted">"Nothing is different."</p> }.into_any(),
        false => view! {
            <TableBox label=format!("{title} table")>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Name"</th>
                            <th scope="col">"Change"</th>
                            <th scope="col"><bdi>{before}</bdi></th>
                            <th scope="col"><bdi>{after}</bdi></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
        }
        .into_any(),
    };
    view! { <Card id=id title=title count>{content}</Card> }
}

/// A value; a digest is shortened.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            format!("{}…", &text[..10])
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
