//! From the text of the export form to a request, and from errors back to the form's fields.

use super::{
    ExportForm, ExportTarget,
    operations::{Destination, ExportRequest, NewModel, NewModelVersion},
};
use crate::{
    error::{AppError, Failure, FieldError},
    vocabulary::{Description, ModelId, Name, name::TextError},
};

/// Checks every field of the open tab at once. `existing` is the model that the form names, if there is one.
pub fn checked(form: &ExportForm, existing: Option<ModelId>) -> Result<ExportRequest, AppError> {
    let mut errors = Vec::new();
    let request = match form.target {
        ExportTarget::NewModel => {
            let name = field(&mut errors, "model_name", Name::parse(&form.model_name));
            let description = field(&mut errors, "model_description", Description::parse(&form.model_description));
            let version = version(
                &mut errors,
                ["version_name", "version_description"],
                &form.version_name,
                &form.version_description,
            );
            name.zip(description).zip(version).map(|((name, description), version)| {
                let destination = Destination::New(NewModel { name, description });
                ExportRequest { destination, version }
            })
        }
        ExportTarget::ExistingModel => {
            if existing.is_none() {
                let message = match form.existing_model.trim() {
                    "" => "Choose the model that gets the new version.".to_owned(),
                    name => format!("There is no model named {name} in this registry. Choose one from the list."),
                };
                errors.push(FieldError { field: Some("existing_model".to_owned()), index: None, message });
            }
            let names = ["existing_version_name", "existing_version_description"];
            let version = version(&mut errors, names, &form.existing_version_name, &form.existing_version_description);
            existing
                .zip(version)
                .map(|(model, version)| ExportRequest { destination: Destination::Existing(model), version })
        }
    };
    request
        .filter(|_| errors.is_empty())
        .ok_or_else(|| AppError::invalid_fields("invalid_form", "Some fields need your attention.", errors))
}

fn version(errors: &mut Vec<FieldError>, fields: [&str; 2], name: &str, description: &str) -> Option<NewModelVersion> {
    let name = field(errors, fields[0], Name::parse(name));
    let description = field(errors, fields[1], Description::parse(description));
    name.zip(description).map(|(name, description)| NewModelVersion { name, description })
}

fn field<T>(errors: &mut Vec<FieldError>, field: &str, parsed: Result<T, TextError>) -> Option<T> {
    match parsed {
        Ok(value) => Some(value),
        Err(error) => {
            errors.push(FieldError { field: Some(field.to_owned()), index: None, message: format!("This {error}.") });
            None
        }
    }
}

/// Ties the errors of the export to the fields of the form.
pub fn on_form_fields(failure: Failure, target: ExportTarget) -> Failure {
    let Failure::App(mut error) = failure else {
        return failure;
    };
    for problem in &mut error.errors {
        let field = match (problem.field.as_deref(), target) {
            (Some("new_model.name"), _) => "model_name",
            (Some("version.name"), ExportTarget::NewModel) => "version_name",
            (Some("version.name"), ExportTarget::ExistingModel) => "existing_version_name",
            _ => continue,
        };
        problem.field = Some(field.to_owned());
    }
    Failure::App(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_field_of_the_open_tab_is_named_and_the_other_tab_is_ignored() {
        let form =
            ExportForm { version_name: "x".repeat(201), existing_model: "\u{0}".to_owned(), ..ExportForm::default() };
        let error = checked(&form, None).unwrap_err();
        assert_eq!(error.message_for("model_name"), Some("This must not be empty."));
        assert_eq!(error.message_for("version_name"), Some("This must have at most 200 characters."));
        assert_eq!(error.errors.len(), 2);
        let other_tab =
            ExportForm { target: ExportTarget::ExistingModel, existing_version_name: "v2".to_owned(), ..form };
        assert_eq!(checked(&other_tab, None).unwrap_err().errors.len(), 1);
        assert!(checked(&other_tab, Some(ModelId::generate())).is_ok());
    }
}
