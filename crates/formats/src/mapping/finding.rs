//! A row becomes a finding.

use std::collections::BTreeSet;

use model::{Finding, Severity, Timestamp};

use super::expression::Expression;
use super::reference::{Base, Reference};
use super::row::Row;
use super::{Mapping, ScanField, Test};
use crate::{Output, ParseError};

/// Most words of severities without a meaning that are warned of.
const MOST_WORDS: usize = 20;

/// The reading of one report.
pub(super) struct Reading<'m> {
    mapping: &'m Mapping,
    /// Whether what the mapping says of the scan was taken over.
    started: bool,
    /// Why the first row that could not be read could not.
    first_reason: Option<String>,
    /// Words of severities that have no meaning here.
    words: BTreeSet<String>,
}

impl<'m> Reading<'m> {
    pub(super) fn new(mapping: &'m Mapping) -> Self {
        Self { mapping, started: false, first_reason: None, words: BTreeSet::new() }
    }

    pub(super) fn mapping(&self) -> &'m Mapping {
        self.mapping
    }

    /// What the mapping says of the scan, from the first row, or from outside of rows where there is none.
    pub(super) fn scan(&mut self, row: &dyn Row, out: &mut Output<'_>) {
        if std::mem::replace(&mut self.started, true) {
            return;
        }
        for (field, expression) in &self.mapping.scan {
            let Some(text) = expression.value(row) else { continue };
            let run = out.this();
            match field {
                ScanField::Version => run.tool_version = Some(text),
                ScanField::At => match Timestamp::lenient(&text) {
                    Some(at) => run.at = Some(at),
                    None => out.warn("scan.at", format!("`{}` is no time", short(&text))),
                },
                ScanField::Repository => run.repository = Some(text),
                ScanField::Branch => run.branch = Some(text),
                ScanField::Commit => run.commit = Some(text),
                ScanField::Image => run.image = Some(text),
                ScanField::Url => run.url = Some(text),
                ScanField::Account => run.account = Some(text),
                ScanField::Cluster => run.cluster = Some(text),
                ScanField::Category => run.category = text,
                ScanField::Failed => run.claims.failed = Some(short(&text)),
            }
        }
    }

    /// Takes a row: a finding, a passed result, or a bad row.
    pub(super) fn row(&mut self, row: &dyn Row, place: &dyn Fn() -> String, out: &mut Output<'_>) {
        self.scan(row, out);
        if !self.mapping.conditions.iter().all(|condition| holds(&condition.test, condition.of.values(row))) {
            out.no_finding();
            return;
        }
        let mut finding = Finding { kind: self.mapping.kind, ..Finding::default() };
        for (field, expression) in &self.mapping.fields {
            let values = expression.values(row);
            if values.is_empty() {
                continue;
            }
            if let Err(reason) = field.set(&mut finding, &values) {
                out.warn(place(), format!("{}: {reason}", field.name));
            }
        }
        if finding.title.is_empty() && finding.rule.is_empty() {
            let reason = "neither title nor rule in the row";
            self.first_reason.get_or_insert_with(|| format!("{}: {reason}", place()));
            out.bad_row(place(), reason);
            return;
        }
        if finding.rule.is_empty() {
            finding.rule.clone_from(&finding.title);
        }
        if finding.title.is_empty() {
            finding.title.clone_from(&finding.rule);
        }
        if let Some(expression) = &self.mapping.severity {
            self.severity(expression, row, &mut finding, place, out);
        }
        out.finding(finding);
    }

    fn severity(
        &mut self,
        expression: &Expression,
        row: &dyn Row,
        finding: &mut Finding,
        place: &dyn Fn() -> String,
        out: &mut Output<'_>,
    ) {
        let found = expression.find(row);
        finding.severity_raw = found.raw.into_iter().next();
        let Some(word) = found.values.into_iter().next() else { return };
        finding.severity = Severity::from_word(&word);
        let meant = word.trim().eq_ignore_ascii_case("unknown");
        if finding.severity == Severity::Unknown && !meant && self.words.len() < MOST_WORDS && self.words.insert(word.clone()) {
            let advice = "it counts as unknown; give it a meaning with `map` or `bands`";
            out.warn(place(), format!("severity: `{}` has no meaning here; {advice}", short(&word)));
        }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// When there were rows and not one of them could be read: then the mapping is of another report.
    pub(super) fn end(self, out: &mut Output<'_>) -> Result<(), ParseError> {
        let claims = &out.this().claims;
        if claims.rows_skipped > 0 && claims.rows_read == 0 && claims.passed == 0 {
            let first = self.first_reason.unwrap_or_else(|| "no row was whole".to_owned());
            return Err(ParseError::whole(format!("not one of {} rows could be read by the mapping; {first}", claims.rows_skipped)));
        }
        Ok(())
    }
}

fn holds(test: &Test, values: Vec<String>) -> bool {
    let is_one = |words: &[String]| values.iter().any(|value| words.contains(&value.trim().to_lowercase()));
    match test {
        Test::In(words) => is_one(words),
        Test::NotIn(words) => !is_one(words),
        Test::Present(wanted) => values.is_empty() != *wanted,
    }
}

fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

impl Mapping {
    /// All references to the row itself: those of title and rule, and the others.
    pub(super) fn row_references(&self) -> (Vec<&Reference>, Vec<&Reference>) {
        let (mut naming, mut others) = (Vec::new(), Vec::new());
        for (field, expression) in &self.fields {
            expression.references(if matches!(field.name, "title" | "rule") { &mut naming } else { &mut others });
        }
        self.severity.iter().for_each(|expression| expression.references(&mut others));
        self.conditions.iter().for_each(|condition| condition.of.references(&mut others));
        self.scan.iter().for_each(|(_, expression)| expression.references(&mut others));
        naming.retain(|reference| reference.base == Base::Row);
        others.retain(|reference| reference.base == Base::Row);
        (naming, others)
    }
}
