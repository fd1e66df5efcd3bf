//! The facts of a dataset version, and its labels as long as nothing uses them.

use super::{
    above_version, checked_tags, read_id, version_address,
    version_form::{VersionFields, VersionForm},
};
use crate::{
    dataset::{DatasetVersion, DatasetVersionChange, operations},
    error::{AppError, Failure},
    services::Services,
    ui::{
        form::{DefaultAction, Field, FieldErrors, Meanwhile, shown_on_form},
        page::{Done, Page},
        parts::Breadcrumb,
    },
    vocabulary::{Actor, DatasetVersionId},
};
use axum::{
    extract::{Multipart, Path, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

/// The form, with the version as it is.
pub async fn edit_version(
    State(services): State<Services>,
    actor: Actor,
    Path((dataset, name)): Path<(String, String)>,
) -> Result<Page, Failure> {
    actor.require_write("changing a dataset version")?;
    let version = operations::find_version_by_name(&services.database, &actor, read_id(&dataset)?, &name).await?;
    let is_used = has_uses(&services, &actor, version.id).await?;
    let form = VersionForm::of(&version);
    Ok(form_page(version, is_used, form, None))
}

/// Saves, or does what a button of the form asks for; what is wrong is said beside the fields.
pub async fn save_version(
    State(services): State<Services>,
    actor: Actor,
    Path((dataset, name)): Path<(String, String)>,
    fields: Multipart,
) -> Result<Response, Failure> {
    actor.require_write("changing a dataset version")?;
    let database = &services.database;
    let version = operations::find_version_by_name(database, &actor, read_id(&dataset)?, &name).await?;
    let is_used = has_uses(&services, &actor, version.id).await?;
    let mut form = VersionForm::read(fields).await?;
    if is_used {
        form.labels = version.labels.labels().to_vec();
    }
    let outcome = match form.edit() {
        Ok(true) => return Ok(form_page(version, is_used, form, None).into_response()),
        Ok(false) => match change(&form, is_used) {
            Ok(change) => operations::change_version(database, &actor, version.id, change).await,
            Err(error) => Err(error.into()),
        },
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(saved) => Ok(Done::at(version_address(saved.dataset_id, &saved.name), "Saved.").into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            // Somebody may have changed it, or begun to use it, a moment ago.
            let version = operations::find_version(database, &actor, version.id).await?;
            let is_used = has_uses(&services, &actor, version.id).await?;
            Ok(form_page(version, is_used, form, Some(error)).with_status(status).into_response())
        }
    }
}

async fn has_uses(services: &Services, actor: &Actor, id: DatasetVersionId) -> Result<bool, Failure> {
    Ok(!operations::version_uses(&services.database, actor, id).await?.is_empty())
}

fn change(form: &VersionForm, is_used: bool) -> Result<DatasetVersionChange, AppError> {
    let mut errors = FieldErrors::default();
    let checked = form.checked().map_err(|error| errors.extend(error)).ok();
    let (Some(checked), Some(tags)) = (checked, checked_tags(&mut errors, &form.tags)) else {
        return Err(errors.into_error());
    };
    Ok(DatasetVersionChange {
        name: Some(checked.name),
        description: Some(checked.description),
        kind: Some(checked.kind),
        item_count: Some(checked.item_count),
        size_bytes: Some(checked.size_bytes),
        labels: (!is_used).then_some(checked.labels),
        label_counts: None,
        label_groups: None,
        tags: Some(tags),
        based_on: form.named.based_on(),
    })
}

fn form_page(version: DatasetVersion, is_used: bool, mut form: VersionForm, error: Option<AppError>) -> Page {
    let updated_at = version.updated_at.to_string();
    let meanwhile = (form.named.based_on != updated_at).then(|| {
        let facts = vec![
            ("Name", version.name.clone()),
            ("Description", version.description.clone()),
            ("Labels", version.labels.labels().join(", ")),
            ("Tags", version.tags.as_list()),
        ];
        view! { <Meanwhile facts /> }.into_any()
    });
    form.named.based_on = updated_at;
    Page::new("/datasets", format!("Edit {} › {}", version.dataset_name, version.name), move || {
        let address = version_address(version.dataset_id, &version.name);
        let above = above_version(&version);
        let action = format!("{address}/edit");
        let tags = form.tags.clone();
        let wrong_tags = error.as_ref().and_then(|error| error.message_for("tags")).map(str::to_owned);
        view! {
            <header class="page-header">
                <Breadcrumb above here="Edit".to_owned() />
                <div class="page-title"><h1>"Edit dataset version"</h1></div>
            </header>
            <form class="card form" method="post" action=action enctype="multipart/form-data">
                <DefaultAction value="save" />
                {meanwhile}
                <VersionFields form error has_fixed_labels=is_used />
                <Field name="tags" label="Tags" value=tags error=wrong_tags hint="With commas between them." />
                <div class="row">
                    <button class="button primary" type="submit" name="action" value="save">"Save"</button>
                    <a class="button" href=address>"Cancel"</a>
                </div>
            </form>
        }
    })
}
