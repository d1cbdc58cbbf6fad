//! The stages between a finding and a ranked issue, in order. Each is pure: no database, no network, no clock (time comes in as an
//! argument), so that anyone can run it again on the same input and get the same bytes.

pub mod normalise;
pub mod deduplicate;
pub mod correlate;
pub mod prioritise;
pub mod track;
pub mod gate;
pub mod filter;
