//! One name for a tool, whichever of its formats or editions wrote the report.

/// Names by which a tool calls itself in some of its formats. The first is folded already ([`folded`]).
const ALIASES: [(&str, &str); 44] = [
    ("semgrep-oss", "semgrep"),
    ("semgrep-pro", "semgrep"),
    ("semgrep-ce", "semgrep"),
    ("opengrep-oss", "opengrep"),
    ("trivy-vulnerability-scanner", "trivy"),
    ("trivy-operator", "trivy"),
    ("aqua-trivy", "trivy"),
    ("aquasecurity-trivy", "trivy"),
    ("snyk-open-source", "snyk"),
    ("snyk-code", "snyk"),
    ("snykcode", "snyk"),
    ("snyk-container", "snyk"),
    ("snyk-iac", "snyk"),
    ("owasp-zap", "zap"),
    ("zap-by-checkmarx", "zap"),
    ("zed-attack-proxy", "zap"),
    ("owasp-zed-attack-proxy", "zap"),
    ("zaproxy", "zap"),
    ("owasp-dependency-check", "dependency-check"),
    ("dependency-check-core", "dependency-check"),
    ("bridgecrew", "checkov"),
    ("prisma-cloud-checkov", "checkov"),
    ("gitleaks-secret-scanner", "gitleaks"),
    ("codeql-cli", "codeql"),
    ("github-codeql", "codeql"),
    ("golang-security-checks", "gosec"),
    ("securego-gosec", "gosec"),
    ("anchore-grype", "grype"),
    ("sonar", "sonarqube"),
    ("sonarcloud", "sonarqube"),
    ("sonarscanner", "sonarqube"),
    ("find-security-bugs", "spotbugs"),
    ("findsecbugs", "spotbugs"),
    ("findbugs", "spotbugs"),
    ("retirejs", "retire.js"),
    ("retire", "retire.js"),
    ("detect_secrets", "detect-secrets"),
    ("yelp-detect-secrets", "detect-secrets"),
    ("trufflehog-oss", "trufflehog"),
    ("burp", "burp-suite"),
    ("burp-suite-professional", "burp-suite"),
    ("burp-suite-enterprise", "burp-suite"),
    ("npm", "npm-audit"),
    ("pip_audit", "pip-audit"),
];

/// The canonical name of a tool: lower case, words joined by `-`, without version, with known other names folded.
/// `Semgrep OSS` and `semgrep` are `semgrep`.
#[must_use]
pub fn canonical_tool(name: &str) -> String {
    let name = folded(name);
    ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, tool)| (*tool).to_owned())
}

/// Lower case, blanks to `-`, a trailing version dropped (`ZAP 2.14.0`, `bandit v1.7`).
fn folded(name: &str) -> String {
    let is_version = |word: &str| {
        let digits = word.strip_prefix('v').unwrap_or(word);
        digits.starts_with(|c: char| c.is_ascii_digit()) && digits.contains('.')
    };
    let words: Vec<String> = name.split_whitespace().take(12).map(str::to_lowercase).collect();
    let kept = words.iter().enumerate().filter(|(place, word)| *place == 0 || !is_version(word)).map(|(_, word)| word.as_str());
    kept.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name() {
        for (name, tool) in [
            ("Semgrep OSS", "semgrep"),
            ("semgrep", "semgrep"),
            ("Trivy", "trivy"),
            ("ZAP 2.14.0", "zap"),
            ("OWASP ZAP", "zap"),
            ("Bandit v1.7.5", "bandit"),
            ("Acme Scanner", "acme-scanner"),
        ] {
            assert_eq!(canonical_tool(name), tool, "{name}");
            assert_eq!(canonical_tool(tool), tool);
        }
    }

    #[test]
    fn every_alias_ends_in_a_name_that_stays() {
        for (alias, tool) in ALIASES {
            assert_eq!(canonical_tool(alias), tool);
            assert_eq!(canonical_tool(tool), tool, "{alias}");
        }
    }
}
