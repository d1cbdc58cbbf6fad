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
    &grype::FORMAT,
    &hadolint::FORMAT,
    &kics::FORMAT,
    &kingfisher::FORMAT,
    &mobsfscan::FORMAT,
    &njsscan::FORMAT,
    &npm_audit::FORMAT,
    &osv_scanner::FORMAT,
    &pip_audit::FORMAT,
    &pnpm_audit::FORMAT,
    &sarif::FORMAT,
    &secretlint::FORMAT,
    &semgrep::FORMAT,
    &semgrep_cloud::FORMAT,
    &snyk::FORMAT,
    &trivy::FORMAT,
    &trufflehog::FORMAT,
    &trufflehog3::FORMAT,
    &yarn_audit::FORMAT,
    &zizmor::FORMAT,
];
