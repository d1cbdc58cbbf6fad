//! What differs from tool to tool in SARIF: the kind of its results, where the title stands, which fingerprint can be trusted.

use model::{Finding, Kind, Severity};
use serde_json::Value;

use super::sarif_log::{Location, Rule};
use super::wording::add_cwes;
use super::{checkov_rules, sarif_packages, sarif_quirks, semgrep_rules};
use crate::read::lenient::Members;

/// How one tool writes SARIF.
pub(super) struct Dialect {
    /// Found in the driver's name, lower case; the longest match counts.
    name: &'static str,
    kind: Kind,
    /// The tool's name as its other formats give it; empty: as written.
    pub(super) tool: &'static str,
    /// The rule's short description says nothing (Semgrep prints `Semgrep Finding: id`), so the message is the title.
    pub(super) title_from_message: bool,
    /// The rule's help text is the title.
    pub(super) title_from_help: bool,
    /// Name of the fingerprint that is stable over time and distinct for each result.
    pub(super) trusted_fingerprint: Option<&'static str>,
    /// What the level `note` means.
    pub(super) note: Severity,
    /// Each location of a result is a place of its own.
    pub(super) each_place_counts: bool,
    /// The tool says that it failed where it could not read a file.
    pub(super) fails_by_file: bool,
}

/// What a result says beside what every tool says in the same way.
pub(super) struct Context<'a> {
    pub(super) message: &'a str,
    pub(super) rule: Option<&'a Rule>,
    pub(super) properties: &'a Members<Value>,
    /// Those of rule and result.
    pub(super) tags: &'a [String],
    pub(super) location: Option<&'a Location>,
}

const fn dialect(name: &'static str, kind: Kind) -> Dialect {
    Dialect {
        name,
        kind,
        tool: "",
        title_from_message: false,
        title_from_help: false,
        trusted_fingerprint: None,
        note: Severity::Info,
        each_place_counts: false,
        fails_by_file: false,
    }
}

const fn named(name: &'static str, kind: Kind, tool: &'static str) -> Dialect {
    Dialect { tool, ..dialect(name, kind) }
}

/// A tool whose low is a note.
const fn low_notes(name: &'static str, kind: Kind, tool: &'static str) -> Dialect {
    Dialect { note: Severity::Low, ..named(name, kind, tool) }
}

static ANY: Dialect = dialect("", Kind::Sast);

static DIALECTS: &[Dialect] = &[
    dialect("actionlint", Kind::Pipeline),
    low_notes("bandit", Kind::Sast, "Bandit"),
    named("cargo-audit", Kind::Sca, "cargo-audit"),
    named("cfn-lint", Kind::Iac, "cfn-lint"),
    named("checkov", Kind::Iac, "Checkov"),
    Dialect { trusted_fingerprint: Some("primaryLocationLineHash"), ..dialect("codeql", Kind::Sast) },
    dialect("dependency-check", Kind::Sca),
    dialect("docker scout", Kind::Container),
    dialect("dockle", Kind::Container),
    Dialect { title_from_message: true, fails_by_file: true, ..named("eslint", Kind::Sast, "ESLint") },
    dialect("ggshield", Kind::Secret),
    named("gitleaks", Kind::Secret, "Gitleaks"),
    low_notes("gosec", Kind::Sast, ""),
    dialect("govulncheck", Kind::Sca),
    named("grype", Kind::Sca, "Grype"),
    named("hadolint", Kind::Iac, "Hadolint"),
    low_notes("kics", Kind::Iac, "KICS"),
    low_notes("keeping infrastructure as code secure", Kind::Iac, "KICS"),
    named("kingfisher", Kind::Secret, "Kingfisher"),
    dialect("kube-linter", Kind::Iac),
    dialect("kubescape", Kind::Iac),
    dialect("mapi", Kind::Api),
    Dialect { each_place_counts: true, title_from_message: true, ..named("mobsfscan", Kind::Sast, "mobsfscan") },
    Dialect { each_place_counts: true, title_from_message: true, ..named("njsscan", Kind::Sast, "njsscan") },
    Dialect { each_place_counts: true, title_from_message: true, ..named("nodejsscan", Kind::Sast, "njsscan") },
    low_notes("nuclei", Kind::Dast, ""),
    named("osv-scanner", Kind::Sca, "OSV-Scanner"),
    dialect("poutine", Kind::Pipeline),
    dialect("scorecard", Kind::Pipeline),
    Dialect { title_from_message: true, ..named("secretlint", Kind::Secret, "secretlint") },
    Dialect { title_from_message: true, ..low_notes("semgrep", Kind::Sast, "Semgrep") },
    Dialect { title_from_message: true, ..named("shellcheck", Kind::Sast, "ShellCheck") },
    low_notes("snyk", Kind::Sca, "Snyk"),
    low_notes("snykcode", Kind::Sast, "Snyk Code"),
    low_notes("snyk code", Kind::Sast, "Snyk Code"),
    low_notes("snyk container", Kind::Container, "Snyk"),
    low_notes("snyk iac", Kind::Iac, "Snyk"),
    Dialect { title_from_message: true, ..named("spectral", Kind::Api, "Spectral") },
    low_notes("terrascan", Kind::Iac, ""),
    low_notes("tfsec", Kind::Iac, ""),
    low_notes("trivy", Kind::Sca, "Trivy"),
    dialect("trufflehog", Kind::Secret),
    low_notes("zap", Kind::Dast, ""),
    Dialect { title_from_help: true, ..named("zizmor", Kind::Pipeline, "zizmor") },
];

