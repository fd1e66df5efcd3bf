//! What the form of a new experiment holds, read from the pairs that a browser sends.

use crate::{
    error::AppError,
    experiment::{NewAttachment, NewExperiment},
    model::ModelVersion,
    ui::form::{FieldErrors, NamedForm},
    vocabulary::{DatasetVersionId, DockerImage, ModelVersionId, Name, Parameters, ProjectId, parameters::kind_of},
};
use serde_json::Value;

/// The form as it was typed; nothing has been checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExperimentForm {
    pub named: NamedForm,
    pub inference_type: String,
    pub framework: String,
    pub datasets: Vec<DatasetRow>,
    /// `model › version`, or an id.
    pub base: String,
    pub takes_base_files: bool,
    pub parameters: Vec<ParameterRow>,
    pub image: String,
    /// A flag in each line.
    pub run_flags: String,
    /// A name in each line.
    pub environment: String,
    pub labels_from: String,
}

/// A dataset version under an alias.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatasetRow {
    /// `dataset › version`, or an id.
    pub version: String,
    pub alias: String,
}

/// A parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParameterRow {
    pub key: String,
    pub kind: String,
    pub value: String,
}

/// The kinds that a parameter can be chosen to have, and their words.
pub const KINDS: [(&str, &str); 4] =
    [("number", "Number"), ("text", "Text"), ("bool", "True or false"), ("json", "List or nested")];

/// What a button of the form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    Create,
    AddDataset,
    RemoveDataset(usize),
    /// Fill the form with what the base has.
    TakeBase,
    AddParameter,
    RemoveParameter(usize),
    ClearParameters,
    /// Show the form again with what follows from it.
    Refresh,
}

/// Reads the pairs of the form. Without a button it is to be created.
pub fn read(pairs: Vec<(String, String)>) -> (ExperimentForm, Action) {
    let mut form = ExperimentForm::default();
    let mut action = Action::Create;
    for (name, value) in pairs {
        match name.as_str() {
            "name" => form.named.name = value,
            "description" => form.named.description = value,
            "inference_type" => form.inference_type = value,
            "framework" => form.framework = value,
            "dataset" => form.datasets.push(DatasetRow { version: value, alias: String::new() }),
            "alias" => form.datasets.last_mut().into_iter().for_each(|row| row.alias = value.clone()),
            "base" => form.base = value,
            "takes_base_files" => form.takes_base_files = true,
            "key" => form.parameters.push(ParameterRow { key: value, ..ParameterRow::default() }),
            "kind" => form.parameters.last_mut().into_iter().for_each(|row| row.kind = value.clone()),
            "value" => form.parameters.last_mut().into_iter().for_each(|row| row.value = value.clone()),
            "image" => form.image = value,
            "run_flags" => form.run_flags = value,
            "environment" => form.environment = value,
            "labels_from" => form.labels_from = value,
            "action" => action = read_action(&value),
            _ => {}
        }
    }
    (form, action)
}

fn read_action(text: &str) -> Action {
    let (word, argument) = text.split_once(':').unwrap_or((text, ""));
    match (word, argument.parse()) {
        ("create", _) => Action::Create,
        ("add-dataset", _) => Action::AddDataset,
        ("remove-dataset", Ok(index)) => Action::RemoveDataset(index),
        ("take-base", _) => Action::TakeBase,
        ("add-parameter", _) => Action::AddParameter,
        ("remove-parameter", Ok(index)) => Action::RemoveParameter(index),
        ("clear-parameters", _) => Action::ClearParameters,
        _ => Action::Refresh,
    }
}

impl ParameterRow {
    /// The row that shows a value.
    pub fn of(key: &str, value: &Value) -> Self {
        let (kind, text) = match value {
            Value::Bool(value) => ("bool", value.to_string()),
            Value::Number(number) => ("number", number.to_string()),
            // A field of one line would lose line breaks.
            Value::String(text) if !text.contains(['\n', '\r']) => ("text", text.clone()),
            other => ("json", other.to_string()),
        };
        Self { key: key.to_owned(), kind: kind.to_owned(), value: text }
    }

    /// The value that was typed.
    pub fn value(&self) -> Result<Value, String> {
        let text = self.value.trim();
        match self.kind.as_str() {
            "text" => Ok(Value::String(self.value.clone())),
            "bool" => match text.to_ascii_lowercase().as_str() {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                _ => Err("must be true or false".to_owned()),
            },
            "number" => match serde_json::from_str::<Value>(text) {
                Ok(Value::Number(number)) => Ok(Value::Number(number)),
                _ => Err("must be a number such as 3, -0.5 or 1e-4".to_owned()),
            },
            _ => serde_json::from_str(text).map_err(|error| format!("must be JSON, such as [1, 2]: {error}")),
        }
    }
}

