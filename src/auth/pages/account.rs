//! One's own account: profile, password, sessions, organizations.

use super::{begin, forget, settings_page};
use crate::{
    auth::{
        Membership, Session,
        operations::{self, Account, ProfileChange, Visitor},
        secret::Secret,
    },
    error::{AppError, Failure},
    services::Services,
    ui::{
        form::{Field, FormError, shown_on_form},
        page::{Done, Page},
        parts::When,
        sections::Card,
    },
    vocabulary::{Actor, OrganizationId, SessionId},
};
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

const HOME: &str = "/settings";

/// What was typed and what is wrong with it; one of the two forms at a time.
#[derive(Default)]
struct Typed {
    profile: Option<(ProfileForm, AppError)>,
    password: Option<AppError>,
}

/// Name and address.
#[derive(Deserialize)]
pub struct ProfileForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    current_password: Secret,
}

/// The old and the new password.
#[derive(Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    current_password: Secret,
    #[serde(default)]
    password: Secret,
}

/// Which session to end: one, or all others.
#[derive(Deserialize)]
pub struct SessionForm {
    #[serde(default)]
    id: Option<SessionId>,
}

/// Where to go on, or what to leave.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum OrganizationForm {
    Enter { organization: OrganizationId },
    Leave { confirmation: String },
}

/// Everything about oneself.
pub async fn account(State(services): State<Services>, actor: Actor) -> Result<Page, Failure> {
    page(&services, &actor, Typed::default()).await
}

/// Saves name and address.
pub async fn save_profile(
    State(services): State<Services>,
    actor: Actor,
    Form(form): Form<ProfileForm>,
) -> Result<Response, Failure> {
    let ProfileForm { name, email, current_password } = &form;
    let change = ProfileChange { name: name.clone(), email: email.clone(), password: current_password.clone() };
    match operations::change_profile(&services, &actor, change).await {
        Ok(()) => Ok(Done::at(HOME, "Saved.").into_response()),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let typed = Typed { profile: Some((form, error)), ..Typed::default() };
            Ok(page(&services, &actor, typed).await?.with_status(status).into_response())
        }
    }
}

/// Sets another password, and signs every other browser out.
pub async fn save_password(
    State(services): State<Services>,
    actor: Actor,
    visitor: Visitor,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Failure> {
    let PasswordForm { current_password, password } = form;
    match operations::change_password(&services, &actor, &visitor, current_password, password).await {
        Ok(signed_in) => {
            let done = Done::at(HOME, "Your password is changed. Other browsers are signed out.").into_response();
            begin(done, &services, &signed_in)
        }
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            let typed = Typed { password: Some(error), ..Typed::default() };
            Ok(page(&services, &actor, typed).await?.with_status(status).into_response())
        }
    }
}

/// Ends one session, or all others.
pub async fn end_sessions(
    State(services): State<Services>,
    actor: Actor,
    Form(SessionForm { id }): Form<SessionForm>,
) -> Result<Done, Failure> {
    match id {
        Some(id) => operations::end_session(&services.database, &actor, id).await?,
        None => operations::end_other_sessions(&services.database, &actor).await?,
    }
    Ok(Done::at(HOME, "Signed out there."))
}

/// Goes on in another organization, or leaves this one.
pub async fn change_organization(
    State(services): State<Services>,
    actor: Actor,
    Form(form): Form<OrganizationForm>,
) -> Result<Response, Failure> {
    match form {
        OrganizationForm::Enter { organization } => {
            operations::switch_organization(&services.database, &actor, organization).await?;
            Ok(Done::at("/", "You are in another organization now.").into_response())
        }
        OrganizationForm::Leave { confirmation } if confirmation.trim() != actor.organization_name => {
            Ok(Done::at(HOME, "Nothing changed: the organization's name was not typed exactly.").into_response())
        }
        OrganizationForm::Leave { .. } => {
            operations::leave(&services.database, &actor).await?;
            forget(Done::at("/sign-in", "You have left the organization.").into_response(), &services)
        }
    }
}

async fn page(services: &Services, actor: &Actor, typed: Typed) -> Result<Page, Failure> {
    let account = operations::find_account(&services.database, actor).await?;
    let (here, session) = (actor.clone(), actor.session_id);
    Ok(settings_page(actor, HOME, move || {
        let Typed { profile, password } = typed;
        let has_password = account.has_password;
        view! {
            <ProfileCard account=account.clone() refused=profile />
            {has_password.then(|| view! { <PasswordCard email=account.email.clone() error=password /> })}
            <SessionsCard sessions=account.sessions current=session />
            <OrganizationsCard organizations=account.organizations here />
        }
    }))
}

#[component]
fn ProfileCard(account: Account, refused: Option<(ProfileForm, AppError)>) -> impl IntoView {
    let (name, email, error) = match refused {
        Some((form, error)) => (form.name, form.email, Some(error)),
        None => (account.name, account.email, None),
    };
    let message = |field: &str| error.as_ref().and_then(|error| error.message_for(field)).map(str::to_owned);
    let [name_error, email_error, password_error] = ["name", "email", "current_password"].map(message);
    view! {
        <Card id="profile" title="Profile">
            <form class="stack form" method="post" action="/settings/profile">
                <FormError error />
                <Field name="name" label="Your name" value=name error=name_error autocomplete="name" />
                <Field name="email" label="E-mail" value=email error=email_error is_required=true kind="email" autocomplete="username" />
                <Field name="current_password" label="Your password" value="" error=password_error kind="password" autocomplete="current-password"
                    hint="Only needed for another e-mail address." />
                <div class="row"><button class="button primary" type="submit">"Save"</button></div>
            </form>
        </Card>
    }
}

