//! All formats, sorted by id. A format is added by one file in `tools/`, one line here, and a fixture.

use crate::Format;
use crate::tools::*;

/// All formats, sorted by id.
pub static FORMATS: &[&Format] = &[
    &bandit::FORMAT,
    &checkov::FORMAT,
    &checkov_csv::FORMAT,
    &eslint::FORMAT,
    &hadolint::FORMAT,
    &mobsfscan::FORMAT,
    &njsscan::FORMAT,
    &sarif::FORMAT,
    &semgrep::FORMAT,
    &semgrep_cloud::FORMAT,
];
