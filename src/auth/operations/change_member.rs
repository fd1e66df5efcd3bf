//! What a member may do changes: all that one request names, or nothing.

use super::members::{deactivation, load, record, require_another, require_owner_left, take_back};
use crate::{
    audit::Change,
    auth::{AuthError, Member, MemberChange, ProjectRole, store},
    database::{self, Connection, Database},
    error::Failure,
    vocabulary::{Actor, ProjectId, Role, Timestamp, UserId},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Changes what a member may do.
///
/// Who is deactivated is shut out of the organization: sessions end at once, and tokens are worthless while it lasts.
///
/// # Errors
/// [`AuthError::OwnRole`] for oneself, [`AuthError::LastOwner`], [`AuthError::OutOfRange`] when a role is narrowed to more than viewer or an
/// owner's is narrowed, a project that does not exist. Of two roles for one project the last counts. Nothing is changed then.
pub async fn change_member(
    database: &Database,
    actor: &Actor,
    user: UserId,
    wanted: &MemberChange,
) -> Result<Member, Failure> {
    actor.require_owner("changing what people may do")?;
    let organization = actor.organization_id;
    let mut transaction = database.begin().await?;
    store::members::lock(&mut transaction, organization).await?;
    let member = load(&mut transaction, organization, user).await?;
    let mut changes = Vec::new();
    if let Some(role) = wanted.role {
        require_another(actor, user)?;
        store::members::update_role(&mut transaction, organization, user, role).await?;
        let (before, after) = (json!({ "role": member.role }), json!({ "role": role }));
        changes.push(("change_role", before, after));
    }
    if let Some(is_deactivated) = wanted.is_deactivated {
        require_another(actor, user)?;
        let moment = is_deactivated.then(Timestamp::now);
        store::members::update_deactivated(&mut transaction, organization, user, moment).await?;
        store::sessions::delete_in(&mut transaction, organization, user).await?;
        let before = json!({ "is_deactivated": member.deactivated_at.is_some() });
        changes.push((deactivation(is_deactivated), before, json!({ "is_deactivated": is_deactivated })));
    }
    if let Some(narrowed) = &wanted.project_roles {
        let (before, after) =
            narrow(&mut transaction, actor, user, wanted.role.unwrap_or(member.role), narrowed).await?;
        changes.push(("narrow", before, after));
    }
    require_owner_left(&mut transaction, organization).await?;
    let owns = |member: &Member| member.role == Role::Owner && member.deactivated_at.is_none();
    let changed = load(&mut transaction, organization, user).await?;
    if owns(&member) && !owns(&changed) {
        take_back(&mut transaction, organization, user).await?;
    }
    for (action, before, after) in changes {
        let change = Change::updated("user", &user, before, after).named(action).with("email", member.email.as_str());
        record(&mut transaction, actor, change).await?;
    }
    transaction.commit().await?;
    Ok(changed)
}

/// Replaces the projects in which the role is smaller, and answers them before and after.
async fn narrow(
    connection: &mut Connection,
    actor: &Actor,
    user: UserId,
    role: Role,
    narrowed: &[ProjectRole],
) -> Result<(Value, Value), Failure> {
    let narrowed: BTreeMap<ProjectId, Option<Role>> =
        narrowed.iter().map(|narrowed| (narrowed.project_id, narrowed.role)).collect();
    if narrowed.values().flatten().any(|role| *role != Role::Viewer) {
        return Err(AuthError::OutOfRange("A role is narrowed to viewer, or to none.").into());
    }
    if role == Role::Owner && !narrowed.is_empty() {
        return Err(AuthError::OutOfRange("An owner enters every project. Change the role first.").into());
    }
    let before = store::actors::list_narrowed(connection, actor.organization_id, user).await?;
    store::members::replace_narrowed(connection, actor.organization_id, user, &narrowed)
        .await
        .map_err(|error| database::unless_missing(error, || AuthError::NotFound("project").into()))?;
    Ok((told(before), told(narrowed)))
}

fn told(narrowed: impl IntoIterator<Item = (ProjectId, Option<Role>)>) -> Value {
    let told =
        |(project, role): (ProjectId, Option<Role>)| (project.to_string(), json!(role.map_or("none", Role::as_str)));
    Value::Object(narrowed.into_iter().map(told).collect())
}
