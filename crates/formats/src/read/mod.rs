//! Shared readers: streaming JSON, members of JSON by name, CSV with headers, XML elements, lenient values.
//! Formats are short because these are here.

pub mod csv;
pub mod fields;
pub mod html;
pub mod json;
pub mod lenient;
pub mod lines;
pub mod loose;
pub mod packed;
mod scan;
pub mod xml;
pub mod xlsx;
pub(crate) mod yaml;
