//! All formats, sorted by id. A format is added by one file in `tools/`, one line here, and a fixture.

use crate::Format;
use crate::tools::*;

/// All formats, sorted by id.
pub static FORMATS: &[&Format] = &[
    &bandit::FORMAT,
    &checkov::FORMAT,
    &checkov_csv::FORMAT,
    &detect_secrets::FORMAT,
    &eslint::FORMAT,
    &gitleaks::FORMAT,
    &gitleaks_csv::FORMAT,
    &hadolint::FORMAT,
    &kics::FORMAT,
    &kingfisher::FORMAT,
    &mobsfscan::FORMAT,
    &njsscan::FORMAT,
    &sarif::FORMAT,
    &secretlint::FORMAT,
    &semgrep::FORMAT,
    &semgrep_cloud::FORMAT,
    &trufflehog::FORMAT,
    &trufflehog3::FORMAT,
    &zizmor::FORMAT,
];
