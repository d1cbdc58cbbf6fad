//! The packages of all targets over time: recorded from SBOMs and reports, searched, and listed one by one.

mod of_service;
mod record;
mod search;
mod spans;
mod whereabouts;

pub use search::{ComponentPage, ComponentRow, ComponentUse, ComponentView};

pub(crate) use record::{Source, forget, listed, record};
pub use whereabouts::{DeployedAs, Where};

pub(crate) use whereabouts::PackagePlaces;
