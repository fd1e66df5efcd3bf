//! What ends the life of a thing, each with its consequences: archiving, which can be undone, and deleting, which cannot.

use super::{form::Field, parts::Notice, sections::Card};
use crate::{
    error::{AppError, FieldError},
    vocabulary::{Name, Timestamp},
};
use leptos::prelude::*;
use serde::Deserialize;

/// Which button was pressed, and what was typed to confirm it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct LifeForm {
    /// The value of the button.
    pub action: String,
    /// The name of what is to be deleted.
    #[serde(default)]
    pub confirmation: String,
}

impl LifeForm {
    /// Refuses what cannot be undone unless `name` was typed.
    pub fn require_confirmed(&self, name: &str) -> Result<(), AppError> {
        if Name::parse(&self.confirmation).is_ok_and(|typed| typed.as_str() == name) {
            return Ok(());
        }
        let message = format!("Type {name} here, exactly as it is written, to delete it.");
        let error = FieldError { field: Some("confirmation".to_owned()), index: None, message };
        Err(AppError::invalid_fields("not_confirmed", "Nothing was deleted: the name was not confirmed.", vec![error]))
    }
}

/// Says that lists leave something out.
#[component]
pub fn ArchivedNotice(
    /// Since when it is archived.
    since: Option<Timestamp>,
    /// Who does not show it.
    hidden_from: &'static str,
) -> impl IntoView {
    since.map(|since| {
        let words = format!("Archived since {}: {hidden_from} not show it.", since.for_people());
        view! { <Notice kind="warning"><p>{words}</p></Notice> }
    })
}

/// Hides something from lists, or shows it again.
#[component]
pub fn ArchiveCard(
    /// Whether it is hidden now.
    is_archived: bool,
    /// What happens when it is archived.
    effect: &'static str,
    /// What happens when it is restored.
    way_back: &'static str,
    /// The address that the form is sent to, with `action` as `archive` or `restore`.
    action: String,
) -> impl IntoView {
    let (title, words, value) =
        if is_archived { ("Restore", way_back, "restore") } else { ("Archive", effect, "archive") };
    view! {
        <Card id="archive" title=title>
            <div class="stack">
                <p>{words}</p>
                <form method="post" action=action><button class="button" type="submit" name="action" value=value>{title}</button></form>
            </div>
        </Card>
    }
}

/// Deletes something for good once its name is typed, or says why that cannot be.
#[component]
pub fn DeleteCard(
    /// What has to be typed.
    name: String,
    /// Why it cannot be deleted; empty if it can.
    obstacles: Vec<String>,
    /// What is gone and what stays.
    consequences: String,
    /// What was typed so far.
    typed: LifeForm,
    /// Why the form was refused.
    error: Option<AppError>,
    /// The address that the form is sent to, with `action` as `delete`.
    action: String,
) -> impl IntoView {
    let content = if obstacles.is_empty() {
        let message = error.as_ref().and_then(|error| error.message_for("confirmation")).map(str::to_owned);
        let label = format!("Name to confirm: {name}");
        view! {
            <p>{consequences}</p>
            <form class="stack" method="post" action=action>
                <Field name="confirmation" label value=typed.confirmation error=message is_required=true />
                <div class="row"><button class="button danger" type="submit" name="action" value="delete">"Delete for good"</button></div>
            </form>
        }
        .into_any()
    } else {
        let obstacles: Vec<_> = obstacles.into_iter().map(|obstacle| view! { <li>{obstacle}</li> }).collect();
        view! { <p>"It cannot be deleted:"</p><ul>{obstacles}</ul> }.into_any()
    };
    view! { <Card id="delete" title="Delete"><div class="stack">{content}</div></Card> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_itself_confirms() {
        let typed = |text: &str| LifeForm { action: "delete".to_owned(), confirmation: text.to_owned() };
        assert!(typed(" Café 1 ").require_confirmed("Café 1").is_ok());
        assert!(typed("Cafe\u{301} 1").require_confirmed("Café 1").is_ok());
        for wrong in ["", "café 1", "Café 2", "Cafè 1"] {
            assert_eq!(typed(wrong).require_confirmed("Café 1").unwrap_err().code, "not_confirmed", "{wrong}");
        }
    }
}
