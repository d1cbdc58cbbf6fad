//! What talks to other systems, through one shared client: time limits, back-off, a largest answer, the proxy of the environment, and no
//! private addresses unless they are allowed.

mod address;
mod client;
mod error;

pub use client::{Client, Fetched, Options, Token, Validators};
pub use error::ConnectError;
