//! The sum of evidence on one pair of findings.

use model::EvidenceFact;

/// From this sum on (p about .80) two findings are one issue.
pub const THRESHOLD: i32 = 61;

/// From this sum on (one natural-log unit of odds against) a pair is suggested to people.
pub const SUGGESTION: i32 = -43;

/// The probability that a sum of weights, in tenths of a deciban of odds, stands for.
#[must_use]
pub fn probability(sum: i32) -> f64 {
    1.0 / (1.0 + 10f64.powf(-f64::from(sum) / 100.0))
}

/// Kinds of evidence by what they rest on: a name, and the fields by which [`super::Options::without`] switches it off.
pub const KINDS_OF_EVIDENCE: &[(&str, &[&str])] = &[
    ("weakness families and controls", &["rule title"]),
    ("lines and statement ranges", &["location.start_line", "location.end_line"]),
    ("columns", &["location.start_column"]),
    ("steps of a flow", &["flow"]),
    ("CWE", &["cwes"]),
    ("values of secrets", &["secret hash"]),
    ("identifiers and aliases", &["identifiers"]),
    ("resources", &["location.resource"]),
    ("addresses and parameters", &["location.url", "location.parameter"]),
    ("wording and common fixes", &["description", "package.fixed"]),
    ("what neighbours show", &["neighbours"]),
];

/// Collects the facts on one pair. When only the sum is wanted no sentence is made.
#[derive(Debug, Default)]
pub(super) struct Ledger<'w> {
    /// Fields whose evidence does not count; `rule title` stands for facts on rule and title alone.
    without: &'w [&'w str],
    explain: bool,
    sum: i32,
    facts: Vec<EvidenceFact>,
}

impl<'w> Ledger<'w> {
    /// A ledger that only adds up.
    pub(super) fn sum_only() -> Self {
        Self::default()
    }

    /// The same ledger without the evidence on these fields.
    pub(super) fn leaving_out(self, without: &'w [&'w str]) -> Self {
        Self { without, ..self }
    }

    /// A ledger that keeps the sentences.
    pub(super) fn explaining() -> Self {
        Self { explain: true, ..Self::default() }
    }

    /// What is known before anything is looked at; must come first.
    pub(super) fn prior(&mut self, weight: i32, class: &str) {
        self.add(weight, &[], || format!("two {class} findings that could meet are seldom one"));
    }

    /// A fact for (positive) or against (negative), with the fields of both findings that it rests on.
    pub(super) fn add(&mut self, weight: i32, fields: &[&str], fact: impl FnOnce() -> String) {
        if !self.without.is_empty() && self.is_left_out(fields) {
            return;
        }
        self.sum = self.sum.saturating_add(weight);
        if self.explain {
            self.facts.push(EvidenceFact { fact: fact(), fields: fields.iter().map(|&f| f.to_owned()).collect(), weight });
        }
    }

    fn is_left_out(&self, fields: &[&str]) -> bool {
        let left_out = |field: &str| self.without.contains(&field);
        fields.iter().any(|field| left_out(field)) || (fields == ["rule", "title"] && left_out("rule title"))
    }

    pub(super) fn sum(&self) -> i32 {
        self.sum
    }

    pub(super) fn into_facts(self) -> Vec<EvidenceFact> {
        self.facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_is_four_to_one() {
        assert!(probability(THRESHOLD) >= 0.8 && probability(THRESHOLD - 1) < 0.8);
        assert!((probability(0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_printed_weights_add_up_to_the_sum() {
        let mut ledger = Ledger::explaining();
        ledger.prior(-217, "code");
        ledger.add(174, &["location.start_line"], || "one line".to_owned());
        assert_eq!(ledger.sum(), -43);
        assert_eq!(ledger.into_facts().iter().map(|f| f.weight).sum::<i32>(), -43);
    }
}
