//! Which log an id stands for.
//!
//! Parameters and label map are logs by their names, too, but have no rows of their own. Their ids are made from that of their experiment, so
//! that nothing is written down twice: UUIDs of version 8, whose bits an application chooses (RFC 9562, section 5.8).

use crate::vocabulary::{ExperimentId, LogId};
use uuid::Uuid;

/// What a log is kept as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogRef {
    /// A log or a metric series, whose id is written down.
    Own(LogId),
    /// The parameters of an experiment.
    Parameters(ExperimentId),
    /// The label map of an experiment.
    LabelMap(ExperimentId),
}

/// The version of a UUID is these bits.
const VERSION: u128 = 0xF << 76;
const VERSION_7: u128 = 0x7 << 76;
const VERSION_8: u128 = 0x8 << 76;
/// The first four bits of an id of version 7 are 0 until the year 2527 (RFC 9562, section 5.7), so they can say what this is.
const KIND_SHIFT: u32 = 124;
const PARAMETERS: u128 = 1;
const LABEL_MAP: u128 = 2;

impl LogRef {
    /// The id of the log.
    pub fn id(self) -> LogId {
        let of_experiment = |kind: u128, id: ExperimentId| -> LogId {
            Uuid::from_u128((id.as_uuid().as_u128() & !VERSION) | VERSION_8 | (kind << KIND_SHIFT)).into()
        };
        match self {
            Self::Own(id) => id,
            Self::Parameters(id) => of_experiment(PARAMETERS, id),
            Self::LabelMap(id) => of_experiment(LABEL_MAP, id),
        }
    }

    /// What the id stands for.
    pub fn of(id: LogId) -> Self {
        let id_bits = id.as_uuid().as_u128();
        if id_bits & VERSION != VERSION_8 {
            return Self::Own(id);
        }
        let experiment = (id_bits & !VERSION & !(0xF << KIND_SHIFT)) | VERSION_7;
        let experiment = Uuid::from_u128(experiment).into();
        match id_bits >> KIND_SHIFT {
            PARAMETERS => Self::Parameters(experiment),
            LABEL_MAP => Self::LabelMap(experiment),
            _ => Self::Own(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_leads_back_to_its_log() {
        for _ in 0..100 {
            let experiment = ExperimentId::generate();
            for log in [LogRef::Own(LogId::generate()), LogRef::Parameters(experiment), LogRef::LabelMap(experiment)] {
                assert_eq!(LogRef::of(log.id()), log);
            }
        }
    }

    #[test]
    fn made_ids_are_uuids_of_version_8() {
        let experiment = ExperimentId::generate();
        for log in [LogRef::Parameters(experiment), LogRef::LabelMap(experiment)] {
            let id: Uuid = log.id().to_string().parse().unwrap();
            assert_eq!((id.get_version_num(), id.get_variant()), (8, uuid::Variant::RFC4122));
        }
    }
}
