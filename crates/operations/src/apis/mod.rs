//! The APIs of services: what is documented, in code, seen in traffic and tested, and where these differ.

mod describe;
mod frameworks;
mod list;
mod logs;
mod pattern;
mod read;
mod traffic;

pub use list::{ApiList, ApiProblem, ApiQuery, ApiRow, ApiSeen, ApiTested};

pub(crate) use list::service_of_address;
pub(crate) use pattern::matches;
pub(crate) use read::{Document, Entry, read};
