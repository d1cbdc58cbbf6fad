//! The HTTP API and the web app.
//!
//! All routes are rows of one table ([`table::routes`]) from which the router, the OpenAPI document and the tests are made. A handler
//! has a struct of parameters, a struct of the answer and one call of an operation. Operations block, so they run on threads that may.
//!
//! There are no accounts yet: the server listens on loopback alone, answers only requests that name it by a loopback address
//! (a page elsewhere could have rebound its own name), and takes writes only from its own pages or from no browser.

mod app;
mod assets;
mod cursor;
mod document;
mod extract;
mod finish;
mod guard;
mod problem;
mod routes;
mod serve;
mod table;
mod upload;

pub use document::document;
pub use serve::{ServeError, ServeOptions, router, serve};
pub use table::{Method, Route, routes};
