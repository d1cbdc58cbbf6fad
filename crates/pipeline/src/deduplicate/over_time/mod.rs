//! A finding of one tool recognised in the tool's next report, so that it keeps its identity when lines move, code is reformatted, a file is
//! renamed, or wording, severity and order change, and whichever of its formats the tool writes.
//!
//! A *new* finding gets its identity from what all formats of a tool share: rule and place ([`base_identity`]). From then on [`assign`]
//! recognises it by everything that a report says of it ([`MatchKey`]). Both are pure functions of the set of findings; order is no input.

mod align;
mod assign;
mod base;
mod elsewhere;
mod features;
mod matching;
mod rename;
mod rule;
mod shift;
mod stored;
mod tool;

pub use assign::{Assigned, Assignment, How, Known, assign, assign_by};
pub use base::base_identity;
pub use features::MatchKey;
pub use rule::canonical_rule;
pub use tool::canonical_tool;

#[cfg(test)]
mod tests;
