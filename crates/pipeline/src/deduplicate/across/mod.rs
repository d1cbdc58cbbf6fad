//! From findings of many tools to issues: which findings are one real vulnerability, with the evidence on every link.
//!
//! Everything here is a pure function of the *set* of findings, of the alias table and routes, and of people's word. The order in
//! which reports came plays no part, so any order of imports gives the same partition.
//!
//! 1. [`BlockKeys`] gives the few strings by which a finding can meet another. Findings that share none are never compared. The
//!    caller hands [`cluster`] the closure of the findings that share a key with what an import touched.
//! 2. Each finding is read once into a `Subject`: its class, weakness family, control, resource, package, web place.
//! 3. What neighbours show is shared out: resource blocks of a file, values on a line, key blocks, names of source packages.
//! 4. Pairs are weighed by the evidence model of their class (`weigh/`): a prior, facts for and against, cannot-links.
//! 5. Complete link: two parts join only if no cannot-link crosses and their weakest pair reaches the threshold.
//! 6. People's word is applied last and wins. What stays below the threshold, or would be a bridge, is a suggestion.
//!
//! Weights are integers in tenths of a deciban of odds, so that anybody can redo the sum that is printed.

mod agglomerate;
mod block;
mod candidate;
mod class;
mod clustering;
mod compare;
mod constraints;
mod ledger;
mod neighbourhood;
mod package;
mod resource;
mod subject;
mod vocabulary;
mod web;
mod weigh;

#[cfg(test)]
mod tests;

pub use block::{BlockKeys, Rekeyed, met_under, offered};
pub use candidate::{Candidate, Context, Options, PeoplesWord, Word, WordKind};
pub use clustering::{Clustering, Group, Suggestion, cluster, cluster_with};
pub use ledger::{KINDS_OF_EVIDENCE, SUGGESTION, THRESHOLD, probability};
pub(crate) use vocabulary::cwe_class;
pub use vocabulary::{control_of, family_of, known_rules};

/// The name of this version of the matching, as links print it.
pub const MATCHING: &str = "matching 3";
