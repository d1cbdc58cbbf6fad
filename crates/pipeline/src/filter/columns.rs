//! What the record keeps of an issue so that filters run inside the database. Made by the same reading of an issue that the filter itself
//! uses, so a column and the language cannot differ.

use model::{Issue, Severity, Timestamp, Tri};

use super::Subject;
use super::field::Field;
use super::value::{Atom, any, fact};

/// Stands before, between and behind the values of a list column, so that a whole value is found by a plain search for a text.
pub(super) const MARK: char = '\u{1f}';

/// The searchable columns of an issue. Lists are texts with a mark (U+001F) before, between and behind their values and empty where there is
/// none; facts are 0 unknown, 1 no, 2 yes; ranks are 0 (unknown) to 5 (critical).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    pub severity: i64,
    /// In lower case.
    pub severity_by: String,
    pub criticality: i64,
    pub exposure: String,
    /// Tenths of a deciban.
    pub score: i64,
    /// 0 to 1.
    pub confidence: f64,
    /// 0 to 1.
    pub epss: Option<f64>,
    pub exploit: i64,
    pub exposed: i64,
    pub kev: i64,
    pub loaded: i64,
    pub production: i64,
    pub reachable: i64,
    pub vex: i64,
    pub compliance: String,
    pub cwes: String,
    pub data: String,
    /// In lower case.
    pub identifiers: String,
    pub kinds: String,
    pub packages: String,
    pub paths: String,
    pub refs: String,
    pub services: String,
    /// In lower case.
    pub tools: String,
    /// Title, place and identifiers in lower case.
    pub search: String,
}

impl Columns {
    /// The columns of an issue.
    #[must_use]
    pub fn of(issue: &Issue) -> Self {
        Self {
            severity: rank(issue.severity),
            severity_by: issue.severity_by.to_lowercase(),
            criticality: rank(issue.criticality),
            exposure: issue.exposure.word().to_owned(),
            score: i64::from(issue.score),
            confidence: issue.confidence,
            epss: issue.epss,
            exploit: fact_number(fact(Field::Exploit, issue, false)),
            exposed: fact_number(fact(Field::Exposed, issue, false)),
            kev: fact_number(fact(Field::Kev, issue, false)),
            loaded: fact_number(fact(Field::Loaded, issue, false)),
            production: fact_number(fact(Field::Production, issue, false)),
            reachable: fact_number(fact(Field::Reachable, issue, false)),
            vex: fact_number(fact(Field::Vex, issue, false)),
            compliance: list(Field::Compliance, issue),
            cwes: list(Field::Cwe, issue),
            data: list(Field::Data, issue),
            identifiers: list(Field::Identifiers, issue),
            kinds: list(Field::Kinds, issue),
            packages: list(Field::Package, issue),
            paths: list(Field::Path, issue),
            refs: list(Field::Refs, issue),
            services: list(Field::Services, issue),
            tools: list(Field::Tool, issue),
            search: searched(issue),
        }
    }
}

/// 0 (unknown) to 5 (critical).
pub(super) fn rank(severity: Severity) -> i64 {
    match severity {
        Severity::Unknown => 0,
        Severity::Info => 1,
        Severity::Low => 2,
        Severity::Medium => 3,
        Severity::High => 4,
        Severity::Critical => 5,
    }
}

/// 0 unknown, 1 no, 2 yes.
pub(super) fn fact_number(fact: Tri) -> i64 {
    match fact {
        Tri::Unknown => 0,
        Tri::No => 1,
        Tri::Yes => 2,
    }
}

/// A value as it stands in a list column.
pub(super) fn in_list(text: &str, ignores_case: bool) -> String {
    let text = if text.contains(MARK) { text.replace(MARK, "\u{fffd}") } else { text.to_owned() };
    if ignores_case { text.to_lowercase() } else { text }
}

/// Adds a value as [`in_list`] has it. There are many of them, and nearly all are plain.
fn push(out: &mut String, text: &str, ignores_case: bool) {
    let at = out.len();
    if text.contains(MARK) || (ignores_case && !text.is_ascii()) {
        out.push_str(&in_list(text, ignores_case));
        return;
    }
    out.push_str(text);
    if let Some(added) = out.get_mut(at..).filter(|_| ignores_case) {
        added.make_ascii_lowercase();
    }
}

fn list(field: Field, issue: &Issue) -> String {
    let subject = Subject { issue, now: Timestamp(0), is_new: false };
    let mut out = String::new();
    any(field, &subject, false, &mut |atom| {
        if out.is_empty() {
            out.push(MARK);
        }
        // The value with the marks on both of its sides.
        let known = out.len();
        match atom {
            Atom::Text(text) => push(&mut out, text, field.ignores_case()),
            Atom::Number(number) => out.push_str(&number.to_string()),
            _ => return false,
        }
        out.push(MARK);
        let is_known = out
            .split_at_checked(known)
            .is_some_and(|(before, _)| out.get(known - MARK.len_utf8()..).is_some_and(|value| before.contains(value)));
        if is_known {
            out.truncate(known);
        }
        false
    });
    if out.chars().eq([MARK]) { String::new() } else { out }
}

fn searched(issue: &Issue) -> String {
    let mut out = String::new();
    push(&mut out, &issue.title, true);
    for text in std::iter::once(&issue.place).chain(&issue.identifiers) {
        out.push(MARK);
        push(&mut out, text, true);
    }
    out
}
