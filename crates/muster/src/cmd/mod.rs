//! One file a verb.

pub(crate) mod formats;
pub(crate) mod parse;
