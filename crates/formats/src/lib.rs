//! Report bytes to findings and coverage. One file a format; registration is one sorted list ([`list::FORMATS`]). Pure: a format never
//! opens a path that a report names, and never fetches anything.
//!
//! A format is recognised from the content alone: `sniff` looks at the first 256 KiB ([`Head`]) and says no, maybe or sure. `parse` then
//! streams: one result at a time into an [`Output`]; a row that cannot be read is a warning with its place, the others are kept; a
//! report that cannot be read to its end is a [`ParseError`].

mod error;
mod format;
mod framing;
mod head;
mod input;
mod list;
pub mod mapping;
mod output;
pub mod read;
mod read_only;
mod recognise;
mod renamed;
mod tools;

pub use error::ParseError;
pub use format::{Format, Match, Media, Status};
pub use head::{Head, Sheet};
pub use input::Input;
pub use list::FORMATS;
pub use mapping::Mapping;
pub use output::{Collected, Output};
pub use read_only::read_only_because;
pub use recognise::{Unrecognised, by_id, recognise, says_nothing};
