//! One's own API tokens, and the parts that the tokens of service accounts share.

use super::settings_page;
use crate::{
    auth::{NewToken, Token, TokenOwner, operations, secret::Secret},
    error::{AppError, Failure},
    services::Services,
    ui::{
        form::{Field, FormError, Select, shown_on_form},
        page::{Done, Page},
        parts::{Copyable, Notice, TableBox, When},
        sections::{Card, Nothing},
    },
    vocabulary::{Actor, ProjectId, Scope, Scopes, TokenId},
};
use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

/// What the form holds: a token to make, or one to revoke.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct TokenForm {
    /// The token to revoke; nothing to make one.
    #[serde(default)]
    revoke: Option<TokenId>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    write: Option<String>,
    #[serde(default)]
    export: Option<String>,
    #[serde(default)]
    admin: Option<String>,
    #[serde(default)]
    project: String,
    #[serde(default)]
    days: String,
}

impl TokenForm {
    /// What most scripts need: to log and to export, for a quarter of a year.
    pub fn usual() -> Self {
        let on = || Some("on".to_owned());
        Self { write: on(), export: on(), days: "90".to_owned(), ..Self::default() }
    }

    fn scopes(&self) -> Scopes {
        let chosen = [(Scope::Write, &self.write), (Scope::Export, &self.export), (Scope::Admin, &self.admin)];
        chosen.into_iter().filter(|(_, chosen)| chosen.is_some()).map(|(scope, _)| scope).collect()
    }

    fn checked(&self) -> Result<NewToken, AppError> {
        let days = match self.days.as_str() {
            "" => None,
            days => {
                Some(days.parse().map_err(|_| AppError::invalid_field("days", "Choose how long the token works."))?)
            }
        };
        let project_id = match self.project.as_str() {
            "" => None,
            project => Some(project.parse().map_err(|_| AppError::not_found("project"))?),
        };
        Ok(NewToken { name: self.name.clone(), scopes: self.scopes(), project_id, days })
    }
}

/// What a page about tokens shows.
#[derive(Clone)]
pub struct TokenList {
    tokens: Vec<Token>,
    projects: Vec<(ProjectId, String)>,
    action: String,
}

impl TokenList {
    /// The tokens of `owner`, and a form that is sent to `action`.
    pub async fn find(services: &Services, actor: &Actor, owner: TokenOwner, action: String) -> Result<Self, Failure> {
        Ok(Self {
            tokens: operations::list_tokens(&services.database, actor, owner).await?,
            projects: operations::list_projects(&services.database, actor).await?,
            action,
        })
    }
}

/// What happened to the form.
pub enum TokenOutcome {
    /// Nothing was sent.
    Asked,
    /// A token was made; this is the only time that its text is known.
    Made(String, Secret),
    /// The form cannot be taken.
    Refused(Box<TokenForm>, AppError),
}

/// The actor's tokens.
pub async fn own(State(services): State<Services>, actor: Actor) -> Result<Page, Failure> {
    own_page(&services, &actor, TokenOutcome::Asked).await
}

/// Makes or revokes a token of the actor.
pub async fn act_on_own(
    State(services): State<Services>,
    actor: Actor,
    Form(form): Form<TokenForm>,
) -> Result<Response, Failure> {
    match act(&services, &actor, TokenOwner::Own, form).await? {
        None => Ok(Done::at("/settings/tokens", "Revoked.").into_response()),
        Some((outcome, status)) => Ok(own_page(&services, &actor, outcome).await?.with_status(status).into_response()),
    }
}

/// Makes a token, or revokes one, which is said by nothing.
pub async fn act(
    services: &Services,
    actor: &Actor,
    owner: TokenOwner,
    form: TokenForm,
) -> Result<Option<(TokenOutcome, StatusCode)>, Failure> {
    if let Some(id) = form.revoke {
        operations::revoke_token(&services.database, actor, owner, id).await?;
        return Ok(None);
    }
    let made = match form.checked() {
        Ok(new) => operations::create_token(&services.database, actor, owner, &new).await,
        Err(error) => Err(error.into()),
    };
    Ok(Some(match made {
        Ok((token, text)) => (TokenOutcome::Made(token.name, text), StatusCode::CREATED),
        Err(failure) => {
            let (error, status) = shown_on_form(failure)?;
            (TokenOutcome::Refused(Box::new(form), error), status)
        }
    }))
}

async fn own_page(services: &Services, actor: &Actor, outcome: TokenOutcome) -> Result<Page, Failure> {
    let list = TokenList::find(services, actor, TokenOwner::Own, "/settings/tokens".to_owned()).await?;
    Ok(settings_page(actor, "/settings/tokens", move || view! { <Tokens list outcome /> }))
}

