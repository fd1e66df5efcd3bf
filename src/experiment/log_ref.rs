//! Which log an id stands for.
//!
//! Parameters, label map and metric series are logs by their names, too, but have no rows among the logs. Their ids are made from what they
//! are, so that nothing is written down twice: UUIDs of version 8, whose bits an application chooses (RFC 9562, section 5.8).

use crate::vocabulary::{ExperimentId, LogId};
use uuid::Uuid;

/// What a log is kept as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogRef {
    /// A row among the logs, which has an id of its own.
    Row(LogId),
    /// The parameters of an experiment.
    Parameters(ExperimentId),
    /// The label map of an experiment.
    LabelMap(ExperimentId),
    /// A metric series, by its number.
    Series(i64),
}

/// The version and the variant of a UUID are these bits.
const VERSION: u128 = 0xF << 76;
const VERSION_7: u128 = 0x7 << 76;
const VERSION_8: u128 = 0x8 << 76;
const VARIANT: u128 = 0b10 << 62;
/// The first four bits of an id of version 7 are 0 until the year 2527 (RFC 9562, section 5.7), so they can say what this is.
const KIND_SHIFT: u32 = 124;
const PARAMETERS: u128 = 1;
const LABEL_MAP: u128 = 2;
const SERIES: u128 = 3;

impl LogRef {
    /// The id of the log.
    pub fn id(self) -> LogId {
        let of_experiment =
            |kind: u128, id: ExperimentId| (id.as_uuid().as_u128() & !VERSION) | VERSION_8 | (kind << KIND_SHIFT);
        match self {
            Self::Row(id) => id,
            Self::Parameters(id) => log_id(of_experiment(PARAMETERS, id)),
            Self::LabelMap(id) => log_id(of_experiment(LABEL_MAP, id)),
            // Half of the number stands on each side of the variant.
            Self::Series(number) => {
                let number = u128::from(number.unsigned_abs());
                let halves = ((number >> 32) << 80) | (number & 0xFFFF_FFFF);
                log_id((SERIES << KIND_SHIFT) | VERSION_8 | VARIANT | halves)
            }
        }
    }

    /// What the id stands for.
    pub fn of(id: LogId) -> Self {
        let id_bits = id.as_uuid().as_u128();
        if id_bits & VERSION != VERSION_8 {
            return Self::Row(id);
        }
        let experiment = (id_bits & !VERSION & !(0xF << KIND_SHIFT)) | VERSION_7;
        let experiment = Uuid::from_u128(experiment).into();
        match id_bits >> KIND_SHIFT {
            PARAMETERS => Self::Parameters(experiment),
            LABEL_MAP => Self::LabelMap(experiment),
            SERIES => {
                let number = ((id_bits >> 80) & 0xFFFF_FFFF) << 32 | (id_bits & 0xFFFF_FFFF);
                i64::try_from(number).map_or(Self::Row(id), Self::Series)
            }
            _ => Self::Row(id),
        }
    }
}

fn log_id(bits: u128) -> LogId {
    Uuid::from_u128(bits).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_id_leads_back_to_its_log(number in 0..i64::MAX) {
            let experiment = ExperimentId::generate();
            for log in [
                LogRef::Row(LogId::generate()),
                LogRef::Parameters(experiment),
                LogRef::LabelMap(experiment),
                LogRef::Series(number),
            ] {
                prop_assert_eq!(LogRef::of(log.id()), log);
            }
        }
    }

    #[test]
    fn made_ids_are_uuids_of_version_8() {
        let experiment = ExperimentId::generate();
        for log in [LogRef::Parameters(experiment), LogRef::LabelMap(experiment), LogRef::Series(i64::MAX)] {
            let id: Uuid = log.id().to_string().parse().unwrap();
            assert_eq!((id.get_version_num(), id.get_variant()), (8, uuid::Variant::RFC4122));
        }
    }
}
