//! One member: role, projects, and the way out.

use super::{member_page, people::roles};
use crate::{
    auth::{AuthError, Member, MemberChange, ProjectRole, operations, secret::Secret},
    error::{AppError, Failure},
    services::Services,
    ui::{
        form::{Select, shown_on_form},
        page::{Done, Page},
        parts::{Copyable, Notice, TableBox},
        sections::Card,
    },
    vocabulary::{Actor, ProjectId, Role, UserId},
};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// What to do with a member.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum MemberForm {
    ChangeRole { role: Role },
    Deactivate,
    Reactivate,
    NewPassword,
    Remove { confirmation: String },
}

type ProjectRoles = Vec<(ProjectId, String, Option<Option<Role>>)>;

fn read_id(text: &str) -> Result<UserId, AppError> {
    text.parse().map_err(|_| AppError::not_found("member"))
}

/// The member, and what can be done.
pub async fn member(State(services): State<Services>, actor: Actor, Path(user): Path<String>) -> Result<Page, Failure> {
    page(&services, &actor, read_id(&user)?, None, None).await
}

/// Does it.
pub async fn act(
    State(services): State<Services>,
    actor: Actor,
    Path(user): Path<String>,
    Form(form): Form<MemberForm>,
) -> Result<Response, Failure> {
    let user = read_id(&user)?;
    let database = &services.database;
    let here = format!("/settings/people/{user}");
    let done = match form {
        MemberForm::ChangeRole { role } => {
            let done = operations::change_member(database, &actor, user, &MemberChange::role(role)).await;
            done.map(|_| Done::at(here, "The role is changed."))
        }
        MemberForm::Deactivate => {
            let done = operations::change_member(database, &actor, user, &MemberChange::deactivated(true)).await;
            done.map(|_| Done::at(here, "Deactivated: signed out everywhere, tokens do not work."))
        }
        MemberForm::Reactivate => {
            let done = operations::change_member(database, &actor, user, &MemberChange::deactivated(false)).await;
            done.map(|_| Done::at(here, "Reactivated."))
        }
        MemberForm::Remove { confirmation } => {
            let member = operations::find_member(database, &actor, user).await?;
            if confirmation.trim() != member.email {
                let error = AppError::invalid_field("confirmation", "type the e-mail address exactly");
                return Ok(page(&services, &actor, user, None, Some(error)).await?.into_response());
            }
            operations::remove(database, &actor, user).await.map(|()| Done::at("/settings/people", "Removed."))
        }
        MemberForm::NewPassword => match operations::reset_link_for(database, &actor, user).await {
            Ok(key) => return Ok(page(&services, &actor, user, Some(key), None).await?.into_response()),
            Err(failure) => Err(failure),
        },
    };
    match done {
        Ok(done) => Ok(done.into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            Ok(page(&services, &actor, user, None, Some(error)).await?.with_status(status).into_response())
        }
    }
}

