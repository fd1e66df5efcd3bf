//! Building blocks of pages; none of them knows a noun of the product.

pub mod combobox;
pub mod copy;
pub mod field;
pub mod icon;
pub mod theme;

#[cfg(feature = "ssr")]
pub mod address;
#[cfg(feature = "ssr")]
pub mod chart;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod parts;
