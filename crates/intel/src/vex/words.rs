//! Justifications: the five words of OpenVEX and CSAF, and those of CycloneDX.

/// The words of OpenVEX and CSAF with the word of CycloneDX that means it.
const JUSTIFICATIONS: [(&str, &str); 5] = [
    ("component_not_present", "code_not_present"),
    ("vulnerable_code_not_present", "code_not_present"),
    ("vulnerable_code_not_in_execute_path", "code_not_reachable"),
    ("vulnerable_code_cannot_be_controlled_by_adversary", "requires_environment"),
    ("inline_mitigations_already_exist", "protected_by_mitigating_control"),
];

/// Words of CycloneDX that have no word of their own elsewhere.
const CYCLONEDX: [(&str, &str); 9] = [
    ("code_not_present", "vulnerable_code_not_present"),
    ("code_not_reachable", "vulnerable_code_not_in_execute_path"),
    ("requires_configuration", "vulnerable_code_cannot_be_controlled_by_adversary"),
    ("requires_dependency", "vulnerable_code_cannot_be_controlled_by_adversary"),
    ("requires_environment", "vulnerable_code_cannot_be_controlled_by_adversary"),
    ("protected_by_compiler", "inline_mitigations_already_exist"),
    ("protected_at_runtime", "inline_mitigations_already_exist"),
    ("protected_at_perimeter", "inline_mitigations_already_exist"),
    ("protected_by_mitigating_control", "inline_mitigations_already_exist"),
];

/// The justification in the words of OpenVEX and CSAF; `None` where it is none of the known words.
#[must_use]
pub fn justification_of(word: &str) -> Option<&'static str> {
    let own = JUSTIFICATIONS.iter().find(|(known, _)| *known == word).map(|(known, _)| *known);
    own.or_else(|| CYCLONEDX.iter().find(|(known, _)| *known == word).map(|(_, ours)| *ours))
}

/// The justification in the words of CycloneDX.
pub(super) fn cyclonedx_justification(word: &str) -> Option<&'static str> {
    let own = CYCLONEDX.iter().find(|(known, _)| *known == word).map(|(known, _)| *known);
    own.or_else(|| JUSTIFICATIONS.iter().find(|(known, _)| *known == word).map(|(_, theirs)| *theirs))
}
