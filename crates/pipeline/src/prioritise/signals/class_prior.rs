//! **Class prior**: the base of a finding without a CVE, for which nobody publishes a probability.
//!
//! Three parts make one term: the kind of finding, the severity that the tools give, and the family of weakness (injections are attacked,
//! missing labels are not). The numbers are judgement, and the term says so; `docs/decisions/0002-rank-weights.md` argues them. Of several
//! kinds and families the one with the most points counts, so that one more tool's word never lowers an issue.

use ::model::{Kind, RankTerm, Severity};

use crate::prioritise::model::Family;
use crate::prioritise::resolve::Facts;

pub(super) fn weigh(facts: &Facts<'_>) -> RankTerm {
    let (prior, input) = (&facts.model.class_prior, facts.input);
    let kinds: &[Kind] = if input.kinds.is_empty() { &[Kind::Sast] } else { &input.kinds };
    let best = kinds
        .iter()
        .filter_map(|kind| prior.kinds.get(kind).map(|points| (*points, *kind)))
        .max_by_key(|(points, kind)| (*points, std::cmp::Reverse(*kind)));
    let (kind_points, kind) = best.unwrap_or((0, Kind::Sast));
    let family = prior.families.iter().filter(|family| belongs(family, kinds, facts)).max_by_key(|family| family.points);
    let family_points = family.map_or(0, |family| family.points.max(0));
    let with_severity = !prior.without_severity.contains(&kind);
    let severity = match input.severity {
        _ if !with_severity => String::new(),
        Severity::Unknown => ", severity not stated".to_owned(),
        known if input.severity_by.is_empty() => format!(", severity {}", known.word()),
        known => format!(", severity {} ({})", known.word(), input.severity_by),
    };
    let class = family.map_or_else(String::new, |family| format!(", {}", family.name));
    RankTerm {
        signal: "class_prior".to_owned(),
        points: kind_points + if with_severity { prior.severity.of(input.severity) } else { 0 } + family_points,
        fact: format!("{}{class}{severity}", name(kind)),
        source: prior.source.clone(),
        at: None,
    }
}

fn belongs(family: &Family, kinds: &[Kind], facts: &Facts<'_>) -> bool {
    let input = facts.input;
    let said = |word: &String| contains(&input.title, word) || input.rules.iter().any(|rule| contains(rule, word));
    kinds.iter().any(|kind| family.kinds.contains(kind))
        && (input.cwes.iter().any(|cwe| family.cwes.contains(cwe)) || family.words.iter().any(said))
}

/// Without regard to the case of ASCII letters, and without a copy.
fn contains(text: &str, word: &str) -> bool {
    !word.is_empty() && text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Sast => "Weakness in code",
        Kind::Dast => "Weakness seen from outside",
        Kind::Iast => "Weakness seen in the running application",
        Kind::Sca => "Vulnerable package without a CVE",
        Kind::Container => "Vulnerable package in an image without a CVE",
        Kind::Iac => "Misconfiguration in code",
        Kind::Secret => "Secret in the repository",
        Kind::Api => "Weakness of an interface",
        Kind::Cloud => "Misconfiguration in the cloud",
        Kind::Pipeline => "Weakness of a build pipeline",
        Kind::Config => "Misconfiguration",
        Kind::License => "Licence",
        Kind::Malware => "Malicious package",
        Kind::Runtime => "Weakness seen at run time",
        Kind::Pentest => "Weakness found by a tester",
    }
}
