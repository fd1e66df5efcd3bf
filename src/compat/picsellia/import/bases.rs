//! What experiments are based on.

use super::{Import, ImportError, place::Place};
use crate::{
    error::Failure,
    experiment::operations,
    vocabulary::{ExperimentId, ModelVersionId},
};
use uuid::Uuid;

/// What an experiment is based on, by the ids there.
pub struct Bases {
    pub what: String,
    pub place: Place,
    pub model_version: Option<Uuid>,
    pub experiment: Option<Uuid>,
}

impl Import<'_> {
    /// Links experiments to what they are based on, once all of it is here. With that, they are whole.
    pub(super) async fn link_bases(&mut self) -> Result<(), ImportError> {
        for bases in std::mem::take(&mut self.bases) {
            let version = bases.model_version.and_then(|base| self.model_versions.get(&base).copied());
            let experiment = bases.experiment.and_then(|base| self.experiments.get(&base).copied());
            if version.is_none() && bases.model_version.is_some() {
                self.report.miss(&bases.what, "its base model version is not here");
            }
            if experiment.is_none() && bases.experiment.is_some() {
                self.report.miss(&bases.what, "its base experiment is not here");
            }
            let id = ExperimentId::from(bases.place.id);
            // Each alone: one that cannot be linked does not keep the other away.
            for (version, experiment) in [(version, None), (None, experiment)] {
                let outcome = self.link(id, version, experiment).await;
                self.went(&bases.what, outcome.map_err(ImportError::from))?;
            }
            let here = operations::find(&self.services.database, self.actor, id).await?;
            self.settle(&bases.place, Some(here.summary.updated_at)).await?;
        }
        Ok(())
    }

    async fn link(
        &self,
        id: ExperimentId,
        version: Option<ModelVersionId>,
        experiment: Option<ExperimentId>,
    ) -> Result<(), Failure> {
        let here = operations::find(&self.services.database, self.actor, id).await?;
        let version = version.filter(|_| here.base_model_version.is_none());
        let experiment = experiment.filter(|_| here.base_experiment.is_none());
        if version.is_some() || experiment.is_some() {
            operations::link_bases(&self.services.database, self.actor, id, version, experiment).await?;
        }
        Ok(())
    }
}
