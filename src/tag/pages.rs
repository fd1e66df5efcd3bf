//! All tags of a kind of thing: making, renaming and deleting them.

use crate::{
    auth::gate::{Need, Pages},
    error::{AppError, ErrorKind, Failure},
    services::Services,
    tag::{Tag, operations},
    ui::{
        form::{Field, FormError, shown_on_form},
        page::{Done, Page},
        parts::TableBox,
        sections::{Card, Nothing, Tab, Tabs},
    },
    vocabulary::{Actor, TagId, TagTarget, quantity::grouped},
};
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// All pages of this slice; for members only.
pub fn routes() -> Pages {
    Pages::new().get("/tags", Need::Read, tags).post("/tags", Need::Write, act)
}

/// Of which kind of thing the tags are shown.
#[derive(Debug, Default, Deserialize)]
pub struct TagsQuery {
    #[serde(default)]
    target: String,
}

impl TagsQuery {
    fn target(&self) -> TagTarget {
        self.target.parse().unwrap_or(TagTarget::Experiment)
    }
}

/// The form as it was typed; without an id, of a new tag.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TagForm {
    id: String,
    name: String,
    action: String,
}

/// The tags of a kind.
async fn tags(State(services): State<Services>, actor: Actor, Query(query): Query<TagsQuery>) -> Result<Page, Failure> {
    let tags = operations::list(&services.database, &actor, None).await?;
    Ok(page(tags, query.target(), actor.may_write(), TagForm::default(), None))
}

/// Does what the button says; what is wrong is said beside the field.
async fn act(
    State(services): State<Services>,
    actor: Actor,
    Query(query): Query<TagsQuery>,
    Form(form): Form<TagForm>,
) -> Result<Response, Failure> {
    actor.require_write("changing tags")?;
    let target = query.target();
    match done(&services, &actor, target, &form).await {
        Ok(message) => Ok(Done::at(address(target), message).into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let tags = operations::list(&services.database, &actor, None).await?;
            Ok(page(tags, target, true, form, Some(error)).with_status(status).into_response())
        }
    }
}

async fn done(services: &Services, actor: &Actor, target: TagTarget, form: &TagForm) -> Result<&'static str, Failure> {
    let database = &services.database;
    let id = || form.id.parse::<TagId>().map_err(|_| AppError::not_found("tag"));
    match form.action.as_str() {
        "create" => {
            operations::create(database, actor, target, &form.name).await?;
            Ok("The tag is made.")
        }
        "rename" => {
            operations::rename(database, actor, id()?, &form.name).await?;
            Ok("Renamed everywhere.")
        }
        "delete" => {
            operations::delete(database, actor, id()?).await?;
            Ok("The tag is deleted, and off everything that had it.")
        }
        _ => Err(AppError::new(ErrorKind::Malformed, "malformed", "There is no such button.").into()),
    }
}

fn address(target: TagTarget) -> String {
    format!("/tags?target={}", target.as_str())
}

fn plural(target: TagTarget) -> &'static str {
    match target {
        TagTarget::Experiment => "Experiments",
        TagTarget::Model => "Models",
        TagTarget::ModelVersion => "Model versions",
        TagTarget::Dataset => "Datasets",
        TagTarget::DatasetVersion => "Dataset versions",
    }
}

fn page(tags: Vec<Tag>, target: TagTarget, may_write: bool, typed: TagForm, error: Option<AppError>) -> Page {
    Page::new("", "Tags", move || {
        let tab = |of: TagTarget| Tab {
            label: plural(of),
            href: address(of),
            count: Some(tags.iter().filter(|tag| tag.target == of).count() as i64),
            is_open: of == target,
        };
        let tabs = TagTarget::ALL.map(tab).to_vec();
        let of_target: Vec<Tag> = tags.iter().filter(|tag| tag.target == target).cloned().collect();
        let new = may_write.then(|| {
            let (name, error) = match typed.id.is_empty() {
                true => (typed.name.clone(), error.clone()),
                false => (String::new(), None),
            };
            view! { <NewTag name error action=address(target) /> }
        });
        let refused = error.clone().filter(|_| !typed.id.is_empty());
        view! {
            <header class="page-header">
                <div class="page-title"><h1>"Tags"</h1></div>
                <p class="page-lead">"Words by which people group things. A tag that is renamed or deleted here is so on everything that has it."</p>
            </header>
            <Tabs label="Tags" tabs />
            <FormError error=refused.clone() />
            <TagTable tags=of_target target may_write typed has_error=refused.is_some() />
            {new}
        }
    })
}

#[component]
fn NewTag(name: String, error: Option<AppError>, action: String) -> impl IntoView {
    let message = error.as_ref().and_then(|error| error.message_for("name")).map(str::to_owned);
    view! {
        <Card id="new-tag" title="New tag">
            <form class="stack" method="post" action=action>
                <Field name="name" label="Name" value=name error=message hint="At most 60 characters, without a comma." is_required=true />
                <div class="row"><button class="button primary" type="submit" name="action" value="create">"Make tag"</button></div>
            </form>
        </Card>
    }
}

#[component]
fn TagTable(tags: Vec<Tag>, target: TagTarget, may_write: bool, typed: TagForm, has_error: bool) -> impl IntoView {
    let count = grouped(tags.len() as i64);
    if tags.is_empty() {
        return view! {
            <Card id="all-tags" title=plural(target) count>
                <Nothing title="No tags"><p>"A tag appears here as soon as something has it, or when it is made here."</p></Nothing>
            </Card>
        }
        .into_any();
    }
    let rows: Vec<_> = tags
        .into_iter()
        .map(|tag| {
            let is_wrong = has_error && typed.id == tag.id.to_string();
            let value = if is_wrong { typed.name.clone() } else { tag.name.clone() };
            view! { <Row tag value is_wrong may_write /> }
        })
        .collect();
    view! {
        <Card id="all-tags" title=plural(target) count>
            <TableBox label="Tags table".to_owned()>
                <table class="table">
                    <thead><tr><th scope="col">"Tag"</th><th scope="col">"Change"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
        </Card>
    }
    .into_any()
}

#[component]
fn Row(tag: Tag, value: String, is_wrong: bool, may_write: bool) -> impl IntoView {
    let form = may_write.then(|| {
        let name = tag.name.clone();
        view! {
            <form class="row" method="post" action=address(tag.target)>
                <input type="hidden" name="id" value=tag.id.to_string() />
                <input class="input" name="name" value=value autocomplete="off" aria-label=format!("New name of {name}") aria-invalid=is_wrong.then_some("true") />
                <button class="button" type="submit" name="action" value="rename" aria-label=format!("Rename {name}")>"Rename"</button>
                <button class="button danger" type="submit" name="action" value="delete" aria-label=format!("Delete {name}")>"Delete"</button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row"><span class="chip outline"><bdi>{tag.name}</bdi></span></th>
            <td>{form}</td>
        </tr>
    }
}
