//! What a Semgrep rule's name and severity say, for each of its report formats.

use model::{Kind, Severity};

/// The kind of a rule by its name: `generic.secrets.…`, `terraform.…`, `yaml.github-actions.…`; `ssc-…` are those of Supply Chain.
pub(crate) fn kind(rule: &str) -> Kind {
    let rule = rule.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| rule.contains(part));
    if rule.starts_with("ssc-") || rule.contains(".ssc-") {
        Kind::Sca
    } else if has(&["github-actions", "gitlab-ci", "yaml.gitlab."]) {
        Kind::Pipeline
    } else if has(&["secrets.", "detected-"]) {
        Kind::Secret
    } else if has(&["terraform.", "dockerfile.", "kubernetes.", "docker-compose.", "cloudformation", "json.aws.", "yaml.ansible", "bicep."])
    {
        Kind::Iac
    } else {
        Kind::Sast
    }
}

/// Semgrep's scale: `ERROR` is high, `WARNING` medium, `INFO` low; the words of its newer scale stand for themselves; `INVENTORY` and
/// `EXPERIMENT` rules report no weakness.
pub(crate) fn severity(word: &str) -> Severity {
    match word.to_ascii_uppercase().as_str() {
        "INFO" => Severity::Low,
        "INVENTORY" | "EXPERIMENT" => Severity::Info,
        other => Severity::from_word(other),
    }
}