/// The dialect of a tool by its driver's name.
pub(super) fn of(tool: &str) -> &'static Dialect {
    let tool = tool.to_ascii_lowercase();
    DIALECTS.iter().filter(|dialect| tool.contains(dialect.name)).max_by_key(|dialect| dialect.name.len()).unwrap_or(&ANY)
}

impl Dialect {
    /// Sets the kind and what else only this tool writes.
    pub(super) fn refine(&self, finding: &mut Finding, context: &Context<'_>) {
        let has_tag = |tag: &str| context.tags.iter().any(|found| found.eq_ignore_ascii_case(tag));
        finding.kind = match self.name {
            "checkov" => checkov_rules::kind(&finding.rule, ""),
            "semgrep" => semgrep_rules::kind(&finding.rule),
            "trivy" if has_tag("secret") => Kind::Secret,
            "trivy" if has_tag("misconfiguration") => Kind::Iac,
            "trivy" if has_tag("license") => Kind::License,
            "trivy" if context.rule.and_then(|rule| rule.name.as_deref()) == Some("OsPackageVulnerability") => Kind::Container,
            "" if is_public_id(&finding.rule) => Kind::Sca,
            _ => self.kind,
        };
        match self.name {
            "checkov" => sarif_quirks::checkov(finding),
            "dependency-check" => sarif_quirks::own_severity(finding, context),
            "gitleaks" => sarif_quirks::gitleaks(finding, context),
            "kics" | "keeping infrastructure as code secure" if finding.title.starts_with("Passwords And Secrets") => {
                finding.kind = Kind::Secret
            }
            "kingfisher" => sarif_quirks::kingfisher(finding, context),
            "nodejsscan" | "njsscan" | "mobsfscan" => {
                finding.location.end_column = finding.location.end_column.map(|column| column.saturating_sub(1))
            }
            "secretlint" => sarif_quirks::secretlint(finding),
            "trivy" => sarif_quirks::trivy(finding, context),
            "zizmor" => sarif_quirks::zizmor(finding, context),
            _ => {}
        }
        if matches!(finding.kind, Kind::Sca | Kind::Container) {
            sarif_packages::refine(self.name, finding, context);
            let id = finding.rule.to_ascii_uppercase();
            if is_public_id(&id) && !finding.identifiers.iter().any(|known| known.eq_ignore_ascii_case(&id)) {
                finding.identifiers.push(id);
            }
        }
        if finding.kind == Kind::Dast && finding.location.path.as_deref().is_some_and(|path| path.contains("://")) {
            finding.location.url = finding.location.path.take();
        }
        if self.kind == Kind::Secret {
            add_cwes(&mut finding.cwes, ["CWE-798"]);
        }
    }

    /// The file that a notification says could not be read, where the tool names it in the text alone.
    pub(super) fn unread_by(&self, text: &str) -> Option<String> {
        if self.name != "semgrep" {
            return None;
        }
        // `Syntax error at line web/menu.html:4:`, `Timeout when running some.rule on web/app.js:`.
        let after = text.split_once("at line ").or_else(|| text.split_once(" on "))?.1;
        let path = after.split(':').next()?.trim();
        (!path.is_empty() && !path.contains(char::is_whitespace)).then(|| path.to_owned())
    }
}

/// True for the id of a public vulnerability list.
pub(super) fn is_public_id(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    ["CVE-", "GHSA-", "RUSTSEC-", "PYSEC-", "GO-2", "OSV-", "MAL-", "SNYK-"].iter().any(|start| upper.starts_with(start))
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

    #[test]
    fn files_in_texts_of_semgrep() {
        let unread = |text| of("Semgrep OSS").unread_by(text);
        assert_eq!(unread("Syntax error at line web/menu.html:4:\n `x` was unexpected").as_deref(), Some("web/menu.html"));
        assert_eq!(unread("Timeout when running a.b on web/app.js:\n ").as_deref(), Some("web/app.js"));
        assert_eq!(unread("Something else"), None);
    }
}
