//! One file a format.

pub(crate) mod bandit;
pub(crate) mod sarif;
mod sarif_dialect;
