//! The filter language: a typed subset of CEL over an issue. One language for `--where`, URLs, saved views, policies and rules.
//!
//! ```text
//! new && tier.days <= 3
//! production && severity in ["high", "critical"] && reachable != "no"
//! age > duration("30d") && "pci-dss" in compliance
//! path.startsWith("services/api/") && !has(team)
//! ```
//!
//! - Literals: texts in either quotes with CEL's escapes, raw texts `r"…"`, numbers, `true`, `false`, lists.
//! - `== != < <= > >= in`, `&& || !`, brackets, `has(name)`, `name.startsWith("…")`, `.contains("…")`, `.matches("…")` (also as
//!   `startsWith(name, "…")` …), `duration("30d")`, `timestamp("…")`, and `text("…")`, which looks for a text in title, place and
//!   identifiers, whatever its case.
//! - A list equals a value when one of its elements does; so with `startsWith` and its like. `!=` is true where no element is equal.
//! - A comparison with a value that is not there is false, `!=` too (an empty list or text is not there); `!(…)` of it is true.
//! - Facts (`kev`, `exploit`, `reachable`, `loaded`, `exposed`, `production`, `vex`) are `"yes"`, `"no"` or `"unknown"`; alone they mean
//!   yes, so `!fact` means no or unknown. A fact of which an issue says nothing is unknown.
//! - `severity` and `criticality` compare by rank; `unknown` equals only itself. `has()` of either, of a fact or of `exposure` asks whether
//!   it is known.
//! - Times compare with RFC 3339 texts, `age` with durations. `score` is in tenths of a deciban. `overdue`: in the queue, past its due date.
//! - Tools and identifiers are compared whatever their case.
//!
//! Unknown names, wrong types and wrong words are errors that mark the part; a filter that parses has an answer for every issue.

mod bar;
mod check;
mod columns;
mod error;
mod expression;
mod field;
mod given;
mod lexer;
mod literal;
mod parser;
mod sql;
mod suggest;
mod syntax;
mod value;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::str::FromStr;

use model::{Issue, Timestamp};

pub use bar::{BarProblem, bar_fields, from_bar};
pub use columns::Columns;
pub use error::FilterError;
pub(crate) use given::MOST_GIVEN;
pub use literal::duration;
pub use sql::{Condition, Parameter};

use check::Checker;
use error::Span;
use expression::Expression;
use field::Field;

/// Most bytes of a filter.
pub const LONGEST: usize = 64 * 1024;

/// What a filter is asked of.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub issue: &'a Issue,
    /// The moment from which `age` and `overdue` are counted.
    pub now: Timestamp,
    /// Open on the judged ref and not in the baseline (gates).
    pub is_new: bool,
}

/// A condition on issues.
#[derive(Clone, Debug)]
pub struct Filter {
    text: String,
    expression: Expression,
    fields: BTreeSet<Field>,
}

impl Filter {
    /// Parses and checks a filter.
    ///
    /// # Errors
    /// When the text is empty, no filter, or longer than [`LONGEST`]; the error marks the part that is wrong.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        if text.len() > LONGEST {
            let shown: String = text.chars().take(200).collect();
            return Err(FilterError::new(&shown, Span::default(), format!("the filter is longer than {LONGEST} bytes")));
        }
        if text.trim().is_empty() {
            return Err(FilterError::new(text, Span::default(), "the filter is empty; true matches every issue"));
        }
        let tree = parser::tree(text)?;
        let mut checker = Checker { text, fields: BTreeSet::new(), patterns: 0 };
        let expression = checker.condition(&tree)?;
        Ok(Self { text: text.to_owned(), expression, fields: checker.fields })
    }

    /// The filter as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True where the issue fits.
    #[must_use]
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        self.expression.holds(subject, false)
    }

    /// True where the issue does not fit but would if its unknown facts were "yes" (`on_unknown` of a policy). A fact that does not apply
    /// to the issue is not unknown.
    #[must_use]
    pub fn matches_only_if_unknown_were_yes(&self, subject: &Subject<'_>) -> bool {
        !self.expression.holds(subject, false) && self.expression.holds(subject, true)
    }

    /// True where the condition names `refs`, which lifts the limit to tracked refs.
    #[must_use]
    pub fn names_refs(&self) -> bool {
        self.fields.contains(&Field::Refs)
    }

    /// True where the condition names `new`, which has a meaning only where there is a baseline.
    #[must_use]
    pub fn names_new(&self) -> bool {
        self.fields.contains(&Field::New)
    }

    /// True where the condition names `rank`, which is known only after the whole answer is sorted.
    #[must_use]
    pub fn names_rank(&self) -> bool {
        self.fields.contains(&Field::Rank)
    }

    /// True where the condition asks for which release no fix will come: that follows from the day, and is looked up before it is asked.
    #[must_use]
    pub fn names_end_of_life(&self) -> bool {
        self.fields.contains(&Field::EndOfLife)
    }

    /// Every name of the language, sorted, with the words that it may be compared with where they are few.
    #[must_use]
    pub fn names() -> Vec<(&'static str, Vec<&'static str>)> {
        let mut names: Vec<_> = field::NAMES.iter().map(|(name, field, ..)| (*name, field.vocabulary())).collect();
        names.sort_unstable();
        names
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}
