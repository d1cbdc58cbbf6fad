//! Filters as functions of facts: what of a condition rests on facts that ranking knows, and the rest taken as given.
//!
//! The check of a risk model asks whether turning a risk fact on can lower a score. Where a condition also asks for an application or a
//! path, there is some issue for which that part holds and some for which it does not: both are tried.

use super::Filter;
use super::expression::{Expression, Side, TextTest};
use super::field::Field;
use super::literal::Constant;

/// Most parts of one condition that rest on no fact: each doubles the work of the check.
pub(crate) const MOST_GIVEN: u32 = 8;

/// Names whose values ranking knows as facts.
const FACTS: [Field; 12] = [
    Field::Compliance,
    Field::Criticality,
    Field::Data,
    Field::Epss,
    Field::Exploit,
    Field::Exposed,
    Field::Exposure,
    Field::Kev,
    Field::Loaded,
    Field::Production,
    Field::Reachable,
    Field::Severity,
];

/// Names that follow from the rank, or change with the time alone: a score that rested on them would rest on itself.
const RESULTS: [Field; 20] = [
    Field::Age,
    Field::Confidence,
    Field::Due,
    Field::EndOfLife,
    Field::FirstSeen,
    Field::Id,
    Field::LastSeen,
    Field::New,
    Field::Outgrown,
    Field::Overdue,
    Field::Rank,
    Field::Refs,
    Field::Score,
    Field::State,
    Field::Suggestions,
    Field::Tickets,
    Field::TierDays,
    Field::TierId,
    Field::TierLabel,
    Field::Vex,
];

impl Filter {
    /// A name in it that follows from the rank, from decisions or from the time, if there is one.
    pub(crate) fn result_named(&self) -> Option<&'static str> {
        RESULTS.iter().find(|field| self.fields.contains(field)).map(|field| field.name())
    }

    /// True where it names a fact that ranking knows.
    pub(crate) fn names_facts(&self) -> bool {
        FACTS.iter().any(|field| self.fields.contains(field))
    }

    /// The facts that it names, as the check of a model calls them: `exposure` goes by `exposed`.
    pub(crate) fn facts_named(&self) -> Vec<&'static str> {
        let named = FACTS.iter().filter(|field| self.fields.contains(field));
        let mut names: Vec<&'static str> = named.map(|field| if *field == Field::Exposure { "exposed" } else { field.name() }).collect();
        names.dedup();
        names
    }

    /// How many parts rest on no fact.
    pub(crate) fn given_parts(&self) -> u32 {
        let mut next = 0;
        let _ = given(&self.expression, 0, &mut next);
        next
    }

    /// The filter with those parts taken as true where their bit is set in `mask`, else as false.
    pub(crate) fn given(&self, mask: u32) -> Self {
        let mut next = 0;
        Self { text: self.text.clone(), expression: given(&self.expression, mask, &mut next), fields: self.fields.clone() }
    }

    /// Words that it compares data classes or frameworks with, and numbers that it compares EPSS with.
    pub(crate) fn thresholds(&self) -> (Vec<String>, Vec<f64>) {
        let (mut words, mut numbers) = (Vec::new(), Vec::new());
        constants(&self.expression, &mut |field, constant| match (field, constant) {
            (Field::Data | Field::Compliance, Constant::Text(text)) => words.push(text.clone()),
            (Field::Epss, Constant::Number(number)) => numbers.push(*number),
            _ => {}
        });
        (words, numbers)
    }
}

fn given(expression: &Expression, mask: u32, next: &mut u32) -> Expression {
    let mut all = |parts: &[Expression]| parts.iter().map(|part| given(part, mask, next)).collect::<Vec<_>>();
    match expression {
        Expression::Always(value) => Expression::Always(*value),
        Expression::All(parts) => Expression::All(all(parts)),
        Expression::Any(parts) => Expression::Any(all(parts)),
        Expression::Not(part) => Expression::Not(Box::new(given(part, mask, next))),
        leaf if rests_on_facts(leaf) => leaf.clone(),
        _ => {
            let holds = mask.checked_shr(*next).unwrap_or(0) & 1 == 1;
            *next += 1;
            Expression::Always(holds)
        }
    }
}

fn rests_on_facts(leaf: &Expression) -> bool {
    let known = |field: &Field| FACTS.contains(field);
    match leaf {
        Expression::Fact(field) | Expression::Flag(field) | Expression::Has(field) => known(field),
        Expression::Compare(field, _, Side::Field(other)) => known(field) && known(other),
        Expression::Compare(field, _, Side::Values(_)) => known(field),
        Expression::Test(field, TextTest::StartsWith(_) | TextTest::Contains(_) | TextTest::Matches(_)) => known(field),
        _ => false,
    }
}

fn constants(expression: &Expression, found: &mut dyn FnMut(Field, &Constant)) {
    match expression {
        Expression::All(parts) | Expression::Any(parts) => parts.iter().for_each(|part| constants(part, found)),
        Expression::Not(part) => constants(part, found),
        Expression::Compare(field, _, Side::Values(values)) => values.iter().for_each(|value| found(*field, value)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use model::{Issue, Timestamp, Tri};

    use super::*;
    use crate::filter::Subject;

    #[test]
    fn what_rests_on_no_fact_is_taken_as_given() {
        let filter = Filter::parse("application == \"checkout\" && (exposed || path.startsWith(\"src/\"))").unwrap();
        assert_eq!((filter.given_parts(), filter.names_facts(), filter.result_named()), (2, true, None));
        let exposed = Issue { facts: [("exposed".to_owned(), Tri::Yes)].into(), ..Issue::default() };
        let holds = |mask: u32, issue: &Issue| filter.given(mask).matches(&Subject { issue, now: Timestamp(0), is_new: false });
        assert_eq!([0, 1, 2, 3].map(|mask| holds(mask, &exposed)), [false, true, false, true]);
        assert_eq!([0, 1, 2, 3].map(|mask| holds(mask, &Issue::default())), [false, false, false, true]);
    }

    #[test]
    fn names_of_results_are_found() {
        let named = |text: &str| Filter::parse(text).unwrap().result_named();
        assert_eq!([named("score > 3"), named("kev && tier.days <= 3"), named("overdue")], ["score", "tier.days", "overdue"].map(Some));
        assert_eq!(named("team == \"payments\" && cwe == 89"), None);
    }

    #[test]
    fn thresholds_are_collected() {
        let filter = Filter::parse("\"pii\" in data && !(epss > 0.2) && compliance == \"dora\"").unwrap();
        assert_eq!(filter.thresholds(), (vec!["pii".to_owned(), "dora".to_owned()], vec![0.2]));
    }
}
