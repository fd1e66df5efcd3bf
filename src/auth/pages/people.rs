//! Everybody in the organization, invitations, and accounts for scripts.

use super::settings_page;
use crate::{
    auth::{INVITATION_HOURS, Invitation, Member, NewInvitation, operations},
    error::{AppError, Failure},
    services::Services,
    ui::{
        form::{Field, FormError, Select, shown_on_form},
        page::{Done, Page},
        parts::{Copyable, Notice, TableBox, When},
        sections::Card,
    },
    vocabulary::{Actor, InvitationId, Role},
};
use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// Whom to invite.
#[derive(Clone, Debug, Deserialize)]
pub struct InviteForm {
    #[serde(default)]
    email: String,
    role: Role,
    hours: u32,
}

impl Default for InviteForm {
    fn default() -> Self {
        Self { email: String::new(), role: Role::Editor, hours: INVITATION_HOURS }
    }
}

/// Which invitation to take back.
#[derive(Deserialize)]
pub struct WithdrawForm {
    invitation: InvitationId,
}

/// An account for scripts.
#[derive(Clone, Debug, Deserialize)]
pub struct ServiceForm {
    #[serde(default)]
    name: String,
    role: Role,
}

/// An invitation that was just made.
struct Invited {
    email: String,
    link: String,
    was_mailed: bool,
}

/// What the page shows beside the lists.
#[derive(Default)]
struct Shown {
    /// An invitation that was just made, with the only copy of its link.
    invited: Option<Invited>,
    invite: Option<(InviteForm, AppError)>,
    service: Option<(ServiceForm, AppError)>,
}

/// The lists and the forms.
pub async fn people(State(services): State<Services>, actor: Actor) -> Result<Page, Failure> {
    page(&services, &actor, Shown::default()).await
}

/// Makes an invitation and shows its link, once.
pub async fn invite(
    State(services): State<Services>,
    actor: Actor,
    Form(form): Form<InviteForm>,
) -> Result<Response, Failure> {
    let new = NewInvitation { email: form.email.clone(), role: form.role, hours: Some(form.hours) };
    let (shown, status) = match operations::invite(&services.database, &actor, &new).await {
        Ok((invitation, key)) => {
            let (link, was_mailed) = operations::deliver(&services, &invitation, &key).await;
            let invited = Invited { email: invitation.email, link, was_mailed };
            (Shown { invited: Some(invited), ..Shown::default() }, StatusCode::CREATED)
        }
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            (Shown { invite: Some((form, error)), ..Shown::default() }, status)
        }
    };
    Ok(page(&services, &actor, shown).await?.with_status(status).into_response())
}

/// Takes an invitation back.
pub async fn withdraw(
    State(services): State<Services>,
    actor: Actor,
    Form(form): Form<WithdrawForm>,
) -> Result<Done, Failure> {
    operations::withdraw(&services.database, &actor, form.invitation).await?;
    Ok(Done::at("/settings/people", "The invitation is withdrawn; its link is worthless."))
}

/// Makes an account for scripts.
pub async fn create_service_account(
    State(services): State<Services>,
    actor: Actor,
    Form(form): Form<ServiceForm>,
) -> Result<Response, Failure> {
    match operations::create_service_account(&services.database, &actor, &form.name, form.role).await {
        Ok(member) => {
            let tokens = format!("/settings/people/{}/tokens", member.user_id);
            Ok(Done::at(tokens, format!("{} is ready for its first token.", member.email)).into_response())
        }
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let shown = Shown { service: Some((form, error)), ..Shown::default() };
            Ok(page(&services, &actor, shown).await?.with_status(status).into_response())
        }
    }
}

async fn page(services: &Services, actor: &Actor, shown: Shown) -> Result<Page, Failure> {
    let members = operations::list_members(&services.database, actor).await?;
    let invitations = operations::list_invitations(&services.database, actor).await?;
    Ok(settings_page(actor, "/settings/people", move || {
        let Shown { invited, invite, service } = shown;
        let invited = invited.map(|invited| {
            let mailed = invited.was_mailed.then(|| view! { <p>"It was also sent by mail."</p> });
            view! {
                <Notice kind="success">
                    <p>"Give this link to "<bdi>{invited.email}</bdi>". It works once, only for this person, and cannot be shown again."</p>
                    {mailed}
                    <p><Copyable text=invited.link what="invitation link".to_owned() /></p>
                </Notice>
            }
        });
        view! {
            {invited}
            <Members members />
            {(!invitations.is_empty()).then(|| view! { <Invitations invitations /> })}
            <InviteCard refused=invite />
            <ServiceCard refused=service />
        }
    }))
}

