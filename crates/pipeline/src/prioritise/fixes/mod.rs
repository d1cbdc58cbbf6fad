//! Fixes: which change ends an issue, which issues one change ends, and how much risk goes with them.
//!
//! [`remedy`] says of one issue what has to change, and gives the id under which issues with the same change meet. [`group`] makes work
//! items of issues. Both are functions of the issues alone.

mod group;
mod remedy;
mod risk;
mod upgrade;

#[cfg(test)]
mod tests;

pub use group::{group, line};
pub use remedy::{RemedyInput, remedy};
pub use risk::{combined, odds};
