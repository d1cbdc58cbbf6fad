//! The binary as people and CI run it.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod bad_input;
mod components;
mod export;
mod happy;
mod killed;
mod mapping;
mod risk;
mod run;
mod secrets;
mod vex;