impl ExperimentForm {
    /// Fills in what the base has: its parameters in front of those that only the form has, and the rest where the form is empty.
    pub fn take_base(&mut self, base: &ModelVersion) {
        let own = std::mem::take(&mut self.parameters);
        self.parameters = base.parameters.iter().map(|(key, value)| ParameterRow::of(key, value)).collect();
        self.parameters.extend(own.into_iter().filter(|row| base.parameters.get(row.key.trim()).is_none()));
        self.takes_base_files = true;
        let fill = |field: &mut String, text: Option<&str>| {
            if field.trim().is_empty() {
                *field = text.unwrap_or_default().to_owned();
            }
        };
        fill(&mut self.inference_type, base.inference_type.as_deref());
        fill(&mut self.framework, base.framework.as_deref());
        if let Some(image) = base.docker_image.as_ref().filter(|_| self.image.trim().is_empty()) {
            self.image = image.reference.clone();
            self.run_flags = image.run_flags.join("\n");
            self.environment = image.environment.join("\n");
        }
        self.base = format!("{} › {}", base.model_name, base.name);
    }

    /// Does what a button asks for; a row that does not exist is left alone.
    pub fn apply(&mut self, action: &Action) {
        match action {
            Action::AddDataset => self.datasets.push(DatasetRow::default()),
            Action::RemoveDataset(index) if *index < self.datasets.len() => drop(self.datasets.remove(*index)),
            Action::AddParameter => {
                self.parameters.push(ParameterRow { kind: "number".into(), ..ParameterRow::default() })
            }
            Action::RemoveParameter(index) if *index < self.parameters.len() => drop(self.parameters.remove(*index)),
            Action::ClearParameters => self.parameters.clear(),
            _ => {}
        }
    }

    /// What to create, or everything that is wrong. `datasets` are the versions of the rows, where they were found.
    pub fn checked(
        &self,
        project_id: ProjectId,
        datasets: &[Option<DatasetVersionId>],
        base: Option<ModelVersionId>,
    ) -> Result<NewExperiment, AppError> {
        let mut errors = FieldErrors::default();
        let named = match self.named.checked() {
            Ok(named) => Some(named),
            Err(error) => {
                errors.extend(error);
                None
            }
        };
        if !self.base.trim().is_empty() && base.is_none() {
            errors.add("base", "There is no such model version. Choose one of the list, such as digits › v1.");
        }
        let dataset_versions = self.attachments(datasets, &mut errors);
        let parameters = self.parameters(&mut errors);
        let docker_image = self.docker_image(&mut errors);
        match named {
            Some((name, description)) if errors.is_empty() => Ok(NewExperiment {
                project_id,
                name,
                description,
                dataset_versions,
                base_model_version_id: base,
                take_base_files: self.takes_base_files,
                take_base_image: false,
                base_experiment_id: None,
                docker_image,
                parameters: Some(parameters),
                labels_from: Some(self.labels_from.clone()).filter(|from| !from.is_empty()),
                inference_type: Some(self.inference_type.clone()),
                framework: Some(self.framework.clone()),
            }),
            _ => Err(errors.into_error()),
        }
    }

    fn attachments(&self, found: &[Option<DatasetVersionId>], errors: &mut FieldErrors) -> Vec<NewAttachment> {
        let mut attachments = Vec::new();
        for (index, row) in self.datasets.iter().enumerate().filter(|(_, row)| !row.version.trim().is_empty()) {
            let Some(dataset_version_id) = found.get(index).copied().flatten() else {
                errors.add(&format!("dataset-{index}"), "There is no such dataset version. Choose one of the list.");
                continue;
            };
            if let Some(alias) = errors.take(&format!("alias-{index}"), Name::parse(&row.alias)) {
                attachments.push(NewAttachment { dataset_version_id, alias });
            }
        }
        attachments
    }

