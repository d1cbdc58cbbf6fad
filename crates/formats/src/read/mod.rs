//! Shared readers: streaming JSON, CSV with headers, XML elements, lenient values. Formats are short because these are here.

pub mod csv;
pub mod json;
pub mod lenient;
pub mod lines;
pub mod loose;
pub mod xml;
pub mod xlsx;
