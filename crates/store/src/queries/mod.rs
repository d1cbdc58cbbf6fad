//! Statements, by the noun that they are about. Every function names the organisation; none decides anything.

pub mod advisories;
pub mod components;
pub mod counters;
pub mod decisions;
pub mod deployments;
mod differing;
pub mod events;
pub mod facts;
pub mod findings;
pub mod intel;
pub mod inventory;
pub mod issue_indexes;
pub mod issues;
pub mod ledger;
pub mod notifications;
mod numbers;
pub mod organisations;
pub mod presence;
pub mod ranks;
pub mod reports;
pub mod risk;
pub mod settings;
pub mod sightings;
pub mod streams;
pub mod suggestions;
pub mod vex;
