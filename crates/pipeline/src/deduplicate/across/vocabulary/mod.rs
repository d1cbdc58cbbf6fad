//! What tools call the same weakness and the same control. All of it is data, in `tables/`.
//!
//! - `families.txt`: weakness families; `controls.txt`: infrastructure controls; `workflow.txt`: pipeline controls. A line is a name,
//!   a tab, a pattern over folded words. The first line that fits wins, so the specific stands before the general.
//!   A name may
//!   stand on several lines. Names are dotted: `crypto` is the general word for `crypto.hash` and `crypto.cipher`, which exclude each other.
//! - `family/<tool>.txt`, `control/<tool>.txt`: for tools whose rule ids say nothing (`B608`, `CKV_AWS_3`, `DL3002`): a line is a rule
//!   id, a tab, a name that the pattern files or `names.txt` define. `-` means: looked at, belongs to no family.
//! - `cwe-families.txt`: weaknesses that are one family, for rules that neither a table nor words name.

mod cwe;
mod fold;
mod lookup;

use std::collections::HashMap;
use std::sync::LazyLock;

pub(crate) use cwe::class_of as cwe_class;
pub(super) use cwe::related as cwes_related;
pub(super) use fold::fold;

use lookup::{Ids, Patterns};

static FAMILIES: LazyLock<Patterns> = LazyLock::new(|| Patterns::read(include_str!("tables/families.txt")));
static CONTROLS: LazyLock<Patterns> = LazyLock::new(|| Patterns::read(include_str!("tables/controls.txt")));
static WORKFLOW: LazyLock<Patterns> = LazyLock::new(|| Patterns::read(include_str!("tables/workflow.txt")));

/// One file a tool, sorted by name.
static FAMILY_FILES: [(&str, &str); 12] = [
    ("bandit", include_str!("tables/family/bandit.txt")),
    ("brakeman", include_str!("tables/family/brakeman.txt")),
    ("codeql", include_str!("tables/family/codeql.txt")),
    ("dlint", include_str!("tables/family/dlint.txt")),
    ("eslint", include_str!("tables/family/eslint.txt")),
    ("flawfinder", include_str!("tables/family/flawfinder.txt")),
    ("gosec", include_str!("tables/family/gosec.txt")),
    ("njsscan", include_str!("tables/family/njsscan.txt")),
    ("securitycodescan", include_str!("tables/family/securitycodescan.txt")),
    ("semgrep", include_str!("tables/family/semgrep.txt")),
    ("sonarqube", include_str!("tables/family/sonarqube.txt")),
    ("spotbugs", include_str!("tables/family/spotbugs.txt")),
];

static CONTROL_FILES: [(&str, &str); 7] = [
    ("checkov", include_str!("tables/control/checkov.txt")),
    ("hadolint", include_str!("tables/control/hadolint.txt")),
    ("kics", include_str!("tables/control/kics.txt")),
    ("kubelinter", include_str!("tables/control/kubelinter.txt")),
    ("kubescape", include_str!("tables/control/kubescape.txt")),
    ("semgrep", include_str!("tables/control/semgrep.txt")),
    ("trivy", include_str!("tables/control/trivy.txt")),
];

static FAMILY_IDS: LazyLock<Ids> = LazyLock::new(|| Ids::read(&FAMILY_FILES));
static CONTROL_IDS: LazyLock<Ids> = LazyLock::new(|| Ids::read(&CONTROL_FILES));

static CWE_FAMILIES: LazyLock<HashMap<u32, &'static str>> = LazyLock::new(|| {
    lookup::rows(include_str!("tables/cwe-families.txt")).filter_map(|(cwe, family)| Some((cwe.parse().ok()?, family))).collect()
});

/// The weakness family of a rule: by table, else by the words of the rule's id, else of its title.
#[must_use]
pub fn family_of(rule: &str, title: &str) -> Option<&'static str> {
    if let Some(known) = FAMILY_IDS.get(rule) {
        return (known != "-").then_some(known);
    }
    // What the rule is called decides before what its message says. One rule for many headers names the header in the title.
    let named = |text: &str| FAMILIES.earliest(text, "header.").or_else(|| FAMILIES.first(text));
    named(&fold(last_part(rule))).or_else(|| named(&fold(rule))).or_else(|| named(&fold(title)))
}

/// The one weakness family that stated CWEs are of. `None` where they are of none or of several, and for a rule of which a table says
/// that it belongs to no family.
pub(super) fn family_of_cwes(rule: &str, cwes: &[u32]) -> Option<&'static str> {
    let mut families = cwes.iter().take(12).filter_map(|cwe| CWE_FAMILIES.get(cwe).copied());
    let first = families.next().filter(|_| FAMILY_IDS.get(rule).is_none())?;
    families.all(|family| family == first).then_some(first)
}

/// The infrastructure control of a rule, the same way.
#[must_use]
pub fn control_of(rule: &str, title: &str) -> Option<&'static str> {
    by_table_or_words(&CONTROLS, rule, title)
}

/// The pipeline control of a rule, the same way.
pub(super) fn workflow_control_of(rule: &str, title: &str) -> Option<&'static str> {
    by_table_or_words(&WORKFLOW, rule, title)
}

fn by_table_or_words(patterns: &'static Patterns, rule: &str, title: &str) -> Option<&'static str> {
    if let Some(known) = CONTROL_IDS.get(rule) {
        return (known != "-").then_some(known);
    }
    patterns.first(&fold(last_part(rule))).or_else(|| patterns.first(&fold(title)))
}

/// True where a table of ids knows the rule, so that a test can name the rules that none knows.
#[must_use]
pub fn known_rules(rule: &str) -> bool {
    FAMILY_IDS.get(rule).is_some() || CONTROL_IDS.get(rule).is_some()
}

/// How two names of one vocabulary stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    Same,
    /// One is the general word for the other.
    Wider,
    Different,
}

/// Compares two dotted names.
pub(super) fn likeness(a: &str, b: &str) -> Likeness {
    if a == b {
        return Likeness::Same;
    }
    let within = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('.'));
    if within(a, b) || within(b, a) { Likeness::Wider } else { Likeness::Different }
}

/// The part of a dotted name that all names it can be compared with share.
pub(super) fn root(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// Semgrep's `a.b.rule.rule`, Nuclei's `template:matcher`: what tells one rule from the next.
fn last_part(rule: &str) -> &str {
    let dotted = rule.matches('.').count() >= 2 && !rule.contains(' ');
    if dotted { rule.rsplit('.').next().unwrap_or(rule) } else { rule }
}

#[cfg(test)]
mod tests;
