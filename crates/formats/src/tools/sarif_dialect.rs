//! What differs from tool to tool in SARIF: the kind of its results, where the title stands, which fingerprint can be trusted.

use std::collections::HashMap;

use model::{Finding, Kind};
use serde_json::Value;

/// How one tool writes SARIF.
pub(crate) struct Dialect {
    /// Found in the driver's name, lower case; the longest match counts.
    name: &'static str,
    kind: Kind,
    /// The rule's short description says nothing (Semgrep prints `Semgrep Finding: id`), so the message is the title.
    pub(crate) title_from_message: bool,
    /// Name of the fingerprint that is stable over time and distinct for each result.
    pub(crate) trusted_fingerprint: Option<&'static str>,
}

const fn dialect(name: &'static str, kind: Kind) -> Dialect {
    Dialect { name, kind, title_from_message: false, trusted_fingerprint: None }
}

const fn by_message(name: &'static str, kind: Kind) -> Dialect {
    Dialect { title_from_message: true, ..dialect(name, kind) }
}

static ANY: Dialect = dialect("", Kind::Sast);

static DIALECTS: &[Dialect] = &[
    dialect("bandit", Kind::Sast),
    dialect("checkov", Kind::Iac),
    Dialect { trusted_fingerprint: Some("primaryLocationLineHash"), ..dialect("codeql", Kind::Sast) },
    by_message("eslint", Kind::Sast),
    by_message("gitleaks", Kind::Secret),
    dialect("grype", Kind::Sca),
    dialect("hadolint", Kind::Iac),
    dialect("kics", Kind::Iac),
    dialect("kingfisher", Kind::Secret),
    dialect("njsscan", Kind::Sast),
    dialect("nuclei", Kind::Dast),
    dialect("osv-scanner", Kind::Sca),
    by_message("semgrep", Kind::Sast),
    dialect("snyk", Kind::Sca),
    dialect("snykcode", Kind::Sast),
    dialect("snyk code", Kind::Sast),
    dialect("snyk container", Kind::Container),
    dialect("snyk iac", Kind::Iac),
    dialect("terrascan", Kind::Iac),
    dialect("tfsec", Kind::Iac),
    dialect("trivy", Kind::Sca),
    dialect("trufflehog", Kind::Secret),
    dialect("zap", Kind::Dast),
    dialect("zizmor", Kind::Pipeline),
];

/// The dialect of a tool by its driver's name.
pub(crate) fn of(tool: &str) -> &'static Dialect {
    let tool = tool.to_ascii_lowercase();
    DIALECTS.iter().filter(|dialect| tool.contains(dialect.name)).max_by_key(|dialect| dialect.name.len()).unwrap_or(&ANY)
}

impl Dialect {
    /// Sets the kind and what else only this tool writes. `tags` are the rule's and the result's, `help` the rule's help text.
    pub(crate) fn refine(&self, finding: &mut Finding, _properties: &HashMap<String, Value>, tags: &[String], _help: &str) {
        let has_tag = |tag: &str| tags.iter().any(|found| found.eq_ignore_ascii_case(tag));
        let rule = finding.rule.to_ascii_lowercase();
        finding.kind = match self.name {
            "checkov" if rule.starts_with("ckv_secret") => Kind::Secret,
            "checkov" if rule.starts_with("ckv_gha") || rule.starts_with("ckv2_gha") => Kind::Pipeline,
            "trivy" if has_tag("secret") => Kind::Secret,
            "trivy" if has_tag("misconfiguration") => Kind::Iac,
            "trivy" if has_tag("license") => Kind::License,
            "semgrep" if rule.contains("secrets.") || rule.contains("detected-") => Kind::Secret,
            "semgrep" if rule.contains("terraform.") || rule.contains("dockerfile.") || rule.contains("kubernetes.") => Kind::Iac,
            "semgrep" if rule.contains("github-actions") => Kind::Pipeline,
            _ => self.kind,
        };
        if is_public_id(&finding.rule) && matches!(finding.kind, Kind::Sca | Kind::Container) {
            finding.identifiers.push(finding.rule.to_ascii_uppercase());
        }
    }
}

fn is_public_id(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    ["CVE-", "GHSA-", "RUSTSEC-", "PYSEC-", "GO-", "OSV-", "SNYK-"].iter().any(|start| upper.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_counts() {
        assert_eq!(of("SnykCode").kind, Kind::Sast);
        assert_eq!(of("Snyk Open Source").kind, Kind::Sca);
        assert_eq!(of("Semgrep OSS").name, "semgrep");
        assert_eq!(of("something else").name, "");
    }
}
