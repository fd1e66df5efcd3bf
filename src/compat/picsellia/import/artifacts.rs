//! Artifacts, and the file with what a training printed.

use super::{
    Became, Counted, Import, ImportError,
    answers::{File, LoggingFile},
    changed_here,
    experiments::Run,
};
use crate::{
    artifact::{self, Artifact, ArtifactChange, ArtifactError, UploadOwner, UploadPurpose},
    error::Failure,
    experiment::operations,
    vocabulary::FileName,
};

impl Import<'_> {
    pub(super) async fn artifacts(&mut self, run: &Run<'_>) -> Result<(), ImportError> {
        let here = artifact::operations::list(&self.services.database, self.actor, run.experiment).await?;
        for item in self.source.list(&format!("/api/experiment/{}/artifacts", run.id)).await? {
            let Some(told) = self.read::<File>(run.what, item) else { continue };
            let outcome = self.artifact(run, &here, &told).await;
            if let Some(became) = self.went(&format!("{}, artifact {}", run.what, told.name), outcome)? {
                self.report.count(Counted::Artifacts, became);
            }
        }
        Ok(())
    }

    async fn artifact(&self, run: &Run<'_>, here: &[Artifact], told: &File) -> Result<Became, ImportError> {
        let (database, actor) = (&self.services.database, self.actor);
        let file_name = |text| FileName::parse(text).map_err(ArtifactError::InvalidName).map_err(Failure::from);
        let name = file_name(&told.name)?;
        let known = here.iter().find(|known| known.name == name.as_str());
        if known.is_some_and(|known| told.may_be(known.sha256, known.size_bytes)) {
            return Ok(Became::Same);
        }
        if known.is_some() && !run.may_change {
            return Err(changed_here());
        }
        let owner = UploadOwner::Experiment(run.experiment);
        let new = self.file(UploadPurpose::Artifact, owner, told).await?;
        match known {
            Some(known) => {
                let file_name = Some(file_name(&told.filename)?);
                let change = ArtifactChange { upload: Some(new.upload), file_name, ..ArtifactChange::default() };
                artifact::operations::change(database, actor, known.id, change).await?;
                Ok(Became::Changed)
            }
            None => {
                artifact::operations::put_upload(database, actor, run.experiment, &new).await?;
                Ok(Became::New)
            }
        }
    }

    /// The file with what the training printed; the one that is here stays.
    pub(super) async fn console_file(&mut self, run: &Run<'_>) -> Result<(), ImportError> {
        let (database, actor) = (&self.services.database, self.actor);
        if operations::find_console_file(database, actor, run.experiment).await?.is_some() {
            return Ok(());
        }
        let told: LoggingFile = match self.source.get(&format!("/api/experiment/{}/logging", run.id), &[]).await {
            Ok(told) => told,
            Err(error) if error.is_missing() => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let file_name = told.object_name.rsplit('/').next().unwrap_or_default().to_owned();
        let file = File::of_object(told.object_name, file_name);
        let owner = UploadOwner::Experiment(run.experiment);
        let upload = self.fetch(UploadPurpose::LogFile, owner, &file).await?;
        operations::put_console_file(database, actor, run.experiment, upload).await?;
        Ok(())
    }
}