/// Saves in which projects the role is smaller: one field per project, named by its id.
pub async fn narrow(
    State(services): State<Services>,
    actor: Actor,
    Path(user): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Done, Failure> {
    let user = read_id(&user)?;
    let mut narrowed = Vec::new();
    for (project, role) in fields.into_iter().filter(|(_, role)| !role.is_empty()) {
        let project_id: ProjectId = project.parse().map_err(|_| AppError::not_found("project"))?;
        let role = match role.as_str() {
            "none" => None,
            role => Some(role.parse().map_err(|_| AuthError::OutOfRange("Choose one of the roles."))?),
        };
        narrowed.push(ProjectRole { project_id, role });
    }
    operations::change_member(&services.database, &actor, user, &MemberChange::narrowed(narrowed)).await?;
    Ok(Done::at(format!("/settings/people/{user}"), "Saved."))
}

async fn page(
    services: &Services,
    actor: &Actor,
    user: UserId,
    reset: Option<Secret>,
    error: Option<AppError>,
) -> Result<Page, Failure> {
    let member = operations::find_member(&services.database, actor, user).await?;
    let projects = operations::list_project_roles(&services.database, actor, user).await?;
    let is_self = user == actor.user_id;
    let link = reset.map(|key| format!("{}/reset-password?key={}", services.settings.public_url, key.expose()));
    Ok(member_page(member.email.clone(), Vec::new(), move || {
        let link = link.map(|link| {
            view! {
                <Notice kind="success">
                    <p>"Give this link to the person. It works once, for an hour, and cannot be shown again."</p>
                    <p><Copyable text=link what="link".to_owned() /></p>
                </Notice>
            }
        });
        let error = error.map(|error| view! { <Notice kind="error"><p>{error.detail}</p></Notice> });
        let own = is_self.then(|| {
            view! { <Notice kind="info"><p>"This is you. Another owner changes your role; you leave under "<a href="/settings">"Settings"</a>"."</p></Notice> }
        });
        let is_narrowable = member.role != Role::Owner && !projects.is_empty();
        view! {
            {link}{error}{own}
            {(!is_self).then(|| view! { <RoleCard member=member.clone() /> })}
            {is_narrowable.then(|| view! { <ProjectsCard user projects /> })}
            {member.is_service.then(|| view! {
                <Card id="tokens" title="Tokens"><p><a class="button" href=format!("/settings/people/{user}/tokens")>"Manage its tokens"</a></p></Card>
            })}
            {(!is_self).then(|| view! { <WayOutCard member /> })}
        }
    }))
}

#[component]
fn RoleCard(member: Member) -> impl IntoView {
    let action = format!("/settings/people/{}", member.user_id);
    let password = (!member.is_service).then(|| {
        let action = action.clone();
        view! {
            <form method="post" action=action>
                <button class="button" type="submit" name="action" value="new_password">"Make a link for a new password"</button>
            </form>
        }
    });
    view! {
        <Card id="role-card" title="Role">
            <form class="stack form" method="post" action=action>
                <Select name="role" label="Role" options=roles() value=member.role.as_str() />
                <div class="row"><button class="button primary" type="submit" name="action" value="change_role">"Change the role"</button></div>
            </form>
            {password}
        </Card>
    }
}

#[component]
fn ProjectsCard(user: UserId, projects: ProjectRoles) -> impl IntoView {
    let rows = projects.into_iter().map(|(id, name, role)| {
        let chosen = match role {
            None => "",
            Some(None) => "none",
            Some(Some(role)) => role.as_str(),
        };
        let options = [("", "As everywhere"), ("viewer", "Only reads"), ("none", "Does not see it")];
        let options = options
            .into_iter()
            .map(|(value, words)| view! { <option value=value selected=value == chosen>{words}</option> })
            .collect_view();
        view! {
            <tr>
                <th scope="row"><bdi>{name.clone()}</bdi></th>
                <td><select class="input" name=id.to_string() aria-label=format!("Role in {name}")>{options}</select></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Card id="projects" title="Less in some projects">
            <form class="stack" method="post" action=format!("/settings/people/{user}/projects")>
                <p>"The role holds in every project, unless it is made smaller here. The registry is open to every member."</p>
                <TableBox label="Projects table".to_owned()>
                    <table class="table"><thead><tr><th scope="col">"Project"</th><th scope="col">"Role there"</th></tr></thead><tbody>{rows}</tbody></table>
                </TableBox>
                <div class="row"><button class="button" type="submit">"Save"</button></div>
            </form>
        </Card>
    }
}

#[component]
fn WayOutCard(member: Member) -> impl IntoView {
    let action = format!("/settings/people/{}", member.user_id);
    let (value, label, words) = match member.deactivated_at {
        None => {
            ("deactivate", "Deactivate", "Signs the member out everywhere and stops the tokens, until you reactivate.")
        }
        Some(_) => ("reactivate", "Reactivate", "The member may enter again, with the same role and tokens."),
    };
    let prompt = format!("E-mail to confirm: {}", member.email);
    view! {
        <Card id="way-out" title="Deactivate or remove">
            <div class="stack">
                <p>{words}</p>
                <form method="post" action=action.clone()><button class="button" type="submit" name="action" value=value>{label}</button></form>
                <details>
                    <summary>"Remove from the organization"</summary>
                    <form class="stack form" method="post" action=action>
                        <p>"Sessions and tokens end for good. What the member made stays. Only an invitation brings a person back."</p>
                        <crate::ui::form::Field name="confirmation" label=prompt value="" error=None is_required=true />
                        <div class="row"><button class="button danger" type="submit" name="action" value="remove">"Remove"</button></div>
                    </form>
                </details>
            </div>
        </Card>
    }
}
