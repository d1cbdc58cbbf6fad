//! Operations on real databases: the import rules, and the story of a repository over time.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod apis;
mod components;
mod changes;
mod context;
mod decisions;
mod facts;
mod feeds;
mod fewer;
mod fixes;
mod fixtures;
mod histories;
mod hostile;
mod images;
mod inventory;
mod matching;
mod order;
mod reports;
mod rerank;
mod risk;
mod rules;
mod schema_check;
mod source;
mod story;
mod support;
mod vex;
