//! One file a format.

pub(crate) mod bandit;
pub(crate) mod checkov;
pub(crate) mod checkov_csv;
mod checkov_rules;
pub(crate) mod detect_secrets;
pub(crate) mod eslint;
pub(crate) mod gitleaks;
pub(crate) mod gitleaks_csv;
pub(crate) mod hadolint;
pub(crate) mod kics;
pub(crate) mod kingfisher;
mod libsast;
pub(crate) mod mobsfscan;
pub(crate) mod njsscan;
pub(crate) mod sarif;
mod sarif_dialect;
mod secret_value;
pub(crate) mod secretlint;
pub(crate) mod semgrep;
pub(crate) mod semgrep_cloud;
mod semgrep_rules;
pub(crate) mod trufflehog;
pub(crate) mod trufflehog3;
mod wording;
pub(crate) mod zizmor;