#[component]
fn PasswordCard(email: String, error: Option<AppError>) -> impl IntoView {
    let message = |field: &str| error.as_ref().and_then(|error| error.message_for(field)).map(str::to_owned);
    let [current, new] = ["current_password", "password"].map(message);
    // The fields of the profile have the same names; ids must differ.
    view! {
        <Card id="change-password" title="Password">
            <form class="stack form" method="post" action="/settings/password">
                <FormError error />
                <input type="hidden" name="email" autocomplete="username" value=email />
                <PasswordField id="old-password" name="current_password" label="Your password" error=current autocomplete="current-password" />
                <PasswordField id="new-password" name="password" label="New password" error=new autocomplete="new-password" />
                <p class="hint">"At least 8 characters that nobody would guess. Every other browser is signed out."</p>
                <div class="row"><button class="button" type="submit">"Change the password"</button></div>
            </form>
        </Card>
    }
}

#[component]
fn PasswordField(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    error: Option<String>,
    autocomplete: &'static str,
) -> impl IntoView {
    let error_id = format!("{id}-error");
    let described_by = error.as_ref().map(|_| error_id.clone());
    view! {
        <div class="field">
            <div class="field-head"><label for=id>{label}</label></div>
            <input class="input" id=id name=name type="password" autocomplete=autocomplete required
                aria-describedby=described_by aria-invalid=error.as_ref().map(|_| "true") />
            {error.map(|message| view! { <crate::ui::form::FieldError id=error_id message /> })}
        </div>
    }
}

#[component]
fn SessionsCard(sessions: Vec<Session>, current: Option<SessionId>) -> impl IntoView {
    let has_others = sessions.len() > 1;
    let count = sessions.len().to_string();
    let rows = sessions.into_iter().map(|session| {
        let end = match Some(session.id) == current {
            true => view! { <span class="muted">"This browser"</span> }.into_any(),
            false => view! {
                <form method="post" action="/settings/sessions">
                    <button class="button small" type="submit" name="id" value=session.id.to_string()>"Sign out"</button>
                </form>
            }
            .into_any(),
        };
        let place = if session.address.is_empty() { "an unknown address".to_owned() } else { session.address };
        view! {
            <li>
                <div>
                    <p>{browser_for_people(&session.browser)}" from "<code>{place}</code></p>
                    <p class="sub">"Signed in "<When at=session.created_at />", last seen "<When at=session.last_seen_at /></p>
                </div>
                {end}
            </li>
        }
    });
    let rows = rows.collect_view();
    let all = has_others.then(|| {
        view! { <form method="post" action="/settings/sessions"><button class="button" type="submit">"Sign out everywhere else"</button></form> }
    });
    view! { <Card id="sessions" title="Where you are signed in" count><ul class="rows">{rows}</ul>{all}</Card> }
}

/// What a browser is called, from what it says about itself.
fn browser_for_people(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 5] =
        [("Firefox/", "Firefox"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    const SYSTEMS: [(&str, &str); 5] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |known: [(&str, &'static str); 5]| {
        known.into_iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| name)
    };
    match (find(BROWSERS), find(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "A browser".to_owned(),
    }
}

#[component]
fn OrganizationsCard(organizations: Vec<Membership>, here: Actor) -> impl IntoView {
    let rows = organizations.into_iter().map(|membership| {
        let enter = match membership.organization_id == here.organization_id {
            true => view! { <span class="muted">"You are here"</span> }.into_any(),
            false => view! {
                <form method="post" action="/settings/organization">
                    <input type="hidden" name="action" value="enter" />
                    <button class="button small" type="submit" name="organization" value=membership.organization_id.to_string()>"Enter"</button>
                </form>
            }
            .into_any(),
        };
        view! { <li><div><p><bdi>{membership.organization_name}</bdi></p><p class="sub">{membership.role.as_str()}</p></div>{enter}</li> }
    });
    let rows = rows.collect_view();
    let label = format!("Name to confirm: {}", here.organization_name);
    view! {
        <Card id="organizations" title="Your organizations">
            <ul class="rows">{rows}</ul>
            <details>
                <summary>"Leave "<bdi>{here.organization_name.clone()}</bdi></summary>
                <form class="stack form" method="post" action="/settings/organization">
                    <p>"Your sessions and tokens in it end. What you made stays, under your name. Only an invitation brings you back."</p>
                    <input type="hidden" name="action" value="leave" />
                    <Field name="confirmation" label value="" error=None is_required=true />
                    <div class="row"><button class="button danger" type="submit">"Leave"</button></div>
                </form>
            </details>
        </Card>
    }
}

#[cfg(test)]
mod tests {
    use super::browser_for_people;

    #[test]
    fn a_browser_is_named_as_people_name_it() {
        for (user_agent, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17 Safari/605.1.15",
                "Safari on macOS",
            ),
            ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
            ("curl/8", "A browser"),
        ] {
            assert_eq!(browser_for_people(user_agent), expected);
        }
    }
}
