//! What Qualys' exports have in common: the scale from 1 to 5, and texts with HTML in them.

use model::{Finding, Severity};

/// Sets the severity from Qualys' scale: 5 urgent, 4 critical, 3 serious, 2 medium, 1 minimal.
pub(super) fn set_level(finding: &mut Finding, level: &str) {
    let severity = match level.trim() {
        "5" => Severity::Critical,
        "4" => Severity::High,
        "3" => Severity::Medium,
        "2" => Severity::Low,
        "1" => Severity::Info,
        word => Severity::from_word(word),
    };
    finding.set_severity(level.trim(), severity);
}

/// What is found, what it means, and what the scanner saw.
pub(super) fn describe(finding: &mut Finding, threat: Option<&str>, impact: Option<&str>, result: Option<&str>) {
    use super::web::{labelled, paragraphs, plain_some};
    finding.description = paragraphs([plain_some(threat), plain_some(impact), labelled("Result", result)]);
}
