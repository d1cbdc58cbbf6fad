//! To component, service, application and owner; exposure, deployment and reachability facts.
//!
//! Inventory files are read one by one ([`muster_yaml`], [`backstage`], [`kubernetes`], [`terraform`], [`openapi`], [`provenance`], [`git_log`], CODEOWNERS as text), each into a [`Declared`] that remembers on which
//! line it says what. [`merge`] makes one [`model::Inventory`] of them and reports every conflict. [`InventoryIndex`] is built once of that
//! and places findings: which service, application and team, and which facts hold there.

pub mod backstage;
pub mod codeowners;
pub mod git_log;
pub mod kubernetes;
pub mod muster_yaml;
pub mod names;
pub mod openapi;
pub mod provenance;
pub mod terraform;
mod terraform_functions;
pub use ::yaml;
mod facts;
mod index;
mod merge;
mod observe;
mod owner;
mod paths;
mod place;
mod problem;
mod recognise;
mod rules;
mod running;
mod running_now;
mod sources;
mod spelling;
mod standing;
mod strangers;
mod suggest;

pub use facts::Fact;
pub use git_log::{Activity, OwnerSuggestion, suggest_owner};
pub use index::InventoryIndex;
pub use merge::{Claim, ClaimKind, Declared, FileId, Link, Mention, Merged, Observation, apply, codeowners_file, merge, replace};
pub use owner::OwnerStrength;
pub use place::{PlaceInput, Placed};
pub use problem::{Problem, ProblemLevel};
pub use recognise::{InventoryKind, read};
pub use running::put_running;
pub use running_now::{RunningRow, running_of};
pub use standing::facts_of;
pub use strangers::strangers;
pub use suggest::PlaceSuggestion;