#[component]
fn Members(members: Vec<Member>) -> impl IntoView {
    let count = members.len().to_string();
    let rows = members.into_iter().map(|member| {
        let kind = member.is_service.then(|| view! { <span class="sub">"service account"</span> });
        let name = (!member.name.is_empty()).then(|| view! { <span class="sub"><bdi>{member.name}</bdi></span> });
        let state = member.deactivated_at.map(|_| view! { <span class="chip">"deactivated"</span> });
        let seen = match member.last_seen_at {
            Some(at) => view! { <When at /> }.into_any(),
            None => "not signed in".into_any(),
        };
        view! {
            <tr>
                <th scope="row"><a href=format!("/settings/people/{}", member.user_id)><bdi>{member.email}</bdi></a>{name}{kind}</th>
                <td>{member.role.as_str()}" "{state}</td>
                <td class="nowrap"><When at=member.joined_at /></td>
                <td class="nowrap">{seen}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Card id="members" title="Members" count>
            <TableBox label="Members table".to_owned()>
                <table class="table">
                    <thead><tr><th scope="col">"Who"</th><th scope="col">"Role"</th><th scope="col">"Joined"</th><th scope="col">"Last seen"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
        </Card>
    }
}

#[component]
fn Invitations(invitations: Vec<Invitation>) -> impl IntoView {
    let count = invitations.len().to_string();
    let rows = invitations.into_iter().map(|invitation| {
        view! {
            <li>
                <div>
                    <p><bdi>{invitation.email.clone()}</bdi>" as "{invitation.role.as_str()}</p>
                    <p class="sub">"by "<bdi>{invitation.invited_by}</bdi>", open until "<When at=invitation.expires_at /></p>
                </div>
                <form method="post" action="/settings/people/withdraw">
                    <button class="button small" type="submit" name="invitation" value=invitation.id.to_string() aria-label=format!("Withdraw the invitation of {}", invitation.email)>"Withdraw"</button>
                </form>
            </li>
        }
    });
    let rows = rows.collect_view();
    view! { <Card id="invitations" title="Open invitations" count><ul class="rows">{rows}</ul></Card> }
}

/// The roles to choose from, with what they mean.
pub fn roles() -> Vec<(String, String)> {
    let pair = |role: Role, words: &str| (role.as_str().to_owned(), words.to_owned());
    vec![
        pair(Role::Viewer, "Viewer: reads everything"),
        pair(Role::Editor, "Editor: also writes and exports"),
        pair(Role::Owner, "Owner: also manages people, deletion and settings"),
    ]
}

#[component]
fn InviteCard(refused: Option<(InviteForm, AppError)>) -> impl IntoView {
    let (form, error) = refused.map_or((InviteForm::default(), None), |(form, error)| (form, Some(error)));
    let message = error.as_ref().and_then(|error| error.message_for("email")).map(str::to_owned);
    let pair = |value: &str, words: &str| (value.to_owned(), words.to_owned());
    let hours = vec![pair("1", "an hour"), pair("24", "a day"), pair("168", "a week")];
    view! {
        <Card id="invite" title="Invite somebody">
            <form class="stack form" method="post" action="/settings/people/invite">
                <FormError error />
                <Field name="email" label="E-mail" value=form.email error=message is_required=true kind="email" />
                <Select name="role" label="Role" options=roles() value=form.role.as_str() />
                <Select name="hours" label="The link works for" options=hours value=form.hours.to_string() />
                <div class="row"><button class="button primary" type="submit">"Make the invitation"</button></div>
            </form>
        </Card>
    }
}

#[component]
fn ServiceCard(refused: Option<(ServiceForm, AppError)>) -> impl IntoView {
    let usual = ServiceForm { name: String::new(), role: Role::Editor };
    let (form, error) = refused.map_or((usual, None), |(form, error)| (form, Some(error)));
    let message = error.as_ref().and_then(|error| error.message_for("name")).map(str::to_owned);
    let roles: Vec<_> = roles().into_iter().take(2).map(|(value, words)| {
        let is_chosen = value == form.role.as_str();
        view! { <label class="choice"><input type="radio" name="role" value=value checked=is_chosen /><span>{words}</span></label> }
    }).collect();
    view! {
        <Card id="service-accounts" title="New service account">
            <form class="stack form" method="post" action="/settings/people/service-accounts">
                <FormError error />
                <p>"For scripts that should go on when a person leaves. It has tokens, and cannot sign in."</p>
                <Field name="name" label="Name" value=form.name error=message is_required=true hint="Small letters, digits and hyphens, such as nightly-training." />
                <fieldset class="field"><legend>"Role"</legend>{roles}</fieldset>
                <div class="row"><button class="button" type="submit">"Make the account"</button></div>
            </form>
        </Card>
    }
}
