//! Lifecycle: what a report covers, what it closes, when, and the state that follows.
//!
//! The import rules 3 to 6 of the contract are the pure functions of this folder.

mod closing;
mod coverage;
mod state;
mod timeline;
pub mod vex;

pub use closing::{Scope, Subject};
pub use coverage::{CoverageInput, coverage};
pub use state::{KNOWN_EXPLOITED, OpenFinding, RefPresence, SeenState, effective_state, evidence_of, presence_state, state_with_vex};
pub use timeline::{Interval, Opening, ReportView, Snapshot, Step, Timeline, TimelineWarning, append, replay};
