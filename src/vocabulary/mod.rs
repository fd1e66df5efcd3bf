//! The pure values that every part of the product shares. No database, no network, no clock.

#[cfg(feature = "ssr")]
pub mod current;
pub mod digest;
pub mod direction;
pub mod docker_image;
pub mod ids;
pub mod label_counts;
pub mod label_map;
pub mod metric;
pub mod name;
pub mod paging;
pub mod parameters;
pub mod quantity;
#[cfg(feature = "ssr")]
pub mod secrets;
pub mod tags;
pub mod timestamp;
pub mod web_address;

#[cfg(feature = "ssr")]
pub mod actor;
#[cfg(feature = "ssr")]
pub mod reach;
#[cfg(feature = "ssr")]
pub mod scopes;

pub use digest::Digest;
pub use docker_image::DockerImage;
pub use ids::*;
pub use label_counts::LabelCounts;
pub use label_map::LabelMap;
pub use metric::{MetricSummary, MetricValue, SeriesPoint};
pub use name::{Description, FileName, Name};
pub use paging::Page;
pub use parameters::Parameters;
pub use tags::{TagTarget, Tags};
pub use timestamp::Timestamp;

#[cfg(feature = "ssr")]
pub use actor::{Actor, Role};
#[cfg(feature = "ssr")]
pub use reach::Reach;
#[cfg(feature = "ssr")]
pub use scopes::{Scope, Scopes};
