//! The API as clients meet it: requests to the router, on real databases.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a step that fails is the failure of the test")]

mod app;
mod contract;
mod document;
mod edge;
mod listing;
mod listening;
mod routes;
mod uploads;
