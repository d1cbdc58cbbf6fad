//! Tier, score and deadline, each with its reasons.
//!
//! [`facts::RankInput`] is what Muster knows of an issue, [`intel::IntelView`] what the world knows of its CVEs on the day asked for, and
//! [`model::Model`] the weights and tables, which are a file. [`rank`] is a function of these and the time: nothing else goes in, so that
//! anyone can compute a rank again.
//!
//! - The **score** orders the queue. It is a sum of terms in tenths of a deciban (10·log10 of odds, times ten), one a signal, exactly one of
//!   them the base. A fact that is not known is no term; it is listed.
//! - The **tier** gives the deadline. It is a row of a decision table; with unknown inputs it is a range.
//! - Turning a risk fact on never lowers a score and never moves a tier to a milder one. A model that breaks this is refused.

pub mod facts;
pub mod fixes;
pub mod model;
pub mod signals;
pub mod tier;
mod check;
mod due;
mod own;
mod place;
mod rank;
mod resolve;
mod words;

#[cfg(test)]
mod monotone_tests;
#[cfg(test)]
mod testing;

pub use facts::{RankInput, Reach, ReachFact, Runtime, RuntimeFact, Said, Stated, Verification, VerifiedFact};
pub use model::{CounterExample, Model, ModelError};
pub use rank::{Ranked, order_key, rank, score};
