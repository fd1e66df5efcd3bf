//! SQL for models and their versions.

mod changes;
mod inherited;
mod label_map;
mod links;
mod model_changes;
mod models;
mod versions;

pub use changes::*;
pub use inherited::*;
pub use label_map::*;
pub use links::*;
pub use model_changes::*;
pub use models::*;
pub use versions::*;

fn to_json(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}
