//! One file a format.

pub(crate) mod bandit;
pub(crate) mod checkov;
pub(crate) mod checkov_csv;
mod checkov_rules;
pub(crate) mod eslint;
pub(crate) mod hadolint;
mod libsast;
pub(crate) mod mobsfscan;
pub(crate) mod njsscan;
pub(crate) mod sarif;
mod sarif_dialect;
pub(crate) mod semgrep;
pub(crate) mod semgrep_cloud;
mod semgrep_rules;
mod wording;