/// The list of tokens, the new one if there is one, and the form for another.
#[component]
pub fn Tokens(list: TokenList, outcome: TokenOutcome) -> impl IntoView {
    let (made, form, error) = match outcome {
        TokenOutcome::Asked => (None, TokenForm::usual(), None),
        TokenOutcome::Made(name, text) => (Some((name, text)), TokenForm::usual(), None),
        TokenOutcome::Refused(form, error) => (None, *form, Some(error)),
    };
    let made = made.map(|(name, text)| {
        view! {
            <Notice kind="success">
                <p>"The token "<bdi>{name}</bdi>" is ready. Copy it now: it cannot be shown again."</p>
                <p><Copyable text=text.expose().to_owned() what="token".to_owned() /></p>
            </Notice>
        }
    });
    let TokenList { tokens, projects, action } = list;
    view! {
        {made}
        <TokenTable tokens action=action.clone() />
        <NewTokenCard projects form error action />
    }
}

#[component]
fn TokenTable(tokens: Vec<Token>, action: String) -> impl IntoView {
    let count = tokens.len().to_string();
    if tokens.is_empty() {
        return view! {
            <Card id="tokens" title="API tokens">
                <Nothing title="No tokens"><p>"A script needs one to log, to export and to fetch files."</p></Nothing>
            </Card>
        }
        .into_any();
    }
    let rows = tokens.into_iter().map(|token| {
        let project = token.project_name.map(|name| view! { <span class="sub">"only in "<bdi>{name}</bdi></span> });
        let expires = match token.expires_at {
            Some(at) => view! { <When at /> }.into_any(),
            None => "never".into_any(),
        };
        let used = match token.last_used_at {
            Some(at) => view! { <When at /> }.into_any(),
            None => "never".into_any(),
        };
        view! {
            <tr>
                <th scope="row"><bdi>{token.name.clone()}</bdi></th>
                <td>{token.scopes.to_string().replace(',', ", ")}{project}</td>
                <td class="nowrap"><When at=token.created_at /></td>
                <td class="nowrap">{used}</td>
                <td class="nowrap">{expires}</td>
                <td>
                    <form method="post" action=action.clone()>
                        <button class="button small" type="submit" name="revoke" value=token.id.to_string() aria-label=format!("Revoke {}", token.name)>"Revoke"</button>
                    </form>
                </td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Card id="tokens" title="API tokens" count>
            <TableBox label="API tokens table".to_owned()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Name"</th><th scope="col">"May"</th><th scope="col">"Made"</th>
                            <th scope="col">"Last used"</th><th scope="col">"Expires"</th><th scope="col"><span class="visually-hidden">"Revoke"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
        </Card>
    }
    .into_any()
}

#[component]
fn NewTokenCard(
    projects: Vec<(ProjectId, String)>,
    form: TokenForm,
    error: Option<AppError>,
    action: String,
) -> impl IntoView {
    let name_error = error.as_ref().and_then(|error| error.message_for("name")).map(str::to_owned);
    let chosen = [
        ("write", form.write.is_some(), "Write", "log experiments, create and change what the registry keeps"),
        ("export", form.export.is_some(), "Export", "make model versions of experiments"),
        ("admin", form.admin.is_some(), "Admin", "manage people, tokens and deletion, as far as the role allows"),
    ];
    let scopes = chosen.into_iter().map(|(name, is_chosen, label, words)| {
        view! { <label class="choice"><input type="checkbox" name=name checked=is_chosen /><span>{label}<span class="sub">{words}</span></span></label> }
    });
    let scopes = scopes.collect_view();
    let pair = |value: &str, words: &str| (value.to_owned(), words.to_owned());
    let projects = std::iter::once(pair("", "All projects"))
        .chain(projects.iter().map(|(id, name)| pair(&id.to_string(), name)))
        .collect();
    let days =
        vec![pair("30", "30 days"), pair("90", "90 days"), pair("365", "a year"), pair("", "Until it is revoked")];
    view! {
        <Card id="new-token" title="New token">
            <form class="stack form" method="post" action=action>
                <FormError error />
                <Field name="name" label="What it is for" value=form.name error=name_error is_required=true hint="Such as: nightly training." />
                <fieldset class="field"><legend>"What it may do, besides reading"</legend>{scopes}</fieldset>
                <Select name="project" label="Where" options=projects value=form.project />
                <Select name="days" label="How long it works" options=days value=form.days />
                <div class="row"><button class="button primary" type="submit">"Make the token"</button></div>
            </form>
        </Card>
    }
}