    fn parameters(&self, errors: &mut FieldErrors) -> Parameters {
        let mut keys = std::collections::HashSet::new();
        let mut pairs = Vec::new();
        let is_blank = |row: &ParameterRow| row.key.trim().is_empty() && row.value.trim().is_empty();
        for (index, row) in self.parameters.iter().enumerate().filter(|(_, row)| !is_blank(row)) {
            let key = row.key.trim().to_owned();
            let value = row.value().map(|value| (key.clone(), value));
            let field = format!("parameter-{index}");
            if !keys.insert(key.clone()) {
                errors.add(&field, format!("There is a parameter {key} already."));
            } else if let Some((key, value)) = errors.take(&field, value) {
                match Parameters::from_iter([(key.clone(), value.clone())]).validate() {
                    Ok(()) => pairs.push((key, value)),
                    Err(error) => errors.add(&field, format!("This cannot be kept: {error}.")),
                }
            }
        }
        let parameters = Parameters::from_iter(pairs);
        if let Err(error) = parameters.validate() {
            errors.add("parameters", format!("The parameters cannot be kept: {error}."));
        }
        parameters
    }

    fn docker_image(&self, errors: &mut FieldErrors) -> Option<DockerImage> {
        let lines = |text: &str| -> Vec<String> {
            text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
        };
        let reference = self.image.trim().to_owned();
        if reference.is_empty() {
            return None;
        }
        let image = DockerImage { reference, run_flags: lines(&self.run_flags), environment: lines(&self.environment) };
        match image.validate() {
            Ok(()) => Some(image),
            Err(error) => {
                errors.add("image", format!("The docker image cannot be kept: {error}."));
                None
            }
        }
    }

    /// The base's value of a parameter, when the row has another one.
    pub fn changed_from(row: &ParameterRow, base: Option<&ModelVersion>) -> Option<String> {
        let before = base?.parameters.get(row.key.trim())?;
        (row.value().as_ref() != Ok(before)).then(|| format!("{} ({})", before, kind_of(before)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(key: &str, kind: &str, value: &str) -> ParameterRow {
        ParameterRow { key: key.into(), kind: kind.into(), value: value.into() }
    }

    fn checked(form: &ExperimentForm) -> Result<NewExperiment, AppError> {
        form.checked(ProjectId::generate(), &[], None)
    }

    fn named(form: ExperimentForm) -> ExperimentForm {
        ExperimentForm { named: NamedForm { name: "run".into(), ..NamedForm::default() }, ..form }
    }

    #[test]
    fn every_value_survives_the_form() {
        for value in [
            json!(1),
            json!(1.0),
            json!(-0.5),
            json!(1e300),
            json!(true),
            json!("text"),
            json!(" a "),
            json!("1"),
            json!("two\nlines"),
            json!([1, [2.5, "x"]]),
            json!({"a": {"b": null}}),
            json!(null),
            json!(u64::MAX),
            json!("true"),
        ] {
            assert_eq!(ParameterRow::of("key", &value).value(), Ok(value.clone()), "{value}");
        }
    }

    #[test]
    fn values_of_another_kind_are_refused() {
        for (kind, value) in
            [("number", "one"), ("number", "NaN"), ("number", "\"1\""), ("bool", "yes"), ("json", "[1,")]
        {
            let form = named(ExperimentForm { parameters: vec![row("lr", kind, value)], ..ExperimentForm::default() });
            assert!(checked(&form).unwrap_err().message_for("parameter-0").is_some(), "{kind} {value}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let deep = (0..64).fold("1".to_owned(), |inner, _| format!("[{inner}]"));
        let form = ExperimentForm {
            base: "nowhere".into(),
            datasets: vec![DatasetRow { version: "nothing".into(), alias: String::new() }],
            parameters: vec![
                row("a", "number", "1"),
                row("a", "number", "2"),
                row("deep", "json", &deep),
                row("", "", ""),
            ],
            image: "not an image".into(),
            ..ExperimentForm::default()
        };
        let error = checked(&form).unwrap_err();
        for field in ["name", "base", "dataset-0", "parameter-1", "parameter-2", "image"] {
            assert!(error.message_for(field).is_some(), "{field}");
        }
        assert_eq!(error.message_for("parameter-3"), None);
    }

    #[test]
    fn buttons_add_and_remove_rows() {
        let pairs = [
            ("dataset", "d › 1"),
            ("alias", "train"),
            ("dataset", "d › 2"),
            ("alias", "test"),
            ("key", "lr"),
            ("kind", "number"),
            ("value", "1"),
            ("action", "remove-dataset:0"),
        ];
        let (mut form, action) = read(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        form.apply(&action);
        assert_eq!(form.datasets, [DatasetRow { version: "d › 2".into(), alias: "test".into() }]);
        assert_eq!(form.parameters, [row("lr", "number", "1")]);
        form.apply(&Action::RemoveParameter(7));
        form.apply(&Action::AddParameter);
        assert_eq!(form.parameters.len(), 2);
    }
}
