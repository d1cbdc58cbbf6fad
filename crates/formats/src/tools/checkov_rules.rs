//! What a Checkov check's id says, for each of its report formats.

use model::{Finding, Kind, SecretEvidence, Severity};

/// The kind of a check by its id; `framework` (`check_type`) decides for ids that a user made up.
pub(crate) fn kind(check: &str, framework: &str) -> Kind {
    let id = check.to_ascii_uppercase();
    let starts = |parts: &[&str]| parts.iter().any(|part| id.starts_with(part));
    if starts(&["CKV_SECRET"]) {
        Kind::Secret
    } else if starts(&["CKV_CVE", "BC_CVE", "CVE-", "GHSA-", "PRISMA-"]) {
        if framework == "sca_image" { Kind::Container } else { Kind::Sca }
    } else if starts(&["BC_LIC"]) {
        Kind::License
    } else if starts(&[
        "CKV_GHA",
        "CKV2_GHA",
        "CKV_GITLABCI",
        "CKV_CIRCLECIPIPELINES",
        "CKV_AZUREPIPELINES",
        "CKV_BITBUCKETPIPELINES",
        "CKV_ARGO",
    ]) {
        Kind::Pipeline
    } else if starts(&["CKV_GITHUB", "CKV_GITLAB", "CKV_BITBUCKET", "CKV_GIT_"]) && !framework.starts_with("terraform") {
        Kind::Config
    } else if starts(&["CKV_OPENAPI"]) {
        Kind::Api
    } else if starts(&["CKV_SAST", "CKV3_SAST"]) {
        Kind::Sast
    } else if starts(&["CKV"]) {
        Kind::Iac
    } else {
        framework_kind(framework)
    }
}

/// The kind that a framework looks for.
pub(crate) fn framework_kind(framework: &str) -> Kind {
    match framework {
        "secrets" => Kind::Secret,
        "sca_package" => Kind::Sca,
        "sca_image" => Kind::Container,
        "github_configuration" | "gitlab_configuration" | "bitbucket_configuration" => Kind::Config,
        "openapi" => Kind::Api,
        other if other.starts_with("sast") => Kind::Sast,
        other if other.contains("pipelines") || matches!(other, "github_actions" | "gitlab_ci" | "argo_workflows") => Kind::Pipeline,
        _ => Kind::Iac,
    }
}

/// Sets the severity. Without a platform key Checkov gives none: medium, and no raw word.
pub(crate) fn set_severity(finding: &mut Finding, raw: Option<&str>) {
    finding.severity = Severity::Medium;
    if let Some(raw) = raw.filter(|raw| !raw.trim().is_empty() && !raw.eq_ignore_ascii_case("none") && !raw.eq_ignore_ascii_case("unknown"))
    {
        finding.set_severity_word(raw);
    }
}

/// Sets the resource; for a secret that field holds the SHA-1 of the value, which is evidence and nothing to show.
pub(crate) fn set_resource(finding: &mut Finding, resource: &str) {
    let is_sha1 = resource.len() == 40 && resource.bytes().all(|byte| byte.is_ascii_hexdigit());
    if finding.kind == Kind::Secret {
        if let Some(hash) = resource.rsplit(':').next().filter(|hash| hash.len() == 40) {
            finding.secret = Some(SecretEvidence { value: None, sha1: Some(hash.to_owned()), head_only: finding.rule == "CKV_SECRET_13" });
        }
    } else if !is_sha1 && !resource.is_empty() {
        let kind = resource.split_once('.').map(|(kind, _)| kind).filter(|kind| !kind.is_empty() && !kind.contains(['/', '(']));
        finding.location.resource_type = kind.map(str::to_owned);
        finding.location.resource = Some(resource.to_owned());
    }
}

/// Sets path and lines. Paths are written from the scanned root with a slash before them; a range that starts at 0 is that of a whole file;
/// that of a secret ends one line too late.
pub(crate) fn set_place(finding: &mut Finding, path: &str, start: Option<u32>, end: Option<u32>) {
    finding.location.path = Some(path.trim_start_matches('/').to_owned());
    if end.or(start).is_some_and(|line| line > 0) {
        finding.location.start_line = start.map(|line| line.max(1));
        finding.location.end_line =
            if finding.kind == Kind::Secret { finding.location.start_line } else { end.max(finding.location.start_line) };
    }
}
