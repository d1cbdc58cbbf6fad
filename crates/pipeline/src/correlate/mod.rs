//! To component, service, application and owner; exposure, deployment and reachability facts.
//!
//! Inventory files are read one by one ([`muster_yaml`], [`backstage`], CODEOWNERS as text), each into a [`Declared`] that remembers on which
//! line it says what. [`merge`] makes one [`model::Inventory`] of them and reports every conflict. [`InventoryIndex`] is built once of that
//! and places findings: which service, application and team, and which facts hold there.

pub mod backstage;
pub mod codeowners;
pub mod kubernetes;
pub mod muster_yaml;
pub mod names;
pub use ::yaml;
mod facts;
mod index;
mod merge;
mod owner;
mod paths;
mod place;
mod problem;
mod recognise;
mod spelling;
mod standing;
mod suggest;

pub use facts::Fact;
pub use index::InventoryIndex;
pub use merge::{Claim, ClaimKind, Declared, FileId, Mention, Merged, Observation, apply, codeowners_file, merge, replace};
pub use owner::OwnerStrength;
pub use place::{PlaceInput, Placed};
pub use problem::{Problem, ProblemLevel};
pub use recognise::{InventoryKind, read};
pub use standing::facts_of;
pub use suggest::PlaceSuggestion;
