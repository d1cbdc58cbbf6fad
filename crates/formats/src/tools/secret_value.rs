//! What secret scanners share: the weakness, and the value as evidence.

use model::{Finding, Kind, SecretEvidence, Severity};

use super::wording::add_cwes;

/// A finding of kind secret. All these tools look for hard-coded credentials, so the CWE is 798 in every report.
pub(crate) fn secret(rule: impl Into<String>, title: impl Into<String>) -> Finding {
    let mut finding = Finding::new(Kind::Secret, rule, title);
    add_cwes(&mut finding.cwes, ["CWE-798"]);
    finding
}

/// The severity of tools that give none: critical for a secret that works, high for the rest. There is no raw word.
pub(crate) fn set_severity_by_proof(finding: &mut Finding) {
    finding.severity = if finding.verified == Some(true) { Severity::Critical } else { Severity::High };
}

/// The value as evidence; `None` for a value that the tool masks. The head of a key block alone identifies nothing.
pub(crate) fn evidence(value: &str) -> Option<SecretEvidence> {
    let value = value.trim();
    let masked = value.is_empty() || value.contains("***") || value.ends_with("...") || value.eq_ignore_ascii_case("redacted");
    let head_only = value.contains("-----BEGIN") && !value.contains("-----END");
    (!masked).then(|| SecretEvidence { value: Some(value.to_owned()), sha1: None, head_only })
}

/// The code around a secret without the value itself, so that a masked report and an open one show the same.
pub(crate) fn without_value(code: &str, value: &str) -> Option<String> {
    let value = value.trim();
    let shown = if value.is_empty() { code.to_owned() } else { code.replace(value, "REDACTED") };
    (shown.trim() != "REDACTED" && !shown.trim().is_empty()).then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_values_are_no_evidence() {
        for masked in ["", "REDACTED", "ghp_********", "AKIA..."] {
            assert!(evidence(masked).is_none(), "{masked}");
        }
        assert!(evidence("-----BEGIN PRIVATE KEY-----").is_some_and(|evidence| evidence.head_only));
        assert!(evidence("hunter2hunter2").is_some_and(|evidence| !evidence.head_only));
    }

    #[test]
    fn the_value_is_cut_out_of_code() {
        assert_eq!(without_value("key = 'abc'", "abc").as_deref(), Some("key = 'REDACTED'"));
        assert_eq!(without_value("abc", "abc"), None);
    }
}
